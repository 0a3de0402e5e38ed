"""Whatever a learner's file does: a clear sentence for the exercise that did it, and every other one graded.

A case is a folder in bad_input/. `case.py` holds functions that take the place of those in a solved file (see
`workspaces.replaced`), `whole.py` is a file as it is; with neither, there is no file, unless something is renamed.
Files in `with/` lie beside it, and in the folder where the command runs. `expected.toml` says what must come:

    lecture = "part4"
    base = "solved"           or "untouched": the file that case.py changes
    rename = {}               what stands once in the file = what stands there instead
    bom = false               whether the file begins with a BOM; line_ends = "\\n": how its lines end
    arguments = []            further ones of `zth check`
    beside = []               other lectures that lie in the folder, untouched
    status = 1                the command's exit status
    printed = []              in what the file printed when it was loaded; printed_at_most: how much may be kept of it
    files = []                names of files in the learner's folder that the case must have made
    gone = false              whether the case deletes its own file; else that must be as it was

    [[notes]]                 all that is said of the file as a whole, in this order; or notes = "some"
    at, says                  as below

    [dcounts]                 one exercise; [every]: all that have no table. Without either, an exercise must pass
    status = "error"          or a list of those that will do
    at = "while True:"        in the line that is named
    says = ["line {line}"]    in the message
    never = ["Traceback"]     not in the message
    draw, printed, printed_at_most
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from workspaces import Run, left_of, living, replaced, solved, start, untouched, workspace, zth

CASES = Path(__file__).parent / "bad_input"


def cases() -> list[Any]:
    folders = sorted(path.parent for path in CASES.glob("*/*/expected.toml"))
    return [pytest.param(folder, id=folder.relative_to(CASES).as_posix()) for folder in folders]


def text_of(folder: Path, expected: dict[str, Any]) -> bytes | None:
    """The learner's file of a case."""
    if (folder / "whole.py").exists():
        return (folder / "whole.py").read_bytes()
    changes, renamed = folder / "case.py", expected.get("rename", {})
    if not changes.exists() and not renamed:
        return None
    text = {"solved": solved, "untouched": untouched}[expected.get("base", "solved")](expected["lecture"])
    if changes.exists():
        text = replaced(text, changes.read_text("utf-8"))
    for old, new in renamed.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    text = text.replace("\n", expected.get("line_ends", "\n"))
    return text.encode("utf-8-sig" if expected.get("bom") else "utf-8")


@pytest.mark.parametrize("folder", cases())
def test_a_bad_file_costs_only_the_exercises_that_it_breaks(folder: Path, tmp_path: Path) -> None:
    expected = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
    lecture = expected["lecture"]
    text = text_of(folder, expected)
    texts = {other: untouched(other) for other in expected.get("beside", [])}
    place = workspace(tmp_path / "learner", **texts, **({} if text is None else {lecture: text}))
    for path in folder.glob("with/*.py"):
        shutil.copy(path, place)
        shutil.copy(path, place / "exercises")
    lines = (text or b"").decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")

    run = zth(place, "check", lecture, "--json", *expected.get("arguments", []))

    assert run.err == ""
    amiss = [*about_exercises(run, expected, lines), *about_the_file(run, expected, lines)]
    assert not amiss, "\n".join(["", *amiss])
    assert run.status == expected.get("status", 1)
    assert not run.left, "processes were left behind"
    for name in expected.get("files", []):
        assert (place / "exercises" / name).exists(), f"the case did not do what it is for: no {name}"
    path = place / "exercises" / f"{lecture}.py"
    assert path.exists() == (text is not None and not expected.get("gone"))
    if path.exists():
        assert path.read_bytes() == text


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
    if wanted_notes == "some":
        wanted_notes = [{}] * max(1, len(notes))
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
    for words in wanted.get("never", []):
        if words in message:
            yield f"{name}: says {words!r}: {message}"


def about_output(name: str, output: str, wanted: dict[str, Any]) -> Iterator[str]:
    """What was printed must be shown, and not without end."""
    for words in wanted.get("printed", []):
        if words not in output:
            yield f"{name}: {words!r} is not in what it printed: {output[:200]}"
    if len(output) > wanted.get("printed_at_most", len(output)):
        yield f"{name}: {len(output)} characters are kept of what it printed"


def test_a_person_is_told_file_line_and_mend(tmp_path: Path) -> None:
    text = replaced(solved("part4"), (CASES / "ends/exceptions/case.py").read_text("utf-8"))
    run = zth(workspace(tmp_path / "learner", part4=text), "check", "part4")
    line = text.split("\n").index("    sys.exit(0)") + 1
    words = [
        f"exercises/part4.py:{line}",
        "Your code calls exit() here. An exercise returns its answer; it never ends the program.",
        f"    {line}  sys.exit(0)",
        "zth show dC    zth hint dC (1 of 3)",
        "next: zth hint compare_grads",
    ]
    assert "mlp_backward, train_manual" in " ".join(run.out.split())
    assert [word for word in words if word not in run.out] == []
    assert "Traceback" not in run.out + run.err


UNREADABLE = {
    "empty": "is empty",
    "missing": "does not exist",
    "not-utf8": "is not UTF-8",
    "nul-byte": "has a NUL byte",
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_person_is_told_once_that_a_file_cannot_be_read(tmp_path: Path, case: str) -> None:
    expected = tomllib.loads((CASES / "file" / case / "expected.toml").read_text("utf-8"))
    text = text_of(CASES / "file" / case, expected)
    texts = {"micrograd": untouched("micrograd")} | ({} if text is None else {"part4": text})
    run = zth(workspace(tmp_path / "learner", **texts), "check", "part4")
    assert " ".join((run.out + run.err).split()).count(UNREADABLE[case]) == 1


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    place = workspace(tmp_path / "learner", micrograd=untouched("micrograd"))
    (place / "exercises" / "part4.py").mkdir()
    run = zth(place, "check", "part4", "--json")
    assert run.status == 1
    assert "exercises/part4.py is a folder" in run.results["dW2"]["message"]


# How the command itself ends.

IN_THE_MIDDLE = """
import os
import signal
import subprocess
import sys
import time


def dW2(h, dlogits):
    \"\"\"Leave another program and a daemon behind, say so, and loop.\"\"\"
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], start_new_session=True)
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
        with open("reached", "w"):
            pass
        time.sleep(1000)
    while True:
        pass
"""


@pytest.fixture
def in_the_middle(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A `zth check` whose learner's code loops, and the number of its run."""
    place = workspace(tmp_path / "learner", part4=replaced(solved("part4"), IN_THE_MIDDLE))
    process, number = start(place, "check", "part4", "--timeout", "100", start_new_session=True)
    await_file(place / "exercises" / "reached")
    assert len(living(number)) >= 5  # judge, zygote, worker, program, daemon
    yield process, number
    for left in living(number):
        os.kill(left, signal.SIGKILL)
    process.communicate()


def await_file(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} never came"
        time.sleep(0.01)


@pytest.mark.parametrize("sender", ["a terminal", "another program"])
def test_ctrl_c_ends_everything_at_once(in_the_middle: tuple[subprocess.Popen[str], str], sender: str) -> None:
    process, number = in_the_middle
    if sender == "a terminal":
        os.killpg(process.pid, signal.SIGINT)  # to the whole foreground group
    else:
        os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert out == ""
    assert err.strip() == "Stopped. Nothing of yours is lost."
    assert not left_of(number)


# A spawned worker is the judge's own child: nobody is left to bury what the learner's code started beside it.
needs_the_zygote = pytest.mark.skipif(os.environ.get("ZTH_WORKERS") == "spawned", reason="holds for forked workers")


@needs_the_zygote
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda end: end.name)
def test_whatever_ends_the_command_ends_what_it_started(
    in_the_middle: tuple[subprocess.Popen[str], str], end: signal.Signals
) -> None:
    process, number = in_the_middle
    os.kill(process.pid, end)
    process.communicate(timeout=10)
    assert process.returncode in (-end, 128 + end)
    assert not left_of(number)


@pytest.mark.parametrize("code", ["raise KeyboardInterrupt", "os.kill(os.getpid(), signal.SIGINT)"])
def test_an_interrupt_of_the_learners_own_is_theirs(tmp_path: Path, code: str) -> None:
    text = f"import os\nimport signal\n\ndef dW2(h, dlogits):\n    {code}\n\n\n"
    place = workspace(tmp_path / "learner", part4=replaced(solved("part4"), text))
    run = zth(place, "check", "part4", "--json")
    assert run.status == 1
    assert run.results["dW2"]["status"] == "error"
    assert "KeyboardInterrupt" in run.results["dW2"]["message"]
    assert run.results["dC"]["status"] == "passed"
    assert not run.left


@needs_the_zygote
def test_a_file_that_kills_what_started_it_costs_that_exercise_and_leaves_nothing(tmp_path: Path) -> None:
    text = "import os\n\ndef dW2(h, dlogits):\n    os.kill(os.getppid(), 9)\n    while True: pass\n\n\n"
    place = workspace(tmp_path / "learner", part4=replaced(solved("part4"), text))
    run = zth(place, "check", "part4", "--json")
    assert run.status == 1
    assert run.err == ""
    assert {name for name, result in run.results.items() if result["status"] != "passed"} == {"dW2"}
    assert run.results["dW2"]["status"] == "crashed"
    assert "its parent was ended too" in run.results["dW2"]["message"]
    assert not run.left


def test_a_file_that_deletes_its_folder_is_graded_up_to_there(tmp_path: Path) -> None:
    text = "import shutil\n\ndef dW2(h, dlogits):\n    shutil.rmtree(Path(__file__).parent, True)\n    return h.T\n\n\n"
    run = zth(workspace(tmp_path / "learner", part4=replaced(solved("part4"), text)), "check", "part4", "--json")
    assert run.err == ""
    assert run.status == 1
    assert run.results["dcounts"]["status"] == "passed"  # it comes before
    assert not run.left


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "--json"], ["list"], ["show", "dcounts"], []], ids=lambda given: " ".join(given)
)
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, arguments: list[str]) -> None:
    place = workspace(tmp_path / "learner", part4=untouched("part4"), micrograd=untouched("micrograd"))
    process, number = start(place, *arguments)
    assert process.stdout and process.stderr
    process.stdout.close()  # before anything is written, as `| true` does
    err = process.stderr.read()
    assert process.wait(timeout=30) in (0, 1)
    assert err == ""
    assert not left_of(number)


def test_head_takes_one_line_of_a_long_report(tmp_path: Path) -> None:
    text = replaced(solved("part4"), 'def dC(demb, Xb, vocab_size):\n    print("x" * 60_000)\n\n\n')
    place = workspace(tmp_path / "learner", part4=text)
    process, number = start(place, "check", "part4", "--json")
    assert process.stdout and process.stderr
    assert process.stdout.readline() == "{\n"
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(timeout=30) in (0, 1)
    assert err == ""
    assert not left_of(number)


# Where the command runs.

SLIP = "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n    return counts_sum_inv * dprobs\n\n\n"
OURS = ["Traceback", "zth itself failed"]  # must not be said of what is no fault of zth


NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]


@pytest.fixture(scope="session")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What starts a command as somebody whose rights are bounded (root may do everything)."""
    user = NOBODY if os.geteuid() == 0 else []
    if user and (not shutil.which(user[0]) or zth(tmp_path_factory.mktemp("nobody"), "--version", by=user).status):
        pytest.skip("no other user may run zth here")
    return user


@pytest.fixture
def anothers(nobody: list[str]) -> Iterator[Path]:
    """A folder that others may look into; pytest's own ones they may not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in (folder / "learner", folder / "learner/exercises"):
            path.chmod(0o755)


@needs_the_zygote  # a spawned one needs a Python that others may run
def test_where_nothing_may_be_written_all_is_graded_all_the_same(anothers: Path, nobody: list[str]) -> None:
    place = workspace(anothers / "learner", part4=replaced(solved("part4"), SLIP))
    place.chmod(0o555)
    run = zth(place, "check", "part4", "--json", by=nobody)
    assert {name for name, result in run.results.items() if result["status"] != "passed"} == {"dcounts"}
    assert run.results["dcounts"]["status"] == "failed"
    assert run.err == f"Your progress could not be kept in {place / '.zth'}: Permission denied.\n"
    assert run.status == 1


@pytest.mark.parametrize(
    ("command", "status"),
    [("hint dcounts", 0), ("init", 2), ("check dcounts --junit-xml report.xml", 2)],
    ids=["hint", "init", "junit"],
)
def test_where_nothing_may_be_written_that_is_said(
    anothers: Path, nobody: list[str], command: str, status: int
) -> None:
    place = workspace(anothers / "learner", part4=untouched("part4"))
    place.chmod(0o555)
    run = zth(place, *command.split(), by=nobody)
    assert "Permission denied" in run.err
    assert [words for words in OURS if words in run.err] == []
    assert run.status == status


@pytest.mark.parametrize(
    ("command", "words", "status"),
    [("doctor", "progress will not be kept", 0), ("replay dcounts --script dcounts_again.py", "cannot be written", 2)],
    ids=["doctor", "script"],
)
def test_it_is_said_before_anything_is_written(
    anothers: Path, nobody: list[str], command: str, words: str, status: int
) -> None:
    place = workspace(anothers / "learner", part4=replaced(solved("part4"), SLIP))
    place.chmod(0o555)
    run = zth(place, *command.split(), by=nobody)
    assert words in " ".join((run.out + run.err).split())
    assert run.status == status
    assert sorted(path.name for path in place.iterdir()) == ["exercises"]


CLOSED = {"a file": "exercises/part4.py", "a folder": "exercises"}


@pytest.mark.parametrize("closed", CLOSED)
@pytest.mark.parametrize("command", ["check part4", "check", "check exercises/part4.py", "list", "hint dcounts", ""])
def test_what_may_not_be_read_is_named(anothers: Path, nobody: list[str], closed: str, command: str) -> None:
    place = workspace(anothers / "learner", part4=untouched("part4"), micrograd=untouched("micrograd"))
    (place / CLOSED[closed]).chmod(0)
    run = zth(place, *command.split(), by=nobody)
    assert [words for words in OURS if words in run.err] == []
    if "check" in command:
        assert f"{CLOSED[closed]}" in run.out + run.err
        assert "Permission denied" in run.out + run.err
        assert run.status in (1, 2)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk."""
    path = tmp_path / "disk"
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(path)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield path
    subprocess.run(["umount", "-l", str(path)], check=True)


def fill(disk: Path) -> None:
    """Leave no room on a disk."""
    with (disk / "filling").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))


def test_on_a_full_disk_all_is_graded_and_the_progress_so_far_is_kept(disk: Path) -> None:
    place = workspace(disk / "learner", part4=replaced(solved("part4"), SLIP))
    progress = place / ".zth/progress.json"
    progress.parent.mkdir()
    progress.write_text('{"part4.dcounts": {"status": "failed", "tries": 6, "hints": 1}}')
    before = progress.read_bytes()
    fill(disk)
    run = zth(place, "check", "part4", "--json")
    assert {name for name, result in run.results.items() if result["status"] != "passed"} == {"dcounts"}
    assert run.err == f"Your progress could not be kept in {place / '.zth'}: No space left on device.\n"
    assert run.status == 1
    assert [path.name for path in progress.parent.iterdir()] == ["progress.json"]
    assert progress.read_bytes() == before


@pytest.mark.parametrize(
    "command", ["init", "hint dcounts", "check dcounts --junit-xml report.xml"], ids=["init", "hint", "junit"]
)
def test_a_full_disk_is_named_and_no_half_of_a_file_is_left(disk: Path, command: str) -> None:
    place = workspace(disk / "learner", part4=untouched("part4"))
    fill(disk)
    run = zth(place, *command.split())
    assert "No space left on device" in run.err
    assert [words for words in OURS if words in run.err] == []
    assert [path.name for path in place.rglob("*") if path.is_file()] == ["part4.py"]


def test_a_report_that_has_no_room_is_told_and_is_no_fault_of_zth(tmp_path: Path) -> None:
    place = workspace(tmp_path / "learner", part4=untouched("part4"))
    with Path("/dev/full").open("w") as nowhere:
        run = zth(place, "check", "dcounts", stdout=nowhere)
    assert "No space left on device" in run.err
    assert [words for words in OURS if words in run.err] == []
    assert run.status not in (0, 1)


ELSEWHERE = "我的 课程 (2)"
IN_CHINESE = """import ctypes


def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    print("打印")
    raise ValueError("错误")  # 中文


def dW2(h, dlogits):
    while True: pass  # 中文


def dbnmeani(dbndiff):
    return ctypes.string_at(0)  # 中文


"""
TERMINALS: dict[str, dict[str, str | None]] = {
    "none, LANG=C, 50 columns": {"LANG": "C", "LC_ALL": "C", "COLUMNS": "50"}
    | dict.fromkeys(["TERM", "HOME", "PYTHONUTF8"]),
    "ASCII alone": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "cp1252": {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": None},
}


@pytest.mark.parametrize("terminal", TERMINALS)
def test_a_path_with_spaces_and_chinese_signs_is_like_any_other(tmp_path: Path, terminal: str) -> None:
    text = replaced(solved("part4"), IN_CHINESE)
    workspace(tmp_path / ELSEWHERE, part4=text)
    lines = [line for line in text.split("\n") if not line.isascii()]
    file = f"{ELSEWHERE}/exercises/part4.py"
    options = {"environment": TERMINALS[terminal], "start_new_session": True, "encoding": "utf-8", "errors": "replace"}

    run = zth(tmp_path, "check", file, "--timeout", "1", "--plain", "--json", **options)

    assert run.err == ""
    assert {name: result["status"] for name, result in run.results.items() if result["status"] != "passed"} == {
        "dcounts": "error",
        "dW2": "timeout",
        "dbnmeani": "crashed",
    }
    assert run.status == 1
    for name, line in zip(("dcounts", "dW2", "dbnmeani"), lines[1:], strict=True):
        assert text.split("\n")[run.results[name]["line"] - 1] == line
    if terminal == "ASCII alone":  # there the path itself has no letters
        return
    assert run.results["dcounts"]["file"] == file
    assert "错误" in run.results["dcounts"]["message"]
    assert "打印" in run.results["dcounts"]["output"]
    assert (tmp_path / ELSEWHERE / ".zth/progress.json").exists()
    if not TERMINALS[terminal].get("COLUMNS"):
        return
    told = zth(tmp_path, "check", f"{file}::dcounts", **options)
    assert told.err == ""
    assert "ValueError" in told.out
    assert [line for line in told.out.splitlines() if len(line) > 50] == []


# What is asked for.

WRONG_CALLS = {
    "part6": ["There is no lecture or exercise 'part6'", "Did you mean part5"],
    "dcount": ["There is no lecture or exercise 'dcount'", "Did you mean dcounts"],
    "DCOUNTS": ["Did you mean dcounts"],
    "part4.dcont": ["part4 has no exercise 'dcont'", "Did you mean dcounts"],
    "exercises/part4.py::dcont": ["part4 has no exercise 'dcont'", "Did you mean dcounts"],
    "exercises/part44.py": ["exercises/part44.py is no file of this course", "micrograd.py"],
    "part4.py": ["part4.py", "exercises/part4.py"],
    "nowhere/part4.py": ["nowhere/part4.py does not exist"],
    "xyzzy": ["There is no lecture or exercise 'xyzzy'", "`zth list` shows what there is"],
    "": ["zth list"],
    "exercises": ["exercises"],
    "exercises/": ["exercises/"],
    "part4.": ["part4"],
}


@pytest.mark.parametrize("target", WRONG_CALLS)
def test_a_wrong_target_names_the_nearest(tmp_path: Path, target: str) -> None:
    place = workspace(tmp_path / "learner", part4=untouched("part4"))
    run = zth(place, "check", target)
    for words in WRONG_CALLS[target]:
        assert words in run.err
    assert run.out == ""
    assert run.err.startswith("zth: ")
    assert run.status == 2


def test_no_name_of_an_exercise_is_ambiguous_without_being_told_so(tmp_path: Path) -> None:
    """An exercise's name that is in two lectures lists both; one that is in one lecture is found by itself."""
    place = workspace(tmp_path / "learner", part4=untouched("part4"), micrograd=untouched("micrograd"))
    owners: dict[str, list[str]] = {}
    for lecture in ("micrograd", "part4"):
        for result in zth(place, "check", lecture, "--json").document["results"]:
            owners.setdefault(result["exercise"].partition(".")[2], []).append(lecture)
    for name, lectures in owners.items():
        if len(lectures) > 1:
            run = zth(place, "check", name)
            assert run.status == 2
            assert all(f"{lecture}.{name}" in run.err for lecture in lectures)
