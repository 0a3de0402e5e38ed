"""`zth check`: grade."""

import contextlib
import os
from pathlib import Path

import click
import msgspec

from grader.cli import options, places
from grader.cli.opening import sandbox_for
from grader.cli.statuses import NOT_PASSED, OUR_FAULT, PASSED
from grader.course import progress, targets
from grader.course.blanks import exercise_names, is_untouched
from grader.course.outline import ORDER
from grader.course.outline import lecture as read_lecture
from grader.course.workspace import Workspace, find
from grader.judging.submission import Opened, Submission, Wanted, open_file, settled_verdicts
from grader.judging.verdict import FileVerdicts
from grader.reports.page import emit, emit_json, page
from grader.reports.terminal import report


@click.command(short_help="Grade: what is right, and what a mistake means.")
@click.argument("target", nargs=-1, shell_complete=options.target)
@options.workspace
@click.option("--verbose", "-v", is_flag=True, help="Show all the evidence.")
@click.option("-x", "stop", is_flag=True, help="Stop at the first exercise that does not pass.")
@click.option("--fresh", is_flag=True, help="Grade even what has not changed (always so, for now).")
@click.option("--timeout", type=options.Seconds(), metavar="S", help="Seconds an exercise may take (10).")
@options.as_json
@click.option("--junit-xml", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write JUnit XML.")
@options.looks
def command(
    target: tuple[str, ...],
    workspace: Path | None,
    verbose: bool,
    stop: bool,
    fresh: bool,
    timeout: float | None,
    json: bool,
    junit_xml: Path | None,
    color: bool | None,
    plain: bool,
) -> int:
    """Grade exercises.

    TARGET is a lecture (part4), an exercise (dcounts, or part4.dcounts), a file, or file.py::dcounts. Without
    one, all lectures that you have started.

    Ends with 0 if all passed, 1 if something did not (what is still to do counts), 2 for a wrong call, 3 if zth
    itself failed.
    """
    if junit_xml and not junit_xml.absolute().parent.is_dir():
        raise click.UsageError(f"--junit-xml {junit_xml}: there is no folder {junit_xml.parent}.")
    place, submissions = _submissions(target, workspace)
    opened = [open_file(submission) for submission in submissions]
    hints = {slug: record.hints for slug, record in progress.read(place).items()} if place else {}
    files = grade_all(opened, Wanted(seconds=timeout, stop=stop, hints=hints))
    if stop:
        files = _up_to_the_first_failure(files)
    if place:
        files = [places.filled_in(place, o.source.text, f) for o, f in zip(opened, files, strict=False)]
    records = remember(place, opened, files) if place else {}
    if json:
        from grader.reports.document import as_json

        emit_json(as_json(files))
    else:
        lectures = {file.lecture: read_lecture(file.lecture) for file in files}
        emit(report(files, lectures, records, page(color, plain), verbose))
    if junit_xml:
        _write(junit_xml, files)
    return status_of(files)


def _write(path: Path, files: list[FileVerdicts]) -> None:
    from grader.reports.document import as_junit

    try:
        path.write_text(as_junit(files), "utf-8")
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)  # no half of a report
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from None


def grade_all(opened: list[Opened], wanted: Wanted) -> list[FileVerdicts]:
    """Grade files. Torch is imported only if something is there to run."""
    settled = [settled_verdicts(file) for file in opened]
    if all(settled):
        return [in_order(file) for file in settled if file]
    from grader.judging.grading import grade
    from grader.judging.judge import Judge

    with sandbox_for(list(dict.fromkeys(file.submission.lecture for file in opened))) as sandbox:
        judge = Judge(sandbox)
        return [in_order(done or grade(judge, file, wanted)) for done, file in zip(settled, opened, strict=True)]


def in_order(file: FileVerdicts) -> FileVerdicts:
    """The learner's order is the toml's, which may be read only now."""
    place = {slug: i for i, slug in enumerate(e.slug for e in read_lecture(file.lecture).exercises.values())}
    return msgspec.structs.replace(file, verdicts=tuple(sorted(file.verdicts, key=lambda v: place[v.exercise])))


def status_of(files: list[FileVerdicts]) -> int:
    """The exit status."""
    statuses = {verdict.status for file in files for verdict in file.verdicts}
    return OUR_FAULT if "fault" in statuses else PASSED if statuses <= {"passed"} else NOT_PASSED


def _submissions(texts: tuple[str, ...], folder: Path | None) -> tuple[Workspace | None, list[Submission]]:
    """What to grade, a submission a file, in the course's order; and the workspace that keeps the progress."""
    wanted = [targets.resolve(text) for text in texts]
    place = find(folder) if not wanted or any(target.path is None for target in wanted) else _around(wanted[0].path)
    if not wanted and place:
        wanted = [targets.Target(name, ()) for name in _started(place)]
    files: dict[tuple[str, Path], set[str]] = {}
    for target in wanted:
        path = target.path or place.file(target.lecture)  # type: ignore[union-attr]
        files.setdefault((target.lecture, path), set()).update(target.exercises or exercise_names(target.lecture))
    submissions = []
    for (lecture, path), names in sorted(files.items(), key=lambda item: ORDER.index(item[0][0])):
        shown = (place or Workspace(path.parent)).shown(path)
        submissions.append(Submission(lecture, path, shown, tuple(n for n in exercise_names(lecture) if n in names)))
    return place, submissions


def _around(path: Path | None) -> Workspace | None:
    """The workspace that a file given by its path lies in, if it does."""
    if path and path.parent.name == "exercises":
        return Workspace(path.parent.parent)
    return None


def _started(place: Workspace) -> list[str]:
    """The lectures of which something has been filled in; all, if none has."""
    started = []
    for lecture in ORDER:
        path = place.file(lecture)
        try:
            if not is_untouched(lecture, path.read_bytes()):
                started.append(lecture)
        except FileNotFoundError:
            continue
        except OSError:  # it is there, and what is wrong with it will be told
            started.append(lecture)
    return started or [lecture for lecture in ORDER if os.path.exists(place.file(lecture))] or list(ORDER)


def _up_to_the_first_failure(files: list[FileVerdicts]) -> list[FileVerdicts]:
    kept = []
    for file in files:
        wrong = next((i for i, v in enumerate(file.verdicts) if v.status != "passed"), None)
        kept.append(file if wrong is None else msgspec.structs.replace(file, verdicts=file.verdicts[: wrong + 1]))
        if wrong is not None:
            break
    return kept


def remember(place: Workspace, opened: list[Opened], files: list[FileVerdicts]) -> progress.Progress:
    """Keep what was reached."""
    records = progress.read(place)
    for one, file in zip(opened, files, strict=False):
        if one.submission.path != place.file(file.lecture) or not one.source.text:
            continue  # another file than the workspace's own, or one that could not be read
        exercises = read_lecture(file.lecture).exercises
        for verdict in file.verdicts:
            record = records.setdefault(verdict.exercise, progress.Record())
            record.status = verdict.status
            record.code = progress.code_of(one.source, exercises[verdict.exercise.partition(".")[2]])
            record.tries += verdict.status not in ("passed", "todo")
    if trouble := progress.write(place, records):
        click.echo(trouble, err=True)
    return records
