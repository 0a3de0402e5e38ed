"""In a learner's worker there is no answer to find, and no message from it makes a wrong answer right."""

import ast
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from workspaces import AT_THE_END, ROOT, replaced, solved, untouched, workspace, zth

LECTURES = sorted(path.stem for path in (ROOT / "solutions").glob("*.py"))


# ---- what is looked for -------------------------------------------------------------------------------------------


def fingerprint(code: Any) -> str:
    """What tells a function's code from all others, without holding it."""
    import hashlib

    told = repr((code.co_name, code.co_code, code.co_names, code.co_varnames, code.co_freevars))
    return hashlib.sha256(told.encode()).hexdigest()


def codes_in(code: CodeType) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from codes_in(inner)


def compiled(path: Path) -> dict[str, str]:
    """The functions of a file: fingerprint -> name."""
    code = compile(path.read_text("utf-8"), str(path), "exec", dont_inherit=True)
    return {fingerprint(inner): f"{path.stem}: {inner.co_qualname}" for inner in codes_in(code)}


def called(tree: ast.Module, names: set[str]) -> set[str]:
    """Functions of a file that these mention, transitively, and these."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    seen: set[str] = set()
    while names := (names & functions.keys()) - seen:
        seen |= names
        names = {n.id for name in names for n in ast.walk(functions[name]) if isinstance(n, ast.Name)}
    return seen


def is_oracle(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any("oracle(" in ast.unparse(d) for d in node.decorator_list)


def judges_own(lecture: str) -> set[str]:
    """The names of a lecture's functions that no play needs: oracles, `expects`, and what only these call."""
    tree = ast.parse((ROOT / "grader/lectures" / f"{lecture}.py").read_text("utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    tree.body = [node for node in tree.body if not is_oracle(node)]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body = [inner for inner in node.body if getattr(inner, "name", "") != "expects"] or [ast.Pass()]
    plain = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.decorator_list]
    roots = {n.id for node in tree.body if node not in plain for n in ast.walk(node) if isinstance(n, ast.Name)}
    checks = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list}
    return (functions - called(tree, roots | checks) - checks) | {"expects"}


def functions_of_references() -> dict[str, str]:
    """Reference solutions: fingerprint -> name. What a learner has too is none."""
    known = {f for lecture in LECTURES for f in compiled(ROOT / "exercises" / f"{lecture}.py")}
    found = {f: name for lecture in LECTURES for f, name in compiled(ROOT / "solutions" / f"{lecture}.py").items()}
    return {f: name for f, name in found.items() if f not in known}


def functions_of_the_judge() -> dict[str, str]:
    """Whatever works out what is expected: fingerprint -> name."""
    return {
        f: name
        for lecture in LECTURES
        for f, name in compiled(ROOT / "grader/lectures" / f"{lecture}.py").items()
        if judges_own(lecture) & set(name.partition(": ")[2].split("."))
    }


def secret_texts() -> list[str]:
    """Lines of solutions, and words of the toml, that stand nowhere else; backwards, so that a search holds none."""
    import tomllib

    lines = [line.strip() for lecture in LECTURES for line in solved(lecture).splitlines()]
    for lecture in LECTURES:
        tables = tomllib.loads((ROOT / "grader/lectures" / f"{lecture}.toml").read_text("utf-8"))
        for table in tables.values():
            lines += table.get("hints", [])
            for misconception in table.get("misconceptions", []):
                lines += [misconception["says"], misconception.get("right", "").strip()]
    open_to_all = "".join(untouched(lecture) for lecture in LECTURES)
    open_to_all += "".join(path.read_text("utf-8") for path in sorted((ROOT / "grader").rglob("*.py")))
    secret = [line for line in dict.fromkeys(lines) if len(line) > 28 and line not in open_to_all]
    return [line[::-1] for line in secret[:: max(1, len(secret) // 120)]]


# ---- the search, as somebody would make it who wants the answers ---------------------------------------------------


def search(functions: dict[str, str], texts: list[str]) -> dict[str, Any]:
    """Go through all that this process holds. functions: fingerprint -> name; texts: backwards."""
    import builtins
    import gc
    import sys
    from types import CodeType

    gc.unfreeze()
    waiting: list[Any] = [*gc.get_objects(), *sys.modules.values(), vars(builtins)]
    for frame in sys._current_frames().values():
        while frame:
            waiting += [frame, frame.f_globals, frame.f_builtins, frame.f_code, *frame.f_locals.values()]
            frame = frame.f_back
    seen: set[int] = set()
    codes: list[CodeType] = []
    words: set[str] = set()
    checks = []
    while waiting:
        fresh = [thing for thing in waiting if id(thing) not in seen and not seen.add(id(thing))]
        waiting = gc.get_referents(*fresh) if fresh else []
        for thing in fresh:
            kind = type(thing)
            if kind is CodeType:
                codes.append(thing)
                waiting += thing.co_consts
            elif kind is str:
                words.add(thing)
            elif kind is bytes or kind is bytearray:
                words.add(thing.decode("utf-8", "replace"))
            elif kind.__name__ in ("Check", "Oracle") and getattr(thing, "expects", None):
                checks.append(kind.__name__)
    backwards = "\0".join(words)[::-1]
    return {
        "objects": len(seen),
        "codes": len(codes),
        "functions": sorted({functions[f] for code in codes if (f := fingerprint(code)) in functions}),
        "oracles": sorted(checks),
        "texts": [text[::-1] for text in texts if text in backwards],
    }


def remains(texts: list[str]) -> list[str]:
    """Look through this process's memory itself: what was freed may still stand there."""
    import re

    found = set()
    with open("/proc/self/maps", encoding="utf-8") as maps, open("/proc/self/mem", "rb", 0) as memory:  # noqa: PTH123
        for line in maps:
            area = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if not area or ("/" in line and "[" not in line):
                continue
            first, last = (int(number, 16) for number in area.groups())
            for start in range(first, last, 1 << 22):
                try:
                    memory.seek(start)
                    backwards = memory.read(min(1 << 22, last - start))[::-1]
                except (OSError, ValueError, OverflowError):
                    continue
                found |= {text for text in texts if text.encode() in backwards}
    return sorted(text[::-1] for text in found)


SEARCH = "\n\n".join(inspect.getsource(function) for function in (fingerprint, search, remains))


def searching(functions: dict[str, str], texts: list[str]) -> str:
    """A learner's code that searches once, and prints what it found."""
    return f"""
from __future__ import annotations
SEARCHED = []

{SEARCH}

def search_once():
    import json
    if not SEARCHED:
        SEARCHED.append(True)
        found = search({functions!r}, {texts!r})
        found["remains"] = remains({texts[::12]!r})
        print("FOUND " + json.dumps(found))
    raise ValueError("searched")
"""


def found_in(output: str) -> dict[str, Any]:
    (line,) = [line for line in output.splitlines() if line.startswith("FOUND ")]
    return dict(json.loads(line.removeprefix("FOUND ")))


PLACES = {
    "micrograd": "class Value:\n    def __add__(self, other):\n        search_once()\n",
    "part4": "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n    search_once()\n\n\n",
}


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What a search in the worker finds, by lecture."""
    functions, texts = functions_of_references() | functions_of_the_judge(), secret_texts()
    end = AT_THE_END + searching(functions, texts).replace("from __future__ import annotations\n", "")
    files = {lecture: replaced(untouched(lecture), place + end) for lecture, place in PLACES.items()}
    folder = workspace(tmp_path_factory.mktemp("searching"), **files)
    run = zth(folder, "check", "value_add", "dcounts", "--json", "--timeout", "60")
    assert run.status == 1
    return {
        "micrograd": found_in(run.results["value_add"]["output"]),
        "part4": found_in(run.results["dcounts"]["output"]),
    }


@pytest.fixture(scope="session")
def control(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the same search finds in a process that has the references, the oracles and the words."""
    functions, texts = functions_of_references() | functions_of_the_judge(), secret_texts()
    loads = f"""
from grader.judging import expecting
KEPT = [expecting.reference(name) for name in {LECTURES!r}]
try:
    search_once()
except ValueError:
    pass
"""
    path = tmp_path_factory.mktemp("control") / "control.py"
    path.write_text(searching(functions, texts) + loads, "utf-8")
    done = subprocess.run([sys.executable, str(path)], cwd=ROOT, capture_output=True, text=True, check=True)
    return found_in(done.stdout)


def test_the_search_finds_what_is_there(control: dict[str, Any]) -> None:
    everything = {*functions_of_references().values(), *functions_of_the_judge().values()}
    assert set(control["functions"]) == everything
    assert len(control["texts"]) == len(secret_texts()) > 100
    assert len(control["remains"]) > 5
    assert set(control["oracles"]) == {"Check", "Oracle"}


@pytest.mark.parametrize("lecture", LECTURES)
def test_a_worker_was_searched(found: dict[str, dict[str, Any]], control: dict[str, Any], lecture: str) -> None:
    assert found[lecture]["objects"] > control["objects"] / 2
    assert found[lecture]["codes"] > control["codes"] / 2


@pytest.mark.parametrize("lecture", LECTURES)
def test_no_reference_is_in_a_worker(found: dict[str, dict[str, Any]], lecture: str) -> None:
    assert set(found[lecture]["functions"]) & set(functions_of_references().values()) == set()


@pytest.mark.parametrize("lecture", LECTURES)
def test_nothing_that_works_out_what_is_expected_is_in_a_worker(
    found: dict[str, dict[str, Any]], lecture: str
) -> None:
    assert set(found[lecture]["functions"]) & set(functions_of_the_judge().values()) == set()
    assert found[lecture]["oracles"] == []


@pytest.mark.parametrize("lecture", LECTURES)
def test_no_line_of_a_solution_and_no_words_are_in_a_worker(found: dict[str, dict[str, Any]], lecture: str) -> None:
    assert found[lecture]["texts"] == []
    assert found[lecture]["remains"] == []
