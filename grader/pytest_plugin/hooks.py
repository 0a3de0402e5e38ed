"""What pytest loads in every run, of whatever project: so it imports nothing, and looks at a file's path alone
until that is one of ours.
"""

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import pluggy


@pytest.hookimpl(hookwrapper=True)  # the form that older versions of pytest know too
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, "pluggy.Result[Any]"]:
    """Take a lecture's file of this course; all others are left to pytest."""
    outcome = yield
    if file_path.suffix == ".py" and file_path.parent.name == "exercises":
        from grader.pytest_plugin.collecting import lecture_file

        ours = lecture_file(file_path, parent)
        if ours:  # and nobody else's: pytest would import it, with whatever it does at file level
            outcome.force_result([ours])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """pytest-xdist: the workers of a run share what was graded. It is removed when the whole run ends: another worker
    may need it still.
    """
    from grader.pytest_plugin.sharing import removal

    node.config.add_cleanup(removal(node.workerinput["testrunuid"]))
