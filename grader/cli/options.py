"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from grader.course import progress
from grader.course.progress import Progress
from grader.course.workspace import Workspace

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


def _or_the_groups(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """An option that stands before the command (`zth --plain check`) holds for it, unless the command has its own."""
    name = param.name or ""
    if ctx.parent and ctx.get_parameter_source(name) is ParameterSource.DEFAULT:
        return ctx.parent.params.get(name, value)
    return value


def said(error: OSError) -> str:
    """What went wrong with which file."""
    return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."


def records(place: Workspace) -> Progress:
    """What was reached. Where the file that says so cannot be read, the learner is told."""
    found = progress.read(place)
    if not found and (trouble := progress.unreadable(place)):
        click.echo(trouble, err=True)
    return found


def workspace(command: Command) -> Command:
    return click.option(
        "--workspace",
        type=click.Path(path_type=Path),
        callback=_or_the_groups,
        metavar="DIR",
        help="Your folder with exercises/. Without it: the nearest one, from here upwards.",
    )(command)


def looks(command: Command) -> Command:
    plain = click.option(
        "--plain", is_flag=True, callback=_or_the_groups, help="Plain signs only, for screen readers and logs."
    )
    color = click.option(
        "--color/--no-color", default=None, callback=_or_the_groups, help="Colours; by themselves on a terminal."
    )
    return color(plain(command))


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
