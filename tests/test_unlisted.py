"""Answers that nobody wrote with the grader in mind: what is wrong is rejected, and what is right passes.

Each was written from the docstrings alone. `exercise__what` is a function, or a class that holds what takes the place
of several functions or of methods.
"""

import ast
import functools
import json
import re
import textwrap
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from workspaces import ROOT, replaced, solved, workspace, zth

from grader.course.outline import ORDER

pytestmark = pytest.mark.timeout(400)  # whichever test comes first grades them all

SECONDS = {"right": "20", "forms": "20", "wrong": "3", "slips": "3"}  # some wrong ones never end
REJECTED = {"failed", "error", "timeout", "crashed"}


@dataclass(frozen=True)
class Answer:
    """What a learner could hand in for one exercise."""

    lecture: str
    exercise: str
    what: str
    code: str
    told: str

    def __str__(self) -> str:
        return f"{self.lecture}.{self.exercise}: {self.what}"


def answers(kind: str) -> list[Answer]:
    """All that are right, or all that are wrong."""
    return [answer for lecture in ORDER for answer in _read(lecture, kind)]


def _read(lecture: str, kind: str) -> list[Answer]:
    path = ROOT / "tests" / "unlisted" / f"{lecture}_{kind}.py"
    text = path.read_text("utf-8") if path.exists() else ""
    found = []
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            exercise, what = node.name.split("__", 1)
            lines = text.splitlines(keepends=True)
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            code = "".join(lines[first - 1 : node.end_lineno]).replace(node.name, exercise, 1)
            if isinstance(node, ast.ClassDef):
                code = textwrap.dedent("".join(lines[node.body[1].lineno - 1 : node.end_lineno]))
            found.append(Answer(lecture, exercise, what, code, ast.get_docstring(node) or ""))
    return found


@functools.cache
def needs() -> dict[str, set[str]]:
    """What each exercise needs, at once or through others, as the list tells it."""
    listed = json.loads(zth(ROOT, "list", "--json").out)["lectures"]
    direct = {
        (lecture["name"] + "." + e["exercise"].rpartition(".")[2]): {
            lecture["name"] + "." + need.rpartition(".")[2] for need in e["needs"]
        }
        for lecture in listed
        for e in lecture["exercises"]
    }
    grown = {name: set(first) for name, first in direct.items()}
    for _ in grown:
        for found in grown.values():
            found |= {deeper for need in list(found) for deeper in grown[need]}
    return grown


def rounds(all_answers: list[Answer]) -> list[list[Answer]]:
    """The answers in few files: one for each exercise, and none that another of the same file rests on."""
    made: list[list[Answer]] = []
    for answer in all_answers:
        for others in made:
            if all(_apart(answer, other) for other in others):
                others.append(answer)
                break
        else:
            made.append([answer])
    return made


def _apart(one: Answer, other: Answer) -> bool:
    a, b = (f"{answer.lecture}.{answer.exercise}" for answer in (one, other))
    return a != b and a not in needs()[b] and b not in needs()[a]


def verdicts(folder: Path, kind: str) -> dict[Answer, dict[str, Any]]:
    """Every answer graded by the real command; one that waits for another of its file once more, alone."""
    seconds = SECONDS[kind]
    graded = _graded(folder / "together", rounds(answers(kind)), seconds)
    waiting = [[answer] for answer, verdict in graded.items() if verdict["status"] == "blocked"]
    return graded | _graded(folder / "alone", waiting, seconds)


def _graded(folder: Path, files: list[list[Answer]], seconds: str) -> dict[Answer, dict[str, Any]]:
    places = [workspace(folder / str(number), **_texts(together)) for number, together in enumerate(files)]

    def run(number: int) -> dict[Answer, dict[str, Any]]:
        targets = sorted(f"{answer.lecture}.{answer.exercise}" for answer in files[number])
        ran = zth(places[number], "check", *targets, "--json", "--timeout", seconds)
        assert ran.status in (0, 1), ran.err
        return {answer: ran.results[answer.exercise] for answer in files[number]}

    with ThreadPoolExecutor(2) as pool:  # two runs at a time; Python 3.11 cannot parse in two threads, so that is done
        return {a: v for part in pool.map(run, range(len(files))) for a, v in part.items()}


def _texts(together: list[Answer]) -> dict[str, str]:
    """The solved files, with each answer in its place."""
    texts = {answer.lecture: solved(answer.lecture) for answer in together}
    for answer in together:
        decorators, _, rest = answer.code.rpartition("def ") if answer.code.startswith("@") else ("", "", "")
        code = f"def {rest}" if decorators else answer.code
        texts[answer.lecture] = replaced(texts[answer.lecture], f"{code}\n")
        if decorators:
            texts[answer.lecture] = texts[answer.lecture].replace(f"\n{code}", f"\n{decorators}{code}")
    return texts


@pytest.fixture(scope="module")
def of_the_right(tmp_path_factory: pytest.TempPathFactory) -> dict[Answer, dict[str, Any]]:
    return verdicts(tmp_path_factory.mktemp("right"), "right")


@pytest.fixture(scope="module")
def of_the_wrong(tmp_path_factory: pytest.TempPathFactory) -> dict[Answer, dict[str, Any]]:
    return verdicts(tmp_path_factory.mktemp("wrong"), "wrong")


@pytest.mark.parametrize("answer", answers("right"), ids=str)
def test_a_right_answer_passes(answer: Answer, of_the_right: dict[Answer, dict[str, Any]]) -> None:
    verdict = of_the_right[answer]
    assert verdict["status"] == "passed", verdict["message"]


@pytest.mark.parametrize("answer", answers("wrong"), ids=str)
def test_a_wrong_answer_is_rejected(answer: Answer, of_the_wrong: dict[Answer, dict[str, Any]]) -> None:
    verdict = of_the_wrong[answer]
    assert verdict["status"] in REJECTED, (verdict["status"], verdict["message"])


@pytest.mark.parametrize("answer", answers("wrong"), ids=str)
def test_what_differs_is_printed_so_that_it_differs(answer: Answer, of_the_wrong: dict[Answer, dict[str, Any]]) -> None:
    message = of_the_wrong[answer]["message"]
    found = re.search(r"yours (\S+), expected (\S+)$", message)
    assert not found or found[1] != found[2], message


# Wrong answers and right ones, written after the operators. What is said of the former has been read and judged.
OUTCOMES = tomllib.loads((ROOT / "tests" / "unlisted" / "outcomes.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def of_the_slips(tmp_path_factory: pytest.TempPathFactory) -> dict[Answer, dict[str, Any]]:
    return verdicts(tmp_path_factory.mktemp("slips"), "slips")


@pytest.fixture(scope="module")
def of_the_forms(tmp_path_factory: pytest.TempPathFactory) -> dict[Answer, dict[str, Any]]:
    return verdicts(tmp_path_factory.mktemp("forms"), "forms")


@pytest.mark.parametrize("answer", answers("slips"), ids=str)
def test_a_slip_is_rejected_and_told_what_was_judged(
    answer: Answer, of_the_slips: dict[Answer, dict[str, Any]]
) -> None:
    verdict = of_the_slips[answer]
    assert verdict["status"] in REJECTED, (verdict["status"], verdict["message"])
    assert (verdict["diagnosis"] or {"says": ""})["says"] == OUTCOMES[str(answer)]["says"]


@pytest.mark.parametrize("answer", answers("forms"), ids=str)
def test_a_form_that_nobody_listed_passes(answer: Answer, of_the_forms: dict[Answer, dict[str, Any]]) -> None:
    verdict = of_the_forms[answer]
    assert verdict["status"] == "passed", verdict["message"]


def test_slips_are_named_truly_and_never_falsely() -> None:
    judged = {str(answer): OUTCOMES[str(answer)]["judged"] for answer in answers("slips")}
    assert set(judged.values()) <= {"specific", "general", "silent"}
    single = {str(a): a.lecture for a in answers("slips") if a.told.startswith("Wrong:")}
    for lectures, share in [(ORDER, 0.85), *(((lecture,), 0.8) for lecture in sorted(set(single.values())))]:
        told = [judged[what] for what, lecture in single.items() if lecture in lectures]
        assert len(told) >= 15
        assert told.count("specific") >= 0.65 * len(told)
        assert told.count("specific") + told.count("general") >= share * len(told)


OWN_DIVISION = """class Value:
    def __pow__(self, k):
        raise NotImplementedError("micrograd.value_pow")

    def __truediv__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data / other.data, (self, other), "/")

        def _backward():
            self.grad += out.grad / other.data
            other.grad {sign}= out.grad * self.data / other.data**2

        out._backward = _backward
        return out

    def __rtruediv__(self, other):
        return Value(other) / self
"""


@pytest.mark.parametrize(("sign", "status"), [("-", "passed"), ("+", "failed")])
def test_a_division_that_uses_no_power_does_not_wait_for_the_power(tmp_path: Path, sign: str, status: str) -> None:
    text = replaced(solved("micrograd"), OWN_DIVISION.format(sign=sign))
    verdict = zth(workspace(tmp_path / "own", micrograd=text), "check", "value_div", "--json").results["value_div"]
    assert verdict["status"] == status, verdict["message"]
