"""What each lecture asks for, by name: for those who must not read the toml yet, since it holds answers.

`stubs.json` beside this file is written by `zth stubs`. The stubs themselves would not do: in a clone they are also
the file that a learner fills in.
"""

import functools
import hashlib
from pathlib import Path

import msgspec

INDEX = Path(__file__).with_name("stubs.json")


class Stubs(msgspec.Struct, frozen=True, omit_defaults=True):
    """A lecture's file as it is handed out: its exercises with the functions they ask for, and a digest of its text.

    `given`: how many statements stand before the `raise` of a function, where there are any.
    """

    digest: str
    exercises: dict[str, tuple[str, ...]]
    given: dict[str, int] = {}


@functools.cache
def index() -> dict[str, Stubs]:
    """All lectures' stubs."""
    try:
        return msgspec.json.decode(INDEX.read_bytes(), type=dict[str, Stubs])
    except FileNotFoundError:  # an author deleted it: `zth stubs` writes it anew
        return {}


def exercise_names(lecture: str) -> tuple[str, ...]:
    """The exercises of a lecture, in the learner's order."""
    return tuple(index()[lecture].exercises) if lecture in index() else ()


def blanks_by_exercise(lecture: str) -> dict[str, tuple[str, ...]]:
    """The functions that each exercise asks for."""
    return index()[lecture].exercises


def given_statements(lecture: str, blank: str) -> int:
    """How many statements of a function are handed out with it, above the `raise`."""
    return index()[lecture].given.get(blank, 0)


def is_untouched(lecture: str, data: bytes) -> bool:
    """Whether a file is as it was handed out."""
    return lecture in index() and index()[lecture].digest == digest(data)


def digest(data: bytes) -> str:
    """A text in a few letters; line ends make no difference."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()[:16]
