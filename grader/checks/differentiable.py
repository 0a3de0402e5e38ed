"""Functions that carry gradient: what they answer, and what comes back to their arguments."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grader.checks.check import Check
from grader.checks.draw import Draw

UPSTREAM = 3 * 10**9  # what comes back to an answer does not repeat the numbers that went in


def differentiable(
    name: str, arguments: Callable[[Draw], dict[str, Tensor]], *, oracle: Callable[..., Tensor] | None = None
) -> Check:
    """The check that is one call, and a second one with leaves.

    arguments: draw -> the arguments by name.
    oracle: the same arguments -> the answer.
    """

    def played(function: Callable[..., Any], draw: Draw) -> dict[str, object]:
        return with_gradients(name, function, draw, arguments(draw))

    return Check(
        lambda m, draw: played(getattr(m, name), draw), (lambda draw: played(oracle, draw)) if oracle else None
    )


def with_gradients(name: str, function: Callable[..., Any], draw: Draw, given: dict[str, Tensor]) -> dict[str, object]:
    """What a function answers, and what it sends back to its arguments."""
    answers: dict[str, object] = {name: function(*given.values())}
    copies = {key: x.clone().requires_grad_(x.is_floating_point()) for key, x in given.items()}
    out = function(*copies.values())
    if isinstance(out, Tensor):
        leaves = {key: x for key, x in copies.items() if x.requires_grad}
        upstream = Draw(draw.seed + UPSTREAM).normal(*out.shape)
        answers |= {f"{name}: {key}": sent for key, sent in gradients(out, upstream, **leaves).items()}
    return answers


def gradients(out: Tensor, upstream: Tensor, /, **leaves: Tensor) -> dict[str, object]:
    """What comes back to the leaves from what was made of them: 0 where nothing comes back."""
    scalar = (out * upstream).sum() + sum((0 * leaf).sum() for leaf in leaves.values())
    sent = torch.autograd.grad(scalar, list(leaves.values()))
    return {f"gradient of {name}": gradient for name, gradient in zip(leaves, sent, strict=True)}
