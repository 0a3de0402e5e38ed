"""What a learner could have meant at a place: the names that stand there already, and the sizes."""

import ast
from collections.abc import Iterator

from grader.variants.scene import NUMBERS, Scene

DIMS = (0, 1, 2)
VALUES = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return)


def names(scene: Scene, node: ast.AST, kind: str = "") -> Iterator[str]:
    """The names that hold something before a place: parameters, and what was assigned above. A kind that the text
    does not tell fits any.
    """
    for name in dict.fromkeys((*_parameters(scene, node), *_assigned_above(scene, node))):
        its = scene.kinds.get(name, "")
        if name != "self" and (not kind or not its or its == kind):
            yield name


def sizes(scene: Scene, node: ast.AST) -> Iterator[str]:
    """Whole numbers at hand: those with a name, the sizes of tensors, the lengths of lists."""
    lists = {n.targets[0].id for n in ast.walk(scene.tree) if _makes_a_list(n)}  # type: ignore[attr-defined]
    for name in names(scene, node):
        kind = scene.kinds.get(name, "")
        if kind == "number":
            yield name
        elif kind == "Tensor":
            yield from (f"{name}.shape[{dim}]" for dim in DIMS)
        elif kind.startswith(("list", "tuple", "str", "dict")) or name in lists:
            yield f"len({name})"


def _makes_a_list(node: ast.AST) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name()], value=ast.List() | ast.ListComp()):
            return True
    return False


def numbers(scene: Scene, node: ast.AST) -> Iterator[str]:
    """`self.data`, `out.grad` and the like, for every Value at hand, used so far or not."""
    if not scene.numbers():
        return
    used = {name.partition(".")[0] for name in scene.numbers()}
    made = {n.targets[0].id for n in ast.walk(scene.tree) if _makes_a_value(n)}  # type: ignore[attr-defined]
    for name in dict.fromkeys(("self", *names(scene, node))):
        if name in used | made or (name == "self" and "self" in scene.kinds):
            yield from (f"{name}.{attr}" for attr in NUMBERS)


def _makes_a_value(node: ast.AST) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name()], value=ast.Call(func=ast.Name(id="Value"))):
            return True
    return False


def attributes(scene: Scene, owner: str) -> list[str]:
    """What a function reads or sets of an owner, and what its class has: `self.gamma`, `self.beta`."""
    called = {id(n.func) for n in ast.walk(scene.tree) if isinstance(n, ast.Call)}
    found = list(scene.own) if owner == "self" else []
    for node in ast.walk(scene.tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name == owner and id(node) not in called:
                found.append(attr)
    return list(dict.fromkeys(found))


def is_value(scene: Scene, node: ast.AST) -> bool:
    """Whether an expression is all that a statement assigns or returns, an entry of that, or each of a list's."""
    parent = scene.parents.get(node)
    if isinstance(parent, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        return parent.elt is node
    if isinstance(parent, ast.DictComp):
        return parent.value is node
    if isinstance(parent, (ast.Tuple, ast.List, ast.Dict)) and isinstance(getattr(parent, "ctx", ast.Load()), ast.Load):
        return node not in getattr(parent, "keys", ()) and isinstance(scene.parents.get(parent), VALUES)
    return isinstance(parent, VALUES) and getattr(parent, "value", None) is node


def is_operand(scene: Scene, node: ast.AST) -> bool:
    """Whether an expression is a part of a sum or of a product, or what a function is called with."""
    parent = scene.parents.get(node)
    if isinstance(parent, ast.BinOp):
        return True
    return isinstance(parent, ast.Call) and parent.func is not node


def _parameters(scene: Scene, node: ast.AST) -> Iterator[str]:
    while True:
        node = scene.function_of(node)
        arguments = node.args
        yield from (a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))
        if node is scene.tree:
            return
        node = scene.parents[node]


def _assigned_above(scene: Scene, node: ast.AST) -> Iterator[str]:
    line = scene.statement(node).lineno
    for other in ast.walk(scene.tree):
        if isinstance(other, ast.Name) and isinstance(other.ctx, ast.Store) and other.lineno < line:
            yield other.id
    while not isinstance(node, ast.stmt):  # the variables of a comprehension around it
        node = scene.parents[node]
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            for generator in node.generators:
                yield from (n.id for n in ast.walk(generator.target) if isinstance(n, ast.Name))
