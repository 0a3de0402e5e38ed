"""What a half-written exercise still lacks."""

import re
from collections.abc import Iterator

from grader.course.blanks import blanks_by_exercise
from grader.course.outline import Exercise
from grader.judging.expecting import Reference
from grader.proof.findings import Finding

RUNGS = 3


def lacks(ref: Reference, exercise: Exercise, alternatives: int) -> Iterator[Finding]:
    """Everything an author still has to write, in the order of the files."""
    lecture = ref.lecture.name
    words = exercise.words

    def missing(what: str, text: str) -> Finding:
        return Finding("unfinished", exercise.slug, what, text)

    for blank in exercise.blanks:
        if blank not in ref.source.definitions:
            yield missing("reference", f"solutions/{lecture}.py has no {blank}")
    if exercise.name not in blanks_by_exercise(lecture):
        yield missing("stub", f"exercises/{lecture}.py has no blank of it: `zth stubs` cuts it")
    if exercise.name not in ref.checks.checks:
        yield missing("check", f"grader/lectures/{lecture}.py has no check named {exercise.name}")
    elif exercise.name not in ref.checks.oracles and not ref.checks.checks[exercise.name].expects and not alternatives:
        yield missing("witness", "nothing but the reference says what is right: give it an oracle or an alternative")
    if len(words.hints) != RUNGS or not all(words.hints):
        yield missing("hints", f"{len(words.hints)} hints, and {RUNGS} are wanted")
    if words.minutes <= 0:
        yield missing("minutes", "how long a learner should need")
    if not re.fullmatch(r"\d:\d\d:\d\d", words.watch):
        yield missing("watch", "the time of the video that explains it, such as 0:13:01")
    if not words.misconceptions:
        yield missing("misconceptions", "what do learners get wrong here?")
    for misconception in words.misconceptions:
        if not misconception.says.strip():
            yield missing(misconception.name, "says nothing")
    if not alternatives:
        yield missing("alternatives", f"solutions/alternatives/{lecture}.py has no other right answer")
