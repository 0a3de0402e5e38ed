"""Values as Python would write them down, so that a script can begin with them."""

import math
from typing import Any

import torch
from torch import Tensor

WIDTH = 110
NUMBERS = 4096  # of a tensor that is still written down


class NoLiteral(Exception):
    """A value that cannot be written down: an object, a function, part of a graph."""


def literal(value: Any) -> str:
    """An expression that makes an equal value, with `torch` and `math` at hand. Raises NoLiteral."""
    kind = type(value)
    if value is None or kind in (bool, int, str, bytes):
        return repr(value)
    if kind is float:
        return _number(value)
    if kind is Tensor:
        return _tensor(value)
    if kind is torch.Generator:
        return _generator(value)
    if kind is torch.Size:
        return f"torch.Size({list(value)})"
    if kind is torch.dtype:
        return str(value)
    if kind in (list, tuple, set, dict):
        return _collection(value)
    raise NoLiteral(kind.__name__)


def _number(value: float) -> str:
    return repr(value) if math.isfinite(value) else f"float({str(value)!r})"


def _collection(value: Any) -> str:
    if type(value) is dict:
        parts = [f"{literal(key)}: {literal(item)}" for key, item in value.items()]
    else:
        parts = [literal(item) for item in value]
    if type(value) is set and not parts:
        return "set()"
    open_, close = "[]" if type(value) is list else "()" if type(value) is tuple else "{}"
    one = "," if type(value) is tuple and len(parts) == 1 else ""
    return _folded(open_, parts, one + close)


def _folded(open_: str, parts: list[str], close: str) -> str:
    """On one line, or one part a line."""
    whole = open_ + ", ".join(parts) + close
    if len(whole) <= WIDTH and "\n" not in whole:
        return whole
    inner = [part.replace("\n", "\n    ") for part in parts]
    return open_ + "".join(f"\n    {part}," for part in inner) + "\n" + close.lstrip(",")


def _tensor(value: Tensor) -> str:
    if value.grad_fn is not None or value.grad is not None or value.layout is not torch.strided:
        raise NoLiteral("part of a graph")
    if value.numel() > NUMBERS or not value.numel() or value.dtype not in DEFAULTS | TOLD:
        raise NoLiteral("too large, empty, or of an odd dtype")
    if value.storage_offset() or not value.is_contiguous():  # a view is told as what it shows
        value = value.detach().clone().requires_grad_(value.requires_grad)
    plain = value.detach()
    numbers = _nested(plain.numpy().astype(str).tolist() if plain.dtype == torch.float32 else plain.tolist())
    dtype = "" if value.dtype in DEFAULTS else f", dtype={value.dtype}"
    own = ".requires_grad_()" if value.requires_grad else ""
    return f"torch.tensor({numbers}{dtype}){own}"


DEFAULTS = {torch.float32, torch.int64, torch.bool}
TOLD = {torch.float64, torch.int32, torch.uint8, torch.int16, torch.int8}


def _nested(numbers: Any) -> str:
    if isinstance(numbers, list):
        return _folded("[", [_nested(item) for item in numbers], "]")
    if isinstance(numbers, str):  # the fewest digits that make the same float32
        return numbers if math.isfinite(float(numbers)) else f"float({numbers!r})"
    return _number(numbers) if isinstance(numbers, float) else repr(numbers)


def _generator(value: torch.Generator) -> str:
    seed = value.initial_seed()
    if not torch.equal(torch.Generator().manual_seed(seed).get_state(), value.get_state()):
        raise NoLiteral("a generator that was drawn from")
    return f"torch.Generator().manual_seed({seed})"
