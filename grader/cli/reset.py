"""`zth reset`: back to the stub."""

import sys
from pathlib import Path

import click

from grader.cli import options
from grader.cli.statuses import NOT_PASSED, PASSED
from grader.course import backups, targets
from grader.course.backups import Change
from grader.course.resetting import Wish, act, forget, lines_lost, plan
from grader.course.source import parse
from grader.course.workspace import Workspace, find
from grader.reports.page import emit, page


@click.command(short_help="An exercise or a lecture back to its stub; asks first.")
@click.argument("target", shell_complete=options.target)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@options.workspace
@options.looks
def command(target: str, yes: bool, workspace: Path | None, color: bool | None, plain: bool) -> int:
    """Put TARGET, an exercise or a lecture, back to its stub.

    Everything else in the file stays as you wrote it. What is thrown away is first kept in .zth/backups/, and
    `zth undo` brings it back.
    """
    wanted = targets.resolve(target)
    place = _place(wanted, workspace)
    wish = Wish(wanted.lecture, wanted.exercises)
    here = page(color, plain)
    try:
        ((path, change),) = plan(place, wish).items()
    except OSError as error:
        raise click.ClickException(f"{place.shown(place.file(wish.lecture))}: {error.strerror}.") from None
    shown, what = place.shown(place.root / path), ", ".join(wish.exercises) or "the whole file"
    if change.before == change.after:
        emit(here.wrap(f"{what} in {shown} is as it was handed out: there is nothing to reset."))
        return PASSED
    if not yes and not _asked(change, wish, shown, here.wrap):
        emit("Nothing was changed.")
        return NOT_PASSED
    done: dict[str, Change] = {}

    def again() -> dict[str, Change]:
        done.update(plan(place, wish))
        return done

    command = f"zth reset {target}"
    try:
        folder = backups.carry_out(
            place,
            act(place, wish, command, backups.now()),
            again,
            lambda records: forget(wish, done[path].after or b"", records),
        )
    except OSError as error:
        raise click.ClickException(f"{options.said(error)} Nothing of yours is lost: {shown} is as it was.") from None
    told = f"{shown}: {what} is the stub again."
    kept = f"What you had is in {place.shown(folder)}, and `zth undo` brings it back." if folder else ""
    emit(
        [
            *here.wrap(f"{told} {kept}"),
            *_still_broken(done[path].after or b"", wish, shown, here.wrap),
            "",
            *here.wrap(f"next: zth show {(wish.exercises or (_first(wish),))[0]}"),
        ]
    )
    return PASSED


def _still_broken(after: bytes, wish: Wish, shown: str, wrap: options.Wrap) -> list[str]:
    """Lines that an editor's slip moved out of a function stay where they are: whose they are cannot be known."""
    problems = parse(after.decode("utf-8-sig", "replace"), shown).problems if wish.exercises else ()
    if not problems:
        return []
    return wrap(
        f"Line {problems[0].line} of {shown} does not compile. It lies outside of {', '.join(wish.blanks)} and was"
        " left as it is: look whether it belongs there."
    )


def _first(wish: Wish) -> str:
    return wish.slugs[0].partition(".")[2]


def _place(wanted: targets.Target, folder: Path | None) -> Workspace:
    """The learner's folder; for a file given by its path, the one that it lies in."""
    if wanted.path is None:
        return find(folder)
    if wanted.path.parent.name != "exercises":
        raise click.UsageError(f"{wanted.path.name} is in no folder exercises/: zth resets only what it handed out.")
    return Workspace(wanted.path.parent.parent)


def _asked(change: Change, wish: Wish, shown: str, wrap: options.Wrap) -> bool:
    """Whether the learner agrees. Without anybody to answer, that is a no."""
    count = lines_lost(change, wish.blanks)
    lines = f"{count} line{'' if count == 1 else 's'} of yours" if count else "The lines"
    what = "the stub" if wish.exercises else "the stubs"
    emit(wrap(f"{lines} in {shown} would make room for {what}. They are kept first, and `zth undo` brings them back."))
    click.echo(f"Reset {' '.join(wish.exercises) or wish.lecture}? [y/N] ", nl=False)
    answer = sys.stdin.readline()
    if not answer:
        click.echo()
        raise click.ClickException("Nobody answered, and nothing was changed. `--yes` resets without asking.")
    return answer.strip().lower() in ("y", "yes")
