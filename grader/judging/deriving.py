"""The derived variants of an exercise: of its reference first, then of the alternatives."""

from dataclasses import dataclass

from grader.course.outline import Exercise
from grader.judging.expecting import Reference
from grader.variants.derived import derive
from grader.variants.edits import Rewritten


@dataclass(frozen=True)
class Derived:
    """A variant to be played. `base`: the alternative that it was made of, or ""."""

    operator: str
    words: str
    rewritten: tuple[Rewritten, ...]
    base: str = ""


def variants_of(ref: Reference, exercise: Exercise) -> list[Derived]:
    """All variants of an exercise, in the order in which they speak."""
    found = [Derived(v.operator, v.words, (Rewritten(v.blank, v.text),)) for v in derive(ref.source, exercise.blanks)]
    return found
