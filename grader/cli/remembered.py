"""Verdicts that still hold, in `.zth/verdicts/`: a file that is as it was at the last check is not graded again.

They are kept by the content of all that they rest on: the learner's file (and those beside it, if it imports one), the
grader, the lecture's words and solutions, Python and torch. What only later hints show is never kept: a verdict that
would have to show it is given anew. So is one that hung on the clock or on the machine.
"""

import contextlib
import dataclasses
import functools
import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.course.blanks import INDEX
from grader.course.outline import lecture as read_lecture
from grader.course.progress import code_of
from grader.course.root import LECTURES, PACKAGE, alternatives_file, solution_file
from grader.course.source import FileTrouble, read
from grader.course.workspace import Workspace
from grader.course.writing import write_whole
from grader.judging.submission import Opened, Submission, Wanted
from grader.judging.verdict import FileNote, FileVerdicts, Place, Verdict

UNSURE = ("timeout", "crashed", "fault")  # the same file may fare better the next time
TELLING = 2  # hints, from which on a place is told with more than may be kept
IMPORTS = re.compile(r"^[ \t]*(?:from[ \t]+(\w+)|import[ \t]+([\w., \t]+))", re.MULTILINE)
LOADS = re.compile(r"import_module|__import__|runpy|exec\(")


class Entry(msgspec.Struct):
    """What one way to grade said of a file: verdicts by exercise, and fingerprints of the code that they are of."""

    verdicts: dict[str, Verdict]
    codes: dict[str, str]
    notes: tuple[FileNote, ...]
    output: str


class Shelf(msgspec.Struct):
    """All that is known of a lecture's file as it is. places: that a longer search than a check's has found."""

    of: str
    entries: dict[str, Entry] = {}
    places: dict[str, Place] = {}


@dataclass(frozen=True)
class Answer:
    """Verdicts, and fingerprints of the code that they are of, by exercise."""

    file: FileVerdicts
    codes: dict[str, str]


def answer(place: Workspace, submission: Submission, wanted: Wanted) -> Answer | None:
    """What is known of a file as it is now; None if any of it must be graded."""
    if submission.path != place.file(submission.lecture):
        return None
    try:
        text = read(submission.path)
    except FileTrouble:
        return None
    shelf = _shelf(place, submission.lecture)
    if not shelf.entries or shelf.of != _digest(submission, text):
        return None
    for way in _ways(submission, wanted):
        if way in shelf.entries and (found := _of_entry(shelf.entries[way], submission, wanted)):
            return found
    return None


def _of_entry(entry: Entry, submission: Submission, wanted: Wanted) -> Answer | None:
    verdicts: list[Verdict] = []
    for name in submission.exercises:
        verdict = entry.verdicts.get(f"{submission.lecture}.{name}")
        if verdict is None or (verdict.place and wanted.hints.get(verdict.exercise, 0) >= TELLING):
            return None
        if wanted.steps and not verdict.steps and verdict.status in ("failed", "error"):
            return None
        verdicts.append(verdict)
        if wanted.stop and verdict.status != "passed":
            break
    file = FileVerdicts(submission.lecture, submission.shown, tuple(verdicts), entry.notes, entry.output)
    return Answer(file, entry.codes)


def keep(place: Workspace, opened: Opened, file: FileVerdicts, wanted: Wanted) -> None:
    """Remember the verdicts of a file that was graded. Where that cannot be written, it is graded again."""
    submission = opened.submission
    if submission.path != place.file(submission.lecture) or not opened.source.text or opened.unreadable:
        return
    shelf = _current(place, opened)
    way = _ways(submission, wanted)[-1]
    entry = shelf.entries.setdefault(way, Entry({}, {}, (), ""))
    entry.notes, entry.output = file.notes, file.output
    entry.codes |= codes_of(opened, file)
    for verdict in file.verdicts:
        if verdict.status not in UNSURE:
            entry.verdicts[verdict.exercise] = msgspec.structs.replace(verdict, place=_bare(verdict.place))
    _write(place, submission.lecture, shelf)


def codes_of(opened: Opened, file: FileVerdicts) -> dict[str, str]:
    """Fingerprints of the code of all exercises that have a verdict."""
    exercises = read_lecture(file.lecture).exercises
    return {v.exercise: code_of(opened.source, exercises[v.exercise.partition(".")[2]]) for v in file.verdicts}


def keep_place(place: Workspace, opened: Opened, verdict: Verdict) -> None:
    """Remember where a longer search has found that a change makes an answer right; never what makes it right."""
    shelf = _current(place, opened)
    found = _bare(verdict.place)
    if found is None:
        return
    shelf.places[verdict.exercise] = found
    for entry in shelf.entries.values():
        known = entry.verdicts.get(verdict.exercise)
        if known and known.status in ("failed", "error") and not known.place:
            entry.verdicts[verdict.exercise] = msgspec.structs.replace(known, place=found)
    _write(place, opened.submission.lecture, shelf)


def with_places(place: Workspace, opened: Opened, file: FileVerdicts) -> FileVerdicts:
    """The verdicts, with the places that are known of this very text where a short search found none."""
    wrong = [v for v in file.verdicts if v.status in ("failed", "error") and not v.place]
    known = _current(place, opened).places if wrong else {}
    verdicts = tuple(
        msgspec.structs.replace(v, place=known[v.exercise]) if v in wrong and v.exercise in known else v
        for v in file.verdicts
    )
    return msgspec.structs.replace(file, verdicts=verdicts)


def _bare(place: Place | None) -> Place | None:
    """Only where, not what."""
    return msgspec.structs.replace(place, question="", passes="") if place else None


def _ways(submission: Submission, wanted: Wanted) -> list[str]:
    """The names of the ways to grade whose verdicts will do, that of this very way last.

    One that stops at the first failure has not looked at what comes after it, and blames nothing there.
    """
    whole = repr(dataclasses.replace(wanted, hints={}, stop=False))
    return [whole, f"{whole} {submission.exercises}"] if wanted.stop else [whole]


def _file(place: Workspace, lecture: str) -> Path:
    return place.root / ".zth" / "verdicts" / f"{lecture}.msgpack"


def _shelf(place: Workspace, lecture: str) -> Shelf:
    """What is kept of a lecture's file. What cannot be read counts as nothing."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.msgpack.decode(_file(place, lecture).read_bytes(), type=Shelf)
    return Shelf("")


def _current(place: Workspace, opened: Opened) -> Shelf:
    """The shelf, emptied if it is of another text."""
    of = _digest(opened.submission, opened.source.text)
    shelf = _shelf(place, opened.submission.lecture)
    return shelf if shelf.of == of else Shelf(of)


def _write(place: Workspace, lecture: str, shelf: Shelf) -> None:
    with contextlib.suppress(OSError):
        write_whole(_file(place, lecture), msgspec.msgpack.encode(shelf), lasting=False)


def _digest(submission: Submission, text: str) -> str:
    """All that a verdict rests on, in a few letters."""
    content = hashlib.sha256(_grader(submission.lecture))
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    content.update(repr((str(submission.path), submission.shown)).encode("utf-8", "backslashreplace"))
    content.update(plain.encode("utf-8", "backslashreplace"))
    for path in _beside(submission.path, plain):
        content.update(_content(path))
    return content.hexdigest()[:32]


def _grader(lecture: str) -> bytes:
    """The grader's own part of it: its code, the lecture's words and answers, Python and the libraries that count."""
    content = hashlib.sha256(_code())
    for path in (LECTURES / f"{lecture}.toml", solution_file(lecture), alternatives_file(lecture)):
        content.update(_content(path))
    return content.digest()


@functools.cache
def _code() -> bytes:
    """What is the same for all lectures."""
    content = hashlib.sha256(repr((sys.version, *map(_version, ("torch", "numpy")))).encode())
    for path in (*sorted(PACKAGE.rglob("*.py")), INDEX):
        content.update(_content(path))
    return content.digest()


def _version(package: str) -> str:
    from importlib import metadata  # no command without a check needs it

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _beside(path: Path, text: str) -> list[Path]:
    """The Python files beside a learner's file, if it imports any of them."""
    named = {n.strip().split(".")[0] for found in IMPORTS.findall(text) for n in (found[0] or found[1]).split(",")}
    names = {name.split()[0] for name in named if name}
    near = any((path.parent / f"{name}.py").is_file() or (path.parent / name).is_dir() for name in names)
    return sorted(path.parent.rglob("*.py")) if near or LOADS.search(text) else []


def _content(path: Path) -> bytes:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return b""
