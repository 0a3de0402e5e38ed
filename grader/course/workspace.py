"""The learner's folder: `exercises/`, `data/`, and what zth remembers in `.zth/`."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from grader.course.outline import ORDER
from grader.course.root import course_root
from grader.course.stubs import pristine
from grader.course.writing import write_whole


class NoWorkspace(Exception):
    """There is no learner's folder here."""


@dataclass(frozen=True)
class Workspace:
    """A folder with exercises/."""

    root: Path

    def file(self, lecture: str) -> Path:
        return self.root / "exercises" / f"{lecture}.py"

    def base(self, lecture: str) -> Path:
        """The lecture's file as it was handed out to this folder."""
        return self.root / ".zth" / "base" / f"{lecture}.py"

    def handed_out(self, lecture: str) -> bytes:
        """What the learner began from; where that is not known, what a learner begins from today."""
        with contextlib.suppress(OSError):
            if not self.is_the_course():
                return self.base(lecture).read_bytes()
        return pristine(lecture).encode()

    def is_the_course(self) -> bool:
        """Whether this is a clone's own exercises/: what it hands out changes with the clone, and needs no base."""
        return self.root.resolve() == course_root()

    def shown(self, path: Path) -> str:
        """A path as the learner knows it: from the folder where the command runs, if it is below that."""
        bases = [base for base in (Path.cwd(), self.root) if path.is_relative_to(base)]
        text = path.relative_to(bases[0]).as_posix() if bases else str(path)
        return text.encode("utf-8", "backslashreplace").decode()  # a path need not be text


def find(start: Path | None) -> Workspace:
    """The folder given, or the nearest one upwards from here. Raises NoWorkspace."""
    if start is not None:
        if not (start / "exercises").is_dir():
            raise NoWorkspace(f"{start} has no folder exercises/. `zth init {start}` makes one.")
        return Workspace(start.resolve())
    here = Path.cwd()
    for folder in (here, *here.parents):
        if any(os.path.exists(folder / "exercises" / f"{lecture}.py") for lecture in ORDER):
            return Workspace(folder)
    if (here / "exercises").is_dir() and not os.access(here / "exercises", os.R_OK | os.X_OK):
        raise NoWorkspace("exercises/ cannot be read: Permission denied.")
    if (here / "exercises").is_dir():
        raise NoWorkspace("exercises/ holds no file of this course. `zth init` puts them there.")
    raise NoWorkspace("There is no exercises/ here or above. `zth init` makes one in this folder.")


def create(root: Path) -> tuple[list[Path], list[Path]]:
    """Put the course's exercises/ and data/ into a folder; what was written, and what was there and was left alone.

    Raises OSError.
    """
    place = Workspace(root)
    written: list[Path] = []
    kept: list[Path] = []
    for lecture in ORDER:
        path, stub = place.file(lecture), pristine(lecture).encode()
        new = not path.exists()
        (written if new else kept).append(path)
        known = place.base(lecture).exists() or place.is_the_course()
        if new or (not known and path.is_file() and path.read_bytes() == stub):
            write_whole(place.base(lecture), stub)  # first: a file without it would count as all the learner's own
        if new:
            write_whole(path, stub)
    for path in sorted((course_root() / "data").glob("*.txt")):
        target = root / "data" / path.name
        (kept if target.exists() else written).append(target)
        if not target.exists():
            write_whole(target, path.read_bytes())
    return written, kept
