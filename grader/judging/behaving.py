"""What somebody's code does on a draw, and what variants of the reference do there."""

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.course.outline import Exercise
from grader.judging.alike import alike
from grader.judging.expecting import Reference
from grader.judging.judge import Behaviour, Judge
from grader.judging.replies import Replies
from grader.sandbox import wire
from grader.sandbox.session import Dead, Late, Reply, Variants
from grader.variants.authored import rewritten_by
from grader.variants.edits import EditError, Rewritten, Variation

SECONDS = 0.5  # of the processor; a variant that takes longer counts as one that never ends


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


def shows(reply: Reply, behaviour: Any) -> bool:
    """Whether a reply shows a behaviour. Nothing is unpacked beyond the first quantity that differs."""
    if not isinstance(reply, wire.Answer) or not isinstance(behaviour, list):
        return alike(behaviour, shown(reply))
    answers, inputs = behaviour
    if reply.values.keys() != answers.keys() or len(reply.inputs) != len(inputs):
        return False
    pairs = [(answers[name], raw) for name, raw in reply.values.items()]
    pairs += [(value, raw) for value, (_, raw) in zip(inputs, reply.inputs, strict=True)]
    try:
        return all(alike(value, wire.unpack(raw)) for value, raw in pairs)
    except wire.BadFrame:
        return False


def same(one: Behaviour, other: Behaviour, seeds: Sequence[int]) -> bool:
    """Alike on every draw. A play that was not finished because an earlier draw hung tells nothing."""
    told = [seed for seed in seeds if one.get(seed) is not None and other.get(seed) is not None]
    return bool(told) and all(alike(one[seed], other[seed]) for seed in told)


@dataclass(frozen=True)
class Stage:
    """A worker in which variants of a lecture's reference are played. kept: what some of them replied before."""

    ref: Reference
    worker: Variants
    patience: int
    kept: Replies = field(default_factory=Replies)

    def alike(
        self, exercise: Exercise, variants: Iterable[Variation], does: Behaviour, seeds: Sequence[int]
    ) -> list[Variation]:
        """Those variants that do the same on some draws; of the rest, none after too many that hang or crash."""
        found, lost, asked = [], 0, list(variants)
        for variant, replies in zip(asked, self.known_or_played(exercise, asked, seeds), strict=False):
            told = [(does[seed], reply) for seed, reply in zip(seeds, replies, strict=True) if seed in does]
            told = [(behaviour, reply) for behaviour, reply in told if behaviour is not None]
            if told and all(shows(reply, behaviour) for behaviour, reply in told):
                found.append(variant)
            lost += isinstance(replies[0], (Late, Dead))
            if lost >= self.patience:
                self.worker.close()
                break
        return found

    def begin(self, exercise: Exercise, seed: int) -> None:
        """Start the worker before the first variant is made."""
        self.worker.begin(self._play(exercise, seed))

    def replies(self, exercise: Exercise, variants: Iterable[Variation], seeds: Sequence[int]) -> Iterator[list[Reply]]:
        """What the worker says of each variant on some draws. While it plays, the next variants are taken."""
        jobs = [self._play(exercise, seed) for seed in seeds]
        return self.worker.play((_patch(variant), jobs) for variant in variants)

    def _play(self, exercise: Exercise, seed: int) -> wire.Play:
        return wire.Play(seed, self.ref.lecture.name, exercise.name, seed)

    def known_or_played(
        self, exercise: Exercise, variants: list[Variation], seeds: Sequence[int]
    ) -> Iterator[list[Reply]]:
        """The same; what is known is not played again."""
        known = {variant: [self.kept.of((exercise.slug, variant, seed)) for seed in seeds] for variant in variants}
        played = self.replies(exercise, [variant for variant in variants if None in known[variant]], seeds)
        for variant in variants:
            replies = [reply for reply in known[variant] if reply] if None not in known[variant] else next(played)
            for seed, reply in zip(seeds, replies, strict=True):
                self.kept.keep((exercise.slug, variant, seed), reply)
            yield replies


@contextlib.contextmanager
def stage(judge: Judge, ref: Reference, seconds: float = SECONDS, patience: int = sys.maxsize) -> Iterator[Stage]:
    """Somewhere to play variants; the worker is started when it is needed."""
    reference = wire.Import(f"variant_of_{ref.lecture.name}", os.fsencode(ref.path), ref.source.flags)
    worker = Variants(judge.sandbox, reference, seconds)
    try:
        yield Stage(ref, worker, patience, judge.replies)
    finally:
        worker.close()


def authored(judge: Judge, ref: Reference, exercise: Exercise, seeds: Sequence[int]) -> dict[str, Behaviour]:
    """What the misconceptions of an exercise do. One whose edit does not fit is left out: `zth verify` tells of it."""
    variants = rewritten(ref, exercise)
    with stage(judge, ref) as here:
        played = here.known_or_played(exercise, [(v,) for v in variants.values()], seeds)
        told = [{seed: shown(r) for seed, r in zip(seeds, replies, strict=True)} for replies in played]
    return dict(zip(variants, told, strict=True))


def rewritten(ref: Reference, exercise: Exercise) -> dict[str, Rewritten]:
    """The misconceptions of an exercise, by name, as functions of the reference rewritten."""
    found = {}
    for misconception in exercise.words.misconceptions:
        with contextlib.suppress(EditError):
            found[misconception.name] = rewritten_by(ref.source, exercise, misconception)
    return found


def _patch(variant: Variation) -> wire.Patch:
    return wire.Patch(tuple(wire.Definition(r.owner, r.name, r.text) for r in variant))
