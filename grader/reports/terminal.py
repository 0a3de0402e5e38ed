"""Verdicts for a person at a terminal."""

from grader.course.outline import Lecture
from grader.course.progress import Progress
from grader.judging.verdict import Diagnosis, FileNote, FileVerdicts, Quantity, Verdict
from grader.reports.graphs import graph_lines, graph_words, wrong_graph
from grader.reports.links import with_links
from grader.reports.page import Page, visible
from grader.reports.pictures import helps_at_once, picture_lines
from grader.reports.places import place_lines
from grader.reports.right import right_names
from grader.reports.steps import step_lines

SHOWN_QUANTITIES = 3
SHOWN_OUTPUT = 8  # lines
HINTS = 3
TRIES = 3  # after which a hint is offered once more


def report(
    files: list[FileVerdicts], lectures: dict[str, Lecture], records: Progress, page: Page, verbose: bool
) -> list[str]:
    """All verdicts, the first thing to do last."""
    lines: list[str] = []
    for file in files:
        lines += [*_file(file, lectures[file.lecture], records, page, verbose), ""]
    return with_links([page.fit(line) for line in lines[:-1]], page)


def one(file: FileVerdicts, name: str, records: Progress, page: Page, verbose: bool) -> list[str]:
    """What there is to say of one exercise of a file, for those who show one at a time."""
    if file.unreadable:
        return page.wrap(f"{page.symbol('failed')} {file.unreadable}")
    lines: list[str] = []
    for note in file.notes:
        lines += [*note_lines(note, page), ""]
    for verdict in file.verdicts:
        if _name(verdict) != name:
            continue
        if verdict.status == "passed":
            lines.append(page.style(f"{page.symbol('passed')} {name} passed", fg="green", bold=True))
        elif verdict.status == "todo":
            lines += page.wrap(f"{page.symbol('todo')} {name}: {verdict.message}")
        else:
            lines += wrong_lines(verdict, _hints(records, verdict.exercise), page, verbose)
            if file.output.strip():
                head = "  " + page.style("printed while the file was loaded:", dim=True)
                lines += ["", head, *_output(file.output, page)]
    return [page.fit(line) for line in lines]


def _file(file: FileVerdicts, lecture: Lecture, records: Progress, page: Page, verbose: bool) -> list[str]:
    passed = [v for v in file.verdicts if v.status == "passed"]
    todo = [v for v in file.verdicts if v.status == "todo"]
    wrong = [v for v in file.verdicts if v.status not in ("passed", "todo")]
    count = f"{len(passed)}/{len(file.verdicts)}"
    right = f"{page.bar(len(passed), len(file.verdicts))}  {count}" if len(file.verdicts) > 1 else count
    lines = [*page.edges(f"{lecture.name}  {lecture.words.title}", right, {"bold": True}), ""]
    if file.unreadable:
        return lines + page.wrap(f"{page.symbol('failed')} {file.unreadable}")
    for note in file.notes:
        lines += [*note_lines(note, page), ""]
    if passed:
        names = ", ".join(_name(v) for v in passed)
        lines += [page.style(line, fg="green") for line in page.wrap(f"{page.symbol('passed')} {names}")] + [""]
    for verdict in wrong:
        lines += [*wrong_lines(verdict, _hints(records, verdict.exercise), page, verbose)]
        lines += [*_nudge(verdict, records, page), ""]
    for verdict in todo:
        if not verdict.message.startswith("Still to do"):  # it looks done: the stub's raise was left in
            lines += [*page.wrap(f"{page.symbol('todo')} {_name(verdict)}: {verdict.message}"), ""]
    if file.output.strip() and (verbose or wrong or file.notes):
        lines += ["  " + page.style("printed while the file was loaded:", dim=True), *_output(file.output, page), ""]
    return lines + _next(file, lecture, records, page)


def _name(verdict: Verdict) -> str:
    return verdict.exercise.partition(".")[2]


def note_lines(note: FileNote, page: Page) -> list[str]:
    """What is to be said of a file as a whole."""
    where = f"{note.file}:{note.line}" if note.line else note.file
    lines = [page.style(f"! {where}", fg="yellow", bold=True), *page.wrap(visible(note.words), "  ")]
    if note.source_line:
        shown = f"    {note.line}  "
        lines += ["", page.cut(shown + visible(note.source_line))]
        if note.column and note.column < page.width - len(shown):
            lines.append(" " * (len(shown) + note.column - 1) + page.style("^", fg="yellow"))
    return lines


def wrong_lines(verdict: Verdict, hints: int, page: Page, verbose: bool) -> list[str]:
    """What is to be said of an exercise that has not passed. hints: how many of it were read."""
    name = _name(verdict)
    where = f"{verdict.file}:{verdict.line}" if verdict.line else verdict.file
    state = "" if verdict.status == "failed" else f"  {verdict.status}"
    mild = verdict.status in ("blocked", "forbidden")
    lines = page.edges(
        f"{page.symbol('failed')} {name}{state}", where, {"fg": "yellow" if mild else "red", "bold": True}
    )
    if verdict.diagnosis:
        lines += page.wrap(verdict.diagnosis.says, "  ")
        if verbose:
            evidence = [line for text in verdict.diagnosis.evidence for line in page.wrap(visible(text), "    ")]
            lines += [page.style(line, dim=True) for line in evidence]
    if verdict.status == "fault":  # a traceback is for the author, line by line
        lines += [f"  {line}" for line in visible(verdict.message).splitlines()]
    elif verdict.status != "failed":  # a failed one has the evidence below
        lines += page.wrap(visible(verdict.message), "  ")
    if verdict.source_line and not (verdict.place and verdict.place.line == verdict.line):
        lines += ["", page.cut(f"    {verdict.line}  {visible(verdict.source_line)}")]
    if verdict.place:
        lines += ["", *place_lines(verdict.place, page, verbose)]
    evidence = _evidence(verdict, page, verbose)
    if evidence:
        lines += ["", *evidence] if verdict.diagnosis or verdict.place else evidence
    if verdict.steps and verbose:
        lines += ["", *step_lines(verdict.steps, page)]
    if verdict.output.strip():
        lines += ["", "    " + page.style("it printed:", dim=True), *_output(verdict.output, page)]
    if verdict.status == "blocked":
        return lines
    show = page.calls.show.format(name=name)
    hint = page.calls.rung.format(name=name, next=hints + 1, all=HINTS) if hints < HINTS else ""
    draw = f"draw {verdict.draw} of {verdict.draws}" if verdict.draw and verdict.quantities else ""
    replay = f"zth replay {name}" if verbose and verdict.status != "fault" else ""
    foot = "    ".join(part.replace(" ", "\xa0") for part in (draw, show, hint, replay) if part)
    lines += [""] if not evidence or (verdict.steps and verbose) or verdict.output.strip() else []
    return lines + [page.style(line, dim=True) for line in page.wrap(foot, "    ")]


def _nudge(verdict: Verdict, records: Progress, page: Page) -> list[str]:
    """A word about hints, for who has tried often without."""
    record = records.get(verdict.exercise)
    if not record or record.hints or record.tries < TRIES or verdict.status not in ("failed", "error", "timeout"):
        return []
    hint = page.calls.hint.format(name=_name(verdict))
    said = f"That was try {record.tries}. `{hint}` gives you something to look at, not the answer."
    return page.wrap(said, "    ")


def _evidence(verdict: Verdict, page: Page, verbose: bool) -> list[str]:
    """What is wrong, without what the diagnosis has said already."""
    quantities = verdict.quantities
    graph = wrong_graph(quantities)
    lines = [*page.wrap(graph_words(graph), "    "), *graph_lines(graph, page)] if graph else []
    bad = [q for q in quantities if not q.ok and not (graph and q.graph == graph.text)]
    bad = [q for q in bad if not (verdict.diagnosis and _is_said(q, verdict.diagnosis, verbose))]
    shown = bad if verbose else [] if graph else bad[:SHOWN_QUANTITIES]
    for quantity in shown:
        lines += _quantity(quantity, page)
        if quantity.picture and (verbose or (quantity is bad[0] and helps_at_once(quantity))):
            lines += picture_lines(quantity.picture, page, whole=verbose)
    if rest := len(bad) - len(shown):
        lines.append(f"    and {rest} more wrong (--verbose shows {'it' if rest == 1 else 'them'})")
    good = [q for q in quantities if q.ok]
    if good and len(good) < len(quantities):
        if verbose:
            lines += page.wrap(f"right: {', '.join(right_names(quantities))}", "    ")
        else:
            lines.append(f"    right: {len(good)} of {len(quantities)} quantities")
    return lines


def _is_said(quantity: Quantity, diagnosis: Diagnosis, verbose: bool) -> bool:
    """A property tells nothing but its sentence: that is the diagnosis, or the diagnosis says why it is violated."""
    only_its_sentence = bool(quantity.says) and quantity.problem == quantity.says
    return only_its_sentence and (quantity.says == diagnosis.says or (diagnosis.kind != "property" and not verbose))


def _quantity(quantity: Quantity, page: Page) -> list[str]:
    pattern = page.wrap(quantity.pattern, "    ") if quantity.pattern else []
    if quantity.maxdiff is None or quantity.expected_shape is None:
        return page.wrap(visible(f"{quantity.name}: {quantity.problem}"), "    ") + pattern
    yes = {True: "yes", False: "no", None: "-"}
    numbers = f"exact: {yes[quantity.exact]}   approximate: {yes[quantity.close]}   maxdiff: {quantity.maxdiff:.3g}"
    head = f"{quantity.name}  {quantity.expected_shape}"
    whole = f"    {head}   {numbers}"
    first = [whole] if len(whole) <= page.width else [*page.wrap(head, "    "), *page.wrap(numbers, "    ")]
    return [*first, *page.wrap(quantity.problem, "    "), *pattern]


def _output(text: str, page: Page) -> list[str]:
    lines = visible(text).splitlines()
    shown = [page.cut(f"    | {line}") for line in lines[:SHOWN_OUTPUT]]
    return shown + ([f"    | ... {len(lines) - SHOWN_OUTPUT} more lines"] if len(lines) > SHOWN_OUTPUT else [])


def _next(file: FileVerdicts, lecture: Lecture, records: Progress, page: Page) -> list[str]:
    """What is left, and one thing to do now."""
    if not file.verdicts:
        return page.wrap(f"Nothing was graded here. `zth check {lecture.name}` grades all of it.")
    wrong = [v for v in file.verdicts if v.status not in ("passed", "todo", "blocked")]
    todo = [v for v in file.verdicts if v.status == "todo"]
    if not todo and all(v.status == "passed" for v in file.verdicts):
        return page.wrap(_after_passing(file, lecture, records, page))
    step = ""
    if wrong:
        name = _name(wrong[0])
        more = _hints(records, wrong[0].exercise) < HINTS
        step = f"next: {page.calls.hint.format(name=name)}" if more else f"next: change it, then {_check(name, page)}"
    if not todo:
        return [step] if step else []
    first, rest = _name(todo[0]), len(todo) - 1
    text = f"{page.symbol('todo')} {first}{f' and {rest} more' if rest else ''} to do"
    return page.edges(text, step or f"{'then' if wrong else 'next'}: {page.calls.show.format(name=first)}")


def _check(name: str, page: Page) -> str:
    return page.calls.check.format(name=name).replace("`", "")  # it stands at the end of a line, by itself


def _after_passing(file: FileVerdicts, lecture: Lecture, records: Progress, page: Page) -> str:
    """The lecture's experiment, when all of it has passed; else the next exercise that has not."""
    now = {v.exercise for v in file.verdicts}
    names = list(lecture.exercises)
    last = names.index(_name(file.verdicts[-1]))
    waiting = [
        name
        for name in names[last + 1 :] + names[:last]
        if f"{lecture.name}.{name}" not in now and _status(records, f"{lecture.name}.{name}") != "passed"
    ]
    if waiting:
        return f"next: {page.calls.show.format(name=waiting[0])}"
    told = f"All {len(names)} of {lecture.name} passed."
    return f"{told} `python {file.file}` runs the lecture's own experiment with your functions."


def _hints(records: Progress, slug: str) -> int:
    return records[slug].hints if slug in records else 0


def _status(records: Progress, slug: str) -> str:
    return records[slug].status if slug in records else "todo"
