"""A worker: loads a file, plays checks beside it, sends raw answers."""

import contextlib
import faulthandler
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from types import FrameType, ModuleType, TracebackType
from typing import IO

import torch

from grader.checks.check import Check
from grader.checks.draw import Draw
from grader.sandbox import guards, wire
from grader.sandbox.loading import bring, load
from grader.sandbox.patching import Patched
from grader.sandbox.settling import settle

LECTURES = str(Path(__file__).parent.parent / "lectures")
UNREAD = 10**9
SHAPES = 40  # tensors that are told of when a line raises
MARK = b"\x00\x01%d\x00"  # on standard output, before and after each play: what is between belongs to it


def work(orders: IO[bytes], send: Callable[[bytes], object], checks: dict[str, dict[str, Check]]) -> None:
    """Follow orders until the judge hangs up. send: bytes to the judge, all of them."""
    desk = Desk(send, checks)
    for order in iter(lambda: wire.read_order(orders.read), None):
        if isinstance(order, wire.Load):
            desk.load(order)
        elif isinstance(order, wire.Play):
            desk.play(order)
        elif isinstance(order, wire.Trace):
            desk.trace(order)
        elif isinstance(order, wire.Import):
            desk.bring(order)
        elif isinstance(order, wire.Patch):
            desk.patch(order)


def set_table(output: int, trace: IO[bytes]) -> None:
    """Standard input is empty, what is printed goes to `output`, and nobody answers a debugger.

    trace: where the stack is written on a crash, and when the judge asks by SIGUSR1.
    """
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    sys.breakpointhook = lambda *_, **__: None
    warnings.filterwarnings("ignore", "coroutine .* was never awaited")  # a verdict says what an async function gives
    faulthandler.enable(file=trace, all_threads=False)
    if hasattr(faulthandler, "register"):  # not on Windows
        faulthandler.register(signal.SIGUSR1, file=trace, all_threads=False)


class Desk:
    """A worker's state: the module that is being played, and the watched calls it made."""

    def __init__(self, send: Callable[[bytes], object], checks: dict[str, dict[str, Check]]) -> None:
        self.reply = send
        self.checks = checks
        self.module = ModuleType("nothing")
        self.path = ""
        self.notes: list[wire.Shortcut] = []
        self.file: wire.Load | wire.Import | None = None
        self.patched = Patched()

    def load(self, file: wire.Load) -> None:
        self.path, self.file = file.path, file
        guards.watch(file.watch, file.path, self.notes)
        folder = str(Path(file.path).parent)
        if folder and folder not in sys.path:
            sys.path.append(folder)  # last: a file beside it named random.py hides nothing
        settle(0, folder)
        troubles: list[wire.Trouble] = []
        self.module = load(
            file,
            lambda index: self.send(wire.Reached(index)),
            lambda index, error: troubles.append(self.told(index, error)),
        )
        names = {name: vars(self.module)[name] for name in file.look if name in vars(self.module)}
        described = {
            name: wire.Named(wire.clean(type(value).__name__), callable(value)) for name, value in names.items()
        }
        self.mark(0)
        self.send(wire.Loaded(troubles, described))

    def bring(self, file: wire.Import) -> None:
        """Import a reference, whose functions will be patched."""
        self.path, self.file = file.path, file
        self.module = bring(file)
        self.send(wire.Loaded([], {}))

    def patch(self, order: wire.Patch) -> None:
        """Edit what was loaded, from now on: nobody waits for what is printed, and it belongs to no play."""
        if not self.patched.is_patched():
            self.patched = Patched(self.module, self.file)
            self.mark(UNREAD)
            self.mark(UNREAD)
        self.patched.apply(order)

    def play(self, job: wire.Play) -> None:
        """Play a check and reply. What is printed meanwhile is marked as the job's; of variants nobody reads it."""
        if self.patched.is_patched():
            self.reply(self.played(job))
            return
        self.mark(job.number)
        reply = self.played(job)
        self.mark(job.number)
        self.reply(reply)

    def played(self, job: wire.Play) -> bytes:
        settle(job.seed, str(Path(self.path).parent))
        self.notes.clear()
        started = time.perf_counter()
        try:
            self.patched.must_be_sound()
            draw = Draw(job.seed)
            with torch.inference_mode(False), torch.enable_grad():
                values = self.checks[job.lecture][job.exercise].play(self.module, draw)
            answer = wire.Answer(
                job.number,
                {wire.clean(name): wire.pack(value) for name, value in values.items()},
                [(name, wire.pack(given)) for name, given in draw.given],
                list(self.notes),
                time.perf_counter() - started,
            )
            return wire.frame(answer)
        except BaseException as error:
            return wire.frame(self.told(job.number, error))

    def trace(self, job: wire.Trace) -> None:
        """Play once more and tell the check's lines, as far as it comes. What is printed is known already."""
        from grader.sandbox.tracing import Tracer  # rarely needed

        tracer = Tracer(self.path)
        self.mark(UNREAD)
        with contextlib.suppress(BaseException), torch.inference_mode(False), torch.enable_grad():
            settle(job.seed, str(Path(self.path).parent))
            tracer.run(lambda: self.checks[job.lecture][job.exercise].play(self.module, Draw(job.seed)))
        self.mark(UNREAD)
        self.reply(wire.frame(wire.Traced(job.number, tracer.steps)))

    def mark(self, number: int) -> None:
        self.flush()
        with contextlib.suppress(OSError):  # the learner's code may have closed it
            os.write(1, MARK % number)

    def send(self, report: wire.Report) -> None:
        self.flush()
        self.reply(wire.frame(report))

    @staticmethod
    def flush() -> None:
        with contextlib.suppress(Exception):  # the learner's file may have put anything there
            sys.stdout.flush()
            sys.stderr.flush()

    def told(self, number: int, error: BaseException) -> wire.Trouble:
        """An exception in the learner's terms: its kind and words, the learner's line, the check's expression."""
        try:
            words = str(error.msg if isinstance(error, SyntaxError) else error)
        except BaseException:  # it is the learner's own class
            words = "(its own message could not be read)"
        line, expression, in_check = None, "", False
        last: FrameType | None = None  # the learner's innermost
        asked: tuple[FrameType, int] | None = None  # the check's
        for frame, lineno, lasti in _frames(error.__traceback__):
            filename = frame.f_code.co_filename
            if filename == self.path:
                line, last = lineno, frame
            elif filename.startswith(LECTURES):
                asked = frame, lasti
                line, expression = None, ""
            elif in_check and filename.startswith("<"):  # a check's text, compiled under its own name
                expression = filename[1:-1]
            in_check = filename.startswith(LECTURES)
        if isinstance(error, SyntaxError) and error.filename == self.path:
            line = error.lineno
        kind = type(error).__name__
        if isinstance(error, SyntaxError) and error.filename not in (None, self.path):
            kind, words = f"{kind} in {Path(str(error.filename)).name}", f"{words} (line {error.lineno})"
        return wire.Trouble(number, wire.clean(kind), wire.clean(words), line, expression, _where(asked), _shapes(last))


def _where(asked: tuple[FrameType, int] | None) -> wire.Where | None:
    """The expression that a frame stood at."""
    if asked is None:
        return None
    frame, lasti = asked
    line, end_line, column, end_column = next(islice(frame.f_code.co_positions(), lasti // 2, None))
    return wire.Where(line or 0, column or 0, end_line or 0, end_column or 0)


def _shapes(frame: FrameType | None) -> dict[str, tuple[int, ...]]:
    """The tensors among a function's variables, and how large they are."""
    if frame is None:
        return {}
    tensors = {name: value for name, value in frame.f_locals.items() if type(value) is torch.Tensor}
    return {wire.clean(name): tuple(value.shape) for name, value in list(tensors.items())[:SHAPES]}


def _frames(traceback: TracebackType | None) -> list[tuple[FrameType, int, int]]:
    found: list[tuple[FrameType, int, int]] = []
    while traceback and len(found) < 2000:
        found.append((traceback.tb_frame, traceback.tb_lineno, traceback.tb_lasti))
        traceback = traceback.tb_next
    return found
