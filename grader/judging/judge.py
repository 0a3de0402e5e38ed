"""The judge: opened once a process, before anything is known that a learner must not see."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch

from grader.checks import loading
from grader.judging import expecting
from grader.judging.expecting import Reference
from grader.sandbox.interface import Sandbox
from grader.sandbox.opening import open_sandbox

GRADED = (10, 11, 12)  # the last digit is the draw's turn
CONFIRMING = (13, 14, 15, 16, 17, 18)

Behaviour = dict[int, Any]  # by seed: what was answered, inputs afterwards, or an exception's kind


@dataclass(frozen=True)
class Judge:
    """The line to the sandbox, the references of the lectures, and what variants are known to answer."""

    sandbox: Sandbox
    references: dict[str, Reference] = field(default_factory=dict)
    behaviours: dict[tuple[str, str], Behaviour] = field(default_factory=dict)

    def reference(self, lecture: str) -> Reference:
        if lecture not in self.references:
            self.references[lecture] = expecting.reference(lecture)
        return self.references[lecture]


@contextmanager
def open_judge(lectures: list[str]) -> Iterator[Judge]:
    """Load the checks, fork the sandbox, and only then become the judge. Raises SandboxLost."""
    gc.disable()
    torch.set_num_threads(1)  # a worker that inherits more threads than one can hang in its first operation
    sandbox = open_sandbox({lecture: loading.for_the_sandbox(lecture) for lecture in lectures})
    try:
        yield Judge(sandbox)
    finally:
        sandbox.close()
