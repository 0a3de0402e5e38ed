"""`zth check`: grade."""

import os
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec

from grader.cli import options, remembered, writing
from grader.cli.opening import sandbox_for
from grader.cli.statuses import NOT_PASSED, OUR_FAULT, PASSED
from grader.course import progress, targets
from grader.course.blanks import exercise_names, is_untouched
from grader.course.outline import ORDER, Lecture
from grader.course.outline import lecture as read_lecture
from grader.course.workspace import Workspace, find
from grader.judging.submission import Opened, Submission, Wanted, open_file, settled_verdicts
from grader.judging.verdict import FileVerdicts
from grader.reports.page import emit, emit_json, page
from grader.reports.terminal import report

REPORT = click.Path(dir_okay=False, path_type=Path)


@click.command(short_help="Grade: what is right, and what a mistake means.")
@click.argument("target", nargs=-1, shell_complete=options.target)
@options.workspace
@click.option("--verbose", "-v", is_flag=True, help="Show all the evidence.")
@click.option("-x", "stop", is_flag=True, help="Stop at the first exercise that does not pass.")
@click.option("--fresh", is_flag=True, help="Grade even what has not changed since the last check.")
@click.option("--timeout", type=options.Seconds(), metavar="S", help="Seconds an exercise may take (10).")
@options.as_json
@click.option("--junit-xml", type=REPORT, metavar="FILE", help="Write JUnit XML.")
@click.option("--html", type=REPORT, metavar="FILE", help="Write the same as a page for a browser.")
@click.option("--dot", type=REPORT, metavar="FILE", help="Write the first graph with a wrong gradient as DOT.")
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
    html: Path | None,
    dot: Path | None,
    color: bool | None,
    plain: bool,
) -> int:
    """Grade exercises.

    TARGET is a lecture (part4), an exercise (dcounts, or part4.dcounts), a file, or file.py::dcounts. Without
    one, all lectures that you have started.

    Ends with 0 if all passed, 1 if something did not (what is still to do counts), 2 for a wrong call, 3 if zth
    itself failed.
    """
    writing.may_be_written("--junit-xml", junit_xml)
    writing.may_be_written("--html", html, ".html", ".htm")
    writing.may_be_written("--dot", dot, ".dot", ".gv")
    place, submissions = _submissions(target, workspace)
    hints = {slug: record.hints for slug, record in progress.read(place).items()} if place else {}
    wanted = Wanted(seconds=timeout, stop=stop, hints=hints, steps=verbose)
    known = _known(place, submissions, wanted) if place and not fresh else {}
    graded = _graded(place, submissions, known, wanted)
    files = _up_to_the_first_failure([one.file for one in graded]) if stop else [one.file for one in graded]
    records = _remember(place, graded, files, wanted) if place else {}
    if json:
        from grader.reports.document import as_json

        emit_json(as_json(files))
    else:
        here = page(color, plain)
        again = here.wrap("Nothing has changed since the last check. `zth check --fresh` grades it again.")
        told = ["", *(here.style(line, dim=True) for line in again)] if len(known) == len(submissions) else []
        emit([*report(files, _lectures(files), records, here, verbose), *told])
    _write(files, junit_xml, html)
    if dot:
        _draw(files, dot)
    if html and not json:
        emit(["", *page(color, plain).wrap(f"{html} shows the same: open it in your browser.")])
    return status_of(files)


def _lectures(files: list[FileVerdicts]) -> dict[str, Lecture]:
    return {file.lecture: read_lecture(file.lecture) for file in files}


@dataclass(frozen=True)
class _Graded:
    """A file's verdicts, and fingerprints of the code that they are of. opened: the file, if it was graded now."""

    submission: Submission
    file: FileVerdicts
    codes: dict[str, str]
    opened: Opened | None = None


_Known = dict[Submission, remembered.Answer]


def _known(place: Workspace, submissions: list[Submission], wanted: Wanted) -> _Known:
    """What need not be graded again. If all is to stop at a failure that is known, nothing after it is."""
    known: _Known = {}
    for count, submission in enumerate(submissions, 1):
        if answer := remembered.answer(place, submission, wanted):
            known[submission] = answer
            failed = any(verdict.status != "passed" for verdict in answer.file.verdicts)
            if wanted.stop and failed and len(known) == count:
                del submissions[count:]
    return known


def _graded(place: Workspace | None, submissions: list[Submission], known: _Known, wanted: Wanted) -> list[_Graded]:
    """All files: as remembered, or graded now."""
    opened = [open_file(submission) for submission in submissions if submission not in known]
    found = {}
    for one, file in zip(opened, grade_all(opened, wanted) if opened else [], strict=True):
        told = remembered.with_places(place, one, file) if place else file
        codes = remembered.codes_of(one, told) if one.source.text else {}
        found[one.submission] = _Graded(one.submission, told, codes, one)
    return [found.get(s) or _Graded(s, in_order(known[s].file), known[s].codes) for s in submissions]


def _write(files: list[FileVerdicts], junit_xml: Path | None, html: Path | None) -> None:
    if junit_xml:
        from grader.reports.document import as_junit

        writing.write(junit_xml, as_junit(files))
    if html:
        from grader.reports.html import as_html

        writing.write(html, as_html(files, _lectures(files)))


def _draw(files: list[FileVerdicts], dot: Path) -> None:
    """The first graph that has a wrong gradient."""
    from grader.reports.graphs import as_dot, wrong_graph

    graphs = [graph for file in files for v in file.verdicts if (graph := wrong_graph(v.quantities))]
    if graphs:
        writing.write(dot, as_dot(graphs[0]))
    else:
        click.echo(f"No gradient is wrong in a graph: {dot} was not written.", err=True)


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
    return OUR_FAULT if "fault" in statuses else PASSED if statuses == {"passed"} else NOT_PASSED


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
    """Keep what was reached in files that were graded now."""
    pairs = zip(opened, files, strict=True)
    graded = [_Graded(o.submission, f, remembered.codes_of(o, f) if o.source.text else {}, o) for o, f in pairs]
    records, trouble = progress.change(place, lambda records: _note(place, graded, files, records))
    if trouble:
        click.echo(trouble, err=True)
    return records


def _remember(place: Workspace, graded: list[_Graded], files: list[FileVerdicts], wanted: Wanted) -> progress.Progress:
    """Keep what was reached, and the verdicts themselves."""
    records, trouble = progress.change(place, lambda records: _note(place, graded, files, records))
    if trouble:
        click.echo(trouble, err=True)
        return records
    for one in graded:
        if one.opened and not settled_verdicts(one.opened):
            remembered.keep(place, one.opened, one.file, wanted)
    return records


def _note(place: Workspace, graded: list[_Graded], files: list[FileVerdicts], records: progress.Progress) -> None:
    for one, file in zip(graded, files, strict=False):
        if one.submission.path != place.file(file.lecture) or not one.codes:
            continue  # another file than the workspace's own, or one that could not be read
        for verdict in file.verdicts:
            records.setdefault(verdict.exercise, progress.Record()).graded(verdict.status, one.codes[verdict.exercise])
