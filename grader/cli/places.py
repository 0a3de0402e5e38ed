"""Places that a longer search has found, kept in `.zth/places.json` as long as the file is the same.

Only where something is, never what makes it right.
"""

import contextlib
import hashlib
import os
from pathlib import Path

import msgspec

from grader.course.workspace import Workspace
from grader.judging.verdict import FileVerdicts, Place, Verdict


class Kept(msgspec.Struct, frozen=True):
    """A place, and a digest of the file's text in which it was found."""

    of: str
    place: Place


def _file(workspace: Workspace) -> Path:
    return workspace.root / ".zth" / "places.json"


def digest(text: str) -> str:
    """A file's text in a few letters."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read(workspace: Workspace) -> dict[str, Kept]:
    """All places by slug. A file that cannot be read counts as empty."""
    try:
        return msgspec.json.decode(_file(workspace).read_bytes(), type=dict[str, Kept])
    except (OSError, msgspec.MsgspecError):
        return {}


def keep(workspace: Workspace, text: str, verdicts: list[Verdict]) -> None:
    """Remember where something was found. Where that cannot be written, it will be looked for again."""
    known = read(workspace)
    for verdict in verdicts:
        if verdict.place:
            bare = msgspec.structs.replace(verdict.place, question="", passes="")
            known[verdict.exercise] = Kept(digest(text), bare)
    path = _file(workspace)
    beside = path.with_name(f"places.{os.getpid()}.json")
    with contextlib.suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        beside.write_bytes(msgspec.json.encode(dict(sorted(known.items()))) + b"\n")
        beside.replace(path)


def filled_in(workspace: Workspace, text: str, file: FileVerdicts) -> FileVerdicts:
    """The verdicts, with the places that are known of this very text where a short search found none."""
    known = {slug: kept.place for slug, kept in read(workspace).items() if kept.of == digest(text)}
    verdicts = tuple(
        msgspec.structs.replace(v, place=known[v.exercise])
        if v.status in ("failed", "error") and not v.place and v.exercise in known
        else v
        for v in file.verdicts
    )
    return msgspec.structs.replace(file, verdicts=verdicts)
