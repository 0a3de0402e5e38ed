"""What the plugin costs a run of pytest that is not about this course: `python tests/benchmarks/pytest_start.py`.

A run of one small test with zth installed, against one in which no distribution of that name is there; in turn, and the
median of the pairs' ratios. To hold: 1.05. Processor time is told too: it is steadier on a machine that is shared.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUN = """
import importlib.metadata, sys, pytest
there = importlib.metadata.distributions
importlib.metadata.distributions = lambda **context: (d for d in there(**context) if d._path.name[:4] != {hidden!r})
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "."]))
"""
WITH, WITHOUT = RUN.format(hidden="none"), RUN.format(hidden="zth-")


def took(code: str, folder: Path) -> tuple[float, float]:
    """Seconds by the clock and of the processor that a run takes."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code], cwd=folder, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0
    return time.perf_counter() - started, used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pairs", type=int, default=15)
    pairs = parser.parse_args().pairs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_one.py").write_text("def test_one():\n    pass\n")
        took(WITH, folder), took(WITHOUT, folder)
        measured = [(took(WITH, folder), took(WITHOUT, folder)) for _ in range(pairs)]
    for what, at in (("clock", 0), ("processor", 1)):
        ratio = statistics.median(with_zth[at] / without[at] for with_zth, without in measured)
        print(f"start of pytest with zth / without it, {what}: {ratio:.3f}   (to hold: <= 1.05)")


if __name__ == "__main__":
    main()
