"""Waiting by a clock that stands still while the whole machine does."""

import time

from grader.sandbox import wire
from grader.sandbox.interface import Worker

SLICE = 0.1  # seconds; between two of them it is seen whether the machine paused


def received_within(worker: Worker, seconds: float) -> tuple[wire.Report | None, float]:
    """The next report, or None when the seconds are over; and the seconds that count as waited.

    A laptop that was closed, or a virtual machine that was halted, stops the worker, too: of a slice that took much
    longer than it should, only the double counts, and the worker gets another one. Raises EOFError and BadFrame as
    `Worker.receive` does.
    """
    waited = 0.0
    while True:
        started = time.monotonic()
        report = worker.receive(min(max(seconds - waited, 0.001), SLICE))
        waited += min(time.monotonic() - started, 2 * SLICE)
        if report is not None or waited >= seconds:
            return report, waited
