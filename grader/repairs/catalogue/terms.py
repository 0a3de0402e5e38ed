"""What is missing from a sum or a product: a sign, a factor, a term, a power."""

import ast
from collections.abc import Iterator

from grader.repairs import scope
from grader.variants.changes import Change, change
from grader.variants.scene import Scene


def add_minus(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x` -> `-x`."""
    if _is_part(scene, node) and not isinstance(node, (ast.Constant, ast.UnaryOp)):
        yield change(scene, node, f"-{scene.closed(node)}")


def further_factor(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x` -> `x * y`, `x / y`, for everything at hand."""
    if _is_part(scene, node) and not _is_product(scene.parents.get(node)):
        for name in _at_hand(scene, node):
            yield change(scene, node, f"{scene.closed(node)} * {name}")
            yield change(scene, node, f"{scene.closed(node)} / {name}")


def further_term(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x` -> `x + y`, `x - y`, for everything at hand."""
    if _is_part(scene, node) and not _is_sum(scene.parents.get(node)):
        for name in _at_hand(scene, node):
            yield change(scene, node, f"{scene.closed(node)} + {name}")
            yield change(scene, node, f"{scene.closed(node)} - {name}")


def by_a_size(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x` -> `x / n`, `x * n`, for the sizes at hand."""
    if _is_part(scene, node) and not _is_product(scene.parents.get(node)):
        for size in dict.fromkeys(scope.sizes(scene, node)):
            if "[" in size or "(" in size:
                yield change(scene, node, f"{scene.closed(node)} / {size}")
                yield change(scene, node, f"{scene.closed(node)} * {size}")


def power(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x` -> `x ** 2`, its root, one over it, one over its root."""
    if _is_part(scene, node) and not isinstance(node, ast.Constant):
        for exponent in ("2", "0.5", "-1", "-0.5", "3"):
            yield change(scene, node, f"{scene.closed(node)} ** {exponent}")


def doubled_or_halved(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x` -> `x * 2`, `x * 0.5`, and times any number that stands in the function."""
    if _is_part(scene, node) and not isinstance(node, ast.Constant) and not _is_product(scene.parents.get(node)):
        for number in dict.fromkeys(("2", "0.5", *_numbers_in(scene))):
            yield change(scene, node, f"{scene.closed(node)} * {number}")


def one_minus(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x` -> `1 - x`, `1 + x`."""
    if _is_part(scene, node) and not isinstance(node, ast.Constant):
        yield change(scene, node, f"1 - {scene.closed(node)}")
        yield change(scene, node, f"1 + {scene.closed(node)}")


def into_the_power(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`v ** k + eps` -> `(v + eps) ** k`; `v.sqrt() + eps` -> `(v + eps).sqrt()`."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))):
        return
    sign = "+" if isinstance(node.op, ast.Add) else "-"
    for inner, other in ((node.left, node.right), (node.right, node.left)):
        match inner:
            case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
                text = f"({scene.closed(base)} {sign} {scene.closed(other)}) ** {scene.closed(exponent)}"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="torch" | "math")) as func, args=[of]):
                text = f"{scene.code(func)}({scene.closed(of)} {sign} {scene.closed(other)})"
            case ast.Call(func=ast.Attribute(value=of, attr=name), args=[]):
                text = f"({scene.closed(of)} {sign} {scene.closed(other)}).{name}()"
            case _:
                continue
        yield change(scene, node, text)


def power_of_each(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`sum(x for x in xs) ** k` -> `sum(x ** k for x in xs)`; `x.sum(1) ** k` -> `(x ** k).sum(1)`."""
    match node:
        case ast.BinOp(
            left=ast.Call(func=ast.Name(id="sum"), args=[ast.GeneratorExp(elt=each), *_]) as total, op=ast.Pow()
        ):
            (start, end), (first, last) = scene.offsets(total), scene.offsets(each)
            powered = f"{scene.closed(each)} ** {scene.closed(node.right)}"
            yield change(scene, node, scene.text[start:first] + powered + scene.text[last:end])
        case ast.BinOp(left=ast.Call(func=ast.Attribute(value=each, attr="sum" | "mean") as of) as total, op=ast.Pow()):
            arguments = scene.text[scene.offsets(of)[1] : scene.offsets(total)[1]]
            powered = f"({scene.closed(each)} ** {scene.closed(node.right)})"
            yield change(scene, node, f"{powered}.{of.attr}{arguments}")


def _numbers_in(scene: Scene) -> Iterator[str]:
    for node in ast.walk(scene.tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value not in (0, 1):
            yield scene.code(node)


def _at_hand(scene: Scene, node: ast.AST) -> Iterator[str]:
    """Numbers and tensors by name, and `self.grad` and its like."""
    used = scene.code(node)
    for name in scope.names(scene, node):
        if scene.kinds.get(name, "") in ("", "number", "Tensor", "Value") and name != used:
            yield name
    yield from (name for name in scope.numbers(scene, node) if name != used)
    if "self" in scene.text and not scene.numbers():
        yield from (f"self.{attr}" for attr in scope.attributes(scene, "self") if f"self.{attr}" != used)


def _is_part(scene: Scene, node: ast.AST) -> bool:
    if not isinstance(node, ast.expr) or isinstance(node, (ast.Tuple, ast.List, ast.Dict, ast.Starred, ast.JoinedStr)):
        return False
    if not scene.is_read(node) or (isinstance(node, ast.Constant) and not isinstance(node.value, (int, float))):
        return False
    return scope.is_value(scene, node) or scope.is_operand(scene, node)


def _is_product(node: ast.AST | None) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)


def _is_sum(node: ast.AST | None) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)
