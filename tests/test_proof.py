"""The proof holds, and it would notice if it did not: each slip of an author is found."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec
import pytest

from grader.proof.findings import Proof
from grader.proof.shares import Piece, in_parallel
from grader.reports import proof as report
from grader.reports.page import Page

ROOT = Path(__file__).parent.parent


def verify(course: Path, *arguments: str) -> tuple[int, list[dict[str, object]]]:
    """`zth verify --json` on a copy of the course."""
    environment = os.environ | {"PYTHONPATH": str(course), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "grader", "verify", "--json", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, cwd=course, env=environment, check=False)
    assert run.stdout, run.stderr
    return run.returncode, json.loads(run.stdout)["proofs"]


def findings(proofs: list[dict[str, object]]) -> set[tuple[str, str]]:
    return {(finding["kind"], finding["exercise"]) for proof in proofs for finding in proof["findings"]}  # type: ignore[attr-defined,index]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    for folder in ("grader", "solutions", "exercises", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.proof
@pytest.mark.timeout(1500)  # every derived variant of every lecture
def test_every_right_answer_passes_and_every_wrong_one_is_named_as_itself() -> None:
    status, proofs = verify(ROOT, "--mutants", "--fresh")
    assert [finding for proof in proofs for finding in proof["findings"]] == []  # type: ignore[attr-defined]
    assert status == 0
    for proof in proofs:
        tried = proof["tried"]
        assert isinstance(tried, dict)
        assert tried["references"] == tried["stubs"] == tried["empty"] > 0
        assert tried["misconceptions"] > tried["references"]
        assert tried["alternatives"] > tried["references"]
        fates = [mutant["fate"] for mutants in proof["mutants"].values() for mutant in mutants]  # type: ignore[attr-defined]
        assert fates.count("rejected") > 10 * tried["misconceptions"]
        assert fates.count("survived") == 0
    table = report.table(msgspec.convert(proofs, list[Proof]), Page(80, color=False, plain=False))
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [line for line in table if line not in readme.splitlines()] == []  # tells which
    assert "\n".join(table) in readme


def test_a_variant_that_no_draw_tells_apart_is_found_and_its_reason_heard(course: Path) -> None:
    path = course / "grader/lectures/part4.toml"
    reason = "The rows of probs sum to 1 already."
    _, proofs = verify(course, "--mutants", "dprobs")
    fates = {mutant["reason"]: mutant["fate"] for mutant in proofs[0]["mutants"]["dprobs"]}  # type: ignore[index]
    assert fates[reason] == "equivalent"
    edit(path, f'exercises = ["dprobs"]\nreason    = "{reason}"', f'exercises = ["dh"]\nreason    = "{reason}"')
    status, proofs = verify(course, "--mutants", "dprobs")
    assert findings(proofs) == {("survived", "part4.dprobs")}
    assert status == 1


def test_a_proof_that_held_is_remembered_until_something_changes(course: Path) -> None:
    path = course / "grader/lectures/part4.py"
    kept = course / "grader/lectures/__pycache__"

    def proofs_kept() -> set[str]:
        return {file.name for file in kept.glob("*.proof")}

    _, first = verify(course, "--mutants", "db2")
    (name,) = proofs_kept()
    proof = msgspec.msgpack.decode((kept / name).read_bytes(), type=Proof)
    told = msgspec.structs.replace(proof, tried={"remembered": 1})
    (kept / name).write_bytes(msgspec.msgpack.encode(told))
    assert verify(course, "--mutants", "db2")[1][0]["tried"] == {"remembered": 1}
    assert verify(course, "--mutants", "--fresh", "db2")[1] == first
    path.write_text(path.read_text("utf-8") + "# changed\n", "utf-8")
    assert verify(course, "--mutants", "db2")[1] == first
    assert proofs_kept() != {name}


def wrong_reference(course: Path) -> None:
    edit(course / "solutions/part4.py", "dcounts_sum.expand_as(dprobs)", "-dcounts_sum.expand_as(dprobs)")


def harmless_misconception(course: Path) -> None:
    edit(
        course / "grader/lectures/part4.toml",
        'wrong = "return through_probs"',
        'wrong = "return through_sum + through_probs"',
    )


def the_same_mistake_twice(course: Path) -> None:
    path = course / "grader/lectures/part4.toml"
    twin = """
[[dcounts.misconceptions]]
name = "twin"
right = "return through_probs + through_sum"
wrong = "return through_probs * 1"
says = "The same again."
"""
    path.write_text(path.read_text("utf-8") + twin, "utf-8")


def wrong_alternative(course: Path) -> None:
    path = course / "solutions/alternatives/part4.py"
    wrong = "\n\ndef dcounts__wrong(dprobs, counts_sum_inv, dcounts_sum):\n    return dprobs\n"
    path.write_text(path.read_text("utf-8") + wrong, "utf-8")


def an_edit_that_fits_nowhere(course: Path) -> None:
    edit(
        course / "grader/lectures/part4.toml",
        'wrong = "return through_probs"',
        'wrong = "return through_probs"\nblank = ""',
    )
    path = course / "grader/lectures/part4.toml"
    odd = '\n[[dcounts.misconceptions]]\nname = "odd"\nright = "no such text"\nwrong = ""\nsays = "Odd."\n'
    path.write_text(path.read_text("utf-8") + odd, "utf-8")


def no_check(course: Path) -> None:
    edit(course / "grader/lectures/part4.py", 'dcounts = calls("dprobs", "counts_sum_inv", "dcounts_sum")\n', "")


def oracle_of_another_mind(course: Path) -> None:
    path = course / "grader/lectures/part4.py"
    path.write_text(
        path.read_text("utf-8") + '\n\n@oracle("dcounts")\ndef other(draw):\n    return {"dcounts": 0.0}\n', "utf-8"
    )


@pytest.mark.parametrize(
    ("slip", "kind"),
    [
        (wrong_reference, "false reject"),
        (wrong_reference, "disagreement"),
        (harmless_misconception, "false accept"),
        (the_same_mistake_twice, "alike"),
        (the_same_mistake_twice, "misnamed"),
        (wrong_alternative, "false reject"),
        (an_edit_that_fits_nowhere, "unfinished"),
        (no_check, "unfinished"),
        (oracle_of_another_mind, "disagreement"),
    ],
    ids=lambda value: value.__name__ if callable(value) else value.replace(" ", "-"),
)
def test_a_slip_of_the_author_is_found(course: Path, slip: Callable[[Path], None], kind: str) -> None:
    slip(course)
    status, proofs = verify(course, "dcounts")
    assert (kind, "part4.dcounts") in findings(proofs)
    assert status == 1


def test_a_half_written_exercise_is_told_what_it_lacks(course: Path) -> None:
    path = course / "grader/lectures/part4.toml"
    half = '\n[dtemperature]\ntitle = "log"\nminutes = 5\nhints = ["one"]\n'
    path.write_text(path.read_text("utf-8") + half, "utf-8")
    status, proofs = verify(course, "dtemperature")
    assert status == 1
    lacking = {finding["what"] for proof in proofs for finding in proof["findings"]}  # type: ignore[attr-defined,index]
    assert {"reference", "stub", "check", "hints", "watch", "misconceptions", "alternatives"} <= lacking


def test_a_toml_with_an_unknown_key_is_the_authors_fault_and_says_where(course: Path) -> None:
    edit(course / "grader/lectures/part4.toml", "[dcounts]\n", "[dcounts]\nminuets = 10\n")
    environment = os.environ | {"PYTHONPATH": str(course)}
    command = [sys.executable, "-m", "grader", "list"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=course, env=environment, check=False)
    assert run.returncode == 3
    assert "part4.toml, [dcounts]" in run.stderr
    assert "minuets" in run.stderr


def test_an_exercise_whose_process_is_ended_is_a_fault_and_never_left_out() -> None:
    def work(pieces: Iterable[Piece], tell: Callable[[str], None]) -> Iterator[Proof]:
        for lecture, name in pieces:
            if name == "dh":
                os._exit(1)
            yield Proof(lecture, {"references": 1}, ())

    pieces = [("micrograd", "value_add"), ("part4", "dh"), ("part4", "dW1"), ("part5", "fit")]
    proofs = in_parallel(pieces, 2, work, lambda words: None)
    assert [(f.kind, f.exercise) for proof in proofs for f in proof.findings] == [("fault", "part4.dh")]
    assert [proof.tried for proof in proofs] == [{"references": 1}] * 3


def test_an_exercise_that_is_named_twice_is_proved_once() -> None:
    _, proofs = verify(ROOT, "dh", "part4.dh")
    assert proofs[0]["tried"]["references"] == 1  # type: ignore[index]


def test_a_check_that_raises_is_the_authors_fault_and_nothing_else_is_said(course: Path) -> None:
    edit(
        course / "grader/lectures/part4.py",
        'dprobs = calls("dlogprobs", "probs")',
        'dprobs = calls("dlogprobs", "prob")',
    )
    status, proofs = verify(course, "dprobs")
    assert findings(proofs) == {("fault", "part4.dprobs")}
    assert status == 1
