"""What is printed is folded as a person would fold it, and names one thing to do next."""

import ast
import re
from pathlib import Path

import pytest
from test_commands import shown
from workspaces import replaced, solved, untouched, workspace

from grader.course.outline import ORDER
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


PARAGRAPHS = {  # a docstring, and what it is at 40 columns
    "a closing sentence under the entries": """\
Returns:
    x: the chunks, of which there are as many as were asked for.
    In this order.
=>
Returns:
    x: the chunks, of which there are as
        many as were asked for.
    In this order.
""",
    "an entry over two lines, and a closing sentence over two": """\
Returns:
    y: the targets: for each character
        the one that comes next.
    In this order. Nothing that came in is
    changed.
=>
Returns:
    y: the targets: for each character
        the one that comes next.
    In this order. Nothing that came in
    is changed.
""",
    "a forward pass with a condition": """\
Forward, with fixed statistics:
    h = x @ W                    # (B, D) @ (D, H)
    y = h + b  # (B, H)
=>
Forward, with fixed statistics:
    h = x @ W  # (B, D) @ (D, H)
    y = h + b  # (B, H)
""",
    "a line of code that is too long": """\
Forward:
    h = x @ W + b - x.mean(0, keepdim=True)
    y = h
=>
Forward:
    h = x @ W + b - x.mean(0, keepdim=True)
    y = h
""",
    "attributes under a sentence that is folded": """\
These are read, so their names are part of
it:
    tril: a buffer that is no parameter.
=>
These are read, so their names are part
of it:
    tril: a buffer that is no parameter.
""",
}


@pytest.mark.parametrize("text", PARAGRAPHS.values(), ids=PARAGRAPHS.keys())
def test_what_belongs_together_stays_together_and_nothing_else(text: str) -> None:
    written, folded = text.split("=>\n")
    assert "\n".join(docstring(written.rstrip(), "", Page(40, False, False))) == folded.rstrip()


COURSE = [
    (f"{lecture}.{node.name}", ast.get_docstring(node) or "")
    for lecture in ORDER
    for node in ast.walk(ast.parse(untouched(lecture)))
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node)
]


def indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def code_of(text: str) -> list[str]:
    """The lines of code of a docstring, without their comments."""
    blocks = re.findall(r"^(?:Forward|The function).*:\n((?:    .*\n?)+)", text, re.MULTILINE)
    return [line.partition("#")[0].rstrip() for block in blocks for line in block.splitlines()]


def closings(text: str) -> list[str]:
    """The sentences under the entries of a section, at the entries' own indent."""
    lines = text.splitlines()
    entries = [n for n, line in enumerate(lines) if re.match(r"    \w+(, \w+)*: ", line)]
    ends = [next((n for n in range(e + 1, len(lines)) if indent(lines[n]) <= 4), len(lines)) for e in entries]
    return [lines[n] for n in ends if n not in entries and n < len(lines) and indent(lines[n]) == 4]


@pytest.mark.parametrize("columns", [50, 80, 100])
def test_no_line_of_code_of_the_course_is_folded_into_another(columns: int) -> None:
    blocks = 0
    for name, text in COURSE:
        lines = docstring(text, "", Page(columns, False, False))
        assert " ".join(" ".join(lines).split()) == " ".join(text.split()), name
        for code in code_of(text):
            assert any(re.fullmatch(rf"{re.escape(code)}( +#.*)?", line) for line in lines), (name, code)
            blocks += 1
    assert blocks > 40


@pytest.mark.parametrize("columns", [50, 80, 100])
def test_a_closing_sentence_of_the_course_is_a_paragraph_of_its_own(columns: int) -> None:
    found = 0
    for name, text in COURSE:
        for closing in closings(text):
            lines = docstring(text, "", Page(columns, False, False))
            first = " ".join(closing.split()[:3])
            assert any(line.startswith(f"    {first}") for line in lines), (name, first)
            found += 1
    assert found >= 4


def test_a_signature_that_is_too_long_has_an_argument_a_line(tmp_path: Path) -> None:
    sheet = shown(tmp_path, "show", "dcounts", COLUMNS="60").out
    assert (
        "\ndef dcounts(\n    dprobs: Tensor,\n    counts_sum_inv: Tensor,\n    dcounts_sum: Tensor,\n) -> Tensor:"
        in sheet
    )
    assert "\n    eps: float = 1e-5,\n" in shown(tmp_path, "show", "dbnvar", COLUMNS="60").out


@pytest.mark.parametrize("command", ["show broadcast_shape", "hint broadcast_shape", "check broadcast_shape"])
def test_a_long_title_fits_a_narrow_terminal(tmp_path: Path, command: str) -> None:
    workspace(tmp_path, part1=untouched("part1"))
    out = shown(tmp_path, *command.split(), COLUMNS="50").out
    assert [line for line in out.splitlines() if len(line) > 50] == []


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


# ---- evidence ------------------------------------------------------------------------------------------------------

SLIPS = {  # a lecture, what somebody wrote, and lines that are told of it, or (with "no ") are not
    "a property is told once": (
        "gpt",
        """def dropout(x, p, training, generator):
    return x * (torch.rand(x.shape, generator=generator) > 0.5) / (1 - p) if training else x


""",
        ["here it happens at another rate.", "no training: ", "right: 5 of 6 quantities"],
    ),
    "a misconception says why a property is violated": (
        "part3",
        """def kaiming_weight(fan_in, fan_out, gain, generator):
    return torch.randn(fan_in, fan_out) * gain / fan_in**0.5


""",
        ["The generator that you were given is not used", "no weights of three", "global generator afterwards (2,)"],
    ),
    "another kind or size is told": (
        "part3",
        """def kaiming_weight(fan_in, fan_out, gain, generator):
    return torch.randn(fan_out, fan_in, generator=generator) * gain / fan_in**0.5


""",
        ["weights of three generators: is a list of 3 float32 tensors of shape (130, 80)"],
    ),
    "so is another length": (
        "part1",
        """def sample_names(P, itos, n, generator):
    names = []
    for _ in range(n - 1):
        i, name = 0, ""
        while i := torch.multinomial(P[i], 1, generator=generator).item():
            name += itos[i]
        names.append(name)
    return names


""",
        ["many names: is a list of 89"],
    ),
    "what was changed comes first, and once": (
        "part3",
        """def update_running_stats(rm, rv, x, momentum=0.1):
    rm.mul_(1 - momentum).add_(momentum * x.detach().mean(0))
    return rm, rv + momentum * (x.detach().var(0, unbiased=False) - rv)


""",
        ["rm: was changed in place", "statistics: rm (7,)", "statistics: rv (7,)", "no in place", "and 2 more wrong"],
    ),
    "an input that was handed out several times": (
        "part1",
        """def normalize_rows(counts, smoothing=1.0):
    counts += smoothing
    return counts / counts.sum(1, keepdim=True)


""",
        ["the smoothing is in counts afterwards", "counts: was changed in place", "no in place", "right: 4 of 5"],
    ),
    "parts of the same name belong to a case": (
        "part3",
        """def fold_batchnorm(W, b, gamma, beta, rm, rv, eps=1e-5):
    scale = gamma / (rv + eps) ** 0.5
    bias = 2 * beta - rm * scale if b is None else (b - rm) * scale + 2 * beta
    return W * scale, bias


""",
        ["folded: bias (7,)", "folded, without a bias: bias (7,)", "right: 2 of 4 quantities"],
    ),
    "an attempt": (
        "part1",
        """def broadcast_shape(a, b):
    if 0 in a or 0 in b:
        raise ValueError
    return np.broadcast_shapes(a, b)


import numpy as np


""",
        ["(0,) and (1,): should give (0,), and raises ValueError"],
    ),
}


@pytest.mark.parametrize(("lecture", "wrong", "told"), SLIPS.values(), ids=SLIPS.keys())
def test_evidence_tells_more_than_the_sentence_above_it(
    tmp_path: Path, lecture: str, wrong: str, told: list[str]
) -> None:
    workspace(tmp_path, **{lecture: replaced(solved(lecture), wrong)})
    name = wrong[4 : wrong.index("(")]
    out = " ".join(shown(tmp_path, "check", f"{lecture}.{name}").out.split())
    for line in told:  # in this order
        if line.startswith("no "):
            assert line[3:] not in out
        else:
            assert line in out
            out = out[out.index(line) + len(line) :]
