"""`python exercises/gpt.py`: a small GPT that learns to write, from a text; kind on a half-finished file."""

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from workspaces import replaced, solved, untouched, workspace

BLOCK_TO_DO = """class Block(nn.Module):
    def forward(self, x):
        raise NotImplementedError("gpt.block")
"""
COUNT_TO_DO = """def gpt_num_parameters(vocab_size, block_size, n_embd, n_head, n_layer):
    raise NotImplementedError("gpt.gpt_num_parameters")


"""


def play(lines: int) -> str:
    """A text in the form of a play that never was."""
    source = random.Random(3)
    words = [a + b for a in ("b", "k", "l", "m", "n", "r", "sh", "t") for b in ("a", "e", "ia", "o", "en", "is")]
    spoken = (" ".join(source.choices(words, k=source.randint(3, 8))).capitalize() for _ in range(lines))
    return "".join(f"{source.choice(words).upper()}:\n{line}.\n\n" for line in spoken)


def run(folder: Path, text: str) -> str:
    """What the file prints when it is run with a short text in data/."""
    workspace(folder, gpt=text)
    (folder / "data").mkdir()
    (folder / "data" / "shakespeare.txt").write_text(play(250), "utf-8")
    done = subprocess.run(
        [sys.executable, str(folder / "exercises" / "gpt.py")], capture_output=True, text=True, cwd=folder, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout


def test_the_loss_falls_and_a_text_comes_out(tmp_path: Path) -> None:
    printed = run(tmp_path, solved("gpt"))
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
    printed = run(tmp_path, text)
    assert ("step     0" in printed, "what it writes" in printed) == (steps, writes)
    assert printed.splitlines()[-1] == (
        f"This is how far it goes for now: gpt.{missing} is still to do, "
        f"and `zth show gpt.{missing}` says what it asks for."
    )
