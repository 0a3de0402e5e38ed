"""`zth` alone: where am I, and what is next."""

from pathlib import Path

from grader.cli import options
from grader.course.outline import course
from grader.course.workspace import NoWorkspace, find
from grader.reports import outline
from grader.reports.page import emit, page


def where_am_i(workspace: Path | None, color: bool | None, plain: bool) -> int:
    """Print the lectures with what is reached, and the next command. Grades nothing."""
    here = page(color, plain)
    try:
        place = find(workspace)
    except NoWorkspace:
        if workspace:
            raise
        emit(here.wrap("There is no exercises/ here or above. Two ways to begin:"))
        emit(
            [
                "",
                "  zth init      put exercises/ and data/ into this folder",
                "  zth demo      see what a check looks like",
            ]
        )
        return 0
    emit(outline.where(course(), options.records(place), here))
    return 0
