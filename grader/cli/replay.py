"""`zth replay`: the failing draw on your own code, in the foreground."""

import ast
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import msgspec

from grader.cli import options
from grader.cli.check import grade_all, status_of
from grader.cli.statuses import OUR_FAULT
from grader.course import progress, targets
from grader.course.outline import lecture as read_lecture
from grader.course.source import Source
from grader.course.workspace import find
from grader.judging.submission import AT_CHECK, AT_HINT, Opened, Submission, Wanted, open_file
from grader.judging.verdict import FileVerdicts, Verdict
from grader.reports.links import with_links
from grader.reports.page import Page, emit, page
from grader.reports.steps import step_lines
from grader.reports.terminal import report, wrong_lines

OURS = "what the check asks of your functions, as a plain script."  # how a script begins that we wrote


@click.command(short_help="Play the failing draw on your own code: print, breakpoint(), --pdb, --script.")
@click.argument("exercise", shell_complete=options.target)
@options.workspace
@click.option("--pdb", "debug", is_flag=True, help="Stop in the debugger: where it raises, else in your function.")
@click.option(
    "--script",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it as a plain script instead, which needs no zth: for the debugger of your editor.",
)
@options.looks
def command(
    exercise: str, workspace: Path | None, debug: bool, script: Path | None, color: bool | None, plain: bool
) -> int:
    """Play the first draw on which EXERCISE is not right, on your own file, in the foreground.

    What your code prints is seen at once, breakpoint() stops, and nothing is timed. Afterwards the check's own lines
    are shown with what each made. An exercise that passes is played on its first draw.
    """
    lecture, name = targets.one_exercise(exercise)
    place = find(workspace)
    path = place.file(lecture)
    opened = open_file(Submission(lecture, path, place.shown(path), (name,)))
    here = page(color, plain)
    if script:
        _must_be_ours(script)
    (file,) = grade_all([opened], Wanted(needs=False, search=AT_HINT if debug else AT_CHECK))
    (verdict,) = file.verdicts
    if name in opened.settled or verdict.status == "fault":  # there is nothing to play
        emit(report([file], {lecture: read_lecture(lecture)}, progress.read(place), here, verbose=False))
        return status_of([file])
    hints = progress.read(place).get(verdict.exercise, progress.Record()).hints
    return _played(file, opened, hints, here, debug, script)


def _must_be_ours(script: Path) -> None:
    """Nothing of the learner's is overwritten."""
    if not script.absolute().parent.is_dir():
        raise click.UsageError(f"--script {script}: there is no folder {script.parent}.")
    if not os.access(script if script.exists() else script.absolute().parent, os.W_OK):
        raise click.UsageError(f"--script {script}: it cannot be written there.")
    if script.exists() and OURS not in script.read_bytes()[:400].decode("utf-8", "replace"):
        raise click.UsageError(f"{script} is there, and was not written by zth replay. Name another file.")


def _played(file: FileVerdicts, opened: Opened, hints: int, here: Page, debug: bool, script: Path | None) -> int:
    from grader.judging.replaying import play_again
    from grader.sandbox.foreground import Errand

    (verdict,) = file.verdicts
    name = verdict.exercise.partition(".")[2]
    load, job = play_again(verdict, opened.source)
    draw = verdict.draw or 1
    with tempfile.TemporaryDirectory(prefix="zth-") as folder:
        kept, steps = Path(folder, "errand"), Path(folder, "steps")
        errand = Errand(load, job, str(steps), debug=debug, draw=draw)
        if script:
            errand.script = str(script.absolute())
            errand.folder = _folder_for(script, Path(load.path).parent)
        else:
            if debug and verdict.status != "error":
                errand.stop = _stop(verdict, opened.source, read_lecture(job.lecture).exercises[name].blanks[0])
            emit([*here.wrap(_announced(name, verdict, file.file, debug, errand.stop)), ""])
        kept.write_bytes(msgspec.msgpack.encode(errand))
        status = _run([sys.executable, "-P", "-m", "grader.sandbox.foreground_process", str(kept)])
        if script:
            return _tell_script(script, file, here) if status == 0 else OUR_FAULT
        if status < 0:
            emit(["", *here.wrap(f"The process that ran your code ended in the middle of it: {_signal(status)}.")])
        _tell(verdict, steps, hints, here)
    return status_of([file])


def _announced(name: str, verdict: Verdict, file: str, debug: bool, stop: int) -> str:
    words = "passes" if verdict.status == "passed" else "is not right"
    said = f"{name} {words} on draw {verdict.draw or 1} of {verdict.draws}; {file} is played on it now."
    if debug:
        where = f"at line {stop}" if stop else "where it raises"
        said += f" It stops {where}: `p NAME` shows a value, `n` goes to the next line, `c` goes on, `q` ends."
    return said


def _run(command: list[str]) -> int:
    """Run it with our terminal; a Ctrl-C is for it alone. PYTHONPATH: as `-P` leaves out the folder it is run from."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        surroundings = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        return subprocess.run(command, env=surroundings, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _signal(status: int) -> str:
    names = {signal.SIGSEGV: "a segmentation fault", signal.SIGABRT: "an abort"}
    return names.get(signal.Signals(-status), signal.Signals(-status).name)


def _tell(verdict: Verdict, kept: Path, hints: int, here: Page) -> None:
    """The check's own lines, and the verdict as a check tells it."""
    steps = verdict.steps
    if kept.exists():
        from grader.judging.steps import chosen
        from grader.sandbox import wire

        told = wire.cut_report(bytearray(kept.read_bytes()))
        steps = chosen(told.steps, verdict) if isinstance(told, wire.Traced) else ()
    lines = ["", *step_lines(steps, here, "")] if steps else []
    if verdict.status != "passed":
        told_verdict = msgspec.structs.replace(verdict, output="", steps=())  # both were seen just now
        lines += ["", *wrong_lines(told_verdict, hints, here, verbose=True)]
    emit(with_links([here.fit(line) for line in lines], here))


def _stop(verdict: Verdict, source: Source, blank: str) -> int:
    """The line to stop at: where one change makes it right, else the function's first."""
    definition = source.definitions.get(blank)
    if verdict.place:
        return verdict.place.line
    if not isinstance(definition, ast.FunctionDef):
        return 0
    body = definition.body[1:] if ast.get_docstring(definition) is not None else definition.body
    return body[0].lineno if body else definition.lineno


def _folder_for(script: Path, folder: Path) -> str:
    """The folder of the learner's file, as an expression in a script: seen from there, so that both can be moved."""
    try:
        parts = Path(os.path.relpath(folder, script.absolute().parent)).as_posix()
    except ValueError:  # on another drive
        return repr(str(folder))
    return f"str(Path(__file__).resolve().parent / {parts!r})"


def _tell_script(script: Path, file: FileVerdicts, here: Page) -> int:
    emit(here.wrap(f"Written: {script}. `python {script}` runs it; or set a breakpoint in {file.file} and debug it."))
    return status_of([file])
