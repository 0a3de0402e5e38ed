"""What waits to be graded: the newest first. What runs gives way to it."""

import threading
import time
from dataclasses import dataclass, field, replace


class CalledAway(BaseException):
    """What was being graded is out of date. No Exception: a slip of ours is caught on the way, this must not be."""


@dataclass(frozen=True)
class Order:
    """Something to grade. exercises: only those, with a longer search for the place (after a hint); none: what a save
    asks for. whole: the whole file, changed or not. at: when it was asked for, by the monotonic clock. told: set once
    the first verdicts are told; one that gave way after that only goes on.
    """

    lecture: str
    exercises: tuple[str, ...] = ()
    whole: bool = False
    at: float = field(default_factory=time.monotonic)
    called_away: threading.Event = field(default_factory=threading.Event, compare=False)
    told: threading.Event = field(default_factory=threading.Event, compare=False)


class Desk:
    """Orders, for one who grades and many who ask. A save takes the place of all that waits for the same file."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[Order] = []
        self._running: Order | None = None
        self._closed = False

    def put(self, order: Order) -> None:
        """Ask for something; what runs is called away, and goes on later if that is not out of date."""
        with self._changed:
            left = [*self._waiting]
            if self._running and not self._running.called_away.is_set():
                self._running.called_away.set()
                left.append(replace(self._running, called_away=threading.Event()))
            if not order.exercises:
                left = [other for other in left if other.lecture != order.lecture]
            self._waiting = [order, *left]
            self._changed.notify_all()

    def take(self) -> Order | None:
        """The next; waits for it. None: the desk is closed."""
        with self._changed:
            self._running = None
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            self._running = self._waiting.pop(0)
            return self._running

    def called_away(self) -> bool:
        """Whether what runs is to be left."""
        running = self._running
        return self._closed or (running is not None and running.called_away.is_set())

    def close(self) -> None:
        with self._changed:
            self._closed = True
            if self._running:
                self._running.called_away.set()
            self._changed.notify_all()
