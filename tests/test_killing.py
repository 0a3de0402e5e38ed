"""A few commands killed at random moments; `tests/benchmarks/killing.py` does it hundreds of times."""

import importlib.util
from pathlib import Path

import pytest
from workspaces import ROOT

KILLING = ROOT / "tests/benchmarks/killing.py"


@pytest.mark.timeout(300)  # each command may take its time on a busy machine
def test_whatever_is_killed_nothing_is_lost(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("killing", KILLING)
    assert spec and spec.loader
    killing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(killing)
    day = killing.live(tmp_path, count=16, seed=1)
    assert any("killed" in end for end in day.ends)
