"""`zth show`: what is asked."""

from pathlib import Path

import click

from grader.cli import options
from grader.course import targets
from grader.course.outline import Exercise, lecture
from grader.course.source import FileTrouble, parse, read_source
from grader.course.stubs import pristine
from grader.course.workspace import NoWorkspace, find
from grader.reports import outline
from grader.reports.page import emit, page


@click.command(short_help="What an exercise asks: signature, shapes, what to watch.")
@click.argument("exercise", shell_complete=options.target)
@options.workspace
@click.option("--open", "opened", is_flag=True, help="Open your file there too, in the editor that $VISUAL names.")
@options.looks
def command(exercise: str, workspace: Path | None, opened: bool, color: bool | None, plain: bool) -> int:
    """Show what EXERCISE asks for: its first line, its shapes, where the lecture explains it."""
    lecture_name, name = targets.one_exercise(exercise)
    there = lecture(lecture_name)
    stub = parse(pristine(lecture_name), f"{lecture_name}.py")
    emit(
        outline.sheet(there, there.exercises[name], stub, _place(workspace, there.exercises[name]), page(color, plain))
    )
    if opened:
        from grader.cli.editor import open_at

        own = find(workspace)
        path = own.file(lecture_name)
        definition = read_source(path, own.shown(path)).definitions.get(there.exercises[name].blanks[0])
        open_at(path, own.shown(path), definition.lineno if definition else 1)
    return 0


def _place(folder: Path | None, exercise: Exercise) -> str:
    """Where to write it: file and line of the learner's own file, if there is one."""
    try:
        place = find(folder)
        path = place.file(exercise.lecture)
        definition = read_source(path, place.shown(path)).definitions.get(exercise.blanks[0])
    except (NoWorkspace, FileTrouble):
        if folder:
            raise
        return f"exercises/{exercise.lecture}.py"
    return f"{place.shown(path)}:{definition.lineno}" if definition else place.shown(path)
