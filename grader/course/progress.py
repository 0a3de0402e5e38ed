"""What was reached, in one small text file: `.zth/progress.json`. A status is as of the last check."""

import contextlib
import os
import zlib
from pathlib import Path

import msgspec

from grader.course.outline import Exercise
from grader.course.source import Source, text_of
from grader.course.workspace import Workspace


class Record(msgspec.Struct, omit_defaults=True):
    """One exercise: its last status, the code that had it, how often it was tried, how many hints were read."""

    status: str = "todo"
    code: str = ""
    tries: int = 0
    hints: int = 0


Progress = dict[str, Record]


def _file(workspace: Workspace) -> Path:
    return workspace.root / ".zth" / "progress.json"


def read(workspace: Workspace) -> Progress:
    """All records by slug. A file that cannot be read counts as empty: nothing is graded by it."""
    try:
        return msgspec.json.decode(_file(workspace).read_bytes(), type=dict[str, Record])
    except (OSError, msgspec.MsgspecError):
        return {}


def write(workspace: Workspace, progress: Progress) -> str:
    """Keep the records: written beside, then renamed over. In words why not, if that cannot be done."""
    path = _file(workspace)
    beside = path.with_name(f"progress.{os.getpid()}.json")
    try:
        path.parent.mkdir(exist_ok=True)
        beside.write_bytes(msgspec.json.format(msgspec.json.encode(dict(sorted(progress.items())))) + b"\n")
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        return f"Your progress could not be kept in {path.parent}: {error.strerror}."
    return ""


def code_of(source: Source, exercise: Exercise) -> str:
    """A fingerprint of an exercise's own functions: tells whether they changed since a status was given."""
    text = "\n".join(text_of(source, blank) for blank in exercise.blanks)
    return f"{zlib.crc32(text.encode()):08x}"
