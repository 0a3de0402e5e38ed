"""`zth show`: what is asked."""

import click

from grader.cli import options
from grader.course import targets
from grader.course.outline import lecture
from grader.course.root import stub_file
from grader.course.source import parse, read
from grader.reports import outline
from grader.reports.page import emit, page


@click.command(short_help="What an exercise asks: signature, shapes, what to watch.")
@click.argument("exercise")
@options.looks
def command(exercise: str, color: bool | None, plain: bool) -> int:
    """Show what EXERCISE asks for: its first line, its shapes, where the lecture explains it."""
    lecture_name, name = targets.one_exercise(exercise)
    path = stub_file(lecture_name)
    there = lecture(lecture_name)
    emit(outline.sheet(there, there.exercises[name], parse(read(path), str(path)), page(color, plain)))
    return 0
