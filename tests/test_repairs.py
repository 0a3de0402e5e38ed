"""Edits of a learner's own function: what each operator makes, and where in the file an edit is."""

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workspaces import solved

from grader.course.source import parse
from grader.repairs.catalogue import TIERS
from grader.repairs.editing import Repair, file_place, marked, repairs, shown
from grader.repairs.inverse import undone_by
from grader.repairs.questions import question
from grader.variants.changes import Operator
from grader.variants.edits import Rewritten

CATALOGUE = (Path(__file__).parent / "repairs" / "catalogue.txt").read_text("utf-8")
ALL = [operator for tier in TIERS for operator in tier]
OWN = [operator for operator in ALL if operator.__module__.startswith("grader.repairs")]


def sections() -> dict[str, tuple[str, list[str]]]:
    """The catalogue by operator: a function, and lines that are made of it."""
    found = {}
    for section in re.split(r"\n## ", CATALOGUE)[1:]:
        name, _, rest = section.partition("\n\n")
        lines = rest.split("\n")
        source = "\n".join(line for line in lines if not line.startswith("->")).strip("\n") + "\n"
        found[name] = (source, [line[3:] for line in lines if line.startswith("->")])
    return found


def made(text: str, *operators: Operator) -> list[Repair]:
    return list(repairs(parse(text, "f.py"), ["f"], operators or ALL))


def plain(code: str) -> str:
    """A line without the parentheses that make no difference."""
    return ast.unparse(ast.parse(code.strip().removeprefix("return ").replace("with torch", "with torch")))


@pytest.mark.parametrize("operator", OWN, ids=lambda operator: str(operator.__name__))
def test_an_operator_makes_what_the_catalogue_shows(operator: Operator) -> None:
    source, expected = sections()[operator.__name__]
    found = {plain(shown(parse(source, "f.py"), repair)) for repair in made(source, operator)}
    assert {plain(line) for line in expected} <= found


def test_the_catalogue_has_every_operator_of_repairs_once() -> None:
    assert list(sections()) == [operator.__name__ for operator in OWN]


@pytest.mark.parametrize("lecture", ["micrograd", "part3", "part4"])
def test_every_edit_of_a_whole_lecture_compiles_and_changes_one_function(lecture: str) -> None:
    source = parse(solved(lecture), f"{lecture}.py")
    functions = [name for name, node in source.definitions.items() if isinstance(node, ast.FunctionDef)]
    for blank in functions[:12]:
        made_of_it = list(repairs(source, [blank], ALL))
        assert made_of_it or not source.definitions[blank].args.args
        for repair in made_of_it:
            ast.parse(repair.rewritten.text)


PLACES = [  # a function, the operator, and what is marked in it
    ("def f(a, b):\n    return a * b\n", "further factor", "a * b"),
    ("def f(a, b):\n    c = a - b  # é\n    return c\n", "turned difference", "a - b"),
    ("def f(a, b):\n    c = 'é' + (a - b)\n    return c\n", "turned difference", "a - b"),
    ("class C:\n    def f(self, a, b):\n        return b - a\n", "turned difference", "b - a"),
    ("@g\ndef f(a, b):\n\n    return b - a\n", "turned difference", "b - a"),
]


@pytest.mark.parametrize(("text", "operator", "code"), PLACES)
def test_what_is_marked_is_where_it_stands_in_the_file(text: str, operator: str, code: str) -> None:
    source = parse(text, "f.py")
    blank = "C.f" if text.startswith("class") else "f"
    (first, *_) = [repair for repair in repairs(source, [blank], ALL) if repair.operator == operator]
    at = marked(source, blank, [first])
    assert at is not None
    line, column, end_line, end_column = file_place(source, blank, *at)
    assert line == end_line
    assert source.lines()[line - 1][column - 1 : end_column - 1] == code


def test_edits_in_two_statements_have_no_place() -> None:
    source = parse("def f(a: int, b: int) -> int:\n    c = a - b\n    return c - b\n", "f.py")
    edits = [repair for repair in repairs(source, ["f"], ALL) if repair.operator == "turned difference"]
    assert len({marked(source, "f", [edit]) for edit in edits}) == 2
    assert marked(source, "f", edits) is None


def test_an_argument_is_never_given_back_as_the_answer() -> None:
    texts = [repair.rewritten.text for repair in made("def f(x: Tensor, y: Tensor) -> Tensor:\n    return x + y\n")]
    assert not any(re.search(r"return [xy]$", text.strip()) for text in texts)


@given(st.text(alphabet="abé ()+-*/=\n", max_size=60))
def test_whatever_stands_in_a_function_can_be_edited(body: str) -> None:
    source = parse(f"def f(a, b):\n    return {body}\n", "f.py")
    texts = [repair.rewritten.text for repair in repairs(source, ["f"], ALL)]
    assert not texts or "f" in source.definitions


def test_every_question_and_every_inverse_is_about_an_operator() -> None:
    names = {operator.__name__.replace("_", " ") for operator in ALL}
    from grader.repairs import inverse, questions

    assert set(questions._QUESTIONS) <= names
    assert set(inverse._UNDOES) <= names
    assert question("other dim") == "over which dimension?"
    assert question("wrapped") == ""
    assert "drop factor" in undone_by("further factor")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("    a = f(x)\n    b = g(x)\n", "    b = g(x)\n    a = f(x)\n", "b = g(x); a = f(x)"),
        ("    for x in y:\n        return x\n", "    for x in y:\n    return x\n", "return x  # less far to the right"),
        ("    while x - 1:\n        a()\n", "    while ((x - 1) + 1):\n        a()\n", "while x - 1 + 1:"),
        ("    a = 1; b = 2\n", "    a = 1; b = (3)\n", "a = 1; b = (3)"),
        ("    if x:\n        a = 1\n", "    if (y):\n        a = 2\n", ""),
        ("    a = 1\n", "", ""),
    ],
)
def test_what_passes_is_told_as_code_that_stands_for_all_of_the_change(before: str, after: str, told: str) -> None:
    text = "def f(x):\n{}    return x"
    repair = Repair("f", "any", 0, 0, Rewritten("f", text.format(after)))
    assert shown(parse(text.format(before), "f.py"), repair) == told
