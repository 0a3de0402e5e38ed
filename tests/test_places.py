"""The place where one change makes a wrong answer right: found, marked, and silent where it could mislead."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from workspaces import ROOT, replaced, solved, untouched, workspace, zth

from grader.cli import remembered
from grader.cli.opening import sandbox_for
from grader.course.blanks import index
from grader.course.workspace import Workspace
from grader.judging.submission import Budget, Submission, Wanted, open_text
from grader.judging.verdict import Place, Verdict
from grader.reports.page import Page
from grader.reports.places import place_lines
from grader.sandbox import wire
from grader.sandbox.interface import Sandbox, Worker

pytestmark = pytest.mark.timeout(300)

LONG = Budget(20.0, 2500)  # what is found must not hang on how busy the machine is


def sections() -> Iterator[tuple[str, str, str]]:
    """Lecture, answer, and what is marked in it (or "silent: " and why)."""
    text = (ROOT / "tests" / "repairs" / "places.txt").read_text("utf-8")
    for section in text.split("\n## ")[1:]:
        head, _, code = section.partition("\n\n")
        lecture, _, marked = head.partition(" | ")
        yield lecture, code.strip("\n") + "\n", marked


FOUND = [section for section in sections() if not section[2].startswith("silent: ")]
SILENT = [section for section in sections() if section[2].startswith("silent: ")]


class Listening(Sandbox):
    """A sandbox that notes what is sent to each of its workers."""

    def __init__(self, real: Sandbox) -> None:
        self.real = real
        self.sent: list[list[wire.Order]] = []

    def worker(self) -> Worker:
        worker, orders = self.real.worker(), []
        self.sent.append(orders)
        send = worker.send

        def noted(more: list[wire.Order]) -> None:
            orders.extend(more)
            send(more)

        worker.send = noted  # type: ignore[method-assign]
        return worker

    def close(self) -> None:
        self.real.close()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Listening]:
    with sandbox_for(["micrograd", "part1", "part2", "part3", "part4"]) as real:
        yield Listening(real)


def verdict_of(sandbox: Sandbox, lecture: str, text: str, exercise: str, hints: int = 0) -> Verdict:
    """One exercise's verdict, after a search that has all the time it needs."""
    from grader.judging import grading
    from grader.judging.judge import Judge

    opened = open_text(Submission(lecture, Path(f"/{lecture}.py"), f"{lecture}.py", (exercise,)), text)
    wanted = Wanted(seconds=1.0, search=LONG, hints={f"{lecture}.{exercise}": hints}, needs=False)
    (verdict,) = grading.grade(Judge(sandbox), opened, wanted).verdicts
    return verdict


def exercise_of(code: str) -> str:
    names = re.findall(r"^ *def (\w+)", code, re.MULTILINE)
    exercises = {name for lecture in index().values() for name in lecture.exercises}
    return f"value_{names[0]}" if code.startswith("class") else [name for name in names if name in exercises][-1]


@pytest.mark.parametrize(("lecture", "code", "marked"), FOUND, ids=[exercise_of(code) for _, code, _ in FOUND])
def test_the_place_is_found_and_marked(sandbox: Listening, lecture: str, code: str, marked: str) -> None:
    text = replaced(solved(lecture), code)
    place = verdict_of(sandbox, lecture, text, exercise_of(code)).place
    assert place
    line = text.split("\n")[place.line - 1]
    assert (line[place.column - 1 : place.end_column - 1], place.source_line) == (marked, line)
    assert (place.question, place.passes) == ("", "")


@pytest.mark.parametrize(("lecture", "code", "why"), SILENT, ids=[why for *_, why in SILENT])
def test_nothing_is_said_where_it_could_mislead(sandbox: Listening, lecture: str, code: str, why: str) -> None:
    verdict = verdict_of(sandbox, lecture, replaced(solved(lecture), code), exercise_of(code))
    assert (verdict.status != "passed", verdict.place) == (True, None)


def test_marks_count_the_columns_of_a_terminal() -> None:
    line = '    s = "日本語"; y = x * 2'
    column = line.index("x * 2") + 1
    code, marks, *_ = place_lines(Place(7, column, 7, column + 5, line), Page(100, False, False))
    assert marks.index("^") == code.index("x * 2") + 3  # three signs are two columns wide


def test_a_right_answer_is_not_searched(sandbox: Listening) -> None:
    sandbox.sent.clear()
    assert verdict_of(sandbox, "part4", solved("part4"), "dcounts").status == "passed"
    assert not any(isinstance(order, wire.Patch) for orders in sandbox.sent for order in orders)


def test_the_worker_that_grades_sees_no_edit_and_no_worker_sees_the_reference_beside_it(sandbox: Listening) -> None:
    sandbox.sent.clear()
    code = "def dprobs(dlogprobs, probs):\n    first = dlogprobs * probs\n    return first\n"
    assert verdict_of(sandbox, "part4", replaced(solved("part4"), code), "dprobs", hints=3).place
    grading, *others = sandbox.sent
    assert not any(isinstance(order, wire.Patch) for order in grading)
    searching = [orders for orders in others if any(isinstance(order, wire.Load) for order in orders)]
    assert searching
    for orders in searching:
        assert not any(isinstance(order, wire.Import) for order in orders)
        assert all("first" in d.text for o in orders if isinstance(o, wire.Patch) for d in o.definitions)


WRONG = "def dprobs(dlogprobs, probs):\n    first = dlogprobs * probs\n    return first\n"
PASSES = "dlogprobs / probs"


def test_what_passes_is_nowhere_before_the_last_rung(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "own", part4=replaced(untouched("part4"), WRONG))
    for rung in range(4):
        said = [zth(folder, "hint", "dprobs").out] if rung else []
        said += [zth(folder, "check", "dprobs", *more).out for more in ((), ("--json",), ("--verbose",))]
        said.append(zth(folder, "check", "dprobs", "--junit-xml", "report.xml").err)
        kept = [path.read_bytes().decode("utf-8", "replace") for path in (folder / ".zth").rglob("*") if path.is_file()]
        kept.append((folder / "report.xml").read_text("utf-8"))
        assert any("one change here makes your answer right" in text for text in said)
        for text in kept if rung == 3 else said + kept:
            assert PASSES not in text.replace("\n", " ")
        assert all(("multiplied, or divided?" in text) == (rung >= 2) for text in said[:-1])
    assert all(PASSES in text for text in said[:-1])


def test_what_a_longer_search_found_is_kept_as_long_as_the_file_is_the_same(tmp_path: Path) -> None:
    text = replaced(untouched("part4"), WRONG)
    folder = workspace(tmp_path / "own", part4=text)
    assert zth(folder, "check", "dprobs").status == 1
    zth(folder, "hint", "dprobs")
    kept = remembered._shelf(Workspace(folder), "part4")
    kept.places["part4.dprobs"] = msgspec.structs.replace(kept.places["part4.dprobs"], tried=12345)
    remembered._write(Workspace(folder), "part4", kept)
    (folder / "exercises" / "part4.py").write_text(text + "\n# another line\n", "utf-8")
    place = zth(folder, "check", "dprobs", "--json").results["dprobs"]["place"]
    assert place is None or place["tried"] != 12345


def test_a_hint_for_an_answer_that_is_not_wrong_needs_no_torch(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "own", part4=untouched("part4"))
    assert "line" not in zth(folder, "hint", "dprobs").out
    assert not (folder / ".zth" / "verdicts").exists()


@pytest.mark.parametrize("width", [100, 80, 50, 30])
@pytest.mark.parametrize("before", ["", "a_rather_long_name_for_what_comes_first = 1.0 + ", "    " * 6])
def test_the_marks_stand_under_what_they_mark(width: int, before: str) -> None:
    line = f"    {before}dlogprobs * probs + something_else(with_arguments, and_more)  # a comment of some length"
    column = line.index("dlogprobs * probs") + 1
    lines = place_lines(Place(120, column, 120, column + 17, line, 40, 1), Page(width, False, False), verbose=True)
    assert all(len(each) <= width for each in lines)
    at = lines[1].index("^")
    assert "dlogprobs * probs".startswith(lines[0][at : at + lines[1].count("^")].removesuffix("..."))
    assert "one change here makes your answer right" in " ".join(" ".join(lines).split())


def test_the_readme_shows_the_script_that_measures() -> None:
    assert "tests/benchmarks/locating.py" in (ROOT / "README.md").read_text("utf-8")
