"""`zth list`: the map."""

from pathlib import Path

import click

from grader.cli import options
from grader.course import progress, targets
from grader.course.outline import ORDER, lecture
from grader.course.source import FileTrouble, Source, read_source
from grader.course.workspace import NoWorkspace, Workspace, find
from grader.reports import outline
from grader.reports.page import emit, emit_json, page


@click.command(short_help="The map: every exercise, its minutes, its status.")
@click.argument("name", required=False, metavar="[LECTURE]", shell_complete=options.lecture)
@options.workspace
@options.as_json
@options.looks
def command(name: str | None, workspace: Path | None, json: bool, color: bool | None, plain: bool) -> int:
    """Show the map of the course, or of one LECTURE.

    A status is as of the last `zth check`; where your code has changed since, it says so.
    """
    if name and name not in ORDER:
        name = targets.resolve(name).lecture
    lectures = [lecture(each) for each in ([name] if name else ORDER)]
    try:
        place = find(workspace)
    except NoWorkspace:
        if workspace:
            raise
        place = None
    records = options.records(place) if place else {}
    changed = {
        exercise.slug
        for each in lectures
        if place and (source := _source(place, each.name))
        for exercise in each.exercises.values()
        if exercise.slug in records and records[exercise.slug].code != progress.code_of(source, exercise)
    }
    if json:
        emit_json(outline.as_json(lectures, records, changed))
    else:
        emit(outline.listing(lectures, records, changed, page(color, plain)))
    return 0


def _source(place: Workspace, name: str) -> Source | None:
    path = place.file(name)
    try:
        return read_source(path)
    except FileTrouble:
        return None
