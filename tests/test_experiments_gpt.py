"""`python exercises/gpt.py`: a small GPT that learns to write, from a text; kind on a half-finished file."""

import re
from pathlib import Path

import pytest
from experimenting import experiment, play
from workspaces import replaced, solved, untouched

pytestmark = pytest.mark.timeout(300)  # it trains, and other work on the machine may take its time

BLOCK_TO_DO = """class Block(nn.Module):
    def forward(self, x):
        raise NotImplementedError("gpt.block")
"""
COUNT_TO_DO = """def gpt_num_parameters(vocab_size, block_size, n_embd, n_head, n_layer):
    raise NotImplementedError("gpt.gpt_num_parameters")


"""


def test_the_loss_falls_and_a_text_comes_out(tmp_path: Path) -> None:
    printed = experiment(tmp_path, "gpt", solved("gpt"))
    even = re.search(r"an even guess would have a loss of ([\d.]+)", printed)
    losses = [float(loss) for loss in re.findall(r"validation ([\d.]+)$", printed, re.M)]
    assert even and abs(losses[0] - float(even.group(1))) < 1
    assert losses[-1] < losses[0] - 1
    written = re.search(r"what it writes\n(.{401})\n\nIt has", printed, re.S)
    assert written and set(written.group(1)) <= set(play(250))
    counts = re.search(r"It has (\d+) parameters; your count is (\d+)\.\n$", printed)
    assert counts and counts.group(1) == counts.group(2)


@pytest.mark.parametrize(
    ("text", "missing", "steps", "writes"),
    [
        (untouched("gpt"), "char_codec", False, False),
        (replaced(solved("gpt"), BLOCK_TO_DO), "block", False, False),
        (replaced(solved("gpt"), COUNT_TO_DO), "gpt_num_parameters", True, True),
    ],
    ids=["untouched", "half done", "nearly done"],
)
def test_it_goes_as_far_as_it_can_and_names_what_is_next(
    tmp_path: Path, text: str, missing: str, steps: bool, writes: bool
) -> None:
    printed = experiment(tmp_path, "gpt", text)
    assert ("step     0" in printed, "what it writes" in printed) == (steps, writes)
    assert printed.splitlines()[-1] == (
        f"This is how far it goes for now: gpt.{missing} is still to do, "
        f"and `zth show gpt.{missing}` says what it asks for."
    )
