"""Whole steps: overwritten, left out, in another order, in or out of a loop."""

import ast
import textwrap
from collections.abc import Iterator
from itertools import pairwise

from grader.variants.changes import Change, say
from grader.variants.scene import Scene

STEPS = (ast.Assign, ast.AugAssign, ast.Expr, ast.For, ast.If, ast.With, ast.AnnAssign)


def overwrite(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x += y` -> `x = y`; `x -= y` -> `x = -y`."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
        value = scene.code(node.value) if isinstance(node.op, ast.Add) else f"-{scene.closed(node.value)}"
        told = target_name(scene, node.target)
        if isinstance(node.target, ast.Name) and node.target.id not in scene.known:
            told = ""  # it is bound anew, and nothing else is overwritten
        words = say(f"with {told} overwritten, not added to", told)
        yield Change(*scene.offsets(node), f"{scene.code(node.target)} = {value}", words, like="+=")


def other_way(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x -= y` -> `x += y`, and the other way round."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
        name, sign = scene.code(node.target), "-" if isinstance(node.op, ast.Add) else "+"
        verb = "subtracted from" if sign == "-" else "added to"
        told = target_name(scene, node.target)
        words = say(f"with the change {verb} {told}", told)
        yield Change(*scene.offsets(node), f"{name} {sign}= {scene.code(node.value)}", words, like="sign")


def add_up(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x.y = z` -> `x.y += z`."""
    match node:
        case ast.Assign(targets=[ast.Attribute() as target], value=value):
            name = scene.code(target)
            told = target_name(scene, target)
            words = say(f"added to what {told} holds already", told)
            yield Change(*scene.offsets(node), f"{name} += {scene.code(value)}", words, like="+=")


def drop_step(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """A statement -> `pass`."""
    if isinstance(node, STEPS) and not _is_docstring(scene, node):
        name = step(scene, node)
        yield Change(*scene.offsets(node), "pass", say(f"without {name}", name), like=name)


def exchange_steps(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """Two statements, one after the other -> in the other order."""
    for body in _bodies(node):
        for one, two in pairwise(body):
            if (
                isinstance(one, STEPS)
                and isinstance(two, STEPS)
                and not _is_docstring(scene, one)
                and _related(one, two)
            ):
                (start, first_end), (second_start, end) = scene.offsets(one), scene.offsets(two)
                first, second = scene.text[start:first_end], scene.text[second_start:end]
                between = scene.text[first_end:second_start]
                between = "\n" + " " * one.col_offset if "\n" in between else between
                names = step(scene, one), step(scene, two)
                words = say(f"with {names[1]} before {names[0]}", *names)
                yield Change(start, end, second + between + first, words)


def out_of_the_loop(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """The last statement of a loop -> after the loop; the first -> before it; one before it -> its first."""
    for body in _bodies(node):
        for i, loop in enumerate(body):
            if not isinstance(loop, ast.For):
                continue
            own, inner = " " * loop.col_offset, " " * loop.body[0].col_offset
            if len(loop.body) > 1:
                last, name = loop.body[-1], step(scene, loop.body[-1])
                start, end = scene.offsets(last)
                text = textwrap.indent(textwrap.dedent(inner + scene.text[start:end]), own)
                start = scene.text.rindex("\n", 0, start) + 1
                yield Change(start, end, text, say(f"with {name} once, after the loop", name))
            before = body[i - 1] if i else None
            if isinstance(before, (ast.Assign, ast.Expr, ast.AugAssign)) and not _is_docstring(scene, before):
                start, _ = scene.offsets(before)
                _, end = scene.offsets(loop)
                first, _ = scene.offsets(loop.body[0])
                loop_start, _ = scene.offsets(loop)
                head = scene.text[loop_start:first]
                text = head + scene.code(before) + "\n" + inner + scene.text[first:end]
                yield Change(start, end, text)


def step(scene: Scene, node: ast.stmt) -> str:
    """A statement in words; "" where only its code could say it."""
    match node:
        case ast.Assign(targets=[target]) | ast.AugAssign(target=target) if name := target_name(scene, target):
            return f"{'setting' if isinstance(node, ast.Assign) else 'changing'} {name}"
        case ast.For(target=ast.Name(), iter=source) if name := scene.thing(source):
            return f"the loop over {name}"
        case ast.If(test=test) if name := scene.made(test):
            return f"the case of {name}"
        case ast.Expr(value=ast.Call(func=func) as call):
            if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id in scene.known:
                return f"the call of `{scene.code(func)}`"
            if isinstance(func, ast.Name) and (func.id in scene.known or func.id == "zero_grad"):
                return f"the call of `{func.id}`"
            if isinstance(func, ast.Attribute) and call.args and (name := scene.called(call.args[0])):
                return f"what is done with {name}"
    return ""


def target_name(scene: Scene, target: ast.AST) -> str:
    """What is assigned to, by a name that the learner knows: `self.grad`, an entry of `dC`."""
    match target:
        case ast.Name():
            return scene.called(target)
        case ast.Attribute(value=ast.Name()):
            owner = scene.called(target.value)
            known = isinstance(target.value, ast.Name) and target.value.id in scene.known
            return f"`{scene.code(target)}`" if known else say(f"the {target.attr} of {owner}", owner)
        case ast.Subscript(value=ast.Name() as value):
            owner = scene.called(value)
            return say(f"an entry of {owner}", owner)
    return ""


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse"):
        body = getattr(node, name, None)
        if isinstance(body, list) and isinstance(node, ast.stmt) and not isinstance(node, ast.ClassDef):
            yield body


def _related(one: ast.stmt, two: ast.stmt) -> bool:
    """Whether the order may matter: one names what the other sets. Independent lines are no variant of each other."""
    if isinstance(one, (ast.Expr, ast.For, ast.If, ast.With)) or isinstance(two, (ast.Expr, ast.For, ast.If, ast.With)):
        return True
    return bool(_stored(one) & _used(two) | _stored(two) & _used(one))


def _stored(node: ast.stmt) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} | {
        n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
    }


def _used(node: ast.stmt) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} | {
        n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)
    }


def _is_docstring(scene: Scene, node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
