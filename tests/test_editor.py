"""Places that an editor or a terminal opens, and `zth doctor`."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from workspaces import ZTH, replaced, solved, untouched, workspace, zth

from grader.cli.editor import command_for, named
from grader.course.outline import ORDER
from grader.reports.links import address, shows_links

SLIP = "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n    return counts_sum_inv * dprobs\n\n\n"


@pytest.mark.parametrize(
    ("editor", "command"),
    [
        ("code", "code -g AT:7"),
        ("code --wait", "code --wait -g AT:7"),
        ("/usr/bin/vim", "/usr/bin/vim +7 AT"),
        ("nano", "nano +7 AT"),
        ("emacsclient -n", "emacsclient -n +7 AT"),
        ("subl", "subl AT:7"),
        ("pycharm", "pycharm --line 7 AT"),
        ("Code.exe", "Code.exe -g AT:7"),
        ("'my editor' -x", "my editor|-x|AT"),
        ("ed", "ed AT"),
    ],
)
def test_an_editor_is_told_the_line_in_its_own_way(editor: str, command: str) -> None:
    wanted = command.split("|") if "|" in command else command.split()
    at = str(Path("a b", "part4.py"))
    found = command_for(named({"EDITOR": editor}), Path("a b", "part4.py"), 7)
    assert found == [part.replace("AT", at) for part in wanted]


def test_visual_goes_before_editor() -> None:
    assert named({"VISUAL": "code", "EDITOR": "vi"}) == ["code"]
    assert named({"VISUAL": " ", "EDITOR": "vi"}) == ["vi"]
    assert named({}) == []


def test_show_opens_the_learners_file_at_the_exercise(tmp_path: Path) -> None:
    workspace(tmp_path, part4="\n\n" + untouched("part4"))
    note = tmp_path / "vim"  # an editor that notes what it was asked for
    note.write_text(f"#!{sys.executable}\nimport sys\nopen('asked', 'w').write('\\n'.join(sys.argv[1:]))\n")
    note.chmod(0o755)
    run = zth(tmp_path, "show", "dcounts", "--open", environment={"VISUAL": None, "EDITOR": str(note)})
    assert run.status == 0
    line = ("\n\n" + untouched("part4")).split("\ndef dcounts(")[0].count("\n") + 2
    assert (tmp_path / "asked").read_text().split("\n") == [f"+{line}", str(tmp_path / "exercises/part4.py")]
    assert f"exercises/part4.py:{line}" in run.out


@pytest.mark.parametrize(
    ("editor", "words"),
    [(None, "No editor is named."), ("nowhere-to-be-found", "cannot be started"), ("false", "status 1"), ("'", "read")],
)
def test_an_editor_that_cannot_be_had_is_told_with_the_place(tmp_path: Path, editor: str | None, words: str) -> None:
    workspace(tmp_path, part4=untouched("part4"))
    surroundings = {"VISUAL": editor, "EDITOR": None, "TERM_PROGRAM": None}
    run = zth(tmp_path, "show", "dcounts", "--open", environment=surroundings)
    assert run.status == 2
    assert words in run.err
    assert re.search(r"exercises/part4.py:\d+", run.err)


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "screen", "TMUX": "x"}, True),
        ({"TERM": "screen"}, False),
        ({"TERM": "linux"}, False),
        ({"TERM": "dumb"}, False),
        ({}, False),
        ({"TERM": "xterm", "TERM_PROGRAM": "vscode"}, False),
        ({"TERM": "xterm", "FORCE_HYPERLINK": "0"}, False),
        ({"TERM": "linux", "FORCE_HYPERLINK": "1"}, True),
    ],
)
def test_links_are_for_terminals_that_show_them(environment: dict[str, str], shown: bool) -> None:
    assert shows_links(environment) == shown


def test_a_link_leads_to_the_line_where_the_editor_has_an_address_for_it(tmp_path: Path) -> None:
    path = tmp_path / "a b.py"
    assert address(path, 7, {"VISUAL": "code --wait"}).endswith("/a%20b.py:7")
    assert address(path, 7, {"VISUAL": "code"}).startswith("vscode://file/")
    assert re.fullmatch(r"file://[^/]*/.*/a%20b\.py", address(path, 7, {"EDITOR": "vim"}))


def on_a_terminal(folder: Path, *arguments: str, **environment: str) -> str:
    ours, theirs = pty.openpty()
    names = ("NO_COLOR", "TERM_PROGRAM", "FORCE_HYPERLINK", "VISUAL", "EDITOR")
    surroundings = {name: value for name, value in os.environ.items() if name not in names}
    surroundings |= {"COLUMNS": "80", "PYTHONUTF8": "1", "TERM": "xterm"} | environment
    process = subprocess.Popen([ZTH, *arguments], cwd=folder, env=surroundings, stdout=theirs, stderr=theirs)
    os.close(theirs)
    written = b""
    try:
        while data := os.read(ours, 1 << 16):
            written += data
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    process.wait(timeout=60)
    return written.decode()


def test_places_are_links_on_a_terminal_and_their_text_stays(tmp_path: Path) -> None:
    workspace(tmp_path, part4=replaced(solved("part4"), SLIP))
    plain = zth(tmp_path, "check", "dcounts", "--fresh", environment={"COLUMNS": "80"}).out
    shown = on_a_terminal(tmp_path, "check", "dcounts", "--fresh")
    (link,) = re.findall(r"\x1b\]8;;(file://[^\x1b]+)\x1b\\(exercises/part4\.py:\d+)\x1b\]8;;\x1b\\", shown)
    assert link[0].endswith("/exercises/part4.py")
    bare = re.sub(r"\x1b\]8;;[^\x1b]*\x1b\\|\x1b\[[0-9;]*m", "", shown).replace("\r\n", "\n")
    assert bare == plain
    assert "\x1b]" not in on_a_terminal(tmp_path, "check", "dcounts", "--plain")
    assert "\x1b]" not in on_a_terminal(tmp_path, "check", "dcounts", TERM="dumb")


def test_doctor_says_what_a_report_needs(tmp_path: Path) -> None:
    workspace(tmp_path, part4=untouched("part4"))
    run = zth(tmp_path, "doctor")
    assert (run.status, run.err) == (0, "")
    found = dict(re.findall(r"^  (\S.*?)  +(\S.*)$", run.out, re.MULTILINE))
    for name in ("zth", "python", "torch", "system", "cores", "threads", "workers", "output", "watcher", "dot"):
        assert found.get(name), name
    assert found["exercises"] == f"1 of {len(ORDER)} files: part4"
    if sys.platform == "linux":
        assert found["memory"] == "at most 2 GiB"
        assert found["ends with zth"] == "yes"
    assert str(tmp_path) not in run.out  # it can be pasted anywhere
    assert not (tmp_path / ".zth").exists()


def test_doctor_works_anywhere(tmp_path: Path) -> None:
    run = zth(tmp_path, "doctor", "--plain", environment={"COLUMNS": "50"})
    assert run.status == 0
    assert "zth init" in run.out
    assert run.out.isascii()
    assert [line for line in run.out.splitlines() if len(line) > 50] == []
