"""An edit: some lines of a file, and what stands there instead."""

from collections.abc import Iterable
from dataclasses import dataclass

from grader.course.source import Piece, Source


class EditError(Exception):
    """An authored edit does not fit the reference: for the author."""


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
        lines[edit.first - 1 : edit.last] = edit.text.splitlines()
    return "\n".join(lines) + "\n"


def apply_to_pieces(source: Source, edit: Edit) -> tuple[Piece, ...]:
    """The same on the pieces of a file: all but one stay as they are, so that a worker compiles only that one."""
    pieces = []
    for piece in source.pieces:
        lines = piece.text.splitlines()
        start = edit.first - piece.line
        if 0 <= start < len(lines):
            lines[start : edit.last - piece.line + 1] = edit.text.splitlines()
            piece = Piece(piece.line, "\n".join(lines) + "\n")
        pieces.append(piece)
    return tuple(pieces)
