"""A definition under edit: its text and tree, and how a learner would call its parts.

A learner knows the parameters, whatever the docstring names, and `out`. A local variable of the reference is
called by what it is made of.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.course.source import Source

ATOMS = (ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.Call, ast.List, ast.Tuple, ast.Dict)
COLLECTIONS = (ast.Dict, ast.Set, ast.List, ast.ListComp, ast.DictComp, ast.SetComp)  # they change; no name for them
ELEMENTWISE = ("tanh", "exp", "log", "relu", "sqrt", "abs", "cos", "sin", "softmax", "one_hot")
RESHAPING = ("expand", "expand_as", "view", "reshape", "clone", "unsqueeze", "long", "float")  # the quantity stays
DEEPEST = 3  # how many local variables deep a description goes
OURS = ("torch", "F", "math", "np", "Value", "self")  # modules and the like: no quantities
NUMBERS = ("data", "grad")  # attributes of a Value
MOST_NAMES = 3
LONGEST = 40  # characters of code in a sentence


@dataclass(frozen=True)
class Scene:
    """One function of a reference. Offsets count characters of `text`, which begins at column 0."""

    text: str
    tree: ast.FunctionDef
    known: frozenset[str]
    made_of: Mapping[str, ast.expr]
    kinds: Mapping[str, str]
    parents: Mapping[ast.AST, ast.AST]
    starts: tuple[int, ...]
    docstring: str
    is_alternative: bool
    own: tuple[str, ...] = ()  # the attributes of `self` that its class has

    def offsets(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends."""
        line, column = node.lineno, node.col_offset  # type: ignore[attr-defined]
        end_line, end_column = node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
        return self._offset(line, column), self._offset(end_line, end_column)

    def _offset(self, line: int, column: int) -> int:
        """Python counts columns in bytes of UTF-8."""
        start = self.starts[line - 1]
        if self.text.isascii():
            return start + column
        return start + len(self.text[start:].encode()[:column].decode())

    def code(self, node: ast.AST) -> str:
        """A node's own text, without parentheses around it."""
        start, end = self.offsets(node)
        return self.text[start:end]

    def closed(self, node: ast.AST) -> str:
        """A node's text, in parentheses where it could fall apart."""
        return self.code(node) if isinstance(node, ATOMS) else f"({self.code(node)})"

    def statement(self, node: ast.AST) -> ast.stmt:
        """The statement that a node stands in."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def function_of(self, node: ast.AST) -> ast.FunctionDef:
        """The function that a node stands in: the whole, or one inside it."""
        while not isinstance(node, ast.FunctionDef):
            node = self.parents[node]
        return node

    def is_in_index(self, node: ast.AST) -> bool:
        """Whether a node counts places: it stands between the brackets of a subscript."""
        while not isinstance(node, ast.stmt):
            parent = self.parents[node]
            if isinstance(parent, ast.Subscript) and parent.slice is node:
                return True
            node = parent
        return False

    def is_read(self, node: ast.AST) -> bool:
        """Whether an expression is read here, not assigned to or called."""
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return False
        parent = self.parents.get(node)
        return not (isinstance(parent, ast.Call) and parent.func is node)

    def called(self, node: ast.AST, depth: int = 0) -> str:
        """A quantity by its name: `h`, `out.grad`, the tanh of `n`. "" for anything that has none."""
        match node:
            case ast.Constant(value=value) if isinstance(value, (int, float)):
                return format(value, "g")
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.called(operand, depth)
            case ast.Name(id=name):
                if name in self.known:
                    return f"`{name}`"
                inner = self.made_of.get(name)
                return self.called(inner, depth + 1) if inner is not None and depth < DEEPEST else ""
            case ast.Attribute(value=ast.Name(id=name)) if name in self.known:
                return f"`{self.code(node)}`"
            case ast.Subscript(value=ast.Name(id=name)) if name in self.known and len(self.code(node)) <= LONGEST:
                return f"`{self.code(node)}`"
            case ast.Call(func=ast.Attribute(attr=name, value=value), args=args) if name in ELEMENTWISE:
                inside = self.called(args[0] if args else value, depth + 1)
                return f"the {name.replace('_', '-')} of {inside}" if inside else ""
            case ast.Call(func=ast.Attribute(attr=name, value=value)) if name in RESHAPING:
                return self.called(value, depth)
        return ""

    def made(self, node: ast.AST) -> str:
        """The known quantities that something is made of: `a` and `b`. "" for none, or for too many."""
        names = [f"`{name}`" for name in dict.fromkeys(self._named(node, 0))]
        if "``" in names:  # something in it has no name
            return ""
        if not 1 <= len(names) <= MOST_NAMES:
            return ""
        return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))

    def part(self, kind: str, node: ast.AST) -> str:
        """A part of an expression: the term `x`, the factor made of `h`, or ""."""
        if name := self.called(node):
            return name if name.startswith("the ") else f"the {kind} {name}"
        return self._made_of(node, f"the {kind} made of")

    def thing(self, node: ast.AST) -> str:
        """A part by its name, or by what it is made of."""
        return self.called(node) or self._made_of(node, "what is made of")

    def _made_of(self, node: ast.AST, words: str) -> str:
        """A length is not made of what has it."""
        match node:
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
                return f"the length of `{name}`" if name in self.known else ""
            case ast.Call(func=ast.Name(id="len"), args=[value]) if self.called(value):
                return f"the length of {self.called(value)}"
        return f"{words} {made}" if (made := self.made(node)) else ""

    def _named(self, node: ast.AST, depth: int) -> Iterator[str]:
        """The known quantities in an expression, in the order of the text."""
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in self.known and attr != "T":
                yield name if attr == "shape" else f"{name}.{attr}"
            case ast.Name(id=name) if name in self.known:
                yield name
            case ast.Name(id=name) if name in self.made_of and depth < DEEPEST:
                yield from self._named(self.made_of[name], depth + 1)
            case ast.Name(id=name) if name not in OURS:
                yield ""
            case ast.Call(func=ast.Attribute(value=value, attr=attr), args=args):
                for inner in (value, *(args if attr not in RESHAPING else ())):
                    yield from self._named(inner, depth)
            case ast.Call(args=args):
                for inner in args:
                    yield from self._named(inner, depth)
            case _:
                for child in ast.iter_child_nodes(node):
                    yield from self._named(child, depth)

    def has_size_one(self, name: str, dim: int) -> bool:
        """Whether the docstring gives a tensor one number along a dim: `(1, H)`. "" is what is returned."""
        found = re.search(rf"\b{name}: [^(]*\(([^)]*)\)" if name else r"Returns:[^(]*\(([^)]*)\)", self.docstring)
        sizes = [size.strip() for size in found.group(1).split(",")] if found else []
        return dim < len(sizes) and sizes[dim] == "1"

    def numbers(self) -> list[str]:
        """`self.data`, `out.grad` and the like: all that could stand there by mistake."""
        used = [n for n in ast.walk(self.tree) if isinstance(n, ast.Attribute) and n.attr in NUMBERS]
        owners = dict.fromkeys(n.value.id for n in used if isinstance(n.value, ast.Name) and n.value.id in self.known)
        return [f"{owner}.{attr}" for owner in owners for attr in NUMBERS]

    def place(self, node: ast.AST) -> str:
        """Where a part has its effect, if the function has several results: " in `db`"; else ""."""
        match self.statement(node):
            case ast.AugAssign(target=target) | ast.Assign(targets=[target]) if self._is_result(target):
                return f" in `{self.code(target)}`"
            case ast.Return(value=ast.Dict(keys=keys, values=values)):
                for key, value in zip(keys, values, strict=True):
                    if any(inner is node for inner in ast.walk(value)) and isinstance(key, ast.Constant):
                        return f" in `{key.value!s}`"
        return ""

    def _is_result(self, target: ast.expr) -> bool:
        if isinstance(target, ast.Attribute):
            return isinstance(target.value, ast.Name) and target.value.id in self.known
        return isinstance(target, ast.Name) and target.id in self.known and target.id != self.tree.name


def scene(text: str, lecture: Source, reference: str = "") -> Scene:
    """A function, from its text, set up for edits. Its lecture's functions and parameters are words that it may use.

    reference: for an alternative, the function whose docstring a learner has read. An alternative's own variables have
    no name that a learner knows.
    """
    tree, read = _function(text), _function(reference or text)
    docstring = ast.get_docstring(read) or ""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    made_of = _assigned_once(tree)
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    known = _known(read, docstring) | (_vocabulary(lecture) & _assigned(read))
    return Scene(text, tree, known, made_of, _kinds(tree, made_of), parents, tuple(starts), docstring, bool(reference))


def _function(text: str) -> ast.FunctionDef:
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


def _known(tree: ast.FunctionDef, docstring: str) -> frozenset[str]:
    names = {arg.arg for arg in ast.walk(tree) if isinstance(arg, ast.arg)} | {"out"}
    names |= set(re.findall(r"\b[A-Za-z_]\w*\b", docstring)) & _assigned(tree)
    for node in ast.walk(tree):  # what a function returns is told by its names
        if isinstance(node, ast.Return) and isinstance(node.value, (ast.Tuple, ast.List)):
            names |= {item.id for item in node.value.elts if isinstance(item, ast.Name)}
    return frozenset(names)


def _vocabulary(lecture: Source) -> frozenset[str]:
    """The words of a lecture: its functions, and their parameters."""
    functions = [node for node in lecture.tree.body if isinstance(node, ast.FunctionDef)]
    named = (name for node in functions for name in (node.name, *(arg.arg for arg in node.args.args)))
    return frozenset(name for name in named if len(name) > 1)


def _assigned(tree: ast.FunctionDef) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _assigned_once(tree: ast.FunctionDef) -> dict[str, ast.expr]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.setdefault(name, []).append(value)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                found.setdefault(name, []).extend([value, value])
    found |= {target: [source] for target, source in _loops(tree)}
    parameters = {arg.arg for arg in tree.args.args}
    once = {name: values[0] for name, values in found.items() if len(values) == 1 and name not in parameters}
    return {name: value for name, value in once.items() if not isinstance(value, COLLECTIONS)}


def _loops(tree: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    """The variables of loops, and what they run over."""
    for node in ast.walk(tree):
        if not isinstance(node, (ast.For, ast.comprehension)):
            continue
        match node.target, node.iter:
            case ast.Name(id=name), source:
                yield name, source
            case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=sources):
                yield from ((t.id, s) for t, s in zip(targets, sources, strict=False) if isinstance(t, ast.Name))


def _kinds(tree: ast.FunctionDef, made_of: Mapping[str, ast.expr]) -> dict[str, str]:
    """What sort of thing a name stands for, as far as the text says it."""
    kinds = {arg.arg: ast.unparse(arg.annotation) if arg.annotation else "Value" for arg in tree.args.args}
    kinds = {name: KINDS.get(kind, kind) for name, kind in kinds.items()}
    for name, value in made_of.items():
        if kind := kind_of(value, kinds):
            kinds[name] = kind
    return kinds


KINDS = {"int": "number", "float": "number", "Value | float": "Value"}


def kind_of(node: ast.AST, kinds: Mapping[str, str]) -> str:
    """The kind of an expression, or ""."""
    match node:
        case ast.Constant(value=int() | float()):
            return "number"
        case ast.Name(id=name):
            return kinds.get(name, "")
        case ast.Attribute(attr="data" | "grad"):
            return "number"
        case ast.Attribute(attr="T", value=value):
            return kind_of(value, kinds)
        case ast.Subscript(value=ast.Attribute(attr="shape")):
            return "number"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="math"))) | ast.Call(func=ast.Name(id="len")):
            return "number"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="F" | "torch"))):
            return "Tensor"
        case ast.Call(func=ast.Attribute(value=value)):
            return kind_of(value, kinds)
        case ast.BinOp(left=left, right=right):
            return (
                max(kind_of(left, kinds), kind_of(right, kinds), key=("", "number", "Value", "Tensor").index)
                if {
                    kind_of(left, kinds),
                    kind_of(right, kinds),
                }
                <= {"", "number", "Value", "Tensor"}
                else ""
            )
        case ast.UnaryOp(operand=operand):
            return kind_of(operand, kinds)
    return ""
