"""`zth watch`: grade what is saved."""

import gc
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import options, remembered
from grader.cli.opening import sandbox_for
from grader.cli.statuses import STOPPED
from grader.course import progress, targets
from grader.course.blanks import exercise_names, is_untouched
from grader.course.outline import ORDER, Exercise
from grader.course.source import FileTrouble
from grader.course.workspace import NoWorkspace, Workspace, find
from grader.judging.submission import AT_HINT, Opened, Submission, Wanted, settled_verdicts
from grader.judging.verdict import FileVerdicts
from grader.reports.page import page

if TYPE_CHECKING:
    from grader.sandbox.interface import Sandbox
    from grader.watching.desk import Desk
    from grader.watching.session import Hands, Session


@click.command(short_help="Grade what you save, as you save it.")
@click.argument("target", required=False, shell_complete=options.target)
@options.workspace
@click.option("--poll", is_flag=True, help="Look at the files, where the system does not tell of saves.")
@options.looks
def command(target: str | None, workspace: Path | None, poll: bool, color: bool | None, plain: bool) -> int:
    """Watch your files: what you save is graded at once, and stays on the screen until you save again.

    TARGET is a lecture, an exercise, or a file. Without one, the lecture you are at; saving another lecture's file
    goes to that one. `--plain` prints line by line, for screen readers, pipes and logs; so it does by itself where
    standard output is no terminal.
    """
    wanted = targets.resolve(target) if target else None
    place = _workspace(wanted, workspace)
    submissions = _submissions(place, wanted)
    here = page(color, plain)
    first = wanted.lecture if wanted else _where(place, list(submissions))
    exercise = wanted.exercises[0] if wanted and wanted.exercises else ""
    linear = here.plain or not _on_a_terminal()
    if not here.color and not linear:
        os.environ["NO_COLOR"] = "1"
    click.echo(f"zth watch is getting ready ({first}) ...", err=True)
    try:
        with opened(place, submissions, quick=not linear, poll=poll) as session:
            if linear:
                from grader.watching import plain as front

                return front.run(session, first, exercise, here)
            from grader.watching import app

            return app.run(session, first, exercise, here.color)
    except KeyboardInterrupt:
        click.echo(err=True)  # below the terminal's ^C; there is nothing to be told
        return STOPPED


@contextmanager
def opened(
    place: Workspace, submissions: dict[str, Submission], quick: bool = True, poll: bool = False
) -> "Iterator[Session]":
    """A session that is ready to start. Its sandbox begins before anything that has threads."""
    first = [name for name in ORDER if name in submissions]
    with sandbox_for(first) as sandbox:
        from grader.watching.desk import Desk
        from grader.watching.session import Session

        desk = Desk()
        yield Session(submissions, desk, _hands(place, sandbox, desk, quick), poll)


def _hands(place: Workspace, sandbox: "Sandbox", desk: "Desk", quick: bool) -> "Hands":
    """Grade as `zth check` does, and keep what was reached as `zth check` and `zth hint` do."""
    from grader.cli.check import in_order
    from grader.judging.grading import grade
    from grader.judging.judge import Judge
    from grader.watching.desk import CalledAway
    from grader.watching.giving_way import GivingWay
    from grader.watching.session import Hands

    giving_way = GivingWay(sandbox, desk.called_away)
    judge = Judge(giving_way)
    writing = threading.Lock()  # between this command's own threads, where no folder can be locked
    gc.collect()
    gc.freeze()  # what torch has made stays
    gc.enable()  # other commands are short and go without; this one runs for hours

    def graded(file: Opened, wanted: Wanted) -> FileVerdicts:
        try:
            verdicts = in_order(settled_verdicts(file) or grade(judge, file, wanted))
        except CalledAway:
            giving_way.dismiss_all()
            raise
        if wanted.search == AT_HINT:
            for verdict in verdicts.verdicts:
                remembered.keep_place(place, file, verdict)
        return remembered.with_places(place, file, verdicts)

    def keep(file: Opened, verdicts: FileVerdicts) -> str:
        with writing:
            return progress.change(place, lambda records: _note(file, verdicts, records))[1]

    def hint(exercise: Exercise) -> str:
        with writing:
            return progress.change(place, lambda records: progress.hint_read(exercise, records))[1]

    return Hands(graded, keep, hint, lambda: progress.read(place), giving_way.be_ready, quick)


def _note(file: Opened, verdicts: FileVerdicts, records: progress.Progress) -> None:
    """Note what is not kept yet: a file is graded again and again, a try is counted once."""
    codes = remembered.codes_of(file, verdicts) if file.source.text else {}  # no text: it could not be read
    for verdict in verdicts.verdicts if codes else ():
        record = records.setdefault(verdict.exercise, progress.Record())
        if (record.status, record.code) != (verdict.status, codes[verdict.exercise]):
            record.graded(verdict.status, codes[verdict.exercise])


def _workspace(wanted: targets.Target | None, folder: Path | None) -> Workspace:
    """The folder that keeps the progress. Raises NoWorkspace."""
    path = wanted.path if wanted else None
    if path and path.parent.name == "exercises":
        return Workspace(path.parent.parent)
    if path:
        raise NoWorkspace(f"{path} is in no folder exercises/. `zth check {path.name}` grades it as it is.")
    return find(folder)


def _submissions(place: Workspace, wanted: targets.Target | None) -> dict[str, Submission]:
    """What is watched: the lecture that is asked for, or all that there are. Raises NoWorkspace, FileTrouble."""
    lectures = [wanted.lecture] if wanted else [name for name in ORDER if os.path.exists(place.file(name))]
    if not lectures:
        raise NoWorkspace("exercises/ holds no file of this course. `zth init` puts them there.")
    paths = {name: place.file(name) for name in lectures}
    if wanted and not os.path.exists(paths[wanted.lecture]):
        raise FileTrouble(f"{place.shown(paths[wanted.lecture])} does not exist. `zth init` puts it there.")
    return {name: Submission(name, path, place.shown(path), exercise_names(name)) for name, path in paths.items()}


def _where(place: Workspace, lectures: list[str]) -> str:
    """The lecture that one is at: the file that was last saved, of those that are no longer as they were handed out."""
    started = []
    for name in lectures:
        try:
            if not is_untouched(name, place.file(name).read_bytes()):
                started.append((place.file(name).stat().st_mtime_ns, name))
        except OSError:
            continue
    return max(started)[1] if started else lectures[0]


def _on_a_terminal() -> bool:
    """Whether the application can be drawn: it reads keys, and writes to standard error."""
    return all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)) and os.environ.get("TERM") != "dumb"
