"""The last destroying command is taken back. What was written since stays where it can, and is kept where not."""

from dataclasses import dataclass
from pathlib import Path

from grader.course import backups, progress
from grader.course.backups import Act, Change, Kept
from grader.course.merging import merge
from grader.course.segments import split
from grader.course.workspace import Workspace


@dataclass(frozen=True)
class Undone:
    """What was taken back, which files changed, and which newer functions had to make way and where they are kept."""

    act: Act
    files: tuple[str, ...]
    displaced: tuple[str, ...] = ()
    kept: Path | None = None


def undo(place: Workspace) -> Undone | None:
    """Take the last act back; None if there is none. Raises OSError, and Damaged where what was kept is not there."""
    if not (place.root / ".zth" / "backups").is_dir():
        return None
    kept: Kept | None = None
    changes: dict[str, Change] = {}

    def plan() -> dict[str, Change]:  # while no other command destroys anything, or takes it back
        nonlocal kept
        kept = backups.last(place)
        changes.clear()
        changes.update(_plan(place, kept) if kept else {})
        return changes

    def end(records: progress.Progress) -> None:
        nonlocal kept
        if kept:
            _remember(kept.act, records)
            kept = backups.mark_taken_back(kept)

    folder = backups.carry_out(place, Act("zth undo", backups.now(), undoable=False), plan, end)
    if kept is None:
        return None
    files = tuple(path for path, change in changes.items() if change.before != change.after and path[0] != ".")
    code = [path for path in files if path.endswith(".py")]
    displaced = tuple(name for path in code for name in _displaced(kept, path, changes[path]))
    return Undone(kept.act, files, displaced, folder)


def _plan(place: Workspace, kept: Kept) -> dict[str, Change]:
    before, after = kept.before(), kept.after()
    changes = {}
    for path in kept.act.files:
        now = backups.read(place.root / path)
        changes[path] = Change(now, _back(now, before[path], after[path], kept.act.yields))
    return changes


def _back(now: bytes | None, before: bytes | None, after: bytes | None, yields: bool) -> bytes | None:
    """A file's content without what an act did to it."""
    if now in (after, before, None):
        return before
    if before is None or after is None:  # the act made it, and the learner has gone on with it
        return now
    try:
        return merge(after, now, before, prefer_theirs=not yields).data
    except UnicodeDecodeError:
        return before


def _displaced(kept: Kept, path: str, change: Change) -> list[str]:
    """Functions that were written after the act, and made way for what came back."""
    try:
        now, back = split(change.before or b"").names(), split(change.after or b"").names()
        left = split(kept.after()[path] or b"").names()
    except UnicodeDecodeError:
        return []
    return [
        name
        for name, segment in now.items()
        if segment.plain not in (left[name].plain if name in left else "", back[name].plain if name in back else "")
    ]


def _remember(act: Act, records: progress.Progress) -> None:
    """What was known of the exercises; what was tried and read since stays on record."""
    for slug, old in act.records.items():
        if slug in records and records[slug].status == "todo":
            records[slug].status, records[slug].code = old.status, old.code
