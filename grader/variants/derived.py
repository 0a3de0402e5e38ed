"""Derived variants: every change that the catalogue makes in a function, and the same change at all like places."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from grader.course.source import Source
from grader.variants.catalogue import OPERATORS
from grader.variants.changes import Change, Operator
from grader.variants.edits import Rewritten
from grader.variants.scene import Scene, scene

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True)
class Variant:
    """A right answer with one change, and what then comes out: "Your answer is what comes out " + `words`.

    No words: it proves, and never speaks.
    """

    operator: str
    words: str
    rewritten: tuple[Rewritten, ...]


def derive(lecture: Source, answer: tuple[Rewritten, ...]) -> list[Variant]:
    """All variants of a right answer, each text once, in the order in which they speak."""
    made: list[tuple[int, int, int, str, str, str]] = []
    seen: set[str] = set()
    for which, right in enumerate(answer):
        if not _is_a_function(right.text):
            continue
        stage = scene(right.text, lecture)
        seen.add(ast.dump(stage.tree))
        nodes = list(_nodes(stage.tree))
        for rank, operator in enumerate(OPERATORS):
            made += [(rank, at, which, *told) for at, told in _made(stage, operator, nodes)]
    made.sort(key=lambda entry: entry[:3])
    distinct: list[tuple[int, str, str, str]] = []
    for _, _, which, name, words, text in made:
        try:
            shape = f"{which} {ast.dump(ast.parse(text))}"
        except SyntaxError:
            continue
        if shape not in seen and shape.partition(" ")[2] not in seen:
            seen.add(shape)
            distinct.append((which, name, words, text))
    spoken = _told_apart([_placed(words, answer[w].blank, len(answer) > 1) for w, _, words, _ in distinct])
    return [
        Variant(name, told, (*answer[:which], Rewritten(answer[which].blank, text), *answer[which + 1 :]))
        for (which, name, _, text), told in zip(distinct, spoken, strict=True)
    ]


def _is_a_function(text: str) -> bool:
    """An alternative may bring helpers, and is then left alone."""
    return len(body := ast.parse(text).body) == 1 and isinstance(body[0], ast.FunctionDef)


def _nodes(tree: ast.FunctionDef) -> Iterator[ast.AST]:
    """The function and what it does, outermost first: neither its docstring nor annotations."""
    waiting: list[ast.AST] = [tree]
    for node in waiting:
        yield node
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "args", "decorator_list") and not isinstance(node, ast.Call):
                continue
            children = value if isinstance(value, list) else [value]
            waiting += [child for child in children if isinstance(child, ast.AST)]


def _made(stage: Scene, operator: Operator, nodes: list[ast.AST]) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Where a change is made, the operator's name, the words, the text."""
    name = operator.__name__.replace("_", " ")
    alike: defaultdict[str, list[Change]] = defaultdict(list)
    for at, node in enumerate(nodes):
        for change in operator(stage, node):
            if change.like:
                alike[change.like].append(change)
            yield at, (name, change.words + change.place if change.words else "", _edited(stage.text, [change]))
    for changes in alike.values():
        apart = _apart(changes)
        if len(apart) > 1:
            words = f"{apart[0].words} everywhere" if apart[0].words else ""
            yield len(nodes), (name, words, _edited(stage.text, apart))


def _apart(changes: list[Change]) -> list[Change]:
    """Those that do not overlap."""
    kept: list[Change] = []
    for change in sorted(changes, key=lambda c: (c.start, -c.end)):
        if not kept or change.start >= kept[-1].end:
            kept.append(change)
    return kept


def _edited(text: str, changes: list[Change]) -> str:
    for change in sorted(changes, key=lambda c: -c.start):
        text = text[: change.start] + change.text + text[change.end :]
    return text


def _placed(words: str, blank: str, several: bool) -> str:
    return f"{words}, in `{blank.rpartition('.')[2]}`" if words and several else words


def _told_apart(words: list[str]) -> list[str]:
    """Words that are the same at several places say which place is meant."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for i, told in enumerate(words):
        if told:
            places[told].append(i)
    apart = list(words)
    for told, indices in places.items():
        if len(indices) > 1:
            for ordinal, i in zip_longest(ORDINALS[: len(indices)], indices):
                apart[i] = f"{told} (the {ordinal} of {len(indices)} such places)" if ordinal else ""
    return apart
