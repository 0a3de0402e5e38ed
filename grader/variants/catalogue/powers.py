"""Powers, what stands under them, and n where n - 1 is meant."""

import ast
from collections.abc import Iterator

from grader.variants.changes import Change, change, say
from grader.variants.scene import Scene


def exponent(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x ** 3` -> one higher, one lower, `x`, `x * 3`, and the sign of the exponent."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)):
        return
    base, power, name = scene.closed(node.left), node.right, scene.called(node.left)
    of = say(f" of {name}", name)
    yield change(scene, node, base, f"without the power{of}")
    yield change(scene, node, f"{scene.closed(power)} ** {base}", f"with base and exponent{of} exchanged")
    yield change(scene, node, f"{base} * {scene.closed(power)}", f"with a product in place of the power{of}")
    match power:
        case (
            ast.Constant(value=int() | float() as value)
            | ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value))
        ):
            value = -value if isinstance(power, ast.UnaryOp) else value
            if value == 2:
                yield change(
                    scene, node, f"({scene.code(node)}) ** 0.5", f"with the absolute value in place of the square{of}"
                )
            for other, words in ((value + 1, "one higher"), (value - 1, "one lower"), (-value, "of the other sign")):
                yield change(
                    scene, node, f"{base} ** {f'({other})' if other < 0 else other}", f"with the exponent{of} {words}"
                )
        case ast.BinOp(left=left, op=ast.Sub()):
            yield change(scene, power, scene.code(left), f"with the exponent{of} one higher")
        case _:
            yield change(scene, power, f"({scene.code(power)} - 1)", f"with the exponent{of} one lower")
            yield change(scene, power, f"({scene.code(power)} + 1)", f"with the exponent{of} one higher")


def bessel(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x / (n - 1)` -> `x / n`, and the other way round."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)):
        return
    match node.right:
        case ast.BinOp(left=size, op=ast.Sub(), right=ast.Constant(value=1)):
            yield change(scene, node.right, scene.closed(size), "divided by the number of examples, not by one less")
        case ast.Name() | ast.Subscript() | ast.Call() as size if _is_size(scene, size):
            name = _size_in_words(scene, size)
            yield change(scene, size, f"({scene.code(size)} - 1)", f"divided by one less than {name}")


def _size_in_words(scene: Scene, node: ast.expr) -> str:
    match node:
        case ast.Subscript(value=ast.Attribute(value=of), slice=ast.Constant(value=dim)) if name := scene.called(of):
            return f"size {dim!r} of {name}"
    return scene.called(node) or "the size"


def _is_size(scene: Scene, node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name):
            return scene.kinds.get(name) == "number"
        case ast.Subscript(value=ast.Attribute(attr="shape")) | ast.Call(func=ast.Name(id="len")):
            return True
    return False


def power_of_a_sum(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`1 - t ** 2` -> `(1 - t) ** 2`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        sign = "+" if isinstance(node.op, ast.Add) else "-"
        match node.right:
            case ast.BinOp(left=base, op=ast.Pow(), right=power):
                text = f"({scene.closed(node.left)} {sign} {scene.closed(base)}) ** {scene.closed(power)}"
                whole = "sum" if sign == "+" else "difference"
                name = scene.called(base)
                yield change(
                    scene,
                    node,
                    text,
                    f"with the power of the whole {whole}" + (say(f", not of {name} alone", name)),
                )


def of_the_whole(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`return x` -> `return x ** 0.5`, `x ** 2`, `x * 0.5` and `x * 2`; the same for what is assigned."""
    match node:
        case ast.Return(value=ast.BinOp() | ast.Call() as value):
            whole = "the whole"
        case ast.Assign(targets=[ast.Name() as target], value=ast.BinOp() | ast.Call(func=ast.Name(id="sum")) as value):
            whole = scene.called(target)
        case _:
            return
    for sign, words in (
        ("** 0.5", f"with the root of {whole} taken"),
        ("** 2", f"with {whole} squared"),
        ("* 0.5", f"with half of {whole}"),
        ("* 2", f"with {whole} doubled"),
    ):
        yield change(scene, value, f"({scene.code(value)}) {sign}", say(words, whole))


def power_of_the_sum(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`sum(x ** 2 for x in xs)` -> `sum(x for x in xs) ** 2`."""
    match node:
        case ast.Call(
            func=ast.Name(id="sum"),
            args=[ast.GeneratorExp(elt=ast.BinOp(left=base, op=ast.Pow(), right=power)) as each],
        ):
            inner = scene.closed(base) + scene.text[scene.offsets(each.elt)[1] : scene.offsets(each)[1]]
            yield change(
                scene,
                node,
                f"sum({inner.removesuffix(')')}) ** {scene.closed(power)}",
                "with the power of the sum, not of its terms",
            )


def outside_the_power(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`(v + eps) ** k` -> `v ** k + eps`; the same for a root."""
    inside: ast.expr | None = None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        inside, text = node.left, "{} ** " + scene.closed(node.right)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sqrt":
        inside, text = (node.args[0], scene.code(node.func) + "({})") if node.args else (node.func.value, "{}.sqrt()")
    match inside:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            name = scene.thing(right)
            yield change(
                scene,
                node,
                f"({text.format(scene.closed(left))} + {scene.closed(right)})",
                say(f"with {name} added outside the power", name),
            )


def slope_of_another(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """The slope of one function for that of another: `y / x` -> `-y * x ** -2`, and the other way round; `c * x **
    (c - 1)`, a power's -> another power's.
    """
    match node:
        case ast.BinOp(left=left, op=ast.Div(), right=ast.Name() | ast.Attribute() as x) if scene.kinds.get(
            scene.code(x)
        ) != "number" and (name := scene.called(x)):
            text = f"-{scene.closed(left)} * {scene.closed(x)} ** -2"
            yield change(scene, node, text, f"with the slope of one over {name}, not of its logarithm")
        case ast.BinOp(left=left, op=ast.Div(), right=ast.BinOp(left=x, op=ast.Pow(), right=ast.Constant(value=2))) if (
            name := scene.called(x)
        ):
            words = f"with the slope of the logarithm of {name}, not of one over it"
            yield change(scene, node, f"-{scene.closed(left)} / {scene.closed(x)}", words)
        case ast.UnaryOp(op=ast.USub(), operand=ast.BinOp(left=x, op=ast.Pow(), right=power)) if _number(
            power
        ) == -2 and (name := scene.thing(x)):
            words = f"with the slope of the logarithm of {name}, not of one over it"
            yield change(scene, node, f"{scene.closed(x)} ** -1", words)
        case ast.BinOp(left=factor, op=ast.Mult(), right=ast.BinOp(left=x, op=ast.Pow(), right=power)) if (
            (c := _number(factor)) is not None and _number(power) == c - 1 and (name := scene.thing(x))
        ):
            for other, function in ((-1.0, "one over {}"), (0.5, "the root of {}"), (2.0, "the square of {}")):
                if other != c:
                    words = f"with the slope of {function.format(name)}"
                    yield change(scene, node, f"({other}) * {scene.closed(x)} ** ({other - 1})", words)


def _number(node: ast.expr) -> float | None:
    """What is written as a number, with or without a sign."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
    return None
