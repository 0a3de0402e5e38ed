"""A check: a plain function, or one call of the learner's function."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from grader.checks.draw import Draw

Play = Callable[[Any, Draw], dict[str, object]]


@dataclass(frozen=True)
class Check:
    """How an exercise is played. `m` is the module under test.

    play: (m, draw) -> raw answers by name.
    expects: draw -> expectations by the same names, where they come with the check itself.
    draws: how many draws a learner is graded on.
    """

    play: Play
    expects: Callable[[Draw], dict[str, object]] | None = None
    draws: int = 3
    bind: Callable[[str], "Check"] | None = None

    def named(self, name: str) -> "Check":
        """The check, told the name of its exercise."""
        return self.bind(name) if self.bind else self


@dataclass(frozen=True)
class Oracle:
    """Works out independently what an exercise's check must answer, from a fresh draw of the same seed."""

    exercise: str
    expects: Callable[[Draw], dict[str, object]]


@dataclass(frozen=True)
class Attempt:
    """What became of something that may raise: the exception's kind, or the value."""

    kind: str
    value: object = None


def check(play: Play) -> Check:
    """Make a check of a function `(m, draw) -> raw answers by name`. It is named like its exercise."""
    return Check(play)


def oracle(exercise: str) -> Callable[[Callable[[Draw], dict[str, object]]], Oracle]:
    """Make an oracle for an exercise of a function `draw -> expectations by name`."""
    return lambda expects: Oracle(exercise, expects)


def named_later(bind: Callable[[str], Check]) -> Check:
    """A check that is made when it is told the name of its exercise."""
    return Check(lambda _m, _draw: {}, bind=bind)


def calls(arguments: Callable[[Draw], Sequence[object]], *, oracle: Callable[..., object] | None = None) -> Check:
    """The check that is one call of the function named like the exercise.

    arguments: draw -> the arguments.
    oracle: the same arguments -> the expectation.
    """

    def bind(name: str) -> Check:
        def play(m: Any, draw: Draw) -> dict[str, object]:
            return {name: getattr(m, name)(*arguments(draw))}

        def expects(draw: Draw) -> dict[str, object]:
            assert oracle is not None
            return {name: oracle(*arguments(draw))}

        return Check(play, expects if oracle else None)

    return named_later(bind)


def attempt(action: Callable[[], object]) -> Attempt:
    """Do something that may raise."""
    try:
        return Attempt("", action())
    except Exception as error:
        return Attempt(type(error).__name__)
