"""`zth demo`: a tour on a half-finished answer."""

import tempfile
from pathlib import Path

import click

from grader.cli import options
from grader.cli.check import grade_all
from grader.course import demo
from grader.course.blanks import exercise_names
from grader.course.outline import lecture as read_lecture
from grader.judging.submission import Budget, Submission, Wanted, open_file
from grader.reports.page import emit, page
from grader.reports.terminal import report


@click.command(short_help="A tour: one right, one wrong and diagnosed, the rest to do.")
@options.looks
def command(color: bool | None, plain: bool) -> int:
    """Grade a half-finished answer to part 4, made for this tour. Your own files are not touched."""
    here = page(color, plain)
    text = demo.half_finished()
    names = exercise_names(demo.LECTURE)
    emit(here.wrap(f"Somebody has begun with part 4: {demo.RIGHT} is filled in, and so is {demo.WRONG}, like this:"))
    emit(["", *(f"    {line}" for line in demo.shown(text, demo.WRONG).splitlines()), ""])
    emit([*here.wrap("Now they run `zth check part4`."), ""])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "exercises", f"{demo.LECTURE}.py")
        path.parent.mkdir()
        path.write_text(text, "utf-8")
        submission = Submission(demo.LECTURE, path, f"exercises/{demo.LECTURE}.py", names)
        files = grade_all(
            [open_file(submission)], Wanted(search=Budget(20.0, 400))
        )  # a tour shows it on a busy machine too
    emit(report(files, {demo.LECTURE: read_lecture(demo.LECTURE)}, {}, here, verbose=False))
    emit(["", *here.wrap("Now you: `zth init` puts the exercises into this folder, and `zth` says what is first.")])
    statuses = {verdict.exercise.partition(".")[2]: verdict.status for verdict in files[0].verdicts}
    return 0 if (statuses[demo.RIGHT], statuses[demo.WRONG]) == ("passed", "failed") else 3
