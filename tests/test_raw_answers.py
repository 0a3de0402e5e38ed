"""A check returns raw answers and never compares: what is compared beside a learner's code could be told to be right.

The scan follows what comes from the learner's module, `m`, through a check and the helpers that it calls. What was
only drawn may be compared: it is the same on both sides.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from workspaces import ROOT

FILES = [*sorted((ROOT / "grader" / "lectures").glob("*.py")), ROOT / "grader/checks/chain.py"]
FILES += [ROOT / "grader/checks/check.py"]
COMPARES = {
    "equal", "allclose", "isclose", "eq", "ne", "lt", "le", "gt", "ge", "is_", "is_not", "not_", "contains",
    "assert_close", "assert_allclose", "array_equal", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__",
    "__contains__", "isnan", "isfinite", "isinf",
}  # fmt: skip
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass
class Scan:
    """A file's functions, and what was found in those that handle a learner's values."""

    tree: ast.Module
    found: dict[int, str] = field(default_factory=dict)
    seen: dict[Function, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.functions = {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}

    def of(self, function: Function, learners: set[str]) -> None:
        """Look at a function of which these parameters, or names around it, are the learner's."""
        if function in self.seen and learners <= self.seen[function]:
            return
        names = self.seen.setdefault(function, set())
        names |= learners
        for inner in ast.walk(function):
            if isinstance(inner, Function) and inner is not function:
                names |= {a.arg for a in parameters(inner)}  # who calls it is not known
        while spread(function, names):
            pass
        for node in ast.walk(function):
            self._look(node, names)
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                self._follow(node, names)

    def _look(self, node: ast.AST, names: set[str]) -> None:
        tests = {id(inner) for test in steering(node) for inner in ast.walk(test)}
        if isinstance(node, (ast.If, ast.While)) and mentions(node.test, names):
            for inner in (each for statement in [*node.body, *node.orelse] for each in ast.walk(statement)):
                if isinstance(inner, ast.Return):
                    self.found[inner.lineno] = "returns what a test of the learner's values decides"
                elif isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Constant):
                    self.found[inner.lineno] = "notes what a test of the learner's values decides"
        for child in ast.iter_child_nodes(node):
            child_allowed = id(child) in tests or getattr(node, "allowed", False)
            child.allowed = child_allowed  # type: ignore[attr-defined]
            if not child_allowed and (what := comparison(child)) and mentions(child, names):
                self.found[child.lineno] = what  # type: ignore[attr-defined]

    def _follow(self, call: ast.Call, names: set[str]) -> None:
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        for argument in given:  # a helper that is handed on, to `partial` or `map`
            if isinstance(argument, ast.Name) and argument.id in self.functions and mentions(call, names):
                helper = self.functions[argument.id]
                self.of(helper, {a.arg for a in parameters(helper)})
        if isinstance(call.func, ast.Name) and call.func.id in self.functions:
            helper = self.functions[call.func.id]
            self.of(helper, set(received(helper, call, names)))


def parameters(function: Function) -> list[ast.arg]:
    a = function.args
    return [*a.posonlyargs, *a.args, *([a.vararg] if a.vararg else []), *a.kwonlyargs, *([a.kwarg] if a.kwarg else [])]


def received(helper: Function, call: ast.Call, names: set[str]) -> Iterator[str]:
    """The helper's parameters to which a call gives something of the learner's."""
    every = parameters(helper)
    if any(isinstance(a, ast.Starred) and mentions(a, names) for a in call.args):
        yield from (a.arg for a in every)
    for place, argument in enumerate(call.args):
        if mentions(argument, names):
            yield every[min(place, len(every) - 1)].arg
    for keyword in call.keywords:
        if mentions(keyword.value, names):
            yield from ([keyword.arg] if keyword.arg else (a.arg for a in every))


def mentions(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id in names for inner in ast.walk(node))


def spread(function: Function, names: set[str]) -> bool:
    """Add the names that the learner's values reach in one step; whether there were any."""
    before = len(names)
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=targets, value=value) if mentions(value, names):
                names |= {name for target in targets for name in roots(target)}
            case ast.AugAssign(target=target, value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                names |= set(roots(target)) if mentions(value, names) else set()
            case ast.NamedExpr(target=target, value=value) if mentions(value, names):
                names |= set(roots(target))
            case ast.For(target=target, iter=source) | ast.comprehension(target=target, iter=source):
                names |= set(roots(target)) if mentions(source, names) else set()
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target) if mentions(value, names):
                names |= set(roots(target))
            case ast.Call(func=ast.Attribute(value=owner), args=given) if any(mentions(a, names) for a in given):
                names |= {owner.id} if isinstance(owner, ast.Name) else set()  # orders.append(order)
    return len(names) > before


def roots(target: ast.expr) -> Iterator[str]:
    """The names that an assignment binds or changes."""
    if isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred)):
        yield from roots(target.value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        yield from (name for each in target.elts for name in roots(each))
    elif isinstance(target, ast.Name):
        yield target.id


def steering(node: ast.AST) -> list[ast.expr]:
    """Where a comparison may stand: it only steers."""
    return [node.test] if isinstance(node, (ast.If, ast.While)) else []


def comparison(node: ast.AST) -> str:
    match node:
        case ast.Compare():
            return "compares"
        case ast.UnaryOp(op=ast.Not()):
            return "compares by `not`"
        case ast.Assert():
            return "asserts"
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in COMPARES:
            return f"compares by {name}"
        case ast.Match():
            return "compares by match"
    return ""


def checks_of(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """The functions that play: decorated @check, or handed to `Check(...)` first; by name and line."""
    handed = {
        node.args[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Check" and isinstance(node.args[0], ast.Name)
    }
    return {
        f"{node.name}:{node.lineno}": node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and (node.name in handed or any(isinstance(d, ast.Name) and d.id == "check" for d in node.decorator_list))
    }


def comparisons(text: str) -> list[str]:
    """What a file's checks compare, as lines for a message."""
    scan = Scan(ast.parse(text))
    for function in checks_of(scan.tree).values():
        scan.of(function, {parameters(function)[0].arg})
    return [f"line {line} {what}" for line, what in sorted(scan.found.items())]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_check_compares(path: Path) -> None:
    assert not comparisons(path.read_text("utf-8"))


def test_the_scan_sees_the_checks_of_every_lecture() -> None:
    names = {name.partition(":")[0] for path in FILES for name in checks_of(ast.parse(path.read_text("utf-8")))}
    assert names >= {"play", "topological_order", "backward", "neuron", "mlp", "train_step", "compare_grads"}
    assert names >= {"mlp_backward", "train_manual", "zero_grad"}


COMPARING = {
    "compared in the answer": "return {'ok': m.f(x) == 3}",
    "identity": "return {'same': m.f(x) is x}",
    "membership": "return {'there': x in m.f(x)}",
    "a gap that is small": "return {'ok': (m.f(x) - 1).abs().max() < 1e-6}",
    "torch.equal": "return {'ok': torch.equal(m.f(x), x)}",
    "allclose": "return {'ok': torch.allclose(m.f(x), x)}",
    "allclose of a tensor": "return {'ok': m.f(x).allclose(x)}",
    "isclose": "return {'ok': math.isclose(m.f(x), 3.0)}",
    "eq": "return {'ok': m.f(x).eq(x).all()}",
    "operator": "return {'ok': operator.eq(m.f(x), x)}",
    "not": "return {'ok': not m.f(x)}",
    "on the way": "same = m.f(x) == x\n    return {'ok': same}",
    "after a change of names": "y = m.f(x)\n    z = [y]\n    a, b = z, 3\n    return {'ok': a[0] == b}",
    "through an attribute": "a = m.Value(3)\n    b = a + a\n    return {'ok': b.data == 6}",
    "through a list": "l = []\n    l.append(m.f(x))\n    return {'ok': l == [3]}",
    "through a dict": "d = {}\n    d['y'] = m.f(x)\n    return {'ok': d['y'] == 3}",
    "through a loop": "return {'ok': [y > 0 for y in m.f(x)]}",
    "in a filter": "return {'ok': len([1 for y in m.f(x) if y > 0])}",
    "choosing": "return {'ok': 1 if m.f(x) == 3 else 0}",
    "a branch that returns": "if m.f(x) == 3:\n        return {'ok': 1}\n    return {'ok': 0}",
    "a branch that notes": "ok = 0\n    if torch.equal(m.f(x), x):\n        ok = 1\n    return {'ok': ok}",
    "asserted": "assert m.f(x) == 3\n    return {}",
    "in a helper": "return {'ok': helper(m.f(x))}",
    "in a helper's helper": "return {'ok': outer(m.f(x))}",
    "in a helper that is handed on": "return {'ok': list(map(helper, m.f(x)))}",
    "in a helper with `m`": "return {'ok': plays(m)}",
    "in a lambda": "return {'ok': attempt(lambda: m.f(x) == 3)}",
    "in a function inside": "def inner(y):\n        return y == 3\n    return {'ok': m.apply(inner)}",
    "in words": "return {'ok': f'{m.f(x) == 3}'}",
    "by a walrus": "return {'ok': [(y := m.f(x)), y != 3]}",
    "in match": "match m.f(x):\n        case 3:\n            return {'ok': 1}\n    return {}",
}
RAW = {
    "answers": "return {'y': m.f(x), 'inputs': [x, x]}",
    "a walk": "todo, order = [m.f(x)], []\n    while todo:\n        if (n := todo.pop()) not in order:\n"
    "            order.append(n)\n    return {'order': order}",
    "what was drawn": "big = x > 3\n    y = [m.f(n) for n in names if n in 'abc']\n    return {'y': y, 'big': big}",
    "a helper that compares drawn numbers": "return {'y': m.f(x), 'n': helper(x)}",
    "an exception's kind": "return {'y': attempt(lambda: m.f(x))}",
    "names of objects": "who = {id(x): 'x'}\n    return {'y': [who.get(id(n), '?') for n in m.f(x)]}",
}
FRAME = """
def helper(value):
    return value == 3

def outer(value):
    return [helper(value)]

def plays(module):
    return module.f(3) == 3

@check
def exercise(m, draw):
    x = draw.number()
    {body}
"""


@pytest.mark.parametrize("body", COMPARING.values(), ids=COMPARING.keys())
def test_the_scan_finds_a_check_that_compares(body: str) -> None:
    assert comparisons(FRAME.format(body=body))


@pytest.mark.parametrize("body", RAW.values(), ids=RAW.keys())
def test_the_scan_lets_raw_answers_be(body: str) -> None:
    assert comparisons(FRAME.format(body=body)) == []


def test_the_scan_looks_into_plays_that_are_made_by_a_function() -> None:
    made = (
        "def made(text):\n    def play(m, draw):\n        return {text: m.f(text) == 3}\n    return Check(play, None)\n"
    )
    assert comparisons(made) == ["line 3 compares"]


def test_the_scan_does_not_ask_raw_answers_of_an_oracle() -> None:
    assert comparisons("@oracle('exercise')\ndef right(draw):\n    return {'y': draw.number() == 3}\n") == []
