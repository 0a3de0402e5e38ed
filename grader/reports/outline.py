"""The course for a person at a terminal: where am I, the map, an exercise's sheet, its hints."""

import ast
import inspect

import msgspec

from grader.course.outline import Exercise, Lecture
from grader.course.progress import Progress, Record
from grader.course.source import Definition, Source, span
from grader.course.ways import without
from grader.reports.docstrings import docstring
from grader.reports.links import with_links
from grader.reports.page import Page


def where(lectures: list[Lecture], records: Progress, page: Page) -> list[str]:
    """One line a lecture, and the next step."""
    lines = []
    for lecture in lectures:
        done = sum(_record(records, exercise).status == "passed" for exercise in lecture.exercises.values())
        total = len(lecture.exercises)
        right = f"{page.bar(done, total)}  {done}/{total}"
        lines += page.edges(f"{lecture.name}  {lecture.words.title}", right, {"bold": True})
    waiting = [e for lecture in lectures for e in lecture.exercises.values() if _record(records, e).status != "passed"]
    lines.append("")
    if not waiting:
        return [page.fit(line) for line in [*lines, "Everything passed. `zth check` grades it all again."]]
    stuck = [e for e in waiting if _record(records, e).status not in ("todo", "passed", "blocked")]
    step = stuck[0] if stuck else waiting[0]
    state = _record(records, step).status
    lines += page.wrap(f"next: {step.slug}, {step.words.title}" + (f" ({state})" if state != "todo" else ""))
    lines += ["", f"  zth show {step.name}", f"  zth check {step.name}"]
    if state != "todo":
        lines.append(f"  zth hint {step.name}")
    return [page.fit(line) for line in lines]


def listing(lectures: list[Lecture], records: Progress, changed: set[str], page: Page) -> list[str]:
    """Every exercise with status and minutes."""
    lines: list[str] = []
    for lecture in lectures:
        minutes = sum(exercise.words.minutes for exercise in lecture.exercises.values())
        total = f"{len(lecture.exercises)} exercises, {minutes} min"
        lines += page.edges(f"{lecture.name}  {lecture.words.title}", total, {"bold": True})
        longest = max(len(name) for name in lecture.exercises)
        for exercise in lecture.exercises.values():
            status = _record(records, exercise).status
            state = "" if status in ("todo", "passed") else status
            if exercise.slug in changed and status != "todo":
                state = f"{status}, changed since" if state else "changed since"
            left = f"  {page.symbol(status)} {exercise.name:<{longest}}  {exercise.words.title}"
            left = left if len(left) + 22 <= page.width else f"  {page.symbol(status)} {exercise.name}"
            lines += page.edges(left, "  ".join(filter(None, [state, f"{exercise.words.minutes:>2} min"])))
        lines.append("")
    return [page.fit(line) for line in [*lines, "zth show EXERCISE says what one asks for."]]


def as_json(lectures: list[Lecture], records: Progress, changed: set[str]) -> str:
    """The map as one document."""
    document = {
        "version": 1,
        "lectures": [
            {
                "name": lecture.name,
                "title": lecture.words.title,
                "exercises": [
                    {
                        "exercise": e.slug,
                        "title": e.words.title,
                        "minutes": e.words.minutes,
                        "needs": e.words.needs,
                        "status": _record(records, e).status,
                        "changed": e.slug in changed,
                    }
                    for e in lecture.exercises.values()
                ],
            }
            for lecture in lectures
        ],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


def sheet(lecture: Lecture, exercise: Exercise, stub: Source, place: str, page: Page) -> list[str]:
    """What an exercise asks: signature and docstring of each of its functions, and of the classes that these are
    methods of; what it forbids, where to watch, where to write.
    """
    lines = page.edges(f"{exercise.slug}  {exercise.words.title}", f"{exercise.words.minutes} min", {"bold": True})
    last = ""
    for blank in exercise.blanks:
        owner = blank.rpartition(".")[0]
        if owner and owner != last:
            lines += ["", *_class(stub.definitions[owner], page)]
        lines += ["", *_function(stub, stub.definitions[blank], page)]
        last = owner
    lines.append("")
    if exercise.forbids:
        lines += page.wrap(f"by hand: without {without(exercise.forbids)}")
    if exercise.words.watch:
        hours, minutes, seconds = map(int, exercise.words.watch.split(":"))
        link = f"https://youtu.be/{lecture.words.video}?t={hours * 3600 + minutes * 60 + seconds}"
        lines += page.wrap(f"watch: {exercise.words.watch}  {link}")
    if exercise.words.needs:
        lines += page.wrap(f"needs: {', '.join(exercise.words.needs)}")
    lines += page.wrap(f"write: {place}, then {page.calls.check.format(name=exercise.name)}")
    return with_links([page.fit(line) for line in lines], page)


def _class(definition: Definition, page: Page) -> list[str]:
    """A class's first line and its own docstring, which names what all of its methods share."""
    assert isinstance(definition, ast.ClassDef)
    bases = ", ".join(map(ast.unparse, definition.bases))
    first = f"class {definition.name}({bases}):" if bases else f"class {definition.name}:"
    return [first, *_docstring(definition, "    ", page)]


def _function(stub: Source, definition: Definition, page: Page) -> list[str]:
    assert isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef))
    first, _ = span(definition)
    last = definition.body[0].lineno - 1
    lines = stub.lines()[first - 1 : max(last, first)]
    if max(map(len, lines)) > page.width and isinstance(definition, ast.FunctionDef):
        lines = _an_argument_a_line(stub, definition)
    return [*lines, *_docstring(definition, " " * (definition.col_offset + 4), page)]


def _docstring(definition: Definition, indent: str, page: Page) -> list[str]:
    text = inspect.cleandoc(ast.get_docstring(definition) or "")
    return docstring(text, indent, page) if text else []


def _an_argument_a_line(stub: Source, definition: ast.FunctionDef) -> list[str]:
    own = " " * definition.col_offset
    arguments = definition.args.args
    defaults: list[ast.expr | None] = [None] * (len(arguments) - len(definition.args.defaults))
    lines = [f"{own}def {definition.name}("]
    for argument, default in zip(arguments, [*defaults, *definition.args.defaults], strict=True):
        value = f" = {ast.get_source_segment(stub.text, default)}" if default else ""  # 1e-5 as it is written there
        lines.append(f"{own}    {ast.unparse(argument)}{value},")
    answer = f" -> {ast.unparse(definition.returns)}" if definition.returns else ""
    return [*lines, f"{own}){answer}:"]


def hints(exercise: Exercise, shown: int, page: Page) -> list[str]:
    """The rungs so far."""
    total = len(exercise.words.hints)
    lines = page.edges(f"{exercise.slug}  {exercise.words.title}", "", {"bold": True})
    for number, text in enumerate(exercise.words.hints[:shown], 1):
        lines += ["", page.style(f"hint {number} of {total}", bold=number == shown), *page.wrap(text, "  ")]
    grades = f"`zth check {exercise.name}` grades"
    last = f"`zth hint {exercise.name}` shows the next one; {grades}."
    if shown == total:
        last = f"That was the last one. Change your code; {grades} it."
    return [page.fit(line) for line in [*lines, "", *page.wrap(last)]]


def _record(records: Progress, exercise: Exercise) -> Record:
    return records.get(exercise.slug) or Record()
