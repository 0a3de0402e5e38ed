"""Three texts of a file become one: what both began from, the learner's, and the course's. Function by function."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from grader.course.segments import LINE, File, Segment, split


@dataclass(frozen=True)
class Merged:
    """The file that came out, and what became of its functions.

    renewed: taken from the other side; added: that the learner's file did not have; kept: the learner's, where the
    other side has changed too; missing: that the learner deleted; gone: that the other side has no more. between:
    whether lines between functions are others than the learner's; lines: whether both sides had changed the same ones.
    """

    data: bytes
    renewed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    between: bool = False
    lines: bool = False


def merge(base: bytes, mine: bytes, theirs: bytes, prefer_theirs: bool = False) -> Merged:
    """What `theirs` changed since `base`, done to `mine`, whose line ends and BOM stay.

    Where both changed the same, mine stays, byte for byte; with prefer_theirs, theirs takes its place.
    Raises UnicodeDecodeError.
    """
    ours, old, new = split(mine), split(base), split(theirs)
    if "".join(s.plain for s in ours.segments) == "".join(s.plain for s in old.segments):
        whole = replace(new, bom=ours.bom, segments=tuple(Segment(s.name, ours.like(s.text)) for s in new.segments))
        changed = [name for name, s in new.names().items() if _plain(old, name) != s.plain]
        added = tuple(name for name in changed if name not in old.names())
        renewed = tuple(name for name in changed if name in old.names())
        gone = tuple(name for name in old.names() if name not in new.names())
        return Merged(whole.encoded(), renewed, added, gone=gone, between=_between(ours) != _between(new))
    return _merged(old, ours, new, prefer_theirs)


def _merged(old: File, mine: File, new: File, prefer_theirs: bool) -> Merged:
    here, before, after = mine.names(), old.names(), new.names()
    shared = set(here) & set(after)
    tails = {name: (_tail(old, name, shared), _tail(new, name, shared)) for name in ["", *shared]}
    out: list[str] = []
    kept: list[str] = []
    renewed: list[str] = []
    gone: list[str] = []
    added: list[str] = []
    conflict = False
    anchor: str | None = ""  # whose tail the lines that come next belong to
    for segment in mine.segments:
        if segment.name:
            text, fate = _function(segment, before.get(segment.name), after.get(segment.name), prefer_theirs)
            {"renewed": renewed, "kept": kept, "gone": gone}.get(fate, []).append(segment.name)
            out += [mine.like(text) if fate == "renewed" else text] if text else []
            anchor = segment.name if segment.name in shared else None
            continue
        if anchor is None:
            out += [segment.text] if segment.text else []
            continue
        lines = [Segment("", line) for line in LINE.findall(segment.text)]
        between, clash = _lines(tails[anchor][0], lines, tails[anchor][1], prefer_theirs)
        if not prefer_theirs:  # what the learner deleted stays deleted
            between = [each for each in between if each.name not in before]
        added += [each.name for each in between if each.name]
        conflict |= clash
        own = {id(line) for line in lines}
        for each in between:
            if out and not out[-1].endswith(("\n", "\r")):  # the file's last line, and now more comes
                out.append(mine.end)
            out.append(each.text if id(each) in own else mine.like(each.text))
        anchor = None
    text = "".join(out)
    missing = tuple(name for name in before if name in after and name not in here)
    data = replace(mine, segments=(Segment("", text),)).encoded()
    others = _between(mine) != _between(split(data))
    return Merged(data, tuple(renewed), tuple(added), tuple(kept), missing, tuple(gone), others, conflict)


def _between(file: File) -> list[str]:
    """The lines between functions, but for blank ones."""
    text = "".join(segment.plain for segment in file.segments if not segment.name)
    return [line for line in text.split("\n") if line.strip()]


def _function(mine: Segment, old: Segment | None, new: Segment | None, prefer_theirs: bool) -> tuple[str, str]:
    """A function's text, and its fate."""
    untouched = old is not None and mine.plain.rstrip("\n") == old.plain.rstrip("\n")
    if new is None:
        return ("", "gone") if untouched else (mine.text, "own")
    if mine.plain.rstrip("\n") == new.plain.rstrip("\n"):
        return mine.text, "same"
    changed = old is None or old.plain != new.plain
    if untouched or (prefer_theirs and changed):
        return new.text, "renewed"
    return mine.text, "kept" if changed else "own"


def _tail(file: File, name: str, shared: set[str]) -> list[Segment]:
    """What follows a function, up to the next one that all have: lines, and whole functions."""
    found: list[Segment] = []
    inside = not name
    for segment in file.segments:
        if segment.name in shared:
            if inside and (segment.name != name):
                break
            inside = segment.name == name
        elif inside and segment.name:
            found.append(segment)
        elif inside:
            found += [Segment("", line) for line in LINE.findall(segment.text)]
    return found


def _lines(
    base: list[Segment], mine: list[Segment], theirs: list[Segment], prefer_theirs: bool
) -> tuple[list[Segment], bool]:
    """Three lists of lines become one; whether both sides changed the same ones."""
    out: list[Segment] = []
    clash = False
    for at, ours, others in _chunks(base, mine, theirs):
        a, b, c = ([line.plain for line in lines] for lines in (at, ours, others))
        if c == a or b == c:
            out += ours
        elif b == a:
            out += others
            if not prefer_theirs:  # the learner's functions may use an import that the course needs no more
                out += [line for line in ours if not line.name and _imports(line.plain) and line.plain not in c]
        elif a and b[: len(a)] == a:  # the learner's lines follow those that the course changed
            out += others + ours[len(a) :]
        elif a and b[len(b) - len(a) :] == a:
            out += ours[: len(b) - len(a)] + others
        elif any(
            b[i : i + len(c)] == c for i in range(len(b) - len(c) + 1)
        ):  # an update that was cut short has been here
            out += ours
        elif not a:
            out += ours + others
        else:
            clash = True
            new = [line for line in others if line.plain not in a + b and (line.name or _imports(line.plain))]
            out += others if prefer_theirs else ours + new
    return out, clash


def _imports(line: str) -> bool:
    return line.startswith(("import ", "from "))


def _chunks(
    base: list[Segment], mine: list[Segment], theirs: list[Segment]
) -> Iterator[tuple[list[Segment], list[Segment], list[Segment]]]:
    """The three, cut at the lines that all have."""
    to_mine, to_theirs = _matching(base, mine), _matching(base, theirs)
    a = b = c = 0
    for at in sorted(to_mine.keys() & to_theirs.keys()):
        yield base[a:at], mine[b : to_mine[at]], theirs[c : to_theirs[at]]
        yield [base[at]], [mine[to_mine[at]]], [theirs[to_theirs[at]]]
        a, b, c = at + 1, to_mine[at] + 1, to_theirs[at] + 1
    yield base[a:], mine[b:], theirs[c:]


def _matching(base: list[Segment], other: list[Segment]) -> dict[int, int]:
    """Which line of the one is which of the other."""
    from difflib import SequenceMatcher  # takes longer than the rest of a command's start

    matcher = SequenceMatcher(None, [s.plain for s in base], [s.plain for s in other], autojunk=False)
    return {a + i: b + i for a, b, size in matcher.get_matching_blocks() for i in range(size)}


def _plain(file: File, name: str) -> str | None:
    return file.names()[name].plain if name in file.names() else None
