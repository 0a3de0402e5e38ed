"""Where the course's own files are: in a clone beside `grader/`, in an installed wheel inside it."""

import functools
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
LECTURES = PACKAGE / "lectures"


@functools.cache
def course_root() -> Path:
    """The folder with the course's exercises/, solutions/ and data/."""
    clone = PACKAGE.parent
    return clone if (clone / "solutions").is_dir() and (clone / "pyproject.toml").is_file() else PACKAGE / "_course"


def stub_file(lecture: str) -> Path:
    """What a learner starts from."""
    return course_root() / "exercises" / f"{lecture}.py"


def solution_file(lecture: str) -> Path:
    """The reference."""
    return course_root() / "solutions" / f"{lecture}.py"


def alternatives_file(lecture: str) -> Path:
    """Right answers that look different."""
    return course_root() / "solutions" / "alternatives" / f"{lecture}.py"
