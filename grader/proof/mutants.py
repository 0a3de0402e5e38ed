"""Every derived variant of every right answer: the judge must reject it, or a reason stands in the lecture's file."""

from collections.abc import Callable, Iterator
from itertools import chain

from grader.course.outline import Exercise
from grader.judging import behaving, deriving
from grader.judging.behaving import Stage
from grader.judging.expecting import Reference
from grader.judging.grading import compared
from grader.judging.judge import GRADED, Judge
from grader.proof.findings import Fate, Mutant
from grader.sandbox import wire
from grader.sandbox.session import Reply
from grader.variants.derived import Variant

SECONDS = 1.0  # for one variant


def mutants(judge: Judge, ref: Reference, exercise: Exercise, done: Callable[[str], None]) -> Iterator[Mutant]:
    """All variants of an exercise, and what became of each."""
    waiting = list(chain(deriving.of_the_reference(ref, exercise), deriving.of_the_alternatives(ref, exercise)))
    with behaving.stage(judge, ref, SECONDS) as here:
        for draw, seed in enumerate(GRADED, 1):
            alive = []
            for variant, reply in zip(waiting, _replies(here, exercise, waiting, seed), strict=True):
                if draw == 1:
                    done(f"{ref.lecture.name}: mutants")
                if _is_right(ref, exercise, seed, reply):
                    alive.append(variant)
                else:
                    yield _told(variant, "rejected", draw)
            waiting = alive
    for variant in waiting:
        reason = _reason(ref, exercise, variant)
        yield _told(variant, "equivalent" if reason else "survived", None, reason)


def _replies(here: Stage, exercise: Exercise, variants: list[Variant], seed: int) -> Iterator[Reply]:
    return (replies[0] for replies in here.replies(exercise, [v.rewritten for v in variants], (seed,)))


def _is_right(ref: Reference, exercise: Exercise, seed: int, reply: Reply) -> bool:
    return isinstance(reply, wire.Answer) and all(q.ok for q in compared(ref, exercise, seed, reply))


def _reason(ref: Reference, exercise: Exercise, variant: Variant) -> str:
    """Why nothing can tell a variant from the right answer, if the lecture's file says so."""
    for entry in ref.lecture.words.equivalents:
        operators, exercises = entry.operators or (variant.operator,), entry.exercises or (exercise.name,)
        if variant.operator in operators and exercise.name in exercises and entry.has in variant.change:
            return entry.reason
    return ""


def _told(variant: Variant, fate: Fate, draw: int | None, reason: str = "") -> Mutant:
    return Mutant(variant.operator, variant.words, variant.change, fate, draw, reason)
