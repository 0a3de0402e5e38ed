"""Places that a terminal can open: `exercises/part4.py:118` as a hyperlink, by the sign that most terminals know.

The text stays as it is, so that an editor's own terminal, which looks for it, and a copied line work as well.
"""

import os
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.reports.page import Page

PLACE = re.compile(r"((?:\x1b\[[0-9;]*m)*)([^\s\x1b:`'\"]+\.py):(\d+)")  # behind the signs of a colour
NO_LINKS = ("dumb", "linux", "screen", "vt")  # terminals that would show the sign itself, or nothing of it
CODE = {"code": "vscode", "code-insiders": "vscode-insiders", "codium": "vscodium", "cursor": "cursor"}


def with_links(lines: list[str], page: "Page") -> list[str]:
    """The lines, with every place in them as a link where the terminal shows links."""
    if not page.links:
        return lines
    return [PLACE.sub(partial(_linked, os.environ), line) for line in lines]


def shows_links(environment: Mapping[str, str]) -> bool:
    """Whether a terminal shows links; FORCE_HYPERLINK=0 or 1 decides for those that are judged wrongly."""
    if forced := environment.get("FORCE_HYPERLINK"):
        return forced != "0"
    if environment.get("TERM_PROGRAM") == "vscode":  # makes links of places by itself, and opens them at the line
        return False
    term = environment.get("TERM", "")
    return bool(term) and ("TMUX" in environment or not term.startswith(NO_LINKS))


def _linked(environment: Mapping[str, str], place: re.Match[str]) -> str:
    color, name, line = place.groups()
    path = Path(name).absolute()
    if not os.path.exists(path):  # seen from another folder: a link would lead nowhere
        return place[0]
    return f"{color}\x1b]8;;{address(path, int(line), environment)}\x1b\\{name}:{line}\x1b]8;;\x1b\\"


def address(path: Path, line: int, environment: Mapping[str, str]) -> str:
    """What a place is called: at its line for editors that have an address for lines, else the file."""
    editor = Path((environment.get("VISUAL") or environment.get("EDITOR") or "").partition(" ")[0]).stem
    if editor in CODE:
        from urllib.parse import quote  # only for a terminal that shows links

        return f"{CODE[editor]}://file/{quote(path.as_posix().lstrip('/'))}:{line}"
    host = os.uname().nodename if hasattr(os, "uname") else ""  # so that a terminal on another machine can tell
    return path.as_uri().replace("file://", f"file://{host}", 1)
