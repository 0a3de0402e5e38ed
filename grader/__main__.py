"""`python -m grader` is `zth`."""

from grader.cli.entry import run

run()
