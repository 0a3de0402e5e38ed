"""The judge: the line to the sandbox, and all that the sandbox must not know."""

from dataclasses import dataclass, field
from typing import Any

from grader.judging import expecting
from grader.judging.expecting import Reference
from grader.judging.replies import Replies
from grader.sandbox.interface import Sandbox

GRADED = (10, 11, 12)  # the last digit is the draw's turn
AGAIN = 20  # the sizes of the first draw once more, with other numbers: for code that may keep something
CONFIRMING = (13, 14, 15, 16, 17, 18)

Behaviour = dict[int, Any]  # by seed: what was answered, inputs afterwards, or an exception's kind


@dataclass(frozen=True)
class Judge:
    """The line to the sandbox, the references of the lectures, and what their variants replied."""

    sandbox: Sandbox
    references: dict[str, Reference] = field(default_factory=dict)
    replies: Replies = field(default_factory=Replies)

    def reference(self, lecture: str) -> Reference:
        if lecture not in self.references:
            self.references[lecture] = expecting.reference(lecture)
        return self.references[lecture]
