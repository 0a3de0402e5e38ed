"""Reset, undo, update, solution: what a learner wrote is never lost, and comes back byte for byte."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from workspaces import ROOT, ZTH, replaced, solved, untouched, workspace, zth

DCOUNTS = "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n    return counts_sum_inv * dprobs  # mine\n"
DW2 = "def dW2(h, dlogits):\n    return h.T @ dlogits  # mine too\n"
HELPER = "def dcounts_sum_inv(counts, dprobs):\n    return helper(counts * dprobs)\n"
HELPER += "def helper(x):\n    return x.sum(1)\n"
BOM = b"\xef\xbb\xbf"
MANNERS = {"LF": (b"", "\n"), "CRLF": (b"", "\r\n"), "BOM": (BOM, "\r\n"), "CR": (b"", "\r")}


def written(manner: str, *blocks: str) -> bytes:
    """part4.py with these functions filled in, in one manner of line ends."""
    text = untouched("part4")
    for block in blocks:
        text = replaced(text, block)
    bom, end = MANNERS[manner]
    return bom + text.replace("\n", end).encode()


def own(folder: Path) -> Path:
    return folder / "exercises" / "part4.py"


def kept(folder: Path) -> list[bytes]:
    """All that is in the backups."""
    return [path.read_bytes() for path in (folder / ".zth/backups").rglob("part4.py")]


def record(folder: Path, name: str) -> dict[str, object]:
    found = json.loads((folder / ".zth/progress.json").read_text("utf-8"))
    return dict(found.get(f"part4.{name}", {}))


# ---- reset and undo ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("manner", MANNERS)
def test_a_reset_touches_one_function_and_undo_brings_it_back(tmp_path: Path, manner: str) -> None:
    before = written(manner, DCOUNTS, DW2, HELPER)
    folder = workspace(tmp_path, part4=before)
    run = zth(folder, "reset", "dcounts", "--yes")
    assert (run.status, run.err) == (0, "")
    assert "zth undo" in run.out
    assert own(folder).read_bytes() == written(manner, DW2, HELPER)
    assert before in kept(folder)
    back = zth(folder, "undo")
    assert (back.status, own(folder).read_bytes()) == (0, before)
    assert "zth reset dcounts" in back.out
    assert zth(folder, "undo").status == 1


@pytest.mark.parametrize("manner", MANNERS)
def test_a_lecture_is_reset_as_a_whole_in_the_manner_of_the_file(tmp_path: Path, manner: str) -> None:
    before = written(manner, DCOUNTS, HELPER)
    folder = workspace(tmp_path, part4=before)
    assert zth(folder, "reset", "part4", "--yes").status == 0
    assert own(folder).read_bytes() == written(manner)
    assert zth(folder, "undo").status == 0
    assert own(folder).read_bytes() == before


ODD = {
    "no UTF-8": "# \xe4\n".encode("latin-1") + solved("part4").encode(),
    "no Python": b"this is no Python (\n",
    "empty": b"",
    "NUL": b"x = '\0'\n",
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_a_file_that_nothing_can_be_made_of_is_reset_and_brought_back(tmp_path: Path, data: bytes) -> None:
    folder = workspace(tmp_path, part4=data)
    one = zth(folder, "reset", "dcounts", "--yes")
    assert "Traceback" not in one.err
    if one.status:
        assert own(folder).read_bytes() == data
        assert "zth" in one.err
    else:
        assert zth(folder, "undo").status == 0
    assert own(folder).read_bytes() == data
    assert zth(folder, "reset", "part4", "--yes").status == 0
    assert own(folder).read_text("utf-8") == untouched("part4")
    assert zth(folder, "undo").status == 0
    assert own(folder).read_bytes() == data


def test_it_asks_and_a_no_changes_nothing(tmp_path: Path) -> None:
    before = written("LF", DCOUNTS)
    folder = workspace(tmp_path, part4=before)
    for answer, status, changed in (("n\n", 1, False), ("", 2, False), ("y\n", 0, True)):
        done = subprocess.run(
            [ZTH, "reset", "dcounts"], cwd=folder, input=answer, text=True, capture_output=True, check=False
        )
        assert done.returncode == status, done.stderr
        assert "2 lines of yours" in done.stdout
        assert (own(folder).read_bytes() != before) == changed


def test_what_is_a_stub_already_needs_no_question(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=written("LF", DCOUNTS))
    run = zth(folder, "reset", "dW2")
    assert run.status == 0
    assert "nothing to reset" in run.out
    assert not (folder / ".zth/backups").exists()


def test_undo_goes_further_back_each_time(tmp_path: Path) -> None:
    states = [written("LF", DCOUNTS, DW2)]
    folder = workspace(tmp_path, part4=states[0])
    for target in ("dcounts", "dW2"):
        zth(folder, "reset", target, "--yes")
        states.append(own(folder).read_bytes())
    for state in reversed(states[:-1]):
        assert zth(folder, "undo").status == 0
        assert own(folder).read_bytes() == state
    run = zth(folder, "undo")
    assert run.status == 1
    assert "nothing to take back" in run.out
    assert own(folder).read_bytes() == states[0]


def test_what_was_written_since_stays_or_is_kept(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=written("LF", DCOUNTS))
    zth(folder, "reset", "dcounts", "--yes")
    newer = DCOUNTS.replace("# mine", "# newer")
    own(folder).write_bytes(written("LF", newer, DW2, HELPER))
    run = zth(folder, "undo")
    assert own(folder).read_bytes() == written("LF", DCOUNTS, DW2, HELPER)
    assert "dcounts" in run.out
    (where,) = re.findall(r"kept in\s+(\S+)\.\n", run.out)
    assert "# newer" in (folder / where / "before/exercises/part4.py").read_text("utf-8")


def test_undo_after_the_file_was_put_back_by_hand_says_so(tmp_path: Path) -> None:
    before = written("LF", DCOUNTS, DW2)
    folder = workspace(tmp_path, part4=before)
    for target in ("dcounts", "dW2"):
        zth(folder, "reset", target, "--yes")
    own(folder).write_bytes(before)
    both = [" ".join(zth(folder, "undo").out.split()) for _ in range(2)]
    assert all("already" in out for out in both)
    assert ["takes back the one before" in out for out in both] == [True, False]
    assert own(folder).read_bytes() == before
    assert zth(folder, "undo").status == 1


def damaged(folder: Path, how: str) -> None:
    """What a reset of dcounts kept, spoilt."""
    (act,) = (folder / ".zth/backups").glob("*/act.json")
    if how == "a file is gone":
        (act.parent / "before/exercises/part4.py").unlink()
    elif how == "no JSON":
        act.write_text("{")
    else:
        outside = folder.parent / "outside.py"
        for when in ("before", "after"):
            (act.parent / when / "exercises/part4.py").rename(act.parent / when / "part4.py")
        act.write_text(act.read_text().replace("exercises/part4.py", str(outside) if how == "/" else "../outside.py"))


@pytest.mark.parametrize("how", ["a file is gone", "no JSON", "..", "/"])
def test_what_is_damaged_is_not_taken_back_and_nothing_is_touched(tmp_path: Path, how: str) -> None:
    folder = workspace(tmp_path / "mine", part4=written("LF", DCOUNTS))
    zth(folder, "reset", "dcounts", "--yes")
    damaged(folder, how)
    run = zth(folder, "undo")
    assert run.status == 2
    assert "0001-zth-reset-dcounts is damaged" in run.err
    assert own(folder).read_bytes() == written("LF")
    assert not (tmp_path / "outside.py").exists()


def test_two_undos_at_once_take_back_one_each(tmp_path: Path) -> None:
    before = written("LF", DCOUNTS, DW2)
    folder = workspace(tmp_path, part4=before)
    for name in ("dcounts", "dW2"):
        zth(folder, "reset", name, "--yes")
    both = [subprocess.Popen([ZTH, "undo"], cwd=folder, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert own(folder).read_bytes() == before


def test_lines_that_slipped_out_of_a_function_are_left_and_told_of(tmp_path: Path) -> None:
    slipped = "def dW2(h, dlogits):\n    x = h.T\nprint(x)\n    return x @ dlogits\n"
    folder = workspace(tmp_path, part4=written("LF").replace(b"def dW2(", b"def dW2_before("))
    text = own(folder).read_text("utf-8")
    own(folder).write_text(text + "\n\n" + slipped, "utf-8")
    run = zth(folder, "reset", "dW2", "--yes")
    now = own(folder).read_text("utf-8")
    line = now.split("\n").index("    return x @ dlogits") + 1
    assert f"Line {line} of exercises/part4.py does not compile" in " ".join(run.out.split())


def test_half_of_a_conflict_is_never_left_by_a_reset(tmp_path: Path) -> None:
    first = "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n"
    both = f"<<<<<<< HEAD\n{first}=======\n{first}>>>>>>> evening\n    return counts_sum_inv * dprobs\n"
    before = written("LF", DCOUNTS).decode().replace(DCOUNTS, both).encode()
    folder = workspace(tmp_path, part4=before)
    run = zth(folder, "reset", "dcounts", "--yes")
    assert (run.status, own(folder).read_bytes()) == (2, before)
    assert "A merge left two versions of more than dcounts" in " ".join(run.err.split())
    assert zth(folder, "reset", "part4", "--yes").status == 0
    assert own(folder).read_text("utf-8") == untouched("part4")


def test_a_reset_does_not_take_a_bom_for_a_slip(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=written("BOM", DCOUNTS))
    assert "does not compile" not in zth(folder, "reset", "dcounts", "--yes").out


def test_what_is_write_protected_is_not_reset(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=written("LF", DCOUNTS))
    own(folder).chmod(0o444)
    run = zth(folder, "reset", "dcounts", "--yes")
    assert run.status == 2
    assert "write-protected" in run.err
    assert own(folder).read_bytes() == written("LF", DCOUNTS)


def test_progress_goes_back_and_comes_back(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=written("LF", DW2))
    zth(folder, "hint", "dW2")
    assert zth(folder, "check", "dW2").status == 0
    before = record(folder, "dW2")
    zth(folder, "reset", "dW2", "--yes")
    assert record(folder, "dW2").get("status", "todo") == "todo"
    assert (record(folder, "dW2")["hints"], record(folder, "dW2")["passed"]) == (1, True)
    assert re.search(r"· dW2 ", zth(folder, "list", "part4").out)
    zth(folder, "undo")
    assert record(folder, "dW2") == before


def test_a_file_by_its_path_is_reset_where_it_lies(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "course", part4=written("LF", DCOUNTS))
    assert zth(tmp_path, "reset", "course/exercises/part4.py::dcounts", "--yes").status == 0
    assert own(folder).read_text("utf-8") == untouched("part4")
    shutil.copy(own(folder), tmp_path / "part4.py")
    assert zth(tmp_path, "reset", "part4.py", "--yes").status == 2


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "elsewhere.py"
    real.write_bytes(written("LF", DCOUNTS))
    real.chmod(0o600)
    folder = workspace(tmp_path / "course")
    own(folder).symlink_to(real)
    assert zth(folder, "reset", "dcounts", "--yes").status == 0
    assert own(folder).is_symlink()
    assert real.read_text("utf-8") == untouched("part4")
    assert real.stat().st_mode & 0o777 == 0o600


# ---- full disks, and Ctrl-C ----------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk."""
    path = tmp_path / "disk"
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(path)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield path
    subprocess.run(["umount", "-l", str(path)], check=True)


def leave(disk: Path, room: int) -> None:
    """Fill a disk but for some bytes."""
    with (disk / "filling").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))
    os.truncate(disk / "filling", (disk / "filling").stat().st_size - room)


ROOMS = [(command, room) for command in ("reset dcounts --yes", "undo") for room in (0, 36_000, 72_000, 92_000)]
ROOMS += [("update", room) for room in (0, 600_000, 1_400_000, 1_700_000, 2_500_000)]


@pytest.mark.parametrize(("command", "room"), ROOMS)
def test_on_a_full_disk_nothing_is_lost_and_it_works_when_there_is_room(disk: Path, command: str, room: int) -> None:
    folder = workspace(disk / "learner", part4=written("LF", DCOUNTS, DW2))
    if command == "undo":
        assert zth(folder, "reset", "part4", "--yes").status == 0
    before = own(folder).read_bytes()
    leave(disk, room)
    run = zth(folder, *command.split())
    assert "Traceback" not in run.err
    if run.status:
        assert "No space left on device" in run.err
    assert before in [own(folder).read_bytes(), *kept(folder)]
    assert [path.name for path in folder.rglob("*.new")] == []
    (disk / "filling").unlink()
    assert zth(folder, *command.split()).status == (0 if run.status or command != "undo" else 1)
    if "reset" in command:
        assert zth(folder, "undo").status == 0
    assert own(folder).read_bytes() == written("LF", DCOUNTS, DW2)


def test_a_limit_on_files_is_told_like_a_full_disk(tmp_path: Path) -> None:
    before = written("LF", DCOUNTS)
    folder = workspace(tmp_path, part4=before)
    run = zth(folder, "reset", "dcounts", "--yes", by=["prlimit", "--fsize=10000"])
    assert run.status == 2
    assert "File too large" in run.err
    assert own(folder).read_bytes() == before
    assert list(folder.rglob("*.new")) == []


def test_a_ctrl_c_at_the_question_changes_nothing(tmp_path: Path) -> None:
    before = written("LF", DCOUNTS)
    folder = workspace(tmp_path, part4=before)
    process = subprocess.Popen([ZTH, "reset", "dcounts"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    while b"Reset dcounts?" not in (said := process.stdout.read1()):
        assert said
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130
    assert own(folder).read_bytes() == before


# ---- solution ------------------------------------------------------------------------------------------------------


def test_the_solution_is_shown_after_passing_as_a_patch_of_the_learners_own_file(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=written("LF", DW2))
    early = zth(folder, "solution", "dW2")
    assert early.status == 1
    assert "zth check dW2" in early.out
    assert "--reveal" in early.out
    assert "zth hint dW2" in early.out
    assert "(H, n) @ (n, V)" not in early.out
    zth(folder, "check", "dW2")
    run = zth(folder, "solution", "dW2")
    assert run.status == 0
    assert "\n-    return h.T @ dlogits  # mine too\n" in run.out
    assert "\n+    return h.T @ dlogits  # (H, n) @ (n, V) -> (H, V)\n" in run.out
    assert "SOLUTION" not in run.out
    assert "revealed" not in record(folder, "dW2")
    assert own(folder).read_bytes() == written("LF", DW2)


def test_passed_once_is_passed(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=written("LF", DW2))
    zth(folder, "check", "dW2")
    zth(folder, "reset", "dW2", "--yes")
    zth(folder, "check", "dW2")
    assert zth(folder, "solution", "dW2").status == 0


def test_after_a_reset_a_solution_does_not_call_the_stub_right(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=replaced(solved("part4"), DW2))
    zth(folder, "check", "dW2")
    assert "Yours is right too" in zth(folder, "solution", "dW2").out
    zth(folder, "reset", "dW2", "--yes")
    run = zth(folder, "solution", "dW2")
    assert run.status == 0
    assert "right too" not in run.out


def test_a_reveal_is_shown_and_recorded(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=untouched("part4"), micrograd=untouched("micrograd"))
    run = zth(folder, "solution", "dcounts", "--reveal")
    assert run.status == 0
    assert '\n-    raise NotImplementedError("part4.dcounts")\n' in run.out
    assert record(folder, "dcounts")["revealed"] is True
    own(folder).write_text(solved("part4"), "utf-8")
    zth(folder, "check", "dcounts")
    assert (record(folder, "dcounts")["revealed"], record(folder, "dcounts")["passed"]) == (True, True)


def test_the_same_word_for_word_and_several_functions(tmp_path: Path) -> None:
    folder = workspace(tmp_path, micrograd=solved("micrograd"))
    zth(folder, "check", "value_reflected")
    assert "word for word" in zth(folder, "solution", "value_reflected").out
    (folder / "exercises/micrograd.py").write_text(untouched("micrograd"), "utf-8")
    out = zth(folder, "solution", "value_reflected").out
    assert out.count('\n-        raise NotImplementedError("micrograd.value_reflected")') == 2


WITHOUT = {
    "no Python": "this is no Python (\n",
    "nothing": "x = 1\n",
    "another name": solved("micrograd").replace("class Value", "class Other"),
}


@pytest.mark.parametrize("text", WITHOUT.values(), ids=WITHOUT)
def test_a_solution_is_shown_whatever_became_of_the_file(tmp_path: Path, text: str) -> None:
    folder = workspace(tmp_path, micrograd=text)
    run = zth(folder, "solution", "value_add", "--reveal")
    assert (run.status, run.err) == (0, "")
    assert "+    def __add__" in run.out


def test_a_solution_is_coloured_only_where_colour_is_wanted(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=written("LF", DW2))
    on, off = (zth(folder, "solution", "dW2", "--reveal", flag).out for flag in ("--color", "--no-color"))
    assert "\x1b[31m-    return" in on
    assert "\x1b[32m+    return" in on
    assert "\x1b" not in off


# ---- update --------------------------------------------------------------------------------------------------------

OLDER = {
    "Backpropagate into `counts`": "Older words for `counts`",
    "Backpropagate into `W2`": "Older words for `W2`",
    "import torch\n": "",
}


def older(text: str) -> str:
    """A file as an older course handed it out."""
    for new, old in OLDER.items():
        text = text.replace(new, old)
    return re.sub(r"def dbnmeani.*?(?=^def )", "", text, flags=re.DOTALL | re.MULTILINE)


def aged(folder: Path, manner: str, *blocks: str) -> bytes:
    """A folder that an older course made, in which some functions are filled in."""
    bom, end = MANNERS[manner]
    text = older(untouched("part4"))
    (folder / ".zth/base").mkdir(parents=True)
    (folder / ".zth/base/part4.py").write_text(text, "utf-8")
    for block in blocks:
        text = replaced(text, block)
    data = bom + text.replace("\n", end).encode()
    workspace(folder, part4=data)
    return data


@pytest.mark.parametrize("manner", MANNERS)
def test_an_update_renews_what_is_untouched_and_keeps_the_rest_byte_for_byte(tmp_path: Path, manner: str) -> None:
    assert older(untouched("part4")) != untouched("part4")
    before = aged(tmp_path, manner, DCOUNTS, HELPER)
    dry = zth(tmp_path, "update", "--dry-run")
    assert dry.status == 0
    assert own(tmp_path).read_bytes() == before
    assert not (tmp_path / "exercises/gpt.py").exists()
    run = zth(tmp_path, "update")
    assert run.status == 0
    assert dry.out.splitlines()[:6] == run.out.splitlines()[:6]
    assert "exercises/gpt.py: new" in run.out
    assert re.search(r"brought up to date: .*dW2", run.out)
    assert re.search(r"yours, kept.*: dcounts", run.out)
    assert re.search(r"new: dbnmeani", run.out)
    assert own(tmp_path).read_bytes() == written(manner, DCOUNTS, HELPER)
    assert (tmp_path / ".zth/base/part4.py").read_text("utf-8") == untouched("part4")
    assert (tmp_path / "exercises/gpt.py").read_text("utf-8") == untouched("gpt")
    assert "up to date" in zth(tmp_path, "update").out
    assert zth(tmp_path, "undo").status == 0
    assert own(tmp_path).read_bytes() == before
    assert (tmp_path / ".zth/base/part4.py").read_text("utf-8") == older(untouched("part4"))
    assert not (tmp_path / "exercises/gpt.py").exists()


def test_undoing_an_update_keeps_what_was_written_since(tmp_path: Path) -> None:
    aged(tmp_path, "LF", DCOUNTS)
    zth(tmp_path, "update")
    text = replaced(own(tmp_path).read_text("utf-8"), DW2)
    own(tmp_path).write_text(text, "utf-8")
    assert zth(tmp_path, "undo").status == 0
    now = own(tmp_path).read_text("utf-8")
    assert "# mine too" in now
    assert "# mine\n" in now
    assert "def dbnmeani" not in now


def test_where_no_base_is_known_every_edit_counts_as_the_learners(tmp_path: Path) -> None:
    text = replaced(older(untouched("part4")), DCOUNTS)
    folder = workspace(tmp_path, part4=text)
    run = zth(folder, "update")
    assert run.status == 0
    now = own(folder).read_text("utf-8")
    assert "# mine" in now
    assert "Older words for `W2`" in now
    assert (folder / ".zth/base/part4.py").read_text("utf-8") == untouched("part4")


def test_a_fresh_folder_is_up_to_date(tmp_path: Path) -> None:
    zth(tmp_path, "init")
    run = zth(tmp_path, "update")
    assert run.status == 0
    assert "up to date" in run.out
    assert not (tmp_path / ".zth/backups").exists()


def test_an_update_leaves_the_imports_that_your_functions_may_use_and_tells_of_other_lines(tmp_path: Path) -> None:
    zth(tmp_path, "init")
    base = tmp_path / ".zth/base/part4.py"
    older = "import os\n" + untouched("part4").replace("B = 32", "B = 31").replace(
        "import torch\n", "import torch\n# x\n"
    )
    base.write_text(older, "utf-8")
    uses = "def dW2(h, dlogits):\n    return os.name and h.T @ dlogits\n"
    own(tmp_path).write_text(replaced(older, uses), "utf-8")
    run = zth(tmp_path, "update")
    assert "brought up to date: what stands between the functions" in run.out
    now = own(tmp_path).read_text("utf-8")
    assert "import os\n" in now
    assert "# x" not in now


def test_a_folder_in_place_of_a_file_stops_no_update(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=written("LF", DCOUNTS))
    (folder / "exercises/part1.py").mkdir()
    run = zth(folder, "update")
    assert run.status == 0
    assert "part1.py: left alone, it is a folder" in run.out
    assert (folder / "exercises/gpt.py").read_text("utf-8") == untouched("gpt")


@pytest.mark.parametrize("data", [ODD["no UTF-8"], ODD["empty"]], ids=["no UTF-8", "empty"])
def test_an_update_leaves_alone_what_it_cannot_read_and_says_so(tmp_path: Path, data: bytes) -> None:
    folder = workspace(tmp_path, part4=data)
    run = zth(folder, "update")
    assert run.status == 0
    assert "part4.py: left alone" in run.out
    assert own(folder).read_bytes() == data


def test_a_clones_own_exercises_need_no_base(tmp_path: Path) -> None:
    """Where nothing else was handed out, the course's own folder is the learner's: git brings what is newer."""
    course = tmp_path / "clone"
    for name in ("grader", "solutions", "exercises", "data"):
        shutil.copytree(ROOT / name, course / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", course)
    by = os.environ | {"PYTHONPATH": str(course)}
    own(course).write_bytes(written("LF", DCOUNTS, DW2))
    (course / "exercises/gpt.py").unlink()

    def run(*arguments: str) -> int:
        return subprocess.run([sys.executable, "-m", "grader", *arguments], cwd=course, env=by, check=False).returncode

    assert run("update") == 0
    assert (course / "exercises/gpt.py").read_text("utf-8") == untouched("gpt")
    assert own(course).read_bytes() == written("LF", DCOUNTS, DW2)
    assert run("reset", "dcounts", "--yes") == 0
    assert own(course).read_bytes() == written("LF", DW2)
    assert run("undo") == 0
    assert own(course).read_bytes() == written("LF", DCOUNTS, DW2)
    assert not (course / ".zth/base").exists()


# ---- what is told ---------------------------------------------------------------------------------------------------

PAGES = ["solution dcounts", "solution dW2", "reset dcounts --yes", "reset part4 --yes"]
PAGES += ["undo", "undo", "update", "undo"]


@pytest.mark.parametrize("columns", ["50", "80"])
def test_no_line_of_what_is_told_is_longer_than_the_terminal(tmp_path: Path, columns: str) -> None:
    folder = workspace(tmp_path, part4=written("LF", DCOUNTS, DW2))
    zth(folder, "check", "dW2")
    for command in PAGES:
        run = zth(folder, *command.split(), "--plain", environment={"COLUMNS": columns})
        told = [line for line in run.out.splitlines() if line[:1] not in ("-", "+", " ")]  # code is not folded
        assert [line for line in told if len(line) > int(columns)] == [], command
        assert run.out.isascii(), command


def test_tries_are_counted_honestly_and_the_third_is_offered_a_hint(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=written("LF", DCOUNTS))
    for count in (1, 2, 3):
        own(folder).write_bytes(written("LF", DCOUNTS.replace("# mine", f"# try {count}")))
        first, again = zth(folder, "check", "dcounts"), zth(folder, "check", "dcounts", "--fresh")
        assert record(folder, "dcounts")["tries"] == count
        for run in (first, again):
            assert ("That was try 3" in run.out) == (count == 3)
    zth(folder, "hint", "dcounts")
    assert "That was try" not in zth(folder, "check", "dcounts").out


def test_a_function_that_is_not_there_is_no_try(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=written("LF", DCOUNTS))
    whole = own(folder).read_bytes()
    for _ in range(3):
        own(folder).write_bytes(whole[:5000])
        zth(folder, "check", "part4")
        own(folder).write_bytes(whole)
        zth(folder, "check", "part4")
    assert record(folder, "dW2").get("tries", 0) == 0
    assert record(folder, "dcounts")["tries"] == 1


def test_progress_that_cannot_be_read_is_told_of_and_every_version_is_kept(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=written("LF", DCOUNTS))
    (folder / ".zth").mkdir()
    for text in ("<<<<<<< one", "<<<<<<< two"):
        (folder / ".zth/progress.json").write_text(text)
        for command in ([], ["list"], ["solution", "dcounts"]):
            assert ".zth/progress.json cannot be read" in zth(folder, *command).err
        run = zth(folder, "check", "dcounts", "--fresh")
        assert "a new one is begun" in run.err
        assert "cannot be read" not in zth(folder).err
    kept = sorted(path.read_text() for path in (folder / ".zth").glob("progress.unreadable*.json"))
    assert kept == ["<<<<<<< one", "<<<<<<< two"]
