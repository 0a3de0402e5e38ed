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
from grader.variants.edits import EditError, Rewritten, Variation, dedented


def of_the_reference(ref: Reference, exercise: Exercise) -> Iterator[Variant]:
    """The variants of the reference, in the order in which they speak."""
    several = len(exercise.blanks) > 1
    for blank in exercise.blanks:
        yield from derive(ref.source, (_as_it_is(ref, blank),), several=several)


def of_the_alternatives(ref: Reference, exercise: Exercise) -> Iterator[Variant]:
    """Who writes another right form makes its mistakes: the strong ones of all forms first."""
    weak: dict[Variation, Variant] = {}
    seen: set[Variation] = set()
    reference = {blank: _as_it_is(ref, blank).text for blank in exercise.blanks}
    for answer in _answers(ref, exercise):
        for variant in derive(ref.source, answer, reference, several=len(reference) > 1):
            if not variant.strong:
                weak.setdefault(variant.rewritten, variant)
            elif variant.rewritten not in seen:
                seen.add(variant.rewritten)
                yield variant
    yield from weak.values()


def _answers(ref: Reference, exercise: Exercise) -> Iterator[Variation]:
    """The alternatives of an exercise; of one that has several functions, each beside the reference's others too."""
    for alternative in _alternatives(ref.lecture.name):
        if alternative.exercise == exercise.name:
            if len(alternative.rewritten) > 1:
                yield from ((one,) for one in alternative.rewritten)
            yield alternative.rewritten


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
