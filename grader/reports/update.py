"""What an update does, file by file, before it does it."""

from grader.course.updating import FilePlan, Update
from grader.reports.page import Page

SHOWN = 6  # names, after which the rest is counted


def plan_lines(update: Update, page: Page, dry_run: bool) -> list[str]:
    """The plan, in the order of the course; files that stay as they are need no line."""
    lines: list[str] = []
    for file in update.files:
        lines += _file(file, page)
    if not lines:
        return [page.fit(line) for line in page.wrap("Everything is up to date. next: zth")]
    if not update.changes:
        lines += ["", "Nothing has to change. next: zth"]
    elif dry_run:
        lines += ["", *page.wrap("Nothing was changed. `zth update` does it.")]
    return [page.fit(line) for line in lines]


def _file(file: FilePlan, page: Page) -> list[str]:
    if file.fate == "new":
        return [f"{file.path}: new"]
    if file.fate == "left":
        return page.wrap(f"{file.path}: left alone, {file.why}")
    if file.merged is None:
        return []
    merged = file.merged
    said = [
        _names("brought up to date", merged.renewed),
        _names("new", merged.added),
        _names("no longer in the course, removed", merged.gone),
        _names("yours, kept; the course's own has changed since", merged.kept),
        "lines between the functions: the course's have changed too, yours are kept" if merged.lines else "",
        "brought up to date: what stands between the functions" if merged.between else "",
    ]
    told = [each for each in said if each]
    if not told:
        return []
    return [f"{file.path}:", *(line for each in told for line in page.wrap(each, "  ", "    "))]


def _names(what: str, names: tuple[str, ...]) -> str:
    shown = [name.removeprefix("class ") for name in names[:SHOWN]]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{what}: {', '.join(shown)}{more}" if names else ""
