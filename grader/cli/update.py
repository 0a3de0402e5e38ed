"""`zth update`: a newer course in an old folder."""

from pathlib import Path

import click

from grader.cli import options
from grader.cli.statuses import PASSED
from grader.course import backups, updating
from grader.course.backups import Act, Change
from grader.course.workspace import find
from grader.reports.page import emit, page
from grader.reports.update import plan_lines


@click.command(short_help="Bring what you have not touched up to date; your code stays.")
@click.option("--dry-run", is_flag=True, help="Show the plan, and change nothing.")
@options.workspace
@options.looks
def command(dry_run: bool, workspace: Path | None, color: bool | None, plain: bool) -> int:
    """Bring your folder up to date with the course that is installed.

    Missing files and stubs that you have not touched are replaced, function by function; what you wrote stays byte
    for byte, with everything around it. The plan is shown first; what is replaced is kept in .zth/backups/, and
    `zth undo` takes it all back.
    """
    place = find(workspace)
    here = page(color, plain)
    try:
        update = updating.plan(place)
        emit(plan_lines(update, here, dry_run))
        if dry_run:
            return PASSED
        if not update.changes:
            updating.keep_bases(place, update)
            return PASSED
        act = Act("zth update", backups.now(), yields=True)
        folder = backups.carry_out(place, act, lambda: _changes(updating.plan(place)))
    except OSError as error:
        raise click.ClickException(
            f"{options.said(error)} Nothing is lost: `zth update` can be called again."
        ) from None
    kept = f" What was there before is in {place.shown(folder)}; `zth undo` takes it back." if folder else ""
    emit(["", *here.wrap(f"Done.{kept}"), "", "next: zth"])
    return PASSED


def _changes(update: updating.Update) -> dict[str, Change]:
    """The files first: a base that is older than its file does no harm, a newer one would make stubs look edited."""
    return update.changes | update.bases
