"""What a command destroys is kept first, in `.zth/backups/`: a folder an act, with the files before and after it."""

import contextlib
import os
import re
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.course import progress
from grader.course.workspace import Workspace
from grader.course.writing import locked, sweep, undisturbed, write_whole

UNDONE = ".undone"


class Act(msgspec.Struct, frozen=True):
    """A command that destroyed something: as it was typed, when, its files by their path in the workspace, and what
    was known of the exercises. undoable: an undo's own act is only kept. yields: to what was written after it.
    """

    command: str
    when: str
    files: tuple[str, ...] = ()
    records: dict[str, progress.Record] = {}
    undoable: bool = True
    yields: bool = False


@dataclass(frozen=True)
class Kept:
    """An act, and the folder in which its files are."""

    act: Act
    folder: Path

    def before(self) -> dict[str, bytes | None]:
        """The files by their path in the workspace; None where there was none."""
        return {path: read(self.folder / "before" / path) for path in self.act.files}

    def after(self) -> dict[str, bytes | None]:
        return {path: read(self.folder / "after" / path) for path in self.act.files}


@dataclass(frozen=True)
class Change:
    """What a command makes of a file: the content that it read, and the one that it writes (None: no file)."""

    before: bytes | None
    after: bytes | None


Plan = Callable[[], Mapping[str, Change]]


def carry_out(
    place: Workspace, act: Act, plan: Plan, records: Callable[[progress.Progress], None] = lambda records: None
) -> Path | None:
    """Do what a plan says: first keep what it destroys, then write. The folder where it is kept, None if there was
    nothing to do. The plan is made again if a file changes meanwhile. Raises OSError; then every file is as it was or
    as it was to become, and what was destroyed is kept.

    records: what becomes of the progress.
    """
    own = place.root / ".zth"
    own.mkdir(exist_ok=True)
    with locked(own), undisturbed():
        while True:
            changes = {path: change for path, change in plan().items() if change.before != change.after}
            if not changes:
                return None
            folder = _keep(place, act, changes)
            if all(read(place.root / path) == change.before for path, change in changes.items()):
                break
            shutil.rmtree(folder, ignore_errors=True)  # an editor saved it in this very moment: look again
        for path, change in changes.items():
            target = place.root / path
            sweep(target)
            if change.after is None:
                target.unlink(missing_ok=True)
            else:
                write_whole(target, change.after)
        known = progress.read(place)
        records(known)
        progress.write(place, known)
    return folder


def _keep(place: Workspace, act: Act, changes: Mapping[str, Change]) -> Path:
    """A folder with all that an act changes: there as a whole, or not at all."""
    backups = place.root / ".zth" / "backups"
    backups.mkdir(exist_ok=True)
    for left in backups.glob(".*.new"):  # of a command that was killed before it destroyed anything
        shutil.rmtree(left, ignore_errors=True)
    beside = backups / f".{os.getpid()}.new"
    whole = msgspec.structs.replace(act, files=tuple(changes))
    try:
        for path, change in changes.items():
            for when, data in (("before", change.before), ("after", change.after)):
                if data is not None:
                    write_whole(beside / when / path, data)
        write_whole(beside / "act.json", msgspec.json.format(msgspec.json.encode(whole)) + b"\n")
        number = max(map(_number, backups.iterdir()), default=0) + 1
        folder = backups / f"{number:04d}-{re.sub(r'[^A-Za-z0-9_.]+', '-', act.command)}"
        beside.rename(folder)
        _to_disk(backups)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return folder


def last(place: Workspace) -> Kept | None:
    """The last act that was not taken back."""
    backups = place.root / ".zth" / "backups"
    with contextlib.suppress(OSError):
        for folder in sorted(backups.iterdir(), key=_number, reverse=True):
            if _number(folder) and not folder.name.endswith(UNDONE):
                with contextlib.suppress(OSError, msgspec.MsgspecError):
                    act = msgspec.json.decode((folder / "act.json").read_bytes(), type=Act)
                    if act.undoable:
                        return Kept(act, folder)
    return None


def taken_back(kept: Kept) -> None:
    """Mark an act as taken back. Its files stay."""
    kept.folder.rename(kept.folder.with_name(kept.folder.name + UNDONE))


def now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")


def _number(folder: Path) -> int:
    found = re.match(r"(\d+)-", folder.name)
    return int(found.group(1)) if found else 0


def read(path: Path) -> bytes | None:
    """A file's content; None if there is none. Raises OSError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _to_disk(folder: Path) -> None:
    """A name lasts when its folder is on the disk. Not all systems open folders."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
