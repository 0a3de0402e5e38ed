"""What every way of starting workers offers, so that the session need not know which one it has."""

import contextlib
import os
import signal
import sys
import threading
import time
from abc import ABC, abstractmethod

from grader.sandbox import wire

BROKEN = 99  # exit status of a worker that could not go on: something it needs was taken away
OUTPUT_LIMIT = 1 << 16  # bytes kept of what one play prints


class SandboxLost(Exception):
    """No worker can be started any more."""


class Worker(ABC):
    """One process that plays. Forked or spawned: the session does not know."""

    output: "Output"

    @abstractmethod
    def send(self, orders: list[wire.Order]) -> None:
        """Queue orders; never blocks."""

    @abstractmethod
    def receive(self, seconds: float) -> wire.Report | None:
        """The next report; None when the seconds are over. Raises EOFError (it is gone) or BadFrame."""

    @abstractmethod
    def busy(self) -> float:
        """Seconds that it has computed so far. They do not run on while other processes do."""

    @abstractmethod
    def where(self) -> str:
        """Ask a worker that does not answer for its stack."""

    @abstractmethod
    def trace(self) -> str:
        """The stack it wrote, if it did."""

    @abstractmethod
    def end(self) -> str:
        """Kill it; how it had ended by itself, in words, or ""."""

    @abstractmethod
    def dismiss(self) -> None:
        """Kill it, and do not wait for that."""


class Sandbox(ABC):
    """Whatever can start workers. quick: it takes milliseconds, and little memory."""

    quick = False

    @abstractmethod
    def worker(self) -> Worker: ...

    @abstractmethod
    def close(self) -> None:
        """Hang up: every worker ends, and what started them. Does not wait for that."""


class Output:
    """What a worker prints, by the number of the play (0: while the file is loaded)."""

    def __init__(self) -> None:
        self._pending = b""
        self._current = 0
        self._closed = -1
        self._changed = threading.Condition()
        self._kept: dict[int, bytearray] = {}
        self._counts: dict[int, int] = {}

    def take(self, data: bytes) -> None:
        data = self._pending + data
        self._pending = b""
        while data:
            before, mark, after = data.partition(b"\x00\x01")
            if not mark and before.endswith(b"\x00"):  # perhaps the first half of a mark
                before, self._pending = before[:-1], b"\x00"
            self._keep(before)
            if not mark:
                break
            number, end, after = after.partition(b"\x00")
            if end and number.isdigit() and len(number) < 12:
                with self._changed:
                    self._closed, self._current = self._current, int(number)
                    self._changed.notify_all()
            elif not end and len(number) < 12:
                self._pending = mark + number
            data = after

    def wait_for(self, number: int, seconds: float = 0.5) -> None:
        """Wait until all that a play printed is here; where it comes by a thread, that may take a moment."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed >= number, seconds)

    def of(self, number: int) -> str:
        text = self._kept.get(number, b"").decode("utf-8", "replace")
        more = self._counts.get(number, 0) - len(self._kept.get(number, b""))
        return text + (f"\n... and {more:,} bytes more" if more > 0 else "")

    def _keep(self, data: bytes) -> None:
        kept = self._kept.setdefault(self._current, bytearray())
        kept += data[: OUTPUT_LIMIT - len(kept)]
        self._counts[self._current] = self._counts.get(self._current, 0) + len(data)


def computed(pid: int) -> float:
    """Seconds that a process has computed, all its threads together; where nobody tells, the seconds that passed."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return time.clock_gettime((~pid << 3) | 2)  # the clock that clock_getcpuclockid(3) names
    return time.monotonic()


def ended(status: int) -> str:
    """A wait status in words."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        names = {signal.SIGSEGV: "a segmentation fault", signal.SIGKILL: "SIGKILL", signal.SIGABRT: "an abort"}
        return names.get(signal.Signals(number), signal.Signals(number).name)
    code = os.waitstatus_to_exitcode(status)
    if code == BROKEN:
        return "it could not go on. Does your code change builtins or modules, or close files"
    return f"exit status {code}"
