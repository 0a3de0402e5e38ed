"""Seeing the difference: what all wrong elements share in words, the picture of a tensor, the graph of a gradient."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from workspaces import replaced, solved, workspace, zth

from grader.checks import of_node
from grader.judging.comparing import compare
from grader.judging.picturing import COLUMNS, PICTURES, ROWS, seen
from grader.judging.verdict import Quantity
from grader.lectures.micrograd import GRAPHS
from grader.reports.graphs import as_dot, graph_lines, graph_words, wrong_graph
from grader.reports.page import Page
from grader.reports.pictures import helps_at_once, picture_lines

torch.manual_seed(4)
E = torch.randn(5, 7)  # what is expected
SQUARE = torch.randn(4, 4)
CUBE = torch.randn(3, 4, 5)
NOISE, NOISE4 = torch.randn(5, 7) + 5, torch.randn(4, 4) + 5
CAUSAL = torch.ones(4, 4).tril().bool()


def at(expected: Tensor, *places: Any) -> Tensor:
    """What is expected, but for noise in some places."""
    got = expected.clone()
    for place in places:
        got[place] += torch.rand(got[place].shape) + 0.5
    return got


def told(expected: Any, got: Any) -> Quantity:
    (quantity,) = seen(compare("y", expected, got))
    return quantity


WHERE = [
    (E, at(E, 3), "Only row 3 differs."),
    (E, at(E, 4), "Only the last row, 4, differs."),
    (E, at(E, (slice(None), 2)), "Only column 2 differs."),
    (E, at(E, 0, 2), "Only rows 0 and 2 differ."),
    (E, at(E, (slice(None), slice(1, 5))), "Only columns 1 to 4 differ."),
    (E, at(E, 0, 1, 3, 4), "Every row differs but row 2."),
    (E, at(E, (2, slice(1, 4))), "All that differs is in row 2."),
    (E, at(E, (slice(1, 4), 5)), "All that differs is in column 5."),
    (E[0], at(E[0], slice(2, 4)), "Only entries 2 and 3 differ."),
    (SQUARE, SQUARE + torch.diag(torch.rand(4) + 1), "Only the diagonal differs."),
    (SQUARE, torch.where(torch.eye(4).bool(), SQUARE, NOISE4), "All but the diagonal differs."),
    (SQUARE, torch.where(CAUSAL, SQUARE, NOISE4), "Everything above the diagonal differs, and nothing else."),
    (SQUARE, torch.where(CAUSAL, NOISE4, SQUARE), "Everything on and below the diagonal differs, and nothing else."),
    (E, torch.where(E < 0, NOISE, E), "It differs exactly where the expected value is negative."),
    (CUBE, at(CUBE, 1), "Only [1, :, :] differs."),
    (CUBE, at(CUBE, (slice(None), slice(0, 2), 3)), "All that differs is in [:, :, 3]."),
]
HOW = [
    (E, E + 0.25, "Every element is off by the same amount: 0.25 too large."),
    (E, E - 0.25, "Every element is off by the same amount: 0.25 too small."),
    (torch.arange(6), torch.arange(6) + 1, "Every element is off by the same amount: 1 too large."),
    (E, E + torch.randn(5, 1), "Within each row all are off by the same amount."),
    (E, E + torch.randn(7), "Within each column all are off by the same amount."),
    (E, E * (torch.rand(5, 1) + 2), "Within each row yours is the expected times one number."),
    (E, -E, "Every element has the opposite sign."),
    (E, 0.5 * E, "Every element is 0.5 times what is expected."),
    (E, 0 * E, "Yours is 0 everywhere."),
    (E, E.roll(1, 0), "Your rows are the expected ones, one place later."),
    (E, E.roll(-1, 1), "Your columns are the expected ones, one place earlier."),
    (
        [1.0, 2.0, 5.0, 8.0],
        [2.0, 5.0, 8.0, 16.0],
        "Your entries but the last are the expected ones, one place earlier.",
    ),
    (CUBE, CUBE + torch.randn(3, 4, 1), "Along dim 2 all are off by the same amount."),
]
BOTH = [
    (E, E.relu(), "It differs exactly where the expected value is negative. Yours is 0 wherever it differs."),
    (SQUARE, SQUARE.tril(), "Everything above the diagonal differs, and nothing else. Yours is 0 wherever it differs."),
    (
        CAUSAL,
        torch.ones(4, 4).bool(),
        "Everything above the diagonal differs, and nothing else. "
        "All that differ are True in yours, and should be False.",
    ),
]
NOTHING = [
    (E, NOISE),
    (E, at(E, (1, 2))),  # one element: told already
    (E, at(E, (0, 0), (1, 3), (4, 5))),
    (torch.tensor(1.0), torch.tensor(2.0)),
    (E, E.T.clone()),
    (E, E.clone()),
    (torch.zeros(3, dtype=torch.complex64), torch.ones(3, dtype=torch.complex64)),
    (torch.full((3,), torch.inf), torch.full((3,), torch.nan)),
    (torch.zeros(0, 3), torch.zeros(0, 3)),
]


@pytest.mark.parametrize(
    ("expected", "got", "words"), WHERE + HOW + BOTH, ids=[words for *_, words in WHERE + HOW + BOTH]
)
def test_what_all_wrong_elements_share_is_named(expected: Any, got: Any, words: str) -> None:
    assert told(expected, got).pattern == words


@pytest.mark.parametrize(("expected", "got"), NOTHING)
def test_where_nothing_is_shared_nothing_is_said(expected: Any, got: Any) -> None:
    assert all(q.pattern == "" for q in seen(compare("y", expected, got)))


@pytest.mark.parametrize(("expected", "got", "words"), WHERE + HOW)
def test_one_more_wrong_element_that_does_not_fit_and_it_is_not_said(expected: Any, got: Any, words: str) -> None:
    target = torch.as_tensor(expected)
    got = torch.as_tensor(got).clone()
    fits = (got != target).flatten().tolist()
    other = fits.index(False) if False in fits else len(fits) // 2
    got.flatten()[other] += 3 if "differ" in words else 77
    assert words not in told(target, got).pattern


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 9), st.integers(1, 14), st.floats(0, 1))
def test_scattered_noise_has_a_picture_and_no_amount(seed: int, rows: int, columns: int, share: float) -> None:
    generator = torch.Generator().manual_seed(seed)
    expected = torch.randn(rows, columns, generator=generator)
    wrong = torch.rand(rows, columns, generator=generator) < share
    got = torch.where(wrong, expected + 1 + torch.rand(rows, columns, generator=generator), expected)
    for quantity in seen(compare("y", expected, got)):
        words = quantity.pattern
        assert not re.search("amount|times|opposite|Yours is|place", words) or wrong.sum() < 3
        for row in map(int, re.findall(r"(?:Only|is in) row (\d+)", words)):
            assert wrong[row].sum() == wrong.sum()
            assert "Only" not in words or wrong[row].all()
        if quantity.picture:
            for page in (Page(80, False, False), Page(50, True, False), Page(30, False, True)):
                lines = [re.sub(r"\x1b\[\d*m", "", line) for line in picture_lines(quantity.picture, page)]
                assert all(len(line) <= page.width for line in lines)


# The picture.


def test_a_small_tensor_is_drawn_whole_and_read_without_colour() -> None:
    picture = told(torch.tensor([[1.0, -2.0, 0.0], [4.0, 0.5, -4.0]]), torch.tensor([[1.0, 2.0, 0.0], [2.0, 0.5, 0.0]]))
    assert picture.picture
    drawn = picture_lines(picture.picture, Page(80, False, False))
    assert (
        drawn
        == [
            "         expected       yours          difference",
            "         0  1  2        0  1  2        0  1  2",
            "    [0] +░ -▒  0    [0] +░ +▒  0    [0]  · +█  ·",
            "    [1] +█ +░ -█    [1] +▒ +░  0    [1] -▒  · +█",
            "    █ is 4, in the difference (yours - expected) 4; · is right",
        ]
        or drawn
    )
    colored = picture_lines(picture.picture, Page(80, True, False))
    assert "\x1b[36m+█" in "".join(colored)
    assert [re.sub(r"\x1b\[\d*m", "", line) for line in colored] == drawn
    plain = picture_lines(picture.picture, Page(80, False, True))
    assert all(line.isascii() for line in plain)
    assert "    [1] +9 +2 -9" in plain[3]
    assert picture_lines(picture.picture, Page(80, False, True), whole=False)[2] == "    [0]  . +9  ."


@pytest.mark.parametrize(
    ("shape", "worst", "part", "size"),
    [
        ((ROWS, COLUMNS), (3, 4), "", (ROWS, COLUMNS)),
        ((40, 100), (20, 50), "rows 16 to 23 of 40, columns 44 to 55 of 100", (ROWS, COLUMNS)),
        ((40, 5), (39, 4), "rows 32 to 39 of 40", (ROWS, 5)),
        ((30,), (0,), "entries 0 to 11 of 30", (1, COLUMNS)),
        ((7,), (0,), "", (1, 7)),
        ((3, 4, 5), (2, 1, 1), "slice [2]", (4, 5)),
        ((2, 3, 9, 9), (1, 0, 8, 8), "slice [1, 0], rows 1 to 8 of 9", (ROWS, 9)),
    ],
)
def test_a_large_tensor_is_cut_around_the_worst_element(
    shape: tuple[int, ...], worst: tuple[int, ...], part: str, size: tuple[int, int]
) -> None:
    expected = torch.randn(shape)
    got = expected.clone()
    got[worst] += 100
    picture = told(expected, got).picture
    assert picture
    assert (picture.part, len(picture.got), len(picture.got[0])) == (part, *size)
    row, column = ((0, *worst)[-2:][0] - picture.row, worst[-1] - picture.column)
    assert picture.got[row][column] == pytest.approx(float(got[worst]))
    assert any(part in line for line in picture_lines(picture, Page(100, False, False)))


def test_nan_and_inf_are_signs_of_their_own_and_the_record_is_plain_json() -> None:
    quantity = told(torch.tensor([1.0, 2.0, 3.0, 4.0]), torch.tensor([1.0, torch.nan, torch.inf, -torch.inf]))
    assert quantity.picture
    drawn = picture_lines(quantity.picture, Page(80, False, False))
    assert " +░  ? +! -!" in drawn[2]
    assert drawn[-1].endswith("· is right; ? is NaN; ! is inf")
    assert msgspec.json.decode(msgspec.json.encode(quantity), type=Quantity).picture == quantity.picture


def test_only_the_first_wrong_tensors_have_pictures_and_no_record_holds_a_tensor() -> None:
    names = "abcdefgh"
    quantities = seen(compare("", dict.fromkeys(names, torch.zeros(2)), dict.fromkeys(names, torch.ones(2))))
    assert [q.picture is not None for q in quantities] == [True] * PICTURES + [False] * (len(names) - PICTURES)
    assert {type(q) for q in quantities} == {Quantity}


@pytest.mark.parametrize(
    ("expected", "got", "helps"),
    [
        (E, at(E, (0, 0), (1, 3), (4, 5)), True),
        (E, at(E, (0, 0)), False),  # said in words
        (E, NOISE, False),  # all of it
        (E, at(E, 3), False),  # a pattern is known
        (torch.zeros(9, 9), at(torch.zeros(9, 9), (0, 0), (1, 3), (4, 5)), False),  # large
        (E[0], at(E[0], 1, 4), False),  # a vector: said in words, mostly
    ],
)
def test_the_picture_is_shown_unasked_only_where_it_says_more_than_words(expected: Any, got: Any, helps: bool) -> None:
    assert helps_at_once(told(expected, got)) is helps


# The graph.


def in_graph(text: str, wrong: set[str]) -> tuple[Quantity, ...]:
    """The gradients of a graph's nodes, some of them wrong."""
    nodes = dict.fromkeys(letter for letter in text if letter.isalpha())
    expected = {f"{text}: {node}.grad": of_node(text, node, 1.5) for node in nodes}
    got = {f"{text}: {node}.grad": 2.5 if node in wrong else 1.5 for node in nodes}
    return tuple(seen(compare("", expected, got)))


@pytest.mark.parametrize("text", GRAPHS)
def test_the_first_wrong_node_is_one_all_of_whose_users_are_right(text: str) -> None:
    nodes = {letter for letter in text if letter.isalpha()}
    lines = dict(line.split(" = ") for line in text.split("; "))
    for node in nodes:
        below = {node}
        while more := {x for n in below if n in lines for x in lines[n] if x.isalpha()} - below:
            below |= more
        graph = wrong_graph(in_graph(text, below))
        assert graph
        assert graph.first_wrong == node
        assert f"{node}.grad is the first that is wrong" in graph_words(graph)
        for page in (Page(80, False, False), Page(50, True, False), Page(50, False, True)):
            drawn = [re.sub(r"\x1b\[\d*m", "", line) for line in graph_lines(graph, page)]
            assert all(len(line) <= page.width for line in drawn)
            assert sum("2.5" in line and "1.5" in line for line in drawn) == len(below)
            assert page.plain <= all(line.isascii() for line in drawn)
        dot = as_dot(graph)
        assert dot.count("peripheries=2") == len(below)
        assert dot.count(" -> ") == sum(len({x for x in made if x.isalpha()}) for made in lines.values())
    assert wrong_graph(in_graph(text, set())) is None


def test_a_graph_is_drawn_with_a_shared_node_once() -> None:
    graph = wrong_graph(in_graph("h = a * b; s = h * h; y = s + h", {"h", "a"}))
    assert graph
    assert graph_lines(graph, Page(80, False, False)) == [
        "    y = s + h        ✓ grad 1.5",
        "    ├─ s = h * h     ✓ grad 1.5",
        "    │  └─ h = a * b  ✗ grad 2.5, expected 1.5",
        "    │     ├─ a       ✗ grad 2.5, expected 1.5",
        "    │     └─ b       ✓ grad 1.5",
        "    └─ h (drawn above)",
    ]


# Through the command.

SCATTERED = """def dlogits(dnorm_logits, dlogit_maxes, logits):
    d = dnorm_logits + 0
    d[torch.arange(len(d)), logits.argmax(1)] += dlogit_maxes[:, 0]
    d[0, 0] += 0.2
    d[1, 2] -= 0.3
    d[3, 1] += 0.11
    return d


"""
LATE = """class Value:
    def backward(self):
        order, seen = [], set()
        def walk(v):
            if id(v) not in seen:
                seen.add(id(v))
                order.append(v)
                for child in v._prev:
                    walk(child)
        walk(self)
        self.grad = 1.0
        for v in order:
            v._backward()
"""
PROPERTY = """def topological_order(root):
    return [root]


"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    texts = {
        "part4": replaced(solved("part4"), SCATTERED),
        "micrograd": replaced(solved("micrograd"), LATE + PROPERTY),
    }
    return workspace(tmp_path_factory.mktemp("wrong"), **texts)


def test_a_scattered_difference_is_drawn_at_first_sight_and_all_of_it_with_verbose(folder: Path) -> None:
    short = zth(folder, "check", "dlogits", environment={"COLUMNS": "80"}).out
    whole = zth(folder, "check", "dlogits", "--verbose", environment={"COLUMNS": "80"}).out
    plain = zth(folder, "check", "dlogits", "--verbose", "--plain", environment={"COLUMNS": "50"}).out
    assert "difference" in short and "expected  " not in short
    assert re.search(r"expected +yours +difference", whole)
    assert plain.isascii() and re.search(r"^ +yours$", plain, re.MULTILINE)
    for text, width in ((short, 80), (whole, 80), (plain, 50)):
        assert all(len(line) <= width for line in text.splitlines())


def test_the_document_has_a_bounded_picture(folder: Path) -> None:
    run = zth(folder, "check", "dlogits", "backward", "--json")
    (quantity,) = run.results["dlogits"]["quantities"]
    assert len(quantity["picture"]["got"]) == len(quantity["picture"]["expected"]) == quantity["expected_shape"][0]
    nodes = [q for q in run.results["backward"]["quantities"] if q["graph"]]
    assert {q["node"] for q in nodes} == set("abcdhsty")
    assert len(json.dumps(run.document)) < 40_000


def test_a_wrong_graph_is_drawn_and_written_as_dot(folder: Path) -> None:
    run = zth(folder, "check", "backward", "--dot", "graph.dot")
    assert "a.grad is the first that is wrong" in " ".join(run.out.split())
    assert "├─ " in run.out
    assert (folder / "graph.dot").read_text("utf-8").startswith("digraph")
    other = zth(folder, "check", "value_add", "--dot", "other.dot")
    assert (other.status, "other.dot was not written" in other.err) == (0, True)
    assert not (folder / "other.dot").exists()


def test_a_property_has_no_picture(folder: Path) -> None:
    run = zth(folder, "check", "topological_order", "--json")
    assert all(q["picture"] is None for q in run.results["topological_order"]["quantities"])
