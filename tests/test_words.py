"""What is printed is folded as a person would fold it, and names one thing to do next."""

from pathlib import Path

import pytest
from test_commands import shown
from workspaces import replaced, solved, untouched, workspace

from grader.reports.docstrings import docstring
from grader.reports.page import Page

DOCSTRING = """\
Backpropagate into `counts`, which is used twice. Mind one trap of
Python: names are shared.

Forward:
    counts_sum = counts.sum(1, keepdim=True)     # (n, 1)
    probs      = counts * counts_sum_inv         # (n, V)

Args:
    dprobs: gradient of the loss with respect to probs, (n, V). It may
        be any.
    n: how many.

In three parts:
    - a new Value;
    - a function that takes nothing and is kept as the new
      Value's `_backward`."""

FOLDED = """\
  Backpropagate into `counts`, which is used
  twice. Mind one trap of Python: names are
  shared.

  Forward:
      counts_sum = counts.sum(1, keepdim=True)
          # (n, 1)
      probs      = counts * counts_sum_inv
          # (n, V)

  Args:
      dprobs: gradient of the loss with
          respect to probs, (n, V). It may
          be any.
      n: how many.

  In three parts:
      - a new Value;
      - a function that takes nothing and is
        kept as the new Value's `_backward`."""


def test_a_docstring_is_folded_by_paragraphs_and_code_stays_code() -> None:
    assert "\n".join(docstring(DOCSTRING, "  ", Page(44, False, False))) == FOLDED


def test_a_docstring_that_fits_stays_as_it_is_written() -> None:
    assert "\n".join(docstring(DOCSTRING, "", Page(80, False, False))) == DOCSTRING


def test_a_signature_that_is_too_long_has_an_argument_a_line(tmp_path: Path) -> None:
    sheet = shown(tmp_path, "show", "dcounts", COLUMNS="60").out
    assert (
        "\ndef dcounts(\n    dprobs: Tensor,\n    counts_sum_inv: Tensor,\n    dcounts_sum: Tensor,\n) -> Tensor:"
        in sheet
    )


@pytest.fixture(scope="module")
def nearly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which all of part 4 has passed but dcounts, whose three hints have been read."""
    folder = tmp_path_factory.mktemp("nearly")
    wrong = "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n    return counts_sum_inv * dprobs\n\n\n"
    workspace(folder, part4=replaced(solved("part4"), wrong), micrograd=untouched("micrograd"))
    for _ in range(3):
        shown(folder, "hint", "dcounts")
    shown(folder, "check", "part4")
    return folder


def test_after_the_last_hint_it_is_the_learners_turn(nearly: Path) -> None:
    told = shown(nearly, "check", "dcounts").out
    assert "next: change it, then zth check dcounts" in told
    assert "zth hint" not in told


def test_after_an_exercise_the_next_that_has_not_passed_is_named(nearly: Path) -> None:
    assert "next: zth show dcounts" in shown(nearly, "check", "dprobs").out


def test_after_a_whole_lecture_its_experiment_is_named(tmp_path: Path) -> None:
    workspace(tmp_path, part4=solved("part4"), micrograd=untouched("micrograd"))
    assert "`python exercises/part4.py` runs" in " ".join(shown(tmp_path, "check", "part4").out.split())


def test_a_variable_that_hides_the_function_of_its_name_is_explained(tmp_path: Path) -> None:
    hiding = "def dh(dlogits, W2):\n    dW2 = dW2(dlogits, W2)\n    return dW2\n\n\n"
    workspace(tmp_path, part4=replaced(solved("part4"), hiding), micrograd=untouched("micrograd"))
    told = shown(tmp_path, "check", "dh").out
    assert "`dW2` is a function of your file, and here it is also assigned to" in told


def test_a_line_that_is_cut_says_so() -> None:
    assert Page(30, False, True).cut("a line that is longer than the page is") == "a line that is longer than..."
