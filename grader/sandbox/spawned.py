"""Workers by starting Python anew, where forking a process that has torch is not safe (macOS, Windows).

A fresh one takes as long as importing torch, so that one is always kept ready: it starts when the sandbox does,
while the judge imports torch itself, and the next one as soon as it is taken.
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from grader.sandbox import wire
from grader.sandbox.interface import Output, Sandbox, SandboxLost, Worker, computed, ended

START = 120.0  # seconds for importing torch: not the learner's
ASK_FOR = 0.25  # seconds that a worker gets to say where it is
LINUX = sys.platform == "linux"


class SpawnedSandbox(Sandbox):
    """Starts workers, and keeps one in reserve."""

    def __init__(self, lectures: list[str]) -> None:
        self._lectures = lectures
        if LINUX:  # elsewhere what a worker leaves behind is ended with its process group, or job
            from grader.sandbox import limits

            limits.adopt_orphans()
        self._workers: list[SpawnedWorker] = []
        self._spare = self._start()

    def worker(self) -> "SpawnedWorker":
        taken, self._spare = self._spare, self._start()
        try:
            ready = taken.receive(START)
        except EOFError:
            ready = None
        if ready is None:
            raise SandboxLost(f"a worker did not start: {taken.output.of(0).strip()[-500:]}")
        return taken

    def close(self) -> None:
        for worker in self._workers:
            worker.dismiss()

    def _start(self) -> "SpawnedWorker":
        self._workers = [worker for worker in self._workers if not worker.over]
        worker = SpawnedWorker(self._lectures, lambda: {w.process.pid for w in self._workers if not w.over})
        self._workers.append(worker)
        return worker


def start(lectures: list[str]) -> SpawnedSandbox:
    """See `opening.open_sandbox`."""
    return SpawnedSandbox(lectures)


class SpawnedWorker(Worker):
    """One worker: orders go to its standard input, replies come from its standard output.

    What the learner's code prints comes by its standard error, to which it turns its own standard output. Threads
    carry all three, since pipes cannot be waited for everywhere.
    """

    def __init__(self, lectures: list[str], siblings: Callable[[], set[int]]) -> None:
        """siblings: the process ids of all workers that are to live on."""
        self.output = Output()
        self.over = False
        self._siblings = siblings
        handle, trace = tempfile.mkstemp(prefix="zth-")
        os.close(handle)
        self._trace = Path(trace)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.sandbox.spawned_worker", str(os.getpid()), trace, *lectures],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C in the terminal is for the judge
        )
        self._incoming = bytearray()
        self._replies: queue.Queue[bytes] = queue.Queue()
        self._orders: queue.Queue[bytes] = queue.Queue()
        self._ended = False
        for carry in (self._carry_orders, self._carry_replies, self._carry_output):
            threading.Thread(target=carry, daemon=True).start()

    def send(self, orders: list[wire.Order]) -> None:
        self._orders.put(b"".join(wire.frame(order) for order in orders))

    def receive(self, seconds: float) -> wire.Report | None:
        deadline = time.monotonic() + seconds
        while (report := wire.cut_report(self._incoming)) is None:
            if self._ended:
                raise EOFError
            try:
                data = self._replies.get(timeout=max(deadline - time.monotonic(), 0.001))
            except queue.Empty:
                return None
            self._incoming += data
            self._ended = not data
        if isinstance(report, (wire.Answer, wire.Trouble)):
            self.output.wait_for(report.number)
        elif isinstance(report, wire.Loaded):
            self.output.wait_for(0)
        return report

    def busy(self) -> float:
        return computed(self.process.pid)

    def where(self) -> str:
        if hasattr(signal, "SIGUSR1"):
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGUSR1)
            deadline = time.monotonic() + ASK_FOR
            while not self._trace.stat().st_size and time.monotonic() < deadline:
                time.sleep(0.005)
        return self.trace()

    def trace(self) -> str:
        try:
            return self._trace.read_text("utf-8", "replace")
        except OSError:
            return ""

    def end(self) -> str:
        if self.over:
            return ""
        alive, self.over = not self._ended, True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.kill()
        code = self.process.wait()
        self._orders.put(b"")
        self._bury_strays()
        with contextlib.suppress(OSError):
            self._trace.unlink()
        if alive:
            return ""
        return ended(-code if code < 0 else code << 8) if os.name == "posix" else f"exit status {code}"

    def dismiss(self) -> None:
        self.end()

    def _bury_strays(self) -> None:
        """On Linux what a worker left behind is now a child of this process."""
        if not LINUX:
            return
        from grader.sandbox import limits

        limits.bury_strays(self._siblings())

    def _carry_orders(self) -> None:
        stream = self.process.stdin
        assert stream
        with contextlib.suppress(OSError, ValueError):
            while data := self._orders.get():
                stream.write(data)
                stream.flush()

    def _carry_replies(self) -> None:
        for data in _chunks(self.process.stdout):
            self._replies.put(data)
        self._replies.put(b"")

    def _carry_output(self) -> None:
        for data in _chunks(self.process.stderr):
            self.output.take(data)


def _chunks(stream: IO[bytes] | None) -> Iterator[bytes]:
    """What arrives, as it arrives."""
    assert stream
    return iter(lambda: os.read(stream.fileno(), 1 << 16), b"")
