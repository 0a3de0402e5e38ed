"""`python exercises/part1.py`: names and losses by counting and by descent, trigrams; kind on a half-finished file."""

import math
import re
from pathlib import Path

import pytest
from experimenting import experiment, names
from workspaces import replaced, solved, untouched

STILL_TO_DO = "def bigram_pairs(words, stoi):\n    raise NotImplementedError('part1.bigram_pairs')\n\n\n"


def table(printed: str, heading: str) -> dict[float, float]:
    """The numbers of a table with two columns, or the first two of it."""
    _, _, below = printed.partition(heading)
    rows = re.findall(r"^  ([\d.e+-]+) +(\d+\.\d+)", below.split("\n\n")[0], re.M)
    return {float(smoothing): float(loss) for smoothing, loss in rows}


def test_counting_and_descent_lead_to_the_same(tmp_path: Path) -> None:
    printed = experiment(tmp_path, "part1", solved("part1"))
    V = len(set(names(300)) - {"\n"}) + 1

    counted = table(printed, "mean -log p      that of jq")
    assert list(counted) == [0, 1, 10, 100, 1000, 1e6]
    assert list(counted.values()) == sorted(counted.values())
    assert counted[1e6] == pytest.approx(math.log(V), abs=0.01)

    learned = [float(loss) for loss in re.findall(r"step +\d+   loss ([\d.]+)", printed)]
    assert len(learned) == 11
    assert learned == sorted(learned, reverse=True)
    assert counted[0] < learned[-1] < counted[0] + 0.1

    dev = table(printed, "mean -log p of dev")
    best = re.search(r"best for dev: ([\d.]+)\.", printed)
    assert best and float(best.group(1)) == min(dev, key=dev.__getitem__)

    _, _, invented = printed.partition("names from dice\n")
    assert re.match(r"(  [a-z]+ +[a-z]*\n){8}\n", invented)


@pytest.mark.parametrize(
    ("text", "missing", "headings"),
    [(untouched("part1"), "build_vocab", 0), (replaced(solved("part1"), STILL_TO_DO), "bigram_pairs", 1)],
    ids=["untouched", "half done"],
)
def test_it_goes_as_far_as_it_can_and_names_what_is_next(
    tmp_path: Path, text: str, missing: str, headings: int
) -> None:
    printed = experiment(tmp_path, "part1", text)
    assert len(re.findall("by counting|by gradient descent|two letters before", printed)) == headings
    assert printed.splitlines()[-1] == (
        f"This is how far it goes for now: part1.{missing} is still to do, "
        f"and `zth show part1.{missing}` says what it asks for."
    )
