"""The solution beside the learner's own code, or what to do before it is shown."""

from grader.course.outline import Exercise
from grader.course.progress import Record
from grader.reports.page import Page, visible


def beside(exercise: Exercise, difference: list[str], passes: bool, passed: bool, page: Page) -> list[str]:
    """The difference, under the exercise's title."""
    title = page.edges(f"{exercise.slug}  {exercise.words.title}", "", {"bold": True})
    return [page.fit(line) for line in [*title, "", *changes(exercise, difference, passes, passed, page)]]


def changes(exercise: Exercise, difference: list[str], passes: bool, passed: bool, page: Page) -> list[str]:
    """The difference, and how to read it. Its lines are not folded: they are code. passes: now; passed: once."""
    if not difference:
        return page.wrap("Yours is the course's, word for word.")
    said = "- is yours, + is the course's."
    if passes:
        said += " Yours is right too: only what it answers counts."
    elif not passed:
        said += (
            " Your progress notes that you have seen it. Now close it and write it yourself;"
            f" `zth check {exercise.name}` grades it."
        )
    return [*(_coloured(visible(line), page) for line in difference), "", *page.wrap(said)]


def _coloured(line: str, page: Page) -> str:
    if line.startswith(("---", "+++")):
        return page.style(line, bold=True)
    colours = {"-": "red", "+": "green", "@": "cyan"}
    return page.style(line, fg=colours[line[0]]) if line[:1] in colours else line


def not_yet(exercise: Exercise, record: Record, page: Page) -> list[str]:
    """What to do before a solution is shown."""
    left = len(exercise.words.hints) - record.hints
    name = exercise.name
    hints = f"`zth hint {name}` has {left} more hint{'' if left == 1 else 's'}" if left else ""
    tried = record.status not in ("todo", "passed")
    lines = page.wrap(
        f"{exercise.slug} has not passed yet{f' ({record.status} at the last check)' if tried else ''}. The solution is"
        " shown when it has: it says most beside an answer of your own."
    )
    lines += ["", *page.wrap(f"{hints or f'`zth show {name}` says what is asked'}; `zth check {name}` grades it.")]
    lines += page.wrap(f"`zth solution {name} --reveal` shows it all the same, and your progress notes that.")
    return [page.fit(line) for line in lines]
