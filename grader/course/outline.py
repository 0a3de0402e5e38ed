"""The map of the course: its lectures, their exercises, and the words of each, from `lectures/*.toml`."""

import contextlib
import functools
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from grader import pycache
from grader.course.root import LECTURES

# The learner's path; a new lecture is added here.
ORDER = ("micrograd", "part1", "part2", "part3", "part4", "part5", "gpt")


class OutlineError(Exception):
    """A lecture's toml is not as it should be: for the author."""


class Misconception(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wrong answer that somebody wrote down, and what it says about the maths.

    The edit of the reference: `right`, a text found exactly once in the exercise's blanks, becomes `wrong`;
    or `body` takes the place of what stands between the marks of `blank`. `never_ends`: it loops; a slow machine
    alone must not make one answer look like another that loops.
    """

    name: str
    says: str
    right: str = ""
    wrong: str = ""
    body: str = ""
    blank: str = ""
    never_ends: bool = False


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An exercise's table in the toml. `variants`: how many derived ones may be played for one wrong answer, where a
    play takes long.
    """

    title: str
    minutes: int
    hints: tuple[str, ...]
    watch: str = ""
    needs: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()
    forbids: tuple[str, ...] | None = None
    timeout: float | None = None
    variants: int | None = None
    misconceptions: tuple[Misconception, ...] = ()


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Derived variants that no draw can tell from a right answer, and why: for the proof.

    Those of the operators, in the exercises (of any, if none is named), whose change has `has` in it.
    """

    reason: str
    operators: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()
    has: str = ""


class LectureWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The `[lecture]` table. `forbids` holds for every exercise that does not say otherwise."""

    title: str
    video: str
    length: str
    forbids: tuple[str, ...] = ()
    equivalents: tuple[Equivalent, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """One exercise: its place in the course, the functions to fill in, and its words."""

    lecture: str
    name: str
    blanks: tuple[str, ...]
    forbids: tuple[str, ...]
    words: Words

    @property
    def slug(self) -> str:
        return f"{self.lecture}.{self.name}"


@dataclass(frozen=True)
class Lecture:
    """One lecture, with its exercises in the learner's order."""

    name: str
    words: LectureWords
    exercises: dict[str, Exercise]

    def with_needs(self, names: list[str], uses: Mapping[str, frozenset[str]]) -> list[str]:
        """The exercises and all that they need, transitively, in the lecture's order.

        uses: what else the learner's own code of an exercise calls.
        """
        wanted: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in wanted:
                wanted.add(name)
                waiting += [*self.exercises[name].words.needs, *uses.get(name, ())]
        return [name for name in self.exercises if name in wanted]


@functools.cache
def lecture(name: str) -> Lecture:
    """Read a lecture's map and words. Raises OutlineError with the table and the key that is wrong."""
    path = LECTURES / f"{name}.toml"
    try:
        tables = _tables(path)
        words = msgspec.convert(tables.pop("lecture"), LectureWords)
    except (ValueError, KeyError) as error:
        raise OutlineError(f"{path.name}: {error}") from None
    exercises = {}
    for key, table in tables.items():
        try:
            exercise_words = msgspec.convert(table, Words)
        except msgspec.ValidationError as error:
            raise OutlineError(f"{path.name}, [{key}]: {error}") from None
        for need in exercise_words.needs:
            if need not in tables:
                raise OutlineError(f"{path.name}, [{key}]: needs {need!r}, which is no exercise of this lecture")
        forbids = words.forbids if exercise_words.forbids is None else exercise_words.forbids
        exercises[key] = Exercise(name, key, exercise_words.blanks or (key,), forbids, exercise_words)
    return Lecture(name, words, exercises)


def _tables(path: Path) -> dict[str, Any]:
    """The tables of a toml file. As Python does with its modules, the parsed form is kept in `__pycache__`: a lecture's
    words take tomllib 5 to 30 ms, and every command reads them. Raises ValueError.
    """
    stamp = pycache.stamp(path)
    kept = pycache.place(path, "words.msgpack")
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        found, tables = msgspec.msgpack.decode(kept.read_bytes(), type=tuple[list[int], dict[str, Any]])
        if found == stamp:
            return tables
    import tomllib

    tables = tomllib.loads(path.read_text("utf-8"))
    if not sys.dont_write_bytecode:
        pycache.keep(kept, msgspec.msgpack.encode((stamp, tables)))
    return tables


def course() -> list[Lecture]:
    """All lectures, in the learner's order."""
    return [lecture(name) for name in ORDER]
