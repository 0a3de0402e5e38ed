"""What a right answer looks like: the reference's answers to the same check, or what an oracle works out."""

import functools
import importlib.util
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from grader.checks import loading as checks_loading
from grader.checks.check import Check
from grader.checks.draw import Draw
from grader.checks.expectations import Parts
from grader.course.outline import Lecture
from grader.course.outline import lecture as read_lecture
from grader.course.root import solution_file
from grader.course.source import Source, read_source
from grader.sandbox import wire
from grader.sandbox.settling import settle

Claims = dict[str, Any]


class Fault(Exception):
    """Something of ours is broken: never the learner's."""


@dataclass(frozen=True)
class Expected:
    """For one draw: the answers, and what the check handed out, as it should be afterwards."""

    answers: Claims
    inputs: list[tuple[str, Any]]


@dataclass(frozen=True)
class Reference:
    """A lecture's map and words, its checks, and its reference, loaded in the judge."""

    lecture: Lecture
    checks: checks_loading.Checks
    path: Path
    module: ModuleType
    known: dict[tuple[str, int], Expected] = field(default_factory=dict)

    @functools.cached_property
    def source(self) -> Source:
        """The reference's text: for diagnoses and proofs."""
        return read_source(self.path)


def reference(name: str) -> Reference:
    """Load a lecture's reference. Only after the sandbox has been opened. Raises Fault."""
    path = solution_file(name)
    try:
        spec = importlib.util.spec_from_file_location(f"reference_{name}", path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        checks = checks_loading.for_the_judge(name)
    except Exception:
        raise Fault(f"the reference or the checks of {name} cannot be loaded\n{traceback.format_exc()}") from None
    return Reference(read_lecture(name), checks, path, module)


def expected(ref: Reference, exercise: str, seed: int) -> Expected:
    """What is expected of an exercise on a draw. Worked out once. Raises Fault."""
    if (exercise, seed) not in ref.known:
        ref.known[exercise, seed] = _work_out(ref, exercise, seed)
    return ref.known[exercise, seed]


def _work_out(ref: Reference, exercise: str, seed: int) -> Expected:
    """An oracle leaves its inputs as they should be afterwards: then the reference need not be played here (the proof
    plays it, and holds the two against each other).
    """
    return independent(ref, exercise, seed) or as_reference(ref, exercise, seed)


def as_reference(ref: Reference, exercise: str, seed: int) -> Expected:
    """The reference's own answers, and the inputs afterwards. Raises Fault."""
    draw = _fresh(seed)
    try:
        with torch.enable_grad():
            values = _check(ref, exercise).play(ref.module, draw)
    except Exception:
        raise Fault(f"the reference of {exercise} raised\n{traceback.format_exc()}") from None
    return Expected({name: as_claim(value) for name, value in values.items()}, _inputs(draw))


def independent(ref: Reference, exercise: str, seed: int) -> Expected | None:
    """What the exercise's oracle expects, if it has one, and the inputs as it left them. Raises Fault."""
    oracle = ref.checks.oracles.get(exercise)
    expects = oracle.expects if oracle else _check(ref, exercise).expects
    if expects is None:
        return None
    draw = _fresh(seed)
    try:
        with torch.enable_grad():
            return Expected(_told_apart(expects(draw)), _inputs(draw))
    except Exception:
        raise Fault(f"the oracle of {exercise} raised\n{traceback.format_exc()}") from None


def _told_apart(answers: Claims) -> Claims:
    """The answers; a part whose name comes more than once ("bias", of a call with one and of a call without) is told
    with the case it belongs to.
    """
    parts = {case: value.named for case, value in answers.items() if isinstance(value, Parts)}
    times = Counter(name for named in parts.values() for name in named)
    several = {
        case: Parts({f"{case}: {name}" if times[name] > 1 else name: value for name, value in named.items()})
        for case, named in parts.items()
    }
    return answers | several


def _inputs(draw: Draw) -> list[tuple[str, Any]]:
    return [(name, given if isinstance(given, Tensor) else given.get_state()) for name, given in draw.given]


def as_claim(value: Any) -> Any:
    """A value as it would arrive from a worker."""
    return wire.unpack(wire.pack(value))


def _check(ref: Reference, exercise: str) -> Check:
    if exercise not in ref.checks.checks:
        raise Fault(f"grader/lectures/{ref.lecture.name}.py has no check named {exercise}")
    return ref.checks.checks[exercise]


def _fresh(seed: int) -> Draw:
    settle(seed, "")
    return Draw(seed)


def draws(ref: Reference, exercise: str) -> int:
    """On how many draws an exercise is graded. Raises Fault."""
    return _check(ref, exercise).draws


def check_file(ref: Reference) -> Path:
    """The file in which the lecture's checks are written."""
    return checks_loading.LECTURES / f"{ref.lecture.name}.py"
