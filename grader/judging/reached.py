"""Which functions of a file an exercise runs through: its own, and what they call."""

import ast
from collections.abc import Iterator

from grader.course.outline import Exercise
from grader.course.source import Source, bound_names, walked


def reached(source: Source, exercise: Exercise, others: list[Exercise]) -> Iterator[tuple[str, ast.AST]]:
    """The exercise's functions by name, and what they call of the file's other functions and methods, transitively.

    What another exercise asks for is left to that exercise.
    """
    theirs = {blank for other in others if other != exercise for blank in other.blanks}
    waiting = [name for name in exercise.blanks if name in source.definitions]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop(0)
        if name in seen or name in theirs:
            continue
        seen.add(name)
        definition = source.definitions[name]
        if isinstance(definition, ast.ClassDef):
            waiting += [other for other in source.definitions if other == f"{name}.__init__"]
            continue
        yield name, definition
        own = bound_names(definition)
        names = {n.id for n in walked(definition) if isinstance(n, ast.Name)} - own
        methods = {n.attr for n in walked(definition) if isinstance(n, ast.Attribute)}
        waiting += [other for other in source.definitions if other in names]
        waiting += [other for other in source.definitions if "." in other and other.rpartition(".")[2] in methods]
