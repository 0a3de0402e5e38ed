"""`zth watch`: no save is lost, a new one calls the old one off, and both front ends tell what came of it."""

import asyncio
import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static
from textual.widgets._footer import FooterKey
from workspaces import left_of, replaced, solved, start, untouched, workspace, zth

from grader.cli.watch import opened
from grader.course import progress
from grader.course.blanks import exercise_names
from grader.course.outline import lecture as read_lecture
from grader.course.workspace import Workspace
from grader.judging.submission import Submission
from grader.watching.app import Watching
from grader.watching.desk import Desk, Order
from grader.watching.saves import drive, saves

TO_DO = '    raise NotImplementedError("part4.dcounts")\n\n\n'
HEAD = "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n"
WRONG = replaced(solved("part4"), HEAD + "    return counts_sum_inv * dprobs\n\n\n")
RIGHT = solved("part4")
PATIENCE = 30  # seconds for anything on a busy machine


# ---- which files were saved ---------------------------------------------------------------------------------------


def in_place(path: Path, text: str) -> None:
    path.write_text(text)


def by_rename(path: Path, text: str) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(text)
    beside.replace(path)


def backup_first(path: Path, text: str) -> None:
    path.replace(path.with_name(path.name + "~"))
    path.write_text(text)


def removed_first(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text)


def in_pieces(path: Path, text: str) -> None:
    with path.open("w") as file:
        for letter in text:
            file.write(letter)
            file.flush()


@contextmanager
def watched(path: Path, poll: bool) -> Iterator[tuple["queue.Queue[str]", list[str]]]:
    """What `saves` yields, as it comes, and what it says."""
    stop, found, words = threading.Event(), queue.Queue[str](), list[str]()
    ready = threading.Event()

    def collect() -> None:
        for name in saves({"one": path}, stop, poll, words.append):
            found.put(name)
            ready.set()

    thread = threading.Thread(target=collect)
    thread.start()
    try:
        while not ready.is_set():  # until the watching has begun
            path.write_text(f"begun {time.monotonic()}")
            ready.wait(0.1)
        yield found, words
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("poll", [False, True], ids=["events", "polling"])
@pytest.mark.parametrize("way", [in_place, by_rename, backup_first, removed_first, in_pieces])
def test_every_save_is_noticed(tmp_path: Path, way: Callable[[Path, str], None], poll: bool) -> None:
    path = tmp_path / "one.py"
    path.write_text("nothing yet")
    with watched(path, poll) as (found, _):
        for number in range(25):
            way(path, f"{number % 10} is as long as all the others")
            found.get(timeout=PATIENCE)
            deadline = time.monotonic() + PATIENCE
            while not found.empty() and time.monotonic() < deadline:  # one in pieces may be seen more than once
                found.get()


@pytest.mark.parametrize("poll", [False, True], ids=["events", "polling"])
def test_after_many_saves_at_once_the_last_is_noticed(tmp_path: Path, poll: bool) -> None:
    path = tmp_path / "one.py"
    path.write_text("nothing yet")
    with watched(path, poll) as (found, _):
        for number in range(200):
            in_place(path, f"{number:03}")
        seen = path.read_text()
        assert seen == "199"
        found.get(timeout=PATIENCE)


def test_polling_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    path.write_text("nothing yet")
    with watched(path, True) as (_, words):
        pass
    assert words == ["As you asked: looking at your files every 0.05 s instead of waiting to be told."]


def test_a_save_that_no_event_tells_of_is_noticed_and_from_then_on_the_files_are_looked_at(tmp_path: Path) -> None:
    """As on a drive that somebody else writes to: here the file is a hard link, written under its other name."""
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    path, other = tmp_path / "here" / "one.py", tmp_path / "there" / "one.py"
    path.write_text("nothing yet")
    os.link(path, other)
    with watched(path, False) as (found, words):
        while not words:
            other.write_text(f"written elsewhere {time.monotonic()}")
            found.get(timeout=PATIENCE)
        other.write_text("and once more")
        found.get(timeout=PATIENCE)
    assert words == [
        "The system does not tell of saves in this folder: looking at your files every 0.05 s instead of waiting to be "
        "told."
    ]


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/", "ext4"), ("/etc", "ext4"), ("/mnt/c/me", "9p"), ("/mnt/c", "9p"), ("/mnt/cold", "ext4"), ("/a b/x", "nfs4")],
)
def test_the_kind_of_drive_is_read_from_the_mounts(tmp_path: Path, folder: str, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda / ext4 rw 0 0\nC:\\134 /mnt/c drvfs rw 0 0\nC:\\134 /mnt/c 9p rw 0 0\n"
        "server:/x /a\\040b nfs4 rw 0 0\n"
    )
    assert drive(Path(folder), mounts) == kind
    assert drive(Path(folder), tmp_path / "none") == ""


# ---- what waits ---------------------------------------------------------------------------------------------------


def test_the_newest_save_is_graded_first_and_what_ran_gives_way() -> None:
    desk = Desk()
    desk.put(Order("part1", whole=True))
    first = desk.take()
    assert first and not desk.called_away()
    desk.put(Order("part4"))
    assert desk.called_away()
    desk.put(Order("part4"))
    assert [order.lecture for order in (desk.take(), desk.take()) if order] == ["part4", "part1"]


def test_a_hint_does_not_push_out_a_save() -> None:
    desk = Desk()
    desk.put(Order("part4"))
    desk.take()
    desk.put(Order("part4", ("dcounts",)))
    asked, later = desk.take(), desk.take()
    assert asked and asked.exercises == ("dcounts",)
    assert later and not later.exercises and not desk.called_away()
    desk.put(Order("part4", ("dcounts",)))
    desk.put(Order("part4"))
    order = desk.take()
    assert order and not order.exercises
    desk.close()
    assert desk.take() is None


def slow_once(folder: Path, answer: str = "None") -> tuple[str, Path]:
    """The body of a function that does not end when it is called first, and the file that it then makes. answer: what
    it returns later, once something is written in that file.
    """
    path = folder / "begun"
    tries = f"    try:\n        open({str(path)!r}, 'x').close()\n    except FileExistsError:\n"
    later = f"        return {answer} if open({str(path)!r}).read() else None\n"
    return tries + later + "    while True:\n        pass\n\n\n", path


def until_called(path: Path) -> None:
    """Wait for what a function makes when it is called."""
    until_true(path.exists)


def until_true(holds: Callable[[], bool]) -> None:
    """Wait for something that another process does; it fails if that does not come."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# ---- line by line, with the real command --------------------------------------------------------------------------


class Lines:
    """A running `zth watch --plain`."""

    def __init__(self, folder: Path, *arguments: str, **options: Any) -> None:
        self.process, self.number = start(
            folder, "watch", *arguments, "--plain", stdin=subprocess.PIPE, stderr=subprocess.STDOUT, **options
        )
        self.all: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put("(ended)")

    def until(self, words: str) -> str:
        """All lines up to one that has some words."""
        seen: list[str] = []
        deadline = time.monotonic() + PATIENCE
        while not seen or words not in seen[-1]:
            assert words == "(ended)" or "(ended)" not in seen, "\n".join(self.all)
            try:
                seen.append(self._lines.get(timeout=max(0.01, deadline - time.monotonic())))
            except queue.Empty:
                raise AssertionError(f"never said {words!r}:\n" + "\n".join(self.all + seen)) from None
        self.all += seen
        return "\n".join(seen)

    def type(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self) -> int:
        self.type("q")
        status = self.process.wait(PATIENCE)
        assert left_of(self.number) == ()
        return status


@contextmanager
def lines(folder: Path, *arguments: str, **options: Any) -> Iterator[Lines]:
    running = Lines(folder, *arguments, **options)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()


def records(folder: Path) -> dict[str, dict[str, Any]]:
    return dict(json.loads((folder / ".zth" / "progress.json").read_text()))


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [(("dcounts",), {}), ((), {}), (("part4", "--poll"), {}), (("dcounts",), {"ZTH_WORKERS": "spawned"})],
    ids=["an exercise", "no target", "polling", "spawned workers"],
)
def test_wrong_hint_right_solution(tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    folder = workspace(tmp_path, part4=replaced(RIGHT, HEAD + TO_DO))
    path = folder / "exercises" / "part4.py"
    with lines(folder, *arguments, environment=environment) as watch:
        watch.until("Watching exercises/part4.py: 31 of 32 passed.")
        watch.until("Ctrl-C ends.")
        path.write_text(WRONG)
        said = watch.until("passed. h: a hint")
        assert "x dcounts" in said
        assert "Your gradient goes back only through probs." in said
        assert "yours -0.05994, expected 0.1971" in said
        watch.type("h")
        assert "into how many lines does it go?" in watch.until("come")
        watch.type("h")
        assert "x dcounts" not in watch.until("The question there:")  # after a longer search; what was told is not
        watch.type("s")
        watch.until("shown after yours has passed")
        assert records(folder)["part4.dcounts"]["status"] == "failed"
        path.write_text(RIGHT.replace("return through_probs + through_sum", "return through_sum + through_probs"))
        said = watch.until("32 of 32 passed.")
        assert "ok dcounts passed" in said
        watch.type("s")
        said = watch.until("+    return through_probs + through_sum")
        assert "-    return through_sum + through_probs" in said
        watch.type("h")
        watch.until("dcounts has passed; there is no hint to read.")
        watch.type("n")
        watch.until("runs the lecture's own experiment")
        watch.type("h nonsense")
        watch.until("has no exercise 'nonsense'")
        assert watch.end() == 0
    kept = records(folder)["part4.dcounts"]
    assert (kept["status"], kept["tries"], kept["hints"]) == ("passed", 1, 2)
    assert {record["status"] for record in records(folder).values()} == {"passed"}


def test_what_is_kept_is_what_a_check_keeps(tmp_path: Path) -> None:
    for name in ("watched", "checked"):
        workspace(tmp_path / name, part4=WRONG)
    with lines(tmp_path / "watched", "part4") as watch:
        watch.until("Ctrl-C ends.")
        watch.type("r")
        watch.until("31/32")
        watch.end()
    zth(tmp_path / "checked", "check", "part4")
    assert records(tmp_path / "watched") == records(tmp_path / "checked")


def test_a_hint_does_not_push_out_what_another_command_keeps(tmp_path: Path) -> None:
    place = Workspace(workspace(tmp_path, part4=WRONG))
    dcounts = read_lecture("part4").exercises["dcounts"]
    submission = Submission("part4", place.file("part4"), "exercises/part4.py", ("dcounts",))
    progress.write(place, {})
    with opened(place, {"part4": submission}) as session:
        reading = threading.Thread(target=session.hands.hint, args=(dcounts,))

        def other(records: progress.Progress) -> None:
            reading.start()
            reading.join(0.3)  # it waits, or else it has read what is about to be out of date
            records["part4.dh"] = progress.Record(hints=1)

        progress.change(place, other)
        reading.join()
    assert {slug: record.hints for slug, record in progress.read(place).items()} == {"part4.dcounts": 1, "part4.dh": 1}


def test_a_save_calls_off_what_is_being_graded(tmp_path: Path) -> None:
    """The loop would be waited for for an hour."""
    folder = workspace(tmp_path, part4=RIGHT)
    path, looping = folder / "exercises" / "part4.py", folder / "looping"
    endless = f"    open({str(looping)!r}, 'w').close()\n    while True: pass\n\n\n"
    with lines(folder, "dcounts") as watch:
        watch.until("Ctrl-C ends.")
        path.write_text(replaced(RIGHT, HEAD + endless))
        deadline = time.monotonic() + PATIENCE
        while not looping.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        began = time.monotonic()
        path.write_text(WRONG)
        said = watch.until("passed. h: a hint")
        assert "timeout" not in said
        assert time.monotonic() - began < 9  # its own deadline is 10 s
        assert watch.end() == 0


def test_a_file_that_is_half_written_is_not_told_of(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=WRONG)
    path = folder / "exercises" / "part4.py"
    with lines(folder, "dcounts") as watch:
        watch.until("Ctrl-C ends.")
        for half in (len(RIGHT) // 2, RIGHT.index("return through_probs") + 3, 0):
            with path.open("w") as file:
                file.write(RIGHT[:half])
                file.flush()
                file.write(RIGHT[half:])
            assert "error" not in watch.until("32 of 32 passed.")
            path.write_text(WRONG)
            assert "error" not in watch.until("31 of 32 passed.")
        assert watch.end() == 0


def test_a_file_that_is_gone_or_does_not_compile_is_told_of_and_comes_back(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=RIGHT)
    path = folder / "exercises" / "part4.py"
    with lines(folder, "dcounts") as watch:
        watch.until("Ctrl-C ends.")
        path.unlink()
        watch.until("exercises/part4.py does not exist")
        path.write_text(WRONG)
        assert "does not exist" not in watch.until("31 of 32 passed.")  # it was said once, not of every exercise
        path.write_text(WRONG.replace("return counts_sum_inv * dprobs", "return counts_sum_inv * (dprobs"))
        watch.until("was never closed")
        path.write_text(RIGHT)
        watch.until("32 of 32 passed.")
        assert watch.end() == 0
    assert records(folder)["part4.dcounts"]["status"] == "passed"


def test_a_hint_while_the_rest_is_graded_brings_no_report_that_nobody_asked_for(tmp_path: Path) -> None:
    slow, called = slow_once(tmp_path, "dlogits @ W2.T")
    called.touch()  # not yet
    text = replaced(RIGHT, HEAD + TO_DO + "def dh(dlogits, W2):\n" + slow)
    folder = workspace(tmp_path, part4=text)
    with lines(folder, "part4") as watch:
        watch.until("Ctrl-C ends.")
        called.unlink()
        (folder / "exercises" / "part4.py").write_text(
            replaced(text, HEAD + "    return counts_sum_inv * dprobs\n\n\n")
        )
        watch.until("h: a hint")
        until_called(called)
        called.write_text("from now on it is right")
        watch.type("h")
        said = watch.until("dh: passed; it was failed before this save.")
        assert "hint 1 of 3" in said
        assert "no exercise's own code" not in said and "x dcounts" not in said
        assert watch.end() == 0


def test_what_is_saved_before_the_greeting_is_told(tmp_path: Path) -> None:
    slow, called = slow_once(tmp_path)
    text = replaced(RIGHT, HEAD + slow)
    folder = workspace(tmp_path, part4=text)
    with lines(folder, "part4") as watch:
        until_called(called)
        wrong = "def dh(dlogits, W2):\n    return dlogits @ W2\n\n\n"
        (folder / "exercises" / "part4.py").write_text(replaced(text, wrong))
        assert "x dh" in watch.until("h: a hint")
        assert "no exercise's own code" not in watch.until("Watching exercises/part4.py: 30 of 32 passed.")
        assert watch.end() == 0


def test_another_lectures_save_before_the_greeting_is_told_and_what_gave_way_to_it_is_not(tmp_path: Path) -> None:
    slow, called = slow_once(tmp_path)
    folder = workspace(tmp_path, part4=replaced(RIGHT, HEAD + slow), part1=untouched("part1"))
    with lines(folder) as watch:
        until_called(called)
        (folder / "exercises" / "part1.py").write_text(solved("part1"))
        assert "ok sample_names passed" in watch.until("s: the course's own answer")
        watch.until("Watching exercises/part1.py: 19 of 19 passed.")
        watch.until("Ctrl-C ends.")
        kept = folder / ".zth" / "progress.json"
        until_true(lambda: kept.exists() and "part4.dcounts" in kept.read_text())
        watch.type("?")
        assert "part4" not in watch.until("Keys:")
        assert watch.end() == 0


def test_another_lecture_saved_as_it_was_is_told_of_and_the_keys_stay_where_they_were(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=WRONG, part1=untouched("part1"))
    path = folder / "exercises" / "part1.py"
    with lines(folder) as watch:
        watch.until("Ctrl-C ends.")
        path.write_text(untouched("part1") + "# a comment\n")
        watch.until("exercises/part1.py: no exercise's own code has changed.")
        watch.type("a")
        watch.until("write: exercises/part4.py")
        watch.type("h dcounts")
        watch.until("hint 1 of 3")
        assert watch.end() == 0


def test_what_is_wrong_with_a_file_as_a_whole_is_told_once(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=RIGHT)
    both = HEAD + "    return counts_sum_inv * dprobs\n\n\n" + "def dh(dlogits, W2):\n    return dlogits @ W2\n\n\n"
    with lines(folder, "part4") as watch:
        watch.until("Ctrl-C ends.")
        (folder / "exercises" / "part4.py").write_text("import nonsense\n" + replaced(RIGHT, both))
        said = watch.until("30 of 32 passed.")
        assert "x dcounts" in said and "x dh" in said
        assert said.count("No module named 'nonsense'") == 1
        assert watch.end() == 0


@pytest.mark.parametrize(("lecture", "exercise"), [("part4", "compare_grads"), ("part1", "build_vocab")])
def test_the_keys_name_an_exercise_of_the_lecture_that_is_watched(tmp_path: Path, lecture: str, exercise: str) -> None:
    with lines(workspace(tmp_path, **{lecture: untouched(lecture)})) as watch:
        watch.until("Ctrl-C ends.")
        watch.type("?")
        watch.until(f"a hint for {exercise}.")
        assert watch.end() == 0


def test_ctrl_c_ends_it_and_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=untouched("part4"))
    with lines(folder, "part4", start_new_session=True) as watch:
        watch.until("Ctrl-C ends.")
        watch.process.send_signal(signal.SIGINT)
        assert watch.process.wait(PATIENCE) == 130
        assert left_of(watch.number) == ()
        assert watch.until("(ended)").strip() == "(ended)"


def test_it_ends_when_nobody_reads_any_more(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=untouched("part4"))
    process, number = start(folder, "watch", "part4", "--plain", stdin=subprocess.DEVNULL)
    assert process.stdout and process.stderr
    assert process.stdout.readline().startswith("Watching")
    process.stdout.close()
    assert process.wait(PATIENCE) == 0
    assert left_of(number) == ()
    process.stderr.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dcount",), "Did you mean dcounts"),
        (("part1",), "exercises/part1.py does not exist"),
        (("--workspace", "nowhere"), "`zth init nowhere` makes one"),
    ],
)
def test_what_cannot_be_watched_is_told(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    folder = workspace(tmp_path, part4=untouched("part4"))
    run = zth(folder, "watch", *arguments)
    assert run.status == 2
    assert words in run.err


# ---- the application ----------------------------------------------------------------------------------------------


@asynccontextmanager
async def app(
    folder: Path, exercise: str = "dcounts", size: tuple[int, int] = (80, 24), begun: str = "verdict"
) -> AsyncIterator[Pilot[None]]:
    """The application on part 4 (and part 1, where there is one), with a real session, once it says that it has begun:
    after the first verdicts, or earlier.
    """
    place = Workspace(folder)
    names = [name for name in ("part4", "part1") if place.file(name).exists()]
    files = {n: Submission(n, place.file(n), f"exercises/{n}.py", exercise_names(n)) for n in names}
    with opened(place, files) as session:
        async with Watching(session, "part4", exercise).run_test(size=size) as pilot:
            await until(pilot, lambda: begun in shown(pilot, "state"))
            yield pilot


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "\n".join(shown(pilot, part) for part in ("head", "text", "state"))
        await pilot.pause(0.02)


def shown(pilot: Pilot[None], part: str) -> str:
    return str(pilot.app.query_one(f"#{part}", Static).content)


def in_view(pilot: Pilot[None]) -> str:
    """The lines of the verdict that are not scrolled out of sight."""
    verdict = pilot.app.query_one("#verdict")
    first, height = int(verdict.scroll_y), verdict.scrollable_content_region.height
    return "\n".join(shown(pilot, "text").splitlines()[first : first + height])


def longest(pilot: Pilot[None]) -> int:
    return max(map(len, shown(pilot, "text").splitlines()))


def chosen(pilot: Pilot[None]) -> str:
    option = pilot.app.query_one("#list", OptionList).highlighted_option
    return str(option.prompt) if option else ""


def test_a_day_in_the_application(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=replaced(RIGHT, HEAD + TO_DO))
    path = folder / "exercises" / "part4.py"

    async def day() -> None:
        async with app(folder) as pilot:
            assert chosen(pilot) == "· dcounts"
            assert "31/32" in shown(pilot, "head")
            assert "Still to do" in shown(pilot, "text") and "Returns:" in shown(pilot, "text")
            path.write_text(WRONG)
            await until(pilot, lambda: "goes back only through probs" in shown(pilot, "text"))
            assert chosen(pilot) == "✗ dcounts"
            assert "expected 0.1971" in shown(pilot, "text")
            assert "Returns:" not in shown(pilot, "text")
            await pilot.press("a")
            assert "Returns:" in shown(pilot, "text")
            await pilot.press("s")
            assert "shown after yours has passed" in shown(pilot, "state")
            await pilot.press("h", "h")
            text = shown(pilot, "text")
            assert "hint 1 of 3" in text and "hint 2 of 3" in text and "hint 3 of 3" not in text
            await until(pilot, lambda: "one change here makes your answer right" in shown(pilot, "text"))
            path.write_text(RIGHT.replace("return through_probs + through_sum", "return through_sum + through_probs"))
            await until(pilot, lambda: "dcounts passed" in shown(pilot, "text"))
            assert chosen(pilot) == "✓ dcounts"  # it did not go on by itself
            assert "hint" not in shown(pilot, "text")
            await pilot.press("s")
            assert "-    return through_sum + through_probs" in shown(pilot, "text")
            await pilot.press("s")
            assert "through_sum" not in shown(pilot, "text")
            await pilot.press("n")
            assert "has passed" in shown(pilot, "state")
            await pilot.press("up")
            assert chosen(pilot) == "✓ dcounts_sum"
            await pilot.press("j", "j")
            assert chosen(pilot) == "✓ dnorm_logits"
            await pilot.click("#list", offset=(4, 0))
            assert chosen(pilot) == "✓ compare_grads"
            assert "compare_grads passed" in shown(pilot, "text")
            await pilot.press("q")

    asyncio.run(day())
    kept = records(folder)["part4.dcounts"]
    assert (kept["status"], kept["tries"], kept["hints"]) == ("passed", 1, 2)


def test_a_save_of_another_exercise_or_lecture_is_shown_and_a_wrong_one_first(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=RIGHT, part1=untouched("part1"))

    async def day() -> None:
        async with app(folder, "compare_grads") as pilot:
            right = HEAD + "    return counts_sum_inv * dprobs + dcounts_sum\n\n\n"
            wrong = "def dh(dlogits, W2):\n    return dlogits @ W2\n\n\n"
            (folder / "exercises" / "part4.py").write_text(replaced(RIGHT, right + wrong))
            await until(pilot, lambda: chosen(pilot) == "✗ dh")
            await until(pilot, lambda: "31/32" in shown(pilot, "head"))
            (folder / "exercises" / "part1.py").write_text(solved("part1"))
            await until(pilot, lambda: "part1" in shown(pilot, "head") and "19/19" in shown(pilot, "head"))
            await pilot.press("l")
            assert "part4" in shown(pilot, "head") and "31/32" in shown(pilot, "head")
            assert chosen(pilot) == "✗ dh"

    asyncio.run(day())


@pytest.mark.parametrize("width", [80, 50, 35])
def test_everything_fits_whatever_the_width(tmp_path: Path, width: int) -> None:
    folder = workspace(tmp_path, part4=WRONG)

    async def day() -> None:
        async with app(folder, size=(width, 24)) as pilot:
            await check(pilot, width)
            other = 120 if width < 70 else 40
            await pilot.resize_terminal(other, 30)
            await check(pilot, other)

    async def check(pilot: Pilot[None], width: int) -> None:
        listed, verdict = pilot.app.query_one("#list"), pilot.app.query_one("#verdict")
        await until(pilot, lambda: (listed.region.y < verdict.region.y) == (width < 70))
        await until(
            pilot, lambda: max(map(len, shown(pilot, "text").splitlines())) <= verdict.scrollable_content_region.width
        )
        assert listed.region.height > 3 and verdict.region.height > 6
        assert "goes back only" in shown(pilot, "text")

    asyncio.run(day())


def test_more_than_fits_is_scrolled_by_keys(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=untouched("part4"))

    async def day() -> None:
        async with app(folder, size=(50, 20)) as pilot:
            verdict = pilot.app.query_one("#verdict")
            await until(pilot, lambda: verdict.max_scroll_y > 0)
            await pilot.press("pagedown")
            await until(pilot, lambda: verdict.scroll_y > 0)
            await pilot.press("pageup", "b", "b")
            await until(pilot, lambda: verdict.scroll_y == 0)
            assert chosen(pilot) == "· dcounts"

    asyncio.run(day())


@pytest.mark.parametrize("text", [untouched("part4"), WRONG], ids=["still to do", "wrong"])
def test_the_newest_hint_is_in_view_whatever_stands_above_it(tmp_path: Path, text: str) -> None:
    folder = workspace(tmp_path, part4=text)

    async def day() -> None:
        async with app(folder) as pilot:
            if text == WRONG:
                await pilot.press("a")
            for number in (1, 2, 3):
                await pilot.press("h")
                await until(pilot, lambda number=number: f"hint {number} of 3" in in_view(pilot))  # type: ignore[misc]
            assert pilot.app.query_one("#verdict").max_scroll_y > 0

    asyncio.run(day())


def test_what_gave_way_to_a_key_does_not_lead_back_to_its_lecture(tmp_path: Path) -> None:
    slow, called = slow_once(tmp_path)
    folder = workspace(tmp_path, part4=replaced(RIGHT, HEAD + slow), part1=untouched("part1"))

    async def day() -> None:
        async with app(folder, begun="grading 32 exercises of part4") as pilot:
            await until(pilot, called.exists)
            await pilot.press("l")
            assert "part1" in shown(pilot, "head")
            await until(pilot, lambda: "part4.py: verdict" in shown(pilot, "state"))
            assert "part1" in shown(pilot, "head")

    asyncio.run(day())


def test_progress_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=WRONG)
    (folder / ".zth").write_text("a file, where a folder should be")

    async def day() -> None:
        async with app(folder, begun="Your progress could not be kept") as pilot:
            await pilot.pause(0.5)
            assert "Your progress could not be kept" in shown(pilot, "state")  # it is not written over at once

    asyncio.run(day())


def test_only_the_least_needed_keys_are_cut_where_it_is_narrow(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=WRONG)

    async def day() -> None:
        async with app(folder, size=(50, 24)) as pilot:
            await until(pilot, lambda: len(pilot.app.query(FooterKey)) >= 7)
            keys = {key.key: key.region.right for key in pilot.app.query(FooterKey)}
            assert all(keys[key] <= 50 for key in "hasnvq")

    asyncio.run(day())
