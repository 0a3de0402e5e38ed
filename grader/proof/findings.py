"""What a proof found: counts, and every exception to what should be. No torch here."""

from typing import Literal

import msgspec

Kind = Literal["false accept", "false reject", "misnamed", "alike", "disagreement", "unfinished", "fault"]
SUBJECTS = ("references", "stubs", "empty", "misconceptions", "alternatives", "oracles")


class Finding(msgspec.Struct, frozen=True):
    """One thing that is not as it should be."""

    kind: Kind
    exercise: str
    what: str
    words: str


class Proof(msgspec.Struct, frozen=True):
    """What was proved of one lecture: how many of each subject were tried, and what did not hold."""

    lecture: str
    tried: dict[str, int]
    findings: tuple[Finding, ...]
