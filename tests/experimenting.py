"""A lecture's experiment, run as a learner runs it, with a little data that never was."""

import os
import random
import subprocess
import sys
from pathlib import Path

from workspaces import workspace

SYLLABLES = [a + b for a in ("b", "k", "l", "m", "n", "r", "sh", "t") for b in ("a", "e", "ia", "o", "en", "is")]


def names(count: int) -> str:
    """Names, one a line."""
    source = random.Random(3)
    return "".join("".join(source.choices(SYLLABLES, k=source.randint(1, 4))) + "\n" for _ in range(count))


def play(lines: int) -> str:
    """A text in the form of a play."""
    source = random.Random(3)
    spoken = (" ".join(source.choices(SYLLABLES, k=source.randint(3, 8))).capitalize() for _ in range(lines))
    return "".join(f"{source.choice(SYLLABLES).upper()}:\n{line}.\n\n" for line in spoken)


def experiment(folder: Path, lecture: str, text: str, *, data: bool = True) -> str:
    """What a lecture's file prints when it is run. It must end well."""
    workspace(folder, **{lecture: text})
    if data:
        (folder / "data").mkdir()
        (folder / "data" / "names.txt").write_text(names(300), "utf-8")
        (folder / "data" / "shakespeare.txt").write_text(play(250), "utf-8")
    command = [sys.executable, str(folder / "exercises" / f"{lecture}.py")]
    alone = os.environ | {"OMP_NUM_THREADS": "1"}  # threads that wait for each other crawl on a busy machine
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", cwd=folder, env=alone, check=False, timeout=250
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout
