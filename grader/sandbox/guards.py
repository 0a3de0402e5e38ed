"""Notes calls that an exercise does not allow. Coaching, not security: a file that wants to can wipe the notes."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import torch

from grader.sandbox.wire import Shortcut

TORCH = str(Path(torch.__file__).parent)
GRADER = str(Path(__file__).parent.parent)


def watch(names: tuple[str, ...], path: str, notes: list[Shortcut]) -> None:
    """Wrap functions of torch ("torch.autograd.grad"), so that a call from the learner's file, or by way of one
    beside it, is noted.
    """
    for name in names:
        owner: Any = torch
        *parts, last = name.split(".")[1:]
        for part in parts:
            owner = getattr(owner, part, None)
        function = getattr(owner, last, None)
        if function is not None and not hasattr(function, "__watched__"):
            setattr(owner, last, _watched(name, function, path, notes))


def _watched(name: str, function: Callable[..., Any], path: str, notes: list[Shortcut]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        line = _learners_line(path)
        if line is not None:
            notes.append(Shortcut(name, line))
        return function(*args, **kwargs)

    call.__watched__ = True  # type: ignore[attr-defined]
    return call


def _learners_line(path: str) -> int | None:
    """The line of the learner's file that led into torch; None if a check called it."""
    frame: FrameType | None = sys._getframe(2)
    while frame and frame.f_code.co_filename.startswith(TORCH):
        frame = frame.f_back
    if frame is None or frame.f_code.co_filename.startswith(GRADER):
        return None
    line = frame.f_lineno
    while frame and frame.f_code.co_filename != path and not frame.f_code.co_filename.startswith(GRADER):
        frame = frame.f_back
    return frame.f_lineno if frame and frame.f_code.co_filename == path else line
