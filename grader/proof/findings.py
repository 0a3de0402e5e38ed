"""What a proof found: counts, and every exception to what should be. No torch here."""

from typing import Literal

import msgspec

Kind = Literal["false accept", "false reject", "misnamed", "survived", "alike", "disagreement", "unfinished", "fault"]
Fate = Literal["rejected", "equivalent", "survived"]
SUBJECTS = ("references", "stubs", "empty", "misconceptions", "alternatives", "oracles")
FATES: tuple[Fate, ...] = ("rejected", "equivalent", "survived")


class Finding(msgspec.Struct, frozen=True):
    """One thing that is not as it should be."""

    kind: Kind
    exercise: str
    what: str
    words: str


class Mutant(msgspec.Struct, frozen=True):
    """A derived variant that went through the judge: what it changes, what it says, and what became of it.

    draw: which draw rejected it. reason: why nothing can tell it from the right answer.
    """

    operator: str
    words: str
    change: str
    fate: Fate
    draw: int | None = None
    reason: str = ""


class Proof(msgspec.Struct, frozen=True):
    """What was proved of one lecture: how many of each subject were tried, and what did not hold.

    mutants: by exercise, if they were asked for.
    """

    lecture: str
    tried: dict[str, int]
    findings: tuple[Finding, ...]
    mutants: dict[str, tuple[Mutant, ...]] = {}
