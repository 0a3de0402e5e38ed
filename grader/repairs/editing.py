"""Every repair of a learner's functions: single edits, made from the learner's own text and nothing else."""

import ast
import contextlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.course.source import Source, span, text_of, walked
from grader.variants.changes import Change, Operator
from grader.variants.derived import apart, edited, nodes_of
from grader.variants.edits import Rewritten, dedented
from grader.variants.scene import Scene, scene

Seen = set[tuple[str, str]]  # functions and texts of them


@dataclass(frozen=True)
class Repair:
    """One edit of one function of a file: what stands between two offsets of the function's own text, moved to column
    0, is something else afterwards. `operator`: what made it, by name.
    """

    blank: str
    operator: str
    start: int
    end: int
    rewritten: Rewritten


def repairs(
    source: Source, blanks: Iterable[str], operators: Sequence[Operator], seen: Seen | None = None
) -> Iterator[Repair]:
    """All edits of some operators, operator by operator, each text once. seen: what was made before; it grows."""
    stages = [(blank, stage) for blank in blanks if (stage := _stage(source, blank))]
    nodes = {blank: list(nodes_of(stage.tree)) for blank, stage in stages}
    seen = set() if seen is None else seen
    seen |= {(blank, _compact(stage.text)) for blank, stage in stages}
    for operator in operators:
        for blank, stage in stages:
            alike: defaultdict[tuple[ast.stmt, str, str], list[Change]] = defaultdict(list)
            for node in nodes[blank]:
                for change in operator(stage, node):
                    alike[stage.statement(node), stage.text[change.start : change.end], change.text].append(change)
                    if not _is_a_given_answer(stage, node, change):
                        yield from _new(_repair(blank, operator, [change], stage.text), seen)
            for changes in alike.values():  # the same at every like place of a statement
                if len(together := apart(changes)) > 1:
                    yield from _new(_repair(blank, operator, together, stage.text), seen)


def _new(repair: Repair, seen: Seen) -> Iterator[Repair]:
    """The repair, if its text was not made before."""
    key = (repair.blank, _compact(repair.rewritten.text))
    if key not in seen:
        seen.add(key)
        yield repair


def shown(source: Source, repair: Repair) -> str:
    """The code that a repair changes, as it is then, on one line: as one would write it, where it stands alone. A
    statement that only moves says how far. "" where that cannot be said on a line.
    """
    before, after = dedented(text_of(source, repair.blank)).split("\n"), repair.rewritten.text.split("\n")
    changed = [(old, new) for old, new in zip(before, after, strict=False) if old != new]
    if len(before) != len(after) or not changed:
        return ""
    written = [_written(new.strip()) for _, new in changed]
    if len(changed) > 1:
        simple = all(_is_simple(code) for code in written) and len({_indent(new) for _, new in changed}) == 1
        return "; ".join(written) if simple else ""
    ((old, new),) = changed
    if old.strip() == new.strip():
        return f"{new.strip()}  # {'further' if _indent(new) > _indent(old) else 'less far'} to the right"
    return written[0]


def _written(code: str) -> str:
    """A line of code without parentheses that are needed nowhere."""
    for text, lines in ((code, 1), (f"{code} pass", 2)):  # a line that begins a block cannot stand alone
        with contextlib.suppress(SyntaxError):
            found = ast.unparse(ast.parse(text)).splitlines()
            if len(found) == lines:
                return found[0]
    return code


def _is_simple(code: str) -> bool:
    """Whether a line is a statement that others may follow after a semicolon."""
    with contextlib.suppress(SyntaxError):
        return not any(_is_compound(node) for node in ast.parse(code).body)
    return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _repair(blank: str, operator: Operator, changes: list[Change], before: str) -> Repair:
    name = operator.__name__.replace("_", " ")
    gone = before[changes[0].start : changes[0].end]
    start = changes[0].start + len(gone) - len(gone.lstrip())  # a statement that moves takes its indent along
    return Repair(blank, name, start, changes[-1].end, Rewritten(blank, edited(before, changes)))


def _is_a_given_answer(stage: Scene, node: ast.AST, change: Change) -> bool:
    """Whether one of the arguments would be given back as it came: that is no repair of anything."""
    if not isinstance(stage.parents.get(node), ast.Return):
        return False
    return change.text in {a.arg for a in ast.walk(stage.tree.args) if isinstance(a, ast.arg)}


def _stage(source: Source, blank: str) -> Scene | None:
    """A function of the file, set up for edits; None for a class, or what cannot stand alone."""
    if not isinstance(source.definitions.get(blank), ast.FunctionDef):
        return None
    try:
        return replace(scene(dedented(text_of(source, blank)), source), own=_attributes_of_self(source, blank))
    except (SyntaxError, AssertionError, RecursionError):
        return None


def _attributes_of_self(source: Source, blank: str) -> tuple[str, ...]:
    """What a method's class sets of itself."""
    owner = source.definitions.get(blank.rpartition(".")[0])
    found = []
    for node in walked(owner) if owner else ():
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=attr, ctx=ast.Store()):
                found.append(attr)
    return tuple(dict.fromkeys(found))


def _compact(text: str) -> str:
    """The same for texts that differ in spaces alone, but for those at the beginning of a line."""
    return re.sub(r"(?<=\S) +", "", text)


def file_place(source: Source, blank: str, start: int, end: int) -> tuple[int, int, int, int]:
    """Line, column, last line and last column in the file, counted from 1, of a part of a function's own text."""
    text = dedented(text_of(source, blank))
    first = span(source.definitions[blank])[0]
    lines, own = source.lines(), text.split("\n")

    def at(offset: int) -> tuple[int, int]:
        row = text.count("\n", 0, offset)
        column = offset - (text.rfind("\n", 0, offset) + 1)
        return first + row, column + len(lines[first + row - 1]) - len(own[row]) + 1

    return (*at(start), *at(end))


def marked(source: Source, blank: str, edits: Iterable[Repair]) -> tuple[int, int] | None:
    """The smallest expression that holds all edits, or their one statement: offsets of the function's own text. None if
    they lie in several statements.
    """
    stage = _stage(source, blank)
    if stage is None:
        return None
    marks = [_mark(stage, edit) for edit in edits]
    smallest = _smallest(stage, min(start for start, _ in marks), max(end for _, end in marks))
    return None if _is_compound(smallest) else stage.offsets(smallest)


def _mark(stage: Scene, edit: Repair) -> tuple[int, int]:
    """What an edit is about: what it changes, or the statement that it moves."""
    if _is_compound(_smallest(stage, edit.start, edit.end)):
        inside = [n for n in nodes_of(stage.tree) if isinstance(n, ast.stmt) and not _is_compound(n)]
        moved = [n for n in inside if edit.start <= stage.offsets(n)[0] and stage.offsets(n)[1] <= edit.end]
        if moved:
            return stage.offsets(moved[0])
    return edit.start, edit.end


def _smallest(stage: Scene, start: int, end: int) -> ast.AST:
    holding = [n for n in nodes_of(stage.tree) if isinstance(n, (ast.expr, ast.stmt)) and _holds(stage, n, start, end)]
    return min(holding, key=lambda node: _length(stage, node), default=stage.tree)


def _is_compound(node: ast.AST) -> bool:
    return isinstance(node, ast.stmt) and hasattr(node, "body")


def _holds(stage: Scene, node: ast.AST, start: int, end: int) -> bool:
    first, last = stage.offsets(node)
    return first <= start and end <= last


def _length(stage: Scene, node: ast.AST) -> int:
    start, end = stage.offsets(node)
    return end - start
