"""Comparisons and conditions."""

import ast
from collections.abc import Iterator

from grader.variants.changes import Change, change, say
from grader.variants.scene import Scene

EQUALITY: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<=", "with equality let in"),
    ast.LtE: ("<", "with equality left out"),
    ast.Gt: (">=", "with equality let in"),
    ast.GtE: (">", "with equality left out"),
}
TURNED: dict[type[ast.cmpop], str] = {
    ast.Lt: ">", ast.LtE: ">=", ast.Gt: "<", ast.GtE: "<=", ast.Eq: "!=", ast.NotEq: "==",
    ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
}  # fmt: skip


def equality(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a < b` -> `a <= b`."""
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in EQUALITY:
            sign, words = EQUALITY[type(operator)]
            name = scene.made(left)
            yield change(
                scene,
                node,
                f"{scene.code(left)} {sign} {scene.code(right)}",
                say(f"{words} where {name} is compared", name),
            )


def turned_round(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a < b` -> `a > b`; `a in b` -> `a not in b`."""
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in TURNED:
            name = scene.made(left)
            text = f"{scene.code(left)} {TURNED[type(operator)]} {scene.code(right)}"
            yield change(scene, node, text, say(f"with a test of {name} turned round", name))


def always(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a if test else b` -> `a`, and `b`; the same for `if` and a filter."""
    match node:
        case ast.IfExp(test=test, body=body, orelse=orelse):
            name = scene.made(test)
            for kept, truth in ((body, "true"), (orelse, "false")):
                yield change(scene, node, scene.closed(kept), say(f"with a test of {name} always {truth}", name))
        case ast.If(test=test):
            name = scene.made(test)
            for truth in ("True", "False"):
                yield change(scene, test, truth, say(f"with a test of {name} always {truth.lower()}", name))


def drop_condition(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a and b` -> `a`, and `b`."""
    if isinstance(node, ast.BoolOp):
        for i, left_out in enumerate(node.values):
            kept = [scene.closed(v) for j, v in enumerate(node.values) if j != i]
            name = scene.made(left_out)
            sign = " and " if isinstance(node.op, ast.And) else " or "
            yield change(scene, node, sign.join(kept), say(f"without a test of {name}", name))
