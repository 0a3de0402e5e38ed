"""What a learner may type for a lecture or an exercise, and what is nearest to what they typed."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.course.blanks import exercise_names
from grader.course.outline import ORDER


class UnknownTarget(Exception):
    """No such lecture or exercise; the words name the nearest."""


@dataclass(frozen=True)
class Target:
    """Some exercises of a lecture (all, if none is named), in the learner's file or in the one given."""

    lecture: str
    exercises: tuple[str, ...]
    path: Path | None = None


def resolve(text: str) -> Target:
    """A lecture, an exercise ("dcounts", "part4.dcounts"), a file, or file.py::exercise. Raises UnknownTarget."""
    name, _, exercise = text.partition("::")
    if name in ORDER and exercise:
        return resolve(f"{name}.{exercise}")
    if name.endswith(".py") or "/" in name or Path(name).is_file():
        path = Path(name)
        if path.stem not in ORDER:
            raise UnknownTarget(f"{name} is no file of this course: {_list(f'{lecture}.py' for lecture in ORDER)}.")
        if not os.path.exists(path):
            if path.parent.is_dir() and not os.access(path.parent, os.X_OK):
                raise UnknownTarget(f"{path.parent} cannot be read: Permission denied.")
            beside = Path("exercises", path.name)
            raise UnknownTarget(
                f"{name} does not exist." + (f" Did you mean {beside}?" if os.path.exists(beside) else "")
            )
        if exercise and exercise not in exercise_names(path.stem):
            raise UnknownTarget(f"{path.stem} has no exercise {exercise!r}.{_nearest(exercise, path.stem)}")
        return Target(path.stem, (exercise,) if exercise else (), path.absolute())
    if text in ORDER:
        return Target(text, ())
    lecture, dot, exercise = text.partition(".")
    if dot and lecture in ORDER:
        if exercise in exercise_names(lecture):
            return Target(lecture, (exercise,))
        raise UnknownTarget(f"{lecture} has no exercise {exercise!r}.{_nearest(exercise, lecture)}")
    found = [lecture for lecture in ORDER if text in exercise_names(lecture)]
    if len(found) == 1:
        return Target(found[0], (text,))
    if found:
        raise UnknownTarget(f"{text!r} is in several lectures: {_list(f'{lecture}.{text}' for lecture in found)}.")
    raise UnknownTarget(f"There is no lecture or exercise {text!r}.{_nearest(text)}")


def one_exercise(text: str) -> tuple[str, str]:
    """Lecture and name of a single exercise. Raises UnknownTarget."""
    target = resolve(text)
    if len(target.exercises) != 1:
        raise UnknownTarget(f"{text} is a lecture. Which exercise? `zth list {target.lecture}` shows them.")
    return target.lecture, target.exercises[0]


def everything() -> Iterator[str]:
    """All names that can be typed."""
    for lecture in ORDER:
        yield lecture
        for exercise in exercise_names(lecture):
            yield exercise
            yield f"{lecture}.{exercise}"


def _nearest(text: str, lecture: str = "") -> str:
    names = list(exercise_names(lecture)) if lecture else [n for n in everything() if "." not in n or "." in text]
    import difflib  # only for a slip of the fingers

    lower = {name.lower(): name for name in names}
    near = [lower[name] for name in difflib.get_close_matches(text.lower(), lower, n=3, cutoff=0.5)]
    near = [n for n in near if n[:1].lower() == near[0][:1].lower()]
    if near:
        return f" Did you mean {_list(near)}?"
    return f" `zth list{' ' + lecture if lecture else ''}` shows what there is."


def _list(names: Iterator[str] | list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
