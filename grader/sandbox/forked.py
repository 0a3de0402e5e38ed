"""Workers by fork, for Linux: started by the zygote in about five milliseconds."""

import contextlib
import os
import selectors
import signal
import socket
import time
import traceback

import torch

from grader.sandbox import wire, zygote
from grader.sandbox.interface import Output, Sandbox, Worker, computed, ended

ASK_FOR = 0.05  # seconds that a worker gets to say where it is


class ForkedSandbox(Sandbox):
    """The judge's line to the zygote. The first worker is asked for at once: it is there when the judge is ready.

    A zygote that was killed (by a learner's os.kill) cannot be forked again: the judge knows too much by now. Then
    workers are spawned, which is slow and as clean.
    """

    quick = True

    def __init__(self, control: socket.socket, lectures: list[str]) -> None:
        self._control = control
        self._lectures = lectures
        self._instead: Sandbox | None = None
        self._asked: tuple[socket.socket, int, int] | None = None
        with contextlib.suppress(OSError):
            self._asked = self._ask()

    def worker(self) -> Worker:
        if self._instead is None:
            try:
                ours, read, trace = self._asked or self._ask()
                self._asked = None
                if pid := int(self._control.recv(64) or 0):
                    return ForkedWorker(self._control, pid, ours, read, trace)
            except OSError:
                pass
            from grader.sandbox import spawned

            self._instead = spawned.start(self._lectures)
            self.quick = False
        return self._instead.worker()

    def close(self) -> None:
        self._control.close()
        if self._instead:
            self._instead.close()

    def _ask(self) -> tuple[socket.socket, int, int]:
        """Ask for a worker; our ends of its socket and of its output, and the file in which it says where it is."""
        ours, theirs = socket.socketpair()
        read, write = os.pipe()
        trace = os.memfd_create("trace")
        try:
            socket.send_fds(self._control, [zygote.FORK], [theirs.fileno(), write, trace])
        finally:
            theirs.close()
            os.close(write)
        return ours, read, trace


def start(lectures: list[str]) -> ForkedSandbox:
    """Fork the zygote. See `opening.open_sandbox`."""
    torch.set_num_threads(1)  # a worker that inherits more threads than one can hang in its first operation
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # in a fork's own hooks a Ctrl-C would be lost
    pid = os.fork()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if pid == 0:
        try:
            ours.close()
            zygote.serve(theirs, lectures)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    theirs.close()
    return ForkedSandbox(ours, lectures)


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

    def busy(self) -> float:
        return computed(self._pid)

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
        alive = self._open
        status: int | None = None
        with contextlib.suppress(OSError, ValueError):
            self._control.send(zygote.BURY + b" %d" % self._pid)
            status = int(self._control.recv(64))
        self._drain()
        self._close()
        if status is None:
            return "its parent was ended too. Is there an os.kill() in it"
        return "" if alive else ended(status)

    def dismiss(self) -> None:
        with contextlib.suppress(OSError):
            self._control.send(zygote.DROP + b" %d" % self._pid)
        self._close()

    def _close(self) -> None:
        self._selector.close()
        self._connection.close()
        os.close(self._pipe)
        os.close(self._trace)

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
