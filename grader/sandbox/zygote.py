"""The zygote: has torch and the checks, runs no operation of torch, and forks a worker when the judge asks.

It exists because forking is a hundred times faster than starting, and because it was forked itself before
any reference was loaded: what a worker does not inherit, no learner's code can find.
"""

import contextlib
import gc
import os
import signal
import socket

from grader.checks.check import Check
from grader.checks.loading import for_the_sandbox
from grader.sandbox import limits, worker
from grader.sandbox.interface import BROKEN

FORK, BURY, DROP = b"fork", b"bury", b"drop"  # drop: bury, and say nothing


def serve(control: socket.socket, lectures: list[str]) -> None:
    """Fork and bury workers until the judge hangs up, however it ends; then leave nothing behind."""
    os.setsid()  # Ctrl-C in the terminal is for the judge
    limits.adopt_orphans()
    checks = {lecture: for_the_sandbox(lecture) for lecture in lectures}
    gc.freeze()
    alive: set[int] = set()
    while True:
        try:
            message, fds, _, _ = socket.recv_fds(control, 64, 3)
        except OSError:  # the judge was killed
            message, fds = b"", []
        if message == FORK:
            alive.add(pid := _fork(control, fds, checks))
            _reply(control, pid)
        elif message.startswith(BURY):
            pid = int(message.split()[1])
            _reply(control, _bury(pid, alive))
        elif message.startswith(DROP):
            _bury(int(message.split()[1]), alive)
        else:
            for pid in list(alive):
                _bury(pid, alive)
            os._exit(0)


def _reply(control: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):  # if the judge is gone, the next message says so
        control.send(str(number).encode())


def _fork(control: socket.socket, fds: list[int], checks: dict[str, dict[str, Check]]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        for fd in fds:
            os.close(fd)
        return pid
    try:
        connection, output, trace = fds
        control.close()
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        limits.limit_worker(parent)
        gc.enable()
        worker.set_table(output, open(trace, "wb", buffering=0, closefd=False))  # noqa: SIM115
        os.close(output)
        judge = socket.socket(fileno=connection)
        worker.work(judge.makefile("rb"), judge.sendall, checks)
        os._exit(0)
    finally:
        os._exit(BROKEN)


def _bury(pid: int, alive: set[int]) -> int:
    """Kill a worker and all that it started; the worker's wait status."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    alive.discard(pid)
    _, status = os.waitpid(pid, 0)
    limits.bury_strays(alive)
    return status
