"""The loop of watching: a save comes in, verdicts go out. What was changed is told first, then the rest of the file.

Grading runs in a thread of its own, waiting for saves in another. Both were begun after the sandbox, and both end
with it.
"""

import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.course import progress
from grader.course.outline import Exercise
from grader.course.outline import lecture as read_lecture
from grader.judging.submission import AT_CHECK, AT_HINT, Opened, Submission, Wanted, open_file
from grader.judging.verdict import FileVerdicts
from grader.watching.desk import CalledAway, Desk, Order
from grader.watching.saves import saves

HALF = 0.1  # seconds in which a file that looks half-written may become whole
LAST = 2.0  # seconds that keeping what was told may take at the end
BREATH = 0.03  # seconds in which what was told can be drawn before this thread wants the processor again
GONE = 0.4  # the same, for a file that is not there: some editors remove it before they write it


@dataclass(frozen=True)
class Began:
    """Some exercises of a lecture are being graded."""

    lecture: str
    exercises: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """Verdicts. changed: the exercises whose own code the save has changed, the same for every part of a save.

    first: the first part of a save; whole: the save changed no exercise's own code, or all was asked for; saved: it
    is a save's, nobody asked.
    """

    lecture: str
    file: FileVerdicts
    changed: tuple[str, ...]
    first: bool
    whole: bool
    saved: bool
    text: str


@dataclass(frozen=True)
class Done:
    """All of a file is graded. seconds: from the save to the first verdict."""

    lecture: str
    seconds: float


@dataclass(frozen=True)
class Said:
    """Something about the watching itself. lasting: it stays true."""

    words: str
    lasting: bool = False


Message = Began | Told | Done | Said
Tell = Callable[[Message], object]


@dataclass(frozen=True)
class Hands:
    """What the loop does not do itself: grade; keep what was reached, or that a hint was read (in words why not, if
    that cannot be done); know what is kept.

    be_ready: get ready for the next save. quick: tell what was changed before the place of the mistake is looked for.
    """

    grade: Callable[[Opened, Wanted], FileVerdicts]
    keep: Callable[[Opened, FileVerdicts], str]
    hint: Callable[[Exercise], str]
    records: Callable[[], progress.Progress]
    be_ready: Callable[[], None]
    quick: bool = True


@dataclass(frozen=True)
class Session:
    """Watching some lectures' files. poll: look at the files, and do not wait for events."""

    submissions: Mapping[str, Submission]
    desk: Desk
    hands: Hands
    poll: bool = False

    def start(self, first: str, tell: Tell) -> Callable[[], None]:
        """Grade a lecture, and then what is saved. `tell` is called from other threads. Call the answer to end it."""
        stop = threading.Event()
        self.desk.put(Order(first, whole=True))
        grading = threading.Thread(target=_grade_all, args=(self, tell), daemon=True)
        waiting = threading.Thread(target=_wait_for_saves, args=(self, stop, tell), daemon=True)
        grading.start()
        waiting.start()

        def end() -> None:
            stop.set()
            self.desk.close()
            grading.join(LAST)  # what was told is kept before all ends

        return end

    def again(self, lecture: str) -> None:
        """Grade a file though nothing was saved."""
        self.desk.put(Order(lecture, whole=True))

    def hint(self, exercise: Exercise, status: str) -> str:
        """The next hint is read; a mistake's place is then looked for longer. In words what could not be kept."""
        trouble = self.hands.hint(exercise)
        if status in ("failed", "error"):
            self.desk.put(Order(exercise.lecture, (exercise.name,)))
        return trouble


def _wait_for_saves(session: Session, stop: threading.Event, tell: Tell) -> None:
    paths: dict[str, Path] = {name: submission.path for name, submission in session.submissions.items()}
    try:
        for name in saves(paths, stop, session.poll, lambda words: tell(Said(words, lasting=True))):
            session.desk.put(Order(name))
    except Exception:  # a slip of ours must not end the watching without a word
        tell(Said(f"zth cannot see what you save any more; r grades. What happened: {traceback.format_exc()}", True))


@dataclass(frozen=True)
class _Known:
    """A file as it was told of: each exercise's code, and whether it could be read as a whole."""

    codes: dict[str, str]
    names: frozenset[str]


def _grade_all(session: Session, tell: Tell) -> None:
    known: dict[str, _Known] = {}
    for name, submission in session.submissions.items():
        known[name] = _known(open_file(submission))
    while order := session.desk.take():
        try:
            _grade(order, known, session, tell)
        except CalledAway:
            continue
        except Exception:  # a slip of ours costs this save, not the watching
            tell(Said(f"zth itself failed; this is no fault of yours. What happened: {traceback.format_exc()}"))


def _grade(order: Order, known: dict[str, _Known], session: Session, tell: Tell) -> None:
    """Grade what an order asks for, part by part."""
    hands, before = session.hands, known[order.lecture]
    opened = _opened(session.submissions[order.lecture], before, order)
    now = _known(opened)
    everything = tuple(now.codes)
    changed = tuple(name for name in everything if now.codes[name] != before.codes[name]) if not order.exercises else ()
    whole = not order.exercises and (order.whole or not changed)
    first = order.exercises or (everything if whole else changed)
    told: dict[str, str] = {}
    saved = not order.exercises and not order.whole
    taken, trouble = 0.0, ""

    def part(names: tuple[str, ...], wanted: Wanted) -> FileVerdicts:
        nonlocal taken, trouble
        tell(Began(order.lecture, names))
        asked = replace(opened, submission=replace(opened.submission, exercises=names))
        hints = {slug: record.hints for slug, record in hands.records().items()}
        file = hands.grade(asked, replace(wanted, hints=hints))
        if session.desk.called_away():
            raise CalledAway
        taken = taken or time.monotonic() - order.at
        tell(Told(order.lecture, file, changed, not order.told.is_set(), whole, saved, opened.source.text))
        order.told.set()
        order.called_away.wait(BREATH)
        told.update((verdict.exercise.partition(".")[2], verdict.status) for verdict in file.verdicts)
        trouble = hands.keep(asked, file) or trouble
        return file

    if order.exercises:
        part(first, Wanted(search=AT_HINT))
    else:
        quick = hands.quick and not whole
        part(first, Wanted(search=None if quick else AT_CHECK))
        known[order.lecture] = now
        if wrong := tuple(name for name in first if told.get(name) in ("failed", "error")) if quick else ():
            part(wrong, Wanted())
        if rest := tuple(name for name in everything if name not in first):
            part(rest, Wanted())
    tell(Done(order.lecture, taken))
    if trouble:
        tell(Said(trouble))
    hands.be_ready()


def _opened(submission: Submission, before: _Known, order: Order) -> Opened:
    """The file, as soon as it does not look half-written, or stays as it is. Raises CalledAway."""
    opened = open_file(submission)
    if order.exercises or order.whole or not _looks_half_written(opened, before):
        return opened
    if order.called_away.wait(GONE if opened.unreadable else HALF):
        raise CalledAway
    return open_file(submission)


def _looks_half_written(opened: Opened, before: _Known) -> bool:
    """Whether the file may be in the middle of being saved: it lacks something that it had."""
    if opened.unreadable or opened.source.problems:
        return True
    return not before.names <= opened.source.definitions.keys()


def _known(opened: Opened) -> _Known:
    exercises = read_lecture(opened.submission.lecture).exercises
    codes = {name: progress.code_of(opened.source, exercise) for name, exercise in exercises.items()}
    blanks = {blank for exercise in exercises.values() for blank in exercise.blanks}
    return _Known(codes, frozenset(blanks & opened.source.definitions.keys()))
