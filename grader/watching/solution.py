"""The course's own answer beside the learner's, for an exercise that has passed."""

import difflib

from grader.course.outline import Exercise
from grader.course.root import solution_file
from grader.course.source import parse, text_of
from grader.course.stubs import BEGIN, END
from grader.reports.page import Page, visible


def solution_lines(exercise: Exercise, text: str, page: Page) -> list[str]:
    """The difference between the functions of an exercise in a learner's file and the course's own."""
    own = parse(text, "")
    course = parse(solution_file(exercise.lecture).read_text("utf-8"), "")
    lines: list[str] = []
    for blank in exercise.blanks:
        theirs = [line for line in text_of(course, blank).split("\n") if line.strip() not in (BEGIN, END)]
        yours = text_of(own, blank).split("\n")
        changes = list(difflib.unified_diff(yours, theirs, "yours", "the course's", lineterm="", n=1000))
        lines += _colored(changes[3:] or [f"  {blank}: yours is the course's own, letter by letter."], page)
    return ["- yours", "+ the course's own", "", *lines]


def _colored(changes: list[str], page: Page) -> list[str]:
    colors = {"-": "red", "+": "green"}
    return [page.style(visible(line), fg=colors[line[0]]) if line[:1] in colors else visible(line) for line in changes]
