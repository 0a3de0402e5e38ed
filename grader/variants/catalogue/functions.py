"""Calls: left out, another one, twice; their arguments."""

import ast
from collections.abc import Iterator

from grader.variants.catalogue.reductions import reduction
from grader.variants.changes import Change, change, say
from grader.variants.scene import Scene

DROPPED = {
    "tanh": "the tanh", "exp": "the exp", "log": "the logarithm", "relu": "the relu", "sqrt": "the root",
    "abs": "the absolute value", "cos": "the cosine", "sin": "the sine", "reversed": "turning the order round",
    "clone": "a copy", "long": "making them whole numbers", "set": "the set",
    "expand": "stretching it", "view": "the other shape", "expand_as": "stretching it", "detach": "cutting it off",
    "float": "making it a float", "max": "the maximum",
}  # fmt: skip
OTHERS = {
    "tanh": ("sin", "exp"), "exp": ("tanh",), "log": ("log10", "log2", "exp"), "cos": ("sin",), "sin": ("cos",),
    "zeros": ("ones",), "zeros_like": ("ones_like",), "max": ("min",), "min": ("max",), "relu": ("tanh",),
}  # fmt: skip
NAMES = {"zeros": "zeros", "ones": "ones", "zeros_like": "zeros", "ones_like": "ones"}
REPEATED = ("tanh", "exp", "log", "relu")
MODULES = ("torch", "F", "math")


def drop_function(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`math.tanh(x)` -> `x`; `x.tanh()` -> `x`."""
    if (name := _name(node)) in DROPPED and reduction(node) is None:
        assert isinstance(node, ast.Call)
        for inner in _inside(node):
            yield change(scene, node, scene.closed(inner), f"without {DROPPED[name]}")


def other_function(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.log()` -> `x.log10()`."""
    if (name := _name(node)) in OTHERS and reduction(node) is None:
        assert isinstance(node, ast.Call)
        for other in OTHERS[name]:
            if isinstance(node.func, ast.Attribute):
                start, _ = scene.offsets(node.func.value)
                _, end = scene.offsets(node.func)
                text = f"{scene.closed(node.func.value)}.{other}"
                words = f"with {NAMES.get(other, f'the {other}')} in place of {NAMES.get(name, f'the {name}')}"
                yield Change(start if not text.startswith("(") else start - 1, end, text, words)
            else:
                yield change(scene, node.func, other, f"with the {other} in place of the {name}")


def twice(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.tanh()` -> `x.tanh().tanh()`."""
    match node:
        case ast.Name(id=local) if scene.is_read(node) and _name(scene.made_of.get(local, node)) in REPEATED:
            made = scene.made_of[local]
            assert isinstance(made, ast.Call)
            name, function = _name(made), scene.code(made.func)
            if isinstance(made.func, ast.Attribute) and _is_module(made.func.value):
                yield change(scene, node, f"{function}({local})", f"with the {name} taken twice")
    if (name := _name(node)) in REPEATED:
        assert isinstance(node, ast.Call)
        if isinstance(node.func, ast.Attribute) and _is_module(node.func.value):
            yield change(scene, node, f"{scene.code(node.func)}({scene.code(node)})", f"with the {name} taken twice")
        else:
            yield change(scene, node, f"{scene.code(node)}.{name}()", f"with the {name} taken twice")


def drop_argument(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`f(x, generator=g)` -> `f(x)`; `sum(xs, b)` -> `sum(xs)`."""
    if isinstance(node, ast.Call) and reduction(node) is None:
        arguments = [scene.code(a) for a in node.args]
        named = [f"{k.arg}={scene.code(k.value)}" for k in node.keywords]
        for i, keyword in enumerate(node.keywords):
            kept = arguments + named[:i] + named[i + 1 :]
            name = scene.called(keyword.value) or keyword.arg
            yield change(scene, node, f"{scene.code(node.func)}({', '.join(kept)})", f"without {name}")
        if len(node.args) >= 2:
            name = scene.thing(node.args[-1])
            yield change(
                scene,
                node,
                f"{scene.code(node.func)}({', '.join(arguments[:-1] + named)})",
                say(f"without {name}", name),
            )


def drop_entry(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`f(x, (a, b))` -> `f(x, (a,))`, and `f(x, ())`."""
    if isinstance(node, ast.Tuple) and isinstance(scene.parents.get(node), ast.Call):
        for i, item in enumerate(node.elts):
            kept = [scene.code(other) for j, other in enumerate(node.elts) if j != i]
            name = scene.called(item)
            yield change(
                scene,
                node,
                f"({kept[0]},)" if len(kept) == 1 else f"({', '.join(kept)})",
                say(f"without {name} among the operands", name),
            )
        yield change(scene, node, "()", "without the operands")


def exchanged_pair(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`edges.add((a, b))` -> `edges.add((b, a))`."""
    match node:
        case ast.Tuple(elts=[one, two]) if isinstance(scene.parents.get(node), ast.Call):
            yield change(
                scene, node, f"({scene.code(two)}, {scene.code(one)})", "with the two ends of each pair exchanged"
            )


def squared_call(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.relu()` -> `x.relu() ** 2`."""
    if (name := _name(node)) in REPEATED:
        yield change(scene, node, f"{scene.code(node)} ** 2", f"with the square of the {name}")


def negative_argument(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.relu()` -> `(-x).relu()`."""
    if (name := _name(node)) in REPEATED:
        assert isinstance(node, ast.Call)
        for inner in _inside(node):
            words = f"with the sign of what goes into the {name} turned round"
            yield change(scene, inner, f"(-{scene.closed(inner)})", words)


def one_for_all(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`[f() for _ in range(n)]` -> `[f()] * n`: one and the same thing, n times."""
    match node:
        case ast.ListComp(
            elt=ast.Call(func=ast.Name(id=made)) as each,
            generators=[ast.comprehension(iter=ast.Call(func=ast.Name(id="range"), args=[count]))],
        ):
            words = f"with one and the same {made} in every place"
            yield change(scene, node, f"[{scene.code(each)}] * {scene.closed(count)}", words)


def around_one_term(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`(a + b).tanh()` -> `a.tanh() + b`; `sum(xs, b).tanh()` -> `sum(xs).tanh() + b`, and the tanh of each."""
    if (name := _name(node)) not in REPEATED:
        return
    assert isinstance(node, ast.Call)
    for inner in _inside(node):
        match scene.made_of.get(inner.id) if isinstance(inner, ast.Name) else inner:
            case ast.BinOp(left=one, op=ast.Add(), right=two):
                for taken, left in ((one, two), (two, one)):
                    told = scene.thing(left)
                    text = f"{_taken(scene, node, scene.closed(taken))} + {scene.closed(left)}"
                    yield change(scene, node, text, say(f"with {told} added after the {name}", told))
            case ast.Call(func=ast.Name(id="sum"), args=[ast.GeneratorExp(elt=each) as terms, *start]):
                first = f" + {scene.closed(start[0])}" if start else ""
                told = scene.thing(start[0]) if start else ""
                generator = scene.code(terms).removeprefix("(").removesuffix(")")
                if start:
                    text = _taken(scene, node, f"sum({generator})") + first
                    yield change(scene, node, text, say(f"with {told} added after the {name}", told))
                elt = scene.code(each)
                each_taken = f"sum({_taken(scene, node, f'({elt})')}{generator.removeprefix(elt)})"
                words = f"with the {name} of each term, not of their sum"
                yield change(scene, node, each_taken + first, say(words, told or "the sum"))


def input_for_output(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`t = math.tanh(n)` and later `t` -> `n`: what went into a function, where what came out is meant."""
    match node:
        case ast.Name(id=local) if scene.is_read(node) and _name(scene.made_of.get(local, node)) in REPEATED:
            made = scene.made_of[local]
            assert isinstance(made, ast.Call)
            name, told = _name(made), scene.called(node)
            for inner in _inside(made):
                words = say(f"with what goes into the {name} in place of {told}", told)
                yield change(scene, node, scene.closed(inner), words, like=local)


def _taken(scene: Scene, call: ast.Call, text: str) -> str:
    """A function, as a call takes it, of something else."""
    if isinstance(call.func, ast.Attribute) and not _is_module(call.func.value):
        return f"{text}.{call.func.attr}()"
    return f"{scene.code(call.func)}({text})"


def exchanged_arguments(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`f(a, b)` -> `f(b, a)`."""
    if isinstance(node, ast.Call) and len(node.args) == 2 and not node.keywords and reduction(node) is None:
        one, two = node.args
        names = [scene.thing(one), scene.thing(two)]
        words = say(f"with {names[0]} and {names[1]} exchanged", *names)
        yield change(scene, node, f"{scene.code(node.func)}({scene.code(two)}, {scene.code(one)})", words)


def _name(node: ast.AST) -> str:
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
            return name
    return ""


def _inside(node: ast.Call) -> list[ast.expr]:
    """What a function is taken of: its object, or its arguments."""
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        return [node.func.value]
    return [a for a in node.args if not isinstance(a, (ast.Constant, ast.Starred))]


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in MODULES
