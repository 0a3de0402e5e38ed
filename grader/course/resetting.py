"""Back to the stub: an exercise, or a lecture's whole file."""

import stat
from dataclasses import dataclass

from grader.course import progress
from grader.course.backups import Act, Change, read
from grader.course.blanks import blanks_by_exercise
from grader.course.conflicts import loose_marks
from grader.course.outline import lecture as read_lecture
from grader.course.segments import File, put, split, styled
from grader.course.source import FileTrouble, parse
from grader.course.workspace import Workspace


@dataclass(frozen=True)
class Wish:
    """What is to be reset: some exercises of a lecture, or all of its file if none is named."""

    lecture: str
    exercises: tuple[str, ...]

    @property
    def slugs(self) -> list[str]:
        return [f"{self.lecture}.{name}" for name in self.exercises or blanks_by_exercise(self.lecture)]

    @property
    def blanks(self) -> tuple[str, ...]:
        """The functions of the exercises that are named."""
        return tuple(blank for name in self.exercises for blank in blanks_by_exercise(self.lecture)[name])


def plan(place: Workspace, wish: Wish) -> dict[str, Change]:
    """The file before and after. Raises FileTrouble where the exercise's place in it cannot be found, and OSError."""
    path = place.file(wish.lecture)
    shown = place.shown(path)
    before, stub = read(path), place.handed_out(wish.lecture)
    if before is None:
        raise FileTrouble(f"{shown} does not exist. `zth init` puts a fresh one there.")
    if not path.stat().st_mode & stat.S_IWUSR:
        raise FileTrouble(f"{shown} is write-protected, and stays as it is.")
    if not wish.exercises:
        after = styled(stub, before)
    else:
        try:
            mine, theirs = split(before), split(stub)
        except UnicodeDecodeError:
            again = f"or `zth reset {wish.lecture}` begins the whole file anew"
            raise FileTrouble(f"{shown} is not UTF-8. Save it again as UTF-8, {again}.") from None
        try:
            renewed = put(mine, theirs, wish.blanks)
        except LookupError as error:
            again = f"`zth reset {wish.lecture}` begins the whole file anew"
            raise FileTrouble(f"{shown} has no class {error.args[0]} that compiles. {again}.") from None
        if loose_marks(_text(renewed, ())) > loose_marks(_text(mine, ())):  # half of a conflict would be left
            names, again = ", ".join(wish.blanks), f"`zth reset {wish.lecture}` begins the whole file anew"
            mend = f"Keep one of them, and delete the lines of <, = and >; {again}."
            raise FileTrouble(f"A merge left two versions of more than {names} in {shown}. {mend}")
        after = renewed.encoded()
    return {path.relative_to(place.root).as_posix(): Change(before, after)}


def lines_lost(change: Change, blanks: tuple[str, ...]) -> int:
    """How many lines are the learner's own, in these functions or in the whole file."""
    try:
        mine, stub = split(change.before or b""), split(change.after or b"")
    except UnicodeDecodeError:
        return len((change.before or b"").splitlines())
    old, new = _text(mine, blanks), set(_text(stub, blanks).split("\n"))
    return sum(1 for line in old.split("\n") if line.strip() and line not in new)


def _text(file: File, blanks: tuple[str, ...]) -> str:
    wanted = [s for s in file.segments if not blanks or s.name.partition("#")[0] in blanks]
    return "".join(s.plain for s in wanted)


def act(place: Workspace, wish: Wish, command: str, when: str) -> Act:
    """The act, with what is known of the exercises."""
    known = progress.read(place)
    return Act(command, when, records={slug: known[slug] for slug in wish.slugs if slug in known})


def forget(wish: Wish, after: bytes, records: progress.Progress) -> None:
    """The exercises are to do again; what was tried and read stays on record."""
    source = parse(after.decode("utf-8-sig"), "")
    for slug in wish.slugs:
        if slug in records:
            records[slug].status = "todo"
            records[slug].code = progress.code_of(source, read_lecture(wish.lecture).exercises[slug.partition(".")[2]])
