"""Grading for pytest: `zth check` in a process of its own.

A run of pytest may have imported anything and started threads: neither is a place to start the sandbox from.
"""

import subprocess
import sys
from pathlib import Path

from grader.judging.verdict import FileVerdicts
from grader.reports.document import from_json


class GradingFailed(Exception):
    """zth itself failed: no fault of the learner's."""


def check(path: Path, names: list[str], here: Path) -> bytes:
    """The JSON document of a check of some exercises of a file, told with paths as seen from `here`.

    Raises GradingFailed.
    """
    targets = [f"{path}::{name}" for name in names]
    command = [sys.executable, "-P", "-m", "grader", "check", "--json", *targets]
    done = subprocess.run(command, cwd=here, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if not done.stdout.startswith(b"{"):
        said = done.stderr.decode("utf-8", "replace").strip()
        raise GradingFailed(f"zth check {path} ended with status {done.returncode}. {said}")
    return done.stdout


def verdicts(path: Path, document: bytes) -> FileVerdicts:
    """The verdicts of a document, which is about one file. Raises GradingFailed."""
    try:
        (file,) = from_json(document)
    except ValueError as error:
        raise GradingFailed(f"what zth check says of {path} cannot be read: {error}") from None
    return file
