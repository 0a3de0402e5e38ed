"""The wrong quantity: one name for another of its kind."""

import ast
import textwrap
from collections.abc import Iterator
from itertools import combinations

from grader.variants.changes import Change, change, say
from grader.variants.scene import ATOMS, NUMBERS, Scene


def wrong_quantity(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`dprobs` -> `counts`; `out.grad` -> `self.grad`."""
    if not scene.is_read(node) or getattr(scene.parents.get(node), "attr", "") in (*NUMBERS, "shape"):
        return
    if _only_its_shape(scene, node):
        return
    match node:
        case ast.Name(id=name) if kind := scene.kinds.get(name):
            this = scene.thing(node)
            others = [
                other for other, its in scene.kinds.items() if its == kind and other in scene.known and other != name
            ]
            if kind == "number":
                others += scene.numbers()
        case ast.Attribute(value=ast.Name(), attr=attr) if attr in NUMBERS:
            this, others = scene.called(node), [n for n in scene.numbers() if n != scene.code(node)]
            others += [n for n, kind in scene.kinds.items() if kind == "number" and n not in scene.made_of]
        case _:
            return
    for other in others:
        if other not in scene.made_of or scene.made_of[other].lineno < node.lineno:
            words = say(f"with `{other}` in place of {this}", this) if f"`{other}`" not in this else ""
            yield change(scene, node, other, words, like=f"{scene.code(node)} {other}")
            if isinstance(node, ast.Attribute):
                words = f"with `{other}` in place of the `.{node.attr}`"
                yield change(scene, node, other, words, like=f".{node.attr} {other}")


def _only_its_shape(scene: Scene, node: ast.AST) -> bool:
    """`torch.ones_like(x)`, `y.expand_as(x)`: of x only the shape counts."""
    match scene.parents.get(node):
        case ast.Call(func=ast.Attribute(attr=name), args=args):
            return name in SHAPE_ONLY and node in args
        case ast.Attribute(attr="shape"):
            return True
    return False


SHAPE_ONLY = ("ones_like", "zeros_like", "empty_like", "expand_as", "view_as", "reshape_as")


def wrong_factor(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`(1 - t**2) * out.grad` -> `out.data * out.grad`: a factor of several parts, and one quantity in its place."""
    parent = scene.parents.get(node)
    if not isinstance(node, ast.expr):
        return
    if not (isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Mult, ast.Div))) or isinstance(
        node, ATOMS[:3]
    ):
        return
    part = scene.part("factor", node)
    others = (
        scene.numbers()
        if scene.numbers()
        else [n for n, k in scene.kinds.items() if k == "Tensor" and n not in scene.made_of]
    )
    for other in others:
        yield change(scene, node, other, say(f"with `{other}` in place of {part}", part) if other not in part else "")


def wrong_target(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`p.grad = 0` -> `p.data = 0`."""
    match node:
        case ast.Attribute(value=value, attr=attr, ctx=ast.Store()) if attr in NUMBERS:
            other = NUMBERS[1 - NUMBERS.index(attr)]
            yield change(scene, node, f"{scene.code(value)}.{other}", f"with `{other}` set in place of `{attr}`")


def lost(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`dh` -> ones; `out.grad` -> 1: a quantity that has no say any more."""
    if not scene.is_read(node):
        return
    if _only_its_shape(scene, node):
        return
    match node:
        case ast.Name(id=name) if (
            scene.kinds.get(name) == "Tensor" and name in scene.known and name not in scene.made_of
        ):
            yield change(scene, node, f"torch.ones_like({name})", f"with ones in place of `{name}`", like=name)
        case ast.Attribute(value=ast.Name(), attr=attr) if attr in NUMBERS and (name := scene.called(node)):
            yield change(scene, node, "1.0", f"with 1 in place of {name}", like=name)


def cut_off(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`self` -> `Value(self.data)`: the same number, without its graph."""
    match node:
        case ast.Name(id=name) if scene.kinds.get(name) == "Value" and scene.is_read(node) and name in scene.known:
            if not isinstance(scene.parents.get(node), ast.Attribute):
                yield change(scene, node, f"Value({name}.data)", f"with `{name}` cut from the graph", like=name)
        case ast.Return(value=ast.BinOp() as value) if "Value" in scene.kinds.values():
            yield change(scene, value, f"Value(({scene.code(value)}).data)", "with the whole cut from the graph")


def as_if(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """The whole function on another input: `counts` -> `counts.exp()`."""
    if node is not scene.tree:
        return
    for name, kind in scene.kinds.items():
        reads = [n for n in ast.walk(scene.tree) if isinstance(n, ast.Name) and n.id == name]
        if name in scene.made_of or name not in scene.known or any(not isinstance(n.ctx, ast.Load) for n in reads):
            continue
        for template, words in AS_IF.get(kind, ()):
            if any(mark in template and scene.has_size_one(name, dim) for mark, dim in ALONG):
                continue
            text = scene.text
            for n in sorted(reads, key=scene.offsets, reverse=True):
                a, b = scene.offsets(n)
                if not isinstance(scene.parents.get(n), ast.Attribute) or scene.parents[n].attr != "shape":  # type: ignore[attr-defined]
                    text = text[:a] + template.format(name) + text[b:]
            yield Change(0, len(scene.text), text, f"with {words.format(f'`{name}`')}")


ALONG = (("(0", 0), ("[:1]", 0), ("(1", 1), ("[:, :1]", 1))  # the dim that a template is about
AS_IF = {
    "Tensor": (
        ("(-{})", "{} of the other sign"),
        ("{}.exp()", "the exp of {} in its place"),
        ("{}.log()", "the logarithm of {} in its place"),
        ("{}.tanh()", "the tanh of {} in its place"),
        ("{}.atanh()", "what the tanh was taken of in place of {}"),
        ("{}.square()", "the square of {} in its place"),
        ("{}.reciprocal()", "one over {} in its place"),
        ("(1 - {})", "one minus {} in its place"),
        ("torch.softmax({}, -1)", "the softmax of {} in its place"),
        ("({0} / {0}.sum(-1, keepdim=True))", "the rows of {} divided by their sums"),
        ("{}.mean(0, keepdim=True)", "the mean of {} over dim 0 in its place"),
        ("{}.sum(0, keepdim=True)", "the sum of {} over dim 0 in its place"),
        ("{}.sum(1, keepdim=True)", "the sum of {} over dim 1 in its place"),
        ("{}[:, :1]", "only the first column of {}"),
        ("{}[:1]", "only the first row of {}"),
        ("{}.flip(0)", "the first dim of {} in reverse"),
        ("{}.flip(1)", "the second dim of {} in reverse"),
    ),
    "number": (("(-{})", "{} of the other sign"), ("({} + 1)", "{} one too large"), ("({} - 1)", "{} one too small")),
}


def exchanged(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """Two quantities of one kind, exchanged in a whole function, or in one inside it."""
    if not isinstance(node, ast.FunctionDef):
        return
    atoms = [n for n in ast.walk(node) if scene.is_read(n) and _is_atom(scene, n)]
    kinds = {
        scene.code(n): "number" if isinstance(n, ast.Attribute) else scene.kinds.get(scene.code(n), "") for n in atoms
    }
    start, end = scene.offsets(node)
    for one, two in combinations(kinds, 2):
        if kinds[one] and kinds[one] == kinds[two] and not {one, two} & scene.made_of.keys():
            text = scene.text[:end]
            for n in sorted(atoms, key=scene.offsets, reverse=True):
                if (code := scene.code(n)) in (one, two):
                    a, b = scene.offsets(n)
                    text = text[:a] + (two if code == one else one) + text[b:]
            inside = "" if node is scene.tree else " on the way back"
            if _in_any_order(text[start:]) == _in_any_order(scene.text[start:end]):
                continue
            yield Change(start, end, text[start:], f"with `{one}` and `{two}` exchanged{inside}")


def _in_any_order(text: str) -> str:
    """A function's tree, in which the order of factors and of terms makes no difference."""
    tree = ast.parse(textwrap.dedent(text))
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Add)):
            node.left, node.right = sorted((node.left, node.right), key=ast.dump)
    return ast.dump(tree)


def _is_atom(scene: Scene, node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=attr):
            return attr in NUMBERS and name in scene.known
        case ast.Name(id=name):
            return (name in scene.known and not isinstance(scene.parents.get(node), ast.Attribute)) or (
                scene.kinds.get(name) == "Tensor" and name in scene.known
            )
    return False


def wrong_result(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`return {"a": a, "b": b}` -> `{"a": b, "b": b}`."""
    match node:
        case ast.Return(value=ast.Dict(values=values)):
            names = [value for value in values if isinstance(value, ast.Name)]
            for value in names:
                for other in names:
                    if other.id != value.id:
                        yield Change(*scene.offsets(value), other.id, f"with `{other.id}` given for `{value.id}`")


def exchanged_results(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`return a, b` -> `return b, a`."""
    match node:
        case ast.Return(value=ast.Tuple(elts=items) | ast.List(elts=items)):
            for one, two in combinations(items, 2):
                if not isinstance(one, ast.Starred) and not isinstance(two, ast.Starred):
                    a, b = scene.code(one), scene.code(two)
                    start, end = scene.offsets(one)[0], scene.offsets(two)[1]
                    between = scene.text[scene.offsets(one)[1] : scene.offsets(two)[0]]
                    names = scene.thing(one), scene.thing(two)
                    words = say(f"with {names[0]} and {names[1]} exchanged in what is returned", *names)
                    yield Change(start, end, b + between + a, words)
