"""How text reaches a terminal: width, colour, symbols, wrapping."""

import contextlib
import os
import re
import shutil
import sys
import textwrap
from dataclasses import dataclass

import click

from grader.reports.calls import COMMANDS, Calls

SYMBOLS = {"passed": "✓", "todo": "·", "failed": "✗", "bar": "█", "rest": "░"}
WIDEST = 100  # columns; longer lines are hard to read
PLAIN = {"passed": "ok", "todo": "-", "failed": "x", "bar": "#", "rest": "."}


@dataclass(frozen=True)
class Page:
    """What the terminal can show, and how its reader asks for more."""

    width: int
    color: bool
    plain: bool
    links: bool = False
    calls: Calls = COMMANDS

    def symbol(self, name: str) -> str:
        symbols = PLAIN if self.plain else SYMBOLS
        return symbols.get(name, symbols["failed"])

    def style(self, text: str, **style: object) -> str:
        return click.style(text, **style) if self.color and text else text  # type: ignore[arg-type]

    def wrap(self, text: str, indent: str = "", hanging: str | None = None) -> list[str]:
        """A paragraph, folded at the width. hanging: the indent of all lines but the first, if it is another."""
        whole = re.sub(r"`[^`]*`", lambda code: self._kept(code.group()), text)
        below = indent if hanging is None else hanging
        lines = textwrap.wrap(whole, self.width, initial_indent=indent, subsequent_indent=below, break_on_hyphens=False)
        return [line.replace("\xa0", " ") for line in lines] or [""]

    def _kept(self, code: str) -> str:
        """Code stays on one line, if one line can hold it."""
        return code.replace(" ", "\xa0") if len(code) < self.width - 12 else code

    def edges(self, left: str, right: str, left_style: dict[str, object] | None = None) -> list[str]:
        """Two texts at the two edges of a line, or on two lines where one does not hold both."""
        parts = [left] if len(left) <= self.width else self.wrap(left, hanging="  ")
        shown = [self.style(part, **(left_style or {})) for part in parts]
        gap = self.width - len(left) - len(right)
        if not right:
            return shown
        if gap >= 2:
            return [shown[0] + " " * gap + self.style(right, dim=True)]
        return [*shown, "  " + self.style(right, dim=True)]

    def bar(self, done: int, total: int, length: int = 20) -> str:
        full = length * done // total if total else 0
        return self.symbol("bar") * full + self.symbol("rest") * (length - full)

    def cut(self, text: str) -> str:
        """One line, shortened where it is too long."""
        return text.rstrip() if len(text.rstrip()) <= self.width else text[: self.width - 3].rstrip() + "..."

    def fit(self, text: str) -> str:
        """Plain signs only, where only those can be shown."""
        if not self.plain:
            return text
        return text.translate(_ASCII).encode("ascii", "replace").decode()


_ASCII = str.maketrans({"’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "→": "->", "×": "x", "²": "^2", "³": "^3"})


def visible(text: str) -> str:
    """A learner's text without the signs that would move the cursor or clear the screen."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", text)


def page(color: bool | None, plain: bool) -> Page:
    """The page that standard output is. Colour: as asked, else where a terminal shows it and NO_COLOR is not set."""
    tty = sys.stdout.isatty()
    if color is None:
        color = tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    encoding = sys.stdout.encoding or "ascii"
    try:
        "".join(SYMBOLS.values()).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        plain = True
    from grader.reports.links import shows_links

    links = tty and color and not plain and shows_links(os.environ)
    return Page(max(30, min(_columns(), WIDEST)), color, plain, links)


def _columns() -> int:
    """The terminal's width. Behind a pipe (`zth check | less`) it is that of the terminal where errors would go."""
    behind = WIDEST
    with contextlib.suppress(OSError, ValueError, AttributeError):
        behind = os.get_terminal_size(sys.__stderr__.fileno()).columns  # type: ignore[union-attr]
    return shutil.get_terminal_size((behind, 24)).columns


def emit(lines: list[str] | str) -> None:
    """Print. A reader that has gone away (`| head -1`) is no error."""
    text = lines if isinstance(lines, str) else "\n".join(lines)
    try:
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise click.ClickException(f"what zth has to say cannot be written: {error.strerror}.") from None


def emit_json(text: str) -> None:
    """Print a document; where the terminal has not all signs, as escapes that mean the same."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        import json  # rarely needed

        text = json.dumps(json.loads(text), indent=2)
    emit(text)
