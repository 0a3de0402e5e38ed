"""`python exercises/part2.py`: by heart, learning rates, splits, two knobs, names; kind on a half-finished file."""

import re
from pathlib import Path

import pytest
from experimenting import experiment
from workspaces import replaced, solved, untouched

FEWER_STEPS = ("steps: int = 16_000", "steps: int = 1600")


def run(folder: Path, text: str) -> str:
    """What the file prints when it is run for fewer steps."""
    assert FEWER_STEPS[0] in text
    return experiment(folder, "part2", text.replace(*FEWER_STEPS))


def numbers(pattern: str, printed: str) -> list[float]:
    return [float(number) for number in re.findall(pattern, printed, re.M)]


def test_it_learns_by_heart_finds_a_rate_and_chooses_the_best_on_dev(tmp_path: Path) -> None:
    printed = run(tmp_path, solved("part2"))
    by_heart, rates, *models, chosen, invented = (
        printed.split("\n\n")[:1] + re.split(r"\n\n(?=one step|\d+ numbers for|best on dev|names that)", printed)[1:]
    )

    shapes = re.findall(r"\(\d+, \d+(?:, \d+)?\)", by_heart)
    assert [shape.split(", ", 1)[1] for shape in shapes] == ["3)", "3, 2)", "6)", "100)", "27)"]
    losses = numbers(r"loss +([\d.]+)$", by_heart)
    assert len(losses) == 6
    assert losses[-1] < 1 < losses[0]

    means = numbers(r"mean loss +([\d.]+)$", rates)
    assert len(means) == 8
    assert means[0] > min(means) < means[-1]

    assert len(models) == 4
    parameters = [int(count) for model in models for count in re.findall(r": (\d+) parameters", model)]
    assert parameters == [1781, 6881, 3197, 11897]
    for model in models:
        trained = numbers(r"mean loss ([\d.]+)$", model)
        assert len(trained) == 4
        assert trained[-1] < trained[0] - 0.2
    dev = [numbers(r"dev ([\d.]+)", model)[0] for model in models]
    sizes = [re.findall(r"(\d+) numbers for a letter, (\d+) neurons", text)[0] for text in (*models, chosen)]
    assert sizes[-1] == sizes[dev.index(min(dev))]
    (test,) = numbers(r"looked at once: ([\d.]+)", chosen)
    assert abs(test - min(dev)) < 0.5
    assert re.fullmatch(r"names that it invents\n(  [a-z]*\n){10}", invented)


STILL_TO_DO = {
    "train_mlp": "def train_mlp(params, X, Y, steps, batch_size, lr_schedule, generator):\n",
    "sample_mlp": "def sample_mlp(params, itos, block_size, generator):\n",
}


@pytest.mark.parametrize(
    ("missing", "reached"),
    [("train_mlp", "2 numbers for a letter, 50 neurons: 1781"), ("sample_mlp", "Test, looked at once")],
)
def test_it_goes_as_far_as_it_can_and_names_what_is_next(tmp_path: Path, missing: str, reached: str) -> None:
    stub = f"{STILL_TO_DO[missing]}    raise NotImplementedError('part2.{missing}')\n\n\n"
    printed = run(tmp_path, replaced(solved("part2"), stub))
    assert reached in printed
    assert printed.splitlines()[-1] == told(missing)


def test_on_an_untouched_file_it_names_an_exercise_and_ends(tmp_path: Path) -> None:
    last = run(tmp_path, untouched("part2")).splitlines()[-1]
    (missing,) = re.findall(r"now: part2\.(\w+) is", last)
    assert last == told(missing)


def told(missing: str) -> str:
    return (
        f"This is how far it goes for now: part2.{missing} is still to do, "
        f"and `zth show part2.{missing}` says what it asks for."
    )
