"""How long from a save to the drawn verdict in `zth watch`, and whether a save is lost:
`python tests/benchmarks/watching.py`.

The application runs in a terminal of 80 x 24, the file is saved in three ways, and a save's verdict counts as drawn
when its words have arrived there. The reference, in the same run: fork a worker and grade the same exercise, nothing
else.
"""

import argparse
import fcntl
import os
import pty
import select
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
ZTH = str(Path(sys.executable).with_name("zth"))
WRONG = "    print('save {0:04}')\n    return counts_sum_inv * dprobs\n"
RIGHT = "    return counts_sum_inv * dprobs + dcounts_sum  # save {0:04}\n"
PATIENCE = 20.0  # seconds after which a save counts as lost


def in_place(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def by_rename(path: Path, text: str) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def as_editors_do(path: Path, text: str) -> None:
    """The old file becomes the backup, the new one is written under its name."""
    path.replace(path.with_name(path.name + "~"))
    path.write_text(text, "utf-8")


WAYS: list[Callable[[Path, str], None]] = [in_place, by_rename, as_editors_do]


def texts() -> tuple[str, str]:
    """Part 4 solved, cut where the body of dcounts stands."""
    lines = (ROOT / "solutions" / "part4.py").read_text("utf-8").splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if line.startswith("def dcounts("))
    begin = next(i for i in range(start, len(lines)) if lines[i].strip() == "# BEGIN SOLUTION")
    end = next(i for i in range(begin, len(lines)) if lines[i].strip() == "# END SOLUTION")
    return "".join(lines[:begin]), "".join(lines[end + 1 :])


def saved(number: int) -> tuple[str, bytes]:
    """The file at a save, and what its verdict says and no other's near it does: wrong and right in turn."""
    before, after = texts()
    if number % 2:
        return before + WRONG.format(number) + after, f"save {number:04}".encode()
    return before + RIGHT.format(number) + after, "✓ dcounts passed".encode()


def watch(folder: Path, way: Callable[[Path, str], None], saves: int) -> tuple[list[float], int]:
    """Milliseconds from each save to its verdict, and how many saves were lost."""
    path = folder / "exercises" / "part4.py"
    path.write_text(saved(0)[0], "utf-8")
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = os.environ | {"TERM": "xterm-256color", "PYTHONUTF8": "1"}
    app = subprocess.Popen(
        [ZTH, "watch", "dcounts"], cwd=folder, stdin=slave, stdout=slave, stderr=slave, env=environment, process_group=0
    )
    os.close(slave)
    try:
        if not _arrives(master, "✓ dcounts passed".encode(), 60):
            raise SystemExit("zth watch did not start")
        taken, lost = [], 0
        for number in range(1, saves + 1):
            text, words = saved(number)
            _arrives(master, b"\x00", 0.25)  # what is left of the last one
            started = time.perf_counter()
            way(path, text)
            if _arrives(master, words, PATIENCE):
                taken.append((time.perf_counter() - started) * 1000)
            else:
                lost += 1
        return taken, lost
    finally:
        os.write(master, b"q")
        try:
            app.wait(5)
        except subprocess.TimeoutExpired:
            app.kill()
        os.close(master)


def _arrives(terminal: int, words: bytes, seconds: float) -> bool:
    """Wait for words on a terminal, and forget what came before them."""
    seen, deadline = b"", time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            seen += os.read(terminal, 1 << 16)
            if words in seen:
                return True
    return False


def reference(runs: int) -> list[float]:
    """Milliseconds to fork a worker and to grade the same exercise of the same texts, nothing else."""
    code = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
from watching import saved
from pathlib import Path
from grader.cli.opening import sandbox_for
with sandbox_for(["part4"]) as sandbox:
    from grader.judging.grading import grade
    from grader.judging.judge import Judge
    from grader.judging.submission import Submission, Wanted, open_text
    judge = Judge(sandbox)
    submission = Submission("part4", Path("part4.py"), "part4.py", ("dcounts",))
    for number in range({runs} + 4):
        text = saved(number)[0]
        started = time.perf_counter()
        (verdict,) = grade(judge, open_text(submission, text), Wanted(search=None)).verdicts
        if number > 3:
            print((time.perf_counter() - started) * 1000)
        assert verdict.status == ("failed" if number % 2 else "passed")
import os; sys.stdout.flush(); os._exit(0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return [float(line) for line in done.stdout.split()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--saves", type=int, default=200, help="in each way")
    saves = parser.parse_args().saves
    rows = [("fork and grade, nothing else", reference(max(20, saves // 4)), "")]
    for way in WAYS:
        folder = Path(tempfile.mkdtemp())
        (folder / "exercises").mkdir()
        taken, lost = watch(folder, way, saves)
        rows.append((f"saved {way.__name__.replace('_', ' ')}", taken, f"{lost} of {saves}"))
        shutil.rmtree(folder)
    print("| from a save to its drawn verdict, ms | median | 9 of 10 below | lost |")
    print("|--------------------------------------|-------:|--------------:|-----:|")
    for name, taken, lost in rows:
        most = statistics.quantiles(taken, n=10)[-1]
        print(f"| {name:<36} | {statistics.median(taken):>6.0f} | {most:>13.0f} | {lost:>4} |")


if __name__ == "__main__":
    main()
