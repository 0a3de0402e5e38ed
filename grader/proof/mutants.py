"""Every derived variant of every right answer: the judge must reject it, or a reason stands in the lecture's file."""

from collections.abc import Callable, Iterator
from itertools import chain

from grader.course.outline import Exercise
from grader.judging import behaving, deriving
from grader.judging.expecting import Reference
from grader.judging.grading import is_right
from grader.judging.judge import GRADED, Judge
from grader.proof.findings import Fate, Mutant
from grader.variants.derived import Variant

SECONDS = 0.4  # of the processor, for one variant: twice what the slowest right answer takes
LONGER = 5.0  # for one that is known to be right, so that it is never rejected for being slow


def mutants(judge: Judge, ref: Reference, exercise: Exercise, done: Callable[[str], None]) -> Iterator[Mutant]:
    """All variants of an exercise, and what became of each."""
    variants = list(chain(deriving.of_the_reference(ref, exercise), deriving.of_the_alternatives(ref, exercise)))
    reasons = [_reason(ref, exercise, variant) for variant in variants]
    known = [(variant, reason) for variant, reason in zip(variants, reasons, strict=True) if reason]
    others = [(variant, "") for variant, reason in zip(variants, reasons, strict=True) if not reason]
    for seconds, waiting in ((SECONDS, others), (LONGER, known)):
        with behaving.stage(judge, ref, seconds) as here:
            for draw, seed in enumerate(GRADED, 1):
                alive = []
                played = here.replies(exercise, [variant.rewritten for variant, _ in waiting], (seed,))
                for (variant, reason), (reply,) in zip(waiting, played, strict=True):
                    if draw == 1:
                        done(f"{ref.lecture.name}: mutants")
                    if is_right(ref, exercise, seed, reply):
                        alive.append((variant, reason))
                    else:
                        yield _told(variant, "rejected", draw)
                waiting = alive
        for variant, reason in waiting:
            yield _told(variant, "equivalent" if reason else "survived", None, reason)


def _reason(ref: Reference, exercise: Exercise, variant: Variant) -> str:
    """Why nothing can tell a variant from the right answer, if the lecture's file says so."""
    for entry in ref.lecture.words.equivalents:
        operators, exercises = entry.operators or (variant.operator,), entry.exercises or (exercise.name,)
        if variant.operator in operators and exercise.name in exercises and entry.has in variant.change:
            return entry.reason
    return ""


def _told(variant: Variant, fate: Fate, draw: int | None, reason: str = "") -> Mutant:
    return Mutant(variant.operator, variant.words, variant.change, fate, draw, reason)
