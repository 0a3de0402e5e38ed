"""Indices: whole columns, the wrong entry, row and column exchanged."""

import ast
from collections.abc import Iterator

from grader.variants.changes import Change, change, say
from grader.variants.scene import Scene


def whole_columns(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x[torch.arange(n), y]` -> `x[:, y]`."""
    match node:
        case ast.Subscript(slice=ast.Tuple(elts=[ast.Call() as rows, column])):
            yield change(scene, rows, ":", "with whole columns, not one entry for each row")
            yield change(scene, column, ":", "with whole rows, not one entry for each row")


def exchanged_index(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x[i, j]` -> `x[j, i]`."""
    match node:
        case ast.Subscript(slice=ast.Tuple(elts=[row, column]) as index):
            yield change(
                scene, index, f"{scene.code(column)}, {scene.code(row)}", "with row and column of an index exchanged"
            )


def other_entry(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x[0]` -> `x[1]`, and `x[-1]`; `x[1:]` -> `x`."""
    match node:
        case ast.Subscript(value=ast.Attribute(attr="shape")):
            return
        case ast.Subscript(value=value, slice=ast.Constant(value=int() as at) as index):
            name = scene.called(value)
            for other in dict.fromkeys((at + 1, -1 if at == 0 else 0)):
                yield change(scene, index, str(other), say(f"with entry {other} of {name}", name))
        case ast.Subscript(value=value, slice=ast.Slice()) if isinstance(node.ctx, ast.Load):
            name = scene.called(value)
            yield change(scene, node, scene.closed(value), say(f"with all of {name}", name))


def one_of_them(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`for x in xs` -> `for x in xs[:1]`, and `xs[-1:]`."""
    if isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.iter, (ast.Name, ast.Attribute)):
        name = scene.thing(node.iter)
        if "shape" in scene.code(node.iter):
            return  # sizes, not things of one kind
        for which, part in (("first", "[:1]"), ("last", "[-1:]")):
            words = say(f"with only the {which} of {name}", name)
            yield change(scene, node.iter, f"{scene.code(node.iter)}{part}", words)
