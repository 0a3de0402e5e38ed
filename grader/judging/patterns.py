"""What all wrong elements of a tensor have in common, in words: where they are, and how far off.

Something is said only if it holds for every wrong element. Rows, columns and dims count from 0, as in torch.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from grader.judging.comparing import Numbers
from grader.judging.words import short

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
AXES: dict[int, tuple[str, ...]] = {1: ("entry",), 2: ("row", "column")}
MANY = {"row": "rows", "column": "columns", "entry": "entries"}
LISTED = 3  # rows that are named one by one


def pattern(numbers: Numbers) -> str:
    """One sentence on where the wrong elements are and one on how far off they are; of both, those that hold."""
    if numbers.expected.is_complex() or numbers.got.is_complex():
        return ""
    expected, got, wrong = (np.asarray(t.numpy()) for t in (numbers.expected, numbers.got, numbers.wrong))
    where = next(_where(expected, wrong), "") or next(_which(expected, wrong), "")
    how = ""
    if numbers.kind == "truths":
        how = next(_truth(got, wrong), "")
    elif wrong.sum() > 1:
        if np.isfinite(got[wrong]).all() and np.isfinite(expected[wrong]).all():
            how = next(_how(numbers.kind, expected, got, wrong), "")
        how = how or next(_moved(expected, got, numbers.limit), "")
    return " ".join(filter(None, (where, how)))


# Where.


def _where(expected: Floats, wrong: Truths) -> Iterator[str]:
    count = int(wrong.sum())
    if count < 2 or count == wrong.size:
        return
    if wrong.ndim not in AXES:
        yield from _in_one_slice(wrong)
        return
    for dim, noun in enumerate(AXES[wrong.ndim]):
        others = tuple(d for d in range(wrong.ndim) if d != dim)
        some: Truths = np.asarray(wrong.any(axis=others))
        whole: Truths = np.asarray(wrong.all(axis=others))
        if not np.array_equal(some, whole):
            if some.sum() == 1:
                yield f"All that differs is in {_named(noun, some)}."
            continue
        if some.sum() == 1:
            yield f"Only {_named(noun, some)} differs."
        elif (~some).sum() == 1 and wrong.ndim > 1:
            yield f"Every {noun} differs but {_named(noun, ~some)}."
        elif named := _named(noun, some):
            yield f"Only {named} differ."
        elif named := _named(noun, ~some):
            yield f"Only {named} {'is' if (~some).sum() == 1 else 'are'} right."
    if wrong.ndim == 2 and wrong.shape[0] == wrong.shape[1] > 2:
        yield from _by_the_diagonal(wrong)


def _by_the_diagonal(wrong: Truths) -> Iterator[str]:
    diagonal = np.eye(len(wrong), dtype=bool)
    if np.array_equal(wrong, diagonal):
        yield "Only the diagonal differs."
    elif np.array_equal(wrong, ~diagonal):
        yield "All but the diagonal differs."
    for words, part in (
        ("above the diagonal", np.triu(~diagonal)),
        ("below the diagonal", np.tril(~diagonal)),
        ("on and above the diagonal", np.triu(diagonal | ~diagonal)),
        ("on and below the diagonal", np.tril(diagonal | ~diagonal)),
    ):
        if np.array_equal(wrong, part):
            yield f"Everything {words} differs, and nothing else."
        elif not (wrong & ~part).any() and wrong.sum() >= len(wrong):
            yield f"All that differs is {words}."


def _in_one_slice(wrong: Truths) -> Iterator[str]:
    for dim in range(wrong.ndim):
        some: Truths = np.asarray(wrong.any(axis=tuple(d for d in range(wrong.ndim) if d != dim)))
        if some.sum() == 1 and len(some) > 1:
            index = [":"] * wrong.ndim
            index[dim] = str(int(some.argmax()))
            whole = "Only" if wrong.take(int(some.argmax()), axis=dim).all() else "All that differs is in"
            yield f"{whole} [{', '.join(index)}]{' differs' if whole == 'Only' else ''}."


def _named(noun: str, chosen: Truths) -> str:
    """ "row 3", "rows 0 and 2", "columns 4 to 7"; nothing where that would be a long list."""
    places = [int(i) for i in chosen.nonzero()[0]]
    last = len(chosen) - 1
    if len(places) == 1:
        return f"the last {noun}, {last}," if places[0] == last > 1 else f"{noun} {places[0]}"
    if len(places) <= LISTED:
        return f"{MANY[noun]} {', '.join(map(str, places[:-1]))} and {places[-1]}"
    if places[-1] - places[0] + 1 == len(places):
        return f"{MANY[noun]} {places[0]} to {places[-1]}"
    return ""


# Which, by their value.


def _which(expected: Floats, wrong: Truths) -> Iterator[str]:
    if wrong.sum() < 2 or wrong.all():
        return
    for words, which in (
        ("0", expected == 0),
        ("negative", expected < 0),
        ("positive", expected > 0),
    ):
        if np.array_equal(wrong, which):
            yield f"It differs exactly where the expected value is {words}."


def _truth(got: Floats, wrong: Truths) -> Iterator[str]:
    for value in (True, False):
        if wrong.sum() > 1 and (got[wrong] == value).all():
            yield f"All that differ are {value} in yours, and should be {not value}."


# How far off.


def _how(kind: str, expected: Floats, got: Floats, wrong: Truths) -> Iterator[str]:
    """What is done to every wrong element. All of them are finite."""
    scale = float(np.abs(expected[np.isfinite(expected)]).max(initial=0.0))
    difference = got - expected
    whole = wrong.all()
    every, verb = ("Every element", "is") if whole else ("All that differ", "are")
    if _is_one_number(got[wrong], scale):
        if (np.ptp(expected[wrong]) > 0) or got[wrong][0] == 0:
            yield f"Yours is {short(float(got[wrong][0]) + 0.0)} {'everywhere' if whole else 'wherever it differs'}."
        return
    if _is_one_number(difference[wrong], scale):
        amount = float(difference[wrong][0])
        told = f"{short(abs(amount))} too {'large' if amount > 0 else 'small'}"
        yield f"{every} {verb} off by the same amount: {told}."
        return
    if (factor := _factor(expected[wrong], got[wrong], scale)) is not None:
        if factor == -1:
            yield f"{every} {'has' if whole else 'have'} the opposite sign."
        else:
            yield f"{every} {verb} {short(factor)} times what is expected."
        return
    if kind == "numbers" and wrong.ndim > 1:
        yield from _along(expected, got, wrong, scale)


def _along(expected: Floats, got: Floats, wrong: Truths, scale: float) -> Iterator[str]:
    """The same amount, or the same factor, along each line of one dim."""
    difference = got - expected
    for dim in reversed(range(wrong.ndim)):
        lines = [np.moveaxis(t, dim, -1).reshape(-1, wrong.shape[dim]) for t in (expected, got, difference, wrong)]
        told = [(e[w], g[w], d[w]) for e, g, d, w in zip(*(lines[i] for i in range(4)), strict=True) if w.sum() > 1]
        if len(told) < 2 or any(w.sum() == 1 for w in lines[3]):
            continue
        each = f"Within each {AXES[2][1 - dim]}" if wrong.ndim == 2 else f"Along dim {dim}"
        if all(_is_one_number(d, scale) for *_, d in told):
            yield f"{each} all are off by the same amount."
        elif all(_factor(e, g, scale) is not None for e, g, _ in told):
            yield f"{each} yours is the expected times one number."


def _is_one_number(values: Floats, scale: float) -> bool:
    """Whether all are the same, to 1e-5 of it and what rounding adds."""
    return bool(np.ptp(values) <= 1e-5 * np.abs(values).max() + 1e-6 * scale)


def _factor(expected: Floats, got: Floats, scale: float) -> float | None:
    """The number that expected was multiplied by, if it is one number for all."""
    top = int(np.abs(expected).argmax())
    if abs(expected[top]) <= 1e-3 * scale or len(set(np.abs(expected).tolist())) < 2:
        return None
    factor = float(got[top] / expected[top])
    off = np.abs(expected * factor - got).max()
    if abs(factor) < 1e-4 or off > 1e-5 * np.abs(got).max() + 1e-6 * scale:
        return None
    return round(factor) if abs(factor - round(factor)) < 1e-5 * abs(factor) and round(factor) else factor


# Right in another place: the expected rows or columns, all of them one place further.


def _moved(expected: Floats, got: Floats, limit: float) -> Iterator[str]:
    if expected.ndim not in AXES or np.isnan(expected).any() or np.isnan(got).any():
        return
    for dim, noun in enumerate(AXES[expected.ndim]):
        mine, theirs = np.moveaxis(got, dim, 0), np.moveaxis(expected, dim, 0)
        if len(mine) < 3:
            continue
        for step, words, which, new in ((1, "later", "first", 0), (-1, "earlier", "last", -1)):
            there = np.roll(theirs, step, 0)
            others = slice(1, None) if step == 1 else slice(None, -1)
            if not _close(mine[others], there[others], limit) or len(set(there[others].ravel().tolist())) < 3:
                continue
            but = "" if _close(mine[new], there[new], limit) else f" but the {which}"
            yield f"Your {MANY[noun]}{but} are the expected ones, one place {words}."


def _close(one: Floats, other: Floats, limit: float) -> bool:
    same = one == other  # inf too
    with np.errstate(invalid="ignore"):
        return bool((same | (np.abs(one - other) <= limit)).all())
