"""The data sets for a person or a program."""

from dataclasses import dataclass

import msgspec

from grader.course.data import LETTERS, DataSet, Figures, State
from grader.reports.page import Page

LABELS = {
    "names": "names",
    "shortest": "letters at least",
    "longest": "letters at most",
    "lines": "lines",
    "characters": "characters",
    "distinct": "distinct characters",
    "training": "training",
    "validation": "validation",
    "test": "test",
    "bigrams": "bigrams",
    "bigram_kinds": "kinds of bigrams",
    "empty_cells": f"empty cells of {LETTERS**2}",
    "bigram_nll": "mean bigram NLL, +1",
}
WIDEST = max(map(len, LABELS.values()))


@dataclass(frozen=True)
class Row:
    """A data set, what the embedded file holds, and the lecture's own file: where it is or would be, and what it holds.

    lacking: the command that puts the embedded file into the learner's folder, where it is not there. differs: whether
    another file is there in its place.
    """

    data: DataSet
    embedded: Figures
    place: str
    state: State
    own: Figures | None
    lacking: str
    differs: bool = False


def listing(rows: list[Row], page: Page) -> list[str]:
    """Every data set: what it is, its figures, and whether the lecture's own file is there."""
    lines: list[str] = []
    for row in rows:
        lines += page.edges(row.data.name, f"data/{row.data.name}.txt", {"bold": True})
        lines += page.wrap(row.data.what, "  ") + page.wrap(row.data.licence, "  ") + [""]
        lines += [*_table(row), "", *page.wrap(_lectures_own(row), "  ")]
        if row.lacking:
            lines += page.wrap(
                f"data/{row.data.name}.txt is not in your folder yet: `{row.lacking}` puts it there.", "  "
            )
        if row.differs:
            lines += page.wrap(
                f"data/{row.data.name}.txt in your folder is another file, and these are not its figures. Move it away,"
                " and `zth init` puts the course's own there.",
                "  ",
            )
        lines.append("")
    return [page.fit(line) for line in lines[:-1]]


def _table(row: Row) -> list[str]:
    """A figure a line: of the embedded file, and of the lecture's own if it is there."""
    embedded, own = (msgspec.structs.asdict(figures) if figures else {} for figures in (row.embedded, row.own))
    heads = ["embedded", "lecture's own"] if own else ["embedded"]
    lines = [" " * (WIDEST + 2) + "".join(f"  {head:>9}" for head in heads)]
    for key, value in embedded.items():
        values = [value, own[key]] if own else [value]
        cells = "".join(f"  {_shown(each):>{max(9, len(head))}}" for each, head in zip(values, heads, strict=True))
        lines.append(f"  {LABELS[key]:<{WIDEST}}{cells}")
    return lines


def _shown(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.5f}"


def _lectures_own(row: Row) -> str:
    gets = f"`zth data fetch {row.data.name}`"
    return {
        "absent": f"The lecture's own file is not here: {gets} gets it.",
        "own": f"The lecture's own file is {row.place}. The experiments read data/{row.data.name}.txt all the same.",
        "another": f"{row.place} is not the lecture's own file: its SHA-256 is another. {gets} replaces it.",
        "unreadable": f"{row.place} cannot be read.",
    }[row.state]


def as_json(rows: list[Row]) -> str:
    """The same as one document."""
    document = {
        "version": 1,
        "data": [
            {
                "name": row.data.name,
                "file": f"data/{row.data.name}.txt",
                "what": row.data.what,
                "licence": row.data.licence,
                "figures": msgspec.to_builtins(row.embedded),
                "own": {
                    "file": row.place,
                    "state": row.state,
                    "sha256": row.data.sha256,
                    "figures": msgspec.to_builtins(row.own),
                },
            }
            for row in rows
        ],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
