"""Derived variants: every change that the catalogue makes in a function, and the same change at all like places."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from grader.course.source import Source
from grader.variants.catalogue import OPERATORS
from grader.variants.changes import Change, Operator
from grader.variants.scene import Scene, scene

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True)
class Variant:
    """An edited definition, and what its answer is: "Your answer is what comes out " + `words`.

    blank: the function that is edited. text: the whole function, beginning at column 0. No words: it proves only.
    """

    blank: str
    operator: str
    words: str
    text: str


def derive(reference: Source, blanks: tuple[str, ...]) -> list[Variant]:
    """All variants of an exercise, each text once, in the order in which they speak."""
    made: list[tuple[int, int, Variant]] = []
    for blank in blanks:
        if not isinstance(reference.definitions.get(blank), ast.FunctionDef):
            continue
        stage = scene(reference, blank)
        nodes = list(_nodes(stage.tree))
        for rank, operator in enumerate(OPERATORS):
            made += [(rank, at, variant) for at, variant in _made(stage, blank, operator, nodes)]
    made.sort(key=lambda entry: entry[:2])
    seen: set[str] = {ast.dump(scene(reference, variant.blank).tree) for _, _, variant in made[:1]}
    distinct = []
    for _, _, variant in made:
        try:
            shape = ast.dump(ast.parse(variant.text))
        except SyntaxError:
            continue
        if shape not in seen:
            seen.add(shape)
            distinct.append(variant)
    return _told_apart(distinct, len(blanks) > 1)


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


def _made(stage: Scene, blank: str, operator: Operator, nodes: list[ast.AST]) -> Iterator[tuple[int, Variant]]:
    name = operator.__name__.replace("_", " ")
    alike: defaultdict[str, list[Change]] = defaultdict(list)
    for at, node in enumerate(nodes):
        for change in operator(stage, node):
            if change.like:
                alike[change.like].append(change)
            words = change.words + change.place if change.words else ""
            yield at, Variant(blank, name, words, _edited(stage.text, [change]))
    for changes in alike.values():
        apart = _apart(changes)
        if len(apart) > 1:
            words = f"{apart[0].words} everywhere" if apart[0].words else ""
            yield len(nodes), Variant(blank, name, words, _edited(stage.text, apart))


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


def _told_apart(variants: list[Variant], several: bool) -> list[Variant]:
    """Words that are the same at several places say which place is meant."""
    placed = [
        replace(v, words=f"{v.words}, in `{_last(v.blank)}`" if v.words and several else v.words) for v in variants
    ]
    same: defaultdict[str, list[int]] = defaultdict(list)
    for i, variant in enumerate(placed):
        if variant.words:
            same[variant.words].append(i)
    for words, places in same.items():
        if 1 < len(places) <= len(ORDINALS):
            for ordinal, i in zip(ORDINALS, places, strict=False):
                placed[i] = replace(placed[i], words=f"{words} (the {ordinal} of {len(places)} such places)")
    return placed


def _last(blank: str) -> str:
    return blank.rpartition(".")[2]
