"""Statements: replace or add up, one earlier or later, inside or outside a loop."""

import ast
import textwrap
from collections.abc import Iterator

from grader.variants.catalogue.terms import SIGNS
from grader.variants.changes import Change
from grader.variants.scene import Scene


def add_or_replace(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x = y` -> `x += y`, `x -= y`; `x += y` -> `x = y`, `x -= y`."""
    match node:
        case ast.Assign(targets=[ast.Name() | ast.Attribute() | ast.Subscript() as target], value=value):
            for sign in ("+=", "-="):
                yield Change(*scene.offsets(node), f"{scene.code(target)} {sign} {scene.code(value)}")
        case ast.AugAssign(target=target, op=op, value=value):
            own = SIGNS.get(type(op), "")
            for sign in ("=", "+=", "-=", "*="):
                if sign != f"{own}=":
                    yield Change(*scene.offsets(node), f"{scene.code(target)} {sign} {scene.code(value)}")
            if isinstance(op, (ast.Add, ast.Sub)):
                yield Change(*scene.offsets(node), f"{scene.code(target)} {own}= -{scene.closed(value)}")


def with_itself(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.sort()` as a statement -> `x = x.sort()`: what a function gives back gets a name."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name))) as call):
            yield Change(*scene.offsets(node), f"{name} = {scene.code(call)}")
        case ast.Expr(value=value) if not isinstance(value, ast.Constant) and node is scene.tree.body[-1]:
            yield Change(*scene.offsets(node), f"return {scene.code(value)}")


def into_or_out_of_a_loop(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """The last statement of a block -> behind it; the statement behind a block -> its last one."""
    body = getattr(node, "body", None)
    if not isinstance(body, list) or not isinstance(node, ast.stmt):
        return
    for block, behind in zip(body, [*body[1:], None], strict=True):
        if not isinstance(block, (ast.For, ast.While, ast.If, ast.With)):
            continue
        own, inner = " " * block.col_offset, " " * block.body[0].col_offset
        last = block.body[-1]
        if len(block.body) > 1 and "\n" in scene.text[scene.offsets(block)[0] : scene.offsets(last)[0]]:
            start, end = scene.offsets(last)
            text = textwrap.indent(textwrap.dedent(inner + scene.text[start:end]), own)
            yield Change(scene.text.rindex("\n", 0, start) + 1, end, text)
        if behind is not None and not block.orelse if hasattr(block, "orelse") else behind is not None:
            start, end = scene.offsets(behind)
            text = textwrap.indent(textwrap.dedent(own + scene.text[start:end]), inner)
            yield Change(scene.text.rindex("\n", 0, start) + 1, end, text)


def unconditional(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`not x` -> `x`; `a and b` -> `a or b`; `x in seen` -> `x not in seen`."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield Change(*scene.offsets(node), scene.closed(operand))
        case ast.BoolOp(op=op, values=values):
            sign = " or " if isinstance(op, ast.And) else " and "
            yield Change(*scene.offsets(node), f"({sign.join(scene.closed(v) for v in values)})")
        case ast.Compare(left=left, ops=[_], comparators=[right]):
            for sign in ("==", "!=", "<", "<=", ">", ">="):
                yield Change(*scene.offsets(node), f"{scene.code(left)} {sign} {scene.code(right)}")
        case ast.If(test=test) | ast.While(test=test):
            yield Change(*scene.offsets(test), f"not ({scene.code(test)})")
