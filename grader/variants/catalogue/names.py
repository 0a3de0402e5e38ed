"""The wrong quantity: one name for another of its kind."""

import ast
from collections.abc import Iterator
from itertools import combinations

from grader.variants.changes import Change, change, say
from grader.variants.scene import Scene

NUMBERS = ("data", "grad")


def wrong_quantity(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`dprobs` -> `counts`; `out.grad` -> `self.grad`."""
    if not scene.is_read(node) or isinstance(scene.parents.get(node), ast.Attribute):
        return
    match node:
        case ast.Name(id=name) if kind := scene.kinds.get(name):
            this = scene.thing(node)
            others = [
                other for other, its in scene.kinds.items() if its == kind and other in scene.known and other != name
            ]
            if kind == "number":
                others += numbers(scene)
        case ast.Attribute(value=ast.Name(), attr=attr) if attr in NUMBERS:
            this, others = scene.called(node), [n for n in numbers(scene) if n != scene.code(node)]
            others += [n for n, kind in scene.kinds.items() if kind == "number" and n not in scene.made_of]
        case _:
            return
    for other in others:
        if other not in scene.made_of or scene.made_of[other].lineno < node.lineno:
            words = say(f"with `{other}` in place of {this}", this)
            yield change(scene, node, other, words, like=f"{scene.code(node)} {other}")


def numbers(scene: Scene) -> list[str]:
    """`self.data`, `out.grad` and the like: all that could stand there by mistake."""
    used = [n for n in ast.walk(scene.tree) if isinstance(n, ast.Attribute) and n.attr in NUMBERS]
    owners = dict.fromkeys(n.value.id for n in used if isinstance(n.value, ast.Name) and n.value.id in scene.known)
    return [f"{owner}.{attr}" for owner in owners for attr in NUMBERS]


def exchanged(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """Two arguments of one kind, exchanged everywhere."""
    if node is not scene.tree:
        return
    names = [arg.arg for arg in scene.tree.args.args]
    for one, two in combinations(names, 2):
        if scene.kinds.get(one) == scene.kinds.get(two) and one != "self":
            reads = [n for n in ast.walk(scene.tree) if isinstance(n, ast.Name) and n.id in (one, two)]
            if len({n.id for n in reads}) < 2 or any(isinstance(n.ctx, ast.Store) for n in reads):
                continue
            start, end = scene.offsets(scene.tree)
            text = scene.text
            for n in sorted(reads, key=lambda n: scene.offsets(n), reverse=True):
                a, b = scene.offsets(n)
                text = text[:a] + (two if n.id == one else one) + text[b:]
            yield Change(
                start, end, text[start : len(text) - (len(scene.text) - end)], f"with `{one}` and `{two}` exchanged"
            )


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
