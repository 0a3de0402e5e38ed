"""What a wrong answer means: it behaves, on every draw, as a variant of the reference does.

The order: kind and shape (the comparer's words), authored misconceptions, violated properties. Relations and
derived variants will stand between and after them. What is not sure is not said.
"""

import os
from typing import Any

import msgspec

from grader.course.outline import Exercise
from grader.judging.alike import alike
from grader.judging.expecting import Reference
from grader.judging.judge import CONFIRMING, GRADED, Behaviour, Judge
from grader.judging.verdict import Diagnosis, Verdict
from grader.sandbox import wire
from grader.sandbox.session import Dead, Late, Lost, Reply, Session, play_all
from grader.variants.authored import edit_of
from grader.variants.edits import EditError, apply_to_pieces

VARIANT_SECONDS = 1.0  # a variant that takes longer counts as one that never ends


def diagnose(
    judge: Judge, ref: Reference, name: str, verdict: Verdict, replies: list[Reply], running: Session
) -> Verdict:
    """The verdict, with what the answer means if that is certain."""
    exercise = ref.lecture.exercises[name]
    said = _authored(judge, ref, exercise, replies, running) or _property(verdict)
    return msgspec.structs.replace(verdict, diagnosis=said) if said else verdict


def _authored(
    judge: Judge, ref: Reference, exercise: Exercise, replies: list[Reply], running: Session
) -> Diagnosis | None:
    seeds = GRADED[: len(replies)]
    learners = {seed: shown(reply) for seed, reply in zip(seeds, replies, strict=True)}
    known = behaviours(judge, ref, exercise, seeds)
    unfinished = any(isinstance(reply, (Late, Dead, Lost)) for reply in replies)
    candidates = [m for m in exercise.words.misconceptions if m.never_ends or not unfinished]
    matching = [m for m in candidates if same(learners, known[m.name], seeds)]
    if matching and not unfinished:
        jobs = [wire.Play(1000 + seed, ref.lecture.name, exercise.name, seed) for seed in CONFIRMING]
        further = {seed: shown(reply) for seed, reply in zip(CONFIRMING, running.more(jobs), strict=True)}
        known = behaviours(judge, ref, exercise, CONFIRMING)
        matching = [m for m in matching if same(further, known[m.name], CONFIRMING)]
    return Diagnosis("misconception", matching[0].name, matching[0].says) if matching else None


def behaviours(judge: Judge, ref: Reference, exercise: Exercise, seeds: tuple[int, ...]) -> dict[str, Behaviour]:
    """What each misconception of an exercise answers on some draws. Played once a process, in workers of their own."""
    waiting: list[tuple[Behaviour, list[int]]] = []
    files = []
    for misconception in exercise.words.misconceptions:
        known = judge.behaviours.setdefault((exercise.slug, misconception.name), {})
        missing = [seed for seed in seeds if seed not in known]
        try:
            edit = edit_of(ref.source, exercise, misconception)
        except EditError:  # verify tells the author; a learner is told the others
            continue
        if missing:
            pieces = tuple(wire.Piece(p.line, p.text) for p in apply_to_pieces(ref.source, edit))
            file = wire.Load(ref.lecture.name, os.fsencode(ref.source.path), ref.source.flags, pieces)
            files.append((file, [wire.Play(seed, ref.lecture.name, exercise.name, seed) for seed in missing]))
            waiting.append((known, missing))
    for (known, missing), replies in zip(waiting, play_all(judge.sandbox, files, VARIANT_SECONDS), strict=True):
        known |= {seed: shown(reply) for seed, reply in zip(missing, replies, strict=True)}
    return {m.name: judge.behaviours[exercise.slug, m.name] for m in exercise.words.misconceptions}


def shown(reply: Reply) -> Any:
    """A reply as behaviour: answers and inputs afterwards, an exception and where the check was, a timeout."""
    match reply:
        case wire.Answer():
            try:
                inputs = [wire.unpack(raw) for _, raw in reply.inputs]
                return [{name: wire.unpack(raw) for name, raw in reply.values.items()}, inputs]
            except wire.BadFrame:
                return None
        case wire.Trouble():
            where = "in the function" if reply.line else "in what the check does with it"
            words = "" if reply.kind == "RecursionError" else reply.words
            return f"raises {reply.kind} {where}, at {reply.expression or reply.check}: {words}"
        case Late():
            return "never ends"
        case _:
            return None


def same(one: Behaviour, other: Behaviour, seeds: tuple[int, ...]) -> bool:
    """Alike on every draw. A play that was not finished because an earlier draw hung tells nothing."""
    told = [seed for seed in seeds if one.get(seed) is not None and other.get(seed) is not None]
    return bool(told) and all(alike(one[seed], other[seed]) for seed in told)


def _property(verdict: Verdict) -> Diagnosis | None:
    """A property that an oracle names: its sentence is the diagnosis, if nothing else is wrong."""
    bad = [quantity for quantity in verdict.quantities if not quantity.ok]
    if bad and all(quantity.says for quantity in bad):
        return Diagnosis("property", bad[0].name, bad[0].says)
    return None
