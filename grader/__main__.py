"""`python -m grader` is `zth`."""

from grader.cli.main import run

run()
