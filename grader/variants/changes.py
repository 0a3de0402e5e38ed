"""A change: one edit of a definition, made by an operator, and the words for what then comes out."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from grader.variants.scene import Scene

WHOLE = (ast.Name, ast.Constant, ast.Attribute, ast.Call, ast.Subscript)
BINDING = (ast.BinOp, ast.UnaryOp, ast.Attribute, ast.Subscript, ast.Compare, ast.BoolOp)


@dataclass(frozen=True)
class Change:
    """The text from `start` to `end` becomes `text`.

    words: they finish the sentence "Your answer is what comes out ...", and `place` comes behind them. A change that
    has none proves, and never speaks.
    like: changes of one operator with the same `like` are also made all together.
    """

    start: int
    end: int
    text: str
    words: str = ""
    like: str = ""
    place: str = ""


Operator = Callable[[Scene, ast.AST], Iterator[Change]]


def change(scene: Scene, node: ast.AST, text: str, words: str = "", *, like: str = "") -> Change:
    """A change of one node. What would fall apart in its new surroundings comes in parentheses."""
    start, end = scene.offsets(node)
    parent = scene.parents.get(node)
    binds = isinstance(node, ast.expr) and isinstance(parent, BINDING) and getattr(parent, "slice", None) is not node
    if binds and not isinstance(ast.parse(text, mode="eval").body, WHOLE):
        text = f"({text})"
    return Change(start, end, text, words, like, scene.place(node))


def say(words: str, *names: str) -> str:
    """The words, if there is a name for everything in them."""
    return words if all(names) else ""
