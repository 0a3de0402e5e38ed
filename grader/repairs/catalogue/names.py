"""One quantity for another, and what was handed over in another order."""

import ast
from collections.abc import Iterator
from itertools import combinations

from grader.repairs import scope
from grader.variants.changes import Change, change
from grader.variants.scene import NUMBERS, Scene


def other_name(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`h` -> `hpreact`: another name that holds something of its kind."""
    match node:
        case ast.Name(id=name) if scene.is_read(node):
            for other in scope.names(scene, node, scene.kinds.get(name, "")):
                if other != name:
                    yield change(scene, node, other)


def other_attribute(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`self.data` -> `self.grad`, `other.data`; `self.gamma` -> `self.beta`."""
    match node:
        case ast.Attribute(value=ast.Name(id=owner), attr=attr) if not _is_called(scene, node) and attr != "shape":
            others = scope.attributes(scene, owner)
            for other in dict.fromkeys((*(NUMBERS if attr in NUMBERS else ()), *others)):
                if other != attr and other not in ("shape", "T"):
                    yield change(scene, node, f"{owner}.{other}")
            if owner not in ("torch", "F", "math", "nn"):
                for name in (*scope.names(scene, node), "self" if "self" in scene.text else ""):
                    if name not in ("", owner) and (attr in NUMBERS or name == "self"):
                        yield change(scene, node, f"{name}.{attr}")


def whole_value(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`p.data` -> `p`; `Value(x)` -> `x`: what was cut from its graph."""
    match node:
        case ast.Attribute(value=value, attr="data") if scene.is_read(node):
            yield change(scene, node, scene.closed(value))
        case ast.Call(func=ast.Name(id="Value"), args=[inner]):
            yield change(scene, node, scene.closed(inner))


def further_entry(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`()` -> `(self,)`; `(a,)` -> `(a, b)`; `f(a)` -> `f(a, b)`: something that was not handed over."""
    match node:
        case ast.Tuple(elts=items) if isinstance(scene.parents.get(node), ast.Call) and len(items) < 3:
            given = [scene.code(item) for item in items]
            for name in ("self", *scope.names(scene, node)):
                if name not in given:
                    yield change(scene, node, f"({', '.join([*given, name])}{'' if given else ','})")
        case ast.Call(args=items, keywords=[]) if len(items) < 3:
            given = [scene.code(item) for item in items]
            for name in scope.names(scene, node):
                if name not in given:
                    yield change(scene, node, f"{scene.code(node.func)}({', '.join([*given, name])})")


def other_size(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.shape[0]` -> `x.shape[1]`; `len(xs)` -> `len(ys)`; a size -> any other that is at hand."""
    match node:
        case ast.Subscript(value=ast.Attribute(attr="shape")) | ast.Call(func=ast.Name(id="len")):
            for other in dict.fromkeys(scope.sizes(scene, node)):
                if other != scene.code(node):
                    yield change(scene, node, other)


def exchanged_operands(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a / b` -> `b / a`; `a ** b` -> `b ** a`; `a if test else b` -> `b if test else a`."""
    match node:
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            yield change(scene, node, f"{scene.closed(right)} / {scene.closed(left)}")
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            yield change(scene, node, f"{scene.closed(right)} ** {scene.closed(left)}")
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield change(scene, node, f"{scene.closed(orelse)} if {scene.code(test)} else {scene.closed(body)}")


def exchanged_entries(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """Two entries of a tuple, of a list or of a call, exchanged."""
    match node:
        case ast.Tuple(elts=items) | ast.List(elts=items) if 2 <= len(items) <= 6:
            pass
        case ast.Call(args=items) if 2 <= len(items) <= 6:
            pass
        case _:
            return
    for one, two in combinations(items, 2):
        a, b = scene.code(one), scene.code(two)
        if a != b and not (isinstance(node, ast.Call) and isinstance(one, ast.Starred)):
            (start, first_end), (second_start, end) = scene.offsets(one), scene.offsets(two)
            yield Change(start, end, b + scene.text[first_end:second_start] + a)


def exchanged_values(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`{k: v}` -> `{v: k}`; `[f(x) for x in xs]` over another list of the same kind."""
    match node:
        case ast.DictComp(key=key, value=value):
            start, end = scene.offsets(key)[0], scene.offsets(value)[1]
            yield Change(start, end, f"{scene.code(value)}: {scene.code(key)}")


def _is_called(scene: Scene, node: ast.AST) -> bool:
    parent = scene.parents.get(node)
    return isinstance(parent, ast.Call) and parent.func is node
