"""Whatever a learner's file does: a clear sentence for the exercise that did it, and every other one graded.

A case is a folder in bad_input/. `case.py` holds functions that take the place of those in a solved file (see
`workspaces.replaced`), `whole.py` a file as it is; with neither, there is no file. `expected.toml` says what must come:

    lecture = "part4"
    arguments = []            further ones of `zth check`
    status = 1                the command's exit status
    printed = []              in what the file printed when it was loaded; printed_at_most: how much may be kept of it
    files = []                names of files in the learner's folder that the case must have made

    [[notes]]                 all that is said of the file as a whole, in this order
    at, says                  as below

    [dcounts]                 one exercise; or [every]. Exercises without a table must pass
    status = "error"
    at = "while True:"        in the line that is named; or its number
    says = ["line {line}"]    in the message
    draw, printed, printed_at_most
"""

import signal
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from workspaces import Run, left_of, living, replaced, solved, start, workspace, zth

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
def test_a_bad_file_costs_the_exercises_that_it_breaks(folder: Path, tmp_path: Path) -> None:
    expected = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
    lecture = expected["lecture"]
    text = text_of(folder, lecture)
    place = workspace(tmp_path / "learner", **({} if text is None else {lecture: text}))
    lines = (text or b"").decode("utf-8", "replace").splitlines()

    run = zth(place, "check", lecture, "--json", *expected.get("arguments", []))

    assert run.err == ""
    assert_exercises(run, expected, lines)
    assert_notes(run, expected.get("notes", []), lines)
    assert run.status == expected.get("status", 1)
    assert not run.left, "processes were left behind"
    for name in expected.get("files", []):
        assert (place / "exercises" / name).exists(), f"the case did not do what it is for: no {name}"
    if text is not None:
        assert (place / "exercises" / f"{lecture}.py").read_bytes() == text


def assert_exercises(run: Run, expected: dict[str, Any], lines: list[str]) -> None:
    wrong = {
        name: f"{got['status']}: {got['message']}" for name, got in run.results.items() if got["status"] != "passed"
    }
    if "every" in expected:
        assert len(wrong) == len(run.results) > 1
    else:
        assert set(wrong) == {name for name, table in expected.items() if isinstance(table, dict)}, wrong
    for name in wrong:
        wanted, got = expected.get(name) or expected["every"], run.results[name]
        assert got["status"] == wanted["status"], (name, got["message"])
        assert_said(name, got["message"], got["line"], wanted, lines)
        assert wanted.get("draw", got["draw"]) == got["draw"], name
        assert_printed(got["output"], wanted)
    files = run.document["files"]
    assert_printed(files[0]["output"] if files else "", expected)


def assert_notes(run: Run, expected: list[dict[str, Any]], lines: list[str]) -> None:
    notes = [note for file in run.document["files"] for note in file["notes"]]
    assert len(notes) == len(expected), notes
    for wanted, got in zip(expected, notes, strict=True):
        assert_said("the file", got["words"], got["line"], wanted, lines)


def assert_said(name: str, message: str, line: int | None, wanted: dict[str, Any], lines: list[str]) -> None:
    """The message has the words, and the line that goes with it is the one that it should be."""
    at = wanted.get("at")
    if isinstance(at, str):
        assert line and at in lines[line - 1], (name, line, message)
    elif at is not None:
        assert line == at, (name, message)
    for words in wanted.get("says", []):
        assert words.format(line=line) in message, (name, message)


def assert_printed(output: str, wanted: dict[str, Any]) -> None:
    for words in wanted.get("printed", []):
        assert words in output
    assert len(output) <= wanted.get("printed_at_most", len(output))
