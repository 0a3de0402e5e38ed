"""What a process of the sandbox may take, and what it leaves behind. Linux; confinement will start here too."""

import contextlib
import ctypes
import os
import resource
import signal
import time
from pathlib import Path

STRAYS = 5.0  # seconds that may be spent on ending what a worker left behind
MEMORY = 2 << 30  # bytes of data; what torch and the checks take is about a tenth of it

_PR_SET_PDEATHSIG, _PR_GET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 2, 36
_libc = ctypes.CDLL(None, use_errno=True)


def limit_worker(parent: int) -> None:
    """Bound memory, leave no core file, be the first to go when memory runs out, and die with the parent."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the call above
        os._exit(0)


def adopt_orphans() -> None:
    """Become the parent of whatever a worker leaves behind."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children() -> set[int]:
    """The process ids of this process's children."""
    try:
        return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}
    except OSError:  # a kernel without this file: nothing can be adopted
        return set()


def bury_strays(alive: set[int]) -> None:
    """Kill this process's children, all but those that are to live on.

    All are killed before any is waited for: what forks without end is outrun only so. (A namespace of its own would
    be surer; it comes with confinement.)
    """
    deadline = time.monotonic() + STRAYS
    while (strays := children() - alive) and time.monotonic() < deadline:
        for stray in strays:
            with contextlib.suppress(ProcessLookupError):
                os.kill(stray, signal.SIGKILL)
        for stray in strays:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(stray, os.WNOHANG)


def in_force() -> dict[str, str]:
    """What of it holds on this machine: tried in a process of its own, and told in words."""
    read, write = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            limit_worker(parent)
            data, core = (resource.getrlimit(which)[0] for which in (resource.RLIMIT_DATA, resource.RLIMIT_CORE))
            sent = ctypes.c_int()
            _libc.prctl(_PR_GET_PDEATHSIG, ctypes.byref(sent), 0, 0, 0)
            first = Path("/proc/self/oom_score_adj").read_text().strip()
            os.write(write, f"{data} {core} {sent.value} {first}".encode())
        finally:
            os._exit(0)
    os.close(write)
    told = os.read(read, 200).decode().split()
    os.close(read)
    os.waitpid(pid, 0)
    if len(told) != 4:
        return {"limits": "could not be set"}
    data, core, signals, oom = map(int, told)
    return {
        "memory": f"at most {data / 2**30:g} GiB" if data == MEMORY else "without a limit",
        "core files": "none" if core == 0 else "as the system has it",
        "ends with zth": "yes" if signals == signal.SIGKILL else "no",
        "out of memory": "ended first" if oom == 1000 else "as any other process",
        "files, network": "open: grade code of strangers in a container",
    }
