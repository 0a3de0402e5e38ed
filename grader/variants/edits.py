"""An edit: some lines of a file, and what stands there instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import indent

from grader.course.source import Source, span


class EditError(Exception):
    """An authored edit does not fit the reference: for the author."""


@dataclass(frozen=True)
class Rewritten:
    """A function of the reference as it is to be instead. The text begins at column 0."""

    blank: str
    text: str

    @property
    def owner(self) -> str:
        """The class that it belongs to, or ""."""
        return self.blank.rpartition(".")[0]

    @property
    def name(self) -> str:
        return self.blank.rpartition(".")[2]


Variation = tuple[Rewritten, ...]  # some functions of the reference, rewritten


@dataclass(frozen=True)
class Edit:
    """Lines `first` to `last` become `text`."""

    first: int
    last: int
    text: str


def apply(source: Source, edits: Iterable[Edit]) -> str:
    """The whole text after the edits, which must not overlap."""
    lines = source.lines()
    for edit in sorted(edits, key=lambda e: -e.first):
        lines[edit.first - 1 : edit.last] = edit.text.split("\n")
    return "\n".join(lines) + "\n"


def in_place(source: Source, rewritten: Rewritten) -> Edit:
    """The edit that puts a rewritten function where the file has its own."""
    definition = source.definitions[rewritten.blank]
    first, last = span(definition)
    return Edit(first, last, indent(rewritten.text, " " * definition.col_offset))


def dedented(text: str) -> str:
    """A function's text, moved to column 0."""
    own = text[: len(text) - len(text.lstrip(" "))]
    return "\n".join(line.removeprefix(own) for line in text.split("\n"))
