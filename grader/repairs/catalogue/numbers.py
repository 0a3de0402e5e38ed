"""Counts, ends of slices, and numbers that should have been a size."""

import ast
from collections.abc import Iterator

from grader.repairs import scope
from grader.variants.changes import Change, change
from grader.variants.scene import Scene


def one_off(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`n` -> `n + 1`, `n - 1`; `n - 1` -> `n`: where something is counted, indexed or cut."""
    if not (isinstance(node, ast.expr) and _counts(scene, node)):
        return
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=ast.Constant(value=int())):
            yield change(scene, node, scene.closed(left))
            sign = "-" if isinstance(node.op, ast.Add) else "+"
            yield change(scene, node, f"{scene.closed(left)} {sign} {scene.code(node.right)}")
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            yield change(scene, node, str(value + 1))
            yield change(scene, node, str(value - 1))
            return
        case ast.Name() | ast.Call() | ast.Subscript() | ast.Attribute() | ast.BinOp():
            pass
        case _:
            return
    yield change(scene, node, f"{scene.closed(node)} + 1")
    yield change(scene, node, f"{scene.closed(node)} - 1")


def slice_ends(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x[1:]` -> `x[:]`; `x[:n]` -> `x[n:]`; `x[a:b]` -> `x[:b]`, `x[a:]`; `x` -> `x[1:]`, `x[:-1]`."""
    match node:
        case ast.Slice(lower=lower, upper=upper):
            if lower is None and upper is None:
                return
            a, b = (scene.code(end) if end else "" for end in (lower, upper))
            for one, two in ((a, ""), ("", b), (b, a), ("", a), (b, "")):
                if (one, two) != (a, b):
                    yield Change(*scene.offsets(node), f"{one}:{two}")
        case ast.Name() if _is_gone_through(scene, node):
            for part in ("[1:]", "[:-1]", "[::-1]"):
                yield change(scene, node, f"{scene.code(node)}{part}")


def name_for_a_number(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`27` -> `vocab_size`; `2` -> `x.shape[1]`."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            for name in dict.fromkeys(scope.sizes(scene, node)):
                yield change(scene, node, name)
            for name in scope.numbers(scene, node):
                yield change(scene, node, name)
        case ast.Constant(value=None):
            yield change(scene, node, "0.0")


def _counts(scene: Scene, node: ast.expr) -> bool:
    parent = scene.parents.get(node)
    match parent:
        case ast.Slice():
            return True
        case ast.Subscript(slice=index):
            return index is node
        case ast.Call(func=ast.Name(id="range")):
            return node in parent.args
        case ast.Call(func=ast.Attribute(attr=name)):
            return node in parent.args and name in COUNTING
        case ast.Tuple() if isinstance(scene.parents.get(parent), (ast.Call, ast.Subscript)):
            return True
        case ast.BinOp(op=ast.Div() | ast.FloorDiv() | ast.Mod() | ast.Mult() | ast.Add() | ast.Sub() | ast.Pow()):
            return not isinstance(node, ast.BinOp) and _is_whole(scene, node)
        case ast.Compare():
            return _is_whole(scene, node)
    return False


COUNTING = ("arange", "randint", "randperm", "linspace", "zeros", "ones", "full", "view", "reshape", "tril", "triu")


def _is_whole(scene: Scene, node: ast.expr) -> bool:
    """Whether it is a size, a count or a whole number by its looks."""
    match node:
        case ast.Name(id=name):
            return scene.kinds.get(name) == "number"
        case ast.Constant(value=int()):
            return True
        case ast.Call(func=ast.Name(id="len")) | ast.Subscript(value=ast.Attribute(attr="shape")):
            return True
    return False


def _is_gone_through(scene: Scene, node: ast.Name) -> bool:
    """What a loop, a zip or a join goes through."""
    match scene.parents.get(node):
        case ast.For(iter=source) | ast.comprehension(iter=source):
            return source is node
        case ast.Call(func=ast.Name(id="zip" | "enumerate" | "reversed" | "sorted" | "tuple" | "list") as func):
            return func is not node
    return False
