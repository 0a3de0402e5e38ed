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

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
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
