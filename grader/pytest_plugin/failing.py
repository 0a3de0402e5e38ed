"""A verdict as pytest shows a failure: in the terminal, in its summary, in reports and in an editor."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.judging.verdict import FileNote, Verdict
from grader.reports.page import SYMBOLS, Page
from grader.reports.terminal import note_lines, wrong_lines

WIDTH = 100  # where no terminal says how wide it is


@dataclass(frozen=True)
class Crash:
    """What pytest's summary has of a failure, under the names it looks for."""

    path: str
    lineno: int
    message: str


@dataclass(frozen=True)
class Failure:
    """One exercise's verdict, and what is to be said of its file. hints: how many of the exercise were read."""

    verdict: Verdict
    notes: tuple[FileNote, ...]
    path: Path
    hints: int

    @property
    def reprcrash(self) -> Crash:
        verdict = self.verdict
        said = verdict.diagnosis.says if verdict.diagnosis else verdict.message
        return Crash(str(self.path), self.line, said)

    @property
    def line(self) -> int:
        """The line to look at: where one change makes it right, else what the verdict names."""
        return self.verdict.place.line if self.verdict.place else self.verdict.line or 1

    def toterminal(self, tw: Any) -> None:
        page = Page(min(tw.fullwidth, WIDTH), bool(tw.hasmarkup), not _shows_symbols())
        for line in self._lines(page):
            tw.line(line)

    def __str__(self) -> str:
        return "\n".join(self._lines(Page(WIDTH, color=False, plain=not _shows_symbols())))

    def _lines(self, page: Page) -> list[str]:
        notes = [line for note in self.notes for line in [*note_lines(note, page), ""]]
        told = wrong_lines(self.verdict, self.hints, page, verbose=False)
        last = f"{self.verdict.file}:{self.line}: {self.verdict.status}"  # in the form that editors make a link of
        return [page.fit(line) for line in [*notes, *told, "", last]]


def _shows_symbols() -> bool:
    """Whether the terminal itself has our signs, whatever stands in its place while pytest captures."""
    try:
        "".join(SYMBOLS.values()).encode(getattr(sys.__stdout__, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True
