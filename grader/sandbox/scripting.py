"""A play written down as a plain script, which needs no zth.

Where a check only calls the learner's functions, the script has these calls, and what they are given written out. Else
it has the check's own code, and draws what the check draws from the same seed. In neither is what is expected.
"""

import ast
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import getargvalues
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from grader.checks.check import Check
from grader.checks.draw import Draw
from grader.checks.loading import LECTURES, without_oracles
from grader.sandbox.literals import NoLiteral, literal
from grader.sandbox.settling import SALT, settle
from grader.sandbox.wire import Trace

LANGUAGE = Path(__file__).parent.parent / "checks"
CALLS = 12  # written out; a check that makes more is written as its code
LETTERS = 60_000

HEAD = '''"""{slug}, draw {draw}: what the check asks of your functions, as a plain script.

Written by `zth replay {slug} --script`; it needs no zth. Set a breakpoint in
your function, and run this file in the debugger.
"""

{imports}

sys.path.insert(0, {folder})
import {lecture}

torch.manual_seed({seed})
random.seed({seed})

'''
USUAL = ("import random", "import sys", "from pathlib import Path", "import torch")


def script(job: Trace, draw: int, check: Check, module: ModuleType, folder: str) -> str:
    """The text of a script. draw: its number, as told. folder: an expression for where the learner's file is."""
    calls = _calls(job, check, module)
    imports, body = _code(job) if calls is None else (set(), _written(job, calls))
    head = HEAD.format(
        slug=f"{job.lecture}.{job.exercise}",
        draw=draw,
        imports=_sorted(imports | set(USUAL)),
        folder=folder,
        lecture=job.lecture,
        seed=job.seed + SALT,
    )
    return head + body


def _sorted(imports: set[str]) -> str:
    """Python's own first, then torch's; `import` before `from`."""
    own = sorted((line for line in imports if line.split()[1].partition(".")[0] != "torch"), key=_order)
    return "\n".join([*own, "", *sorted(imports - set(own), key=_order)])


def _order(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line


# ---- the calls alone -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Called:
    """A call of one of the learner's functions, its arguments written down."""

    function: str
    arguments: dict[str, str]
    keywords: tuple[str, ...]


@dataclass
class Recorder:
    """Notes the calls that come from outside the learner's file."""

    path: str
    calls: list[Called] = field(default_factory=list)
    plain: bool = True

    def __call__(self, frame: FrameType, event: str, arg: Any) -> None:
        code = frame.f_code
        back = frame.f_back.f_code.co_filename if frame.f_back else ""
        if event != "call" or not self.plain or code.co_filename != self.path or back == self.path:
            return
        told = getargvalues(frame)
        try:
            arguments = {name: literal(told.locals[name]) for name in told.args}
        except NoLiteral:
            self.plain = False
            return
        keywords = tuple(told.args[code.co_argcount :])
        self.calls.append(Called(code.co_qualname, arguments, keywords))
        if "." in code.co_qualname or code.co_name.startswith("<") or told.varargs or told.keywords:
            self.plain = False  # a method, or a function that another one made


def _calls(job: Trace, check: Check, module: ModuleType) -> list[Called] | None:
    """The calls that a play makes, if it makes nothing else of the learner's code than a few of them."""
    recorder = Recorder(str(module.__file__))
    settle(job.seed, "")
    before = sys.gettrace()
    sys.settrace(recorder)
    try:
        check.play(module, Draw(job.seed))
    except BaseException as error:  # it is what is to be looked at
        if isinstance(error, KeyboardInterrupt):
            raise
    finally:
        sys.settrace(before)
    size = sum(len(text) for call in recorder.calls for text in call.arguments.values())
    fitting = recorder.plain and 0 < len(recorder.calls) <= CALLS and size <= LETTERS
    return recorder.calls if fitting else None


def _written(job: Trace, calls: list[Called]) -> str:
    lines: list[str] = []
    for number, call in enumerate(calls, 1):
        if len(calls) > 1:
            lines += [f"# call {number} of {len(calls)}"]
        lines += [f"{name} = {text}" for name, text in call.arguments.items()]
        given = [f"{name}={name}" if name in call.keywords else name for name in call.arguments]
        lines += [f"answer = {job.lecture}.{call.function}({', '.join(given)})", "print(answer)", ""]
    return "\n".join(lines)


# ---- the check's own code ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Defined:
    """A statement at file level: its text, the names it needs."""

    text: str
    needs: frozenset[str]


def _code(job: Trace) -> tuple[set[str], str]:
    """The imports and the text of all that a check needs."""
    imports: dict[str, str] = {}
    definitions: dict[str, Defined] = {}
    lecture = LECTURES / f"{job.lecture}.py"
    files = [LANGUAGE / f"{name}.py" for name in ("draw", "expectations", "check", "differentiable", "chain")]
    for path in [*files, lecture]:
        found = _definitions(path, imports)
        for name in found.keys() & definitions.keys():  # a constant of the same name in another file
            found = _renamed(found, name, f"{name}_of_{path.stem}")
        definitions |= found
    wanted = _needed({job.exercise, "Draw"}, definitions)
    texts = dict.fromkeys(defined.text for name, defined in definitions.items() if name in wanted)
    used = set().union(*(definitions[name].needs for name in wanted))
    main = f"""
answers = {job.exercise}.named({job.exercise!r}).play({job.lecture}, Draw({job.seed}))
for name, answer in answers.items():
    print(f"{{name}}: {{answer}}")
"""
    return {imports[name] for name in used & imports.keys()}, "\n\n\n".join(texts) + "\n\n" + main


def _definitions(path: Path, imports: dict[str, str]) -> dict[str, Defined]:
    """What a file defines, without its oracles; its imports are added to those that are known."""
    text = path.read_text("utf-8")
    lines = text.splitlines()
    as_written = {node.lineno: ast.dump(node) for node in ast.parse(text).body}
    found: dict[str, Defined] = {}
    tree = ast.parse(text)
    for node in (without_oracles(tree) if path.parent == LECTURES else tree).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            if not str(getattr(node, "module", "")).startswith("grader"):
                module = f"from {node.module} import " if isinstance(node, ast.ImportFrom) else "import "
                for alias in node.names:
                    imports[(alias.asname or alias.name).partition(".")[0]] = module + ast.unparse(alias)
            continue
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        same = as_written.get(node.lineno) == ast.dump(node)
        own = "\n".join(lines[first - 1 : node.end_lineno]) if same else ast.unparse(node)
        needs = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        defined = Defined(own, frozenset(needs))
        for name in _names(node):
            found[name] = defined
    return found


def _names(node: ast.stmt) -> set[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return set()


def _renamed(found: dict[str, Defined], name: str, other: str) -> dict[str, Defined]:
    put: Callable[[str], str] = lambda text: re.sub(rf"\b{name}\b", other, text)  # noqa: E731
    return {
        put(key): Defined(put(defined.text), frozenset(map(put, defined.needs))) if name in defined.needs else defined
        for key, defined in found.items()
    }


def _needed(names: set[str], definitions: dict[str, Defined]) -> set[str]:
    wanted: set[str] = set()
    waiting = [name for name in names if name in definitions]
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += [need for need in definitions[name].needs if need in definitions]
    return wanted
