"""What holds for all tests."""

import sys

import pytest

NEED_NO_WORKER = {"test_comparing", "test_raw_answers", "test_stubs", "test_wire"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Many tests watch processes as Linux shows them: elsewhere they are skipped, and say so."""
    if sys.platform == "linux":
        return
    for item in items:
        if item.path.stem not in NEED_NO_WORKER:
            item.add_marker(pytest.mark.skip(reason="looks at processes as Linux shows them"))
