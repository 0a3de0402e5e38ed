"""Every point that the course must teach has its exercises."""

import tomllib
from fnmatch import fnmatchcase

import pytest
from workspaces import ROOT

from grader.course.outline import ORDER, lecture

TAUGHT: dict[str, dict[str, list[str]]] = tomllib.loads((ROOT / "tests" / "taught.toml").read_text("utf-8"))
POINTS = [(name, point) for name, points in TAUGHT.items() for point in points]


def test_every_lecture_has_its_points() -> None:
    assert tuple(TAUGHT) == ORDER


@pytest.mark.parametrize(("name", "point"), POINTS)
def test_every_exercise_of_a_point_is_there(name: str, point: str) -> None:
    there = lecture(name).exercises
    missing = [wanted for wanted in TAUGHT[name][point] if not any(fnmatchcase(given, wanted) for given in there)]
    assert not missing
