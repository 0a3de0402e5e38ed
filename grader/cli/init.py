"""`zth init`: a learner's folder."""

from pathlib import Path

import click

from grader.cli import options
from grader.course.workspace import create
from grader.reports.page import emit


@click.command(short_help="Make your folder: exercises/ and data/.")
@click.argument("folder", default=".", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path))
@options.looks
def command(folder: Path, color: bool | None, plain: bool) -> int:
    """Put exercises/ and data/ into DIR (this folder, if you name none).

    Nothing is overwritten: files that are there already stay as they are.
    """
    try:
        written, kept = create(folder)
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from None
    lines = [f"  new   {path}" for path in written] + [f"  kept  {path}" for path in kept]
    there = "" if folder == Path() else f"cd {folder}, then "
    emit([*lines, "", f"Next: {there}zth"])
    return 0
