"""What may be seen of a wrong answer: its numbers beside the expected ones, as far as a person can look at them."""

import math

import msgspec
import numpy as np
from torch import Tensor

from grader.judging.comparing import Compared, Numbers
from grader.judging.patterns import pattern
from grader.judging.verdict import Number, Picture, Quantity, Rows

ROWS, COLUMNS = 8, 12  # of a picture
PICTURES = 3  # of a verdict
DIGITS = 9  # of a number: as many as float32 has


def seen(quantities: list[Quantity]) -> list[Quantity]:
    """The quantities as records, the first wrong ones with their pictures and what their wrong elements share."""
    left = PICTURES
    told = []
    for quantity in quantities:
        numbers = quantity.numbers if isinstance(quantity, Compared) else None
        plain = _record(quantity)
        if numbers is not None and left and numbers.expected.numel() > 1 and not _is_complex(numbers):
            left -= 1
            shown = _picture(numbers, quantity.worst or ())
            plain = msgspec.structs.replace(plain, pattern=pattern(numbers), picture=shown)
        told.append(plain)
    return told


def _record(quantity: Quantity) -> Quantity:
    return Quantity(**{field: getattr(quantity, field) for field in Quantity.__struct_fields__})


def _is_complex(numbers: Numbers) -> bool:
    return numbers.expected.is_complex() or numbers.got.is_complex()


def _picture(numbers: Numbers, worst: tuple[int, ...]) -> Picture:
    """The whole, or what is around the worst element: of more than two dims the slice that it lies in."""
    leading, (rows, columns) = worst[:-2], ((1, *numbers.expected.shape)[-2:])
    at = (0, *worst)[-2:]
    first, last = _window(at[0], rows, ROWS)
    left, right = _window(at[1], columns, COLUMNS)
    expected, got = (
        _rows(tensor[leading].reshape(rows, columns)[first:last, left:right])
        for tensor in (numbers.expected, numbers.got)
    )
    parts = [f"slice [{', '.join(map(str, leading))}]"] if leading else []
    parts += [f"rows {first} to {last - 1} of {rows}"] if last - first < rows else []
    noun = "columns" if len(worst) > 1 else "entries"
    parts += [f"{noun} {left} to {right - 1} of {columns}"] if right - left < columns else []
    return Picture(expected, got, numbers.limit, first, left, ", ".join(parts))


def _window(at: int, size: int, most: int) -> tuple[int, int]:
    first = max(0, min(at - most // 2, size - most))
    return first, min(first + most, size)


def _rows(tensor: Tensor) -> Rows:
    return tuple(tuple(_number(x) for x in row) for row in np.asarray(tensor.numpy()).tolist())


def _number(x: float) -> Number:
    return float(f"{x:.{DIGITS}g}") if math.isfinite(x) else str(x)
