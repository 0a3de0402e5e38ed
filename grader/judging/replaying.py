"""What a process in the foreground needs to play an exercise once more."""

import os

from grader.course.source import Source
from grader.judging.judge import GRADED
from grader.judging.verdict import Verdict
from grader.sandbox import wire


def play_again(verdict: Verdict, source: Source) -> tuple[wire.Load, wire.Trace]:
    """The file, and the draw that failed; the first one, if none did."""
    lecture, _, name = verdict.exercise.partition(".")
    pieces = tuple(wire.Piece(piece.line, piece.text) for piece in source.pieces)
    file = wire.Load(lecture, os.fsencode(source.path), source.flags, pieces)
    seed = GRADED[0] if verdict.seed is None else verdict.seed
    return file, wire.Trace(0, lecture, name, seed)
