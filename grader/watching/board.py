"""What is known of a lecture so far, from verdicts that come in parts."""

from dataclasses import dataclass, field, replace

from grader.course.outline import Lecture
from grader.course.progress import Progress
from grader.judging.verdict import FileVerdicts, Verdict


@dataclass(frozen=True)
class Board:
    """A lecture's verdicts, and what was last said of its file. Before the first verdict: no more than the records."""

    lecture: Lecture
    path: str
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    last: FileVerdicts | None = None

    def file(self, names: tuple[str, ...]) -> FileVerdicts:
        """What is known of some exercises, as if they had been graded together."""
        verdicts = tuple(self.verdicts[name] for name in self.lecture.exercises if name in names and self.known(name))
        last = self.last or FileVerdicts(self.lecture.name, self.path, ())
        return FileVerdicts(self.lecture.name, self.path, verdicts, last.notes, last.output, last.unreadable)

    def known(self, name: str) -> bool:
        return name in self.verdicts

    def status(self, name: str, records: Progress) -> str:
        """An exercise's status: as of now, or else as of the last check."""
        if self.known(name):
            return self.verdicts[name].status
        record = records.get(f"{self.lecture.name}.{name}")
        return record.status if record else "todo"

    def passed(self, records: Progress) -> int:
        return sum(self.status(name, records) == "passed" for name in self.lecture.exercises)


def with_verdicts(board: Board, file: FileVerdicts) -> Board:
    """The board after some verdicts have come."""
    new = {verdict.exercise.partition(".")[2]: verdict for verdict in file.verdicts}
    return replace(board, verdicts=board.verdicts | new, last=file)


def to_do_next(board: Board, records: Progress, after: str) -> str:
    """The next exercise that has not passed; "" if all have."""
    names = list(board.lecture.exercises)
    place = names.index(after) if after in names else -1
    waiting = [n for n in names[place + 1 :] + names[: place + 1] if board.status(n, records) != "passed"]
    return waiting[0] if waiting else ""


def where_one_is(board: Board, records: Progress) -> str:
    """The exercise that one is at: the first that is wrong, or else that is still to do, or else the first."""
    names = list(board.lecture.exercises)
    stuck = [n for n in names if board.status(n, records) not in ("passed", "todo", "blocked")]
    return (stuck or [to_do_next(board, records, "") or names[0]])[0]


def to_show_first(changed: tuple[str, ...], shown: str, board: Board) -> str:
    """Which exercise's verdict is shown after a save: the one on screen, unless others were changed."""
    if not changed or shown in changed:
        return shown
    wrong = [name for name in changed if board.known(name) and board.verdicts[name].status != "passed"]
    return (wrong or list(changed))[0]
