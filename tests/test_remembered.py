"""An unchanged file is not graded again; whatever a verdict rests on makes it be."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from test_architecture import modules_after
from workspaces import ROOT, Run, replaced, solved, untouched, workspace, zth

SLIP = "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n    return counts_sum_inv * dprobs\n"
PRINTS = "def dW2(h, dlogits):\n    print('a word')\n    return dlogits\n"
LOOPS = "def dC(demb, Xb, vocab_size):\n    while True: pass\n"
AGAIN = "Nothing has changed since the last check"


def own(folder: Path) -> Path:
    return folder / "exercises/part4.py"


def graded(folder: Path, *arguments: str) -> bool:
    """Whether a check graded anything: it needs torch for that."""
    return "torch" in modules_after(folder, "check", *arguments)[1]


@pytest.fixture
def checked(tmp_path: Path) -> Path:
    """A folder whose part4 was checked: nearly all right."""
    folder = workspace(tmp_path / "own", part4=replaced(replaced(solved("part4"), SLIP), PRINTS))
    zth(folder, "check", "part4")
    return folder


def without(run: Run) -> Run:
    """A run without the words that nothing has changed."""
    return Run(run.status, run.out.partition(f"\n{AGAIN}")[0], run.err)


@pytest.mark.parametrize("arguments", ["part4", "part4 --verbose", "part4 --json", "", "dcounts dW2", "part4 -x"])
def test_an_unchanged_file_is_answered_for_without_torch_and_word_for_word(checked: Path, arguments: str) -> None:
    fresh = zth(checked, "check", *arguments.split(), "--fresh")
    assert not graded(checked, *arguments.split())
    again = zth(checked, "check", *arguments.split())
    assert without(again) == without(fresh) or "--json" in arguments
    assert (AGAIN in again.out) == ("--json" not in arguments)
    if "--json" in arguments:
        assert [{**r, "seconds": 0} for r in again.document["results"]] == [
            {**r, "seconds": 0} for r in fresh.document["results"]
        ]


def edit(folder: Path) -> None:
    own(folder).write_text(own(folder).read_text("utf-8") + "# one more line\n", "utf-8")


def forget(folder: Path) -> None:
    shutil.rmtree(folder / ".zth/verdicts")


def spoil(folder: Path) -> None:
    (folder / ".zth/verdicts/part4.msgpack").write_bytes(b"\x93nonsense")


def halve(folder: Path) -> None:
    path = folder / ".zth/verdicts/part4.msgpack"
    path.write_bytes(path.read_bytes()[:1000])


CHANGES: dict[str, Callable[[Path], None]] = {"the file": edit, "gone": forget, "spoilt": spoil, "half": halve}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_has_changed_is_graded_again(checked: Path, change: Callable[[Path], None]) -> None:
    change(checked)
    assert graded(checked, "part4")
    assert not graded(checked, "part4")


def test_line_ends_and_a_touch_change_nothing(checked: Path) -> None:
    own(checked).write_bytes(own(checked).read_bytes().replace(b"\n", b"\r\n"))
    assert not graded(checked, "part4")


def test_fresh_grades_and_another_timeout_does_too(checked: Path) -> None:
    assert graded(checked, "part4", "--fresh")
    assert graded(checked, "part4", "--timeout", "7")
    assert not graded(checked, "part4", "--timeout", "7")
    assert graded(checked, "part4", "--timeout", "6")


def test_a_part_of_what_is_known_is_known_and_the_rest_is_graded(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "own", part4=replaced(solved("part4"), SLIP))
    assert graded(folder, "dcounts", "dW2")
    assert not graded(folder, "dW2")
    assert not graded(folder, "dcounts")
    assert graded(folder, "dC")
    assert graded(folder, "part4")
    assert not graded(folder, "dC", "db2")


def test_x_remembers_as_far_as_it_went_and_no_further(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "own", part4=replaced(solved("part4"), SLIP))
    assert graded(folder, "part4", "-x")
    first = zth(folder, "check", "part4", "-x")
    assert AGAIN in first.out
    assert graded(folder, "part4"), "what comes after the first failure was not looked at"
    assert not graded(folder, "part4", "-x")
    assert without(zth(folder, "check", "part4", "-x")) == without(first)


def test_x_on_an_exercise_whose_need_does_not_pass_says_so(tmp_path: Path) -> None:
    wrong = "def mlp_backward(params, cache, Xb, Yb):\n    return {}\n"
    folder = workspace(tmp_path / "own", part4=replaced(solved("part4"), wrong))
    for _ in range(2):
        run = zth(folder, "check", "-x", "train_manual")
        assert (run.status, run.err) == (1, "")
        assert "train_manual  blocked" in run.out


def test_what_hung_on_the_clock_is_tried_again(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "own", part4=replaced(solved("part4"), LOOPS))
    for _ in range(2):
        assert zth(folder, "check", "dC", "--timeout", "1", "--json").results["dC"]["status"] == "timeout"
    assert graded(folder, "dC", "--timeout", "1")


def test_a_file_beside_it_counts_where_it_is_imported(tmp_path: Path) -> None:
    code = "from helping import way\n\n\n" + SLIP.replace("counts_sum_inv * dprobs", "way(counts_sum_inv, dprobs)")
    folder = workspace(tmp_path / "own", part4=replaced(solved("part4"), code))
    helper = folder / "exercises/helping.py"
    helper.write_text("def way(a, b):\n    return a * b\n")
    zth(folder, "check", "dcounts")
    assert not graded(folder, "dcounts")
    helper.write_text("def way(a, b):\n    return a + b\n")
    assert graded(folder, "dcounts")
    (folder / "exercises/unrelated.txt").write_text("text")
    assert not graded(folder, "dcounts")


def test_the_grader_counts_and_so_do_words_and_solutions(tmp_path: Path) -> None:
    """A copy of the whole course, in which one thing after the other is changed."""
    course = tmp_path / "course"
    for name in ("grader", "solutions", "exercises"):
        shutil.copytree(ROOT / name, course / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", course)
    code = "from grader.cli import remembered; print(remembered._grader('part4').hex())"

    def digest() -> str:
        by = os.environ | {"PYTHONPATH": str(course)}
        return subprocess.run([sys.executable, "-c", code], cwd=course, env=by, capture_output=True, text=True).stdout

    found = [digest(), digest()]
    assert found[0] == found[1]
    for name in ("grader/lectures/part4.toml", "grader/lectures/part4.py", "solutions/part4.py",
                 "solutions/alternatives/part4.py", "grader/judging/words.py", "grader/sandbox/worker.py"):  # fmt: skip
        with (course / name).open("a", encoding="utf-8") as file:
            file.write("\n# changed\n")
        found.append(digest())
    assert len(set(found)) == len(found) - 1
    (course / "grader/lectures/part1.toml").open("a").close()
    assert digest() == found[-1]


def test_hints_that_tell_more_are_told_and_what_they_tell_is_not_kept(tmp_path: Path) -> None:
    wrong = "def dprobs(dlogprobs, probs):\n    first = dlogprobs * probs\n    return first\n"
    folder = workspace(tmp_path / "own", part4=replaced(untouched("part4"), wrong))
    zth(folder, "check", "dprobs")
    for rung in (1, 2, 3):
        zth(folder, "hint", "dprobs")
        out = zth(folder, "check", "dprobs").out
        assert "one change here makes your answer right" in out
        assert ("multiplied, or divided?" in out, "dlogprobs / probs" in out) == (rung >= 2, rung == 3)
        for path in (folder / ".zth").rglob("*"):
            if path.is_file() and path.name != "part4.py":
                assert b"dlogprobs / probs" not in path.read_bytes()
                assert b"divided?" not in path.read_bytes()


def test_progress_is_noted_from_memory_too_and_no_try_is_counted_twice(checked: Path) -> None:
    progress = checked / ".zth/progress.json"
    before = progress.read_bytes()
    zth(checked, "check", "part4")
    assert progress.read_bytes() == before
    progress.unlink()
    assert not graded(checked, "part4")
    assert progress.read_bytes() == before


def test_another_file_of_the_lecture_is_no_business_of_the_folder(checked: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere/part4.py"
    other.parent.mkdir()
    shutil.copy(own(checked), other)
    assert graded(checked, str(other))
    assert graded(checked, str(other))
    assert not (other.parent / ".zth").exists()


def test_where_verdicts_cannot_be_kept_all_is_graded_again(checked: Path) -> None:
    shutil.rmtree(checked / ".zth/verdicts")
    (checked / ".zth/verdicts").write_text("a file where the folder should be")
    for _ in range(2):
        run = zth(checked, "check", "part4")
        assert (run.status, run.err) == (1, "")
        assert AGAIN not in run.out
