"""A wrong tensor as a small picture: a sign and a size for each number, readable without colour."""

import math
from itertools import zip_longest

from grader.judging.verdict import Number, Picture, Quantity, Rows
from grader.reports.page import Page

SIZES = "░▒▓█"
DIGITS = "123456789"  # the same in plain signs
FIRST_ROWS, FIRST_COLUMNS = 6, 8  # the most that is shown unasked
CELL = 3  # characters of a number's sign and size, and a space
GAP = "  "
COLORS = {"+": "cyan", "-": "magenta"}


def value(number: Number) -> float:
    """A number of the record, text for NaN and inf included."""
    return float(number)


def differs(expected: Number, got: Number, limit: float) -> bool:
    """Whether one is wrong beside the other."""
    a, b = value(expected), value(got)
    if a == b or (math.isnan(a) and math.isnan(b)):
        return False
    return not abs(a - b) <= limit


def differences(picture: Picture) -> tuple[tuple[float | None, ...], ...]:
    """Yours minus expected; None where it is right."""
    return tuple(
        tuple(value(b) - value(a) if differs(a, b, picture.limit) else None for a, b in zip(expected, got, strict=True))
        for expected, got in zip(picture.expected, picture.got, strict=True)
    )


def helps_at_once(quantity: Quantity) -> bool:
    """Whether the picture says something that no words do: a part differs, no pattern is known, and it is small."""
    picture = quantity.picture
    if picture is None or quantity.pattern or picture.part or len(picture.expected) < 2:
        return False
    if len(picture.expected) > FIRST_ROWS or len(picture.expected[0]) > FIRST_COLUMNS:
        return False
    wrong = [off is not None for row in differences(picture) for off in row]
    return sum(wrong) > 1 and not all(wrong)


def picture_lines(picture: Picture, page: Page, whole: bool = True, indent: str = "    ") -> list[str]:
    """whole: expected and yours as well; without it, the difference alone."""
    fewer = _fitting(picture, (page.width - len(indent) - _label(picture)) // CELL)
    off = differences(fewer)
    gaps = [abs(d) for row in off for d in row if d is not None and math.isfinite(d)]
    sizes = [abs(x) for rows in (fewer.expected, fewer.got) for row in rows for x in map(value, row)]
    top, largest = max(filter(math.isfinite, sizes), default=0.0), max(gaps, default=0.0)
    panels = [_panel("difference", off, fewer, largest, page)]
    if whole:
        panels = [
            _panel(n, r, fewer, top, page) for n, r in (("expected", fewer.expected), ("yours", fewer.got))
        ] + panels
    lines = [indent + line for line in _side_by_side(panels, page.width - len(indent))]
    note = page.wrap(fewer.part, indent) if fewer.part else []
    legend = page.wrap(_legend(fewer, top if whole else None, largest, page), indent)
    return [*note, *lines, *(page.style(line, dim=True) for line in legend)]


def _label(picture: Picture) -> int:
    """The room that the numbers of the rows take."""
    return len(f"[{picture.row + len(picture.expected) - 1}]") if len(picture.expected) > 1 else 0


def _fitting(picture: Picture, columns: int) -> Picture:
    """As many columns as there is room for."""
    columns = max(1, columns)
    there = len(picture.expected[0])
    if there <= columns:
        return picture
    wrong = [i for row in differences(picture) for i, off in enumerate(row) if off is not None]
    first = max(0, min(min(wrong, default=0), there - columns))
    note = f"columns {picture.column + first} to {picture.column + first + columns - 1}"
    cut = [tuple(row[first : first + columns] for row in rows) for rows in (picture.expected, picture.got)]
    part = ", ".join(filter(None, (picture.part, f"of these {note}" if "columns" in picture.part else note)))
    return Picture(cut[0], cut[1], picture.limit, picture.row, picture.column + first, part)


Panel = tuple[int, list[str]]  # width as it is seen, lines


def _panel(
    name: str, rows: Rows | tuple[tuple[float | None, ...], ...], picture: Picture, top: float, page: Page
) -> Panel:
    label = _label(picture)
    columns = range(picture.column, picture.column + len(rows[0]))
    width = max(label + CELL * len(columns), label + 1 + len(name))
    lines = [" " * (label + 1) + page.style(name, bold=True) + " " * (width - label - 1 - len(name))]
    if columns[-1] < 100:
        lines.append((" " * label + "".join(f"{i:>{CELL}}" for i in columns)).ljust(width))
    for number, row in enumerate(rows, picture.row):
        head = f"[{number}]".rjust(label) if label else ""
        lines.append(head + "".join(f" {_cell(x, top, page)}" for x in row) + " " * (width - label - CELL * len(row)))
    return width, lines


def _cell(number: Number | None, top: float, page: Page) -> str:
    """Two characters: a sign, and a size from small to `top`."""
    if number is None:
        return " ." if page.plain else " ·"
    x = value(number)
    if math.isnan(x):
        return " ?"
    if x == 0:
        return " 0"
    sign = "+" if x > 0 else "-"
    sizes = DIGITS if page.plain else SIZES
    size = "!" if math.isinf(x) else sizes[max(0, math.ceil(len(sizes) * min(1.0, abs(x) / top)) - 1) if top else 0]
    return page.style(sign + size, fg=COLORS[sign])


def _side_by_side(panels: list[Panel], room: int) -> list[str]:
    """All in one row where they fit, else one below the other."""
    if sum(width for width, _ in panels) + len(GAP) * (len(panels) - 1) <= room:
        rows = zip_longest(*(lines for _, lines in panels), fillvalue="")
        return [GAP.join(row).rstrip() for row in rows]
    return [line.rstrip() for _, lines in panels for line in lines]


def _legend(picture: Picture, top: float | None, largest: float, page: Page) -> str:
    """What the signs mean, of those that are there."""
    most, right = (DIGITS if page.plain else SIZES)[-1], "." if page.plain else "·"
    off = [d for row in differences(picture) for d in row]
    shown = [x for rows in (picture.expected, picture.got) for row in rows for x in map(value, row)]
    sizes = [f"{most} is {top:.3g}"] if top else []
    if largest:
        sizes += [f"in the difference (yours - expected) {largest:.3g}"]
        sizes = sizes if top else [f"yours - expected: {most} is {largest:.3g}"]
    words = [", ".join(sizes)] if sizes else []
    words += [f"{right} is right"] if None in off else []
    words += ["? is NaN"] if any(map(math.isnan, shown)) else []
    words += ["! is inf"] if any(map(math.isinf, shown)) else []
    return "; ".join(words)
