"""What `zth doctor` found, for a person, and to be pasted into a report."""

from grader.reports.page import Page

Facts = list[tuple[str, list[tuple[str, str]]]]  # by heading: a name, and what was found


def lines(facts: Facts, page: Page) -> list[str]:
    """A block a heading, the names in one column."""
    longest = max(len(name) for _, found in facts for name, _ in found)
    told: list[str] = []
    for heading, found in facts:
        told += ["", page.style(heading, bold=True)] if told else [page.style(heading, bold=True)]
        for name, value in found:
            told += page.wrap(f"{name:\xa0<{longest}}\xa0\xa0{value}", "  ", " " * (longest + 4))
    return [page.fit(line) for line in told]
