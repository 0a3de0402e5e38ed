"""What is said of known wrong answers if nobody had written them down: `python tests/benchmarks/leave_one_out.py`.

Every authored misconception of a lecture is graded with all authored ones switched off. Each sentence that is said then
has been read and judged, in `judgements.toml`: one that changes must be read again, or the script fails, as it does
where too few are specific or too many false. `--write` puts new sentences there, to be judged.
"""

import argparse
import os
import statistics
import sys
import time
import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec

from grader.cli.opening import sandbox_for
from grader.course.root import solution_file

JUDGEMENTS = Path(__file__).with_name("judgements.toml")
LECTURES = ("micrograd", "part4")  # whose sentences have been read so far
JUDGED = ("specific", "general", "false")
SECONDS = 2.0
SPECIFIC, FALSE = 0.75, 0.01  # at least, and at most, of all


def said() -> tuple[dict[str, str], list[float]]:
    """What is said of each misconception ("" for silence), and the seconds that naming it took."""
    found: dict[str, str] = {}
    seconds: list[float] = []
    with sandbox_for(list(LECTURES)) as sandbox:
        from grader.judging import behaving, grading
        from grader.judging.judge import Judge
        from grader.judging.submission import Submission, Wanted, open_text
        from grader.variants.edits import apply, in_place

        judge = Judge(sandbox)
        for name in LECTURES:
            ref = judge.reference(name)
            unwritten = {
                key: replace(exercise, words=msgspec.structs.replace(exercise.words, misconceptions=()))
                for key, exercise in ref.lecture.exercises.items()
            }
            judge.references[name] = replace(ref, lecture=replace(ref.lecture, exercises=unwritten))
            for key, exercise in ref.lecture.exercises.items():
                endless = {m.name for m in exercise.words.misconceptions if m.never_ends}
                for what, rewritten in behaving.rewritten(ref, exercise).items():
                    if what in endless:
                        continue
                    text = apply(ref.source, [in_place(ref.source, rewritten)])
                    opened = open_text(Submission(name, solution_file(name), name, (key,)), text)
                    took = []
                    for diagnose in (False, True):
                        started = time.perf_counter()
                        wanted = Wanted(seconds=SECONDS, diagnose=diagnose, search=None, needs=False)
                        (verdict,) = grading.grade(judge, opened, wanted).verdicts
                        took.append(time.perf_counter() - started)
                    if verdict.status in ("passed", "forbidden"):
                        continue
                    found[f"{exercise.slug}: {what}"] = verdict.diagnosis.says if verdict.diagnosis else ""
                    seconds.append(took[1] - took[0])
    return found, seconds


def judgements() -> dict[str, dict[str, str]]:
    """Sentence and judgement by what was judged."""
    return tomllib.loads(JUDGEMENTS.read_text("utf-8")) if JUDGEMENTS.exists() else {}


def write(found: dict[str, str]) -> None:
    """Keep what has been judged and is still said; ask for a judgement of the rest."""
    known = judgements()
    lines = ["# What is said with the authored misconceptions switched off, and how it was judged by reading it.\n"]
    for what, sentence in found.items():
        if sentence:
            same = known.get(what, {}).get("says") == sentence
            judged = known[what]["judged"] if same else "?"
            lines.append(f'\n["{what}"]\nsays = {msgspec.json.encode(sentence).decode()}\njudged = "{judged}"\n')
    JUDGEMENTS.write_text("".join(lines), "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true")
    found, seconds = said()
    if parser.parse_args().write:
        write(found)
    known = judgements()
    unread = [what for what, words in found.items() if words and known.get(what, {}).get("says") != words]
    unread += [what for what, entry in known.items() if entry["judged"] not in JUDGED]
    for name in LECTURES:
        own = {what: words for what, words in found.items() if what.startswith(f"{name}.") and what not in unread}
        specific = sum(bool(words) and known[what]["judged"] == "specific" for what, words in own.items())
        print(f"{name:<10} {specific / len(own):6.1%} named truly and specifically, of {len(own)}")
    counts = Counter(
        known[what]["judged"] if words else "silent" for what, words in found.items() if what not in unread
    )
    for judged in (*JUDGED, "silent"):
        print(f"{judged:<9} {counts[judged]:>4}  {counts[judged] / len(found):6.1%}")
    print(f"naming took {1000 * statistics.median(seconds):.0f} ms in the median, 9 of 10 below ", end="")
    print(f"{1000 * statistics.quantiles(seconds, n=10)[-1]:.0f} ms")
    for what in dict.fromkeys(unread):
        print(f"to be read again: {what}: {found.get(what, '(nothing is said any more)')}")
    enough = counts["specific"] >= SPECIFIC * len(found) and counts["false"] <= FALSE * len(found)
    if not enough:
        print(f"asked for: {SPECIFIC:.0%} specific, at most {FALSE:.0%} false")
    return 1 if unread or not enough else 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)
