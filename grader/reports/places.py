"""The place where one change makes an answer right: the line, and what is marked in it."""

from unicodedata import category, combining, east_asian_width

from grader.judging.verdict import Place
from grader.reports.page import Page, visible

WORDS = "one change here makes your answer right"
ABOVE = 12  # characters that stay before what is marked, where a line is too long and there is room for them


def place_lines(place: Place, page: Page, verbose: bool = False) -> list[str]:
    """The line with its marks; what more may be told of it, below."""
    code = _plain(visible(place.source_line.rstrip()))
    own = len(code) - len(code.lstrip())
    start = place.column - 1 - own
    end = place.end_column - 1 - own if place.end_line == place.line else len(code) - own
    head = f"    {place.line}  "
    code, start, end = _fitting(code.lstrip(), start, end, page.width - len(head))
    before, marked = _cells(code[:start]), _cells(code[start:end])
    marks = " " * (len(head) + before) + page.style("^" * marked, fg="yellow", bold=True)
    words = (
        WORDS if place.end_line == place.line else f"one change in lines {place.line} to {place.end_line}" + WORDS[15:]
    )
    lines = [head + code]
    if len(head) + before + marked + 2 + len(words) <= page.width:
        lines.append(f"{marks}  {words}")
    else:
        lines += [marks, *page.wrap(words, "    ")]
    if place.question:
        lines += page.wrap(f"The question there: {place.question}", "    ")
    if place.passes:
        lines += page.wrap(f"It passes with `{visible(place.passes)}`", "    ")
    if verbose:
        lines += page.wrap(counted(place), "    ")
    return lines


def counted(place: Place) -> str:
    if place.passing == 1:
        return f"{place.tried} changes were tried; one of them passes"
    return f"{place.tried} changes were tried; {place.passing} of them pass, all of them here"


def _fitting(code: str, start: int, end: int, room: int) -> tuple[str, int, int]:
    """A line of code with what is marked in it, cut where it does not fit."""
    quoted = "'" in code or '"' in code  # what looks like a comment could stand in a text
    if len(code) > room and not quoted and end <= len(bare := code.partition("  #")[0]):
        code = bare
    if len(code) > room and end > room - 3:
        after = 3 if len(code) > end else 0
        before = max(3, min(ABOVE, room - (end - start) - after))
        gone = max(0, min(start - before, len(code) - room + 3))
        code, start, end = "..." + code[gone + 3 :], start - gone, end - gone
    if len(code) > room:
        code = code[: room - 3] + "..."
        end = room if end > room - 3 else end
    return code, max(0, start), max(min(end, len(code)), max(0, start) + 1)


def _plain(code: str) -> str:
    """A line in which every sign has a place of its own: no tabs, and nothing that turns or hides what follows."""
    return "".join(" " if sign == "\t" else "?" if category(sign) in ("Cf", "Zl", "Zp") else sign for sign in code)


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)
