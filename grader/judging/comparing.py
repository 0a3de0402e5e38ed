"""An answer against what is expected, in this order: kind, dimensions, shape, dtype kind, finite, values.

Never broadcasts. An answer is a *claim* from a worker (see `sandbox.wire`): anything can come.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np
import torch
from torch import Tensor

from grader.checks import expectations as expect
from grader.checks.check import Attempt
from grader.judging.verdict import Quantity
from grader.judging.words import (
    apart,
    as_number,
    asked_for_words,
    asked_outcome,
    dtype_name,
    is_number,
    number_of,
    outcome,
    short,
    shown,
    words,
)
from grader.sandbox.wire import Bag, Unsent

RTOL, ATOL = 1e-4, 1e-6  # of the largest expected element; absolute


@dataclass(frozen=True)
class Numbers:
    """Two tensors of equal shape with something wrong: float64 or complex128, and which elements are wrong.

    limit: an element that is off by no more is right. kind: what is asked for.
    """

    expected: Tensor
    got: Tensor
    wrong: Tensor
    limit: float
    kind: Literal["numbers", "whole numbers", "truths"]


class Compared(Quantity, frozen=True):
    """A quantity that still holds its numbers, if they are wrong. It never leaves the judge: what a learner may see of
    them is worked out (`picturing.seen`) only for the one answer that is told.
    """

    numbers: Numbers | None = None


def compare(name: str, expected: Any, got: Any) -> list[Quantity]:
    """Every quantity of an answer, right or wrong, in the order in which it was asked for."""
    return list(_compare(name, expected, got))


def is_right(expected: Any, got: Any) -> bool:
    """Whether every quantity is right. Nothing is compared beyond the first that is not."""
    return not _is_far_off(expected, got) and all(quantity.ok for quantity in _compare("", expected, got))


def _is_far_off(expected: Any, got: Any, rtol: float = RTOL, atol: float = ATOL) -> bool:
    """Whether a tensor is wrong at first sight. Most wrong answers are; what is not so clear is looked at closely."""
    match expected, got:
        case dict(), dict():
            return any(_is_far_off(value, got[key]) for key, value in expected.items() if key in got)
        case expect.Parts(named), list() | tuple():
            return any(_is_far_off(*pair) for pair in zip(named.values(), got, strict=False))
        case expect.Close(value, rtol, atol), _:
            return _is_far_off(value, got, rtol, atol)
        case Tensor(), Tensor() if expected.shape == got.shape and expected.numel():
            if expected.is_floating_point() and got.is_floating_point():
                wide = expected.detach().double()
                gap = float((wide - got.detach()).abs().max())
                return gap > 2 * (rtol * float(wide.abs().max()) + atol)  # NaN is not
    return False


def _compare(name: str, expected: Any, got: Any) -> Iterator[Quantity]:
    match expected:
        case expect.Close(value, rtol, atol, says):
            quantity = _numbers(name, value, got, rtol, atol)
            yield _say(quantity, says if quantity.maxdiff is not None else "")  # not for what is no number at all
        case expect.Moved(before, after, largest, rtol, says):
            yield _say(_moved(name, before, after, got, largest, rtol), says)
        case expect.Between(low, high, says):
            number = as_number(got)
            ok = number is not None and not isinstance(got, bool) and low <= number <= high
            problem = "" if ok else f"should lie between {short(low)} and {short(high)}, and is {words(got)}"
            yield _say(Quantity(name, ok, got=shown(got), problem=problem), says if number is not None else "")
        case expect.OfNode(graph, node, value):
            yield from (msgspec.structs.replace(q, graph=graph, node=node) for q in _compare(name, value, got))
        case expect.Each(each, says):
            yield from _each(name, each, got, says)
        case expect.Parts(named):
            yield from _parts(name, named, got)
        case expect.AnyOf(options, says):
            tries = [compare(name, option, got) for option in options]
            right = [quantities for quantities in tries if all(q.ok for q in quantities)]
            if right or not says:
                yield from right[0] if right else tries[0]
            else:
                yield Quantity(name, False, got=shown(got), problem=says, says=says)
        case expect.Raises(kinds, says):
            ok = isinstance(got, Attempt) and got.kind in kinds
            wanted = " or ".join(kinds)
            yield _say(Quantity(name, ok, problem="" if ok else f"should raise {wanted}, and {outcome(got)}"), says)
        case expect.Holds(rules):
            yield _holds(name, rules, got)
        case dict():
            yield from _table(name, expected, got)
        case list() | tuple() if expected and all(is_number(item) for item in expected):
            yield _numbers(name, expected, got, RTOL, ATOL)
        case list() | tuple():
            yield from _sequence(name, list(expected), got)
        case set() | frozenset():
            yield _set(name, set(expected), got)
        case Attempt(kind, value):
            if isinstance(got, Attempt) and got.kind == kind:
                yield from _compare(name, value, got.value)
            else:
                yield Quantity(name, False, problem=f"should {asked_outcome(expected)}, and {outcome(got)}")
        case bool() if isinstance(got, bool):
            problem = "" if got == expected else f"should be {expected}, and is {got}"
            yield Quantity(name, got == expected, expected=str(expected), got=str(got), problem=problem)
        case Tensor() | bool() | int() | float():
            yield _numbers(name, expected, got, RTOL, ATOL)
        case _:
            ok = type(got) is type(expected) and got == expected
            problem = "" if ok else f"should be {words(expected)}, and is {words(got)}"
            yield Quantity(name, ok, expected=shown(expected), got=shown(got), problem=problem)


# Numbers and tensors.


def _numbers(name: str, expected: Any, got: Any, rtol: float, atol: float) -> Quantity:
    """A tensor, a number or a list of numbers: all three as one quantity."""
    if type(expected) is type(got) is float:
        gap = 0.0 if expected == got else abs(expected - got)
        if gap == 0 or (gap <= rtol * abs(expected) + atol < math.inf):  # NaN is neither
            return Quantity(name, True, exact=not gap, close=True, maxdiff=float(gap), expected=expected, got=got)
    target = expected if isinstance(expected, Tensor) else _as_wide(expected)
    shape = tuple(target.shape) if isinstance(expected, Tensor) and target.dim() else None
    claim, problem = _as_tensor(got, expected)
    got_shape = tuple(got.shape) if isinstance(got, (Tensor, Unsent)) else None
    if isinstance(got, Unsent) and isinstance(expected, Tensor) and got.shape != tuple(target.shape):
        problem = _other_shape(tuple(target.shape), got.shape)
    if claim is None:
        return Quantity(name, False, expected_shape=shape, got_shape=got_shape, got=shown(got), problem=problem)
    if claim.shape != target.shape:
        problem = _shape_problem(expected, target, claim, rtol, atol)
        return Quantity(name, False, expected_shape=tuple(target.shape), got_shape=tuple(claim.shape), problem=problem)
    quantity = _values(name, target.detach(), claim.detach(), rtol, atol)
    quantity = msgspec.structs.replace(quantity, expected_shape=shape, got_shape=shape)
    if not problem:
        problem = _dtype_problem(target, claim, words(got) if shape is None else "")
    return msgspec.structs.replace(quantity, ok=False, problem=problem) if problem else quantity


def _as_tensor(got: Any, expected: Any) -> tuple[Tensor | None, str]:
    """A claim as a tensor, or what is wrong with its kind."""
    listed, single = isinstance(expected, (list, tuple)), not isinstance(expected, (list, tuple, Tensor))
    if isinstance(got, Unsent):
        return None, f"cannot be compared: the tensor {got.why}"
    if listed:
        numbers = [as_number(item) for item in got] if _in_order(got) else None
        if numbers is None:
            return None, f"should be a list of {len(expected)} numbers, and is {words(got)}"
        if None in numbers:
            odd = numbers.index(None)
            return None, f"should be a list of numbers, and has {words(got[odd])} at [{odd}]"
        return _as_wide([item.item() if isinstance(item, Tensor) else item for item in got]), _grad_problem(*got)
    if isinstance(got, Tensor):
        return got, _grad_problem(got) if not (isinstance(expected, Tensor) and expected.requires_grad) else ""
    if is_number(got) and single:
        return _as_wide(got), ""
    return None, f"should be {asked_for_words(expected)}, and is {words(got)}"


def _as_wide(value: Any) -> Tensor:
    """Python numbers as a tensor, floats in double precision."""
    tensor = torch.as_tensor(value)
    return torch.as_tensor(value, dtype=torch.float64) if tensor.dtype.is_floating_point else tensor


def _grad_problem(*got: Any) -> str:
    if any(isinstance(item, Tensor) and item.requires_grad for item in got):
        return "is still attached to a graph (requires_grad=True), and should not be: `.detach()` cuts it off"
    return ""


def _dtype_problem(expected: Tensor, got: Tensor, single: str) -> str:
    """single: the answer in words, if one number is asked for."""
    came = f"and is {single or dtype_name(got)}"
    if expected.dtype == torch.bool:
        asked = "True or False" if single else "a tensor of True and False"
        return "" if got.dtype == torch.bool else f"should be {asked}, {came}"
    if expected.dtype.is_floating_point:
        fine = got.dtype in (torch.float32, torch.float64) or (single and _is_integer(got))
        asked = "a number" if single else "of dtype float32 (float64 will do)"
        return "" if fine else f"should be {asked}, {came}"
    if expected.dtype.is_complex:
        return "" if got.dtype.is_complex else f"should be complex, {came}"
    return "" if _is_integer(got) else f"should be {'a whole number' if single else 'whole numbers'}, {came}"


def _is_integer(tensor: Tensor) -> bool:
    return not (tensor.dtype.is_floating_point or tensor.dtype.is_complex or tensor.dtype == torch.bool)


def _shape_problem(asked_for: Any, expected: Tensor, got: Tensor, rtol: float, atol: float) -> str:
    if isinstance(asked_for, (list, tuple)):
        return f"should have {len(asked_for)} entries, and has {len(got)}"
    if not isinstance(asked_for, Tensor):
        return f"should be {asked_for_words(asked_for)}, and is {words(got)}"
    expected, got = expected.detach(), got.detach()
    right = got.numel() == expected.numel() and _values("", expected, got.reshape(expected.shape), rtol, atol).ok
    asked, came = tuple(expected.shape), tuple(got.shape)
    if right:
        return f"has the right values in the wrong shape: {came}, where {asked} is asked for"
    return _other_shape(asked, came)


def _other_shape(asked: tuple[int, ...], came: tuple[int, ...]) -> str:
    if len(came) != len(asked):
        count = f"{len(came)} dimension{'' if len(came) == 1 else 's'}"
        return f"has {count}, {came}, where {len(asked)} {'is' if len(asked) == 1 else 'are'} asked for: {asked}"
    return f"has shape {came}, where {asked} is asked for"


def _values(name: str, expected: Tensor, got: Tensor, rtol: float, atol: float) -> Quantity:
    """Values of equal shape. Tolerance: rtol of the largest finite expected element, and atol."""
    if not (expected.dtype.is_floating_point or expected.dtype.is_complex):
        rtol = atol = 0.0  # whole numbers and truths are right or wrong
    if exact_enough := _at_a_glance(name, expected, got, rtol, atol):
        return exact_enough
    wide = torch.complex128 if expected.dtype.is_complex or got.dtype.is_complex else torch.float64
    a, b = expected.to(wide), got.to(wide)
    if not a.numel():
        return Quantity(name, True, exact=True, close=True, maxdiff=0.0)
    finite = a.isfinite()
    scale = float(a[finite].abs().max()) if finite.any() else 0.0
    gap = (a - b).abs()
    same = (a == b) | (a.isnan() & b.isnan())
    gap = torch.where(same, 0.0, gap.nan_to_num(nan=math.inf, posinf=math.inf))
    wrong = gap > rtol * scale + atol
    worst = int(gap.reshape(-1).argmax())
    index = tuple(int(i) for i in np.unravel_index(worst, a.shape)) if a.dim() else None
    problem = ""
    numbers = None
    if wrong.any():
        problem = _value_problem(a, b, wrong, index)
        numbers = Numbers(a, b, wrong, rtol * scale + atol, _kind(expected.dtype)) if a.dim() else None
    return Compared(
        name,
        not problem,
        exact=bool(same.all()),
        close=bool(torch.allclose(b, a, equal_nan=True)),
        maxdiff=float(gap.max()),
        worst=index,
        expected=number_of(a.reshape(-1)[worst]),
        got=number_of(b.reshape(-1)[worst]),
        problem=problem,
        numbers=numbers,
    )


def _kind(dtype: torch.dtype) -> Literal["numbers", "whole numbers", "truths"]:
    if dtype == torch.bool:
        return "truths"
    return "numbers" if dtype.is_floating_point or dtype.is_complex else "whole numbers"


def _at_a_glance(name: str, expected: Tensor, got: Tensor, rtol: float, atol: float) -> Quantity | None:
    """The usual case: the values are right. One that is not so clear (NaN, inf, too far) is looked at closely."""
    if expected.dtype != got.dtype or not expected.numel():
        return None
    if torch.equal(expected, got):
        return Quantity(name, True, exact=True, close=True, maxdiff=0.0)
    if not expected.dtype.is_floating_point:
        return None
    gap = float((expected - got).abs().max())
    scale = float(expected.abs().max())
    if not gap < rtol * scale + 0.9 * atol < math.inf:  # NaN is not less than anything
        return None
    return Quantity(name, True, exact=False, close=gap <= 1e-8 or bool(torch.allclose(got, expected)), maxdiff=gap)


def _value_problem(a: Tensor, b: Tensor, wrong: Tensor, index: tuple[int, ...] | None) -> str:
    odd = ~b.isfinite() & a.isfinite()
    if odd.any():
        what = "NaN" if b[odd].isnan().all() else "inf" if not b[odd].isnan().any() else "NaN and inf"
        first = tuple(int(i) for i in odd.nonzero()[0]) if a.dim() else None
        return (
            f"has {what} in {int(odd.sum())} of {a.numel()} places, first at {list(first)}" if first else f"is {what}"
        )
    yours, expected = apart(number_of(b if index is None else b[index]), number_of(a if index is None else a[index]))
    told = f"yours {yours}, expected {expected}"
    return told if index is None else f"{int(wrong.sum())} of {a.numel()} differ, worst at {list(index)}: {told}"


def _moved(name: str, before: Any, after: Any, got: Any, largest: float, rtol: float) -> Quantity:
    start, end = (v.detach() if isinstance(v, Tensor) else _as_wide(v) for v in (before, after))
    claim, _ = _as_tensor(got, after)
    claim = claim.detach() if claim is not None and isinstance(after, Tensor) else claim
    if claim is None or claim.shape != end.shape:
        return _numbers(name, after, got, RTOL, ATOL)
    wide = torch.float64
    step = (end.to(wide) - start.to(wide)).abs().max()
    allowed = rtol * max(float(step), 0.01 * largest)
    quantity = _values(name, end.to(wide), claim.to(wide), 0.0, allowed)
    shape = tuple(end.shape) if isinstance(after, Tensor) else None
    return msgspec.structs.replace(quantity, expected_shape=shape, got_shape=shape)


# Collections and properties.


def _in_order(got: Any) -> bool:
    """A list or tuple; a set arrives as a `Bag`, whose order means nothing."""
    return isinstance(got, (list, tuple)) and not isinstance(got, Bag)


def _parts(name: str, named: dict[str, Any], got: Any) -> Iterator[Quantity]:
    if not _in_order(got):
        problem = f"should be a tuple of {len(named)} ({', '.join(named)}), and is {words(got)}"
        yield Quantity(name, False, got=shown(got), problem=problem)
    elif len(got) != len(named):
        problem = f"should have {len(named)} entries ({', '.join(named)}), and has {len(got)}"
        yield Quantity(name, False, problem=problem)
    else:
        for (part, expected), item in zip(named.items(), got, strict=True):
            yield from _compare(part, expected, item)


def _sequence(name: str, expected: list[Any], got: Any) -> Iterator[Quantity]:
    if not _in_order(got):
        problem = f"should be a list or tuple of {len(expected)}, and is {words(got)}"
        yield Quantity(name, False, got=shown(got), problem=problem)
    elif len(got) != len(expected):
        problem = f"should have {len(expected)} entries, and has {len(got)}"
        yield Quantity(name, False, got=shown(got), expected=shown(expected), problem=problem)
    else:
        for i, (one, item) in enumerate(zip(expected, got, strict=True)):
            yield from _compare(f"{name}[{i}]", one, item)


def _table(name: str, expected: dict[Any, Any], got: Any) -> Iterator[Quantity]:
    if not isinstance(got, dict):
        problem = f"should be a dict with {', '.join(map(repr, expected))}, and is {words(got)}"
        yield Quantity(name, False, got=shown(got), problem=problem)
        return
    for key, value in expected.items():
        part = f"{name}[{key!r}]" if name else str(key)
        if key not in got:
            yield Quantity(part, False, problem="is missing")
        else:
            yield from _compare(part, value, got[key])


def _set(name: str, expected: set[Any], got: Any) -> Quantity:
    asked = sorted(expected, key=words)
    came = sorted(got, key=words) if isinstance(got, (list, tuple)) else None
    told = [
        ", ".join(item if isinstance(item, str) else words(item) for item in items or ()) for items in (asked, came)
    ]
    problem = ""
    if came is None:
        problem = f"should be {{{told[0]}}}, and is {words(got)}"
    elif list(map(words, came)) != list(map(words, asked)):
        problem = f"should be {{{told[0]}}}, and is {{{told[1]}}}"
    return Quantity(name, not problem, expected=told[0], got=told[1], problem=problem)


def _each(name: str, expected: Any, got: Any, says: str) -> Iterator[Quantity]:
    if not isinstance(got, (list, tuple)) or not got:
        yield _say(Quantity(name, False, problem=f"should be a list, and is {words(got)}"), says)
        return
    compared: list[Quantity] = []
    for item in got:
        compared = compare(name, expected, item)
        if not all(q.ok for q in compared):
            break
    yield from (_say(q, says) for q in compared)


def _holds(name: str, rules: Any, got: Any) -> Quantity:
    for rule, says in rules:
        try:
            ok = bool(rule(got))
        except Exception:  # the claim is not even of the right kind
            ok = False
        if not ok:
            return Quantity(name, False, got=shown(got), problem=f"is {words(got)}", says=says)
    return Quantity(name, True, got=shown(got))


def _say(quantity: Quantity, says: str) -> Quantity:
    return msgspec.structs.replace(quantity, says=says) if says and not quantity.ok else quantity
