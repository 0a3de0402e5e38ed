"""`zth hint`: the next rung."""

from pathlib import Path

import click

from grader.cli import options
from grader.course import progress, targets
from grader.course.outline import lecture
from grader.course.workspace import find
from grader.reports import outline
from grader.reports.page import emit, page


@click.command(short_help="The next of three hints; the ones before stay visible.")
@click.argument("exercise", shell_complete=options.target)
@options.workspace
@options.looks
def command(exercise: str, workspace: Path | None, color: bool | None, plain: bool) -> int:
    """Show the next hint for EXERCISE, under the ones you have seen.

    There are three: something to look at, the idea, and nearly the code.
    """
    lecture_name, name = targets.one_exercise(exercise)
    there = lecture(lecture_name)
    asked = there.exercises[name]
    place = find(workspace)
    records = progress.read(place)
    record = records.setdefault(asked.slug, progress.Record())
    record.hints = min(record.hints + 1, len(asked.words.hints))
    emit(outline.hints(asked, record.hints, page(color, plain)))
    if trouble := progress.write(place, records):
        click.echo(trouble, err=True)
    return 0
