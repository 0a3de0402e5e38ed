"""Answers that nobody wrote with the grader in mind: what is wrong is rejected, and what is right passes.

Each was written from the docstrings alone. `exercise__what` is a function, or a class that holds what takes the place
of several functions or of methods.
"""

import ast
import functools
import json
import re
import textwrap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from workspaces import ROOT, replaced, solved, workspace, zth

LECTURES = ("micrograd", "part4")
REJECTED = {"failed", "error", "timeout", "crashed"}


@dataclass(frozen=True)
class Answer:
    """What a learner could hand in for one exercise."""

    lecture: str
    exercise: str
    what: str
    code: str

    def __str__(self) -> str:
        return f"{self.lecture}.{self.exercise}: {self.what}"


def answers(kind: str) -> list[Answer]:
    """All that are right, or all that are wrong."""
    return [answer for lecture in LECTURES for answer in _read(lecture, kind)]


def _read(lecture: str, kind: str) -> list[Answer]:
    text = (ROOT / "tests" / "unlisted" / f"{lecture}_{kind}.py").read_text("utf-8")
    found = []
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            exercise, what = node.name.split("__", 1)
            lines = text.splitlines(keepends=True)
            code = "".join(lines[node.lineno - 1 : node.end_lineno]).replace(node.name, exercise, 1)
            if isinstance(node, ast.ClassDef):
                code = textwrap.dedent("".join(lines[node.body[1].lineno - 1 : node.end_lineno]))
            found.append(Answer(lecture, exercise, what, code))
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
    """Every answer graded by the real command, two runs at a time."""

    def run(number: int, together: list[Answer]) -> dict[Answer, dict[str, Any]]:
        texts = {lecture: solved(lecture) for lecture in {answer.lecture for answer in together}}
        for answer in together:
            texts[answer.lecture] = replaced(texts[answer.lecture], f"{answer.code}\n")
        targets = sorted(f"{answer.lecture}.{answer.exercise}" for answer in together)
        ran = zth(workspace(folder / str(number), **texts), "check", *targets, "--json", "--timeout", "3")
        assert ran.status in (0, 1), ran.err
        return {answer: ran.results[answer.exercise] for answer in together}

    made = rounds(answers(kind))
    with ThreadPoolExecutor(2) as pool:
        return {a: v for part in pool.map(run, range(len(made)), made) for a, v in part.items()}


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
