"""How often the place of a mistake is found, and whether it holds: `python tests/benchmarks/locating.py`.

Every known wrong answer (the authored misconceptions and the unlisted ones in tests/unlisted) is graded as `zth check`
does it, and once more with the longer search of `zth hint`. Each place that is found must have a change that is right
on ten fresh draws. The script fails below its thresholds. `--places FILE` writes every place down, to be read.
"""

import argparse
import ast
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS))

from workspaces import replaced, solved  # noqa: E402

from grader.cli.opening import sandbox_for  # noqa: E402
from grader.course.outline import ORDER  # noqa: E402
from grader.course.root import solution_file  # noqa: E402
from grader.judging.submission import AT_CHECK, AT_HINT, Budget, Submission, Wanted, open_text  # noqa: E402

LOCATED_AT_CHECK, LOCATED_AT_HINT, TOLD = 0.35, 0.45, 0.80  # at least, of all
FRESH = tuple(range(40, 50))
SECONDS = 2.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lectures", nargs="*", default=list(ORDER))
    parser.add_argument("--places", type=Path, metavar="FILE")
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    broken: list[str] = []
    places: list[str] = []
    took: dict[str, list[float]] = {"check": [], "hint": []}
    with sandbox_for(asked.lectures) as sandbox:
        from grader.judging import grading, locating
        from grader.judging.judge import Judge
        from grader.variants.edits import apply, in_place

        judge = Judge(sandbox)
        found: dict[str, locating.Located | None] = {}
        search = locating.locate

        def noted(*arguments: object) -> locating.Located | None:
            started = time.perf_counter()
            found["last"] = search(*arguments)  # type: ignore[arg-type]
            took[str(found_by)].append(time.perf_counter() - started)
            return found["last"]

        locating.locate = noted  # type: ignore[assignment]
        for lecture, exercise, what, text in wrong_answers(judge, asked.lectures):
            opened = open_text(Submission(lecture, solution_file(lecture), lecture, (exercise,)), text)
            told = False
            for found_by, budget in (("check", AT_CHECK), ("hint", AT_HINT)):
                found["last"] = None
                verdict = graded(grading, judge, opened, budget, diagnose=found_by == "check")
                if verdict.status in ("passed", "forbidden", "todo"):
                    break
                counts["all"] += found_by == "check"
                told |= verdict.diagnosis is not None or verdict.place is not None
                if (located := found["last"]) is None:
                    continue
                counts[found_by] += 1
                counts[f"{found_by} in time"] += took[found_by][-1] <= budget.seconds
                if found_by == "hint":
                    edited = apply(opened.source, [in_place(opened.source, located.repairs[0].rewritten)])
                    if not holds(grading, judge, lecture, exercise, edited):
                        broken.append(f"{lecture}.{exercise}: {what}")
                    marked = opened.source.lines()[located.place.line - 1]
                    places.append(
                        f"{lecture}.{exercise}: {what}\n    {located.place.line}  {marked}\n"
                        f"    {' ' * len(str(located.place.line))}  {' ' * (located.place.column - 1)}^"
                        f"  [{located.repairs[0].operator}, {len(located.repairs)} pass]\n"
                    )
            counts["told"] += told
    if asked.places:
        asked.places.write_text("\n".join(places), "utf-8")
    total = counts["all"]
    print(f"{total} wrong answers of {len(asked.lectures)} lectures")
    for by in ("check", "hint"):
        print(
            f"located at {by:5}  {counts[by]:4}  {counts[by] / total:6.1%}   in time {counts[f'{by} in time']}   "
            f"{1000 * statistics.median(took[by]):.0f} ms in the median, {1000 * max(took[by]):.0f} ms at most"
        )
    print(f"words or place   {counts['told']:4}  {counts['told'] / total:6.1%}")
    print(f"places that do not hold on ten fresh draws: {len(broken)}", *broken, sep="\n  ")
    good = counts["check"] >= LOCATED_AT_CHECK * total and counts["hint"] >= LOCATED_AT_HINT * total
    return 0 if good and counts["told"] >= TOLD * total and not broken else 1


def wrong_answers(judge: object, lectures: list[str]) -> Iterator[tuple[str, str, str, str]]:
    """Lecture, exercise, what is wrong, and the whole file: authored ones first, then those nobody listed."""
    from grader.judging import behaving
    from grader.variants.edits import apply, in_place

    for lecture in lectures:
        ref = judge.reference(lecture)  # type: ignore[attr-defined]
        for exercise in ref.lecture.exercises.values():
            endless = {m.name for m in exercise.words.misconceptions if m.never_ends}
            for what, rewritten in behaving.rewritten(ref, exercise).items():
                if what not in endless:
                    yield lecture, exercise.name, what, apply(ref.source, [in_place(ref.source, rewritten)])
        for kind in ("wrong", "slips"):
            path = TESTS / "unlisted" / f"{lecture}_{kind}.py"
            if path.exists():
                for name, code in functions(path.read_text("utf-8")):
                    exercise, what = name.split("__", 1)
                    yield lecture, exercise, f"{what} ({kind})", replaced(solved(lecture), code)


def functions(text: str) -> Iterator[tuple[str, str]]:
    """The answers of a list: those that are one function."""
    lines = text.splitlines(keepends=True)
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and not node.decorator_list:
            code = "".join(lines[node.lineno - 1 : node.end_lineno])
            yield node.name, code.replace(node.name, node.name.split("__")[0], 1) + "\n"


def graded(grading, judge, opened, budget: Budget, *, diagnose: bool):  # type: ignore[no-untyped-def]
    wanted = Wanted(seconds=SECONDS, diagnose=diagnose, search=budget, needs=False)
    (verdict,) = grading.grade(judge, opened, wanted).verdicts
    return verdict


def holds(grading, judge, lecture: str, exercise: str, text: str) -> bool:  # type: ignore[no-untyped-def]
    """Whether an edited file is right on the fresh draws."""
    from grader.sandbox import wire
    from grader.sandbox.session import Session

    ref = judge.reference(lecture)
    opened = open_text(Submission(lecture, solution_file(lecture), lecture, (exercise,)), text)
    jobs = [wire.Play(number, lecture, exercise, seed) for number, seed in enumerate(FRESH, 1)]
    running = Session(judge.sandbox, grading.order_of(ref, opened.source, [exercise]), jobs, {exercise: 30.0, "": 10.0})
    try:
        running.load()
        asked = ref.lecture.exercises[exercise]
        return all(
            grading.is_right(ref, asked, seed, reply) for seed, reply in zip(FRESH, running.replies(), strict=True)
        )
    finally:
        running.close()


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)
