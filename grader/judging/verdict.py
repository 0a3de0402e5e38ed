"""The verdict: one typed record for every front end. No torch here."""

from typing import Literal

import msgspec

Status = Literal["passed", "failed", "error", "timeout", "crashed", "todo", "blocked", "forbidden", "fault"]


Number = float | str  # what no JSON number can say is text: "nan", "inf", "-inf"
Rows = tuple[tuple[Number, ...], ...]


class Picture(msgspec.Struct, frozen=True):
    """A wrong tensor's numbers as rows, or those of the part around its worst element.

    row, column: the index of the first ones shown. part: which part it is, in words, where it is not the whole.
    limit: a number that is off by no more than this is right.
    """

    expected: Rows
    got: Rows
    limit: float
    row: int = 0
    column: int = 0
    part: str = ""


class Quantity(msgspec.Struct, frozen=True):
    """One thing that was asked for, beside what came.

    exact, close, maxdiff are what the lecture's own `cmp` prints: shown, never the ground of the status.
    `problem` is what is wrong with it, in words; `says` the sentence of the property that it violates; `pattern` what
    all its wrong elements have in common. `graph`, `node`: the lines that build a graph, and whose gradient this is.
    """

    name: str
    ok: bool
    expected_shape: tuple[int, ...] | None = None
    got_shape: tuple[int, ...] | None = None
    exact: bool | None = None
    close: bool | None = None
    maxdiff: float | None = None
    worst: tuple[int, ...] | None = None
    expected: float | str | None = None
    got: float | str | None = None
    problem: str = ""
    says: str = ""
    pattern: str = ""
    picture: Picture | None = None
    graph: str = ""
    node: str = ""


class Diagnosis(msgspec.Struct, frozen=True):
    """What a wrong answer means. It is only given if the answer behaves so on every draw. `evidence`: for --verbose."""

    kind: Literal["misconception", "relation", "variant", "property"]
    name: str
    says: str
    evidence: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True):
    """Where one change in the learner's own file makes the answer right. Lines and columns count from 1.

    tried, passing: how many changes were tried, and how many make it right, all of them there. question: the kind of
    change, and passes: the line as it could be; each only for whoever has read as many hints.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    source_line: str = ""
    tried: int = 0
    passing: int = 0
    question: str = ""
    passes: str = ""


class Step(msgspec.Struct, frozen=True):
    """A line of the check, and what it made, as `name = value`."""

    text: str
    made: tuple[str, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """What became of one exercise. `line` is in `file`; `draw` counts from 1, of `draws`: the first that failed.

    seed: that of the draw, to play it again. steps: the check's own lines on that draw, for --verbose.
    """

    exercise: str
    status: Status
    message: str = ""
    file: str = ""
    line: int | None = None
    seconds: float = 0.0
    diagnosis: Diagnosis | None = None
    place: Place | None = None
    quantities: tuple[Quantity, ...] = ()
    output: str = ""
    draw: int | None = None
    draws: int = 0
    source_line: str = ""
    expression: str = ""
    seed: int | None = None
    steps: tuple[Step, ...] = ()


class FileNote(msgspec.Struct, frozen=True):
    """Something about a file as a whole: it does not compile, or what it does at file level."""

    file: str
    line: int | None
    words: str
    source_line: str = ""
    column: int | None = None


class FileVerdicts(msgspec.Struct, frozen=True):
    """All verdicts of one lecture's file, and what is to be said of the file itself.

    `unreadable`: why the file could not be read at all; then every verdict says the same.
    """

    lecture: str
    file: str
    verdicts: tuple[Verdict, ...]
    notes: tuple[FileNote, ...] = ()
    output: str = ""
    unreadable: str = ""
