"""One exercise's part of the screen: its verdict, the course's own answer, what it asks, the hints that were read."""

import functools
from dataclasses import dataclass

from grader.course.outline import Exercise, Lecture
from grader.course.progress import Progress
from grader.course.solution import difference
from grader.course.source import Source, parse
from grader.course.stubs import pristine
from grader.reports import outline, terminal
from grader.reports.calls import Calls
from grader.reports.page import Page
from grader.reports.solution import changes
from grader.watching.board import Board

ONLY_AFTER = "The course's own answer is shown after yours has passed."
LAST_HINT = "That was the last hint."
KEYS = Calls(show="", hint="h", rung="h: hint ({next} of {all})", check="save it")
LINES = Calls(show="a {name}", hint="h {name}", rung="h {name} ({next} of {all})", check="save it")


@dataclass(frozen=True)
class Looks:
    """What is shown of an exercise beside its verdict. asked: None where that hangs on whether it is still to do."""

    asked: bool | None = None
    solution: bool = False
    verbose: bool = False


def panel(board: Board, name: str, records: Progress, looks: Looks, text: str, page: Page) -> list[str]:
    """All that is shown of one exercise. text: the learner's file, as it was graded."""
    exercise = board.lecture.exercises[name]
    status = board.status(name, records)
    parts = [verdict(board, name, records, page, looks.verbose)]
    if status == "passed" and looks.solution:
        parts.append(solution(board, name, text, page))
    if looks.asked if looks.asked is not None else status == "todo":
        parts.append(asked(board.lecture, exercise, board.path, page))
    if status != "passed":
        parts.append(hints(exercise, records, page))  # last: the end is what is shown after a hint was read
    lines: list[str] = []
    for part in parts:
        lines += ["", *part] if lines and part else part
    return [page.fit(line) for line in lines]


def verdict(board: Board, name: str, records: Progress, page: Page, verbose: bool = False) -> list[str]:
    """The verdict; before the first one, what the records say."""
    if board.known(name) or (board.last and board.last.unreadable):
        return terminal.one(board.file((name,)), name, records, page, verbose)
    status = board.status(name, records)
    return [f"{page.symbol(status)} {name}" + ("" if status == "todo" else f"  {status} at the last check")]


def hints(exercise: Exercise, records: Progress, page: Page) -> list[str]:
    """The hints that were read."""
    record = records.get(exercise.slug)
    total = len(exercise.words.hints)
    lines: list[str] = []
    for number, text in enumerate(exercise.words.hints[: record.hints if record else 0], 1):
        lines += [page.style(f"hint {number} of {total}", bold=True), *page.wrap(text, "  ")]
    return lines


def asked(lecture: Lecture, exercise: Exercise, place: str, page: Page) -> list[str]:
    """What an exercise asks for, as `zth show` has it."""
    return outline.sheet(lecture, exercise, _stub(lecture.name), place, page)


def solution(board: Board, name: str, text: str, page: Page) -> list[str]:
    """The course's own answer beside the learner's. text: the learner's file, as it was graded."""
    exercise = board.lecture.exercises[name]
    return changes(exercise, difference(text, board.path, exercise), True, True, page)


@functools.cache
def _stub(lecture: str) -> Source:
    return parse(pristine(lecture), f"{lecture}.py")


def counted(board: Board, records: Progress) -> str:
    """How far one is, in words."""
    return f"{board.passed(records)} of {len(board.lecture.exercises)} passed"


def after_passing(board: Board, name: str, records: Progress, keys: str) -> str:
    """What can be done after an exercise has passed. keys: how the solution and the next exercise are asked for."""
    if board.passed(records) == len(board.lecture.exercises):
        return f"All of {board.lecture.name} passed. `python {board.path}` runs the lecture's own experiment."
    return keys
