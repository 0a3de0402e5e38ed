"""A worker is late when it had its time, not when the machine stood still."""

from typing import cast

import pytest

from grader.sandbox import wire
from grader.sandbox.interface import Worker
from grader.sandbox.waiting import SLICE, received_within

HALT = 6 * SLICE


class Halted:
    """A worker on a machine that stands still while it is waited for, some times, before the answer comes; and its
    clock.
    """

    def __init__(self, halts: int) -> None:
        self.halts = halts
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def receive(self, seconds: float) -> wire.Report | None:
        if self.halts:
            self.halts -= 1
            self.now += max(seconds, HALT)
            return None
        return wire.Answer(1, {}, [], [], 0.0)


def waited_for(worker: Halted, seconds: float) -> tuple[wire.Report | None, float]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("grader.sandbox.waiting.time", worker)
        return received_within(cast(Worker, worker), seconds)


def test_a_halt_of_the_machine_does_not_make_a_worker_late() -> None:
    worker = Halted(1)
    report, waited = waited_for(worker, HALT / 2)
    assert report is not None
    assert worker.monotonic() >= HALT
    assert waited <= HALT / 2


def test_a_worker_that_does_not_answer_is_late_all_the_same() -> None:
    report, waited = waited_for(Halted(10**6), HALT / 2)
    assert report is None
    assert waited >= HALT / 2


def test_an_answer_that_is_there_is_taken_even_when_no_time_is_left() -> None:
    report, _ = waited_for(Halted(0), 0.0)
    assert report is not None
