"""What takes long to make from a file of the grader, kept in `__pycache__` beside that file's bytecode."""

import contextlib
import os
from pathlib import Path


def place(of: Path, ending: str) -> Path:
    """Where something made from a file is kept."""
    return of.parent / "__pycache__" / f"{of.stem}.{ending}"


def stamp(*files: Path) -> list[int]:
    """What changes when one of the files does: their times and sizes."""
    stats = [file.stat() for file in files]
    return [number for stat in stats for number in (stat.st_mtime_ns, stat.st_size)]


def keep(kept: Path, data: bytes) -> None:
    """Write it, whole or not at all. Where nothing can be written, it is made again the next time."""
    with contextlib.suppress(OSError):
        kept.parent.mkdir(exist_ok=True)
        beside = kept.with_name(f".{kept.name}.{os.getpid()}")
        beside.write_bytes(data)
        beside.replace(kept)
