"""`python exercises/part4.py`: every gradient beside torch's, then training by hand; kind on a half-finished file."""

import re
from pathlib import Path

import pytest
from experimenting import experiment
from workspaces import replaced, solved, untouched

CHAIN = [
    "logprobs", "probs", "counts_sum_inv", "counts_sum", "counts", "norm_logits", "logit_maxes", "logits",
    "h", "W2", "b2", "hpreact", "bngain", "bnbias", "bnraw", "bnvar_inv", "bnvar", "bndiff2", "bndiff", "bnmeani",
    "hprebn", "embcat", "W1", "b1", "emb", "C",
]  # fmt: skip
STILL_TO_DO = "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n    raise NotImplementedError('part4.dcounts')\n\n\n"


def test_all_gradients_are_torchs_and_the_loss_falls(tmp_path: Path) -> None:
    printed = experiment(tmp_path, "part4", solved("part4"))
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
    printed = experiment(tmp_path, "part4", text)
    assert printed.count("maxdiff") == compared
    assert printed.splitlines()[-1] == (
        f"This is how far it goes for now: part4.{missing} is still to do, "
        f"and `zth show part4.{missing}` says what it asks for."
    )
