"""In a learner's worker there is no answer to find, and no message from it makes a wrong answer right."""

import ast
import functools
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from workspaces import AT_THE_END, ROOT, Run, replaced, solved, untouched, workspace, zth

from grader.checks import loading
from grader.course.blanks import exercise_names
from grader.judging import expecting

LECTURES = sorted(path.stem for path in (ROOT / "solutions").glob("*.py"))


# ---- what is looked for -------------------------------------------------------------------------------------------


def fingerprint(code: Any) -> str:
    """What tells a function's code from all others, without holding it. (The bytes vary with the rest of a file.)"""
    import hashlib

    told = repr((code.co_qualname, code.co_names, code.co_varnames, code.co_freevars))
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


@functools.cache
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


@functools.cache
def functions_of_references() -> dict[str, str]:
    """Reference solutions: fingerprint -> name. What a learner has too is none."""
    known = {f for lecture in LECTURES for f in compiled(ROOT / "exercises" / f"{lecture}.py")}
    found = {f: name for lecture in LECTURES for f, name in compiled(ROOT / "solutions" / f"{lecture}.py").items()}
    return {f: name for f, name in found.items() if f not in known}


@functools.cache
def functions_of_the_judge() -> dict[str, str]:
    """Whatever works out what is expected: fingerprint -> name."""
    return {
        f: name
        for lecture in LECTURES
        for f, name in compiled(ROOT / "grader/lectures" / f"{lecture}.py").items()
        if judges_own(lecture) & set(name.partition(": ")[2].split("."))
    }


ONE_ON = bytes(
    (n + 1) % 256 for n in range(256)
)  # what is searched for is written so: the search itself holds no answer


@functools.cache
def secret_texts() -> list[str]:
    """Lines of solutions, and words of the toml, that stand nowhere else."""
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
    return secret[:: max(1, len(secret) // 120)]


# ---- the search, as somebody would make it who wants the answers ---------------------------------------------------


def search(functions: dict[str, str], texts: list[bytes]) -> dict[str, Any]:
    """Go through all that this process holds. functions: fingerprint -> name; texts: every byte one on."""
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
    words: set[bytes] = set()
    checks = []
    one_on = bytes((n + 1) % 256 for n in range(256))
    while waiting:
        fresh = [thing for thing in waiting if id(thing) not in seen and not seen.add(id(thing))]
        waiting = gc.get_referents(*fresh) if fresh else []
        for thing in fresh:
            kind = type(thing)
            if kind is CodeType:
                codes.append(thing)
                waiting += thing.co_consts
            elif kind is str:
                words.add(thing.encode("utf-8", "replace"))
            elif kind is bytes or kind is bytearray:
                words.add(bytes(thing))
            elif kind.__name__ in ("Check", "Oracle") and getattr(thing, "expects", None):
                checks.append(kind.__name__)
    everything = b"\0".join(words).translate(one_on)
    return {
        "objects": len(seen),
        "codes": len(codes),
        "functions": sorted({functions[f] for code in codes if (f := fingerprint(code)) in functions}),
        "oracles": sorted(checks),
        "texts": [place for place, text in enumerate(texts) if text in everything],
    }


def remains(texts: list[bytes]) -> list[int]:
    """Look through this process's memory itself: what was freed may still stand there."""
    import re

    found = set()
    one_on = bytes((n + 1) % 256 for n in range(256))
    with open("/proc/self/maps", encoding="utf-8") as maps, open("/proc/self/mem", "rb", 0) as memory:  # noqa: PTH123
        for line in maps:
            area = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if not area or ("/" in line and "[" not in line):
                continue
            first, last = (int(number, 16) for number in area.groups())
            for start in range(first, last, 1 << 22):
                try:
                    memory.seek(start)
                    part = memory.read(min(1 << 22, last - start)).translate(one_on)
                except (OSError, ValueError, OverflowError):
                    continue
                found |= {place for place, text in enumerate(texts) if text in part}
    return sorted(found)


SEARCH = "\n\n".join(inspect.getsource(function) for function in (fingerprint, search, remains))


def searching(functions: dict[str, str], texts: list[str]) -> str:
    """A learner's code that searches once, and prints what it found."""
    hidden = [text.encode().translate(ONE_ON) for text in texts]
    return f"""
from __future__ import annotations
SEARCHED = []

{SEARCH}

def search_once():
    import json
    if not SEARCHED:
        SEARCHED.append(True)
        found = search({functions!r}, {hidden!r})
        found["remains"] = remains({hidden[::12]!r})
        print("FOUND " + json.dumps(found))
    raise ValueError("searched")
"""


def found_in(output: str) -> dict[str, Any]:
    (line,) = [line for line in output.splitlines() if line.startswith("FOUND ")]
    found: dict[str, Any] = json.loads(line.removeprefix("FOUND "))
    texts = secret_texts()
    return found | {"texts": [texts[n] for n in found["texts"]], "remains": [texts[::12][n] for n in found["remains"]]}


PLACES = {  # an exercise of each lecture, in which the search begins
    "micrograd": ("value_add", "class Value:\n    def __add__(self, other):\n        search_once()\n"),
    "part1": ("count_bigrams", "def count_bigrams(words, stoi):\n    search_once()\n\n\n"),
    "part2": ("step_decay", "def step_decay(step, base=0.1, drop=0.1, at=100_000):\n    search_once()\n\n\n"),
    "part3": ("tanh_backward", "def tanh_backward(dout, out):\n    search_once()\n\n\n"),
    "part4": ("dcounts", "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n    search_once()\n\n\n"),
    "part5": ("num_parameters", "def num_parameters(params):\n    search_once()\n\n\n"),
    "gpt": ("split_data", "def split_data(data, frac=0.9):\n    search_once()\n\n\n"),
}


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What a search in the worker finds, by lecture."""
    functions, texts = functions_of_references() | functions_of_the_judge(), secret_texts()
    end = AT_THE_END + searching(functions, texts).replace("from __future__ import annotations\n", "")
    files = {lecture: replaced(untouched(lecture), place + end) for lecture, (_, place) in PLACES.items()}
    folder = workspace(tmp_path_factory.mktemp("searching"), **files)
    run = zth(folder, "check", *(exercise for exercise, _ in PLACES.values()), "--json", "--timeout", "60")
    assert run.status == 1
    return {lecture: found_in(run.results[exercise]["output"]) for lecture, (exercise, _) in PLACES.items()}


@pytest.fixture(scope="session")
def control(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the same search finds in a process that has the references, the oracles and the words."""
    functions, texts = functions_of_references() | functions_of_the_judge(), secret_texts()
    loads = f"""
from grader.judging import expecting
KEPT = [expecting.reference(name) for name in {LECTURES!r}]
SOURCES = [reference.source for reference in KEPT]
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
def test_nothing_that_works_out_what_is_expected_is_in_a_worker(found: dict[str, dict[str, Any]], lecture: str) -> None:
    assert set(found[lecture]["functions"]) & set(functions_of_the_judge().values()) == set()
    assert found[lecture]["oracles"] == []


@pytest.mark.parametrize("lecture", LECTURES)
def test_no_line_of_a_solution_and_no_words_are_in_a_worker(found: dict[str, dict[str, Any]], lecture: str) -> None:
    assert found[lecture]["texts"] == []
    assert found[lecture]["remains"] == []


# ---- messages that a worker makes up -------------------------------------------------------------------------------

DESK = """
import gc, os, torch
gc.unfreeze()
from grader.checks import Check, Draw
from grader.sandbox import wire
from grader.sandbox.wire import Answer, Array, Items, Loaded, Plain, Table

desk = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Desk")
say = desk.reply

def answer_all(raw):
    say(wire.frame(Loaded([], {})))
    for number in range(1, 100):
        say(wire.frame(Answer(number, {name: raw for name in names}, [], [], 0.0)))
    os.read(desk.reply.__self__.fileno(), 1 << 20)  # nobody answers
    while True:
        pass
"""
FORGERIES = {
    "True to every question": "answer_all(Plain(True))",
    "zeros to every question": "answer_all(Array('float32', (6, 7), False, bytes(168)))",
    "a tensor of no elements that has no end": "answer_all(Array('float32', (0, 1 << 32, 1 << 32), False, b''))",
    "a tensor of fewer bytes than it says": "answer_all(Array('float32', (1 << 31, 1 << 31), False, b'1234'))",
    "a table without values": "answer_all(Table([Plain('dcounts')], []))",
    "text for the number of a dtype": "answer_all(Array('float31', (3,), False, bytes(12)))",
    "a frame of four gigabytes": "say(b'\\xff' * 4)",
    "a frame of nothing but brackets": "say((200000).to_bytes(4, 'little') + b'\\x91' * 200000)",
    "a frame that is none": "say(b'\\x08\\0\\0\\0' + b'verdict!')",
    "rubbish to every descriptor": """
for fd in range(3, 64):
    try:
        os.write(fd, bytes(range(255, 0, -1)) * 4)
    except OSError:
        pass
""",
    "another check that answers zeros": """
for checks in desk.checks.values():
    for name in list(checks):
        checks[name] = Check(lambda m, draw, name=name: {name: torch.zeros(6, 7), "gradients": [], "losses": []})
""",
    "a comparison that always agrees": """
torch.equal = torch.allclose = torch.isclose = lambda *_, **__: True
torch.Tensor.abs = torch.Tensor.__sub__ = lambda self, *_: torch.zeros(())
torch.Tensor.__eq__ = torch.Tensor.__le__ = torch.Tensor.allclose = lambda *_: torch.tensor(True)
""",
    "inputs that are zero": """
torch.randn = lambda *_, **__: torch.zeros(_[0])
Draw._normal = lambda self, shape: torch.zeros(shape)
def dcounts(dprobs, counts_sum_inv, dcounts_sum): return torch.zeros_like(dprobs)
def dW2(h, dlogits): return torch.zeros(h.shape[1], dlogits.shape[1])
def dbnvar(dbnvar_inv, bnvar, eps=1e-5): return torch.zeros_like(bnvar)
def dbnmeani(dbndiff): return torch.zeros_like(dbndiff[:1])
def dC(demb, Xb, vocab_size): return torch.zeros(vocab_size, demb.shape[2])
""",
    "inputs that were given as zeros": """
def giving(self, tensor, name=""):
    self.given.append((name, tensor.detach().zero_()))
    return self.given[-1][1]
Draw.give = giving
def dcounts(dprobs, counts_sum_inv, dcounts_sum): return torch.zeros_like(dprobs)
def dbnmeani(dbndiff): return torch.zeros_like(dbndiff[:1])
""",
    "what a check in the worker expects": """
for thing in gc.get_objects():
    if type(thing) is Check and thing.expects:
        for name, check in desk.checks["micrograd"].items():
            if check.play is thing.play:
                right = thing.expects
                desk.checks["micrograd"][name] = Check(lambda m, draw, right=right: right(Draw(draw.seed)))
""",
}


def emptied(lecture: str) -> str:
    """A lecture's file in which every exercise answers None."""
    return re.sub(r"raise NotImplementedError\(.*\)", "return None", untouched(lecture))


def names_of_answers(lecture: str) -> list[str]:
    """What the answers of a lecture's exercises are called: a forger knows that."""
    reference = expecting.reference(lecture)
    return sorted({name for each in exercise_names(lecture) for name in expecting.expected(reference, each, 1).answers})


@pytest.fixture(scope="session")
def forged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Run]]]:
    """How the check of each forgery ends. Each has a folder of its own; two run at a time."""
    desk = f"{DESK.lstrip()}\nnames = {names_of_answers('part4')}\n"

    def check(name: str) -> Run:
        lecture = "micrograd" if '"micrograd"' in FORGERIES[name] else "part4"
        folder = tmp_path_factory.mktemp("forgery")
        workspace(folder, **{lecture: emptied(lecture) + "\n" + desk + FORGERIES[name]})
        return zth(folder, "check", lecture, "--json", "--timeout", "5")

    with ThreadPoolExecutor(2) as pool:
        yield {name: pool.submit(check, name) for name in FORGERIES}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_no_message_that_a_worker_makes_up_passes(forged: dict[str, Future[Run]], forgery: str) -> None:
    run = forged[forgery].result()
    assert run.status == 1, run.err
    assert not any("raised" in note["words"] for file in run.document["files"] for note in file["notes"])  # it did run
    statuses = {name: result["status"] for name, result in run.results.items()}
    assert set(statuses.values()) <= {"failed", "error", "crashed", "timeout", "blocked"}
    assert not run.left


def test_right_answers_pass_beside_somebody_who_only_looks_around(tmp_path: Path) -> None:
    """The forgeries above are rejected for what they answer: the same file with right answers passes."""
    workspace(tmp_path, part4=solved("part4") + DESK)
    assert zth(tmp_path, "check", "part4").status == 0


def test_checks_are_cut_once_and_again_when_their_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "LECTURES", tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    text = (
        "from grader.checks.check import check, oracle\n\n\n@check\ndef {}(m, draw):\n    return {{}}\n\n\n"
        "@oracle({!r})\ndef what_nobody_may_know(draw):\n    return {{}}\n"
    )
    file = tmp_path / "part9.py"
    for name in ("first", "first", "another"):
        file.write_text(text.format(name, name), "utf-8")
        assert list(loading.for_the_sandbox("part9")) == [name]
        (kept,) = (tmp_path / "__pycache__").iterdir()
        assert b"what_nobody_may_know" not in kept.read_bytes()
    written = kept.stat().st_mtime_ns
    loading.for_the_sandbox("part9")
    assert kept.stat().st_mtime_ns == written
    kept.write_bytes(b"no code")
    assert list(loading.for_the_sandbox("part9")) == ["another"]
