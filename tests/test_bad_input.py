"""Whatever a learner's file does: a clear sentence for the exercise that did it, and every other one graded.

A case is a folder in bad_input/. `case.py` holds functions that take the place of those in a solved file (see
`workspaces.replaced`), `whole.py` a file as it is; with neither, there is no file. `expected.toml` says what must come:

    lecture = "part4"
    arguments = []            further ones of `zth check`
    beside = []               other lectures that lie in the folder, untouched
    status = 1                the command's exit status
    printed = []              in what the file printed when it was loaded; printed_at_most: how much may be kept of it
    files = []                names of files in the learner's folder that the case must have made

    [[notes]]                 all that is said of the file as a whole, in this order
    at, says                  as below

    [dcounts]                 one exercise; or [every]. Exercises without a table must pass
    status = "error"          or a list of those that will do
    at = "while True:"        in the line that is named
    says = ["line {line}"]    in the message
    draw, printed, printed_at_most
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from workspaces import Run, replaced, solved, untouched, workspace, zth

CASES = Path(__file__).parent / "bad_input"


def cases() -> list[Any]:
    folders = sorted(path.parent for path in CASES.glob("*/*/expected.toml"))
    return [pytest.param(folder, id=folder.relative_to(CASES).as_posix()) for folder in folders]


def text_of(folder: Path, lecture: str) -> bytes | None:
    """The learner's file of a case."""
    if (folder / "whole.py").exists():
        return (folder / "whole.py").read_bytes()
    if (folder / "case.py").exists():
        return replaced(solved(lecture), (folder / "case.py").read_text("utf-8")).encode()
    return None


@pytest.mark.parametrize("folder", cases())
def test_a_bad_file_costs_only_the_exercises_that_it_breaks(folder: Path, tmp_path: Path) -> None:
    expected = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
    lecture = expected["lecture"]
    text = text_of(folder, lecture)
    texts = {other: untouched(other) for other in expected.get("beside", [])}
    place = workspace(tmp_path / "learner", **texts, **({} if text is None else {lecture: text}))
    lines = (text or b"").decode("utf-8", "replace").splitlines()

    run = zth(place, "check", lecture, "--json", *expected.get("arguments", []))

    assert run.err == ""
    amiss = [*about_exercises(run, expected, lines), *about_the_file(run, expected, lines)]
    assert not amiss, "\n".join(["", *amiss])
    assert run.status == expected.get("status", 1)
    assert not run.left, "processes were left behind"
    for name in expected.get("files", []):
        assert (place / "exercises" / name).exists(), f"the case did not do what it is for: no {name}"
    if text is not None:
        assert (place / "exercises" / f"{lecture}.py").read_bytes() == text


def about_exercises(run: Run, expected: dict[str, Any], lines: list[str]) -> Iterator[str]:
    """What is not as it should be in the verdicts."""
    for name, got in run.results.items():
        wanted = expected.get(name) or expected.get("every") or {"status": "passed"}
        if got["status"] not in wanted["status"]:
            yield f"{name}: not {wanted['status']}, but {got['status']}: {got['message']}"
            continue
        yield from about_words(name, got["message"], got["line"], wanted, lines)
        yield from about_output(name, got["output"], wanted)
        if wanted.get("draw", got["draw"]) != got["draw"]:
            yield f"{name}: not on draw {wanted['draw']}, but {got['draw']}"


def about_the_file(run: Run, expected: dict[str, Any], lines: list[str]) -> Iterator[str]:
    """What is not as it should be in what is said of the file as a whole."""
    files = run.document["files"]
    notes = [note for file in files for note in file["notes"]]
    wanted_notes = expected.get("notes", [])
    if len(notes) != len(wanted_notes):
        yield f"not {len(wanted_notes)} notes, but {len(notes)}: {[note['words'] for note in notes]}"
    for wanted, got in zip(wanted_notes, notes, strict=False):
        yield from about_words("the file", got["words"], got["line"], wanted, lines)
    yield from about_output("the file", files[0]["output"] if files else "", expected)


def about_words(name: str, message: str, line: int | None, wanted: dict[str, Any], lines: list[str]) -> Iterator[str]:
    """The message must have the words, and the line that goes with it must be the one that it should be."""
    at = wanted.get("at", "")
    there = lines[line - 1] if line and line <= len(lines) else ""
    if at not in there:
        yield f"{name}: not at {at!r}, but line {line}: {there!r}: {message}"
    for words in wanted.get("says", []):
        if words.format(line=line) not in message:
            yield f"{name}: does not say {words.format(line=line)!r}: {message}"


def about_output(name: str, output: str, wanted: dict[str, Any]) -> Iterator[str]:
    """What was printed must be shown, and not without end."""
    for words in wanted.get("printed", []):
        if words not in output:
            yield f"{name}: {words!r} is not in what it printed: {output[:200]}"
    if len(output) > wanted.get("printed_at_most", len(output)):
        yield f"{name}: {len(output)} characters are kept of what it printed"
