"""Alternatives: right answers that look different, as functions of the reference rewritten."""

import ast
import re
import textwrap
from dataclasses import dataclass

from grader.course.outline import Lecture
from grader.course.source import Source, parse, span
from grader.variants.edits import EditError, Rewritten


@dataclass(frozen=True)
class Alternative:
    """A right answer to an exercise. What stands before `__` in its name is the exercise."""

    exercise: str
    name: str
    rewritten: tuple[Rewritten, ...]


def alternatives_of(lecture: Lecture, text: str) -> list[Alternative]:
    """All alternatives in a file. A function replaces the exercise's blank; a class's members replace the blanks
    of their names, and a class within it those of the class of that name. Raises EditError.
    """
    file = parse(text, f"alternatives/{lecture.name}.py")
    if file.problems:
        raise EditError(f"{file.path}, line {file.problems[0].line}: {file.problems[0].words}")
    found = []
    for node in file.tree.body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            continue
        exercise, _, name = node.name.partition("__")
        if exercise not in lecture.exercises or not name:
            raise EditError(f"{file.path}, line {node.lineno}: {node.name} names no exercise before its `__`")
        blanks = lecture.exercises[exercise].blanks
        if isinstance(node, ast.FunctionDef):
            members: list[tuple[str, ast.stmt]] = [(blanks[0], node)]
        else:
            members = list(_members(node, blanks))
        found.append(Alternative(exercise, name, tuple(_rewritten(file, members, blanks, f"{exercise}__{name}"))))
    return found


def _members(node: ast.ClassDef, blanks: tuple[str, ...], owner: str = "") -> list[tuple[str, ast.stmt]]:
    """Pairs of a blank (or "" for a helper) and what replaces it."""
    found: list[tuple[str, ast.stmt]] = []
    for member in node.body:
        if isinstance(member, ast.ClassDef):
            found += _members(member, blanks, f"{member.name}.")
        elif isinstance(member, (ast.FunctionDef, ast.Assign)):
            target = member.targets[0] if isinstance(member, ast.Assign) else None
            name = target.id if isinstance(target, ast.Name) else getattr(member, "name", "")
            found.append((next((b for b in blanks if b.endswith(owner + name) and _last(b) == name), ""), member))
    return found


def _rewritten(
    file: Source, members: list[tuple[str, ast.stmt]], blanks: tuple[str, ...], named: str
) -> list[Rewritten]:
    """Functions by their blanks; a helper comes in front of the blank that it stands beside."""
    replaced = [blank for blank, _ in members if blank]
    if not replaced:
        raise EditError(f"{named} replaces none of {', '.join(blanks)}")
    texts: dict[str, str] = {}
    for blank, node in members:
        first = span(node)[0] if isinstance(node, ast.FunctionDef) else node.lineno
        text = textwrap.dedent("\n".join(file.lines()[first - 1 : node.end_lineno]))
        if isinstance(node, ast.FunctionDef) and blank:
            text = re.sub(rf"\bdef {node.name}\b", f"def {_last(blank)}", text, count=1)
        place = blank or replaced[0]
        texts[place] = "\n".join(filter(None, [texts.get(place), text]))
    return [Rewritten(blank, text) for blank, text in texts.items()]


def _last(blank: str) -> str:
    return blank.rpartition(".")[2]
