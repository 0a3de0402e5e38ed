"""The check's own lines, and what each of them made: a play under a line trace that is limited to the check's code.

What only prepares inputs is left out: of the functions of a lecture's file, those stay in which the learner's code ran.
"""

import ast
import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from grader.sandbox.glance import glance
from grader.sandbox.wire import Step, clean

GRADER = Path(__file__).parent.parent
LECTURES, CHECKS = str(GRADER / "lectures"), str(GRADER / "checks")
MOST = 4000  # steps that are kept
ANSWERS = 200  # answers of one step that are told


@dataclass
class Running:
    """A function of the check that is being run: where its steps begin, and the statement it is at."""

    depth: int
    first: int
    learners: int
    statement: ast.stmt | None = None
    sizes: dict[str, int] = field(default_factory=dict)
    raised: str = ""


@dataclass
class Call:
    """A call of the learner's function: its arguments as they came, since it may change them."""

    arguments: list[str]
    raised: str = ""


class Tracer:
    """Notes what a check does. path: the learner's file. disturbed: a debugger took over, and not all was noted."""

    def __init__(self, path: str) -> None:
        self.steps: list[Step] = []
        self.disturbed = False
        self._path = path
        self._running: dict[FrameType, Running] = {}
        self._learners = 0  # how often the learner's code was called from elsewhere

    def run(self, play: Callable[[], object]) -> None:
        """Play, and note. Raises what the play raises."""
        before = sys.gettrace()
        ours = self._called
        sys.settrace(ours)
        try:
            play()
        finally:
            self.disturbed = sys.gettrace() is not ours
            sys.settrace(before)

    def _called(self, frame: FrameType, event: str, arg: Any) -> Any:
        filename, name = frame.f_code.co_filename, frame.f_code.co_name
        back = frame.f_back.f_code.co_filename if frame.f_back else ""
        if filename == self._path:
            self._learners += 1
            if not back.startswith(CHECKS):
                return None
            frame.f_trace_lines = False
            return functools.partial(self._in_learners, Call(_arguments(frame)))
        text = filename.startswith("<") and name == "<module>" and back.startswith(LECTURES)
        if len(self.steps) > MOST or not (text or (filename.startswith(LECTURES) and not name.startswith("<"))):
            return None
        self._running[frame] = Running(len(self._running), len(self.steps), self._learners)
        return self._in_text if text else self._in_check

    def _in_learners(self, call: "Call", frame: FrameType, event: str, arg: Any) -> Any:
        """A call that a check of one line makes."""
        if event == "exception":
            call.raised = arg[0].__name__
        elif event == "return":
            for argument in call.arguments:
                self._note(len(self._running), 0, argument, [])
            names = ", ".join(argument.partition(" = ")[0] for argument in call.arguments)
            made = f"raised {call.raised}" if call.raised and arg is None else glance(arg)
            self._note(len(self._running), 0, f"{frame.f_code.co_qualname}({names})", [made])
        return functools.partial(self._in_learners, call)

    def _in_check(self, frame: FrameType, event: str, arg: Any) -> Any:
        running = self._running[frame]
        if event == "line":
            running.raised = ""
            self._finish(frame, running)
            running.statement = _statement(frame.f_code.co_filename, frame.f_lineno)
            running.sizes = {name: len(value) for name, value in frame.f_locals.items() if type(value) is dict}
        elif event == "exception":
            running.raised = arg[0].__name__
        elif event == "return":
            self._finish(frame, running, arg)
            del self._running[frame]
            if self._learners == running.learners and not running.raised:
                del self.steps[running.first :]
        return self._in_check

    def _in_text(self, frame: FrameType, event: str, arg: Any) -> Any:
        """A text that a check evaluates: all its statements are on one line."""
        running = self._running[frame]
        if event == "exception":
            running.raised = arg[0].__name__
        elif event == "return":
            del self._running[frame]
            text = frame.f_code.co_filename[1:-1]
            for statement in ast.parse(text).body:
                own = ast.get_source_segment(text, statement) or text
                made = [glance(arg)] if isinstance(statement, ast.Expr) else list(_made(statement, frame.f_locals))
                self._note(running.depth, 0, own, [f"raised {running.raised}"] if running.raised else made)
        return self._in_text

    def _finish(self, frame: FrameType, running: Running, returned: Any = None) -> None:
        """The statement that a function was at is over."""
        statement = running.statement
        if statement is None:
            return
        made = list(_made(statement, frame.f_locals))
        answers = [item for name, size in running.sizes.items() for item in _grown(frame.f_locals.get(name), size)]
        if isinstance(statement, ast.Return):
            answers = _grown(returned, 0)
            made = [] if answers else [glance(returned)]
        if running.raised:
            made = [f"raised {running.raised}"]
        text = _text(frame.f_code.co_filename, statement)
        self._note(running.depth, statement.lineno, text, made, answers)

    def _note(
        self, depth: int, line: int, text: str, made: list[str], answers: list[tuple[str, str]] | None = None
    ) -> None:
        told = {clean(name): clean(value) for name, value in answers or ()}
        self.steps.append(Step(depth, line, clean(text), tuple(map(clean, made)), told))


def _arguments(frame: FrameType) -> list[str]:
    """The arguments of a call, as told."""
    found = inspect.getargvalues(frame)
    names = [*found.args, *filter(None, (found.varargs, found.keywords))]
    return [f"{name} = {glance(found.locals[name])}" for name in names if name in found.locals]


def _grown(value: Any, size: int) -> list[tuple[str, str]]:
    """The entries that a dict has got since it had so many."""
    if type(value) is not dict or len(value) <= size:
        return []
    return [(str(key), glance(item)) for key, item in list(value.items())[size : size + ANSWERS]]


def _made(statement: ast.stmt, names: Any) -> Iterator[str]:
    """What a statement gave a name to, or changed."""
    match statement:
        case ast.Assign(targets=targets):
            parts: list[ast.AST] = [*targets]
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.For(target=target):
            parts = [target]
        case ast.With(items=items):
            parts = [item.optional_vars for item in items if item.optional_vars]
        case ast.Expr(value=ast.Call(func=function, args=arguments)):
            parts = [function, *arguments]
        case _:
            return
    called = isinstance(statement, ast.Expr)
    names_in = [n for part in parts for n in ast.walk(part) if isinstance(n, ast.Name) and n.id in names]
    owners = {id(n.value) for part in parts for n in ast.walk(part) if isinstance(n, ast.Attribute)}
    for name in dict.fromkeys(n.id for n in names_in if called or id(n) in owners or isinstance(n.ctx, ast.Store)):
        told = glance(names[name])
        if (not called and type(names[name]) is not dict) or "(data=" in told:
            yield f"{name} = {told}"


@functools.cache
def _statements(path: str) -> dict[int, ast.stmt]:
    """The innermost statement of each line of a file; of one with a body, the lines before that."""
    found: dict[int, ast.stmt] = {}
    for node in ast.walk(ast.parse(Path(path).read_text("utf-8"))):  # outer ones first
        if isinstance(node, ast.stmt):
            found |= dict.fromkeys(range(node.lineno, _last(node) + 1), node)
    return found


def _last(node: ast.stmt) -> int:
    body = getattr(node, "body", None)
    return max(node.lineno, body[0].lineno - 1) if body else node.end_lineno or node.lineno


def _statement(path: str, line: int) -> ast.stmt | None:
    return _statements(path).get(line)


@functools.cache
def _lines(path: str) -> list[str]:
    return Path(path).read_text("utf-8").splitlines()


def _text(path: str, statement: ast.stmt) -> str:
    """A statement on one line, as it is written."""
    lines = _lines(path)[statement.lineno - 1 : _last(statement)]
    bare = [line.partition("  #")[0].strip() for line in lines]
    return " ".join(bare).replace("[ ", "[").replace("( ", "(").replace("{ ", "{")
