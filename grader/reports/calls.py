"""How a reader asks for what may come next: with commands, or where `zth watch` listens, with keys."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Calls:
    """Each with `{name}` for the exercise. show, hint: what is typed; show may be "" where it is always in sight.
    rung: the hint, where `{next}` of `{all}` is named; check: what grades, in a sentence.
    """

    show: str
    hint: str
    rung: str
    check: str


COMMANDS = Calls("zth show {name}", "zth hint {name}", "zth hint {name} ({next} of {all})", "`zth check {name}`")
