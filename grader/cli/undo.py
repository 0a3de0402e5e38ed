"""`zth undo`: take the last destroying command back."""

from pathlib import Path

import click

from grader.cli import options
from grader.cli.statuses import NOT_PASSED, PASSED
from grader.course import backups, undoing
from grader.course.backups import Act
from grader.course.undoing import Undone
from grader.course.workspace import Workspace, find
from grader.reports.page import Page, emit, page


@click.command(short_help="Take the last reset or update back; again, the one before.")
@options.workspace
@options.looks
def command(workspace: Path | None, color: bool | None, plain: bool) -> int:
    """Take back what the last `zth reset` or `zth update` did; called again, the one before that.

    Only what that command changed comes back: what you wrote elsewhere since stays. Nothing is thrown away, what
    has to make room is kept in .zth/backups/.
    """
    place = find(workspace)
    here = page(color, plain)
    try:
        undone = undoing.undo(place)
    except OSError as error:
        raise click.ClickException(f"{options.said(error)} Nothing is lost: `zth undo` can be called again.") from None
    if undone is None:
        emit(here.wrap("There is nothing to take back: nothing was reset or updated here, or all of it is back."))
        return NOT_PASSED
    emit(_told(place, undone, here))
    return PASSED


def _told(place: Workspace, undone: Undone, here: Page) -> list[str]:
    act = undone.act
    if not undone.files:
        before = " Another `zth undo` takes back the one before." if backups.is_any(place) else ""
        return here.wrap(
            f"Your files are already as they were before `{act.command}` of {act.when}: nothing had to change.{before}"
        )
    files = ", ".join(place.shown(place.root / path) for path in undone.files)
    lines = here.wrap(f"{files}: as before `{act.command}` of {act.when}.")
    if undone.displaced and undone.kept:
        names = ", ".join(undone.displaced)
        lines += here.wrap(f"What you had written since in {names} is kept in {place.shown(undone.kept)}.")
    return [*lines, "", f"next: {_next(act)}"]


def _next(act: Act) -> str:
    slugs = list(act.records)
    if act.yields or not slugs:
        return "zth"
    lecture, _, name = slugs[0].partition(".")
    return f"zth check {name if len(slugs) == 1 else lecture}"
