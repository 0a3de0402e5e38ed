"""The course's own answer beside the learner's, for an exercise that has passed."""

import ast
import difflib
import textwrap

from grader.course.outline import Exercise
from grader.course.root import solution_file
from grader.course.source import Source, parse, span
from grader.course.stubs import BEGIN, END
from grader.reports.page import Page, visible


def solution_lines(exercise: Exercise, text: str, page: Page) -> list[str]:
    """The difference between the functions of an exercise in a learner's file and the course's own."""
    own = parse(text, "")
    course = parse(solution_file(exercise.lecture).read_text("utf-8"), "")
    lines: list[str] = []
    for blank in exercise.blanks:
        yours, theirs = _body(own, blank), _body(course, blank)
        changes = [line for line in difflib.unified_diff(yours, theirs, n=2, lineterm="") if line[:2] != "@@"][2:]
        lines += [f"  {blank}", *_colored(changes or ["  yours is the course's own, letter by letter"], page), ""]
    return ["- yours", "+ the course's own", "", *lines[:-1]]


def _body(source: Source, blank: str) -> list[str]:
    """The lines below a function's docstring, without the marks of the course's author; none if it is not defined."""
    definition = source.definitions.get(blank)
    if definition is None:  # it may be another way to name a function
        return []
    first, last = span(definition)
    if ast.get_docstring(definition, clean=False) is not None:
        first = (definition.body[0].end_lineno or first) + 1
    lines = [line for line in source.lines()[first - 1 : last] if line.strip() not in (BEGIN, END)]
    return textwrap.dedent("\n".join(lines)).split("\n")


def _colored(changes: list[str], page: Page) -> list[str]:
    colors = {"-": "red", "+": "green"}
    shown = [visible(f"{line[:1]} {line[1:]}") for line in changes]
    return [page.style(line, fg=colors[line[0]]) if line[0] in colors else line for line in shown]
