"""Authored variants: the misconceptions of a lecture's toml, as edits of its reference."""

import textwrap

from grader.course.outline import Exercise, Misconception
from grader.course.source import Source, span, text_of
from grader.course.stubs import StubError, marks
from grader.variants.edits import EditError, Rewritten, dedented


def rewritten_by(reference: Source, exercise: Exercise, misconception: Misconception) -> Rewritten:
    """The function that a misconception changes, as it then is. Raises EditError."""
    named = f"{exercise.slug}, {misconception.name}"
    if bool(misconception.right) == bool(misconception.body):
        raise EditError(f"{named}: give either right and wrong, or body")
    if misconception.body:
        blank = misconception.blank or exercise.blanks[0]
        return Rewritten(blank, dedented(_with_body(reference, blank, misconception.body, named)))
    found: list[str] = []  # the blank, once for each place
    for blank in exercise.blanks:
        if count := text_of(reference, blank).count(misconception.right.strip("\n")):
            found += [blank] * count
    if len(found) != 1:
        raise EditError(f"{named}: its `right` is found {len(found)} times in {', '.join(exercise.blanks)}, not once")
    text = text_of(reference, found[0]).replace(misconception.right.strip("\n"), misconception.wrong.strip("\n"))
    return Rewritten(found[0], dedented(text))


def _with_body(reference: Source, blank: str, body: str, named: str) -> str:
    try:
        begin, end = marks(reference, blank)
    except StubError as error:
        raise EditError(f"{named}: {error}") from None
    line = reference.lines()[begin - 1]
    own = line[: -len(line.lstrip())]
    first, last = span(reference.definitions[blank])
    lines = reference.lines()[first - 1 : last]
    lines[begin - first : end - first] = textwrap.indent(textwrap.dedent(body).strip("\n"), own).split("\n")
    return "\n".join(lines)
