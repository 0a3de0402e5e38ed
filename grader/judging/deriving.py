"""The derived variants of an exercise: of its reference first, then of the alternatives."""

import functools
from collections.abc import Iterator

from grader.course.outline import Exercise
from grader.course.outline import lecture as read_lecture
from grader.course.root import alternatives_file
from grader.course.source import text_of
from grader.judging.expecting import Reference
from grader.variants.alternatives import Alternative, alternatives_of
from grader.variants.derived import Variant, derive
from grader.variants.edits import EditError, Rewritten, dedented


def of_the_reference(ref: Reference, exercise: Exercise) -> Iterator[Variant]:
    """The variants of the reference, in the order in which they speak."""
    for blank in exercise.blanks:
        yield from derive(ref.source, (_as_it_is(ref, blank),))


def of_the_alternatives(ref: Reference, exercise: Exercise) -> Iterator[Variant]:
    """Who writes another right form makes its mistakes, in all its functions or in one beside the reference's own."""
    texts = {blank: _as_it_is(ref, blank).text for blank in exercise.blanks}
    seen: set[tuple[Rewritten, ...]] = set()
    for alternative in _alternatives(ref.lecture.name):
        if alternative.exercise == exercise.name:
            whole = alternative.rewritten
            for answer in [whole] if len(whole) == 1 else [*((one,) for one in whole), whole]:
                for variant in derive(ref.source, answer, texts):
                    if variant.rewritten not in seen:
                        seen.add(variant.rewritten)
                        yield variant


def _as_it_is(ref: Reference, blank: str) -> Rewritten:
    return Rewritten(blank, dedented(text_of(ref.source, blank)))


@functools.cache
def _alternatives(lecture: str) -> tuple[Alternative, ...]:
    """A lecture's alternatives; none, if their file is not as it should be: `zth verify` tells of it."""
    path = alternatives_file(lecture)
    try:
        return tuple(alternatives_of(read_lecture(lecture), path.read_text("utf-8")))
    except (EditError, OSError):
        return ()
