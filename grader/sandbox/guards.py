"""Notes calls that an exercise does not allow. Coaching, not security: a file that wants to can wipe the notes."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from grader.sandbox.wire import Shortcut

TORCH = str(Path(torch.__file__).parent)
GRADER = str(Path(__file__).parent.parent)


def watch(names: tuple[str, ...], notes: list[Shortcut]) -> None:
    """Wrap functions of torch ("torch.autograd.grad"), so that a call from the learner's code is noted."""
    for name in names:
        owner: Any = torch
        *path, last = name.split(".")[1:]
        for part in path:
            owner = getattr(owner, part, None)
        function = getattr(owner, last, None)
        if function is not None and not hasattr(function, "__watched__"):
            setattr(owner, last, _watched(name, function, notes))


def _watched(name: str, function: Callable[..., Any], notes: list[Shortcut]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        line = _learners_line()
        if line is not None:
            notes.append(Shortcut(name, line))
        return function(*args, **kwargs)

    call.__watched__ = True  # type: ignore[attr-defined]
    return call


def _learners_line() -> int | None:
    """The line that called into torch, if it is the learner's and not a check's."""
    frame = sys._getframe(2)
    while frame.f_code.co_filename.startswith(TORCH) and frame.f_back:
        frame = frame.f_back
    return None if frame.f_code.co_filename.startswith(GRADER) else frame.f_lineno
