"""`python exercises/part5.py`: the WaveNet's shapes, its training, a word at once; kind on a half-finished file."""

import re
from pathlib import Path

import pytest
from experimenting import experiment
from workspaces import replaced, solved, untouched

SHAPES = [
    ("Embedding", "(4, 8, 10)"),
    *[("FlattenConsecutive", "(4, 4, 20)"), ("Linear", "(4, 4, 68)"), ("BatchNorm1d", "(4, 4, 68)")],
    *[("Tanh", "(4, 4, 68)"), ("FlattenConsecutive", "(4, 2, 136)"), ("Linear", "(4, 2, 68)")],
    *[("BatchNorm1d", "(4, 2, 68)"), ("Tanh", "(4, 2, 68)"), ("FlattenConsecutive", "(4, 136)")],
    *[("Linear", "(4, 68)"), ("BatchNorm1d", "(4, 68)"), ("Tanh", "(4, 68)"), ("Linear", "(4, 27)")],
]
FEWER_STEPS = ("steps: int = 8000", "steps: int = 1600")


def run(folder: Path, text: str) -> str:
    """What the file prints when it is run for fewer steps."""
    assert FEWER_STEPS[0] in text
    return experiment(folder, "part5", text.replace(*FEWER_STEPS))


def test_the_shapes_are_the_lectures_and_the_loss_falls(tmp_path: Path) -> None:
    printed = run(tmp_path, solved("part5"))
    assert "\n22397 parameters\n" in printed
    assert re.findall(r"^  (\w+) +(\([\d, ]+\))$", printed, re.M) == SHAPES
    losses = [float(loss) for loss in re.findall(r"mean loss ([\d.]+)", printed)]
    assert len(losses) == 16
    assert losses[-1] < losses[0] - 0.5
    validation = re.search(r"validation ([\d.]+)", printed)
    assert validation and float(validation.group(1)) < losses[0]
    asked = re.findall(r"^  (\w*) +(?:[a-z.] +\d+%  )+ *\(([a-z.]), which comes, \d+%\)$", printed, re.M)
    assert asked == [("", "e"), ("e", "m"), ("em", "m"), ("emm", "a"), ("emma", ".")]
    _, _, invented = printed.partition("names that it invents\n")
    assert re.fullmatch(r"(  [a-z]*\n){10}", invented)


def test_a_learner_whose_windows_are_views_is_not_let_down(tmp_path: Path) -> None:
    unfolded = (
        "def predict_all_prefixes(model, word_ids, block_size):\n"
        "    return model(F.pad(word_ids, (block_size, 0)).unfold(0, block_size, 1))\n\n\n"
    )
    assert "names that it invents" in run(tmp_path, replaced(solved("part5"), unfolded))


STILL_TO_DO = {
    "fit": "def fit(model, X, Y, steps, batch_size, lr_schedule, generator):\n",
    "predict_all_prefixes": "def predict_all_prefixes(model, word_ids, block_size):\n",
}


@pytest.mark.parametrize(
    ("missing", "reached"),
    [
        ("embedding_layer", "to validate on"),
        ("fit", "Linear              (4, 27)"),
        ("predict_all_prefixes", "validation"),
    ],
)
def test_it_goes_as_far_as_it_can_and_names_what_is_next(tmp_path: Path, missing: str, reached: str) -> None:
    text = untouched("part5")
    if missing in STILL_TO_DO:
        stub = f"{STILL_TO_DO[missing]}    raise NotImplementedError('part5.{missing}')\n\n\n"
        text = replaced(solved("part5"), stub)
    printed = run(tmp_path, text)
    assert reached in printed
    assert printed.splitlines()[-1] == (
        f"This is how far it goes for now: part5.{missing} is still to do, "
        f"and `zth show part5.{missing}` says what it asks for."
    )
