"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]
Wrap = Callable[[str], list[str]]


class Seconds(click.FloatRange):
    """A number of seconds, from a tenth upwards."""

    def __init__(self) -> None:
        super().__init__(min=0.1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds = super().convert(value, param, ctx)
        if not seconds < float("inf"):
            self.fail(f"{value} is no number of seconds.", param, ctx)
        return float(seconds)


def said(error: OSError) -> str:
    """What went wrong with which file."""
    return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."


def workspace(command: Command) -> Command:
    return click.option(
        "--workspace",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Your folder with exercises/. Without it: the nearest one, from here upwards.",
    )(command)


def looks(command: Command) -> Command:
    command = click.option("--plain", is_flag=True, help="Plain signs only, for screen readers and logs.")(command)
    return click.option("--color/--no-color", default=None, help="Colours; by themselves on a terminal.")(command)


def as_json(command: Command) -> Command:
    return click.option("--json", "json", is_flag=True, help="Print one JSON document instead.")(command)


def target(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """What a shell may complete: lectures and exercises; with a dot, exercises with their lecture."""
    from grader.course.targets import everything

    names = [name for name in everything() if ("." in name) == ("." in incomplete)]
    return [name for name in names if name.startswith(incomplete)]


def lecture(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """What a shell may complete where a lecture is meant."""
    from grader.course.outline import ORDER

    return [name for name in ORDER if name.startswith(incomplete)]
