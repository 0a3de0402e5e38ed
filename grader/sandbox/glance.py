"""A value in a few words, told beside the line that made it. No code of the value's own class is run."""

import types
from typing import Any

import torch
from torch import Tensor

from grader.checks.check import Attempt

ITEMS = 6  # of a list or a tensor
DEEP = 3
LETTERS = 60  # of a text


def glance(value: Any, depth: int = 0) -> str:
    """A value in a few words. Never raises."""
    try:
        return _glance(value, depth)
    except Exception:  # an object may say of itself what it likes
        return f"a {type(value).__name__}"


def _glance(value: Any, depth: int) -> str:
    kind: Any = type(value)
    if value is None or kind in (bool, int):
        return repr(value) if kind is not int or abs(value) < 10**20 else "a long int"
    if kind is float:
        return f"{value:.4g}"
    if kind is str:
        return repr(value if len(value) <= LETTERS else value[: LETTERS - 3] + "...")
    if issubclass(kind, Tensor):
        return _tensor(value)
    if kind is Attempt:
        return f"raised {value.kind}" if value.kind else glance(value.value, depth)
    if kind in (list, tuple, set, frozenset, dict):
        return _collection(value, depth) if depth < DEEP else f"a {kind.__name__} of {len(value)}"
    if kind in (types.FunctionType, types.BuiltinFunctionType, types.MethodType):
        return f"the function {value.__name__}"
    own = object.__getattribute__(value, "__dict__") if not issubclass(kind, type) else {}
    if {"data", "grad"} <= own.keys() and depth < DEEP:
        return f"{kind.__name__}(data={glance(own['data'], DEEP)}, grad={glance(own['grad'], DEEP)})"
    return f"the class {value.__name__}" if issubclass(kind, type) else f"a {kind.__name__}"


def _tensor(value: Tensor) -> str:
    shape = tuple(value.shape)
    kind = str(value.dtype).removeprefix("torch.")
    with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
        if value.layout is not torch.strided or value.device.type != "cpu" or not value.numel():
            return f"{shape} {kind}"
        first = [item.item() for item in value.detach().flatten()[:ITEMS]]
    numbers = ", ".join(f"{n:.4g}" if isinstance(n, float) else str(n) for n in first)
    if not shape:
        return f"tensor({numbers})"
    return f"{shape} {kind}: {numbers}{', ...' if value.numel() > ITEMS else ''}"


def _collection(value: Any, depth: int) -> str:
    open_, close = "[]" if type(value) is list else "()" if type(value) is tuple else "{}"
    first = list(value.items() if type(value) is dict else value)[:ITEMS]
    if type(value) is dict:
        told = [f"{glance(key, depth + 1)}: {glance(item, depth + 1)}" for key, item in first]
    else:
        told = [glance(item, depth + 1) for item in first]
    return open_ + ", ".join(told) + (", ..." if len(value) > ITEMS else "") + close
