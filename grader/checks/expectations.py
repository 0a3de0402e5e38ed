"""What an oracle may expect where plain equality is the wrong question. Data only: the judge compares.

Each may carry `says`: the sentence a learner reads when it is violated.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Close:
    """Like `value`, to `rtol` of its largest element and `atol`."""

    value: object
    rtol: float = 1e-4
    atol: float = 1e-6
    says: str = ""


@dataclass(frozen=True)
class Between:
    """A number with low <= number <= high."""

    low: float
    high: float
    says: str = ""


@dataclass(frozen=True)
class Moved:
    """Parameters after some steps, judged by how far they moved from `before`.

    The displacement must be right to `rtol` of its own maximum, or of 1 % of the largest displacement of
    all the exercise's parameters (`largest`), whichever is more: a parameter that should stay may jitter.
    """

    before: object
    after: object
    largest: float
    rtol: float = 1e-3
    says: str = ""


@dataclass(frozen=True)
class Each:
    """A list of which every entry is as `expected`."""

    expected: object
    says: str = ""


@dataclass(frozen=True)
class OfNode:
    """What is expected of a node's gradient, in the graph that `graph` builds: "h = a * b; y = h + a"."""

    graph: str
    node: str
    expected: object


@dataclass(frozen=True)
class Parts:
    """A tuple or list whose entries have names."""

    named: dict[str, object]


@dataclass(frozen=True)
class AnyOf:
    """As one of the options."""

    options: tuple[object, ...]
    says: str = ""


@dataclass(frozen=True)
class Raises:
    """An exception of one of these kinds."""

    kinds: tuple[str, ...]
    says: str = ""


@dataclass(frozen=True)
class Holds:
    """Whatever every rule accepts. A rule is a predicate on the answer and the sentence for when it is violated."""

    rules: tuple[tuple[Callable[..., bool], str], ...]


Expectation = Close | Between | Moved | Each | OfNode | Parts | AnyOf | Raises | Holds


def close(value: object, *, rtol: float = 1e-4, atol: float = 1e-6, says: str = "") -> Close:
    """Expect a value, to another tolerance than usual or with a sentence of its own."""
    return Close(value, rtol, atol, says)


def between(low: float, high: float, *, says: str = "") -> Between:
    """Expect a number in a range."""
    return Between(low, high, says)


def moved(before: dict[str, object], after: dict[str, object], *, says: str = "") -> dict[str, object]:
    """Expect parameters to have moved from `before` to `after` (tensors, or lists of floats); see `Moved`."""
    import torch

    largest = max(float((torch.as_tensor(after[p]) - torch.as_tensor(before[p])).abs().max()) for p in before)
    return {name: Moved(before[name], after[name], largest, says=says) for name in before}


def each(expected: object, *, says: str = "") -> Each:
    """Expect a list of which every entry is as `expected`."""
    return Each(expected, says)


def of_node(graph: str, node: str, expected: object) -> OfNode:
    """Expect a gradient, and say whose it is: a wrong one is then shown in its graph."""
    return OfNode(graph, node, expected)


def parts(**named: object) -> Parts:
    """Expect a tuple or list; the names are used in messages."""
    return Parts(named)


def any_of(*options: object, says: str = "") -> AnyOf:
    """Expect one of several right answers."""
    return AnyOf(options, says)


def raises(*kinds: str, says: str = "") -> Raises:
    """Expect an exception of one of these kinds."""
    return Raises(kinds, says)


def holds(*rules: tuple[Callable[..., bool], str]) -> Holds:
    """Expect properties: pairs of a predicate and the sentence for when it is violated."""
    return Holds(rules)
