"""Every command through the real entry point: what it prints, what it writes, how it ends."""

import ast
import json
import os
import pty
import re
import shutil
import subprocess
import termios
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from workspaces import AT_THE_END, ROOT, ZTH, Run, replaced, solved, untouched, workspace, zth

from grader.cli.check import status_of
from grader.course.outline import ORDER
from grader.course.outline import lecture as lecture_of
from grader.course.ways import WAYS
from grader.judging.verdict import FileVerdicts
from grader.reports.page import Page
from grader.reports.terminal import report

LECTURES = list(ORDER)
WORDS = {name: tomllib.loads((ROOT / "grader/lectures" / f"{name}.toml").read_text("utf-8")) for name in LECTURES}
EXERCISES = {name: [key for key in tables if key != "lecture"] for name, tables in WORDS.items()}
SLUGS = [f"{lecture}.{name}" for lecture, names in EXERCISES.items() for name in names]
OF_TWO = [slug for slug in SLUGS if slug.startswith(("micrograd.", "part4."))]  # the lectures in most folders below
SYMBOLS = "✓·✗█░…"


def shown(folder: Path, *arguments: str, **environment: str) -> Run:
    """Run `zth` with other environment variables than usual."""
    surroundings = os.environ | {"COLUMNS": "100", "PYTHONUTF8": "1"} | environment
    surroundings = {key: value for key, value in surroundings.items() if value}
    done = subprocess.run([ZTH, *arguments], cwd=folder, env=surroundings, capture_output=True, check=False)
    return Run(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# One right, one of each way to be not right, one to do, one that waits for it.
MIXED = """def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    return counts_sum_inv * dprobs


def dW2(h, dlogits):
    print("a word from dW2")
    return h @ dlogits.nothing


def dbnvar(dbnvar_inv, bnvar, eps=1e-5):
    v = bnvar.clone().requires_grad_()
    return torch.autograd.grad(((v + eps) ** -0.5 * dbnvar_inv).sum(), v)[0]


def dbnmeani(dbndiff):
    return torch.full((1, dbndiff.shape[1]), math.nan)


def dC(demb, Xb, vocab_size):
    while True: pass


def mlp_backward(params, cache, Xb, Yb):
    raise NotImplementedError("part4.mlp_backward")


"""
TOLD = {
    "compare_grads": "passed",
    "dcounts": "failed",
    "dW2": "error",
    "dbnvar": "forbidden",
    "dbnmeani": "failed",
    "dC": "timeout",
    "mlp_backward": "todo",
    "train_manual": "blocked",
}
STATUSES = dict.fromkeys(EXERCISES["part4"], "passed") | TOLD  # in the lecture's order


@pytest.fixture(scope="session")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose part4 has been graded, with every kind of verdict; micrograd is untouched."""
    folder = tmp_path_factory.mktemp("mixed")
    workspace(folder, part4=replaced(solved("part4"), MIXED), micrograd=untouched("micrograd"))
    return folder


@pytest.fixture(scope="session")
def graded(mixed: Path) -> Run:
    return zth(mixed, "check", "part4", "micrograd", "--json", "--timeout", "2", "--junit-xml", "report.xml")


# ---- zth, zth init -------------------------------------------------------------------------------------------------


def test_without_a_folder_zth_says_how_to_begin(tmp_path: Path) -> None:
    run = zth(tmp_path)
    assert run.status == 0
    assert "zth init" in run.out
    assert "zth demo" in run.out
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("command", ["hint dcounts", "check", "check dcounts"])
def test_without_a_folder_a_command_that_needs_one_says_how_to_get_it(tmp_path: Path, command: str) -> None:
    run = zth(tmp_path, *command.split())
    assert run.status == 2
    assert "zth init" in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize("command", ["list", "list part4", "show dcounts", "data", "demo", "--help", "--version"])
def test_without_a_folder_whatever_needs_none_works(tmp_path: Path, command: str) -> None:
    run = zth(tmp_path, *command.split())
    assert (run.status, run.err) == (0, "")
    assert tree(tmp_path) == {}


def test_init_puts_the_exercises_there_and_no_solution(tmp_path: Path) -> None:
    run = zth(tmp_path, "init")
    assert run.status == 0
    files = tree(tmp_path)
    for lecture in LECTURES:
        assert files[f"exercises/{lecture}.py"] == (ROOT / "exercises" / f"{lecture}.py").read_bytes()
        assert f"exercises/{lecture}.py" in run.out
        assert files[f".zth/base/{lecture}.py"] == files[f"exercises/{lecture}.py"], "what an update begins from"
    assert (tmp_path / "data").is_dir()
    assert {name.split("/")[0] for name in files} <= {"exercises", "data", ".zth"}
    assert not any(Path(name).name.startswith(".") for name in files)
    assert not any(b"SOLUTION" in data for name, data in files.items() if name.endswith(".py"))
    assert "Next: zth" in run.out


def test_a_second_init_overwrites_nothing(tmp_path: Path) -> None:
    zth(tmp_path, "init")
    edited = tmp_path / "exercises/part4.py"
    edited.write_bytes(b"\xef\xbb\xbf# mine\r\nx = '\xe4'\r\n")
    (tmp_path / "exercises/micrograd.py").unlink()
    (tmp_path / "exercises/own.py").write_text("own")
    run = zth(tmp_path, "init")
    assert run.status == 0
    assert edited.read_bytes() == b"\xef\xbb\xbf# mine\r\nx = '\xe4'\r\n"
    assert (tmp_path / "exercises/micrograd.py").read_text("utf-8") == untouched("micrograd")
    assert (tmp_path / "exercises/own.py").read_text() == "own"
    assert re.search(r"new +\S*micrograd.py", run.out)
    assert re.search(r"kept +\S*part4.py", run.out)


def test_init_makes_the_folder_that_is_named(tmp_path: Path) -> None:
    run = zth(tmp_path, "init", "my course/part")
    assert run.status == 0
    assert (tmp_path / "my course/part/exercises/part4.py").is_file()
    assert "my course/part" in run.out.splitlines()[-1]
    assert zth(tmp_path / "my course/part", "check", "dcounts").status == 1


def test_init_into_a_file_is_told_and_leaves_it(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    run = zth(tmp_path, "init", "taken")
    assert run.status == 2
    assert "taken" in run.err
    assert (tmp_path / "taken").read_text() == "mine"


def test_zth_shows_the_way_so_far_and_the_next_step(mixed: Path, graded: Run) -> None:
    run = zth(mixed)
    assert run.status == 0
    assert re.search(rf"micrograd .* 0/{len(EXERCISES['micrograd'])}$", run.out, re.MULTILINE)
    assert re.search(rf"part4 .* {list(STATUSES.values()).count('passed')}/{len(STATUSES)}$", run.out, re.MULTILINE)
    (step,) = re.findall(r"next: (\S+),", run.out)
    assert step in SLUGS
    assert f"zth show {step.partition('.')[2]}" in run.out


# ---- zth list, zth show, zth hint ----------------------------------------------------------------------------------


def test_list_is_the_whole_map(tmp_path: Path) -> None:
    workspace(tmp_path, part4=untouched("part4"), micrograd=untouched("micrograd"))
    before = tree(tmp_path)
    run = zth(tmp_path, "list")
    assert run.status == 0
    for lecture, names in EXERCISES.items():
        for name in names:
            (line,) = re.findall(rf"^  · {name} .*$", run.out, re.MULTILINE)
            assert WORDS[lecture][name]["title"] in line
            assert line.endswith(f"{WORDS[lecture][name]['minutes']} min")
    assert tree(tmp_path) == before
    document = json.loads(zth(tmp_path, "list", "--json").out)
    found = [exercise["exercise"] for lecture in document["lectures"] for exercise in lecture["exercises"]]
    assert found == SLUGS
    assert {e["status"] for lecture in document["lectures"] for e in lecture["exercises"]} == {"todo"}


def test_list_of_a_lecture_is_that_lecture(tmp_path: Path) -> None:
    run = zth(tmp_path, "list", "part4")
    assert "dcounts" in run.out
    assert "value_add" not in run.out


def statuses_listed(folder: Path) -> dict[str, tuple[str, bool]]:
    document = json.loads(zth(folder, "list", "part4", "--json").out)
    return {e["exercise"].partition(".")[2]: (e["status"], e["changed"]) for e in document["lectures"][0]["exercises"]}


def test_list_tells_what_has_changed_since_it_was_graded(tmp_path: Path) -> None:
    workspace(tmp_path, part4=solved("part4"))
    assert zth(tmp_path, "check", "dW2", "dcounts").status == 0
    assert statuses_listed(tmp_path)["dW2"] == ("passed", False)
    assert statuses_listed(tmp_path)["dC"] == ("todo", False)
    path = tmp_path / "exercises/part4.py"
    path.write_text(
        "# moved down\n" + path.read_text("utf-8").replace("return h.T @ dlogits", "return h.T.mm(dlogits)")
    )
    assert statuses_listed(tmp_path)["dW2"] == ("passed", True)
    assert statuses_listed(tmp_path)["dcounts"] == ("passed", False)
    assert re.search(r"dW2 .*changed since", zth(tmp_path, "list").out)
    assert zth(tmp_path, "check", "dW2").status == 0
    assert statuses_listed(tmp_path)["dW2"] == ("passed", False)


def test_list_shows_every_status(mixed: Path, graded: Run) -> None:
    assert {name: status for name, (status, _) in statuses_listed(mixed).items()} == STATUSES
    out = zth(mixed, "list", "part4").out
    for name, status in STATUSES.items():
        (line,) = re.findall(rf"^.* {name} .*$", out, re.MULTILINE)
        assert ("✓" in line, "·" in line) == (status == "passed", status == "todo")
        assert status in line or status in ("passed", "todo")


@pytest.mark.parametrize("slug", SLUGS)
def test_show_has_all_that_an_exercise_asks(tmp_path: Path, slug: str) -> None:
    lecture, _, name = slug.partition(".")
    words = WORDS[lecture][name]
    run = zth(tmp_path, "show", slug)
    assert run.status == 0
    for blank in words.get("blanks", [name]):
        assert re.search(rf"def {blank.rpartition('.')[2]}\(", run.out), blank
    assert words["title"] in run.out
    assert f"{words['minutes']} min" in run.out
    assert words["watch"] in run.out
    assert re.search(r"https://youtu.be/\S+\?t=\d+", run.out)
    assert f"exercises/{lecture}.py" in run.out
    assert f"zth check {name}" in run.out
    assert "NotImplementedError" not in run.out
    assert '"""' not in run.out
    assert zth(tmp_path, "show", name).out == run.out
    for need in words.get("needs", []):
        assert need in run.out
    forbids = words.get("forbids", WORDS[lecture]["lecture"].get("forbids", []))
    assert ("by hand: without " in run.out) == bool(forbids)
    for way in forbids:
        assert all(named in " ".join(run.out.split()) for named in WAYS[way].named)


OF_METHODS = [
    slug for slug in SLUGS if any("." in b for b in WORDS[slug.split(".")[0]][slug.split(".")[1]].get("blanks", ()))
]


@pytest.mark.parametrize("slug", OF_METHODS)
def test_show_tells_once_what_the_class_itself_says(tmp_path: Path, slug: str) -> None:
    """It names the attributes that are read."""
    lecture, _, name = slug.partition(".")
    classes = {node.name: node for node in ast.parse(untouched(lecture)).body if isinstance(node, ast.ClassDef)}
    out = zth(tmp_path, "show", slug).out
    for owner in dict.fromkeys(blank.partition(".")[0] for blank in WORDS[lecture][name]["blanks"]):
        docstring = " ".join((ast.get_docstring(classes[owner]) or "").split())
        assert len(docstring) > 20
        _, *below = re.split(rf"^class {owner}\b.*:\n", out, flags=re.MULTILINE)
        assert len(below) == 1
        assert " ".join(below[0].split()).startswith(f"{docstring} def ")


@pytest.mark.parametrize("slug", ["part4.dcounts", "micrograd.value_add"])
def test_hints_are_three_rungs_and_earlier_ones_stay(tmp_path: Path, slug: str) -> None:
    lecture, _, name = slug.partition(".")
    workspace(tmp_path, part4=untouched("part4"), micrograd=untouched("micrograd"))
    hints = [" ".join(text.split()) for text in WORDS[lecture][name]["hints"]]
    for rung in (1, 2, 3, 3):
        run = zth(tmp_path, "hint", name)
        assert run.status == 0
        text = " ".join(run.out.split())
        assert [hint in text for hint in hints] == [number <= rung for number in (1, 2, 3)]
        assert f"hint {rung} of 3" in text
        assert ("the last" in text) == (rung == 3)


def test_a_check_tells_which_hint_is_next(tmp_path: Path) -> None:
    workspace(tmp_path, part4=replaced(solved("part4"), MIXED))
    assert "zth hint dcounts (1 of 3)" in zth(tmp_path, "check", "dcounts").out
    zth(tmp_path, "hint", "dcounts")
    assert "zth hint dcounts (2 of 3)" in zth(tmp_path, "check", "dcounts").out
    assert "hint 2 of 3" in zth(tmp_path, "hint", "part4.dcounts").out


# ---- zth check: what is graded --------------------------------------------------------------------------------------

TARGETS: dict[str, list[str]] = {
    "part4": [f"part4.{name}" for name in EXERCISES["part4"]],
    "dcounts": ["part4.dcounts"],
    "part4.dcounts": ["part4.dcounts"],
    "exercises/part4.py": [f"part4.{name}" for name in EXERCISES["part4"]],
    "exercises/part4.py::dC": ["part4.dC"],
    "./exercises/part4.py::dC": ["part4.dC"],
    "dC dcounts": ["part4.dcounts", "part4.dC"],
    "dcounts part4.dcounts exercises/part4.py::dcounts": ["part4.dcounts"],
    "dC backward": ["micrograd.backward", "part4.dC"],
    "part4 micrograd": OF_TWO,
    "": [f"part4.{name}" for name in EXERCISES["part4"]],
}


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which part4 has been begun and micrograd has not; nothing in it needs a run."""
    text = untouched("part4") + "\n# begun\n"
    return workspace(tmp_path_factory.mktemp("begun"), part4=text, micrograd=untouched("micrograd"))


@pytest.mark.parametrize("targets", TARGETS, ids=lambda targets: targets or "none")
def test_a_target_is_a_lecture_an_exercise_or_a_file(begun: Path, targets: str) -> None:
    run = zth(begun, "check", *targets.split(), "--json")
    assert run.status == 1
    assert [result["exercise"] for result in run.document["results"]] == TARGETS[targets]


def test_an_absolute_path_is_a_target_too(begun: Path, tmp_path: Path) -> None:
    run = zth(tmp_path, "check", f"{begun}/exercises/part4.py::dC", "--json")
    assert list(run.results) == ["dC"]


def test_with_nothing_begun_all_lectures_are_graded(tmp_path: Path) -> None:
    workspace(tmp_path, part4=untouched("part4"), micrograd=untouched("micrograd"))
    assert [result["exercise"] for result in zth(tmp_path, "check", "--json").document["results"]] == OF_TWO


def test_the_folder_is_found_upwards_or_named(begun: Path, tmp_path: Path) -> None:
    (begun / "exercises/below/deep").mkdir(parents=True, exist_ok=True)
    for run in (
        zth(begun / "exercises/below/deep", "check", "dC", "--json"),
        zth(tmp_path, "check", "dC", "--json", "--workspace", str(begun)),
    ):
        assert run.status == 1
        assert Path(run.results["dC"]["file"]).name == "part4.py"


IN_FRONT = {  # an option in front of the command, and the same behind it
    "--workspace {begun} check dC": "check dC --workspace {begun}",
    "--workspace {begun} --plain check dC": "check dC --plain --workspace {begun}",
    "--color check dC --workspace {begun}": "check dC --color --workspace {begun}",
    "--no-color --workspace {begun} list part4": "list part4 --no-color --workspace {begun}",
    "--workspace {begun} show dC": "show dC --workspace {begun}",
    "--workspace nowhere check dC --workspace {begun}": "check dC --workspace {begun}",
    "--color check dC --no-color --workspace {begun}": "check dC --no-color --workspace {begun}",
    "--workspace nowhere check dC": "check dC --workspace nowhere",
    "--workspace nowhere data": "data --workspace nowhere",
    "--workspace nowhere data fetch names": "data fetch names --workspace nowhere",
    "data --workspace nowhere fetch names": "data fetch names --workspace nowhere",
}


@pytest.mark.parametrize("front", IN_FRONT)
def test_an_option_in_front_of_the_command_holds_for_it(begun: Path, tmp_path: Path, front: str) -> None:
    one, other = (zth(tmp_path, *line.format(begun=begun).split()) for line in (front, IN_FRONT[front]))
    assert (one.status, one.out, one.err) == (other.status, other.out, other.err)
    assert one.out or "zth init nowhere" in one.err
    assert ("\x1b" in one.out) == front.startswith("--color check dC --work")
    assert ("·" in one.out) == (bool(one.out) and "plain" not in front and "show" not in front)


@pytest.mark.parametrize("command", ["init", "demo", "verify part4", "stubs --check"])
def test_a_workspace_is_not_silently_ignored(begun: Path, tmp_path: Path, command: str) -> None:
    run = zth(tmp_path, "--workspace", str(begun), *command.split())
    assert run.status == 2
    assert "--workspace" in run.err
    assert tree(tmp_path) == {}


UNKNOWN = {
    "check dcoutns": "dcounts",
    "check part4.dcount": "dcounts",
    "check part6": "part5",
    "check DCOUNTS": "dcounts",
    "check exercises/part4.py::dcount": "dcounts",
    "check exercises/part6.py": "part5.py",
    "check part4.py": "exercises/part4.py",
    "check dcounts dw2": "dW2",
    "show value_ad": "value_add",
    "show part4.mlpbackward": "mlp_backward",
    "hint trainmanual": "train_manual",
    "list mirograd": "micrograd",
    "verify part44": "part4",
    "chek": "zth check",
    "shwo dcounts": "zth show",
    "intit": "zth init",
}


@pytest.mark.parametrize("command", UNKNOWN)
def test_an_unknown_name_suggests_the_nearest(begun: Path, command: str) -> None:
    run = zth(begun, *command.split())
    assert run.status == 2
    assert run.out == ""
    assert UNKNOWN[command] in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("check qqqqqqq", "zth list"),
        ("check part4.qqqqqqq", "zth list part4"),
        ("show part4", "zth list part4"),
        ("qqqqqqq", "zth --help"),
        ("show", "EXERCISE"),
        ("check --nonsense", "--nonsense"),
        ("check dC --timeout soon", "soon"),
        ("check dC --timeout 0", "0"),
        ("check dC --workspace nowhere", "zth init nowhere"),
        ("check exercises", "exercises"),
        ("check dC --junit-xml nowhere/report.xml", "nowhere"),
    ],
)
def test_a_wrong_call_says_what_would_be_right(begun: Path, command: str, said: str) -> None:
    run = zth(begun, *command.split())
    assert run.status == 2
    assert said in run.err
    assert "Traceback" not in run.err
    assert "itself failed" not in run.err


# ---- zth check: what is told ---------------------------------------------------------------------------------------


def test_every_kind_of_verdict_comes_out_as_it_should(graded: Run) -> None:
    assert graded.status == 1
    results = {r["exercise"]: r["status"] for r in graded.document["results"]}
    todo = {f"micrograd.{name}": "todo" for name in EXERCISES["micrograd"]}
    assert results == {f"part4.{name}": status for name, status in STATUSES.items()} | todo
    assert list(results) == OF_TWO
    assert not graded.left


def no_constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON")


def test_the_document_has_the_fields_that_programs_rely_on(graded: Run) -> None:
    document = json.loads(graded.out, parse_constant=no_constant)
    assert document["version"] == 1
    assert document["course"] == "Neural Networks: Zero to Hero"
    kinds: dict[str, Any] = {
        "exercise": str, "status": str, "message": str, "file": str, "line": int, "seconds": (int, float),
        "diagnosis": (dict, type(None)), "place": (dict, type(None)), "quantities": list, "output": str,
        "draw": (int, type(None)),
    }  # fmt: skip
    for result in document["results"]:
        assert kinds.keys() <= result.keys()
        assert all(isinstance(result[key], kind) for key, kind in kinds.items()), result
        assert result["file"] == f"exercises/{result['exercise'].partition('.')[0]}.py"
        lines = (ROOT / result["file"]).read_text("utf-8").splitlines()
        assert 1 <= result["line"] <= 2 * len(lines)
        assert bool(result["message"]) == (result["status"] != "passed")
    keys = {
        "name", "ok", "expected_shape", "got_shape", "exact", "close", "maxdiff", "worst", "expected", "got",
    }  # fmt: skip
    (quantity,) = graded.results["dcounts"]["quantities"]
    assert keys <= quantity.keys()
    assert (quantity["name"], quantity["ok"]) == ("dcounts", False)
    assert quantity["expected_shape"] == quantity["got_shape"]
    assert (quantity["exact"], quantity["close"]) == (False, False)
    assert quantity["maxdiff"] == pytest.approx(abs(quantity["expected"] - quantity["got"]), rel=1e-3)
    assert len(quantity["worst"]) == 2
    counts = {status: list(STATUSES.values()).count(status) for status in set(STATUSES.values())}
    assert document["summary"] == counts | {"todo": 1 + len(EXERCISES["micrograd"])}


def test_each_verdict_says_what_happened(mixed: Path, graded: Run) -> None:
    results = graded.results
    assert results["dcounts"]["diagnosis"]["kind"] == "misconception"
    assert results["dcounts"]["diagnosis"]["name"] == "forgets-the-sum-path"
    says = [m["says"] for m in WORDS["part4"]["dcounts"]["misconceptions"] if m["name"] == "forgets-the-sum-path"]
    assert [results["dcounts"]["diagnosis"]["says"]] == says
    assert results["dcounts"]["draw"] == 1
    assert "AttributeError" in results["dW2"]["message"]
    assert "a word from dW2" in results["dW2"]["output"]
    assert "by hand" in results["dbnvar"]["message"]
    assert "NaN" in results["dbnmeani"]["message"]
    assert "2 s" in results["dC"]["message"]
    assert "mlp_backward" in results["train_manual"]["message"]
    assert "zth show mlp_backward" in results["train_manual"]["message"]
    source = (mixed / "exercises/part4.py").read_text("utf-8").splitlines()
    assert source[results["dW2"]["line"] - 1] == "    return h @ dlogits.nothing"
    assert "autograd.grad" in source[results["dbnvar"]["line"] - 1]
    assert source[results["dC"]["line"] - 1].strip() == "while True: pass"
    assert "NotImplementedError" in source[results["mlp_backward"]["line"] - 1]
    assert source[results["dcounts"]["line"] - 1].startswith("def dcounts")


def test_the_junit_report_counts_what_is_in_it(mixed: Path, graded: Run) -> None:
    suites = ElementTree.parse(mixed / "report.xml").getroot()
    assert [suite.get("name") for suite in suites] == ["micrograd", "part4"]
    for suite in suites:
        cases = suite.findall("testcase")
        assert [f"{suite.get('name')}.{case.get('name')}" for case in cases] == [
            slug for slug in SLUGS if slug.startswith(f"{suite.get('name')}.")
        ]
        assert int(suite.get("tests", "")) == len(cases)
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(attribute, "")) == len(suite.findall(f"testcase/{tag}"))
    part4 = {case.get("name"): [child.tag for child in case if child.tag != "system-out"] for case in suites[1]}
    tags = {"passed": [], "failed": ["failure"], "forbidden": ["failure"], "blocked": ["failure"], "todo": ["skipped"]}
    assert part4 == {name: tags.get(status, ["error"]) for name, status in STATUSES.items()}
    (said,) = suites[1].findall("testcase[@name='dcounts']/failure")
    assert "counts is also what counts_sum adds up" in said.get("message", "")


def test_a_report_holds_whatever_was_printed_and_is_still_xml(tmp_path: Path) -> None:
    by = "def dW2(h, dlogits):\n    print('\\0\\x1b[31m<&>\"\\ud800 ]]>\\x08')\n    return '<&>\\0'\n\n\n"
    workspace(tmp_path, part4=replaced(solved("part4"), by))
    run = zth(tmp_path, "check", "dW2", "--json", "--junit-xml", "r.xml")
    assert run.status == 1
    assert "<&>" in run.results["dW2"]["output"]
    assert ElementTree.parse(tmp_path / "r.xml").find(".//testcase") is not None


def test_the_report_for_a_person_has_the_same_and_the_next_step(mixed: Path, graded: Run) -> None:
    run = zth(mixed, "check", "part4", "--timeout", "2")
    text = " ".join(run.out.split())
    assert run.status == 1
    assert "✓ compare_grads" in text
    for name, status in STATUSES.items():
        if status not in ("passed", "todo"):
            assert f"✗ {name}" in text
            assert f"exercises/part4.py:{graded.results[name]['line']}" in text
    assert " ".join(graded.results["dcounts"]["diagnosis"]["says"].split()) in text
    assert "draw 1 of 3" in text
    assert "a word from dW2" in text
    assert "· mlp_backward to do" in text
    assert re.search(r"(next|then): zth (hint|show) \w+", text)


def test_x_stops_at_the_first_that_does_not_pass(mixed: Path) -> None:
    run = zth(mixed, "check", "part4", "-x", "--json", "--timeout", "2")
    assert run.status == 1
    first = next(place for place, status in enumerate(STATUSES.values()) if status != "passed")
    graded = [(name, result["status"]) for name, result in run.results.items()]
    assert graded == list(STATUSES.items())[: first + 1]
    assert graded[-1] == ("dcounts", "failed")


def test_x_stops_at_no_exercise_that_was_not_asked_for(tmp_path: Path) -> None:
    """train_manual needs mlp_backward, which is graded without a word."""
    wrong = "def mlp_backward(params, cache, Xb, Yb):\n    return [torch.zeros_like(p) for p in params]\n\n\n"
    workspace(tmp_path, part4=replaced(solved("part4"), wrong))
    run = zth(tmp_path, "check", "train_manual", "-x")
    assert (run.status, run.err) == (1, "")
    assert "This needs mlp_backward, which does not pass yet" in " ".join(run.out.split())


def test_a_file_of_which_nothing_was_graded_is_reported_and_has_not_passed() -> None:
    files = [FileVerdicts("part4", "exercises/part4.py", ())]
    lines = report(files, {"part4": lecture_of("part4")}, {}, Page(80, False, False), verbose=False)
    assert lines[-1] == "Nothing was graded here. `zth check part4` grades all of it."
    assert status_of(files) == 1


def test_verbose_shows_all_the_evidence(tmp_path: Path) -> None:
    """A list that is wrong all over: three lines of evidence are enough, unless all of it is wanted."""
    by = "def train_manual(params, X, Y, steps, generator, batch_size=32, lr=0.1):\n    return [1.0] * steps\n\n\n"
    workspace(tmp_path, part4=replaced(solved("part4"), by))
    short, long = zth(tmp_path, "check", "train_manual").out, zth(tmp_path, "check", "train_manual", "--verbose").out
    assert "--verbose" in short
    assert len(long.splitlines()) > len(short.splitlines())
    assert "--verbose" not in long


def test_all_right_is_0_and_every_status_is_kept(tmp_path: Path) -> None:
    workspace(tmp_path, **{lecture: solved(lecture) for lecture in LECTURES})
    run = zth(tmp_path, "check")
    assert run.status == 0
    for lecture, names in EXERCISES.items():
        assert f"All {len(names)} of {lecture} passed." in run.out
    assert "✗" not in run.out
    kept = json.loads((tmp_path / ".zth/progress.json").read_text("utf-8"))
    assert {slug: record["status"] for slug, record in kept.items()} == dict.fromkeys(SLUGS, "passed")
    where = zth(tmp_path)
    assert where.status == 0
    for lecture, names in EXERCISES.items():
        assert re.search(rf"^{lecture} .* {len(names)}/{len(names)}$", where.out, re.MULTILINE)
    assert "Everything passed" in where.out


def test_all_untouched_is_1_and_the_first_step_is_named(tmp_path: Path) -> None:
    workspace(tmp_path, part4=untouched("part4"))
    run = zth(tmp_path, "check", "part4")
    assert run.status == 1
    first, *more = EXERCISES["part4"]
    assert f" 0/{len(EXERCISES['part4'])}\n" in run.out
    assert f"{first} and {len(more)} more to do" in run.out
    assert f"next: zth show {first}" in run.out


def test_checking_changes_nothing_but_what_zth_remembers(tmp_path: Path) -> None:
    workspace(tmp_path, part4=replaced(solved("part4"), MIXED).replace("\n", "\r\n"))
    before = tree(tmp_path)
    zth(tmp_path, "check", "dcounts")
    after = tree(tmp_path)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {".zth/progress.json", ".zth/verdicts/part4.msgpack"}
    for command in ("list", "show dcounts", ""):
        zth(tmp_path, *command.split())
    assert tree(tmp_path) == after


def test_progress_that_cannot_be_read_or_kept_stops_nobody(tmp_path: Path) -> None:
    workspace(tmp_path, part4=untouched("part4"))
    (tmp_path / ".zth").mkdir()
    (tmp_path / ".zth/progress.json").write_text("{broken")
    assert zth(tmp_path, "list", "part4").status == 0
    assert zth(tmp_path, "check", "dC").status == 1
    assert json.loads((tmp_path / ".zth/progress.json").read_text())["part4.dC"]
    assert (tmp_path / ".zth/progress.unreadable.json").read_text() == "{broken", "it may be of use to somebody"
    shutil.rmtree(tmp_path / ".zth")
    (tmp_path / ".zth").write_text("a file where the folder should be")
    run = zth(tmp_path, "check", "dC")
    assert run.status == 1
    assert "dC to do" in run.out
    assert "progress could not be kept" in run.err


def test_what_needs_another_is_blocked_only_while_that_does_not_pass(tmp_path: Path) -> None:
    """train_manual needs mlp_backward: that is graded too, though nobody asked for it."""
    slip = "    return losses[:1]\n"
    right = solved("part4")
    wrong = right.replace("    return losses\n", slip)
    stub = replaced(right, MIXED.partition("def mlp_backward")[1] + MIXED.partition("def mlp_backward")[2])
    for number, (text, status, named) in enumerate(
        [(right, "passed", ""), (wrong, "failed", ""), (stub, "blocked", "mlp_backward")]
    ):
        folder = workspace(tmp_path / str(number), part4=text)
        run = zth(folder, "check", "train_manual", "--json")
        assert list(run.results) == ["train_manual"]
        assert run.results["train_manual"]["status"] == status
        assert named in run.results["train_manual"]["message"]


LEFT_IN = {  # what stands in a class of gpt, and what is said; LINE: where the forgotten `raise` stands
    "untouched": ("", "", "Still to do: Head.__init__, Head.forward."),
    "code above the raise": (
        "        self.n_embd = n_embd\n",
        "",
        "Line LINE still has the stub's `raise`: delete it. Still to do: Head.forward.",
    ),
    "in the other method": (
        "",
        "        k = self.key(x)\n",
        "Line LINE still has the stub's `raise`: delete it. Still to do: Head.__init__.",
    ),
    "in both": (
        "        self.n_embd = n_embd\n",
        "        k = self.key(x)\n",
        "Lines LINE and LINE still have the stub's `raise`: delete them, and your code will be graded.",
    ),
}


@pytest.mark.parametrize(("one", "other", "said"), LEFT_IN.values(), ids=LEFT_IN.keys())
def test_a_stubs_raise_is_forgotten_only_where_there_is_code(tmp_path: Path, one: str, other: str, said: str) -> None:
    """`super().__init__()` stands in the stub already."""
    mark = '        raise NotImplementedError("gpt.head")\n'
    first, second, rest = untouched("gpt").split(mark)
    text = f"{first}{one}{mark}{second}{other}{mark}{rest}"
    workspace(tmp_path, gpt=text)
    lines = [number for number, line in enumerate(text.splitlines(), 1) if f"{line}\n" == mark]
    for line in lines if one and other else lines[:1] if one else lines[1:]:
        said = said.replace("LINE", str(line), 1)
    verdict = zth(tmp_path, "check", "head", "--json").results["head"]
    assert (verdict["status"], verdict["message"]) == ("todo", said)


def test_in_untouched_stubs_nothing_was_forgotten(tmp_path: Path) -> None:
    workspace(tmp_path, **{lecture: untouched(lecture) for lecture in LECTURES})
    verdicts = zth(tmp_path, "check", *LECTURES, "--json").document["results"]
    assert [v["message"] for v in verdicts if not v["message"].startswith("Still to do")] == []
    assert len(verdicts) == len(SLUGS)


def test_a_stubs_line_that_was_forgotten_under_a_solution_is_told(tmp_path: Path) -> None:
    by = 'def dW2(h, dlogits):\n    return h.T @ dlogits\n    raise NotImplementedError("part4.dW2")\n\n\n'
    workspace(tmp_path, part4=replaced(solved("part4"), by))
    verdict = zth(tmp_path, "check", "dW2", "--json").results["dW2"]
    assert verdict["status"] == "todo"
    text = (tmp_path / "exercises/part4.py").read_text("utf-8").splitlines()
    assert "NotImplementedError" in text[verdict["line"] - 1]
    told = f"Line {verdict['line']} still has the stub's `raise`: delete it, and your code will be graded."
    assert verdict["message"] == told


# ---- zth demo, zth verify, help ------------------------------------------------------------------------------------


def test_the_demo_has_one_right_one_diagnosed_and_the_rest_to_do(tmp_path: Path) -> None:
    run = zth(tmp_path, "demo")
    text = " ".join(run.out.split())
    assert run.status == 0
    assert "✓ compare_grads" in text
    assert "✗ dcounts" in text
    assert "counts is also what counts_sum adds up: each use sends a gradient back, and they add." in text
    assert "return counts_sum_inv * dprobs" in text
    todo = [name for name in EXERCISES["part4"] if name not in ("compare_grads", "dcounts")]
    assert f"· {todo[0]} and {len(todo) - 1} more to do" in text
    assert "zth init" in text
    assert tree(tmp_path) == {}


def test_verify_proves_an_exercise_and_counts_what_it_tried(tmp_path: Path) -> None:
    run = zth(tmp_path, "verify", "zero_grad", "--json")
    assert run.status == 0
    (proof,) = run.document["proofs"]
    assert proof["lecture"] == "micrograd"
    assert proof["findings"] == []
    tried = {"references": 1, "stubs": 1, "misconceptions": len(WORDS["micrograd"]["zero_grad"]["misconceptions"])}
    assert tried.items() <= proof["tried"].items()
    assert tree(tmp_path) == {}


COMMANDS = ["init", "list", "show", "check", "hint", "solution", "reset", "undo", "update"]
COMMANDS += ["data", "demo", "verify", "stubs"]


@pytest.mark.parametrize("command", ["", *COMMANDS, "data fetch"])
def test_every_command_has_its_help(tmp_path: Path, command: str) -> None:
    long, short = zth(tmp_path, *command.split(), "--help"), zth(tmp_path, *command.split(), "-h")
    assert long.status == short.status == 0
    assert long.out == short.out
    assert f"Usage: zth {command}".strip() in long.out
    assert len(long.out.split()) > 25
    if not command:
        assert all(f"\n  {name} " in long.out for name in COMMANDS)


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert version in zth(tmp_path, "--version").out


# ---- terminals -----------------------------------------------------------------------------------------------------

PAGES = ["", "list", "show mlp_backward", "show neuron", "hint dW2", "data", "demo"]
SOME = " ".join(f"part4.{name}" for name in TOLD if name != "dC")  # which takes its time
PAGES += [f"check {SOME}", f"check {SOME} --verbose"]


@pytest.mark.parametrize("command", PAGES[1:], ids=lambda command: command.replace(SOME, "some"))
def test_plain_pages_are_made_of_plain_signs_alone(mixed: Path, command: str) -> None:
    run = zth(mixed, *command.split(), "--plain")
    assert run.out.isascii(), [line for line in run.out.splitlines() if not line.isascii()]
    assert "\x1b" not in run.out
    assert "?" not in run.out or "?" in zth(mixed, *command.split()).out, "a sign that could not be shown"


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": ""},
        {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": ""},
        {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": ""},
    ],
    ids=["ascii", "C", "latin-1", "cp1252"],
)
@pytest.mark.parametrize("command", ["", "list", "check part4.dW2 part4.dcounts"])
def test_a_terminal_that_cannot_show_the_signs_gets_plain_ones(
    mixed: Path, graded: Run, environment: dict[str, str], command: str
) -> None:
    run = shown(mixed, *command.split(), **environment)
    assert run.status in (0, 1)
    assert run.err == ""
    assert run.out.isascii()


@pytest.mark.parametrize("environment", [{"LC_ALL": "C", "LANG": "C"}, {"LANG": "C.UTF-8"}], ids=["C", "C.UTF-8"])
def test_a_plain_locale_is_no_trouble(mixed: Path, environment: dict[str, str]) -> None:
    run = shown(mixed, "list", **environment, PYTHONUTF8="")
    assert (run.status, run.err) == (0, "")


@pytest.mark.parametrize("command", ["", "list", "check part4.dcounts part4.dbnvar", "hint dC"])
def test_colour_is_only_where_it_is_wanted(mixed: Path, graded: Run, command: str) -> None:
    on, off = zth(mixed, *command.split(), *(["--color"] if command else [])), zth(mixed, *command.split())
    assert "\x1b" not in off.out
    if command:
        assert "\x1b[" in on.out
        assert "\x1b" not in zth(mixed, *command.split(), "--no-color").out
        assert re.sub(r"\x1b\[[0-9;]*m", "", on.out) == off.out or "hint" in command


def on_a_terminal(folder: Path, *arguments: str, **environment: str) -> str:
    """What `zth` writes to a terminal."""
    ours, theirs = pty.openpty()
    surroundings = os.environ | {"COLUMNS": "80", "PYTHONUTF8": "1", "TERM": "xterm"} | environment
    process = subprocess.Popen(
        [ZTH, *arguments], cwd=folder, env=surroundings, stdout=theirs, stderr=theirs, stdin=theirs
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            data = os.read(ours, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        written += data
    os.close(ours)
    process.wait(timeout=60)
    return written.decode("utf-8")


def test_a_terminal_gets_colour_unless_it_asks_for_none(begun: Path) -> None:
    assert "\x1b[" in on_a_terminal(begun, "list", NO_COLOR="")
    assert "\x1b" not in on_a_terminal(begun, "list", NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(begun, "list", TERM="dumb")
    assert "\x1b" not in on_a_terminal(begun, "list", "--no-color")
    assert "\x1b[" in on_a_terminal(begun, "list", "--color", NO_COLOR="1")


STUB_LINES = {line.strip() for lecture in LECTURES for line in untouched(lecture).splitlines()}


@pytest.mark.parametrize("command", PAGES, ids=lambda command: command.replace(SOME, "some"))
@pytest.mark.parametrize("columns", [50, 80])
def test_no_line_is_longer_than_the_terminal(mixed: Path, graded: Run, command: str, columns: int) -> None:
    run = shown(mixed, *command.split(), COLUMNS=str(columns))
    long = [line for line in run.out.splitlines() if len(line) > columns]
    code = [line for line in long if line.strip() in STUB_LINES or line.strip().startswith("def ")]  # is not folded
    assert [line for line in long if line not in code] == []
    assert [line for line in run.out.splitlines() if line != line.rstrip()] == []


def test_behind_a_pipe_lines_are_as_long_as_the_terminal_that_errors_go_to(mixed: Path) -> None:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 50))
    surroundings = {name: value for name, value in os.environ.items() if name != "COLUMNS"} | {"PYTHONUTF8": "1"}
    command = [ZTH, "list", "part4"]
    done = subprocess.run(command, cwd=mixed, env=surroundings, stdout=subprocess.PIPE, stderr=theirs, check=True)
    os.close(theirs)
    os.close(ours)
    longest = max(len(line) for line in done.stdout.decode().splitlines())
    assert 40 < longest <= 50


@pytest.mark.parametrize(
    "command", ["--help", "check --help", "data fetch -h", "check qqqqqq", "check dcoutns", "init elsewhere"]
)
def test_help_and_troubles_fit_a_narrow_terminal_too(begun: Path, tmp_path: Path, command: str) -> None:
    folder = tmp_path if "init" in command else begun
    run = shown(folder, *command.split(), COLUMNS="50")
    assert [line for line in (run.out + run.err).splitlines() if len(line) > 50] == []


def test_experiments_at_file_level_may_print_and_are_shown_only_when_something_is_wrong(tmp_path: Path) -> None:
    printing = AT_THE_END + "\nprint('a word at file level')\n"
    workspace(tmp_path / "right", part4=replaced(solved("part4"), printing))
    workspace(tmp_path / "wrong", part4=replaced(replaced(solved("part4"), MIXED), printing))
    right, wrong = zth(tmp_path / "right", "check", "dcounts"), zth(tmp_path / "wrong", "check", "dcounts")
    assert (right.status, wrong.status) == (0, 1)
    assert "a word at file level" not in right.out
    assert "a word at file level" in wrong.out
