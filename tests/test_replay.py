"""`zth replay`, and the check's own lines in `zth check --verbose`: the failing draw on the learner's own code."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from workspaces import ROOT, ZTH, replaced, solved, untouched, workspace, zth

from grader.course.blanks import exercise_names
from grader.course.outline import ORDER

SLIPS = """def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    return counts_sum_inv * dprobs


def db2(dlogits):
    print("here I am", tuple(dlogits.shape))
    return -dlogits.sum(0)


def dW2(h, dlogits):
    return h @ dlogits.nothing


def dbnvar(dbnvar_inv, bnvar, eps=1e-5):
    breakpoint()
    return dbnvar_inv


"""
MICROGRAD = ("self.grad += out.grad", "self.grad = out.grad")


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = solved("micrograd")
    assert MICROGRAD[0] in text
    folder = tmp_path_factory.mktemp("wrong")
    return workspace(
        folder, part4=replaced(solved("part4"), SLIPS), micrograd=text.replace(*MICROGRAD, 1), gpt=untouched("gpt")
    )


def test_the_failing_draw_is_played_and_told(wrong: Path) -> None:
    run = zth(wrong, "replay", "db2")
    assert (run.status, run.err) == (1, "")
    before, printed, after = run.out.partition("here I am (6, 7)\n")
    assert printed
    assert "db2 is not right on draw 1 of 3" in before
    assert "db2(dlogits)    # (7,) float32: " in after
    assert "✗ db2" in after
    assert "here I am" not in after
    assert not (wrong / ".zth").exists()  # a replay is no try


def test_what_raises_is_told_with_the_learners_own_lines_alone(wrong: Path) -> None:
    run = zth(wrong, "replay", "dW2")
    assert run.status == 1
    assert "return h @ dlogits.nothing" in run.err
    assert "AttributeError: 'Tensor' object has no attribute 'nothing'" in run.err
    assert str(ROOT / "grader") not in run.err
    assert "dW2(h, dlogits)    # raised AttributeError" in run.out


def test_an_exercise_that_passes_is_played_too(wrong: Path) -> None:
    run = zth(wrong, "replay", "dlogits")
    assert run.status == 0
    assert "dlogits passes on draw 1 of 3" in run.out
    assert "dlogits(" in run.out


def test_what_cannot_be_played_is_told_as_a_check_tells_it(wrong: Path) -> None:
    run = zth(wrong, "replay", "char_codec")
    assert run.status == 1
    assert "next: zth show char_codec" in run.out


def test_without_an_exercise_it_asks_which(wrong: Path) -> None:
    run = zth(wrong, "replay", "part4")
    assert run.status == 2
    assert "Which exercise?" in run.err


class Typist:
    """Somebody at a terminal, who waits for what is shown before typing on."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        surroundings = os.environ | {"COLUMNS": "80", "PYTHONUTF8": "1", "TERM": "xterm", "NO_COLOR": "1"}
        self._process = subprocess.Popen(
            [ZTH, *arguments],
            cwd=folder,
            env=surroundings,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._seen = ""

    def sees(self, text: str) -> str:
        """Read until it is there; all that came before, too."""
        while text not in self._seen:
            self._seen += os.read(self._ours, 1 << 12).decode()
        before, _, self._seen = self._seen.partition(text)
        return before

    def types(self, text: str) -> None:
        os.write(self._ours, text.encode() + b"\n")

    def ends(self) -> int:
        try:
            while data := os.read(self._ours, 1 << 12):
                self._seen += data.decode()
        except OSError:  # the other end is closed
            pass
        os.close(self._ours)
        return self._process.wait(timeout=60)


@pytest.mark.parametrize(
    ("arguments", "at", "says"),
    [
        (["replay", "dcounts", "--pdb"], "dcounts()", "torch.Size([6, 7])"),
        (["replay", "dW2", "--pdb"], "dW2()", "torch.Size([6, 7])"),
        (["replay", "dbnvar"], "dbnvar()", "torch.Size([1, 5])"),
    ],
    ids=["a wrong value", "what raises", "a breakpoint"],
)
def test_the_debugger_stops_in_the_learners_function(wrong: Path, arguments: list[str], at: str, says: str) -> None:
    name = {"dcounts": "dprobs", "dW2": "dlogits", "dbnvar": "bnvar"}[arguments[1]]
    at_terminal = Typist(wrong, *arguments)
    assert f"exercises/part4.py({line_of(wrong, at)}){at}" in at_terminal.sees("(Pdb) ")
    at_terminal.types(f"p {name}.shape")
    assert says in at_terminal.sees("(Pdb) ")
    at_terminal.types("c")
    at_terminal.sees(f"zth show {arguments[1]}")
    assert at_terminal.ends() == 1


def line_of(folder: Path, function: str) -> int:
    """The line at which the debugger should stop."""
    lines = (folder / "exercises/part4.py").read_text("utf-8").split("\n")
    marks = {
        "dcounts()": "return counts_sum_inv * dprobs",
        "dW2()": "dlogits.nothing",
        "dbnvar()": "  return dbnvar_inv",
    }
    (found,) = [number for number, line in enumerate(lines, 1) if marks[function] in line]
    return found


# ---- the check's own lines -----------------------------------------------------------------------------------------


def test_verbose_shows_the_lines_that_led_to_the_wrong_answer(wrong: Path) -> None:
    out = zth(wrong, "check", "value_add", "--verbose", "--no-color").out
    _, _, lines = out.partition("the check's own lines, and what each made:\n")
    assert "a + b    # Value(data=" in lines
    assert "out.grad = gradient    # out = Value(data=" in lines
    assert "# a + b: a.grad: " in lines
    assert "a + a    #" not in lines  # what came after the first wrong answer
    assert "own lines" not in zth(wrong, "check", "value_add").out


def test_the_lines_are_in_the_document_too(wrong: Path) -> None:
    (verdict,) = zth(wrong, "check", "part4.dcounts", "--verbose", "--json").document["results"]
    assert verdict["steps"][-1]["text"] == "dcounts(dprobs, counts_sum_inv, dcounts_sum)"
    assert verdict["seed"] == 10


NEVER = """def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    import sys
    while sys.gettrace():
        pass
    return dprobs


"""


def test_lines_that_cannot_be_had_leave_the_verdict_as_it_is(tmp_path: Path) -> None:
    """It answers when it is graded, and never when it is watched."""
    workspace(tmp_path, part4=replaced(solved("part4"), NEVER))
    run = zth(tmp_path, "check", "dcounts", "--verbose", "--json", "--timeout", "2")
    assert run.results["dcounts"]["status"] == "failed"
    assert run.results["dcounts"]["steps"] == []
    assert run.left == ()


# ---- scripts -------------------------------------------------------------------------------------------------------

WITHOUT_ZTH = """
import runpy, sys
class Nowhere:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "grader":
            raise ImportError("there is no zth")
sys.meta_path.insert(0, Nowhere())
for script in sys.argv[1:]:
    print("===", script)
    runpy.run_path(script)
"""


def run_scripts(folder: Path, *scripts: str) -> str:
    command = [sys.executable, "-P", "-c", WITHOUT_ZTH, *scripts]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_script_has_the_inputs_and_the_call_and_needs_no_zth(wrong: Path) -> None:
    run = zth(wrong, "replay", "db2", "--script", "again.py")
    assert run.status == 1
    assert "Written: again.py." in run.out
    text = (wrong / "again.py").read_text("utf-8")
    assert "dlogits = torch.tensor([" in text
    assert "answer = part4.db2(dlogits)" in text
    assert "grader" not in text
    assert str(wrong) not in text  # the folder can be moved
    out = run_scripts(wrong.parent, str(wrong / "again.py"))
    assert "here I am (6, 7)" in out
    assert "tensor([" in out
    assert zth(wrong, "replay", "value_add", "--script", "again.py").status == 1  # ours may be written over


def test_a_script_writes_over_nothing_of_the_learners(wrong: Path) -> None:
    (wrong / "mine.py").write_text("mine = 1\n")
    for target in ("mine.py", "exercises/part4.py", "nowhere/at.py"):
        run = zth(wrong, "replay", "dcounts", "--script", target)
        assert run.status == 2
        assert target in run.err
    assert (wrong / "mine.py").read_text() == "mine = 1\n"


ALL_SCRIPTS = """
import importlib.util, sys
from pathlib import Path
from grader.checks.loading import for_the_sandbox
from grader.sandbox.scripting import script
from grader.sandbox.wire import Trace
lecture, path, out = sys.argv[1:]
spec = importlib.util.spec_from_file_location(lecture, path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
for name, check in for_the_sandbox(lecture).items():
    text = script(Trace(0, lecture, name, 11), 2, check, module, repr(str(Path(path).parent)))
    Path(out, f"{lecture}_{name}.py").write_text(text, "utf-8")
"""


@pytest.mark.parametrize("lecture", ORDER)
def test_every_exercise_has_a_script_that_runs_without_zth(tmp_path: Path, lecture: str) -> None:
    workspace(tmp_path, **{lecture: solved(lecture)})
    path = tmp_path / "exercises" / f"{lecture}.py"
    subprocess.run([sys.executable, "-c", ALL_SCRIPTS, lecture, str(path), str(tmp_path)], check=True, timeout=100)
    names = [f"{lecture}_{name}.py" for name in exercise_names(lecture)]
    out = run_scripts(tmp_path, *names)
    told = out.split("=== ")[1:]
    assert [part.partition("\n")[0] for part in told] == names
    assert all(part.partition("\n")[2].strip() for part in told)
    for name in names:
        text = (tmp_path / name).read_text("utf-8")
        assert "import grader" not in text and "from grader" not in text
        assert "@oracle" not in text
        compile(text, name, "exec")
