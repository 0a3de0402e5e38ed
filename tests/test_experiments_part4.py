"""`python exercises/part4.py`: every gradient beside torch's, then training by hand; kind on a half-finished file."""

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from workspaces import replaced, solved, untouched, workspace

CHAIN = [
    "logprobs", "probs", "counts_sum_inv", "counts_sum", "counts", "norm_logits", "logit_maxes", "logits",
    "h", "W2", "b2", "hpreact", "bngain", "bnbias", "bnraw", "bnvar_inv", "bnvar", "bndiff2", "bndiff", "bnmeani",
    "hprebn", "embcat", "W1", "b1", "emb", "C",
]  # fmt: skip
STILL_TO_DO = "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n    raise NotImplementedError('part4.dcounts')\n\n\n"


def names(count: int) -> str:
    """Names that never were, one a line."""
    source = random.Random(3)
    syllables = [a + b for a in ("b", "k", "l", "m", "n", "r", "sh", "t") for b in ("a", "e", "ia", "o", "en", "is")]
    return "".join("".join(source.choices(syllables, k=source.randint(1, 4))) + "\n" for _ in range(count))


def run(folder: Path, text: str) -> str:
    """What the file prints when it is run with a few names in data/."""
    workspace(folder, part4=text)
    (folder / "data").mkdir()
    (folder / "data" / "names.txt").write_text(names(300), "utf-8")
    done = subprocess.run(
        [sys.executable, str(folder / "exercises" / "part4.py")],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout


def test_all_gradients_are_torchs_and_the_loss_falls(tmp_path: Path) -> None:
    printed = run(tmp_path, solved("part4"))
    compared = re.findall(r"^  (\w+) +exact: (?:yes|no) +approximate: (\w+) +maxdiff: ", printed, re.M)
    assert [name for name, _ in compared] == [*CHAIN, "logits", "hprebn"]
    assert {close for _, close in compared} == {"yes"}
    losses = [float(loss) for loss in re.findall(r"mean loss ([\d.]+)", printed)]
    assert losses[-1] < losses[0] - 0.3
    validation = re.search(r"validation ([\d.]+)", printed)
    assert validation and float(validation.group(1)) < losses[0]
    _, _, invented = printed.partition("names that it invents\n")
    assert re.fullmatch(r"(  [a-z]*\n){10}", invented)


@pytest.mark.parametrize(
    ("text", "missing", "compared"),
    [
        (untouched("part4"), "dlogprobs", 0),
        (replaced(solved("part4"), STILL_TO_DO), "dcounts", CHAIN.index("counts")),
    ],
    ids=["untouched", "half done"],
)
def test_it_goes_as_far_as_it_can_and_names_what_is_next(
    tmp_path: Path, text: str, missing: str, compared: int
) -> None:
    printed = run(tmp_path, text)
    assert printed.count("maxdiff") == compared
    assert printed.splitlines()[-1] == (
        f"This is how far it goes for now: part4.{missing} is still to do, "
        f"and `zth show part4.{missing}` says what it asks for."
    )
