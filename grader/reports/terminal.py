"""Verdicts for a person at a terminal."""

from grader.course.outline import Lecture
from grader.judging.verdict import FileNote, FileVerdicts, Quantity, Verdict
from grader.reports.page import Page, visible

SHOWN_QUANTITIES = 3
SHOWN_OUTPUT = 8  # lines


def report(
    files: list[FileVerdicts], lectures: dict[str, Lecture], hints: dict[str, int], page: Page, verbose: bool
) -> list[str]:
    """All verdicts, the first thing to do last."""
    lines: list[str] = []
    for file in files:
        lines += [*_file(file, lectures[file.lecture], hints, page, verbose), ""]
    return [page.fit(line) for line in lines[:-1]]


def _file(file: FileVerdicts, lecture: Lecture, hints: dict[str, int], page: Page, verbose: bool) -> list[str]:
    passed = [v for v in file.verdicts if v.status == "passed"]
    todo = [v for v in file.verdicts if v.status == "todo"]
    wrong = [v for v in file.verdicts if v.status not in ("passed", "todo")]
    count = f"{len(passed)}/{len(file.verdicts)}"
    right = f"{page.bar(len(passed), len(file.verdicts))}  {count}" if len(file.verdicts) > 1 else count
    lines = [*page.edges(f"{lecture.name}  {lecture.words.title}", right, {"bold": True}), ""]
    if file.unreadable:
        return lines + page.wrap(f"{page.symbol('failed')} {file.unreadable}")
    for note in file.notes:
        lines += [*_note(note, page), ""]
    if passed:
        names = ", ".join(_name(v) for v in passed)
        lines += [page.style(line, fg="green") for line in page.wrap(f"{page.symbol('passed')} {names}")] + [""]
    for verdict in wrong:
        lines += [*_wrong(verdict, hints.get(verdict.exercise, 0), page, verbose), ""]
    for verdict in todo:
        if not verdict.message.startswith("Still to do"):  # it looks done: the stub's raise was left in
            lines += [*page.wrap(f"{page.symbol('todo')} {_name(verdict)}: {verdict.message}"), ""]
    if file.output.strip() and (verbose or wrong or file.notes):
        lines += ["  " + page.style("printed while the file was loaded:", dim=True), *_output(file.output, page), ""]
    return lines + _next(passed, wrong, todo, lecture, page)


def _name(verdict: Verdict) -> str:
    return verdict.exercise.partition(".")[2]


def _note(note: FileNote, page: Page) -> list[str]:
    where = f"{note.file}:{note.line}" if note.line else note.file
    lines = [page.style(f"! {where}", fg="yellow", bold=True), *page.wrap(visible(note.words), "  ")]
    if note.source_line:
        shown = f"    {note.line}  "
        lines += ["", (shown + visible(note.source_line))[: page.width].rstrip()]
        if note.column and note.column < page.width - len(shown):
            lines.append(" " * (len(shown) + note.column - 1) + page.style("^", fg="yellow"))
    return lines


def _wrong(verdict: Verdict, hints: int, page: Page, verbose: bool) -> list[str]:
    name = _name(verdict)
    where = f"{verdict.file}:{verdict.line}" if verdict.line else verdict.file
    state = "" if verdict.status == "failed" else f"  {verdict.status}"
    mild = verdict.status in ("blocked", "forbidden")
    lines = page.edges(
        f"{page.symbol('failed')} {name}{state}", where, {"fg": "yellow" if mild else "red", "bold": True}
    )
    if verdict.diagnosis:
        lines += page.wrap(verdict.diagnosis.says, "  ")
    if verdict.status != "failed":  # a failed one has the evidence below
        lines += page.wrap(visible(verdict.message), "  ")
    if verdict.source_line:
        lines += ["", f"    {verdict.line}  {visible(verdict.source_line)}"[: page.width].rstrip()]
    evidence = _evidence(verdict.quantities, page, verbose)
    if evidence:
        lines += ["", *evidence] if verdict.diagnosis else evidence
    if verdict.output.strip():
        lines += ["", "    " + page.style("it printed:", dim=True), *_output(verdict.output, page)]
    if verdict.status == "blocked":
        return lines
    hint = f"zth hint {name} ({min(hints + 1, 3)} of 3)"
    draw = f"draw {verdict.draw} of 3" if verdict.draw and verdict.quantities else ""
    foot = "    ".join(part.replace(" ", "\xa0") for part in (draw, f"zth show {name}", hint) if part)
    lines += [""] if not evidence else []
    return lines + [page.style(line, dim=True) for line in page.wrap(foot, "    ")]


def _evidence(quantities: tuple[Quantity, ...], page: Page, verbose: bool) -> list[str]:
    bad = [q for q in quantities if not q.ok]
    lines = []
    for quantity in bad if verbose else bad[:SHOWN_QUANTITIES]:
        lines += _quantity(quantity, page)
    if len(bad) > SHOWN_QUANTITIES and not verbose:
        rest = len(bad) - SHOWN_QUANTITIES
        lines.append(f"    and {rest} more wrong (--verbose shows {'it' if rest == 1 else 'them'})")
    good = [q for q in quantities if q.ok]
    if good and bad:
        if verbose:
            lines += page.wrap(f"right: {', '.join(q.name for q in good)}", "    ")
        else:
            lines.append(f"    right: {len(good)} of {len(quantities)} quantities")
    return lines


def _quantity(quantity: Quantity, page: Page) -> list[str]:
    if quantity.maxdiff is None or quantity.expected_shape is None:
        return page.wrap(visible(f"{quantity.name}: {quantity.problem}"), "    ")
    yes = {True: "yes", False: "no", None: "-"}
    numbers = f"exact: {yes[quantity.exact]}   approximate: {yes[quantity.close]}   maxdiff: {quantity.maxdiff:.3g}"
    head = f"{quantity.name}  {quantity.expected_shape}"
    whole = f"    {head}   {numbers}"
    first = [whole] if len(whole) <= page.width else [*page.wrap(head, "    "), *page.wrap(numbers, "    ")]
    return [*first, *page.wrap(quantity.problem, "    ")]


def _output(text: str, page: Page) -> list[str]:
    lines = visible(text).splitlines()
    shown = [f"    | {line}"[: page.width] for line in lines[:SHOWN_OUTPUT]]
    return shown + ([f"    | ... {len(lines) - SHOWN_OUTPUT} more lines"] if len(lines) > SHOWN_OUTPUT else [])


def _next(passed: list[Verdict], wrong: list[Verdict], todo: list[Verdict], lecture: Lecture, page: Page) -> list[str]:
    if not wrong and not todo:
        total = len(passed)
        if total == len(lecture.exercises):
            return [f"All {total} of {lecture.name} passed."]
        return []
    stuck = next((v for v in wrong if v.status != "blocked"), None)
    step = f"next: zth hint {_name(stuck)}" if stuck else ""
    if not todo:
        return [step] if step else []
    first, rest = _name(todo[0]), len(todo) - 1
    text = f"{page.symbol('todo')} {first}{f' and {rest} more' if rest else ''} to do"
    return page.edges(text, step or f"{'then' if wrong else 'next'}: zth show {first}")
