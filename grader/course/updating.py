"""A newer course in an old folder: what the learner has not touched is brought up to date, function by function."""

from dataclasses import dataclass

from grader.course.backups import Change, read
from grader.course.merging import Merged, merge
from grader.course.outline import ORDER
from grader.course.root import course_root
from grader.course.stubs import pristine
from grader.course.workspace import Workspace
from grader.course.writing import write_whole


@dataclass(frozen=True)
class FilePlan:
    """What becomes of a file: it is "new", "renewed" as a whole, "merged", the "same", or "left" alone and why."""

    path: str
    fate: str
    why: str = ""
    merged: Merged | None = None


@dataclass(frozen=True)
class Update:
    """All files, what is written for it, and the bases that go with them."""

    files: tuple[FilePlan, ...]
    changes: dict[str, Change]
    bases: dict[str, Change]


def plan(place: Workspace) -> Update:
    """What an update would do. Raises OSError."""
    files: list[FilePlan] = []
    changes: dict[str, Change] = {}
    bases: dict[str, Change] = {}
    for lecture in ORDER:
        path, new = f"exercises/{lecture}.py", pristine(lecture).encode()
        if (place.root / path).is_dir():
            files.append(FilePlan(path, "left", "it is a folder"))
            continue
        now = read(place.root / path)
        found, data = _of_a_file(path, now, place.handed_out(lecture), new)
        files.append(found)
        if data != now:
            changes[path] = Change(now, data)
        if found.fate != "left" and not place.is_the_course():
            base = place.base(lecture).relative_to(place.root).as_posix()
            bases[base] = Change(read(place.base(lecture)), new)
    for source in sorted((course_root() / "data").glob("*.txt")):
        path, now = f"data/{source.name}", read(place.root / "data" / source.name)
        if now is None:
            changes[path] = Change(None, source.read_bytes())
        files.append(FilePlan(path, "new" if now is None else "same"))
    return Update(tuple(files), changes, {path: c for path, c in bases.items() if c.before != c.after})


def _of_a_file(path: str, now: bytes | None, base: bytes, new: bytes) -> tuple[FilePlan, bytes | None]:
    if now is None:
        return FilePlan(path, "new"), new
    if not now.strip():
        return FilePlan(path, "left", "it is empty"), now
    try:
        merged = merge(base, now, new)
    except UnicodeDecodeError:
        return FilePlan(path, "left", "it is not UTF-8"), now
    return FilePlan(path, "same" if merged.data == now else "merged", merged=merged), merged.data


def keep_bases(place: Workspace, update: Update) -> None:
    """Where no file changes, what the course hands out today is still what the next update begins from."""
    for path, change in update.bases.items():
        write_whole(place.root / path, change.after or b"")
