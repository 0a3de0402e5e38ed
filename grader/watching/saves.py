"""Which files were saved: told by the system's events, and by looking where those do not come.

An event is only a reason to look: what counts is that a file is another one than before.
"""

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PACE = 0.05  # seconds between two looks where no events come
NET = 1.0  # seconds between two looks where they do: nothing is lost if one of them should not
PROMPT = 0.5  # seconds after a change within which its event must have come
ANSWER = 2.0  # seconds that the first event may take, on a machine that has just begun to import torch
SAME = 0.3  # seconds within which the same bytes again are the same save
FRESH = 2.0  # seconds after a change in which size and time alone are not believed: clocks of file systems are coarse
STEP, GROUP, TURN = 10, 50, 50  # milliseconds: the system's events are asked for, are grouped, a turn without any

# Drives on which somebody else may save without the system's telling.
SILENT = {"9p", "afs", "ceph", "cifs", "drvfs", "fuse.sshfs", "lustre", "ncpfs", "nfs", "nfs4", "prl_fs", "smb3"}
SILENT |= {"smbfs", "vboxsf", "virtiofs", "vmhgfs", "fuse.vmhgfs-fuse", "fuse.grpcfuse", "fakeowner"}


@dataclass(frozen=True)
class Seen:
    """A file as it was last seen: time, number and size (None: it is not there), its text's digest, since when."""

    stamp: tuple[int, int, int] | None
    digest: bytes
    since: float


class Files:
    """The files that are watched, as they were last seen."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self._paths = dict(paths)
        self._seen = {name: Seen(_stamp(path), _digest(path), 0.0) for name, path in paths.items()}

    def saved(self, closely: bool) -> list[str]:
        """Those that were saved since the last look. closely: read them even if their time and size are the same."""
        return [name for name in self._paths if self._was_saved(name, closely)]

    def folders(self) -> dict[Path, int]:
        """Where events are to be waited for, and the number of each folder: another one may take its name."""
        paths = [each for path in self._paths.values() for each in (path, _real(path))]
        folders = {}
        for folder in dict.fromkeys(path.parent for path in paths):
            with contextlib.suppress(OSError):
                folders[folder] = folder.stat().st_ino
        return folders

    def _was_saved(self, name: str, closely: bool) -> bool:
        now, was, path = time.monotonic(), self._seen[name], self._paths[name]
        stamp = _stamp(path)
        if stamp == was.stamp and not closely and now - was.since > FRESH:
            return False
        digest = _digest(path)
        if stamp == was.stamp and digest == was.digest:
            return False
        same = digest == was.digest and now - was.since < SAME
        self._seen[name] = Seen(stamp, digest, was.since if same else now)
        return not same


def saves(paths: Mapping[str, Path], stop: threading.Event, poll: bool, say: Callable[[str], object]) -> Iterator[str]:
    """The names of files as they are saved, until `stop` is set.

    poll: look, and do not wait for events. say: is told in words when events cannot be relied on.
    """
    files = Files(paths)
    if poll:
        reason = "As you asked"
    elif silent := next((kind for folder in files.folders() if (kind := drive(folder)) in SILENT), ""):
        reason = f"A {silent} drive need not tell of saves"
    else:
        reason = yield from _by_events(files, stop)
    if stop.is_set():
        return
    say(f"{reason}: looking at your files every {PACE} s instead of waiting to be told.")
    while not stop.wait(PACE):
        yield from files.saved(closely=False)


def _by_events(files: Files, stop: threading.Event) -> Generator[str, None, str]:
    """As `saves`, as long as events can be relied on; then why they cannot."""
    tested = False
    while not stop.is_set():
        try:
            folders = files.folders()
            trust = _Trust(next(iter(folders), None) if not tested else None)
            tested = True
            for names in _turns(files, folders, stop, trust):
                yield from names
            if trust.lost:
                return trust.lost
        except (OSError, RuntimeError) as error:  # a limit of the system, or a folder that is gone
            return f"The system does not tell of saves here ({str(error).splitlines()[0][:80]})"
    return ""


def _turns(files: Files, folders: dict[Path, int], stop: threading.Event, trust: "_Trust") -> Iterator[list[str]]:
    """What was saved, turn by turn; ends when the folders are others, or the trust is lost."""
    from watchfiles import watch

    looked, first = time.monotonic(), True
    for changes in watch(
        *folders,
        watch_filter=None,
        debounce=GROUP,
        step=STEP,
        stop_event=stop,
        rust_timeout=TURN,
        yield_on_timeout=True,
        raise_interrupt=False,
        force_polling=False,  # its own way of looking misses saves: it goes by whole seconds
        recursive=False,
    ):
        trust.heard({Path(path).name for _, path in changes})
        if first or changes:  # what was saved before the first turn is nobody's fault
            yield files.saved(closely=True)
            first = False
            trust.ask()
        elif time.monotonic() - looked > NET:
            looked = time.monotonic()
            if unannounced := files.saved(closely=False):
                trust.surprised()
                yield unannounced
            if files.folders() != folders:
                return
        if trust.is_lost():
            return


class _Trust:
    """Whether events come: a file of our own is made and removed at the start, and no change may come without one."""

    def __init__(self, folder: Path | None) -> None:
        """folder: where to try it; None: not at all."""
        self.lost = ""
        self._probe = folder / f".zth-watch-{os.getpid()}" if folder else None
        self._until: float | None = None
        self._waits_for = ""

    def ask(self) -> None:
        """Try it, once."""
        if self._probe is None:
            return
        probe, self._probe = self._probe, None
        with contextlib.suppress(OSError):  # where nothing can be written the net must do
            probe.touch()
            probe.unlink()
            self._until, self._waits_for = time.monotonic() + ANSWER, probe.name

    def surprised(self) -> None:
        """Something was saved, and no event has come yet."""
        if self._until is None:
            self._until, self._waits_for = time.monotonic() + PROMPT, ""

    def heard(self, names: set[str]) -> None:
        if self._until is not None and (self._waits_for in names or (names and not self._waits_for)):
            self._until = None

    def is_lost(self) -> bool:
        if self._until is not None and time.monotonic() > self._until:
            self.lost = "The system does not tell of saves in this folder"
        return bool(self.lost)


def drive(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """The kind of drive that a folder is on, as Linux calls it; "" where that is not known."""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    place = _real(folder)
    kinds = [
        (len(point), kind)
        for line in lines
        for _, point, kind, *_ in [line.split()]
        if place.is_relative_to(point.replace("\\040", " "))
    ]
    return max(reversed(kinds), key=lambda found: found[0])[1] if kinds else ""


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ino, stat.st_size


def _digest(path: Path) -> bytes:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return b""
