"""A lecture's forward pass, and checks that are one step of its backward pass."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from grader.checks.check import Check, named_later
from grader.checks.draw import Draw
from grader.checks.expectations import Parts

SALT = 10**9  # the chain has random numbers of its own: an upstream gradient must not repeat them


@dataclass(frozen=True)
class Default:
    """An argument that is left out on the draws where the chain's value for it is its default."""

    name: str
    value: object


def default(**argument: object) -> Default:
    """An optional argument and its default: `default(eps=1e-5)`."""
    ((name, value),) = argument.items()
    return Default(name, value)


class Chain:
    """A forward pass, from a draw to all its intermediates by name; built once per seed and process.

    The gradients that a check hands out or expects are those of one scalar, `(y * dy).sum()`, where `dy` is
    the call's first upstream gradient and is random, and `y` is the intermediate it belongs to. A call
    without an upstream is about the gradient of the chain's own `loss`.
    """

    def __init__(self, forward: Callable[[Draw], dict[str, Any]]) -> None:
        self.forward = forward
        self._built: dict[int, dict[str, Any]] = {}
        self._asked: dict[tuple[int, tuple[str | Default, ...]], tuple[list[tuple[str, Any]], Tensor]] = {}

    def values(self, draw: Draw) -> dict[str, Any]:
        """All intermediates for a draw's seed, with the graph that connects them."""
        if draw.seed not in self._built:
            with torch.enable_grad():
                self._built[draw.seed] = self.forward(Draw(draw.seed + SALT))
        return self._built[draw.seed]

    def calls(self, *names: str | Default, wrt: str | tuple[str, ...] = ()) -> Check:
        """The check that is one call on values of the chain.

        names: the arguments. A name that the chain does not have is "d" + one that it has: a gradient.
        wrt: what the answer is the gradient of; the exercise's own name without its "d" unless given.
        """

        def bind(exercise: str) -> Check:
            targets = (wrt,) if isinstance(wrt, str) else wrt or (exercise.removeprefix("d"),)
            single = exercise if isinstance(wrt, str) or not wrt else ""

            def play(m: Any, draw: Draw) -> dict[str, object]:
                return {exercise: getattr(m, exercise)(*self._arguments(draw, names)[0])}

            def expects(draw: Draw) -> dict[str, object]:
                scalar = self._arguments(draw, names)[1]
                gradients = self._gradients(draw, scalar, targets)
                if single:
                    return {exercise: gradients[0]}
                return {exercise: Parts({"d" + target: g for target, g in zip(targets, gradients, strict=True)})}

            return Check(play, expects)

        return named_later(bind)

    def given(self, draw: Draw, *names: str) -> list[Any]:
        """Values of the chain, handed out as copies."""
        return [self._hand_out(draw, name, self.values(draw)[name]) for name in names]

    def gradients(self, draw: Draw, *names: str) -> list[Tensor]:
        """The gradients of the chain's own loss."""
        return self._gradients(draw, self.values(draw)["loss"], names)

    def _arguments(self, draw: Draw, names: tuple[str | Default, ...]) -> tuple[list[Any], Tensor]:
        """The arguments of a call, and the scalar whose gradients it is about. Worked out once per seed and process."""
        if (draw.seed, names) not in self._asked:
            self._asked[draw.seed, names] = self._worked_out(draw, names)
        arguments, scalar = self._asked[draw.seed, names]
        return [self._hand_out(draw, name, value) for name, value in arguments], scalar

    def _worked_out(self, draw: Draw, names: tuple[str | Default, ...]) -> tuple[list[tuple[str, Any]], Tensor]:
        values = self.values(draw)
        arguments: list[tuple[str, Any]] = []
        scalar: Tensor | None = None
        for asked in names:
            name = asked.name if isinstance(asked, Default) else asked
            if name in values:
                if not (isinstance(asked, Default) and values[name] == asked.value):
                    arguments.append((name, values[name]))
            elif scalar is None:
                y = values[name.removeprefix("d")]
                dy = Draw(draw.seed).normal(*y.shape)
                with torch.enable_grad():
                    scalar = (y * dy).sum()
                arguments.append((name, dy))
            else:
                (gradient,) = self._gradients(draw, scalar, (name.removeprefix("d"),))
                arguments.append((name, gradient))
        return arguments, values["loss"] if scalar is None else scalar

    def _gradients(self, draw: Draw, scalar: Tensor, names: tuple[str, ...]) -> list[Tensor]:
        values = self.values(draw)
        return list(torch.autograd.grad(scalar, [values[name] for name in names], retain_graph=True))

    @staticmethod
    def _hand_out(draw: Draw, name: str, value: Any) -> Any:
        return draw.give(value, name) if isinstance(value, Tensor) else value
