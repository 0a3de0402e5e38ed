"""Authored variants: the misconceptions of a lecture's toml, as edits of its reference."""

import textwrap

from grader.course.outline import Exercise, Misconception
from grader.course.source import Source, span, text_of
from grader.course.stubs import StubError, marks
from grader.variants.edits import Edit, EditError


def edit_of(reference: Source, exercise: Exercise, misconception: Misconception) -> Edit:
    """What a misconception changes in the reference. Raises EditError."""
    named = f"{exercise.slug}, {misconception.name}"
    if bool(misconception.right) == bool(misconception.body):
        raise EditError(f"{named}: give either right and wrong, or body")
    if misconception.body:
        return _body(reference, misconception.blank or exercise.blanks[0], misconception.body, named)
    found: list[str] = []  # the blank, once for each place
    for blank in exercise.blanks:
        if count := text_of(reference, blank).count(misconception.right.strip("\n")):
            found += [blank] * count
    if len(found) != 1:
        raise EditError(f"{named}: its `right` is found {len(found)} times in {', '.join(exercise.blanks)}, not once")
    first, last = span(reference.definitions[found[0]])
    text = text_of(reference, found[0])
    return Edit(first, last, text.replace(misconception.right.strip("\n"), misconception.wrong.strip("\n")))


def _body(reference: Source, blank: str, body: str, named: str) -> Edit:
    try:
        begin, end = marks(reference, blank)
    except StubError as error:
        raise EditError(f"{named}: {error}") from None
    line = reference.lines()[begin - 1]
    indent = line[: -len(line.lstrip())]
    return Edit(begin, end - 1, textwrap.indent(textwrap.dedent(body).strip("\n"), indent))
