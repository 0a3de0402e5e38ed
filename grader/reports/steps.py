"""The check's own lines, and beside each what it made."""

from grader.judging.verdict import Step
from grader.reports.page import Page, visible

WORDS = "the check's own lines, and what each made:"


def step_lines(steps: tuple[Step, ...], page: Page, indent: str = "    ") -> list[str]:
    """A line for each step; what it made goes below where the line has no room for it."""
    lines = [indent + page.style(WORDS, dim=True)]
    for step in steps:
        text = page.cut(f"{indent}  {visible(step.text)}")
        made = [f"# {visible(one)}" for one in step.made if visible(one) != step.text]
        if len(made) == 1 and len(text) + 4 + len(made[0]) <= page.width:
            lines.append(f"{text}    {page.style(made[0], dim=True)}")
            continue
        lines.append(text)
        for one in made:
            lines += [page.style(part, dim=True) for part in page.wrap(one, f"{indent}      ", f"{indent}      #   ")]
    return lines
