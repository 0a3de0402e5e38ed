"""Stubs: what a learner starts from, cut from the reference. `exercises/` is never written by hand."""

import re
from pathlib import PurePath

from grader.course.blanks import Stubs, digest
from grader.course.outline import Lecture
from grader.course.outline import lecture as read_lecture
from grader.course.root import solution_file
from grader.course.source import Source, parse, span, statements, text_of

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"


class StubError(Exception):
    """The reference and the toml do not fit together: for the author."""


def cut(solution: str, lecture: Lecture) -> str:
    """A reference's text with a `raise` where each solution stood. Raises StubError."""
    source = parse(solution, f"{lecture.name}.py")
    if source.problems:
        raise StubError(f"solutions/{lecture.name}.py, line {source.problems[0].line}: {source.problems[0].words}")
    owners = {blank: exercise.slug for exercise in lecture.exercises.values() for blank in exercise.blanks}
    lines = source.lines()
    places = {blank: marks(source, blank) for blank in owners}
    for blank, slug in sorted(owners.items(), key=lambda pair: places[pair[0]], reverse=True):
        begin, end = places[blank]
        indent = re.match(" *", lines[begin - 1]).group()  # type: ignore[union-attr]
        lines[begin - 1 : end] = [f'{indent}raise NotImplementedError("{slug}")']
    if left := [line for line in lines if BEGIN in line or END in line]:
        raise StubError(
            f"solutions/{lecture.name}.py has {left[0].strip()!r} in a function that is no exercise's blank"
        )
    return "\n".join(lines) + "\n"


def pristine(lecture: str) -> str:
    """What a learner starts from, whatever became of the file in exercises/. Not where a learner's code will run."""
    return cut(solution_file(lecture).read_text("utf-8"), read_lecture(lecture))


def indexed(lecture: Lecture, stub: str) -> Stubs:
    """A lecture's entry in the index."""
    definitions = parse(stub, f"{lecture.name}.py").definitions
    exercises = {name: exercise.blanks for name, exercise in lecture.exercises.items()}
    counts = {blank: len(statements(definitions[blank])) - 1 for blanks in exercises.values() for blank in blanks}
    return Stubs(digest(stub.encode()), exercises, {blank: count for blank, count in counts.items() if count})


def fill(stub: str, solution: str, lecture: Lecture, names: list[str]) -> str:
    """A stub file in which some exercises are filled in with the reference's solution."""
    reference, target = parse(solution, ""), parse(stub, "")
    lines = target.lines()
    blanks = [blank for name in names for blank in lecture.exercises[name].blanks]
    for blank in sorted(blanks, key=lambda b: -target.definitions[b].lineno):
        first, last = span(target.definitions[blank])
        kept = text_of(reference, blank).split("\n")
        lines[first - 1 : last] = [line for line in kept if line.strip() not in (BEGIN, END)]
    return "\n".join(lines) + "\n"


def marks(reference: Source, blank: str) -> tuple[int, int]:
    """The lines of the two marks in a blank. Raises StubError."""
    named = f"solutions/{PurePath(reference.path).name}"
    if blank not in reference.definitions:
        raise StubError(f"{named} has no {blank}, which the toml calls a blank")
    first, last = span(reference.definitions[blank])
    lines = reference.lines()
    following = range(first, min(last + 2, len(lines)) + 1)  # END may be a comment after the last statement
    begin = [n for n in following if lines[n - 1].strip() == BEGIN and n <= last]
    end = [n for n in following if lines[n - 1].strip() == END]
    if len(begin) != 1 or not end:
        raise StubError(f"{named}: {blank} needs one {BEGIN!r} and one {END!r} after it")
    return begin[0], end[0]
