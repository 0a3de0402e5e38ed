"""A learner's file as text: read with a kind word for every way it can be broken, and cut into pieces.

Nothing is run here. A file need not compile as a whole: the block that does not is left out, told of once,
and the rest is graded.
"""

import __future__

import ast
import functools
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.course.conflicts import without_conflicts
from grader.course.cutting import METHOD, blocks, cut

IN_TWO_VERSIONS = "a merge left two versions of these lines: keep one, and delete the lines of <, = and >"
NOT_PARSED = (SyntaxError, ValueError, RecursionError, MemoryError)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class FileTrouble(Exception):
    """The file cannot be read at all. The words say what to do."""


@dataclass(frozen=True)
class Piece:
    """Some statements at file level, and the line on which they begin."""

    line: int
    text: str


@dataclass(frozen=True)
class Problem:
    """Lines that do not compile: where, why, and which names it would have defined."""

    line: int
    column: int
    words: str
    text: str
    names: frozenset[str]


@dataclass(frozen=True)
class Source:
    """A file that was read: its text, and what of it compiles."""

    path: str
    text: str
    pieces: tuple[Piece, ...]
    problems: tuple[Problem, ...]
    flags: int
    tree: ast.Module
    definitions: dict[str, Definition] = field(repr=False)

    def lines(self) -> list[str]:
        return self.text.removesuffix("\n").split("\n")  # a form feed or a line separator ends no line of Python


def read(path: Path, shown: str = "") -> str:
    """A file's text, without BOM. Raises FileTrouble, in which the file is called `shown`."""
    shown = shown or path.name
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise FileTrouble(f"{shown} is no plain file.")
        data = path.read_bytes()
    except FileNotFoundError:
        raise FileTrouble(f"{shown} does not exist. `zth init` puts a fresh one there.") from None
    except IsADirectoryError:
        raise FileTrouble(f"{shown} is a folder; the exercises of a lecture are in one file.") from None
    except OSError as error:
        raise FileTrouble(f"{shown} cannot be read: {error.strerror}.") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileTrouble(f"{shown} is UTF-16. Save it again as UTF-8.")
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise FileTrouble(f"{shown} has a NUL byte on line {line}. It was not saved as text; save it again as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FileTrouble(
            f"{shown} is not UTF-8: line {line} has the byte 0x{data[error.start]:02x}. Save it again as UTF-8."
        ) from None
    if not text.strip():
        raise FileTrouble(f"{shown} is empty. Move it away, and `zth init` puts a fresh one in its place.")
    return text


def read_source(path: Path, shown: str = "") -> Source:
    """A file, read and cut. Raises FileTrouble, in which the file is called `shown`."""
    return parse(read(path, shown), str(path))


def parse(text: str, path: str) -> Source:
    """Cut a text into pieces that compile. Line ends may be any of the three."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    sound, tree, problems = _whole_or_blocks(text)
    future = any(isinstance(n, ast.ImportFrom) and n.module == "__future__" for n in tree.body)
    flags = __future__.annotations.compiler_flag if future else 0
    return Source(path, text, tuple(_pieces(tree, sound)), tuple(problems), flags, tree, dict(_definitions(tree.body)))


def stub_marks(source: Source) -> dict[str, dict[str, int]]:
    """Which stubs are untouched: exercise slug -> qualified name of the function -> line of its `raise`."""
    marks: dict[str, dict[str, int]] = {}
    raising = [n for n, text in enumerate(source.lines(), 1) if text.lstrip().startswith("raise NotImplementedError(")]
    for name, definition in source.definitions.items():
        first, last = span(definition)
        if isinstance(definition, ast.ClassDef) or not any(first <= line <= last for line in raising):
            continue
        for node in walked(definition):
            match node:
                case ast.Raise(
                    exc=ast.Call(func=ast.Name(id="NotImplementedError"), args=[ast.Constant(value=str(slug))])
                ):
                    marks.setdefault(slug, {})[name] = node.lineno
    return marks


def statements(definition: Definition) -> list[ast.stmt]:
    """What stands in a function under its docstring."""
    return definition.body[1:] if ast.get_docstring(definition) is not None else definition.body


@functools.lru_cache(maxsize=4096)
def walked(node: ast.AST) -> tuple[ast.AST, ...]:
    """A node and everything in it; several look at the same functions."""
    return tuple(ast.walk(node))


@functools.lru_cache(maxsize=4096)
def bound_names(function: ast.AST) -> frozenset[str]:
    """The names that are a function's own: parameters, and what it assigns."""
    names = {node.arg for node in walked(function) if isinstance(node, ast.arg)}
    names |= {node.id for node in walked(function) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    names |= {node.name for node in walked(function) if isinstance(node, Definition) and node is not function}
    outer = {name for node in walked(function) if isinstance(node, ast.Global) for name in node.names}
    return frozenset(names - outer)


def text_of(source: Source, qualified_name: str) -> str:
    """A function's or class's own text, with its decorators; "" if the file has none of that name."""
    definition = source.definitions.get(qualified_name)
    if definition is None:
        return ""
    first, last = span(definition)
    return "\n".join(source.lines()[first - 1 : last])


def span(definition: Definition) -> tuple[int, int]:
    """First and last line, decorators included."""
    return min([definition.lineno, *(d.lineno for d in definition.decorator_list)]), definition.end_lineno or 0


def _definitions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Definition]]:
    for node in body:
        if isinstance(node, Definition):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from _definitions(node.body, f"{prefix}{node.name}.")


def _whole_or_blocks(text: str) -> tuple[str, ast.Module, list[Problem]]:
    """The text without the blocks that do not compile, its tree, and what is wrong with those blocks."""
    try:
        return text, ast.parse(text), []
    except NOT_PARSED:
        pass
    text, conflicts = without_conflicts(text)
    problems = [Problem(c.line, 1, IN_TWO_VERSIONS, c.text, c.names) for c in conflicts]
    kept: list[str] = []
    body: list[ast.stmt] = []
    for line, block in blocks(text):
        sound, found, wrong = _parsed(block, line)
        kept.append(sound)
        body += found
        problems += wrong
    return "".join(kept), ast.Module(body, type_ignores=[]), problems


def _parsed(block: str, line: int) -> tuple[str, list[ast.stmt], list[Problem]]:
    """A block's text as far as it compiles, its statements, and its problems."""
    try:
        return block, _shifted(block, line), []
    except NOT_PARSED as error:
        problem = _problem(error, block, line)
    if block.startswith("class "):  # one broken method costs that method
        sound, problems = _without_broken_methods(block, line)
        try:
            return sound, _shifted(sound, line), problems
        except NOT_PARSED:
            return _emptied(block), [], [problem]
    chunks = [(line + start - 1, text) for start, text in cut(block, r"[^\s#)\]}]")]
    if re.match(r"def |async def |@", block) and not any(_parses(chunks[:n]) for n in range(1, len(chunks))):
        return _emptied(block), [], [problem]
    return _without_broken_statements(chunks)


def _parses(chunks: list[tuple[int, str]]) -> bool:
    try:
        ast.parse("".join(text for _, text in chunks))
    except NOT_PARSED:
        return False
    return True


def _without_broken_statements(chunks: list[tuple[int, str]]) -> tuple[str, list[ast.stmt], list[Problem]]:
    """A slip in one import costs that import, and one under a function does not cost the function."""
    kept: list[str] = []
    body: list[ast.stmt] = []
    problems: list[Problem] = []
    while chunks:
        line = chunks[0][0]
        for count in range(1, len(chunks) + 1):  # a text over several lines is several chunks
            text = "".join(chunk for _, chunk in chunks[:count])
            try:
                body += _shifted(text, line)
            except NOT_PARSED as error:
                if count == 1:
                    problem = _problem(error, text, line)
                continue
            kept.append(text)
            del chunks[:count]
            break
        else:
            problems.append(problem)
            kept.append(_emptied(chunks.pop(0)[1]))
    return "".join(kept), body, problems


def _without_broken_methods(block: str, line: int) -> tuple[str, list[Problem]]:
    owner = re.match(r"class +(\w+)", block)
    kept: list[str] = []
    problems: list[Problem] = []
    for start, method in cut(block, METHOD):
        try:
            ast.parse(method if start == 1 else "class _:\n" + method)
            kept.append(method)
        except NOT_PARSED as error:
            if start == 1:  # the class's own first lines: they lack a body when they stand alone
                kept.append(method)
                continue
            problem = _problem(error, "class _:\n" + method, line + start - 2)
            own = re.search(r"def +(\w+)", method)
            names = frozenset([f"{owner.group(1)}.{own.group(1)}"]) if owner and own else problem.names
            problems.append(replace(problem, names=names))
            kept.append("    pass" + _emptied(method))
    return "".join(kept), problems


def _emptied(text: str) -> str:
    """As many lines as before, with nothing on them."""
    return "\n" * text.count("\n")


def _shifted(block: str, line: int) -> list[ast.stmt]:
    tree = ast.parse(block)
    ast.increment_lineno(tree, line - 1)
    return tree.body


def _problem(error: Exception, block: str, line: int) -> Problem:
    names = frozenset(re.findall(r"^\W*(?:async )?(?:def|class) +(\w+)", block, re.M))
    lines = block.split("\n")
    if not isinstance(error, SyntaxError) or error.lineno is None:
        return Problem(line, 1, f"{type(error).__name__}: {error}", lines[0], names)
    at = min(error.lineno, len(lines))
    told = re.sub(r" \(detected at line \d+\)", "", error.msg)  # counted from the block's first line: no help
    return Problem(line + at - 1, error.offset or 1, f"{type(error).__name__}: {told}", lines[at - 1], names)


def _pieces(tree: ast.Module, text: str) -> Iterator[Piece]:
    """Every statement by itself, so that one that hangs can be left out; those that share a line stay together."""
    lines = text.split("\n")
    last = 0
    waiting: list[tuple[int, int]] = []
    for node in [*tree.body, None]:
        start, end = (_start(node), node.end_lineno or 0) if node else (len(lines) + 2, 0)
        if start > last and waiting:
            first = waiting[0][0]
            yield Piece(first, "\n".join(lines[first - 1 : last]) + "\n")
            waiting = []
        waiting.append((start, end))
        last = max(last, end)


def _start(node: ast.stmt) -> int:
    return span(node)[0] if isinstance(node, Definition) else node.lineno
