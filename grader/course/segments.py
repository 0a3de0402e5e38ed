"""A learner's file in segments, each a function or what stands between two: together they are the file, byte for byte.

So one function can be put back, or brought up to date, and everything else stays as it was written.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from grader.course.conflicts import MARK
from grader.course.source import Definition, Source, parse, span

BOM = "\ufeff"
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


@dataclass(frozen=True)
class Segment:
    """Some lines of a file. name: the function or method that they are, "class Value" for a class down to its first
    method, "" for what stands between. Of what is defined twice, the second is called "f#2".
    """

    name: str
    text: str

    @property
    def plain(self) -> str:
        """The text with line ends that are the same everywhere."""
        return _plain(self.text)


@dataclass(frozen=True)
class File:
    """A file's segments, whether a BOM stood before them, and its way to end a line."""

    segments: tuple[Segment, ...]
    bom: bool
    end: str

    def encoded(self) -> bytes:
        return ((BOM if self.bom else "") + "".join(segment.text for segment in self.segments)).encode()

    def names(self) -> dict[str, Segment]:
        """The segments that have a name."""
        return {segment.name: segment for segment in self.segments if segment.name}

    def like(self, text: str) -> str:
        """A text with this file's line ends."""
        return _plain(text).replace("\n", self.end)


def split(data: bytes) -> File:
    """A file, cut. It need not compile. Raises UnicodeDecodeError."""
    text = data.decode("utf-8")
    bom = text.startswith(BOM)
    text = text.removeprefix(BOM)
    lines = LINE.findall(text)
    source = parse(text, "")
    spans = sorted([*_sound(source.tree.body), *_broken(source)])
    segments: list[Segment] = []
    done, seen = 0, dict[str, int]()
    for index, (first, last, name) in enumerate(spans):
        if first <= done or last > len(lines):
            continue  # inside a broken one
        if name.startswith("class ") and index + 1 < len(spans):  # its first method may be a broken one
            last = min(last, spans[index + 1][0] - 1)
        segments.append(Segment("", "".join(lines[done : first - 1])))
        seen[name] = seen.get(name, 0) + 1
        named = name if seen[name] == 1 else f"{name}#{seen[name]}"
        segments.append(Segment(named, "".join(lines[first - 1 : last])))
        done = last
    segments.append(Segment("", "".join(lines[done:])))
    end = re.search(r"\r\n|\r|\n", text)
    return File(tuple(segments), bom, end.group() if end else "\n")


def styled(data: bytes, like: bytes) -> bytes:
    """A text in the manner of a file: its line ends, and its BOM."""
    try:
        text = like.decode("utf-8")
    except UnicodeDecodeError:
        return data
    end = re.search(r"\r\n|\r|\n", text)
    plain = _plain(data.decode("utf-8")).removeprefix(BOM)
    return ((BOM if text.startswith(BOM) else "") + plain.replace("\n", end.group() if end else "\n")).encode()


def put(mine: File, other: File, names: tuple[str, ...]) -> File:
    """A file in which some functions are those of another, all of them where it defines one again. One that it does not
    have goes where the other has it.

    Raises LookupError with the name of a class that is not there.
    """
    for name in names:
        new = other.names()[name]
        text = mine.like(new.text)
        if name in mine.names():
            ended = mine.names()[name].text.endswith(("\n", "\r"))
            text = text.rstrip("\r\n") + (mine.end if ended else "")
            twice = [s.name for s in mine.segments if s.name.partition("#")[0] == name]
            mine = replace(mine, segments=tuple(replace(s, text=text) if s.name in twice else s for s in mine.segments))
        else:
            mine = _inserted(mine, other, Segment(name, text))
    return mine


def _inserted(mine: File, other: File, new: Segment) -> File:
    """With a function after the one that the other file has before it, and that file's blank lines."""
    owner = new.name.rpartition(".")[0]
    if owner and f"class {owner}" not in mine.names():
        raise LookupError(owner)
    order = [segment.name for segment in other.segments if segment.name]
    before = [name for name in order[: order.index(new.name)] if name in mine.names()]
    if owner:
        before = [name for name in before if name == f"class {owner}" or name.startswith(f"{owner}.")]
    after = [name for name in order[order.index(new.name) + 1 :] if name in mine.names()]
    segments = list(mine.segments)
    blank = Segment("", mine.end * (1 if owner else 2))
    if not before and after:
        at = next(i for i, s in enumerate(segments) if s.name == after[0])
        return replace(mine, segments=(*segments[:at], new, blank, *segments[at:]))
    at = next((i for i, s in enumerate(segments) if before and s.name == before[-1]), len(segments) - 1)
    if segments[at].text and not segments[at].text.endswith(("\n", "\r")):
        segments[at] = Segment(segments[at].name, segments[at].text + mine.end)
    first_method = before and before[-1] == f"class {owner}"
    segments[at + 1 : at + 1] = [new] if first_method else [blank, new]
    return replace(mine, segments=tuple(segments))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _sound(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[int, int, str]]:
    """First and last line and name of every function, and of every class down to its first method."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not prefix:
            methods = [each for each in node.body if isinstance(each, Definition)]
            first, last = span(node)
            yield first, span(methods[0])[0] - 1 if methods else last, f"class {node.name}"
            yield from _sound(node.body, f"{node.name}.")
        elif isinstance(node, Definition):
            yield *span(node), prefix + node.name


def _broken(source: Source) -> Iterator[tuple[int, int, str]]:
    """The same of functions that do not compile: from their `def` to the next line that stands as far left."""
    names = {name for problem in source.problems for name in problem.names}
    if not names:
        return
    lines = source.lines()
    classes = {node.name: span(node) for node in source.tree.body if isinstance(node, ast.ClassDef)}
    for number, line in enumerate(lines, 1):
        found = re.match(r"(    )?(?:async )?def +(\w+)", line)
        if not found:
            continue
        indent, name = found.group(1) or "", found.group(2)
        owners = [owner for owner, (first, last) in classes.items() if indent and first <= number <= last]
        name = f"{owners[0]}.{name}" if owners else name
        if name not in names or (indent and not owners) or name in source.definitions:
            continue
        first = number
        while first > 1 and lines[first - 2].startswith(f"{indent}@"):
            first -= 1
        last = number
        in_two_versions = False
        for following in range(number + 1, len(lines) + 1):
            text = lines[following - 1]
            if MARK.match(text):
                in_two_versions |= text.startswith(("<", "="))
                if in_two_versions and text.startswith(">"):
                    last = following
                continue
            if text.strip() and not text.startswith(indent + " ") and not re.match(r"\s*[#)\]}]|\t", text):
                break
            if text.startswith((indent + " ", "\t", ")", "]", "}")):
                last = following
        yield first, last, name
