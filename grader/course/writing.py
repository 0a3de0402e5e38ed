"""Files are written whole or not at all: beside, and then renamed over. No half of a file is ever seen."""

import contextlib
import os
import re
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows: two commands at once are on their own there
    fcntl = None  # type: ignore[assignment]


def write_whole(path: Path, data: bytes, lasting: bool = True) -> None:
    """Replace a file's content, or make it, its folder too. A link stays one, and the file's mode is kept.

    Raises OSError, and then the file is as it was. lasting: wait until the disk has
    it, so that not even a power cut leaves an empty file.
    """
    real = path.resolve()
    beside = real.with_name(f".{real.name}.{os.getpid()}.new")
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        with contextlib.suppress(OSError):
            shutil.copymode(real, beside)
        beside.replace(real)
    except BaseException:  # a Ctrl-C too
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def sweep(path: Path) -> None:
    """Remove what a command that was killed left beside a file. Only while nobody else writes it."""
    with contextlib.suppress(OSError):
        for left in path.parent.iterdir():
            if re.fullmatch(rf"\.{re.escape(path.name)}\.\d+\.new", left.name):
                left.unlink(missing_ok=True)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """A Ctrl-C changes nothing meanwhile: what has begun takes a moment, is finished, and is told of."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One command at a time writes to a folder. A killed one lets go of it; where nothing can be locked, go on."""
    try:
        number = os.open(folder, os.O_RDONLY)
    except OSError:  # it is not there, or the system opens no folders
        yield
        return
    try:
        if fcntl:
            with contextlib.suppress(OSError):
                fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)
