"""Another function, a flag, a generator that was not passed on, a function around it."""

import ast
from collections.abc import Iterator

from grader.repairs import scope
from grader.variants.changes import Change, change
from grader.variants.scene import Scene

FAMILIES = (
    ("tanh", "sigmoid", "relu", "exp", "log", "sqrt", "abs"),
    ("sin", "cos"),
    ("log", "log10", "log2", "log1p"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("rand", "randn"),
    ("max", "min", "mean", "sum", "prod", "median"),
    ("amax", "amin"),
    ("argmax", "argmin"),
    ("var", "std"),
    ("triu", "tril"),
    ("append", "extend", "add"),
    ("cat", "stack"),
    ("softmax", "log_softmax", "sigmoid"),
    ("any", "all"),
    ("eval", "train"),
    ("int", "round", "float"),
    ("floor", "ceil", "round"),
    ("inf", "nan"),
)
DRAWING = ("rand", "randn", "randint", "randperm", "multinomial", "normal", "normal_", "uniform_", "bernoulli")
AROUND = ("exp", "log", "tanh", "abs", "sqrt", "square", "relu", "T", "float")


def other_function(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.exp()` -> `x.tanh()`; `torch.rand` -> `torch.randn`."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name) as func):
            head, end = scene.code(func)[: -len(name)], scene.offsets(func)
            for other in _relatives(name):
                yield Change(*end, f"{head}{other}")
        case ast.Call(func=ast.Name(id=name) as func):
            for other in _relatives(name):
                yield change(scene, func, other)


def drop_call(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`f(x, y)` -> `x`, `y`; `x.f(y)` -> `x`: what a function was called with, or for."""
    match node:
        case ast.Call(func=ast.Attribute(value=value), args=arguments) if not isinstance(
            scene.parents.get(node), ast.Expr
        ):
            inside = arguments if isinstance(value, ast.Name) and value.id in ("torch", "F", "math") else [value]
        case ast.Call(func=ast.Name(), args=arguments):
            inside = arguments
        case _:
            return
    for part in inside:
        if not isinstance(part, (ast.Starred, ast.Constant, ast.GeneratorExp)):
            yield change(scene, node, scene.closed(part))


def called_or_not(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`f()` -> `f`, and the other way round: a function, or what it gives."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[], keywords=[]):
            yield change(scene, node, name)
        case ast.Name() | ast.Attribute() if scene.is_read(node) and scope.is_value(scene, node):
            yield change(scene, node, f"{scene.code(node)}()")


def one_each(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`[f()] * n` -> `[f() for _ in range(n)]`: as many things as places."""
    match node:
        case ast.BinOp(left=ast.List(elts=[each]), op=ast.Mult(), right=count):
            yield change(scene, node, f"[{scene.code(each)} for _ in range({scene.code(count)})]")


def flag(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`True` -> `False`, and the other way round; `unbiased=False` -> True."""
    match node:
        case ast.Constant(value=bool() as value):
            yield change(scene, node, str(not value))
        case ast.Call(func=ast.Attribute(attr="var" | "std")) if not any(
            k.arg in ("correction", "unbiased") for k in node.keywords
        ):
            for correction in ("0", "correction"):
                if correction == "0" or "correction" in scene.kinds:
                    yield change(scene, node, f"{_open(scene, node)}correction={correction})")


def with_the_generator(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`torch.rand(n)` -> `torch.rand(n, generator=generator)`."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) if name in DRAWING:
            if not any(k.arg == "generator" for k in node.keywords):
                for given in scope.names(scene, node):
                    if given in ("generator", "g"):
                        yield change(scene, node, f"{_open(scene, node)}generator={given})")


def wrapped(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x` -> `x.exp()`, `math.exp(x)`, and other functions of it."""
    part = scope.is_value(scene, node) or scope.is_operand(scene, node)
    if not (part and isinstance(node, ast.expr) and scene.is_read(node)):
        return
    if isinstance(node, (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Starred)):
        return
    numbers = "math." in scene.text or "Value" in scene.kinds.values()
    for name in AROUND:
        if name == "T":
            yield change(scene, node, f"{scene.closed(node)}.T")
            continue
        if numbers and name in ("exp", "log", "tanh", "sqrt"):
            yield change(scene, node, f"math.{name}({scene.code(node)})")
        yield change(scene, node, f"{scene.closed(node)}.{name}()")


def in_order(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`set(x)` -> `sorted(set(x))`; `topo` -> `reversed(topo)`: what a loop or a list goes through."""
    match scene.parents.get(node):
        case ast.For(iter=source) | ast.comprehension(iter=source) if source is node:
            yield change(scene, node, f"reversed({scene.code(node)})")
            yield change(scene, node, f"sorted({scene.code(node)})")
        case ast.Call(func=ast.Name(id="reversed" | "sorted" | "set" | "list")) | ast.Assign() | ast.Return():
            match node:
                case ast.Call(func=ast.Name(id="set")):
                    yield change(scene, node, f"sorted({scene.code(node)})")
                case ast.Call(func=ast.Name(id="reversed" | "sorted"), args=[inner]):
                    yield change(scene, node, scene.code(inner))


def _relatives(name: str) -> list[str]:
    return list(dict.fromkeys(other for family in FAMILIES if name in family for other in family if other != name))


def _open(scene: Scene, call: ast.Call) -> str:
    """A call's text, ready for one more argument."""
    inside = scene.code(call)[:-1].rstrip(" ,\n")
    return inside if inside.endswith("(") else f"{inside}, "
