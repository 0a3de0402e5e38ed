"""What a wrong quantity is to the right one: its negative, its transpose, n times too large.

A relation is a plain function: a case in, true sentences about it out ("is exactly the negative of ..."). What is said
must be true of every wrong quantity on every draw on which it is wrong.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from grader.checks import expectations as expect
from grader.course.outline import Exercise
from grader.judging import comparing, expecting
from grader.judging.expecting import Reference
from grader.judging.judge import Behaviour
from grader.judging.words import as_number

RTOL, ATOL = 1e-5, 1e-6
MANY = 24  # quantities
RICH = 4  # different numbers that it takes to tell one behaviour from another
AXES = {1: ("entry",), 2: ("row", "column")}


@dataclass(frozen=True)
class Case:
    """One wrong quantity on one draw. `right` and `got` are float64 or bool tensors, or None if they are no numbers.

    inputs: what the check handed out, by name. before: what was answered on the first draw, if this is a later one.
    """

    seed: int
    name: str
    right: Tensor | None
    got: Tensor | None
    inputs: dict[str, Tensor]
    before: Tensor | None
    atoms: frozenset[Any]


Relation = Callable[[Case], Iterator[str]]


def cases(ref: Reference, exercise: Exercise, does: Behaviour) -> list[Case]:
    """Every wrong quantity on every draw on which it is wrong."""
    found: list[Case] = []
    earlier: dict[str, Tensor] = {}
    for seed in sorted(does):
        if not isinstance(does[seed], list):
            continue
        answers, _ = does[seed]
        expected = expecting.expected(ref, exercise.name, seed)
        inputs = {name: value.detach() for name, value in expected.inputs if isinstance(value, Tensor)}
        for name, right, got in _leaves("", expected.answers, answers):
            number = _numbers(got)
            if not all(q.ok for q in comparing.compare(name, right, got)):
                found.append(
                    Case(seed, name, _numbers(_plain(right)), number, inputs, earlier.get(name), _atoms(got, number))
                )
            if number is not None:
                earlier.setdefault(name, number)
    return found


def is_rich(found: list[Case], does: Behaviour) -> bool:
    """Whether an answer holds enough to tell one behaviour from another: different numbers in what is wrong, or many
    quantities, of which each could be wrong.
    """
    atoms = {atom for case in found for atom in case.atoms}
    numbers = sum(2 if isinstance(atom, float) and not atom.is_integer() else 1 for atom in atoms)
    names = {case.name for case in found if case.got is None or case.got.dtype != torch.bool}
    many = any(
        sum(1 for _ in _leaves("", shown[0], shown[0])) >= MANY for shown in does.values() if isinstance(shown, list)
    )
    return numbers + len(names) >= RICH or many


def related(found: list[Case], relations: tuple[Relation, ...]) -> list[tuple[str, str]]:
    """Pairs of a relation's name and what it says, of those that hold in every case."""
    said: list[tuple[str, str]] = []
    for relation in relations:
        common: list[str] | None = None
        for case in found:
            true = list(relation(case)) if case.right is not None and case.got is not None else []
            common = true if common is None else [words for words in common if words in true]
            if not common:
                break
        said += [(relation.__name__.replace("_", " "), words) for words in common or ()]
    return said


def _leaves(name: str, right: Any, got: Any) -> Iterator[tuple[str, Any, Any]]:
    """Expectation and claim side by side, down to single quantities, named as the comparer names them."""
    match right:
        case expect.OfNode(expected=value):
            yield from _leaves(name, value, got)
        case expect.Each(value) if isinstance(got, (list, tuple)):
            yield name, [value] * len(got), got
        case expect.Parts(named) if isinstance(got, (list, tuple)) and len(got) == len(named):
            for (part, value), item in zip(named.items(), got, strict=True):
                yield from _leaves(part, value, item)
        case dict() if isinstance(got, dict):
            for key, value in right.items():
                part = f"{name}[{key!r}]" if name else str(key)
                if key in got:
                    yield from _leaves(part, value, got[key])
                else:
                    yield part, value, None
        case list() | tuple() if not _is_numbers(right) and isinstance(got, (list, tuple)) and len(got) == len(right):
            for i, (value, item) in enumerate(zip(right, got, strict=True)):
                yield from _leaves(f"{name}[{i}]", value, item)
        case _:
            yield name, right, got


def _is_numbers(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and bool(value) and all(as_number(item) is not None for item in value)


def _plain(right: Any) -> Any:
    match right:
        case expect.Close(value=value):
            return value
        case expect.Moved(after=after):
            return after
    return right


def _numbers(value: Any) -> Tensor | None:
    if isinstance(value, Tensor):
        return value.detach() if value.dtype == torch.bool else None if value.is_complex() else value.detach().double()
    if _is_numbers(value):
        return torch.tensor([as_number(item) for item in value], dtype=torch.float64)
    if isinstance(value, bool):
        return torch.tensor(value)
    number = as_number(value)
    return None if number is None else torch.tensor(number, dtype=torch.float64)


def _atoms(got: Any, number: Tensor | None) -> frozenset[Any]:
    if number is not None:
        return frozenset(round(x, 9) for x in number.double().flatten()[:64].tolist() if math.isfinite(x))
    if isinstance(got, (list, tuple, set)):
        return frozenset(repr(item) for item in got)
    return frozenset([repr(got)])


def _equal(one: Tensor, other: Tensor) -> bool:
    """Equal in shape, and in value to 1e-5 of the scale."""
    if one.shape != other.shape or one.dtype == torch.bool or other.dtype == torch.bool or not one.numel():
        return False
    if not (one.isfinite().all() and other.isfinite().all()):
        return False
    scale = max(float(one.abs().max()), float(other.abs().max()))
    return float((one - other).abs().max()) <= RTOL * scale + ATOL and scale > ATOL


def _quantities(case: Case) -> Iterator[tuple[str, Tensor]]:
    """The inputs that broadcast against the answer."""
    assert case.right is not None
    for name, value in case.inputs.items():
        if value.dtype.is_floating_point and name.isidentifier():
            try:
                if value.expand(case.right.shape).shape == case.right.shape:
                    yield name, value.double()
            except RuntimeError:
                continue


# Before the variants.


def constant(case: Case) -> Iterator[str]:
    got, right = case.got, case.right
    assert got is not None and right is not None
    if got.dtype == torch.bool or not got.numel():
        return
    first = float(got.flatten()[0])
    if math.isnan(first):
        if bool(got.isnan().all()):
            yield "is NaN everywhere" if got.numel() > 1 else "is NaN"
    elif got.numel() > 1 and bool((got == first).all()):
        yield f"is {first:g} everywhere"
        if not bool((right == right.flatten()[0]).all()):
            yield "is the same number everywhere"
    elif got.numel() == 1 and first in (0, 1, -1) and not _equal(got, right):
        yield f"is {first:g} everywhere"


def stale(case: Case) -> Iterator[str]:
    """As on an earlier draw: something was kept."""
    assert case.got is not None and case.right is not None
    if case.before is not None and _equal(case.got, case.before) and not _equal(case.got, case.right):
        yield "is what an earlier call gave: something is kept from one call to the next"


def not_reduced(case: Case) -> Iterator[str]:
    """Right if it is summed, or averaged, over a dim."""
    got, right = case.got, case.right
    assert got is not None and right is not None
    if got.dtype == torch.bool or got.shape == right.shape:
        return
    for dim in [d for d in range(got.dim()) if got.shape[d] > 1]:
        for how, made in (("summed", got.sum(dim)), ("averaged", got.mean(dim))):
            if _equal(made, right) or _equal(made.unsqueeze(dim), right):
                yield f"would be right if it were {how} over dim {dim}"
            elif made.numel() == right.numel() and _equal(made.reshape(right.shape), right):
                yield f"would have the right numbers if it were {how} over dim {dim}"


def not_stretched(case: Case) -> Iterator[str]:
    """Right if it is copied along a dim; said only where the right answer is constant along it."""
    got, right = case.got, case.right
    assert got is not None and right is not None
    if got.dtype != torch.bool and got.shape != right.shape and got.numel() < right.numel():
        try:
            if _equal(got.expand(right.shape), right):
                yield "has the right numbers, but is not stretched to the shape that is asked for"
        except RuntimeError:
            return


def other_shape(case: Case) -> Iterator[str]:
    got, right = case.got, case.right
    assert got is not None and right is not None
    if got.shape != right.shape and got.numel() == right.numel() > 1 and _equal(got.reshape(right.shape), right):
        yield "holds the right numbers in the wrong shape"


def transposed(case: Case) -> Iterator[str]:
    assert case.got is not None and case.right is not None
    if case.got.dim() == 2 and _equal(case.got.T, case.right):
        yield "is right, but transposed"


def negative(case: Case) -> Iterator[str]:
    assert case.got is not None and case.right is not None
    if case.got.dtype != torch.bool and _equal(-case.got, case.right):
        yield "is exactly the negative of what is asked for"


def an_input(case: Case) -> Iterator[str]:
    assert case.got is not None
    for name, value in case.inputs.items():
        if value.dtype.is_floating_point and _equal(case.got, value.double()):
            yield f"is `{name}`, unchanged" if name.isidentifier() else f"is {name}, unchanged"


def factor(case: Case) -> Iterator[str]:
    """Right if it is multiplied or divided by a quantity."""
    got, right = case.got, case.right
    assert got is not None and right is not None
    if got.dtype == torch.bool or got.shape != right.shape:
        return
    for name, value in _quantities(case):
        if value.numel() > 1 and not _equal(value, torch.ones_like(value)):
            if _equal(got * value, right):
                yield f"lacks the factor `{name}`"
            elif _equal(right * value, got):
                yield f"has a factor `{name}` that does not belong there"


def term(case: Case) -> Iterator[str]:
    """Right if a quantity is added or subtracted."""
    got, right = case.got, case.right
    assert got is not None and right is not None
    if got.dtype == torch.bool or got.shape != right.shape:
        return
    for name, value in _quantities(case):
        whole = value.expand(right.shape)
        if _equal(right - got, whole):
            yield f"would be right if `{name}` were added to it"
        elif _equal(got - right, whole):
            yield f"would be right if `{name}` were taken away from it"
        elif _equal(right - got, 2 * whole):
            yield f"would be right if twice `{name}` were added to it"
        elif _equal(got - right, 2 * whole):
            yield f"would be right if twice `{name}` were taken away from it"


# After the variants.


def constant_factor(case: Case) -> Iterator[str]:
    """A number times the right answer: a size where there is one, else the number."""
    got, right = case.got, case.right
    assert got is not None and right is not None
    if got.dtype == torch.bool or got.shape != right.shape or not right.numel():
        return
    top = int(right.abs().argmax())
    if float(right.flatten()[top].abs()) < 1e-4:
        return
    ratio = float(got.flatten()[top] / right.flatten()[top])
    if not math.isfinite(ratio) or abs(ratio - 1) < 1e-3 or abs(ratio) < 1e-4 or not _equal(right * ratio, got):
        return
    for size, words in _sizes(case):
        for value, how in (
            (size, f"too large by a factor: {words}"),
            (1 / size, f"too small by a factor: {words}"),
            (size - 1, f"too large by a factor: one less than {words}"),
            (1 / max(size - 1, 1e-9), f"too small by a factor: one less than {words}"),
            (math.sqrt(size), f"too large by a factor: the root of {words}"),
            (1 / math.sqrt(size), f"too small by a factor: the root of {words}"),
            (size / max(size - 1, 1e-9), f"divided by one less than {words}, where all of them count"),
            ((size - 1) / size, f"divided by {words}, where one less counts"),
        ):
            if math.isclose(ratio, value, rel_tol=1e-4):
                yield f"is {how}"
    for value, how in (
        (2.0, "twice"),
        (0.5, "half of"),
        (-2.0, "minus twice"),
        (-0.5, "minus half of"),
        (4.0, "four times"),
    ):
        if math.isclose(ratio, value, rel_tol=1e-4):
            yield f"is {how} what is asked for"
    yield f"is {ratio:.4g} times what is asked for"


def _sizes(case: Case) -> Iterator[tuple[float, str]]:
    assert case.right is not None
    for name, value in case.inputs.items():
        if name.isidentifier():
            yield from ((float(size), f"size {dim} of `{name}`") for dim, size in enumerate(value.shape) if size > 1)
    yield from (
        (float(size), f"size {dim} of what is asked for") for dim, size in enumerate(case.right.shape) if size > 1
    )


FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "the tanh of": torch.tanh,
    "the exp of": torch.exp,
    "the logarithm of": torch.log,
    "the square of": torch.square,
    "the root of": torch.sqrt,
    "the absolute value of": torch.abs,
    "one over": torch.reciprocal,
    "one minus": lambda x: 1 - x,
}


def function(case: Case) -> Iterator[str]:
    """A function of the right answer."""
    got, right = case.got, case.right
    assert got is not None and right is not None
    if got.dtype == torch.bool or got.shape != right.shape or len(_atoms(None, got)) < RICH:
        return
    if _equal(got, right):  # wrong in its kind alone: |3| is 3, and nobody took an absolute value
        return
    for words, f in FUNCTIONS.items():
        if _equal(f(right), got):
            yield f"is {words} what is asked for"


def reduced(case: Case) -> Iterator[str]:
    """The right answer, summed or averaged over a dim, or only its first entry."""
    got, right = case.got, case.right
    assert got is not None and right is not None
    if got.dtype == torch.bool or right.dtype == torch.bool or got.shape == right.shape:
        return
    for dim in [d for d in range(right.dim()) if right.shape[d] > 1]:
        for keepdim in (True, False):
            for words, made in (("sum", right.sum(dim, keepdim=keepdim)), ("mean", right.mean(dim, keepdim=keepdim))):
                if _equal(made, got):
                    yield f"is the {words} of what is asked for, over dim {dim}"


def only_some(case: Case) -> Iterator[str]:
    """Wrong, or right, in one row or column only."""
    got, right = case.got, case.right
    assert got is not None and right is not None
    if got.dtype == torch.bool or got.shape != right.shape or right.dim() not in AXES:
        return
    wrong = ~((got - right).abs() <= 1e-4 * float(right.abs().max()) + ATOL)
    for dim, noun in enumerate(AXES[right.dim()]):
        others = [d for d in range(right.dim()) if d != dim]
        for words, mask in (("is right but for its", wrong), ("is right only in its", ~wrong)):
            if mask is not wrong and others and not bool((mask.all(others[0]) == mask.any(others[0])).all()):
                continue
            places = (mask.any(others[0]) if others else mask).nonzero().flatten().tolist()
            last = right.shape[dim] - 1
            if len(places) == 1 and last > 1 and places[0] in (0, last):
                yield f"{words} {'last' if places[0] else 'first'} {noun}"
    square = right.dim() == 2 and right.shape[0] == right.shape[1]
    if square and bool((wrong == torch.eye(len(right), dtype=torch.bool)).all()):
        yield "is right but for the diagonal"


def elsewhere(case: Case) -> Iterator[str]:
    """The right numbers in other places."""
    got, right = case.got, case.right
    assert got is not None and right is not None
    if got.dtype == torch.bool or got.numel() != right.numel() or len(_atoms(None, got)) < RICH:
        return
    if got.dim() > 1 and got.shape == right.shape:
        for dim in range(got.dim()):
            if _equal(got.flip(dim), right):
                yield f"is right, but in reverse along dim {dim}"
    if _equal(got.flatten().sort().values, right.flatten().sort().values) and not _equal(
        got.flatten(), right.flatten()
    ):
        yield "holds the right numbers, but in other places"


BEFORE: tuple[Relation, ...] = (
    constant,
    stale,
    not_reduced,
    not_stretched,
    transposed,
    negative,
    an_input,
    factor,
    term,
)
BETWEEN: tuple[Relation, ...] = (constant_factor, function)
AFTER: tuple[Relation, ...] = (other_shape, reduced, only_some, elsewhere)
