"""`zth solution`: the course's own answer, beside the learner's."""

from pathlib import Path

import click

from grader.cli import options
from grader.cli.statuses import NOT_PASSED, PASSED
from grader.course import progress, targets
from grader.course.outline import Exercise, lecture
from grader.course.solution import difference
from grader.course.source import FileTrouble, parse, read
from grader.course.workspace import find
from grader.reports import solution
from grader.reports.page import emit, page


@click.command(short_help="The solution beside yours, once yours has passed.")
@click.argument("exercise", shell_complete=options.target)
@click.option("--reveal", is_flag=True, help="Show it before yours has passed; your progress notes that.")
@options.workspace
@options.looks
def command(exercise: str, reveal: bool, workspace: Path | None, color: bool | None, plain: bool) -> int:
    """Show how the course solves EXERCISE, as changes to your own code: - is yours, + is the course's.

    It is shown when yours has passed, or with --reveal, which is noted in .zth/progress.json. Your file is not
    changed.
    """
    lecture_name, name = targets.one_exercise(exercise)
    asked = lecture(lecture_name).exercises[name]
    place = find(workspace)
    here = page(color, plain)
    record = options.records(place).get(asked.slug) or progress.Record()
    if not record.passed and not reveal:
        emit(solution.not_yet(asked, record, here))
        return NOT_PASSED
    path = place.file(lecture_name)
    try:
        text = read(path, place.shown(path))
    except OSError as error:
        raise FileTrouble(f"{place.shown(path)} cannot be read: {error.strerror}.") from None
    passes = record.status == "passed" and record.code == progress.code_of(parse(text, place.shown(path)), asked)
    if not record.passed and (trouble := progress.change(place, lambda records: _reveal(asked, records))[1]):
        click.echo(trouble, err=True)
    emit(solution.beside(asked, difference(text, place.shown(path), asked), passes, record.passed, here))
    return PASSED


def _reveal(asked: Exercise, records: progress.Progress) -> None:
    records.setdefault(asked.slug, progress.Record()).revealed = True
