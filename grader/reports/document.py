"""Verdicts for a program: one JSON document, and JUnit's XML."""

from collections import Counter
from xml.etree import ElementTree

import msgspec

from grader.judging.verdict import FileNote, FileVerdicts, Verdict

COURSE = "Neural Networks: Zero to Hero"


def as_json(files: list[FileVerdicts]) -> str:
    """One document; `version` changes when its form does."""
    verdicts = [verdict for file in files for verdict in file.verdicts]
    document = {
        "version": 1,
        "course": COURSE,
        "results": [_finite(msgspec.to_builtins(verdict)) for verdict in verdicts],
        "files": [
            {"file": f.file, "notes": msgspec.to_builtins(f.notes), "output": f.output}
            for f in files
            if f.notes or f.output
        ],
        "summary": summary(verdicts),
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


class _File(msgspec.Struct):
    file: str
    notes: tuple[FileNote, ...] = ()
    output: str = ""


class _Document(msgspec.Struct):
    results: tuple[Verdict, ...]
    files: tuple[_File, ...] = ()


def from_json(document: bytes) -> list[FileVerdicts]:
    """The verdicts of a document that `as_json` wrote, file by file. Raises ValueError."""
    read = msgspec.convert(msgspec.json.decode(document), _Document, strict=False)  # numbers may be told as text
    about = {file.file: file for file in read.files}
    files: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in read.results:
        files.setdefault((verdict.exercise.partition(".")[0], verdict.file), []).append(verdict)
    found = []
    for (lecture, name), verdicts in files.items():
        file = about.get(name, _File(name))
        found.append(FileVerdicts(lecture, name, tuple(verdicts), file.notes, file.output))
    return found


def _finite(value: object) -> object:
    """JSON has no NaN and no infinity: they are told as text."""
    if isinstance(value, float) and not (float("-inf") < value < float("inf")):
        return str(value)
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def summary(verdicts: list[Verdict]) -> dict[str, int]:
    """How many of each status; passed, failed and todo always."""
    counts = Counter(verdict.status for verdict in verdicts)
    return {status: counts.get(status, 0) for status in dict.fromkeys(["passed", "failed", "todo", *sorted(counts)])}


def as_junit(files: list[FileVerdicts]) -> str:
    """A test suite a lecture, a test case an exercise. To do counts as skipped."""
    root = ElementTree.Element("testsuites")
    for file in files:
        counts = Counter(verdict.status for verdict in file.verdicts)
        errors = counts["error"] + counts["timeout"] + counts["crashed"] + counts["fault"]
        failures = counts["failed"] + counts["blocked"] + counts["forbidden"]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=file.lecture,
            tests=str(len(file.verdicts)),
            failures=str(failures),
            errors=str(errors),
            skipped=str(counts["todo"]),
            time=f"{sum(v.seconds for v in file.verdicts):.3f}",
        )
        for verdict in file.verdicts:
            lecture, _, name = verdict.exercise.partition(".")
            attributes = {"classname": lecture, "name": name, "time": f"{verdict.seconds:.3f}", "file": verdict.file}
            if verdict.line:
                attributes["line"] = str(verdict.line)
            case = ElementTree.SubElement(suite, "testcase", attributes)
            _outcome(case, verdict)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False)


def _outcome(case: ElementTree.Element, verdict: Verdict) -> None:
    if verdict.status == "passed":
        return
    said = verdict.diagnosis.says if verdict.diagnosis else verdict.message
    if verdict.status == "todo":
        ElementTree.SubElement(case, "skipped", message=_xml(verdict.message))
        return
    tag = "failure" if verdict.status in ("failed", "blocked", "forbidden") else "error"
    element = ElementTree.SubElement(case, tag, type=verdict.status, message=_xml(said))
    element.text = _xml(
        "\n".join([verdict.message, *(f"{q.name}: {q.problem}" for q in verdict.quantities if not q.ok)])
    )
    if verdict.output:
        ElementTree.SubElement(case, "system-out").text = _xml(verdict.output)


def _xml(text: str) -> str:
    """Text without the signs that XML does not allow."""
    return "".join(
        c if c in "\t\n" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) < 0xFFFE) else "?" for c in text
    )
