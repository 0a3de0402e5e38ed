"""Verdicts as one page for a browser: no script, nothing from outside, and whatever a learner printed stays text."""

import html
import math
import re
from collections import Counter
from collections.abc import Iterator

from grader.course.outline import Lecture
from grader.judging.verdict import FileNote, FileVerdicts, Number, Picture, Place, Quantity, Verdict
from grader.reports.document import COURSE
from grader.reports.graphs import graph_lines, graph_words, wrong_graph
from grader.reports.page import SYMBOLS, Page, visible
from grader.reports.pictures import differences, value
from grader.reports.places import WORDS, counted
from grader.reports.right import right_names
from grader.reports.style import HUES, STYLE

LINES, LENGTH = 200, 1000  # of what was printed
GRAPH = Page(40, color=False, plain=False)  # as much as a telephone shows
# They turn the direction of what follows: a line would not read as what it is.
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
SURROGATES = re.compile("[\ud800-\udfff]")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def as_html(files: list[FileVerdicts], lectures: dict[str, Lecture]) -> str:
    """The whole page."""
    counts = Counter(verdict.status for file in files for verdict in file.verdicts)
    total = sum(counts.values())
    told = ", ".join(f"{count} {status}" for status, count in counts.items() if status != "passed")
    passed = f"{counts['passed']} of {total} passed"
    parts = [part for file in files for part in _file(file, lectures[file.lecture])]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{html.escape(POLICY)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>zth check: {passed}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            f"<header><h1>{passed}</h1><p>{_text(COURSE)}{f' · {_text(told)}' if told else ''}</p></header>",
            "<main>",
            *parts,
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _text(text: str) -> str:
    """Text as text: no sign of it means anything to a browser, or hides another."""
    plain = SURROGATES.sub("\N{REPLACEMENT CHARACTER}", visible(text))
    return html.escape(TURNING.sub(lambda sign: f"<U+{ord(sign.group()):04X}>", plain))


def _code_in(text: str) -> str:
    """Words with what stands between backquotes as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", _text(text))


def _file(file: FileVerdicts, lecture: Lecture) -> Iterator[str]:
    passed = [v for v in file.verdicts if v.status == "passed"]
    todo = [v for v in file.verdicts if v.status == "todo"]
    total = len(file.verdicts)
    yield f'<section><h2>{_text(lecture.name)} <span class="title">{_text(lecture.words.title)}</span></h2>'
    yield (
        f'<p class="count"><progress max="{total}" value="{len(passed)}">{len(passed)} of {total}</progress> '
        f"{len(passed)}/{total}</p>"
    )
    if file.unreadable:
        yield f'<p class="note">{_code_in(file.unreadable)}</p></section>'
        return
    for note in file.notes:
        yield from _note(note)
    for verdict in file.verdicts:
        if verdict.status not in ("passed", "todo"):
            yield from _wrong(verdict, lecture)
    if file.output.strip():
        yield f'<h4>printed while the file was loaded</h4><pre class="output">{_output(file.output)}</pre>'
    for symbol, name, verdicts in (("passed", "passed", passed), ("todo", "to do", todo)):
        if verdicts:
            names = " ".join(f"<li><code>{_text(_name(v))}</code></li>" for v in verdicts)
            yield f'<h3 class="{symbol}">{SYMBOLS[symbol]} {len(verdicts)} {name}</h3><ul class="names">{names}</ul>'
    yield "</section>"


def _name(verdict: Verdict) -> str:
    return verdict.exercise.partition(".")[2]


def _where(file: str, line: int | None) -> str:
    return f'<span class="where">{_text(file)}{f":{line}" if line else ""}</span>'


def _note(note: FileNote) -> Iterator[str]:
    yield f'<div class="note"><h3>! {_where(note.file, note.line)}</h3><p>{_code_in(note.words)}</p>'
    if note.source_line:
        yield _line(note.line, _text(note.source_line))
    yield "</div>"


def _line(number: int | None, code: str) -> str:
    """A line of code; the code is escaped already."""
    shown = f'<span class="number">{number}</span>  ' if number else ""
    return f'<pre class="code">{shown}{code}</pre>'


def _wrong(verdict: Verdict, lecture: Lecture) -> Iterator[str]:
    name = _name(verdict)
    title = lecture.exercises[name].words.title if name in lecture.exercises else ""
    mild = " mild" if verdict.status in ("blocked", "forbidden") else ""
    yield f'<article class="wrong{mild}" id="{_text(verdict.exercise)}">'
    yield (
        f'<h3>{SYMBOLS["failed"]} <code>{_text(name)}</code> <span class="status">{verdict.status}</span> '
        f"{_where(verdict.file, verdict.line)}</h3>"
    )
    yield f'<p class="title">{_text(title)}</p>' if title else ""
    if verdict.diagnosis:
        yield f'<p class="says">{_code_in(verdict.diagnosis.says)}</p>'
    if verdict.status == "fault":
        yield f'<pre class="output">{_output(verdict.message)}</pre>'
    elif verdict.status != "failed":  # a failed one has the evidence below
        yield f"<p>{_code_in(verdict.message)}</p>"
    if verdict.source_line and not (verdict.place and verdict.place.line == verdict.line):
        yield _line(verdict.line, _text(verdict.source_line.strip()))
    if verdict.place:
        yield from _place(verdict.place)
    yield from _evidence(verdict)
    if verdict.output.strip():
        yield f'<h4>it printed</h4><pre class="output">{_output(verdict.output)}</pre>'
    if verdict.status != "blocked":
        draw = f"draw {verdict.draw} of {verdict.draws} · " if verdict.draw and verdict.quantities else ""
        yield f'<p class="next">{draw}<code>zth show {_text(name)}</code> · <code>zth hint {_text(name)}</code></p>'
    yield "</article>"


def _place(place: Place) -> Iterator[str]:
    """The line with what is marked in it."""
    code = place.source_line.rstrip()
    start, end = place.column - 1, place.end_column - 1 if place.end_line == place.line else len(code)
    marked = f"{_text(code[:start].lstrip())}<mark>{_text(code[start:end])}</mark>{_text(code[end:])}"
    yield f'<figure class="place">{_line(place.line, marked)}'
    lines = "" if place.end_line == place.line else f" (lines {place.line} to {place.end_line})"
    more = [f"The question there: {place.question}"] if place.question else []
    more += [f"It passes with `{place.passes}`"] if place.passes else []
    words = ". ".join([WORDS + lines, *more, counted(place)])
    yield f"<figcaption>{_code_in(words)}.</figcaption></figure>"


def _evidence(verdict: Verdict) -> Iterator[str]:
    if verdict.diagnosis and verdict.diagnosis.evidence:
        told = "".join(f"<li>{_text(line)}</li>" for line in verdict.diagnosis.evidence)
        yield f'<ul class="evidence">{told}</ul>'
    graph = wrong_graph(verdict.quantities)
    if graph:
        drawn = "\n".join(graph_lines(graph, GRAPH, ""))
        yield f'<p>{_text(graph_words(graph))}</p><pre class="graph">{_text(drawn)}</pre>'
    bad = [q for q in verdict.quantities if not q.ok]
    for quantity in bad:
        if not (graph and quantity.graph == graph.text):
            yield from _quantity(quantity)
    right = right_names(verdict.quantities)
    if right and bad:
        names = ", ".join(f"<code>{_text(name)}</code>" for name in right)
        count = f"right: {len(verdict.quantities) - len(bad)} of {len(verdict.quantities)}"
        yield f'<details class="right"><summary>{count}</summary>{names}</details>'


def _quantity(quantity: Quantity) -> Iterator[str]:
    shape = f" {quantity.expected_shape}" if quantity.expected_shape is not None else ""
    yield f'<div class="quantity"><h4><code>{_text(quantity.name)}</code>{shape}</h4>'
    if quantity.maxdiff is not None and quantity.expected_shape is not None:
        yes = {True: "yes", False: "no", None: "-"}
        told = f"exact: {yes[quantity.exact]} · approximate: {yes[quantity.close]} · maxdiff: {quantity.maxdiff:.3g}"
        yield f'<p class="numbers">{told}</p>'
    yield f"<p>{_code_in(quantity.problem)}</p>"
    if quantity.pattern:
        yield f'<p class="pattern">{_text(quantity.pattern)}</p>'
    if quantity.picture:
        yield from _picture(quantity.picture)
    yield "</div>"


def _picture(picture: Picture) -> Iterator[str]:
    """Three heat maps. Expected and yours have one scale, the difference its own."""
    off = differences(picture)
    both = [x for rows in (picture.expected, picture.got) for row in rows for x in row]
    yield f'<p class="part">{_text(picture.part)}</p>' if picture.part else ""
    yield '<div class="pictures">'
    yield from _heat("expected", picture.expected, picture, _top(both))
    yield from _heat("yours", picture.got, picture, _top(both))
    yield from _heat("yours − expected", off, picture, _top([d for row in off for d in row if d is not None]))
    yield "</div>"


def _top(numbers: list[Number] | list[float]) -> float:
    return max((abs(x) for x in map(value, numbers) if math.isfinite(x)), default=0.0)


def _heat(name: str, rows: tuple[tuple[Number | None, ...], ...], picture: Picture, top: float) -> Iterator[str]:
    columns = range(picture.column, picture.column + len(rows[0]))
    yield f'<div class="scroll"><table class="heat"><caption>{name}</caption>'
    heads = "".join(f'<th scope="col">{i}</th>' for i in columns)
    yield f"<tr><td></td>{heads}</tr>"
    for number, row in enumerate(rows, picture.row):
        head = f'<th scope="row">{number if len(rows) > 1 else ""}</th>'
        cells = "".join(_cell(x, top) for x in row)
        yield f"<tr>{head}{cells}</tr>"
    yield "</table></div>"


def _cell(number: Number | None, top: float) -> str:
    if number is None:
        return '<td class="same">·</td>'
    x = value(number)
    if not math.isfinite(x):
        return f'<td class="odd">{"NaN" if math.isnan(x) else "inf" if x > 0 else "−inf"}</td>'
    size = math.ceil(HUES * abs(x) / top) if top else 0
    sign = f' class="{"more" if x > 0 else "less"}{size}"' if size else ""
    shown = f"{x:.3g}".replace("-", "−")
    return f"<td{sign}>{shown}</td>"


def _output(text: str) -> str:
    lines = text.splitlines()
    shown = [line if len(line) <= LENGTH else line[:LENGTH] + " ..." for line in lines[:LINES]]
    if len(lines) > LINES:
        shown.append(f"... {len(lines) - LINES} more lines")
    return _text("\n".join(shown))
