"""Speed and memory as ratios, each against a baseline in the same run: `python tests/benchmarks/measure.py`.

A pair is measured in turn (A B A B ...), and the median of the pairs' ratios is told: machines are shared and noisy.
The table in the README is this script's output.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.course.outline import ORDER

ZTH = str(Path(sys.executable).with_name("zth"))
IMPORT_TORCH = [sys.executable, "-c", "import torch"]
IMPORT_CLICK = [sys.executable, "-c", "import click"]
LECTURES = ("part4", "micrograd")  # whose wrong answers are named
WIDTH = 51  # of the longest name


def seconds(command: list[str]) -> float:
    """Wall time of a whole process."""
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - started


def memory(command: list[str]) -> float:
    """Largest sum of PSS (MiB) over a process and all that it started, sampled while it runs. Linux."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    largest = 0.0
    while process.poll() is None:
        largest = max(largest, sum(_pss(pid) for pid in _family(process.pid)))
    return largest / 1024


def _family(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    family = [root]
    for pid in family:
        family += [child for child, parent in parents.items() if parent == pid]
    return family


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def ratio(measure: Callable[[list[str]], float], command: list[str], baseline: list[str], pairs: int) -> float:
    """The median ratio of pairs, after one pair that warms the caches."""
    measure(command), measure(baseline)
    return statistics.median(measure(command) / measure(baseline) for _ in range(pairs))


def warm(lecture: str, runs: int) -> float:
    """Milliseconds from text to verdicts of a solved lecture, in a process that has graded it before."""
    code = f"""
import gc, statistics, sys, time
gc.disable()
from pathlib import Path
from grader.cli.opening import sandbox_for
from grader.course.blanks import exercise_names
from grader.course.root import solution_file
from grader.judging.submission import Submission, Wanted, open_file
with sandbox_for(["{lecture}"]) as sandbox:
    from grader.judging.grading import grade
    from grader.judging.judge import Judge
    judge, times = Judge(sandbox), []
    for _ in range({runs}):
        started = time.perf_counter()
        submission = Submission("{lecture}", solution_file("{lecture}"), "", exercise_names("{lecture}"))
        verdicts = grade(judge, open_file(submission), Wanted()).verdicts
        times.append(time.perf_counter() - started)
    assert all(v.status == "passed" for v in verdicts)
    print(statistics.median(times[2:]) * 1000)
import os; sys.stdout.flush(); os._exit(0)
"""
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def naming(lecture: str, without: str, with_it: str) -> tuple[float, float]:
    """Milliseconds that naming, or looking for the place, adds to a verdict in a process that has torch: median and 9th
    decile over the lecture's misconceptions, each graded as a learner's answer would be, with and without it.
    """
    code = f"""
import statistics, sys, time
from grader.cli.opening import sandbox_for
from grader.course.root import solution_file
with sandbox_for(["{lecture}"]) as sandbox:
    from grader.judging import behaving
    from grader.judging.grading import grade
    from grader.judging.judge import Judge
    from grader.judging.submission import Submission, Wanted, open_text
    from grader.variants.edits import apply, in_place
    judge, times = Judge(sandbox), []
    ref = judge.reference("{lecture}")
    for name, exercise in ref.lecture.exercises.items():
        endless = [m.name for m in exercise.words.misconceptions if m.never_ends]
        for what, rewritten in behaving.rewritten(ref, exercise).items():
            text = apply(ref.source, [in_place(ref.source, rewritten)])
            opened = open_text(Submission("{lecture}", solution_file("{lecture}"), "", (name,)), text)
            took = []
            for options in (dict({without}), dict({with_it})) if what not in endless else ():
                started = time.perf_counter()
                grade(judge, opened, Wanted(needs=False, **options))
                took.append(time.perf_counter() - started)
            times += [1000 * (took[1] - took[0])] if took else []
    print(statistics.median(times), statistics.quantiles(times, n=10)[-1])
import os; sys.stdout.flush(); os._exit(0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    median, most = map(float, done.stdout.split())
    return median, most


def rows(folder: str, pairs: int) -> Iterator[tuple[str, str, str]]:
    """What is measured, the figure, and what it is to hold, as they come. folder: a workspace with all solutions."""

    def cold(command: list[str], baseline: list[str]) -> str:
        return f"{ratio(seconds, command, baseline, pairs):.2f}"

    for lecture in ORDER:
        check = [ZTH, "check", lecture, "--workspace", folder, "--fresh"]
        goal = "<= 0.75" if lecture == "part4" else "<= 0.85"
        yield f"zth check {lecture}, cold / import torch", cold(check, IMPORT_TORCH), goal
    again = [ZTH, "check", "part4", "--workspace", folder]
    yield "zth check part4, unchanged / import click", cold(again, IMPORT_CLICK), "<= 3"
    for command in (["--help"], ["list"], ["show", "dcounts"], ["hint", "dcounts", "--workspace", folder]):
        yield f"zth {command[0]} / import click", cold([ZTH, *command], IMPORT_CLICK), "<= 3"
    if sys.platform == "linux":
        figure = ratio(memory, [*again, "--fresh"], IMPORT_TORCH, 3)
        yield "memory of zth check part4 (PSS) / import torch", f"{figure:.2f}", "<= 1.25"
    for lecture in ORDER:
        goal = "<= 25" if lecture == "part4" else "<= 50"
        yield f"{lecture} in a process that has torch, ms", f"{warm(lecture, 20):.0f}", goal
    for lecture in LECTURES:
        median, most = naming(lecture, "diagnose=False, search=None", "search=None")
        yield f"naming a wrong answer, {lecture}, median, ms", f"{median:.0f}", "<= 40"
        yield f"naming a wrong answer, {lecture}, 9 of 10 below, ms", f"{most:.0f}", "<= 150"
        median, most = naming(lecture, "search=None", "")
        yield f"looking for the place, {lecture}, median, ms", f"{median:.0f}", "<= 150"
        yield f"looking for the place, {lecture}, 9 of 10 below, ms", f"{most:.0f}", ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pairs", type=int, default=9)
    pairs = parser.parse_args().pairs
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    solutions = Path(__file__).parents[2] / "solutions"
    print(f"| {'what':<{WIDTH}} | measured | to hold |")
    print(f"|{'-' * (WIDTH + 2)}|---------:|---------|")
    with tempfile.TemporaryDirectory() as folder:
        exercises = Path(folder, "exercises")
        exercises.mkdir()
        for lecture in ORDER:
            shutil.copy(solutions / f"{lecture}.py", exercises)
        for name, figure, goal in rows(folder, pairs):
            print(f"| {name:<{WIDTH}} | {figure:>8} | {goal:<7} |", flush=True)


if __name__ == "__main__":
    main()
