"""What a merge left in two versions: the functions that it touches are left out as a whole, and no half is taken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.course.cutting import METHOD, blocks, cut, lines_of

MARK = re.compile(r"([<|=>])\1{6}(?: |$)")  # as version control writes them into a file
STATEMENT = r"[^\s#)\]}<|=>]"  # at column 0; what begins with a sign of a mark is none


@dataclass(frozen=True)
class Conflict:
    """A place in two versions: its first line, that line's text, and the functions that it touches."""

    line: int
    text: str
    names: frozenset[str]


@dataclass(frozen=True)
class Unit:
    """A function, a method, a class down to its first method, or, without a name, what stands between."""

    line: int
    text: str
    name: str


def without_conflicts(text: str) -> tuple[str, list[Conflict]]:
    """The text without what stands there in two versions, as many lines as before. What has no name stays, without the
    marks: imports in two versions are all of use.
    """
    regions = [(first, last) for first, last, _ in _regions(text)]
    if not regions:
        return text, []
    inside = {number for first, last in regions for number in range(first, last + 1)}
    touched: dict[tuple[int, int], set[str]] = {region: set() for region in regions}
    kept = []
    for unit in _units(text):
        found = [region for region in regions if _touches(region, unit)]
        for region in found if unit.name else ():
            touched[region].add(unit.name)
        kept.append(_placeholder(unit.text) if unit.name and found else _unmarked(unit, inside))
    lines = text.split("\n")
    return "".join(kept), [Conflict(a, lines[a - 1], frozenset(touched[a, b])) for a, b in regions]


def loose_marks(text: str) -> int:
    """How many conflicts of a text lack some of their marks."""
    return sum(not whole for _, _, whole in _regions(text))


def _regions(text: str) -> Iterator[tuple[int, int, bool]]:
    """First and last line of each conflict, and whether all its marks are there. A lone line of = is a headline."""
    begun = parted = 0
    for number, line in enumerate(text.split("\n"), 1):
        found = MARK.match(line)
        sign = found.group(1) if found else ""
        if sign == "<":
            if begun:
                yield begun, parted or begun, False
            begun, parted = number, 0
        elif sign == "=":
            parted = number
        elif sign == ">":
            yield begun or parted or number, number, bool(begun and parted)
            begun = parted = 0
    if begun:
        yield begun, parted or begun, False


def _touches(region: tuple[int, int], unit: Unit) -> bool:
    """Whether code of a unit stands in a region, or behind a mark in the midst of it."""
    first, last = region
    begun = marked = False
    for number, line in enumerate(lines_of(unit.text), unit.line):
        if MARK.match(line):
            marked |= begun and first <= number <= last
        elif _is_code(line):
            if first <= number <= last or marked:
                return True
            begun = True
    return False


def _unmarked(unit: Unit, inside: set[int]) -> str:
    lines = enumerate(lines_of(unit.text), unit.line)
    return "".join("\n" if number in inside and MARK.match(line) else line for number, line in lines)


def _placeholder(text: str) -> str:
    """What stands for a unit that is left out, so that what is around it still compiles: as many lines."""
    ends = text.count("\n")
    code = "    pass" if text.startswith("    ") else ""
    if owner := re.match(r"class +\w+", text):
        code = f"{owner.group()}:\n    pass" if ends > 1 else f"{owner.group()}:"  # then a method follows at once
    return code + "\n" * (ends - code.count("\n"))


def _units(text: str) -> Iterator[Unit]:
    above, line_above = "", 0  # decorators that marks keep apart from what they decorate
    for line, block in blocks(text):
        owner = re.match(r"class +(\w+)", block)
        for start, part in cut(block, f"{METHOD}|{STATEMENT}" if owner else STATEMENT):
            indent = "    " if owner and part.startswith("    ") else ""
            if _only_decorators(part):
                above, line_above = above + part, line_above or line + start - 1
                continue
            own = re.search(rf"^{indent}(?:async )?def +(\w+)", part, re.M)
            within = [owner.group(1)] if owner and (indent or part.startswith("class ")) else []
            name = ".".join([*within, *([own.group(1)] if own else [])])
            yield Unit(line_above or line + start - 1, above + part, name)
            above, line_above = "", 0
    if above:
        yield Unit(line_above, above, "")


def _only_decorators(part: str) -> bool:
    code = [line for line in lines_of(part) if _is_code(line) and not MARK.match(line)]
    return bool(code) and all(line.lstrip().startswith("@") for line in code)


def _is_code(line: str) -> bool:
    return not re.match(r"\s*(#|$)", line)
