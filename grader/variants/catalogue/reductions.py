"""Sums, means, maxima: over which dim, whether at all, and what shape is left."""

import ast
from collections.abc import Iterator

from grader.variants.changes import Change, change
from grader.variants.scene import Scene

NOUNS = {
    "sum": "sum", "mean": "mean", "max": "maximum", "min": "minimum", "argmax": "argmax", "argmin": "argmin",
    "var": "variance", "std": "standard deviation", "softmax": "softmax", "log_softmax": "log-softmax",
    "any": "any", "all": "all", "prod": "product", "cumsum": "running sum",
}  # fmt: skip
OTHERS = {
    "sum": ("mean", "max"), "mean": ("sum",), "max": ("min", "sum"), "min": ("max",), "argmax": ("argmin",),
    "argmin": ("argmax",), "var": ("std",), "std": ("var",), "any": ("all",), "all": ("any",), "softmax": ("sigmoid",),
}  # fmt: skip
MODULES = ("torch", "F")


def dim(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.sum(0)` -> `x.sum(1)`, and `x.sum()`."""
    if (call := reduction(node)) is None:
        return
    at = _dim(call)
    if at is None or not isinstance(at, ast.Constant):
        return
    noun = NOUNS[call.func.attr]  # type: ignore[attr-defined]
    other = 1 if at.value == 0 else 0
    yield change(scene, at, str(other), f"with the {noun} over dim {other}", like="dim")
    if call.func.attr not in ("softmax", "log_softmax", "cumsum"):  # type: ignore[attr-defined]
        kept = [scene.code(a) for a in call.args if a is not at]
        yield change(
            scene,
            node,
            f"{scene.code(call.func)}({', '.join(kept)})",
            f"with the {noun} over everything",
            like="everything",
        )


def drop_reduction(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.sum(0)` -> `x`."""
    if (call := reduction(node)) is not None:
        noun = NOUNS[call.func.attr]  # type: ignore[attr-defined]
        yield change(scene, node, _reduced(scene, call), f"without the {noun}", like=noun)


def other_reduction(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.sum(0)` -> `x.mean(0)`."""
    if (call := reduction(node)) is None:
        return
    func = call.func
    assert isinstance(func, ast.Attribute)
    for other in OTHERS.get(func.attr, ()):
        text = scene.code(func.value) if _is_module(func.value) else scene.closed(func.value)
        arguments = ", ".join([*map(scene.code, call.args), *(f"{k.arg}={scene.code(k.value)}" for k in call.keywords)])
        values = (
            ".values" if other in ("max", "min") and _dim(call) is not None and func.attr not in ("max", "min") else ""
        )
        words = f"with the {NOUNS.get(other, other)} in place of the {NOUNS[func.attr]}"
        yield change(scene, node, f"{text}.{other}({arguments}){values}", words, like=other)


def keepdim(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.sum(0, keepdim=True)` -> `x.sum(0)`, and the other way round."""
    if (call := reduction(node)) is None or _dim(call) is None:
        return
    arguments = [scene.code(a) for a in call.args] + [
        f"{k.arg}={scene.code(k.value)}" for k in call.keywords if k.arg != "keepdim"
    ]
    had = any(k.arg == "keepdim" for k in call.keywords)
    if not had:
        if call.func.attr in ("softmax", "log_softmax", "cumsum"):  # type: ignore[attr-defined]
            return
        arguments.append("keepdim=True")
    yield change(
        scene,
        node,
        f"{scene.code(call.func)}({', '.join(arguments)})",
        "without keepdim" if had else "with keepdim",
        like="keepdim",
    )


def reduction(node: ast.AST) -> ast.Call | None:
    """The call, if the node is one of a reduction."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in NOUNS:
        return node
    return None


def _dim(call: ast.Call) -> ast.expr | None:
    named = [k.value for k in call.keywords if k.arg == "dim"]
    assert isinstance(call.func, ast.Attribute)
    first = call.args[1:] if _is_module(call.func.value) else call.args
    return (named or first or [None])[0]  # type: ignore[list-item]


def _reduced(scene: Scene, call: ast.Call) -> str:
    assert isinstance(call.func, ast.Attribute)
    return scene.closed(call.args[0]) if _is_module(call.func.value) and call.args else scene.closed(call.func.value)


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in MODULES
