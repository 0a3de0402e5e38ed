"""A learner's folder, made for a test, and the real command run in it."""

import ast
import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
ZTH = Path(sys.executable).with_name("zth")
AT_THE_END = "# At the end of the file:\n"
IN_PLACE = "# In place of what the file has:\n"
_DEFINITION = r"def |async def |class |@|\w+ = lambda"
_RUN = "ZTH_TEST_RUN"  # every process that a run starts carries its number in the environment
_SETTLE = 5.0  # seconds that the processes of a run may take to end after the command has


def untouched(lecture: str) -> str:
    """A lecture's file as a learner gets it."""
    return (ROOT / "exercises" / f"{lecture}.py").read_text("utf-8")


def solved(lecture: str) -> str:
    """A lecture's file with every exercise done."""
    lines = (ROOT / "solutions" / f"{lecture}.py").read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if line.strip() not in ("# BEGIN SOLUTION", "# END SOLUTION"))


def replaced(text: str, by: str) -> str:
    """A lecture's file with the functions and methods of `by` in place of those of the same name.

    `by` need not compile. Of a class it holds only the methods that change. What stands before its first function,
    or above IN_PLACE, goes before the file's first one, what follows one stays behind it, and what follows AT_THE_END
    goes to the end; so do functions and classes that the file does not have.
    """
    by, _, end = by.partition(AT_THE_END)
    above, _, by = by.rpartition(IN_PLACE)
    before, *blocks = re.split(rf"^(?={_DEFINITION})", by, flags=re.MULTILINE)
    places = dict(_places(ast.parse(text).body))
    first = min(places.values())[0]
    edits = [(first, first - 1, above + before)]
    for name, block in _by_name(blocks).items():
        if name not in places:
            end = f"\n\n{block}{end}"
        elif block.startswith("class ") and any(place.startswith(f"{name}.") for place in places):
            _, *methods = re.split(r"^(?=    def )", block, flags=re.MULTILINE)
            edits += [(*places[f"{name}.{_defined(method)}"], method) for method in methods]
        else:
            edits.append((*places[name], block))
    lines = text.splitlines(keepends=True)
    for first, last, new in sorted(edits, reverse=True):  # from the end, so that the places before stay right
        lines[first - 1 : last] = [new]
    return "".join(lines) + end


def _by_name(blocks: list[str]) -> dict[str, str]:
    """Decorators with what they decorate, and what is defined twice in one."""
    named: dict[str, str] = {}
    decorators = ""
    for block in blocks:
        if block.startswith("@"):
            decorators += block
            continue
        name = _defined(block)
        named[name] = named.get(name, "") + decorators + block
        decorators = ""
    return named


def _places(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, tuple[int, int]]]:
    """First and last line of every function, method and class."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield prefix + node.name, (node.lineno, node.end_lineno or 0)
            if isinstance(node, ast.ClassDef):
                yield from _places(node.body, f"{node.name}.")


def _defined(block: str) -> str:
    found = re.search(r"(?:def|class) +(\w+)|^(\w+) = ", block)
    assert found, block
    return found.group(1) or found.group(2)


def workspace(folder: Path, **texts: str | bytes) -> Path:
    """A learner's folder with a file for each lecture that is given."""
    (folder / "exercises").mkdir(parents=True)
    for lecture, text in texts.items():
        data = text.encode() if isinstance(text, str) else text
        (folder / "exercises" / f"{lecture}.py").write_bytes(data)
    return folder


@dataclass(frozen=True)
class Run:
    """How a command ended. `left`: processes that it started and that did not end with it."""

    status: int
    out: str
    err: str
    left: tuple[int, ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        """What `--json` printed."""
        return dict(json.loads(self.out))

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        """The verdicts by exercise, without the lecture's name."""
        return {result["exercise"].partition(".")[2]: result for result in self.document["results"]}


def start(
    folder: Path,
    *arguments: str,
    by: Sequence[str] = (),
    environment: Mapping[str, str | None] | None = None,
    **options: Any,
) -> tuple[subprocess.Popen[str], str]:
    """Start `zth` in a folder; the process, and the number of the run.

    by: a command that starts it. environment: None for what is not to be in it. Further options are Popen's.
    """
    number = uuid.uuid4().hex
    surroundings = os.environ | {_RUN: number, "COLUMNS": "100", "PYTHONUTF8": "1"} | dict(environment or {})
    surroundings = {name: value for name, value in surroundings.items() if value is not None}
    streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command = [*by, str(ZTH), *arguments]
    return subprocess.Popen(command, cwd=folder, env=surroundings, text=True, **streams | options), number


def zth(folder: Path, *arguments: str, **options: Any) -> Run:
    """Run `zth` in a folder until it ends. Options as `start` has them."""
    process, number = start(folder, *arguments, **options)
    out, err = process.communicate(timeout=100)
    return Run(process.returncode, out or "", err or "", left_of(number))


def left_of(number: str) -> tuple[int, ...]:
    """The processes of a run that still live, after they had time to end."""
    deadline = time.monotonic() + _SETTLE
    while (left := living(number)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return left


def living(number: str) -> tuple[int, ...]:
    """The processes of a run that live now, children and grandchildren of whatever kind too."""
    return tuple(int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if _carries(path, number))


def _carries(environment: Path, number: str) -> bool:
    try:
        return f"{_RUN}={number}".encode() in environment.read_bytes()
    except OSError:  # it has just ended, or is somebody else's
        return False
