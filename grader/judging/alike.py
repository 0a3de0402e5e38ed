"""Whether two answers show the same behaviour."""

import math
from typing import Any

import torch
from torch import Tensor

from grader.checks.check import Attempt
from grader.judging.words import as_number
from grader.sandbox.wire import Bag

ALIKE = 1e-5  # two claims are the same behaviour to this share of their scale
ATOL = 1e-6  # smaller than this is rounding


def alike(a: Any, b: Any) -> bool:
    """Whether two claims show the same behaviour: kinds, shapes, NaN, and values to 1e-5 of their scale.

    What is smaller than ATOL is rounding (db1 before BatchNorm), and never tells two behaviours apart.
    """
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        if a.shape != b.shape or a.requires_grad != b.requires_grad or _family(a) != _family(b):
            return False
        if a.dtype == b.dtype and a.dtype.is_floating_point and a.numel():
            furthest, largest = float((a.detach() - b.detach()).abs().max()), float(a.detach().abs().max())
            if math.isfinite(furthest) and math.isfinite(largest):  # the usual case; NaN and inf are looked at closely
                return furthest <= ALIKE * largest + ATOL
        x, y = a.detach().to(torch.complex128), b.detach().to(torch.complex128)
        finite = x.isfinite()
        odd = ~finite & ~x.isnan()
        if not (
            torch.equal(finite, y.isfinite()) and torch.equal(x.isnan(), y.isnan()) and torch.equal(x[odd], y[odd])
        ):
            return False
        gap, scale = (x[finite] - y[finite]).abs(), x[finite].abs()
        return not gap.numel() or bool(gap.max() <= ALIKE * scale.max() + ATOL)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(alike(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        if isinstance(a, Bag) and isinstance(b, Bag):
            return sorted(map(repr, a)) == sorted(map(repr, b))
        return len(a) == len(b) and all(alike(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, Attempt) and isinstance(b, Attempt):
        return a.kind == b.kind and alike(a.value, b.value)
    one, two = as_number(a), as_number(b)
    if one is not None and two is not None and not isinstance(a, bool) and not isinstance(b, bool):
        if not (math.isfinite(one) and math.isfinite(two)):
            return one == two or (math.isnan(one) and math.isnan(two))
        return abs(one - two) <= ALIKE * abs(one) + ATOL
    return bool(type(a) is type(b) and a == b)


def _family(tensor: Tensor) -> str:
    if tensor.dtype == torch.bool:
        return "bool"
    return "float" if tensor.dtype.is_floating_point else "complex" if tensor.dtype.is_complex else "int"
