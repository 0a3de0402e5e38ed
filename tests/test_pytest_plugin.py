"""The exercises in pytest: one item each, as a learner and an editor see them, and nothing of it anywhere else."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from workspaces import ROOT, Run, replaced, solved, untouched, workspace

from grader.course.blanks import exercise_names

SLIPS = """def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    return counts_sum_inv * dprobs


def dW2(h, dlogits):
    print("a word from dW2")
    return h @ dlogits.nothing


def mlp_backward(params, cache, Xb, Yb):
    raise NotImplementedError("part4.mlp_backward")


"""
OUTCOMES = {"dcounts": "failed", "dW2": "failed", "mlp_backward": "skipped", "train_manual": "skipped"}


def pytest_in(folder: Path, *arguments: str, **environment: str) -> Run:
    """Run pytest in a folder, as its own user would."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    surroundings = mine | {"COLUMNS": "100", "PYTHONUTF8": "1"} | environment
    command = [sys.executable, "-m", "pytest", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False, timeout=100
    )
    return Run(done.returncode, done.stdout, done.stderr)


def outcomes(report: Path) -> dict[str, str]:
    """What a JUnit report says of each test case."""
    cases = ElementTree.parse(report).getroot().iter("testcase")
    kinds = {"failure": "failed", "error": "error", "skipped": "skipped"}
    return {str(c.get("name")): next((kinds[part.tag] for part in c if part.tag in kinds), "passed") for c in cases}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with right, wrong, raising and unwritten exercises of one lecture; another is untouched."""
    folder = tmp_path_factory.mktemp("mixed")
    return workspace(folder, part4=replaced(solved("part4"), SLIPS), micrograd=untouched("micrograd"))


@pytest.fixture(scope="module")
def graded(mixed: Path) -> Run:
    return pytest_in(mixed, "exercises", "-rsf", "--junit-xml", "report.xml")


def test_every_exercise_is_an_item_with_its_outcome(mixed: Path, graded: Run) -> None:
    assert graded.status == 1
    expected = dict.fromkeys(exercise_names("micrograd"), "skipped")
    expected |= dict.fromkeys(exercise_names("part4"), "passed") | OUTCOMES
    assert outcomes(mixed / "report.xml") == expected


def test_a_failure_is_told_with_its_meaning_and_the_line_to_look_at(mixed: Path, graded: Run) -> None:
    line = (mixed / "exercises/part4.py").read_text("utf-8").split("\n").index("    return counts_sum_inv * dprobs") + 1
    (told,) = re.findall(r"^_+ dcounts _+$(.*?)^_+ dW2 _+$", graded.out, re.M | re.S)
    assert "Your gradient goes back only through probs." in told
    assert f"{line}  return counts_sum_inv * dprobs" in told
    assert "one change here makes your answer right" in told
    assert f"\nexercises/part4.py:{line}: failed\n" in told
    assert "FAILED exercises/part4.py::dcounts - Your gradient goes back only" in graded.out
    assert "Traceback" not in graded.out
    assert "collecting.py" not in graded.out


def test_what_an_exercise_prints_is_shown_with_its_failure(graded: Run) -> None:
    assert re.search(r"Captured stdout call -+\na word from dW2\n", graded.out)


def test_what_is_to_do_or_waits_is_skipped_and_says_what_to_do(graded: Run) -> None:
    assert re.search(r"SKIPPED \[1\] exercises/part4.py:\d+: to do: `zth show mlp_backward`", graded.out)
    assert re.search(r"SKIPPED \[1\] exercises/part4.py:\d+: This needs mlp_backward, which is still to do", graded.out)


def test_progress_is_kept_as_by_a_check(mixed: Path, graded: Run) -> None:
    records = json.loads((mixed / ".zth/progress.json").read_text())
    assert records["part4.dcounts"]["status"] == "failed"
    assert records["part4.dcounts"]["tries"] == 1
    assert records["part4.linear1"]["status"] == "passed"


def test_collecting_runs_nothing(tmp_path: Path) -> None:
    workspace(tmp_path, part4="open('was-run', 'w')\n" + solved("part4"))
    for target in ("exercises", "exercises/part4.py"):  # pytest itself would import a file that is named
        run = pytest_in(tmp_path, target, "--collect-only", "-q")
        found = [line for line in run.out.splitlines() if "::" in line]
        assert found == [f"exercises/part4.py::{name}" for name in exercise_names("part4")]
    assert not list(tmp_path.rglob("was-run"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["exercises", "-k", "dcounts or linear1"],
            {"dcounts": "failed", "dcounts_sum": "passed", "linear1": "passed"},
        ),
        (["exercises/part4.py::dW2"], {"dW2": "failed"}),
        (["exercises/part4.py", "-k", "linear1 or dlinear", "--doctest-modules"], {"linear1": "passed"}),
    ],
)
def test_only_what_is_chosen_is_graded(mixed: Path, arguments: list[str], told: dict[str, str]) -> None:
    run = pytest_in(mixed, *arguments, "--junit-xml", "chosen.xml")
    found = outcomes(mixed / "chosen.xml")
    assert {name: found.get(name) for name in told} == told
    assert run.status == int("failed" in told.values())
    assert len(found) < 5


@pytest.mark.skipif(not importlib.util.find_spec("xdist"), reason="pytest-xdist is not here: pip install -e '.[xdist]'")
def test_two_workers_tell_the_same_and_grade_a_file_once(tmp_path: Path) -> None:
    workspace(tmp_path, part4=replaced(solved("part4"), SLIPS))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    run = pytest_in(tmp_path, "exercises", "-n", "2", "--junit-xml", "report.xml", TMPDIR=str(scratch))
    assert "2 workers" in run.out
    assert outcomes(tmp_path / "report.xml") == dict.fromkeys(exercise_names("part4"), "passed") | OUTCOMES
    assert "Your gradient goes back only through probs." in run.out
    assert json.loads((tmp_path / ".zth/progress.json").read_text())["part4.dcounts"]["tries"] == 1
    assert not list(scratch.glob("zth-*"))


@pytest.mark.skipif(not importlib.util.find_spec("xdist"), reason="pytest-xdist is not here: pip install -e '.[xdist]'")
def test_more_workers_than_items_take_nothing_from_each_other(tmp_path: Path) -> None:
    workspace(tmp_path, part4=solved("part4"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    run = pytest_in(tmp_path, "exercises/part4.py::dcounts", "-n", "3", TMPDIR=str(scratch))
    assert run.status == 0, run.out
    assert not list(scratch.glob("zth-*"))


CONFTEST = """
import sys, threading, pytest, warnings
warnings.simplefilter("error")
threading.Thread(target=threading.Event().wait, daemon=True).start()

@pytest.fixture(autouse=True)
def around(request):
    yield

def pytest_collection_modifyitems(items):
    items.reverse()

def pytest_unconfigure(config):
    open("modules.txt", "w").write("\\n".join(sys.modules))
"""


def test_in_somebodys_project_beside_their_own_tests(tmp_path: Path) -> None:
    """Their conftest.py, their settings; their process gets nothing heavy."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\naddopts = --strict-markers --import-mode=importlib\nfilterwarnings = error\npython_files = *.py\n"
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_own.py").write_text("def test_own():\n    pass\n")
    workspace(tmp_path / "course", part4=replaced(solved("part4"), SLIPS))
    run = pytest_in(tmp_path, "tests", "course", "--junit-xml", "report.xml")
    found = outcomes(tmp_path / "report.xml")
    assert found == {"test_own": "passed"} | dict.fromkeys(exercise_names("part4"), "passed") | OUTCOMES
    assert "\ncourse/exercises/part4.py:" in run.out
    assert not {"torch", "numpy"} & set((tmp_path / "modules.txt").read_text().split("\n"))
    assert (tmp_path / "course/.zth").is_dir()
    assert not (tmp_path / ".zth").exists()


@pytest.mark.parametrize("folder", ["exercises", "course", "."])
def test_a_file_of_another_kind_is_left_to_pytest(tmp_path: Path, folder: str) -> None:
    """Whatever it is called: somebody else's exercises/gpt.py, or ours in another folder."""
    (tmp_path / folder).mkdir(exist_ok=True)
    text = "def block(x):\n    return x\n\n\ndef test_block():\n    assert block(1) == 1\n"
    (tmp_path / folder / "gpt.py").write_text(text if folder == "exercises" else text + untouched("gpt"))
    (tmp_path / folder / "test_other.py").write_text(text)
    assert "1 passed" in pytest_in(tmp_path, folder).out
    if folder == "exercises":
        assert "1 passed" in pytest_in(tmp_path, "exercises/gpt.py").out
    assert not (tmp_path / ".zth").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (replaced(untouched("part4"), "def dW2(h, dlogits):\n    return h @ (dlogits\n\n\n"), "does not compile"),
        (replaced(solved("part4"), "def dW2(h, dlogits):\n    return h.T @ dlogits\n\n\n") + "\n1 / 0\n", ""),
        (b"\xff\xfe" + untouched("part4").encode("utf-16-le"), "Save it again as UTF-8"),
    ],
    ids=["does not compile", "raises at file level", "utf-16"],
)
def test_a_file_that_is_broken_is_still_graded(tmp_path: Path, text: str | bytes, words: str) -> None:
    workspace(tmp_path, part4=text)
    (tmp_path / ".zth").mkdir()
    run = pytest_in(tmp_path, "exercises", "-k", "dW2")
    assert words in run.out
    assert ("1 failed" if words else "1 passed") in run.out
    assert "INTERNALERROR" not in run.out + run.err


def test_where_pytest_cannot_grade_it_says_so(tmp_path: Path) -> None:
    workspace(tmp_path, part4=solved("part4"))
    (tmp_path / "conftest.py").write_text(
        "import os\ndef pytest_runtest_setup(item):\n    os.environ['PYTHONHOME'] = '/nowhere'\n"
    )
    run = pytest_in(tmp_path, "exercises", "-k", "dW2")
    assert "zth itself failed; this is no fault of yours." in run.out
    assert "1 failed" in run.out


def test_the_plugin_is_loaded_here_and_the_projects_own_tests_are_as_before() -> None:
    run = pytest_in(ROOT, "--collect-only", "-q", "tests/test_words.py", "tests/test_repairs.py")
    assert run.status == 0
    assert all(line.startswith("tests/") for line in run.out.splitlines() if "::" in line)
