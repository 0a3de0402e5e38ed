"""Which of a check's lines are shown: those that led to the first wrong answer."""

from grader.judging.verdict import Step, Verdict
from grader.sandbox import wire

SHOWN = 16


def chosen(steps: list[wire.Step], verdict: Verdict) -> tuple[Step, ...]:
    """The lines from the answer before to the first wrong one, or to the exception."""
    wrong = [quantity.name for quantity in verdict.quantities if not quantity.ok]
    end = len(steps) - 1
    named: list[str] = []
    for at, step in enumerate(steps):
        named = [key for key in step.answers if any(_is_of(name, key) for name in wrong)]
        if named:
            end = at
            break
    if end < 0:
        return ()
    depth = steps[end].depth if named else 0
    start = next((at + 1 for at in range(end - 1, -1, -1) if steps[at].answers and steps[at].depth == depth), 0)
    shown: dict[tuple[str, int], Step] = {}
    for at, step in enumerate(steps[start : end + 1], start):
        made = [*step.made, *(f"{key}: {step.answers[key]}" for key in (named if at == end else ()))]
        inner = step.depth > depth and step.line  # how a helper of the check does it
        raised = any(text.startswith("raised ") for text in made)
        if (made and not inner) or raised or not (step.line or made):
            again = (step.text, 0 if step.depth > depth else at)  # a graph that is built many times is shown once
            shown.setdefault(again, Step(step.text.replace("m.", ""), tuple(made)))
    return tuple(shown.values())[-SHOWN:]


def _is_of(name: str, key: str) -> bool:
    """Whether a quantity is an answer, or a part of it."""
    return name == key or (name.startswith(key) and not name[len(key)].isalnum())
