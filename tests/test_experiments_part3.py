"""`python exercises/part3.py`: the lecture's experiments in numbers; kind on a half-finished file."""

import re
from pathlib import Path

import pytest
from experimenting import experiment
from workspaces import replaced, solved, untouched

STILL_TO_DO = "def propagate_std(x, weights, act):\n    raise NotImplementedError('part3.propagate_std')\n\n\n"


def numbers(pattern: str, printed: str) -> list[float]:
    return [float(number) for number in re.findall(pattern, printed, re.M)]


def test_what_is_mended_is_better_and_what_is_normalised_learns(tmp_path: Path) -> None:
    printed = experiment(tmp_path, "part3", solved("part3"))
    (even,) = numbers(r"an even guess has ([\d.]+)", printed)
    drawn, scaled = numbers(r"^  (?:all weights as they are drawn|output layer scaled down) +([\d.]+)$", printed)
    assert abs(scaled - even) < 0.1 < drawn - even
    as_drawn, kaiming = numbers(r"([\d.]+)% saturated   0 of", printed)
    assert kaiming < as_drawn / 2
    healthy, killing = numbers(r"learning rate .* (\d+) dead$", printed)
    assert healthy == 0 < killing
    assert "a step moves b2\n" in printed
    shrinking, steady, saturated = (
        [float(std) for std in re.split(" +", line)] for line in re.findall(r"^  gain \S+ +(.*)$", printed, re.M)
    )
    assert len(steady) == 5
    assert shrinking[-1] < steady[-1] < saturated[-1]
    before, after = re.split(r"\nSix layers", printed)
    for part in (before, after):
        losses = numbers(r"mean loss ([\d.]+)", part)
        assert losses[-1] < losses[0] - 0.2
    assert numbers(r"is further off than (\S+)$", printed)[0] < 1e-4
    assert numbers(r"a bias before BatchNorm: (\S+)$", printed) == [0.0]
    assert "47024 parameters" in after
    assert len(numbers(r"tanh    std ([\d.]+)", after)) == 5
    assert len(numbers(r"update:data (-[\d.]+)$", after)) == 6


@pytest.mark.parametrize(
    ("text", "missing", "lines"),
    [
        (untouched("part3"), "expected_initial_loss", 0),
        (replaced(solved("part3"), STILL_TO_DO), "propagate_std", 11),
    ],
    ids=["untouched", "half done"],
)
def test_it_goes_as_far_as_it_can_and_names_what_is_next(tmp_path: Path, text: str, missing: str, lines: int) -> None:
    printed = experiment(tmp_path, "part3", text)
    *before, last = printed.splitlines()
    assert sum(bool(line.strip()) for line in before) == lines
    assert last == (
        f"This is how far it goes for now: part3.{missing} is still to do, "
        f"and `zth show part3.{missing}` says what it asks for."
    )
