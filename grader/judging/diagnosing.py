"""What a wrong answer means: it behaves, on every draw, as something does whose meaning is known.

The order: authored misconceptions, violated properties, what the answer is to the right one (relations), derived
variants of the reference, and the weaker relations. What is not sure is not said.
"""

import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import cached_property
from itertools import islice

import msgspec

from grader.checks.expectations import Close
from grader.course.outline import Exercise
from grader.judging import behaving, comparing, deriving, expecting, relating
from grader.judging.behaving import Stage, shown
from grader.judging.exceptions import explained
from grader.judging.expecting import Reference
from grader.judging.judge import AGAIN, CONFIRMING, GRADED, Behaviour, Judge
from grader.judging.telling import CHANGES
from grader.judging.verdict import Diagnosis, Quantity, Verdict
from grader.judging.words import short
from grader.sandbox import wire
from grader.sandbox.session import Dead, Late, Lost, Reply, Session
from grader.variants.derived import Variant
from grader.variants.edits import Variation

KEPT = (
    "Your answers are right until the sizes of an earlier call come again, with other numbers: is something kept from "
    "one call to the next?"
)
CONFIRM_SECONDS = 2.0  # for all confirming draws of a wrong answer; a tenth of a second is usual, on an idle machine
SECONDS = 0.25  # of the processor, for one variant; one that takes longer counts as one that never ends
PATIENCE = 2  # variants that may hang or crash; then the rest of them is not played
MOST = 320  # derived variants that are played for one wrong answer: a number, since a clock would make words differ


def diagnosing(judge: Judge, ref: Reference) -> AbstractContextManager[Stage]:
    """Somewhere to play variants, for all wrong answers of a file."""
    return behaving.stage(judge, ref, SECONDS, PATIENCE)


def diagnose(
    here: Stage,
    name: str,
    verdict: Verdict,
    replies: dict[int, Reply],
    running: Session,
    undone: frozenset[str] = frozenset(),
) -> Verdict:
    """The verdict, with what the answer means if that is certain. replies: by seed; undone: the operators of variants
    that a change of the learner's own code undoes, if one is known that makes it right.
    """
    exercise = here.ref.lecture.exercises[name]
    answer = Wrong(here, exercise, replies, list(replies)[(verdict.draw or 1) - 1], running, undone)
    said = (
        _authored(answer, verdict)
        or _bounded(answer, verdict)
        or _property(verdict)
        or _exception(answer, verdict)
        or _evident(answer, verdict)
    )
    return msgspec.structs.replace(verdict, diagnosis=said) if said else verdict


class Wrong:
    """A wrong answer under diagnosis: what it does on the draws it was graded on, and, once asked for, on more."""

    def __init__(
        self,
        here: Stage,
        exercise: Exercise,
        replies: dict[int, Reply],
        first_wrong: int,
        running: Session,
        undone: frozenset[str],
    ) -> None:
        self.here, self.exercise, self._running, self.undone = here, exercise, running, undone
        self.replies, self.first_wrong = replies, first_wrong
        self.does: Behaviour = {seed: shown(reply) for seed, reply in replies.items()}
        self.finished = not any(isinstance(reply, (Late, Dead, Lost)) for reply in replies.values())

    def more(self) -> Behaviour:
        """What it does on the confirming draws. Played once."""
        if not set(CONFIRMING) <= self.does.keys():
            lecture, exercise = self.here.ref.lecture.name, self.exercise.name
            jobs = [wire.Play(1000 + seed, lecture, exercise, seed) for seed in CONFIRMING]
            replies = self._running.more(jobs, CONFIRM_SECONDS)
            self.does |= {seed: shown(reply) for seed, reply in zip(CONFIRMING, replies, strict=True)}
        return self.does

    def like(self, variants: Iterable[Variation]) -> list[Variation]:
        """Those variants that do the same on every draw, confirming ones included."""
        alive = list(variants)
        for seed in self._in_order():  # one draw for all, the others for those that are left
            alive = self.here.alike(self.exercise, alive, self.does, (seed,))
        if not (alive and self.finished):
            return alive
        return self.here.alike(self.exercise, alive, self.more(), CONFIRMING)

    @cached_property
    def variants(self) -> list[Variant]:
        """Derived variants that do the same, the best words first. Of alternatives only where none of the reference
        does.
        """
        left = self.exercise.words.variants or MOST
        for source in (deriving.of_the_reference, deriving.of_the_alternatives):
            variants = list(islice((v for v in source(self.here.ref, self.exercise) if v.words), left))
            left -= len(variants)
            alike = self.like(variant.rewritten for variant in variants)
            if speaking := [v for v in variants if v.rewritten in alike]:
                return speaking
        return []

    def _in_order(self) -> list[int]:
        """The draws, the first wrong one first: on others a variant may do as the reference does."""
        seeds = [seed for seed in self.replies if self.does[seed] is not None]
        return sorted(seeds, key=lambda seed: seed != self.first_wrong)


def _authored(answer: Wrong, verdict: Verdict) -> Diagnosis | None:
    exercise = answer.exercise
    rewritten = behaving.rewritten(answer.here.ref, exercise)
    candidates = [m for m in exercise.words.misconceptions if m.name in rewritten and m.never_ends != answer.finished]
    alike = answer.like((rewritten[m.name],) for m in candidates)
    for misconception in candidates:
        if (rewritten[misconception.name],) in alike:
            evidence = _evidence(answer, verdict, (rewritten[misconception.name],))
            return Diagnosis("misconception", misconception.name, misconception.says, evidence)
    return None


def _property(verdict: Verdict) -> Diagnosis | None:
    """A property that an oracle names: its sentence is the diagnosis, if nothing else is wrong."""
    bad = _bad(verdict)
    if bad and all(quantity.says for quantity in bad):
        return Diagnosis("property", bad[0].name, bad[0].says)
    return None


def _bounded(answer: Wrong, verdict: Verdict) -> Diagnosis | None:
    """Where only a bound is asked for, its sentence says how far off an answer is; a variant may say why."""
    expected = expecting.expected(answer.here.ref, answer.exercise.name, GRADED[0]).answers
    if not answer.finished or not all(isinstance(value, Close) and value.says for value in expected.values()):
        return None
    return _variant(answer, answer.variants, verdict)


def _exception(answer: Wrong, verdict: Verdict) -> Diagnosis | None:
    """An exception says only itself; but that in the learner's terms."""
    first = answer.replies[answer.first_wrong]
    if not isinstance(first, wire.Trouble):
        return None
    values = "Value" in answer.here.ref.source.definitions
    words = explained(first, verdict.source_line, verdict.expression, values)
    return Diagnosis("relation", "exception", words) if words else None


def _evident(answer: Wrong, verdict: Verdict) -> Diagnosis | None:
    """Relations and derived variants: only for an answer that came, on every draw."""
    if not all(isinstance(reply, wire.Answer) for reply in answer.replies.values()):
        return None
    if changed := _changed(answer, verdict):
        return changed
    cases = relating.cases(answer.here.ref, answer.exercise, answer.does)
    if cases and all(case.seed == AGAIN for case in cases):
        return Diagnosis("relation", "kept", KEPT)
    if said := _relation(answer, cases, relating.BEFORE, verdict):
        return said
    alike = answer.variants if relating.is_rich(cases, answer.does) else []
    return (
        _variant(answer, [v for v in alike if v.strong], verdict)
        or _relation(answer, cases, relating.BETWEEN, verdict)
        or _variant(answer, alike, verdict)
        or _relation(answer, cases, relating.AFTER, verdict)
    )


def _changed(answer: Wrong, verdict: Verdict) -> Diagnosis | None:
    """What was handed out is not as it should be afterwards."""
    bad = [q.name for q in _bad(verdict)]
    changed = [q.name for q in _bad(verdict) if q.problem in CHANGES and q.name.isidentifier()]
    if not changed:
        return None
    names = " and ".join(f"`{name}`" for name in changed)
    right = not relating.cases(answer.here.ref, answer.exercise, answer.does)
    if right and set(bad) == set(changed):
        words = f"Your values are right, but you change {names} in place: the caller still needs what was there."
    else:
        words = f"You change {names} in place: what is worked out from it afterwards is something else."
    return Diagnosis("relation", "changed in place", words)


def _relation(
    answer: Wrong, cases: list[relating.Case], relations: tuple[relating.Relation, ...], verdict: Verdict
) -> Diagnosis | None:
    for name, words in relating.related(cases, relations):
        if not all(isinstance(answer.more()[seed], list) for seed in CONFIRMING):
            return None
        more = relating.cases(answer.here.ref, answer.exercise, answer.more())
        if (name, words) in relating.related(more, relations):
            draws = len({case.seed for case in more})
            names = ", ".join(dict.fromkeys(case.name for case in more))
            evidence = (f"true on {draws} draws of all that is wrong there: {names}",)
            says = f"{_subject(verdict, 'Everything that is wrong here')} {words}."
            return Diagnosis("relation", name, says, evidence)
    return None


def _variant(answer: Wrong, alike: list[Variant], verdict: Verdict) -> Diagnosis | None:
    if not alike:
        return None
    variant = next((v for v in alike if v.operator in answer.undone), alike[0])
    bad, words = _bad(verdict), variant.words
    if len(bad) == 1:  # whose name stands before it already
        words = words.replace(f" in `{_last_key(bad[0].name)}`", "")
    says = f"{_subject(verdict, 'Your answer')} is what comes out {words}."
    return Diagnosis("variant", variant.operator, says, _evidence(answer, verdict, variant.rewritten))


def _evidence(answer: Wrong, verdict: Verdict, variation: Variation) -> tuple[str, ...]:
    """On how many draws an answer does as a variant does, and one element of each to look at."""
    told = [f"the same on {len(answer.does)} draws, {len(CONFIRMING)} of them fresh"]
    if not answer.finished:
        told = [f"the same on {len(answer.does)} draws"]
    (reply,) = next(answer.here.known_or_played(answer.exercise, [variation], (answer.first_wrong,)))
    behaviour = shown(reply)
    compared: dict[str, Quantity] = {}
    if isinstance(behaviour, list):
        answers = expecting.expected(answer.here.ref, answer.exercise.name, answer.first_wrong).answers
        compared = {q.name: q for q in comparing.compare("", answers, behaviour[0])}
    worst = next((q for q in _bad(verdict) if q.got is not None and q.problem != q.says and q.name in compared), None)
    if worst:
        its = compared[worst.name]
        at = f"{worst.name}{list(worst.worst)}" if worst.worst else worst.name
        if its.worst == worst.worst:
            yours, variants = (short(q.got) for q in (worst, its))
            told.append(f"on draw {verdict.draw}, {at}: yours {yours}, the variant's {variants}")
    return tuple(told)


def _subject(verdict: Verdict, several: str) -> str:
    """What is wrong, by its name where it is one thing."""
    names = [q.name for q in _bad(verdict)]
    if len(names) > 1:
        return several
    return f"Your {names[0]}" if names[0].isidentifier() else f"What is wrong, `{names[0]}`,"


def _bad(verdict: Verdict) -> list[Quantity]:
    return [quantity for quantity in verdict.quantities if not quantity.ok]


def _last_key(name: str) -> str:
    """`o` of `chain_rule_neuron['o']`; any other name as it is."""
    found = re.search(r"\['(\w+)'\]$", name)
    return found.group(1) if found else name
