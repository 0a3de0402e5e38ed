"""How a command that grades begins: torch, and then the sandbox, before anything else."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox.interface import Sandbox


@contextmanager
def sandbox_for(lectures: list[str]) -> "Iterator[Sandbox]":
    """Import torch and start the sandbox for some lectures; hang up at the end. Raises SandboxLost."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from grader.sandbox.opening import open_sandbox

    sandbox = open_sandbox(lectures)
    try:
        yield sandbox
    finally:
        sandbox.close()
