"""The pictures of `zth watch` in the README, from the application itself: `python docs/screenshots.py`.

A half-finished part 4 is watched; dcounts is saved wrong, a hint is read, and it is saved right.
"""

import asyncio
import os
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Static

from grader.cli.watch import opened
from grader.course.blanks import exercise_names
from grader.course.outline import lecture
from grader.course.stubs import fill, pristine
from grader.course.workspace import Workspace
from grader.judging.submission import Submission
from grader.watching.app import Watching

HERE = Path(__file__).parent
DONE = ["compare_grads", "broadcast_mul_backward", "sum_backward", "matmul_backward", "dlogprobs", "dprobs"]
DONE += ["dcounts_sum_inv", "dcounts_sum"]
PICTURES = (("watch", (96, 26), False), ("watch-narrow", (50, 26), False), ("watch-passed", (96, 26), True))
STUB = 'raise NotImplementedError("part4.dcounts")'


def main() -> None:
    reference = (HERE.parent / "solutions" / "part4.py").read_text("utf-8")
    text = fill(pristine("part4"), reference, lecture("part4"), DONE)
    for name, size, right in PICTURES:
        for attempt in range(8):  # on a busy machine the place of the mistake may not be found in its second
            with tempfile.TemporaryDirectory() as folder:
                try:
                    asyncio.run(_take(Path(folder), text, size, right, HERE / f"{name}.svg"))
                    break
                except AssertionError as error:
                    print(f"{name}, attempt {attempt + 1}: {str(error).splitlines()[0]}")
    os._exit(0)


async def _take(folder: Path, text: str, size: tuple[int, int], right: bool, target: Path) -> None:
    path = folder / "exercises" / "part4.py"
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    submission = Submission("part4", path, "exercises/part4.py", exercise_names("part4"))
    with opened(Workspace(folder), {"part4": submission}) as session:
        async with Watching(session, "part4", "dcounts").run_test(size=size) as pilot:
            await _until(pilot, "#state", lambda words: "verdict" in words)
            path.write_text(text.replace(STUB, "return counts_sum_inv * dprobs"), "utf-8")
            await _until(pilot, "#text", lambda words: "worst at" in words)
            await pilot.press("h")
            await _until(pilot, "#text", lambda words: "hint 1 of 3" in words and "one change here" in words)
            if right:
                path.write_text(text.replace(STUB, "return counts_sum_inv * dprobs + dcounts_sum"), "utf-8")
                await _until(pilot, "#text", lambda words: "dcounts passed" in words)
                await pilot.press("s")
            await pilot.pause(1.0)
            await _until(pilot, "#state", lambda words: "verdict" in words)
            target.write_text(_bare(pilot.app.export_screenshot(title="zth watch part4")), "utf-8")


async def _until(pilot: Pilot[None], part: str, holds: Callable[[str], bool]) -> None:
    deadline = time.monotonic() + 15
    while not holds(words := str(pilot.app.query_one(part, Static).content)):
        assert time.monotonic() < deadline, words
        await pilot.pause(0.05)


def _bare(svg: str) -> str:
    """Without the fonts it would fetch, and with no number of its own: the same picture is the same file."""
    svg = re.sub(r"\s*<!--.*?-->|\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(
        r"verdict(&#160;| )\d\d:\d\d:\d\d,(&#160;| )after(&#160;| )\d\.\d\d", "verdict 10:42:07, after 0.05", svg
    )
    return re.sub(r"terminal-\d+", "terminal", svg).replace("Fira Code", "ui-monospace") + "\n"


if __name__ == "__main__":
    main()
