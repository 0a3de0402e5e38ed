"""`zth data`: the data sets, and the lectures' own files."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from grader.cli import options
from grader.cli.statuses import NOT_PASSED, PASSED
from grader.course.data import DATA, DataSet, figures, state_of
from grader.course.root import course_root
from grader.course.workspace import NoWorkspace, Workspace, find
from grader.reports.data import Row, as_json, listing
from grader.reports.page import Page, emit, emit_json, page


@click.group(invoke_without_command=True, short_help="The data sets, and how to get the lectures' own files.")
@options.workspace
@options.as_json
@options.looks
@click.pass_context
def command(ctx: click.Context, workspace: Path | None, json: bool, color: bool | None, plain: bool) -> int:
    """Show the data sets that the experiments read, with their figures and where they come from.

    They differ a little from the files of the lectures. `zth data fetch names` gets the lecture's own one: zth
    needs it for nothing, it is there for you to compare.
    """
    if ctx.invoked_subcommand:
        return PASSED
    place = _place(workspace)
    rows = [_row(data, place) for data in DATA.values()]
    if json:
        emit_json(as_json(rows))
    else:
        emit(listing(rows, page(color, plain)))
    return PASSED


@command.command(short_help="Get a lecture's own file.")
@click.argument("name", metavar="NAME", type=click.Choice(list(DATA)))
@options.workspace
@click.option("--timeout", type=options.Seconds(), default=60, metavar="S", help="Seconds that it may take (60).")
@options.looks
def fetch(name: str, workspace: Path | None, timeout: float, color: bool | None, plain: bool) -> int:
    """Get the lecture's own file of NAME (names or shakespeare) into data/lecture/.

    It comes from the lecture's repository and is put there only if its SHA-256 is the right one. Nothing but
    the request for the file is sent. A mirror can be named by ZTH_DATA_URL, in the place of
    https://raw.githubusercontent.com.
    """
    from grader.course import fetching  # what it imports takes longer than the rest of the command

    data, here = DATA[name], page(color, plain)
    place = find(workspace)
    target = data.own(place.root)
    shown = place.shown(target)
    if state_of(data, target) == "own":
        emit(here.wrap(f"{shown} is there already, and is the lecture's own file. `zth data` shows its figures."))
        return PASSED
    tell = _telling()
    try:
        fetching.fetch(data, target, timeout, tell)
    except fetching.NotFetched as error:
        tell(0)
        click.echo("\n".join(_by_hand(data, shown, str(error), here)), err=True)
        return NOT_PASSED
    except fetching.NoAddress as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        tell(0)
        raise click.ClickException(f"{shown} cannot be written: {error.strerror}.") from None
    tell(0)
    emit(here.wrap(f"{shown} is the lecture's own file, by its SHA-256. `zth data` shows its figures."))
    return PASSED


def _place(folder: Path | None) -> Workspace | None:
    """The learner's folder. Without one the course's own data is shown."""
    try:
        return find(folder)
    except NoWorkspace:
        if folder:
            raise
        return None


def _row(data: DataSet, place: Workspace | None) -> Row:
    root = place or Workspace(course_root())
    path = data.own(root.root)
    state = state_of(data, path)
    there = place.root / "data" / data.embedded.name if place else data.embedded
    lacking, differs = "", False
    if place and not there.exists():
        lacking = "zth init" if place.root == Path.cwd() else f"zth init {place.root}"
    elif there.is_file():
        differs = there.read_bytes().replace(b"\r\n", b"\n") != data.embedded.read_bytes()
    own = figures(data, path) if state == "own" else None
    return Row(data, figures(data, data.embedded), root.shown(path), state, own, lacking, differs)


def _by_hand(data: DataSet, shown: str, why: str, here: Page) -> list[str]:
    """What went wrong, and the way without a network. The address is not folded, so that it can be copied."""
    from grader.course.fetching import HOST

    again = f"zth: {why} Try `zth data fetch {data.name}` again later, or save this on any machine:"
    then = f"as {shown}. `zth data` checks it by the same SHA-256."
    return [here.fit(line) for line in [*here.wrap(again), "", f"  {HOST}/{data.path}", "", *here.wrap(then)]]


def _telling() -> Callable[[int], None]:
    """How far it is, on one line of a terminal, if it takes more than a second; 0 clears the line."""
    if not sys.stderr.isatty():
        return lambda count: None
    begun = time.monotonic()

    def tell(count: int) -> None:
        if time.monotonic() - begun > 1:
            click.echo(f"\r\033[K{f'{count:,} bytes' if count else ''}", nl=False, err=True)

    return tell
