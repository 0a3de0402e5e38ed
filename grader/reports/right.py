"""The names of what is right in a wrong answer, told briefly."""

import re
from collections import Counter
from collections.abc import Iterable

from grader.judging.verdict import Quantity


def right_names(quantities: Iterable[Quantity]) -> list[str]:
    """A list or a dict all of whose parts are right is told by its name and their number: "words afterwards (6)"."""
    told = list(quantities)
    wrong = {_whole(q.name) for q in told if not q.ok}
    parts = Counter(_whole(q.name) for q in told if q.ok)
    names = dict[str, None]()
    for quantity in told:
        if quantity.ok:
            whole = _whole(quantity.name)
            counted = whole not in wrong and parts[whole] > 1
            names[f"{whole} ({parts[whole]})" if counted else quantity.name] = None
    return list(names)


def _whole(name: str) -> str:
    """ "C afterwards[2]['a']" -> "C afterwards"."""
    return re.sub(r"(?<=\w)\[.*\]$", "", name)
