"""The judge's side of a worker: a file and jobs out, replies in order.

A crash, a hang or a kill costs the exercise that caused it; the rest run in a fresh worker. Deadlines go by
the judge's clock, and only while it waits: a worker is not late while the judge is busy, or the machine halted.
"""

import contextlib
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import msgspec

from grader.sandbox import wire
from grader.sandbox.interface import Sandbox, Worker
from grader.sandbox.waiting import received_within

START = 10.0  # seconds for a fresh worker to load the file whose variants are played, and to wake torch
SHARE = 4  # times as long as a variant may compute it is waited for: on a busy machine it has to share the processor
AHEAD = 64  # variants that are sent before the first of them has answered
AS_IT_IS = 0  # the number of the play that wakes torch
RESTARTS = 5  # pieces at file level that may hang or crash before the file is given up


@dataclass(frozen=True)
class Late:
    """The play did not end in time. `line`: where in the learner's file it stood."""

    number: int
    seconds: float
    line: int | None


@dataclass(frozen=True)
class Dead:
    """The process ended in the middle of the play."""

    number: int
    how: str
    line: int | None


@dataclass(frozen=True)
class Lost:
    """Not played: an earlier draw of the exercise hung or crashed, or the file could not be loaded."""

    number: int


Reply = wire.Answer | wire.Trouble | Late | Dead | Lost


@dataclass
class FileLoaded:
    """What became of the file itself: troubles by piece, descriptions of the names, what it printed."""

    troubles: dict[int, wire.Trouble | Late | Dead] = field(default_factory=dict)
    names: dict[str, wire.Named] = field(default_factory=dict)
    output: str = ""


class Session:
    """One file and its jobs. They are sent at once when the session is made; `replies` gives the answers."""

    def __init__(self, sandbox: Sandbox, file: wire.Load, jobs: list[wire.Play], seconds: dict[str, float]) -> None:
        """seconds: how long may be waited for all draws of an exercise; "" for loading the file."""
        self.loaded = FileLoaded()
        self._sandbox, self._file, self._seconds = sandbox, file, seconds
        self._left_out: set[int] = set()
        self._waited: dict[str, float] = {}
        self._outputs: dict[int, str] = {}
        self._worker: Worker | None = None
        self._hopeless = False  # the file cannot be loaded
        self._jobs = list(jobs)
        self._start(jobs)

    def _start(self, jobs: list[wire.Play]) -> None:
        self._worker = self._sandbox.worker()
        self._waited.pop("", None)  # every load has its own time
        pieces = tuple(
            wire.Piece(piece.line, "") if index in self._left_out else piece
            for index, piece in enumerate(self._file.pieces)
        )
        self._worker.send([msgspec.structs.replace(self._file, pieces=pieces), *jobs])

    def load(self) -> FileLoaded:
        """Wait until the file is loaded, without the pieces that hang or crash."""
        while True:
            piece = 0
            try:
                while not isinstance(report := self._receive(""), wire.Loaded):
                    if not isinstance(report, wire.Reached):
                        raise wire.BadFrame("an answer before the file was loaded")
                    piece = report.piece
                break
            except (_TooLate, EOFError, wire.BadFrame) as error:
                again = piece in self._left_out
                self.loaded.troubles[piece] = self._bury(piece, error, "")
                self._left_out.add(piece)
                if again or len(self._left_out) > RESTARTS:
                    self._hopeless = True
                    return self.loaded
                self._start(self._jobs)
        assert self._worker
        for trouble in report.troubles:
            self.loaded.troubles.setdefault(trouble.number, trouble)
        self.loaded.names = self.loaded.names or report.names
        self.loaded.output = self.loaded.output or self._worker.output.of(0)
        return self.loaded

    def replies(self) -> Iterator[Reply]:
        """One reply a job, in order. Call `load` first."""
        waiting = list(self._jobs)
        given_up: set[tuple[str, str]] = set()
        while waiting:
            job = waiting[0]
            if self._hopeless or (job.lecture, job.exercise) in given_up:
                waiting.pop(0)
                yield Lost(job.number)
                continue
            reply: Reply
            try:
                if self._worker is None:
                    self._jobs = [j for j in waiting if (j.lecture, j.exercise) not in given_up]
                    self._start(self._jobs)
                    self.load()
                    if self._hopeless:  # it could be loaded once, and cannot be any more
                        continue
                report = self._receive(job.exercise)
                if not isinstance(report, (wire.Answer, wire.Trouble)) or report.number != job.number:
                    raise wire.BadFrame("an answer to another question")
                reply = report
                assert self._worker
                self._outputs[job.number] = self._worker.output.of(job.number)
            except (_TooLate, EOFError, wire.BadFrame) as error:
                reply = self._bury(job.number, error, job.exercise)
                given_up.add((job.lecture, job.exercise))
            waiting.pop(0)
            yield reply

    def more(self, jobs: list[wire.Play], seconds: float) -> Iterator[Reply]:
        """Further jobs of one exercise, after all replies so far. seconds: how long may be waited for all of them."""
        exercise = jobs[0].exercise
        self._seconds = self._seconds | {exercise: self._waited.get(exercise, 0.0) + seconds}
        self._jobs = list(jobs)
        if self._worker is None and not self._hopeless:
            self._start(jobs)
            self.load()
        elif self._worker:
            self._worker.send(list(jobs))
        yield from self.replies()

    def traced(self, job: wire.Trace, seconds: float) -> list[wire.Step]:
        """The check's lines in a play, after all replies so far; none, if the play does not end in time."""
        if self._worker is None:
            self._jobs = []
            self._start([])
            self.load()
        if self._hopeless or self._worker is None:
            return []
        self._seconds = self._seconds | {job.exercise: self._waited.get(job.exercise, 0.0) + seconds}
        self._worker.send([job])
        try:
            report = self._receive(job.exercise)
        except (_TooLate, EOFError, wire.BadFrame) as error:
            self._bury(job.number, error, job.exercise)
            return []
        return report.steps if isinstance(report, wire.Traced) else []

    def output(self, number: int) -> str:
        """What a play printed."""
        return self._outputs.get(number, "")

    def close(self) -> None:
        """End the worker."""
        if self._worker:
            self._worker.dismiss()
            self._worker = None

    def _receive(self, exercise: str) -> wire.Report:
        assert self._worker
        left = self._seconds[exercise] - self._waited.get(exercise, 0)
        report, waited = received_within(self._worker, left)
        self._waited[exercise] = self._waited.get(exercise, 0) + waited
        if report is None:
            raise _TooLate
        return report

    def _bury(self, number: int, error: Exception, exercise: str) -> Late | Dead:
        """End the worker that failed, and say how and where it failed."""
        assert self._worker
        worker, self._worker = self._worker, None
        late = isinstance(error, _TooLate)
        trace = worker.where() if late else worker.trace() if isinstance(error, EOFError) else ""
        line = _learners_line(trace, self._file.path)
        how = worker.end() or ("an answer that could not be read" if isinstance(error, wire.BadFrame) else "")
        self._outputs[number] = worker.output.of(number if exercise else 0)
        if not exercise:
            self.loaded.output = self.loaded.output or worker.output.of(0)
        return Late(number, self._seconds[exercise], line) if late else Dead(number, how, line)


class _TooLate(Exception): ...


def _learners_line(trace: str, path: str) -> int | None:
    """The innermost line of the file in a stack as faulthandler writes it (innermost first)."""
    written = path.encode("ascii", "backslashreplace").decode()
    found = re.search(rf'File "{re.escape(written)}", line (\d+)', trace)
    return int(found.group(1)) if found else None


class Variants:
    """The judge's side of a worker that plays variants of a file: of a reference, or of what a learner wrote.

    One that hangs or crashes costs itself; the rest run in a fresh worker.
    """

    def __init__(self, sandbox: Sandbox, file: wire.Import | wire.Load, seconds: float, start: float = START) -> None:
        """seconds: of the processor, for the jobs of one variant; start: how long a worker may take to be ready."""
        self._sandbox, self._file, self._seconds, self._patience = sandbox, file, seconds, start
        self._worker: Worker | None = None
        self._is_ready = False

    def begin(self, job: wire.Play) -> None:
        """Start a worker, which loads the file and plays it as it is: that wakes torch. Nobody waits for it yet."""
        self._worker = self._sandbox.worker()
        self._worker.send([self._file, msgspec.structs.replace(job, number=AS_IT_IS)])
        self._is_ready = False

    def play(self, variants: Iterable[tuple[wire.Patch, list[wire.Play]]]) -> Iterator[list[Reply]]:
        """The replies to each variant's jobs, variant by variant. While the worker plays, the next ones are taken."""
        coming = iter(variants)
        waiting: deque[tuple[wire.Patch, list[wire.Play]]] = deque()
        while True:
            more = list(islice(coming, AHEAD - len(waiting))) if len(waiting) <= AHEAD // 2 else []
            waiting += more
            if not waiting:
                return
            worker = self._send(list(waiting) if self._worker is None else more)
            _, jobs = waiting.popleft()
            replies, fine = _play_one(worker, jobs, self._seconds)
            if not fine:  # before anybody may stop listening
                self.close()
            yield replies

    def close(self) -> None:
        """End the worker."""
        if self._worker:
            self._worker.dismiss()
            self._worker = None

    def _send(self, variants: list[tuple[wire.Patch, list[wire.Play]]]) -> Worker:
        """Send the orders, to a fresh worker if there is none."""
        if self._worker is None:
            self.begin(variants[0][1][0])
        assert self._worker
        orders: list[wire.Order] = []
        for patch, jobs in variants:
            orders += [patch, *jobs]
        if orders:
            self._worker.send(orders)
        if not self._is_ready:
            _wait_until_ready(self._worker, self._patience)
            self._is_ready = True
        return self._worker


def _wait_until_ready(worker: Worker, seconds: float) -> None:
    """Until the file was played once as it is. A worker that fails here fails in its first variant, too."""
    left = seconds
    with contextlib.suppress(EOFError, wire.BadFrame):
        while left > 0:
            report, waited = received_within(worker, left)
            if isinstance(report, (wire.Answer, wire.Trouble)):
                return
            left -= waited


def _play_one(worker: Worker, jobs: list[wire.Play], seconds: float) -> tuple[list[Reply], bool]:
    replies: list[Reply] = []
    before, patience = worker.busy(), SHARE * seconds
    try:
        while len(replies) < len(jobs):
            left = min(seconds - (worker.busy() - before), patience)
            if left <= 0:
                replies.append(Late(jobs[len(replies)].number, seconds, None))
                break
            report, waited = received_within(worker, left)
            patience -= waited
            if isinstance(report, (wire.Answer, wire.Trouble)) and report.number != AS_IT_IS:
                replies.append(report)
    except (EOFError, wire.BadFrame):
        replies.append(Dead(jobs[len(replies)].number, "", None))
    lost: list[Reply] = [Lost(job.number) for job in jobs[len(replies) :]]
    fine = all(isinstance(reply, (wire.Answer, wire.Trouble)) for reply in replies)
    return replies + lost, fine
