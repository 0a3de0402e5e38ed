"""What variants replied, kept: the next wrong answer of the same exercise is held against the same ones."""

from collections import OrderedDict
from collections.abc import Hashable

from grader.sandbox import wire
from grader.sandbox.session import Late, Reply

MOST = 1 << 26  # bytes of all that is kept together


class Replies:
    """Replies by what was played; when they are too many, those that were asked for least lately are dropped."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[Hashable, tuple[Reply, int]] = OrderedDict()

    def of(self, played: Hashable) -> Reply | None:
        """The reply, if it is kept."""
        if played not in self._kept:
            return None
        self._kept.move_to_end(played)
        return self._kept[played][0]

    def keep(self, played: Hashable, reply: Reply) -> None:
        """Keep a reply. One that crashed, or did not come, may come the next time."""
        if played in self._kept or not isinstance(reply, (wire.Answer, wire.Trouble, Late)):
            return
        size = len(wire.frame(reply)) if isinstance(reply, wire.Answer) else 0
        self._kept[played] = reply, size
        self._size += size
        while self._size > self._most:
            _, (_, gone) = self._kept.popitem(last=False)
            self._size -= gone
