"""What pytest-xdist's workers share: each of them has some exercises of a file, and the file is graded once.

The first to come grades while it holds a lock; the others wait for that, and find the document. The system takes the
lock back from a worker that is killed.
"""

import contextlib
import functools
import shutil
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest


def shared_folder(run: str) -> Path:
    """The folder of a run of pytest-xdist, by the run's own random name."""
    return Path(tempfile.gettempdir(), f"zth-{run}")


def removal(run: str) -> Callable[[], None]:
    """What takes a run's folder away."""
    return functools.partial(shutil.rmtree, shared_folder(run), ignore_errors=True)


def once(config: pytest.Config, path: Path, grade: Callable[[], bytes]) -> bytes:
    """The document of a file: as another worker of this run has got it, or by `grade`."""
    try:
        import fcntl
    except ImportError:  # Windows: every worker grades for itself
        return grade()
    worker = getattr(config, "workerinput", None)
    if worker is None:
        return grade()
    folder = shared_folder(worker["testrunuid"])
    folder.mkdir(mode=0o700, exist_ok=True)
    document = folder / f"{path.stem}-{zlib.crc32(bytes(path)):08x}.json"
    with open(document.with_suffix(".lock"), "wb") as lock:  # noqa: PTH123
        fcntl.flock(lock, fcntl.LOCK_EX)
        with contextlib.suppress(FileNotFoundError):
            return document.read_bytes()
        graded = grade()
        beside = document.with_suffix(".new")
        beside.write_bytes(graded)
        beside.replace(document)
        return graded
