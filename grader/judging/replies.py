"""What variants replied, kept: the next wrong answer of the same exercise is held against the same ones."""

from collections import OrderedDict
from collections.abc import Hashable

from grader.sandbox import wire
from grader.sandbox.session import Late, Reply

MOST = 2048  # replies, some 10 kB each


class Replies:
    """Replies by what was played; when they are too many, those that were asked for least lately are dropped."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Reply] = OrderedDict()

    def of(self, played: Hashable) -> Reply | None:
        """The reply, if it is kept."""
        if played in self._kept:
            self._kept.move_to_end(played)
        return self._kept.get(played)

    def keep(self, played: Hashable, reply: Reply) -> None:
        """Keep a reply. One that crashed, or did not come, may come the next time."""
        if isinstance(reply, (wire.Answer, wire.Trouble, Late)):
            self._kept[played] = reply
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
