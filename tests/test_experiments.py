"""The experiment at the end of a lecture's file: what a learner has written, at work."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from experimenting import experiment
from workspaces import solved, untouched

from grader.course.outline import ORDER


def numbers_after(word: str, text: str) -> list[float]:
    return [float(number) for number in re.findall(rf"{word} +(-?[\d.]+)", text)]


def test_the_experiments_of_micrograd_succeed_with_the_solutions(tmp_path: Path) -> None:
    examples, moons = experiment(tmp_path, "micrograd", solved("micrograd")).split("\n\n", 1)
    for part in (examples, moons):
        first, *_, last = numbers_after("loss", part)
        assert last < first / 2, part
    assert all(
        abs(y - t) < 0.5 for y, t in zip(*(numbers_after(w, examples) for w in ("prediction", "target")), strict=True)
    )
    assert numbers_after("accuracy", moons)[0] >= 90
    assert {"x", "o", "."} <= set(moons[moons.index("%") :])  # the boundary, as text


HALF_WRITTEN = {
    "untouched": lambda text: text,
    "nothing but its raise": lambda text: re.sub(r"raise NotImplementedError\(.*\)", "raise NotImplementedError", text),
    "empty functions": lambda text: re.sub(r"raise NotImplementedError\(.*\)", "pass", text),
}


@pytest.mark.parametrize("lecture", ORDER)
@pytest.mark.parametrize("half_written", HALF_WRITTEN.values(), ids=HALF_WRITTEN)
def test_an_experiment_on_a_half_written_file_ends_with_a_sentence_that_names_the_next_command(
    lecture: str, half_written: Callable[[str], str], tmp_path: Path
) -> None:
    sentence = experiment(tmp_path, lecture, half_written(untouched(lecture))).splitlines()[-1]
    assert re.search(rf"`zth (show|check) {lecture}(\.\w+)?`", sentence)


@pytest.mark.parametrize("lecture", [lecture for lecture in ORDER if ".txt" in solved(lecture)])
def test_an_experiment_without_its_data_says_which_file_it_reads(lecture: str, tmp_path: Path) -> None:
    sentence = experiment(tmp_path, lecture, solved(lecture), data=False).splitlines()[-1]
    assert re.search(r"reads .*\.txt, and that file is not there: `zth data`", sentence)


def test_half_of_micrograd_is_enough_for_half_of_the_experiment(tmp_path: Path) -> None:
    text = solved("micrograd").replace(
        "    costs = [", '    raise NotImplementedError("micrograd.max_margin_loss")\n    costs = ['
    )
    printed = experiment(tmp_path, "micrograd", text)
    assert "prediction" in printed
    assert "zth show micrograd.max_margin_loss" in printed.splitlines()[-1]


def test_draw_dot_of_micrograd_writes_every_node_and_every_edge_once() -> None:
    module: dict[str, Any] = {"__name__": "micrograd"}
    exec(solved("micrograd"), module)
    a, b = module["Value"](2.0, label="a"), module["Value"](-3.0, label="b")
    h = a * b
    lines = module["draw_dot"](h + h * a).splitlines()
    assert (lines[0], lines[-1]) == ("digraph {", "}")
    assert sum("shape=record" in line for line in lines) == 5  # a, b, h, h * a, the sum
    assert sum(" -> " in line for line in lines) == 6 + 3  # operands to operations, and these to their results
