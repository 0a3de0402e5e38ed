"""What a command destroys is kept first, in `.zth/backups/`: a folder an act, with the files before and after it."""

import contextlib
import os
import re
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

import msgspec

from grader.course import progress
from grader.course.source import FileTrouble
from grader.course.workspace import Workspace
from grader.course.writing import locked, sweep, undisturbed, write_whole

UNDONE = ".undone"


class Damaged(FileTrouble):
    """What an act kept is not there as it was kept: for the learner, who can still copy what is."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f".zth/backups/{folder.name} is damaged: it does not say what was kept, or not all of it is there. What is"
            " there of your files lies in it as plain files. Once you have renamed that folder, `zth undo` takes back"
            " the one before."
        )


class Act(msgspec.Struct, frozen=True):
    """A command that destroyed something: as it was typed, when, its files by their path in the workspace, and what
    was known of the exercises. new: those of the files that did not exist before it; gone: those that did not exist
    after it. undoable: an undo's own act is only kept. yields: to what was written after it.
    """

    command: str
    when: str
    files: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    records: dict[str, progress.Record] = {}
    undoable: bool = True
    yields: bool = False


@dataclass(frozen=True)
class Kept:
    """An act, and the folder in which its files are."""

    act: Act
    folder: Path

    def before(self) -> dict[str, bytes | None]:
        """The files by their path in the workspace; None where there was none. Raises Damaged."""
        return {path: self._file("before", path, self.act.new) for path in self.act.files}

    def after(self) -> dict[str, bytes | None]:
        """The same, after the act."""
        return {path: self._file("after", path, self.act.gone) for path in self.act.files}

    def _file(self, when: str, path: str, absent: tuple[str, ...]) -> bytes | None:
        if path in absent:
            return None
        try:
            return (self.folder / when / path).read_bytes()
        except FileNotFoundError:
            raise Damaged(self.folder) from None


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
            folder = _keep(place, act, changes) if changes else None
            if folder is None:
                break
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
    new = tuple(path for path, change in changes.items() if change.before is None)
    gone = tuple(path for path, change in changes.items() if change.after is None)
    whole = msgspec.structs.replace(act, files=tuple(changes), new=new, gone=gone)
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
    """The last act that was not taken back. Raises Damaged."""
    backups = place.root / ".zth" / "backups"
    folders = sorted(backups.iterdir(), key=_number, reverse=True) if backups.is_dir() else []
    for folder in folders:
        if not _number(folder) or folder.name.endswith(UNDONE):
            continue
        try:
            act = msgspec.json.decode((folder / "act.json").read_bytes(), type=Act)
        except (OSError, msgspec.MsgspecError):
            raise Damaged(folder) from None
        if not all(_is_inside(path) for path in act.files):
            raise Damaged(folder)
        if act.undoable:
            return Kept(act, folder)
    return None


def is_any(place: Workspace) -> bool:
    """Whether there is an act to take back; also one that `last` would refuse, which says why."""
    try:
        return last(place) is not None
    except Damaged:
        return True


def _is_inside(path: str) -> bool:
    """Whether a path of an act stays in the workspace, whoever wrote it there."""
    parts = PureWindowsPath(path)  # it knows both signs between folders
    return not (parts.anchor or ".." in parts.parts)


def mark_taken_back(kept: Kept) -> Kept:
    """Mark an act as taken back: the name of its folder says so from now on. Its files stay."""
    return Kept(kept.act, kept.folder.rename(kept.folder.with_name(kept.folder.name + UNDONE)))


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
