"""By hand means by hand: ways that an exercise forbids, found in the source.

The scan follows an exercise's functions and what they call in the same file; code at file level is free. What
it reports is named in full and belongs to torch, so an own function called `backward` is no alarm. What
only shows when it runs (a method call on a tensor) is noted by the worker's guards.
"""

import ast
import functools
from dataclasses import dataclass

from grader.course.outline import Exercise
from grader.course.source import Source, bound_names, span, walked
from grader.course.ways import WAYS
from grader.judging.reached import reached


@dataclass(frozen=True)
class Found:
    """A forbidden way that was used: its name as the learner wrote or called it, and the line."""

    name: str
    line: int
    words: str


def watched(forbids: tuple[str, ...]) -> tuple[str, ...]:
    """The functions of torch that a worker must watch."""
    return tuple(name for way in forbids for name in WAYS[way].watched)


def scan(source: Source, exercise: Exercise, others: list[Exercise]) -> Found | None:
    """The first forbidden name in an exercise's functions, or in what they call."""
    if not exercise.forbids:
        return None
    modules = frozenset(_torch_names(source.tree).items())
    for _, function in reached(source, exercise, others):
        for name, line in _uses_of_torch(function, modules):
            for way in exercise.forbids:
                if any(_matches(name, pattern) for pattern in WAYS[way].scanned):
                    return Found(name, line, WAYS[way].words)
    return None


@functools.lru_cache(maxsize=1024)
def _uses_of_torch(function: ast.AST, modules: frozenset[tuple[str, str]]) -> list[tuple[str, int]]:
    """Full names of torch's that a function uses, and the lines. A variable may be called like a module."""
    own = bound_names(function)
    names = {name: full for name, full in modules if name not in own} | _torch_names(function)
    nodes = [node for node in walked(function) if isinstance(node, (ast.Attribute, ast.Name))]
    return [(name, node.lineno) for node in nodes if (name := _dotted(node, names))]


def noted(notes: list[tuple[str, int]], source: Source, exercise: Exercise, others: list[Exercise]) -> Found | None:
    """The first watched call that a worker noted and the exercise forbids; another exercise's own is its own affair."""
    theirs = [span(source.definitions[b]) for o in others if o != exercise for b in o.blanks if b in source.definitions]
    for name, line in notes:
        if any(first <= line <= last for first, last in theirs):
            continue
        for way in exercise.forbids:
            if name in WAYS[way].watched:
                return Found(name, line, WAYS[way].words)
    return None


def _matches(name: str, pattern: str) -> bool:
    if "*" in pattern:
        head, _, tail = pattern.partition("*")
        return name.startswith(head) and name.endswith(tail)
    return name == pattern or name.startswith(pattern + ".")


def _torch_names(tree: ast.AST) -> dict[str, str]:
    """Names that stand for torch or a part of it, by the imports of a file or a function."""
    names: dict[str, str] = {}
    for node in tree.body if isinstance(tree, ast.Module) else walked(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "torch":
                    names[alias.asname or "torch"] = alias.name if alias.asname else "torch"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "torch":
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _dotted(node: ast.AST, names: dict[str, str]) -> str | None:
    """The full name of `torch.autograd.grad` and its like; None for anything that is not torch's."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return None
    return ".".join([names[node.id], *reversed(parts)])
