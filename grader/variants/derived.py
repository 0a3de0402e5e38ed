"""Derived variants: every change that the catalogue makes in a function, and the same change at all like places."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from grader.course.source import Source
from grader.variants.catalogue import OF_ITS_OWN_FORM, OPERATORS, STRONG
from grader.variants.changes import Change, Operator
from grader.variants.edits import Rewritten
from grader.variants.scene import Scene, scene


@dataclass(frozen=True)
class Variant:
    """A right answer with one change, and what then comes out: "Your answer is what comes out " + `words`.

    No words: it proves, and never speaks. strong: it speaks before the weaker relations do.
    change: what was typed and what stands there instead, for an author.
    """

    operator: str
    words: str
    rewritten: tuple[Rewritten, ...]
    strong: bool = True
    change: str = ""


def derive(
    lecture: Source, answer: tuple[Rewritten, ...], like: Mapping[str, str] | None = None, *, several: bool = False
) -> list[Variant]:
    """All variants of a right answer, each text once, in the order in which they speak.

    several: the exercise has other functions too, and the words say in which the change is.
    like: for an alternative, the reference's texts by their blanks. Their docstrings say which names a learner knows,
    and operators that are about the form of an answer are left out.
    """
    made: list[tuple[int, int, int, Made]] = []
    for which, right in enumerate(answer):
        if _is_a_function(right.text):
            stage = scene(right.text, lecture, (like or {}).get(right.blank, ""))
            nodes = list(nodes_of(stage.tree))
            for rank, operator in enumerate(OPERATORS):
                if like is None or operator not in OF_ITS_OWN_FORM:
                    made += [(rank, at, which, one) for at, one in _made(stage, operator, nodes)]
    made.sort(key=lambda entry: entry[:3])
    distinct: dict[tuple[int, str], tuple[int, Made]] = {}
    for rank, _, which, one in made:
        distinct.setdefault((which, "".join(one.text.split())), (rank, one))
    for which, right in enumerate(answer):
        distinct.pop((which, "".join(right.text.split())), None)
    several = several or len(answer) > 1
    spoken = _toldapart([_placed(one.words, answer[w].blank, several) for (w, _), (_, one) in distinct.items()])
    return [
        Variant(one.operator, words, _with(answer, which, one.text), rank < len(STRONG), one.change)
        for ((which, _), (rank, one)), words in zip(distinct.items(), spoken, strict=True)
    ]


def _with(answer: tuple[Rewritten, ...], which: int, text: str) -> tuple[Rewritten, ...]:
    return (*answer[:which], Rewritten(answer[which].blank, text), *answer[which + 1 :])


def _is_a_function(text: str) -> bool:
    """An alternative may bring helpers, and is then left alone."""
    return len(body := ast.parse(text).body) == 1 and isinstance(body[0], ast.FunctionDef)


def nodes_of(tree: ast.FunctionDef) -> Iterator[ast.AST]:
    """The function and what it does, outermost first: neither its docstring nor annotations."""
    waiting: list[ast.AST] = [tree]
    for node in waiting:
        yield node
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "args", "decorator_list") and not isinstance(node, ast.Call):
                continue
            children = value if isinstance(value, list) else [value]
            waiting += [child for child in children if isinstance(child, ast.AST)]


class Made(NamedTuple):
    """What an operator made of a function."""

    operator: str
    words: str
    text: str
    change: str


def _made(stage: Scene, operator: Operator, nodes: list[ast.AST]) -> Iterator[tuple[int, Made]]:
    """Every change of an operator, with the number of the node it is made at."""
    name = operator.__name__.replace("_", " ")
    alike: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
    for at, node in enumerate(nodes):
        for change in operator(stage, node):
            if change.like:
                inner = stage.function_of(node)
                alike[change.like, " everywhere"].append(change)
                if inner is not stage.tree:
                    alike[f"{change.like} in {inner.name}", " everywhere on the way back"].append(change)
            words = change.words + change.place if change.words else ""
            yield at, Made(name, words, edited(stage.text, [change]), _typed(stage.text, [change]))
    for (_, where), changes in alike.items():
        several = apart(changes)
        if len(several) > 1:
            words = f"{several[0].words}{where}" if several[0].words else ""
            yield len(nodes), Made(name, words, edited(stage.text, several), _typed(stage.text, several))


def _typed(text: str, changes: list[Change]) -> str:
    """The change in a line's code: the first line on which it shows, before and after."""
    before, after = text.split("\n"), edited(text, changes).split("\n")
    for one, other in zip(before, after, strict=False):
        if one != other:
            return f"{one.partition('  #')[0].strip()} -> {other.partition('  #')[0].strip()}"
    return "a line less"


def apart(changes: list[Change]) -> list[Change]:
    """Those that do not overlap."""
    kept: list[Change] = []
    for change in sorted(changes, key=lambda c: (c.start, -c.end)):
        if not kept or change.start >= kept[-1].end:
            kept.append(change)
    return kept


def edited(text: str, changes: list[Change]) -> str:
    for change in sorted(changes, key=lambda c: -c.start):
        text = text[: change.start] + change.text + text[change.end :]
    return text


def _placed(words: str, blank: str, several: bool) -> str:
    return f"{words}, in `{blank}`" if words and several else words


def _toldapart(words: list[str]) -> list[str]:
    """Words that are the same at several places say that only one of these is meant."""
    counts = Counter(words)
    return [f"{told}, in one of {counts[told]} places" if told and counts[told] > 1 else told for told in words]
