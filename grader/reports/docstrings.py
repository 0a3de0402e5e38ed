"""A docstring at the width of a terminal: paragraphs are folded as one, code stays as it is."""

import re

from grader.reports.page import Page

CODE = re.compile(r"\s*(Forward|The function)\b.*:$")  # headings of blocks of code
ENTRY = re.compile(r"\s+(\*{0,2}\w+(, \w+)*: |- )")  # what Args: and lists are made of


def docstring(text: str, indent: str, page: Page) -> list[str]:
    """The lines of a docstring (without its own indent), each behind `indent`."""
    lines = text.splitlines()
    if all(len(indent + line) <= page.width for line in lines):
        return [(indent + line).rstrip() for line in lines]
    folded: list[str] = []
    for paragraph in _paragraphs(lines):
        own = indent + _own(paragraph[0])
        if _is_code(paragraph):
            folded += [part for line in paragraph for part in _code(indent + line, page)]
        elif not paragraph[0]:
            folded.append("")
        else:
            entry = ENTRY.match(paragraph[0])
            text = " ".join(line.strip() for line in paragraph)
            hanging = 0 if not entry else 2 if entry.group(1) == "- " else 4
            folded += page.wrap(text, own, own + " " * hanging)
    return folded


def _paragraphs(lines: list[str]) -> list[list[str]]:
    """Lines that belong together: a paragraph, an entry of Args: with what is indented below it, a block of code.

    What stands below the entries, and no deeper than they do, is a paragraph of its own.
    """
    found: list[list[str]] = []
    for line in lines:
        last = found[-1] if found else [""]
        deeper = len(_own(line)) - len(_own(last[0]))
        if _is_code(last):
            joined = bool(line) and deeper > 0
        else:
            together = deeper > 0 if ENTRY.match(last[0]) else deeper == 0
            joined = bool(line and last[0]) and together and not ENTRY.match(line)
        if joined:
            last.append(line)
        else:
            found.append([line])
    return found


def _is_code(paragraph: list[str]) -> bool:
    return bool(CODE.match(paragraph[0]))


def _code(line: str, page: Page) -> list[str]:
    """A line of code. Where it is too long its comment goes below it."""
    if len(line) <= page.width:
        return [line]
    code, hash, comment = line.partition("#")
    if len(close := f"{code.rstrip()}  {hash}{comment}") <= page.width:
        return [close]
    return [code.rstrip(), *page.wrap(hash + comment, _own(line) + "    ")] if hash else [line]


def _own(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
