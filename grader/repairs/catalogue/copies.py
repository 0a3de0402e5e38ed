"""Copies and graphs: what was written into, what was cut off, and what should have been."""

import ast
from collections.abc import Iterator

from grader.repairs import scope
from grader.variants.catalogue.terms import SIGNS
from grader.variants.changes import Change, change
from grader.variants.scene import Scene

COPYING = ("clone", "detach", "item", "copy", "contiguous")
OPERATIONS: dict[type[ast.operator], str] = SIGNS | {ast.Pow: "**", ast.MatMult: "@"}


def drop_copy(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.clone()` -> `x`; the same for detach, item and `.data`."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=name), args=[]) if name in COPYING:
            yield change(scene, node, scene.closed(value))
        case ast.Attribute(value=value, attr="data") if scene.is_read(node) and not scene.numbers():
            yield change(scene, node, scene.closed(value))


def out_of_place(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x += y` -> `x = x + y`; `x.mul_(y)` -> `x = x.mul(y)`, or `x.mul(y)` where it is used."""
    match node:
        case ast.AugAssign(target=ast.Name(id=name), op=op, value=value) if type(op) in OPERATIONS:
            yield Change(*scene.offsets(node), f"{name} = {name} {OPERATIONS[type(op)]} {scene.closed(value)}")
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name.endswith("_") and not name.endswith("__"):
            arguments = scene.code(node).removeprefix(scene.code(node.func))
            call = f"{scene.closed(value)}.{name[:-1]}{arguments}"
            if isinstance(scene.parents.get(node), ast.Expr) and isinstance(value, ast.Name):
                yield Change(*scene.offsets(node), f"{value.id} = {call}")
            else:
                yield change(scene, node, call)


def copied(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x` -> `x.clone()`, `x.detach()`, `list(x)`: where something gets a name, or is handed on."""
    whole = scope.is_value(scene, node) or isinstance(scene.parents.get(node), (ast.Call, ast.Attribute))
    if not (whole and isinstance(node, (ast.Name, ast.Subscript, ast.Call, ast.Attribute)) and scene.is_read(node)):
        return
    if isinstance(node, ast.Call) and not scope.is_value(scene, node):
        return
    for method in ("clone", "detach", "item"):
        yield change(scene, node, f"{scene.code(node)}.{method}()")
    if isinstance(node, ast.Name):
        yield change(scene, node, f"list({node.id})")
        yield change(scene, node, f"{node.id}.data")


def unrecorded(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """A statement -> the same under `torch.no_grad()`; and what stands under it -> without."""
    match node:
        case ast.With(items=[ast.withitem(ast.Call(func=ast.Attribute(attr="no_grad")))], body=[first, *_]):
            start, end = scene.offsets(node)
            body = scene.text[scene.offsets(first)[0] : end]
            extra = first.col_offset - node.col_offset
            yield Change(start, end, body.replace("\n" + " " * extra, "\n"))
        case ast.Assign() | ast.AugAssign() | ast.Expr(value=ast.Call()) if "Tensor" in scene.kinds.values():
            yield Change(*scene.offsets(node), f"with torch.no_grad(): {scene.code(node)}")
