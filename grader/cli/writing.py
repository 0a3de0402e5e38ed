"""Reports that are written into a file."""

import os
from pathlib import Path

import click

from grader.course.writing import write_whole


def may_be_written(option: str, path: Path | None, *endings: str) -> None:
    """Complain before anything is graded. endings: what the name must end in, so that nothing of yours is replaced."""
    if path is None:
        return
    if not path.absolute().parent.is_dir():
        raise click.UsageError(f"{option} {path}: there is no folder {path.parent}.")
    if endings and path.suffix.lower() not in endings:
        raise click.UsageError(f"{option} {path}: give it a name that ends in {endings[0]}.")


def write(path: Path, text: str) -> None:
    """Write a report, whole or not at all."""
    target = path.resolve()
    try:
        if target.exists() and not target.is_file():  # a pipe, a terminal: nothing to keep, nothing to rename over
            target.write_text(text, "utf-8")
            return
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(13, "it is write-protected")
        write_whole(target, text.encode(), lasting=False)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from None
