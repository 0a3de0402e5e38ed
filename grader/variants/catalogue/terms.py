"""Sums and products: what is left out, has the wrong sign, or stands on the wrong side."""

import ast
from collections.abc import Iterator

from grader.variants.changes import Change, change, say
from grader.variants.scene import Scene

IN_PLACE = {ast.Add: "add_", ast.Sub: "sub_", ast.Mult: "mul_", ast.Div: "div_"}
SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
OTHER: dict[str, str] = {"+": "-", "-": "+", "*": "/", "/": "*"}
Link = tuple[str, ast.expr]  # an operator's sign and what stands behind it; the first has "+" or "*"


def drop_minus(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`-x` -> `x`."""
    counts_from_the_end = isinstance(scene.parents.get(node), (ast.Call, ast.keyword, ast.Subscript, ast.Tuple))
    if (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and not (counts_from_the_end and isinstance(node.operand, ast.Constant))
    ):
        yield change(scene, node, scene.closed(node.operand), "without the minus", like="minus")


def drop_term(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a + b` -> `a`, and `b`."""
    links = chain(node, scene, (ast.Add, ast.Sub), "+")
    for i, (_, term) in enumerate(links):
        joins = {kind for _, part in links if (kind := _joined(part))}
        name = scene.part("part" if joins else "term", term)
        if scene.is_alternative and ("text" in joins or isinstance(term, ast.Constant) or scene.is_in_index(node)):
            name = ""  # another form joins and counts other things, and has other numbers
        words = say(f"without {name}", name)
        match scene.statement(node), term:
            case ast.Assign(targets=[ast.Name(id=sum_)]), ast.Name(id=own) if own == sum_:
                words = "with only the last of them counted"
        yield change(scene, node, joined(scene, links[:i] + links[i + 1 :]), words)


def drop_factor(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a * b / c` -> `a / c`, `b / c`, and `a * b`."""
    links = chain(node, scene, (ast.Mult, ast.Div), "*")
    for i, (sign, factor) in enumerate(links):
        if isinstance(factor, ast.Constant) and factor.value == 1:
            continue
        name = scene.thing(factor) if sign == "/" else scene.part("factor", factor)
        if scene.is_alternative and isinstance(factor, ast.Constant):
            name = ""  # another form has other numbers
        words = f"without dividing by {name}" if sign == "/" else f"without {name}"
        text = joined(scene, links[:i] + links[i + 1 :])
        yield change(scene, node, text, say(words, name), like=scene.code(factor))
        if isinstance(factor, ast.Attribute) and sign == "*":
            yield change(scene, node, text, f"without the factors `.{factor.attr}`", like=f".{factor.attr}")


def flip_sign(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a + b` -> `a - b`."""
    links = chain(node, scene, (ast.Add, ast.Sub), "+")
    for i, name, text in _other_sign(scene, links):
        verbs = "subtracted, not added" if links[i][0] == "+" else "added, not subtracted"
        yield change(scene, node, text, say(f"with {name} {verbs}", name))
    if len(links) > 2:
        flipped = [links[0], *((OTHER[sign], part) for sign, part in links[1:])]
        yield change(scene, node, joined(scene, flipped), "with the signs of all terms but the first turned round")


def turned_difference(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a - b` -> `b - a`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        text = f"{scene.closed(node.right)} - {scene.closed(node.left)}"
        words = "with the difference the other way round"
        yield change(scene, node, text, "" if isinstance(node.right, ast.Constant) else words)


def multiply_or_divide(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a * b` -> `a / b`."""
    links = chain(node, scene, (ast.Mult, ast.Div), "*")
    for i, name, text in _other_sign(scene, links):
        words = f"divided by {name}, not multiplied by it"
        if links[i][0] == "/":
            words = f"multiplied by {name}, not divided by it"
        yield change(scene, node, text, say(words, name))


def _other_sign(scene: Scene, links: list[Link]) -> Iterator[tuple[int, str, str]]:
    """Each link: its number, its name, and the whole text with the other sign before it. A first factor that divides
    comes last.
    """
    for i, (sign, part) in enumerate(links):
        if i:
            yield i, scene.thing(part), joined(scene, [*links[:i], (OTHER[sign], part), *links[i + 1 :]])
        elif sign == "*" and len(links) > 1 and links[1][0] == "*":
            yield i, scene.thing(part), joined(scene, [*links[1:], ("/", part)])


def in_place(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`x * y` -> `x.mul_(y)`, where x is an argument."""
    if isinstance(node, ast.BinOp) and type(node.op) in IN_PLACE and isinstance(node.left, ast.Name):
        name = node.left.id
        if scene.kinds.get(name) == "Tensor" and name not in scene.made_of:
            method = IN_PLACE[type(node.op)]
            yield change(
                scene, node, f"{name}.{method}({scene.code(node.right)})", f"with `{name}` itself changed in place"
            )


def transpose(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a @ b.T` -> `a @ b`, and `a.T @ b.T`."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        name = scene.thing(node.value)
        yield change(scene, node, scene.closed(node.value), say(f"without the transpose of {name}", name))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        for side in (node.left, node.right):
            if not (isinstance(side, ast.Attribute) and side.attr == "T"):
                name = scene.thing(side)
                yield change(scene, side, f"{scene.closed(side)}.T", say(f"with {name} transposed", name))


def other_way_round(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a @ b` -> `b @ a`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        text = f"{scene.closed(node.right)} @ {scene.closed(node.left)}"
        yield change(scene, node, text, "with the factors of the matrix product exchanged")
        yield change(scene, node, f"({scene.code(node)}).T", "with the matrix product transposed")


def regroup(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`(a + b) * c` -> `a + b * c`."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div))):
        return
    sign = SIGNS[type(node.op)]
    for whole, rest in ((node.left, node.right), (node.right, node.left)):
        links = chain(whole, scene, (ast.Add, ast.Sub), "+")
        name = scene.thing(rest)
        if len(links) < 2 or (sign == "/" and whole is node.right):
            continue
        (_, kept), (_, met) = links[0], links[-1]
        for alone, at in ((met, len(links) - 1), (kept, 0)):
            part = scene.thing(alone)
            parts = [
                scene.closed(p) + (f" {sign} {scene.closed(rest)}" if i == at else "") for i, (_, p) in enumerate(links)
            ]
            text = parts[0] if links[0][0] == "+" else f"-{parts[0]}"
            for (own, _), piece in zip(links[1:], parts[1:], strict=True):
                text += f" {own} {piece}"
            verb = "multiplied" if sign == "*" else "divided"
            words = say(f"with {part} alone {verb} by {name}", part, name)
            yield change(scene, node, f"({text})", words)


def around_the_sum(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a + b / c` -> `(a + b) / c`."""
    links = chain(node, scene, (ast.Add, ast.Sub), "+")
    for i, (_, part) in enumerate(links):
        inner = chain(part, scene, (ast.Mult, ast.Div), "*")
        for j, (sign, factor) in enumerate(inner):
            if j and not isinstance(factor, ast.Constant):
                name = scene.thing(factor)
                kept = joined(scene, inner[:j] + inner[j + 1 :])
                text = " ".join(
                    ("" if k == 0 else own + " ") + (kept if k == i else scene.closed(p))
                    for k, (own, p) in enumerate(links)
                )
                verb = "multiplied" if sign == "*" else "divided"
                yield change(
                    scene,
                    node,
                    f"({text}) {sign} {scene.closed(factor)}",
                    say(f"with the whole sum {verb} by {name}", name),
                )


def other_operation(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a * b` -> `a + b`, and the other way round."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        names = scene.thing(node.left), scene.thing(node.right)
        sign, words = (
            ("+", "added, not multiplied") if isinstance(node.op, ast.Mult) else ("*", "multiplied, not added")
        )
        text = f"{scene.closed(node.left)} {sign} {scene.closed(node.right)}"
        words = say(f"with {names[0]} and {names[1]} {words}", *names)
        yield change(scene, node, text, words, like=sign)


def averaged_term(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a + b` -> `a + b / n`, where n is a size of an argument."""
    links = chain(node, scene, (ast.Add, ast.Sub), "+")
    tensors = [name for name, kind in scene.kinds.items() if kind == "Tensor" and name not in scene.made_of]
    for i, (_, term) in enumerate(links):
        name = scene.thing(term)
        for of in tensors[:1]:
            for dim in [d for d in (0, 1) if not scene.has_size_one(of, d)]:
                shared = ast.parse(f"({scene.code(term)}) / {of}.shape[{dim}]", mode="eval").body
                parts = [
                    scene.closed(part) if j != i else f"({ast.unparse(shared)})" for j, (_, part) in enumerate(links)
                ]
                text = ("-" if links[0][0] == "-" else "") + parts[0]
                text += "".join(f" {own} {part}" for (own, _), part in zip(links[1:], parts[1:], strict=True))
                yield change(scene, node, text, say(f"with {name} divided by size {dim} of `{of}`", name))


def squared(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a * b` -> `a * b * b`."""
    links = chain(node, scene, (ast.Mult, ast.Div), "*")
    for i, (sign, factor) in enumerate(links):
        if isinstance(factor, (ast.Name, ast.Attribute)) and (name := scene.called(factor)):
            words = f"with the factor {name} twice" if sign == "*" else f"divided by {name} twice"
            yield change(scene, node, joined(scene, [*links[: i + 1], (sign, factor), *links[i + 1 :]]), words)


def further_factor(scene: Scene, node: ast.AST) -> Iterator[Change]:
    """`a * b` -> `a * b * c`, where c is another quantity of its kind. Many, and seldom the best words."""
    whole = scene.parents.get(node)
    if isinstance(whole, ast.Dict):
        others = [name for name, kind in scene.kinds.items() if kind == "number" and name not in scene.made_of]
        others = [name for name in others if name not in scene.code(node)]
    elif not isinstance(whole, (ast.Return, ast.Assign, ast.AugAssign)) or whole.value is not node:
        return
    elif isinstance(whole, ast.AugAssign):
        others = [name for name in scene.numbers() if name not in scene.code(node)]
    else:
        others = [name for name, kind in scene.kinds.items() if kind == "Tensor" and name in scene.known]
        others = [name for name in others if name not in scene.made_of and isinstance(node, ast.BinOp)]
    for name in others:
        yield change(scene, node, f"{scene.closed(node)} * {name}", f"with a further factor `{name}`")


def chain(node: ast.AST, scene: Scene, operators: tuple[type[ast.operator], ...], first: str) -> list[Link]:
    """The links of a whole sum or product; empty for anything else, and for the inner part of a longer one."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, operators)):
        return []
    parent = scene.parents.get(node)
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, operators) and parent.left is node:
        return []
    links: list[Link] = []
    part: ast.expr = node
    while isinstance(part, ast.BinOp) and isinstance(part.op, operators):
        links.append((SIGNS[type(part.op)], part.right))
        part = part.left
    return [(first, part), *reversed(links)]


def _joined(node: ast.AST) -> str:
    """What `+` joins, where it adds nothing: a "text", a "list", or ""."""
    match node:
        case ast.JoinedStr() | ast.Constant(value=str()) | ast.Call(func=ast.Attribute(attr="join")):
            return "text"
        case ast.List() | ast.Tuple() | ast.ListComp():
            return "text" if any(_joined(part) == "text" for part in getattr(node, "elts", ())) else "list"
        case ast.BinOp(left=left, right=right):
            return _joined(left) or _joined(right)
        case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted")):
            return "list"
    return ""


def joined(scene: Scene, links: list[Link]) -> str:
    """A sum or product as text."""
    sign, part = links[0]
    text = {"-": "-", "/": "1 / "}.get(sign, "") + scene.closed(part)
    for sign, part in links[1:]:
        text += f" {sign} {scene.closed(part)}"
    return text
