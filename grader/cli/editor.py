"""Opening a file at a line, in the editor that $VISUAL or $EDITOR names."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import click

# How an editor is told the line; one that is not here gets the file alone.
GOTO = {"code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "positron"}
PLUS = {"vi", "vim", "nvim", "gvim", "mvim", "nano", "pico", "emacs", "emacsclient", "kak", "micro", "joe", "ne", "mg"}
COLON = {"hx", "helix", "subl", "sublime_text", "zed", "zeditor"}
LINE = {"charm", "pycharm", "pycharm64", "idea", "kate"}


def named(environment: Mapping[str, str]) -> list[str]:
    """The editor, with the arguments that are named with it; [] if none is."""
    for variable in ("VISUAL", "EDITOR"):
        if text := environment.get(variable, "").strip():
            if os.name == "nt":
                return [part.strip('"') for part in shlex.split(text, posix=False)]
            return shlex.split(text)
    if environment.get("TERM_PROGRAM") == "vscode" and shutil.which("code"):
        return ["code"]
    return []


def command_for(editor: list[str], path: Path, line: int) -> list[str]:
    """The command that opens a file at a line."""
    name = Path(editor[0]).name.lower().removesuffix(".exe").removesuffix(".cmd")
    if name in GOTO:
        return [*editor, "-g", f"{path}:{line}"]
    if name in PLUS:
        return [*editor, f"+{line}", str(path)]
    if name in COLON:
        return [*editor, f"{path}:{line}"]
    if name in LINE:
        return [*editor, "--line", str(line), str(path)]
    return [*editor, str(path)]


def open_at(path: Path, shown: str, line: int) -> None:
    """Open a file, and wait for editors that use this terminal. Raises ClickException, which names the mend."""
    try:
        editor = named(os.environ)
    except ValueError as error:
        raise click.ClickException(
            f"$VISUAL or $EDITOR cannot be read ({error}). The place is {shown}:{line}."
        ) from None
    if not editor:
        mend = "Set VISUAL or EDITOR, as in `export VISUAL=code`"
        raise click.ClickException(f"No editor is named. {mend}, or open {shown}:{line} yourself.")
    command = command_for(editor, path, line)
    command[0] = shutil.which(command[0]) or command[0]  # `code` is a .cmd on Windows
    try:
        status = subprocess.run(command, check=False).returncode
    except OSError as error:
        why = f"cannot be started: {error.strerror}. Look at $VISUAL and $EDITOR"
        raise click.ClickException(f"The editor {editor[0]} {why}. The place is {shown}:{line}.") from None
    if status:
        raise click.ClickException(f"The editor {editor[0]} ended with status {status}. The place is {shown}:{line}.")
