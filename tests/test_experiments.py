"""The experiment at the end of a lecture's file: what a learner has written, at work."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from workspaces import solved, untouched


def run(folder: Path, lecture: str, text: str) -> subprocess.CompletedProcess[str]:
    """Run a lecture's file as a learner does."""
    file = folder / f"{lecture}.py"
    file.write_text(text, "utf-8")
    command = [sys.executable, file.name]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=100)


def numbers_after(word: str, text: str) -> list[float]:
    return [float(number) for number in re.findall(rf"{word} +(-?[\d.]+)", text)]


def test_the_experiments_of_micrograd_succeed_with_the_solutions(tmp_path: Path) -> None:
    ended = run(tmp_path, "micrograd", solved("micrograd"))
    assert ended.returncode == 0, ended.stderr
    examples, moons = ended.stdout.split("\n\n", 1)
    for part in (examples, moons):
        first, *_, last = numbers_after("loss", part)
        assert last < first / 2, part
    assert all(
        abs(y - t) < 0.5 for y, t in zip(*(numbers_after(w, examples) for w in ("prediction", "target")), strict=True)
    )
    assert numbers_after("accuracy", moons)[0] >= 90
    assert {"x", "o", "."} <= set(moons[moons.index("%") :])  # the boundary, as text


@pytest.mark.parametrize("lecture", ["micrograd"])
def test_an_experiment_that_still_lacks_an_exercise_says_so_in_one_sentence(lecture: str, tmp_path: Path) -> None:
    ended = run(tmp_path, lecture, untouched(lecture))
    assert (ended.returncode, ended.stderr) == (0, "")
    sentence = ended.stdout.splitlines()[-1]
    assert re.search(rf"zth show {lecture}\.\w+", sentence)
    assert "Traceback" not in ended.stdout


def test_half_of_micrograd_is_enough_for_half_of_the_experiment(tmp_path: Path) -> None:
    text = solved("micrograd").replace(
        "    costs = [", '    raise NotImplementedError("micrograd.max_margin_loss")\n    costs = ['
    )
    ended = run(tmp_path, "micrograd", text)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "prediction" in ended.stdout
    assert "zth show micrograd.max_margin_loss" in ended.stdout.splitlines()[-1]


def test_draw_dot_of_micrograd_writes_every_node_and_every_edge_once() -> None:
    module: dict[str, Any] = {"__name__": "micrograd"}
    exec(solved("micrograd"), module)
    a, b = module["Value"](2.0, label="a"), module["Value"](-3.0, label="b")
    h = a * b
    lines = module["draw_dot"](h + h * a).splitlines()
    assert (lines[0], lines[-1]) == ("digraph {", "}")
    assert sum("shape=record" in line for line in lines) == 5  # a, b, h, h * a, the sum
    assert sum(" -> " in line for line in lines) == 6 + 3  # operands to operations, and these to their results
