"""A play in the foreground, with the terminal as it is.

What is printed is seen at once, and breakpoint() stops. The process holds no reference and no oracle.
"""

import bdb
import pdb
import sys
import traceback
from pathlib import Path
from types import FrameType, ModuleType, TracebackType
from typing import Any

import msgspec
import torch

from grader.checks.draw import Draw
from grader.checks.loading import for_the_sandbox
from grader.sandbox import wire
from grader.sandbox.loading import load
from grader.sandbox.scripting import script
from grader.sandbox.settling import settle
from grader.sandbox.tracing import Tracer

RAISED, INTERRUPTED = 1, 130


class Errand(msgspec.Struct):
    """What is wanted. steps: where the check's lines are written. stop: the line at which --pdb stops, where nothing
    raises. draw: the draw's number, as told. folder: an expression for the folder of the file, for a script.
    """

    file: wire.Load
    job: wire.Trace
    steps: str = ""
    debug: bool = False
    stop: int = 0
    script: str = ""
    draw: int = 1
    folder: str = ""


def main(errand: Errand) -> int:
    """Play; the exit status."""
    torch.set_num_threads(1)
    job = errand.job
    check = for_the_sandbox(job.lecture)[job.exercise]
    folder = str(Path(errand.file.path).parent)
    sys.path.append(folder)
    here = Path.cwd()
    settle(0, folder)
    module = load(errand.file, lambda index: None, lambda index, error: _tell(error, errand.file.path))
    if errand.script:
        text = script(job, errand.draw, check, module, errand.folder)
        (here / errand.script).write_text(text, "utf-8")
        return 0
    settle(job.seed, folder)
    tracer = Tracer(errand.file.path)
    try:
        with torch.enable_grad():
            if errand.debug:
                _debugged(errand, module, check.play)
            else:
                tracer.run(lambda: check.play(module, Draw(job.seed)))
    except bdb.BdbQuit:
        return INTERRUPTED
    except BaseException as error:
        _tell(error, errand.file.path)
        if errand.debug:
            pdb.post_mortem(_learners(error.__traceback__, errand.file.path) or error.__traceback__)
        status = INTERRUPTED if isinstance(error, KeyboardInterrupt) else RAISED
    else:
        status = 0
    if not errand.debug and not tracer.disturbed:
        (here / errand.steps).write_bytes(wire.frame(wire.Traced(job.number, tracer.steps)))
    return status


def _debugged(errand: Errand, module: ModuleType, play: Any) -> None:
    """Play, and stop in the debugger at a line of the learner's file when it is first reached."""

    def called(frame: FrameType, event: str, arg: Any) -> Any:
        return within if frame.f_code.co_filename == errand.file.path else None

    def within(frame: FrameType, event: str, arg: Any) -> Any:
        if event != "line" or frame.f_lineno != errand.stop:
            return within
        debugger = pdb.Pdb()
        debugger.set_trace(frame)
        return debugger.trace_dispatch(frame, event, arg)

    if errand.stop:
        sys.settrace(called)
    try:
        play(module, Draw(errand.job.seed))
    finally:
        sys.settrace(None)


def _learners(trace: TracebackType | None, path: str) -> TracebackType | None:
    """A traceback from the learner's file on: what led there is no concern of theirs."""
    while trace and trace.tb_frame.f_code.co_filename != path:
        trace = trace.tb_next
    return trace


def _tell(error: BaseException, path: str) -> None:
    sys.stdout.flush()
    traceback.print_exception(type(error), error, _learners(error.__traceback__, path))
