"""A lecture's file as a collector, an exercise as an item."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.course import progress
from grader.course.blanks import blanks_by_exercise, exercise_names, index
from grader.course.source import FileTrouble, Source, read_source, stub_marks
from grader.course.workspace import Workspace
from grader.judging.verdict import FileVerdicts
from grader.pytest_plugin import sharing
from grader.pytest_plugin.failing import Failure
from grader.pytest_plugin.grading import GradingFailed, check, verdicts


def lecture_file(path: Path, parent: pytest.Collector) -> "LectureFile | None":
    """The collector of a file, if it is one of this course: by its name, and by what is in it."""
    if path.stem not in index():
        return None
    source: Source | None = None
    try:
        source = read_source(path)
    except FileTrouble:  # what is wrong with it is told by its exercises, if it must be ours
        if not (path.parent.parent / ".zth").is_dir():
            return None
    if source and not _is_ours(source, path.stem):
        return None
    file: LectureFile = LectureFile.from_parent(parent, path=path)
    file.lines = _lines(source, path.stem) if source else {}
    return file


def _is_ours(source: Source, lecture: str) -> bool:
    """Whether a stub is left in it, or at least half of the lecture's functions are."""
    if any(slug.startswith(f"{lecture}.") for slug in stub_marks(source)):
        return True
    asked = [blank for blanks in blanks_by_exercise(lecture).values() for blank in blanks]
    return 2 * sum(blank in source.definitions for blank in asked) >= len(asked)


def _lines(source: Source, lecture: str) -> dict[str, int]:
    """The line of each exercise's first function."""
    definitions = source.definitions
    firsts = {name: blanks[0] for name, blanks in blanks_by_exercise(lecture).items()}
    return {name: definitions[blank].lineno for name, blank in firsts.items() if blank in definitions}


class LectureFile(pytest.File):
    """A lecture's file. Nothing of it is run here."""

    lines: dict[str, int]
    graded: FileVerdicts | None = None

    def collect(self) -> Iterator["ExerciseItem"]:
        for name in exercise_names(self.path.stem):
            yield ExerciseItem.from_parent(self, name=name)

    def grade(self) -> FileVerdicts:
        """All verdicts of the file's exercises that this run is to tell, graded when the first is asked for."""
        if self.graded is None:
            names = [item.name for item in self.session.items if item.parent is self]
            here = self.config.invocation_params.dir
            document = sharing.once(self.config, self.path, lambda: check(self.path, names, here))
            self.graded = verdicts(self.path, document)
        return self.graded


class ExerciseItem(pytest.Item):
    """An exercise: passed, failed with its diagnosis, or skipped while it is to do or waits for another."""

    parent: LectureFile

    def runtest(self) -> None:
        file = self.parent.grade()
        verdict = next(v for v in file.verdicts if v.exercise.partition(".")[2] == self.name)
        if verdict.status == "passed":
            return
        if verdict.status in ("todo", "blocked"):
            said = verdict.message
            if verdict.status == "todo" and said.startswith("Still to do"):
                said = f"to do: `zth show {self.name}`"
            skipped = pytest.skip.Exception(said)
            skipped._use_item_location = True  # at the learner's line, not at this one
            raise skipped
        if verdict.output:
            self.add_report_section("call", "stdout", verdict.output)
            verdict = msgspec.structs.replace(verdict, output="")
        record = progress.read(Workspace(self.path.parent.parent)).get(verdict.exercise, progress.Record())
        raise AssertionError(Failure(verdict, file.notes, self.path, record.hints))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        match excinfo.value:
            case AssertionError(args=(Failure() as failure,)):
                return failure
            case GradingFailed() as trouble:
                return f"zth itself failed; this is no fault of yours. {trouble}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        line = self.parent.lines.get(self.name)
        return self.path, line - 1 if line else 0, self.name
