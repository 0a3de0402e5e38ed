"""What was reached, in one small text file: `.zth/progress.json`. A status is as of the last check."""

import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from grader.course.outline import Exercise
from grader.course.source import Source, text_of
from grader.course.workspace import Workspace
from grader.course.writing import locked, write_whole


class Record(msgspec.Struct, omit_defaults=True):
    """One exercise: its last status, the code that had it, how many versions of it did not pass, how many hints were
    read, whether one ever passed, and whether the solution was shown before that.
    """

    status: str = "todo"
    code: str = ""
    tries: int = 0
    hints: int = 0
    passed: bool = False
    revealed: bool = False

    def graded(self, status: str, code: str) -> None:
        """Note a verdict. The same code that does not pass once more is no other try; nor is a function that is not
        there, as in a file that was saved by half.
        """
        if status not in ("passed", "todo") and code:
            self.tries += self.code != code
        self.status, self.code = status, code or self.code
        self.passed = self.passed or status == "passed"


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
    """Keep the records, if they have changed. In words why not, if that cannot be done."""
    path = _file(workspace)
    data = msgspec.json.format(msgspec.json.encode(dict(sorted(progress.items())))) + b"\n"
    try:
        if not path.exists() or path.read_bytes() != data:
            aside = _set_aside(path)
            write_whole(path, data, lasting=False)
            return aside
    except OSError as error:
        return f"Your progress could not be kept in {path.parent}: {error.strerror}."
    return ""


def hint_read(exercise: Exercise, records: Progress) -> None:
    """Note that one more hint was read."""
    record = records.setdefault(exercise.slug, Record())
    record.hints = min(record.hints + 1, len(exercise.words.hints))


def unreadable(workspace: Workspace) -> str:
    """In words that the records are there and cannot be read, if that is so."""
    why = _unreadable(_file(workspace))
    return (
        f".zth/progress.json cannot be read ({why}): nothing of it is shown. Mend it, as after a merge, or go on:"
        " the next check begins a new one and keeps this one beside it."
        if why
        else ""
    )


def _unreadable(path: Path) -> str:
    """Why a file that is there holds no records; "" if it does, or is not there."""
    try:
        msgspec.json.decode(path.read_bytes(), type=dict[str, Record])
    except msgspec.MsgspecError as error:
        return str(error)
    except OSError:
        pass
    return ""


def change(workspace: Workspace, how: Callable[[Progress], None]) -> tuple[Progress, str]:
    """Change the records while no other command does; as they are now, and why they could not be kept, if so."""
    with locked(workspace.root / ".zth"):
        records = read(workspace)
        how(records)
        return records, write(workspace, records)


def _set_aside(path: Path) -> str:
    """What cannot be read (two versions that a sync joined, say) is not written over. In words where it is then."""
    if not _unreadable(path):
        return ""
    numbers = ("", *(f".{number}" for number in range(2, 1000)))
    names = (f"progress.unreadable{number}.json" for number in numbers)
    aside = next(place for name in names if not (place := path.with_name(name)).exists())
    path.replace(aside)
    return f".zth/progress.json could not be read: it is now .zth/{aside.name}, and a new one is begun."


def code_of(source: Source, exercise: Exercise) -> str:
    """A fingerprint of an exercise's own functions: tells whether they changed since a status was given. "" if none of
    them is there.
    """
    texts = [text_of(source, blank) for blank in exercise.blanks]
    text = "\n".join(texts)
    return f"{zlib.crc32(text.encode()):08x}" if any(texts) else ""
