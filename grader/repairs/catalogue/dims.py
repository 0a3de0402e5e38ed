"""Which dim, how many of them, and whether they stay."""

import ast
from collections.abc import Iterator

from grader.variants.changes import Change, change
from grader.variants.scene import Scene

REDUCING = ("sum", "mean", "max", "min", "var", "std", "any", "all", "prod", "argmax", "argmin", "amax", "logsumexp")
KEEPING = ("softmax", "log_softmax", "cumsum", "cat", "stack", "unsqueeze", "squeeze", "flip", "split", "size", "chunk")
DIMS = ("0", "1", "-1", "2", "-2")
MODULES = ("torch", "F")


def other_dim(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.sum(0)` -> over another dim, over the first two; `x.sum()` -> over one, kept or not."""
    if not isinstance(node, ast.Call) or (name := _name(node)) not in (*REDUCING, *KEEPING):
        return
    at = _dim(node)
    if at is not None:
        its = scene.code(at)
        options = (*DIMS, "(0, 1)", "(1, 2)") if name in REDUCING else DIMS
        for other in options:
            if other != its:
                yield change(scene, at, other)
    elif name in REDUCING and len(node.args) == _is_of_a_module(node):
        inside = scene.code(node)[:-1].rstrip(" ,")
        comma = "" if inside.endswith("(") else ", "
        for dim in DIMS[:3]:
            yield change(scene, node, f"{inside}{comma}dim={dim})")
            yield change(scene, node, f"{inside}{comma}dim={dim}, keepdim=True)")


def over_everything(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.sum(0)` -> `x.sum()`."""
    if isinstance(node, ast.Call) and _name(node) in REDUCING and (at := _dim(node)) is not None:
        kept = [scene.code(a) for a in node.args if a is not at]
        kept += [f"{k.arg}={scene.code(k.value)}" for k in node.keywords if k.arg not in ("dim", "axis", "keepdim")]
        yield change(scene, node, f"{scene.code(node.func)}({', '.join(kept)})")


def summed(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x` -> `x.sum(0)`, `x.sum(1, keepdim=True)`, `x.mean()`: for all that is returned or assigned."""
    parent = scene.parents.get(node)
    if not isinstance(parent, (ast.Return, ast.Assign)) or parent.value is not node or isinstance(node, ast.Tuple):
        return
    for how in ("sum(0)", "sum(0, keepdim=True)", "sum(1)", "sum(1, keepdim=True)", "sum()", "mean()"):
        yield change(scene, node, f"{scene.closed(node)}.{how}")


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _is_of_a_module(node: ast.Call) -> bool:
    """`torch.sum(x)`: then what is summed is the first argument."""
    return (
        isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id in MODULES
    )


def _dim(node: ast.Call) -> ast.expr | None:
    named = [k.value for k in node.keywords if k.arg in ("dim", "axis")]
    first = node.args[1:] if _is_of_a_module(node) else node.args
    return (named or first or [None])[0]  # type: ignore[list-item]
