"""Workers by fork, for Linux: started by the zygote in about five milliseconds."""

import contextlib
import os
import selectors
import signal
import socket
import time
from dataclasses import dataclass

from grader.checks.check import Check
from grader.sandbox import wire, zygote
from grader.sandbox.interface import Output, Sandbox, SandboxLost, Worker, ended

ASK_FOR = 0.05  # seconds that a worker gets to say where it is


@dataclass(frozen=True)
class ForkedSandbox(Sandbox):
    """The judge's line to the zygote."""

    control: socket.socket
    pid: int

    def worker(self) -> "ForkedWorker":
        """A fresh worker. Raises SandboxLost if the zygote is gone."""
        ours, theirs = socket.socketpair()
        read, write = os.pipe()
        trace = os.memfd_create("trace")
        try:
            socket.send_fds(self.control, [zygote.FORK], [theirs.fileno(), write, trace])
            pid = int(self.control.recv(64) or 0)
        except OSError:
            pid = 0
        finally:
            theirs.close()
            os.close(write)
        if not pid:
            raise SandboxLost("the process that starts workers is gone")
        return ForkedWorker(self.control, pid, ours, read, trace)

    def close(self) -> None:
        """Hang up: the zygote ends every worker, and itself."""
        self.control.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def start(checks: dict[str, dict[str, Check]]) -> ForkedSandbox:
    """Fork the zygote. To be called once, before anything is loaded that a learner must not see."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            zygote.serve(theirs, checks)
        finally:
            os._exit(0)
    theirs.close()
    return ForkedSandbox(ours, pid)


class ForkedWorker(Worker):
    """One forked worker: its socket, what it prints, and the file in which it says where it is."""

    def __init__(self, control: socket.socket, pid: int, connection: socket.socket, output: int, trace: int) -> None:
        self.output = Output()
        self._control, self._pid, self._connection, self._pipe, self._trace = control, pid, connection, output, trace
        self._outgoing = bytearray()
        self._incoming = bytearray()
        self._open = True
        connection.setblocking(False)
        os.set_blocking(output, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(connection, selectors.EVENT_READ)
        self._selector.register(output, selectors.EVENT_READ)

    def send(self, orders: list[wire.Order]) -> None:
        for order in orders:
            self._outgoing += wire.frame(order)
        self._push()

    def receive(self, seconds: float) -> wire.Report | None:
        deadline = time.monotonic() + seconds
        while True:
            if (report := wire.cut_report(self._incoming)) is not None:
                self._drain()
                return report
            if not self._open:
                self._drain()
                raise EOFError
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            for key, events in self._selector.select(left):
                if key.fileobj is not self._connection:
                    self._drain()
                    continue
                if events & selectors.EVENT_WRITE:
                    self._push()
                if events & selectors.EVENT_READ:
                    self._pull()

    def where(self) -> str:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGUSR1)
        deadline = time.monotonic() + ASK_FOR
        while not os.fstat(self._trace).st_size and time.monotonic() < deadline:
            time.sleep(0.002)
        return self.trace()

    def trace(self) -> str:
        return os.pread(self._trace, 1 << 16, 0).decode("utf-8", "replace")

    def end(self) -> str:
        """Kill it and all that it started; how it had ended, if it had."""
        alive = self._open
        status = 0
        with contextlib.suppress(OSError, ValueError):
            self._control.send(zygote.BURY + b" %d" % self._pid)
            status = int(self._control.recv(64) or 0)
        self._drain()
        self._selector.close()
        self._connection.close()
        os.close(self._pipe)
        os.close(self._trace)
        return "" if alive else ended(status)

    def _push(self) -> None:
        try:
            while self._outgoing:
                sent = self._connection.send(memoryview(self._outgoing)[: 1 << 16].tobytes())
                del self._outgoing[:sent]
        except BlockingIOError:
            pass
        except OSError:
            self._outgoing.clear()
        write = selectors.EVENT_WRITE if self._outgoing else 0
        self._selector.modify(self._connection, selectors.EVENT_READ | write)

    def _pull(self) -> None:
        try:
            data = self._connection.recv(1 << 20)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._incoming += data
        self._open = bool(data)

    def _drain(self) -> None:
        """Read all that was printed so far; a worker that waits for room may go on."""
        for _ in range(64):  # 64 times the pipe's size: then the clock is looked at again
            try:
                data = os.read(self._pipe, 1 << 16)
            except BlockingIOError:
                return
            if not data:
                with contextlib.suppress(KeyError):
                    self._selector.unregister(self._pipe)
                return
            self.output.take(data)
