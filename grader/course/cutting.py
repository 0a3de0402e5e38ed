"""A text cut where lines begin in some way. A form feed or a line separator ends no line of Python, and none here."""

import re
from collections.abc import Iterator

METHOD = r"    (def |async def |@)"  # how a method begins in a class at column 0


def lines_of(text: str) -> list[str]:
    """The lines, each with its end."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def blocks(text: str) -> Iterator[tuple[int, str]]:
    """The text, cut before every `def`, `class` and decorator at column 0, with the first line of each."""
    return cut(text, r"def |async def |class |@")


def cut(text: str, beginning: str) -> Iterator[tuple[int, str]]:
    """The text, cut before every line that begins so, with the first line of each. Decorators stay with what they
    decorate.
    """
    lines = lines_of(text)
    starts = [i for i, line in enumerate(lines) if i and re.match(beginning, line)]
    starts = [i for i in starts if not (i - 1 in starts and lines[i - 1].lstrip().startswith("@"))]
    for start, end in zip([0, *starts], [*starts, len(lines)], strict=True):
        yield start + 1, "".join(lines[start:end])
