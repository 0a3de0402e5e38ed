"""Sums, means, maxima: over which dim, whether at all, and what shape is left."""

import ast
from collections.abc import Iterator

from grader.variants.changes import Change, change, say
from grader.variants.scene import Scene

NOUNS = {
    "sum": "sum", "mean": "mean", "max": "maximum", "min": "minimum", "argmax": "argmax", "argmin": "argmin",
    "var": "variance", "std": "standard deviation", "softmax": "softmax", "log_softmax": "log-softmax",
    "any": "any", "all": "all", "prod": "product", "cumsum": "running sum",
}  # fmt: skip
OTHERS = {
    "sum": ("mean", "max"), "mean": ("sum",), "max": ("min", "sum", "mean"), "min": ("max",), "argmax": ("argmin",),
    "argmin": ("argmax",), "var": ("std",), "std": ("var",), "any": ("all",), "all": ("any",),
    "softmax": ("log_softmax",),
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
    if not any(k.arg == "keepdim" for k in call.keywords) and noun in ("sum", "mean"):
        text = f"{scene.code(call.func)}({other}, keepdim=True)"
        yield change(scene, node, text, f"with the {noun} over dim {other}", like="dim, kept")
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
    if func.attr == "softmax":
        for other in ("exp", "sigmoid"):
            words = f"with the {other} in place of the softmax"
            yield change(scene, node, f"torch.{other}({_reduced(scene, call)})", words, like=other)


def first_only(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.sum(0)` -> `x[0]`, and `x[-1]`."""
    if (call := reduction(node)) is None or not isinstance(at := _dim(call), ast.Constant):
        return
    if call.func.attr in ("sum", "mean"):  # type: ignore[attr-defined]
        noun = NOUNS[call.func.attr]  # type: ignore[attr-defined]
        kept = any(k.arg == "keepdim" for k in call.keywords)
        for index, words in (("0", "first"), ("-1", "last")) if not kept else ((":1", "first"), ("-1:", "last")):
            place = index if at.value == 0 else f":, {index}"
            yield change(
                scene, node, f"{_reduced(scene, call)}[{place}]", f"with only the {words} in place of the {noun}"
            )


def averaged(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`sum(f(x) for x in xs)` -> the mean over a list."""
    match node:
        case ast.Call(func=ast.Name(id="sum")):
            for name, kind in scene.kinds.items():
                if kind.startswith("list") and name not in scene.made_of and name in scene.known:
                    yield change(
                        scene, node, f"{scene.code(node)} * (1 / len({name}))", f"averaged over `{name}`, not summed"
                    )


def summed_too(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a * b + c` -> `(a * b).sum(1, keepdim=True) + c`; the same for what is returned."""
    parent = scene.parents.get(node)
    if not isinstance(node, (ast.BinOp, ast.Name, ast.Call)) or not scene.is_read(node) or reduction(node):
        return
    if isinstance(parent, ast.Return) or (isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Add, ast.Sub))):
        name = "the whole answer" if isinstance(parent, ast.Return) else scene.thing(node)
        for dim in (0, 1):
            if scene.has_size_one(scene.code(node) if isinstance(node, ast.Name) else "", dim):
                continue
            words = say(f"with {name} summed over dim {dim}", name)
            yield change(scene, node, f"{scene.closed(node)}.sum({dim}, keepdim=True)", words)


def before_the_product(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`(a * b).sum(0)` -> `a.sum(0) * b.sum(0)`, `a * b.sum(0)`."""
    if (call := reduction(node)) is None or not isinstance(call.func, ast.Attribute):
        return
    match call.func.value:
        case ast.BinOp(left=left, op=ast.Mult() | ast.Sub() as operator, right=right):
            sign = "*" if isinstance(operator, ast.Mult) else "-"
            rest = scene.code(call)[len(f"({scene.code(call.func.value)})") :]
            one, two, noun = scene.closed(left), scene.closed(right), NOUNS[call.func.attr]
            names = scene.thing(left), scene.thing(right)
            yield change(scene, node, f"{one}{rest} {sign} {two}{rest}", f"with each {noun} taken before the product")
            yield change(
                scene, node, f"{one}{rest} {sign} {two}", say(f"with the {noun} of {names[0]} alone", names[0])
            )
            yield change(
                scene, node, f"{one} {sign} {two}{rest}", say(f"with the {noun} of {names[1]} alone", names[1])
            )


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
