"""The derived variants of an exercise: of its reference first, then of the alternatives."""

import functools

from grader.course.outline import Exercise
from grader.course.outline import lecture as read_lecture
from grader.course.root import alternatives_file
from grader.course.source import text_of
from grader.judging.expecting import Reference
from grader.variants.alternatives import Alternative, alternatives_of
from grader.variants.derived import Variant, derive
from grader.variants.edits import EditError, Rewritten, dedented


def of_the_reference(ref: Reference, exercise: Exercise) -> list[Variant]:
    """The variants of the reference, in the order in which they speak."""
    return [variant for blank in exercise.blanks for variant in derive(ref.source, (_as_it_is(ref, blank),))]


def of_the_alternatives(ref: Reference, exercise: Exercise) -> list[Variant]:
    """Who writes another right form makes its mistakes: in all of its functions, or in one beside the reference's own."""
    texts = {blank: _as_it_is(ref, blank).text for blank in exercise.blanks}
    found: dict[tuple[Rewritten, ...], Variant] = {}
    for alternative in _alternatives(ref.lecture.name):
        if alternative.exercise == exercise.name:
            whole = alternative.rewritten
            for answer in [whole] if len(whole) == 1 else [whole, *((one,) for one in whole)]:
                for variant in derive(ref.source, answer, texts):
                    found.setdefault(variant.rewritten, variant)
    return sorted(found.values(), key=lambda variant: not variant.strong)


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
