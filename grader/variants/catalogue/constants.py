"""Sizes and numbers."""

import ast
from collections.abc import Iterator

from grader.variants.changes import Change, change, say
from grader.variants.scene import Scene


def other_size(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.shape[0]` -> `x.shape[1]`; `len(xs)` -> `len(ys)`."""
    match node:
        case ast.Subscript(value=ast.Attribute(value=of, attr="shape"), slice=ast.Constant(value=int() as at) as index):
            name = scene.thing(of)
            for other in range(3):
                if other != at:
                    yield change(scene, index, str(other), say(f"with size {other} of {name}", name))
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
            for list_, kind in scene.kinds.items():
                if kind == scene.kinds.get(name) and list_ != name and list_ not in scene.made_of:
                    yield change(scene, node, f"len({list_})", f"with the length of `{list_}`")


def one_more_or_less(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`n` -> `n - 1`, `n + 1`, where it counts something."""
    match node:
        case ast.Call(func=ast.Name(id="range"), args=[*_, count]):
            name = scene.thing(count)
            for sign, words in (("-", "one too few"), ("+", "one too many")):
                yield change(
                    scene,
                    count,
                    f"{scene.closed(count)} {sign} 1",
                    say(f"with {words} in a count of {name}", name),
                )
        case ast.BinOp(op=ast.Div(), right=ast.Name(id=name) as count) if scene.kinds.get(name) == "number":
            yield change(scene, count, f"({name} + 1)", f"divided by one more than {scene.called(count) or 'the size'}")


def always_the_default(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`lr` -> 0.1, where that is its default."""
    match node:
        case ast.Name(id=name) if scene.is_read(node):
            arguments = scene.tree.args
            defaults = dict(zip([a.arg for a in arguments.args][::-1], arguments.defaults[::-1], strict=False))
            if name in defaults:
                value = scene.code(defaults[name])
                yield change(scene, node, value, f"with `{name}` always {value}, whatever is given", like=name)


def hard_coded(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`n` -> 32: a size that the lecture has, and another batch has not. `k` -> 2."""
    numbers: tuple[int, ...] = SIZES
    match node:
        case ast.Name(id=name) if scene.kinds.get(name) == "number" and scene.is_read(node):
            of = scene.called(node) or "a size"
            numbers = (*SIZES, 2)
        case ast.Subscript(value=ast.Attribute(attr="shape", value=value)):
            of = f"a size of {inner}" if (inner := scene.called(value)) else "a size"
        case _:
            return
    for number in numbers:
        yield change(scene, node, str(number), f"with {number} in place of {of}", like=f"{scene.code(node)} {number}")


SIZES = (32, 27)  # the lectures' batch and alphabet


def for_a_number(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`1.0` -> `self.data`."""
    match node:
        case ast.Constant(value=float()):
            for name in scene.numbers():
                yield change(scene, node, name, f"with `{name}` in place of a number")


def other_number(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`2` -> `3`, `1`, `-2`, `4`."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            parent = scene.parents[node]
            if isinstance(parent, (ast.Subscript, ast.keyword)) or (isinstance(parent, ast.Call) and value in (0, 1)):
                return
            if isinstance(parent, ast.UnaryOp) or isinstance(scene.parents.get(parent), (ast.Subscript, ast.Slice)):
                return
            for other in dict.fromkeys((value + 1, value - 1, -value, 2 * value, value / 2)):
                words = f"with {other:g} in place of another number" if not scene.is_alternative else ""
                if other != value:
                    yield change(
                        scene,
                        node,
                        f"({other:g})" if other < 0 else f"{other:g}",
                        words,
                    )
