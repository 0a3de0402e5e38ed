"""Authored variants: the misconceptions of a lecture's toml, as edits of its reference."""

import textwrap

from grader.course.outline import Exercise, Misconception
from grader.course.source import Source, span
from grader.course.stubs import BEGIN, END
from grader.variants.edits import Edit, EditError


def edit_of(reference: Source, exercise: Exercise, misconception: Misconception) -> Edit:
    """What a misconception changes in the reference. Raises EditError."""
    named = f"{exercise.slug}, {misconception.name}"
    if bool(misconception.right) == bool(misconception.body):
        raise EditError(f"{named}: give either right and wrong, or body")
    if misconception.body:
        return _body(reference, misconception.blank or exercise.blanks[0], misconception.body, named)
    found = []
    for blank in exercise.blanks:
        first, last = span(reference.definitions[blank])
        text = "\n".join(reference.lines()[first - 1 : last])
        if count := text.count(misconception.right.strip("\n")):
            found.append((first, last, text, count))
    if len(found) != 1 or found[0][3] != 1:
        places = sum(count for *_, count in found)
        raise EditError(f"{named}: its `right` is found {places} times in {', '.join(exercise.blanks)}, not once")
    first, last, text, _ = found[0]
    return Edit(first, last, text.replace(misconception.right.strip("\n"), misconception.wrong.strip("\n")))


def _body(reference: Source, blank: str, body: str, named: str) -> Edit:
    first, last = span(reference.definitions[blank])
    lines = reference.lines()
    begin = next((n for n in range(first, last + 1) if lines[n - 1].strip() == BEGIN), None)
    end = next((n for n in range(begin or first, len(lines) + 1) if lines[n - 1].strip() == END), None)
    if begin is None or end is None:
        raise EditError(f"{named}: {blank} has no marks")
    indent = lines[begin - 1][: -len(lines[begin - 1].lstrip())]
    text = textwrap.indent(textwrap.dedent(body).strip("\n"), indent)
    return Edit(begin, max(end - 1, last), text)
