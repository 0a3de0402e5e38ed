"""Watching line by line, for screen readers, pipes and logs: a verdict after each save, and commands by a line each."""

import contextlib
import queue
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import msgspec

from grader.course.outline import lecture as read_lecture
from grader.course.progress import Progress
from grader.reports import terminal
from grader.reports.page import Page, emit
from grader.reports.places import place_lines
from grader.watching import words
from grader.watching.board import Board, to_do_next, to_show_first, where_one_is, with_verdicts
from grader.watching.session import Message, Said, Session, Told

KEYS = "h hint, a what is asked, s solution, v all the evidence, n next, r again, q quit; each with Enter"


@dataclass
class Linear:
    """What the linear front end remembers: boards by lecture, and which exercise is spoken of."""

    session: Session
    lecture: str
    exercise: str
    page: Page
    boards: dict[str, Board] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    greeted: bool = False  # that waits until all of a lecture is known; what is saved until then is told at once

    @property
    def board(self) -> Board:
        return self.boards[self.lecture]


def run(session: Session, lecture: str, exercise: str, page: Page) -> int:
    """Watch until `q`, or until standard output is gone; the exit status."""
    boards = {name: Board(read_lecture(name), s.shown) for name, s in session.submissions.items()}
    exercise = exercise or where_one_is(boards[lecture], session.hands.records())
    here = Linear(session, lecture, exercise, replace(page, calls=words.LINES), boards)
    news: queue.Queue[Message | str] = queue.Queue()
    end = session.start(lecture, news.put)
    threading.Thread(target=_read_commands, args=(news.put,), daemon=True).start()
    try:
        while (item := _next(news)) != "q":
            lines = command(here, item) if isinstance(item, str) else message(here, item)
            if lines:
                emit([here.page.fit(line) for line in lines])
    finally:
        end()
    return 0


def _next(news: "queue.Queue[Message | str]") -> Message | str:
    while True:
        with contextlib.suppress(queue.Empty):
            return news.get(timeout=1.0)  # in turns, so that a Ctrl-C is heard on every system
        if _nobody_reads():
            return "q"


def _nobody_reads() -> bool:
    """Whether standard output is a pipe whose other end is closed (`| head`)."""
    if not hasattr(select, "poll"):
        return False
    output = select.poll()
    output.register(1, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in output.poll(0))


def _read_commands(put: Callable[[str], None]) -> None:
    """Lines of standard input, as long as there is one. In the background there is none."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTIN})  # reading then fails, and does not stop the job
    with contextlib.suppress(OSError, ValueError):
        for line in sys.stdin:
            put(line.strip().lower() or "?")


def message(here: Linear, item: Message) -> list[str]:
    """What is printed when the session says something."""
    if isinstance(item, Told):
        before = here.boards[item.lecture]
        here.boards[item.lecture] = with_verdicts(before, item.file)
        here.texts[item.lecture] = item.text
        if item.first and item.changed:
            here.lecture = item.lecture
            here.exercise = to_show_first(item.changed, here.exercise, here.board)
        lines = _told(here, item, before)
        if not here.greeted and all(map(here.board.known, here.board.lecture.exercises)):
            return [*lines, *([""] if lines else []), *_greeting(here)]
        return lines
    if isinstance(item, Said):
        return ["", *here.page.wrap(item.words)]
    return []


def _greeting(here: Linear) -> list[str]:
    here.greeted = True
    records, board = here.session.hands.records(), here.board
    wrong = [n for n in board.lecture.exercises if board.status(n, records) not in ("passed", "todo")]
    lines = here.page.wrap(f"Watching {board.path}: {words.counted(board, records)}.")
    if wrong:
        lines += here.page.wrap(f"Not right yet: {', '.join(wrong)}.")
    return [*lines, *here.page.wrap(f"Save it, and it is graded. Keys: {KEYS}. Ctrl-C ends.")]


def _told(here: Linear, item: Told, before: Board) -> list[str]:
    page, board, records = here.page, here.boards[item.lecture], here.session.hands.records()
    head = f"{time.strftime('%H:%M:%S')}  {board.path}"
    if item.first and item.whole:
        lines = ["", *page.wrap(f"{head}: no exercise's own code has changed." if item.saved else head)]
        if item.lecture != here.lecture:
            return lines if item.saved else []
        if not here.greeted:
            return []  # the greeting tells it
        file = board.file(tuple(board.lecture.exercises))
        return [*lines, "", *terminal.report([file], {here.lecture: board.lecture}, records, page, False)]
    if item.first and item.changed:
        if item.file.unreadable:
            return ["", *page.wrap(head), "", *words.verdict(board, here.exercise, records, page)]
        lines = ["", *page.wrap(f"{head}: {', '.join(item.changed)}")]
        lines += _verdicts(board, item.changed, records, page)
        return [*lines, "", *page.wrap(f"{words.counted(board, records)}. {_then(here, item.changed)}")]
    if item.first:
        return _found(item, before, page)
    lines = []
    for name in board.lecture.exercises:
        was, now = before.status(name, {}), board.status(name, {})
        if before.known(name) and was != now and name not in item.changed:
            lines += page.wrap(f"{page.symbol(now)} {name}: {now}; it was {was} before this save.")
    return lines


def _verdicts(board: Board, names: tuple[str, ...], records: Progress, page: Page) -> list[str]:
    """The verdicts on some exercises; what is to be said of the file as a whole, once."""
    lines: list[str] = []
    for name in names:
        lines += ["", *words.verdict(board, name, records, page)]
        if board.last:
            board = replace(board, last=msgspec.structs.replace(board.last, notes=(), output=""))
    return lines


def _found(item: Told, before: Board, page: Page) -> list[str]:
    """What the longer search after a hint has found, as `zth hint` tells it; nothing, if that was told already."""
    lines: list[str] = []
    for verdict in item.file.verdicts:
        name = verdict.exercise.partition(".")[2]
        if verdict.place and not (before.known(name) and before.verdicts[name].place == verdict.place):
            lines += ["", f"In {verdict.file}:", "", *place_lines(verdict.place, page)]
    return lines


def _then(here: Linear, shown: tuple[str, ...]) -> str:
    records = here.session.hands.records()
    if all(here.board.status(name, records) == "passed" for name in shown):
        return "s: the course's own answer; n: what is next."
    return "h: a hint; a: what is asked."


def command(here: Linear, line: str) -> list[str]:
    """What is printed when a command was typed: a letter, or a letter and an exercise."""
    letter, _, name = line.partition(" ")
    page, session, board = here.page, here.session, here.board
    records = session.hands.records()
    if name and name not in board.lecture.exercises:
        return page.wrap(f"{board.lecture.name} has no exercise {name!r}. `zth list {board.lecture.name}` shows them.")
    here.exercise = name = name or here.exercise
    exercise, status = board.lecture.exercises[name], board.status(name, records)
    match letter:
        case "h":
            if status == "passed":
                return page.wrap(f"{name} has passed; there is no hint to read.")
            read = records[exercise.slug].hints if exercise.slug in records else 0
            trouble = session.hint(exercise, status)
            lines = ["", f"{name}", *words.hints(exercise, session.hands.records(), page)]
            lines += [words.LAST_HINT] if read >= len(exercise.words.hints) else []
            return lines + ([trouble] if trouble else [])
        case "s" if status == "passed" and here.lecture in here.texts:
            return ["", *words.solution(board, name, here.texts[here.lecture], page)]
        case "s":
            return page.wrap(words.ONLY_AFTER)
        case "a":
            return ["", *words.asked(board.lecture, exercise, board.path, page)]
        case "v":
            return ["", *words.verdict(board, name, records, page, verbose=True)]
        case "r":
            session.again(here.lecture)
            return []
        case "n":
            if not (following := to_do_next(board, records, name)):
                return page.wrap(words.after_passing(board, name, records, ""))
            here.exercise = following
            return ["", *words.asked(board.lecture, board.lecture.exercises[following], board.path, page)]
        case _:
            return page.wrap(f"Keys: {KEYS}. `h {name}` is a hint for {name}.")
