"""`zth hint`: the next rung."""

from pathlib import Path

import click

from grader.cli import options, remembered
from grader.course import progress, targets
from grader.course.outline import Exercise, lecture
from grader.course.workspace import Workspace, find
from grader.judging.submission import AT_HINT, Submission, Wanted, open_file
from grader.reports import outline
from grader.reports.page import Page, emit, page
from grader.reports.places import place_lines


@click.command(short_help="The next of three hints; the ones before stay visible.")
@click.argument("exercise", shell_complete=options.target)
@options.workspace
@options.looks
def command(exercise: str, workspace: Path | None, color: bool | None, plain: bool) -> int:
    """Show the next hint for EXERCISE, under the ones you have seen.

    There are three: something to look at, the idea, and nearly the code. If your answer was wrong at the last check, it
    is also searched for the place where one change would make it right.
    """
    lecture_name, name = targets.one_exercise(exercise)
    there = lecture(lecture_name)
    asked = there.exercises[name]
    place = find(workspace)
    here = page(color, plain)
    records, trouble = progress.change(place, lambda records: progress.hint_read(asked, records))
    record = records[asked.slug]
    emit(outline.hints(asked, record.hints, here))
    if trouble:
        click.echo(trouble, err=True)
    if record.status in ("failed", "error"):  # the hint can be read meanwhile
        _tell_the_place(place, asked, record.hints, here)
    return 0


def _tell_the_place(workspace: Workspace, asked: Exercise, hints: int, here: Page) -> None:
    """Where a change makes it right, after a longer search than `zth check` makes."""
    from grader.cli.check import grade_all

    path = workspace.file(asked.lecture)
    opened = open_file(Submission(asked.lecture, path, workspace.shown(path), (asked.name,)))
    wanted = Wanted(diagnose=False, search=AT_HINT, hints={asked.slug: hints})
    (verdict,) = grade_all([opened], wanted)[0].verdicts
    if verdict.place:
        remembered.keep_place(workspace, opened, verdict)
        emit(["", f"In {verdict.file}:", "", *place_lines(verdict.place, here)])
