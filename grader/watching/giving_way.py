"""A sandbox that gives way: when a save comes, whoever waits for a worker is called away."""

import time
from collections.abc import Callable

from grader.sandbox import wire
from grader.sandbox.interface import Sandbox, Worker
from grader.watching.desk import CalledAway

GLANCE = 0.02  # seconds after which a waiting judge looks whether it is called away


class GivingWay(Sandbox):
    """Another sandbox, until it is called away."""

    def __init__(self, inner: Sandbox, called_away: Callable[[], bool]) -> None:
        self._inner, self._called_away = inner, called_away
        self._alive: list[Worker] = []
        self._spare: Worker | None = None

    def worker(self) -> Worker:
        self.stay_or_go()
        worker = GivingWayWorker(self._ready() or self._inner.worker(), self)
        self._alive.append(worker)
        return worker

    def be_ready(self) -> None:
        """Start a worker for the next save before it comes, if that is cheap."""
        if self._inner.quick and not self._spare:
            self._spare = self._inner.worker()

    def _ready(self) -> Worker | None:
        """The worker that was started before, if it still lives."""
        spare, self._spare = self._spare, None
        if spare:
            try:
                spare.receive(0)
            except EOFError:
                spare.dismiss()
                return None
        return spare

    def close(self) -> None:
        self._inner.close()

    def stay_or_go(self) -> None:
        """Raises CalledAway."""
        if self._called_away():
            raise CalledAway

    def forget(self, worker: Worker) -> None:
        if worker in self._alive:
            self._alive.remove(worker)

    def dismiss_all(self) -> None:
        """End the workers of whoever was called away."""
        for worker in list(self._alive):
            worker.dismiss()


class GivingWayWorker(Worker):
    """Another worker, which is waited for in short glances."""

    def __init__(self, inner: Worker, sandbox: GivingWay) -> None:
        self._inner, self._sandbox, self.output = inner, sandbox, inner.output

    def send(self, orders: list[wire.Order]) -> None:
        self._sandbox.stay_or_go()
        self._inner.send(orders)

    def receive(self, seconds: float) -> wire.Report | None:
        deadline = time.monotonic() + seconds
        while True:
            self._sandbox.stay_or_go()
            left = deadline - time.monotonic()
            report = self._inner.receive(max(0.001, min(GLANCE, left)))
            if report is not None or left <= GLANCE:
                return report

    def busy(self) -> float:
        return self._inner.busy()

    def where(self) -> str:
        return self._inner.where()

    def trace(self) -> str:
        return self._inner.trace()

    def end(self) -> str:
        self._sandbox.forget(self)
        return self._inner.end()

    def dismiss(self) -> None:
        self._sandbox.forget(self)
        self._inner.dismiss()
