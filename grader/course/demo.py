"""A half-finished answer: made from the stubs, so that it never falls behind them."""

import ast

from grader.course.outline import lecture
from grader.course.root import solution_file
from grader.course.source import parse, stub_marks
from grader.course.stubs import fill, pristine

LECTURE = "part4"
RIGHT = "compare_grads"
WRONG = "dcounts"
WRONG_BODY = "return counts_sum_inv * dprobs"  # counts has a second path


def half_finished() -> str:
    """part4.py with one exercise right, one wrong, and the rest still to do."""
    solution = solution_file(LECTURE).read_text("utf-8")
    text = fill(pristine(LECTURE), solution, lecture(LECTURE), [RIGHT])
    source = parse(text, f"{LECTURE}.py")
    (line,) = stub_marks(source)[f"{LECTURE}.{WRONG}"].values()
    lines = source.lines()
    lines[line - 1] = " " * 4 + WRONG_BODY
    return "\n".join(lines) + "\n"


def shown(text: str, name: str) -> str:
    """One function of the answer as one would tell of it: the names of its arguments, and what was written."""
    source = parse(text, "")
    definition = source.definitions[name]
    assert isinstance(definition, ast.FunctionDef)
    arguments = ", ".join(argument.arg for argument in definition.args.args)
    written = source.lines()[definition.body[0].end_lineno or 0 : definition.end_lineno]
    return "\n".join([f"def {name}({arguments}):", *written])
