"""The course's own answer, as changes to what a learner wrote."""

from grader.course.outline import Exercise
from grader.course.root import solution_file
from grader.course.segments import File, Segment, put, split
from grader.course.stubs import BEGIN, END


def difference(text: str, shown: str, exercise: Exercise) -> list[str]:
    """The lines of a unified diff from the learner's functions to the solution's; none if they are the same.

    text: the learner's file. shown: what it is called.
    """
    mine = split(text.encode())
    theirs = _without_marks(split(solution_file(exercise.lecture).read_bytes()))
    try:
        both = put(mine, theirs, exercise.blanks)
    except LookupError:  # the class is gone, or does not compile: the solution alone
        names = theirs.names()
        both = File((Segment("", "\n\n".join(names[blank].text for blank in exercise.blanks)),), False, "\n")
        mine = File((), False, "\n")
    before, after = ["".join(s.plain for s in file.segments).splitlines() for file in (mine, both)]
    from difflib import unified_diff  # takes longer than the rest of the command's start

    changed = unified_diff(before, after, f"{shown} (yours)", f"{exercise.slug} (the course's)", lineterm="")
    return [line.rstrip() for line in changed]


def _without_marks(file: File) -> File:
    """The reference without the marks around what a learner writes."""
    kept = [
        Segment(s.name, "".join(x for x in s.text.splitlines(keepends=True) if x.strip() not in (BEGIN, END)))
        for s in file.segments
    ]
    return File(tuple(kept), file.bom, file.end)
