"""Inputs from a seed: the same numbers in the worker and in the judge."""

import random
from collections.abc import Sequence
from typing import TypeVar

import torch
from torch import Tensor

Option = TypeVar("Option")
SALT = 2 * 10**9  # a generator that is handed out does not repeat the numbers of the draw itself
OWN = 10**8  # a seed of a check's own generator is not that of torch's, which every play sets anew


class Draw:
    """Everything random that a check hands out.

    The last digit of the seed is the draw's *turn*: draws 0, 1 and 2 are the ones a learner is graded
    on, later ones confirm a diagnosis. `pick` chooses by turn, so that sizes differ from draw to draw.

    What a draw gives out is evidence: `given` lists it by name, and its state after the play is compared
    with its state after the reference's play. So "changed in place" and "generator not used" need no
    rule of their own.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.turn = seed % 10
        self.given: list[tuple[str, Tensor | torch.Generator]] = []
        self._random = random.Random(seed)
        self._source = torch.Generator()
        self._source.manual_seed(seed)

    def pick(self, *options: Option) -> Option:
        """The option of this turn; after the last one they start again."""
        return options[self.turn % len(options)]

    def number(self, low: float = 0.3, high: float = 2.0) -> float:
        """A number of either sign with low <= |number| <= high."""
        return self._random.choice((-1.0, 1.0)) * self._random.uniform(low, high)

    def positive(self, low: float = 0.3, high: float = 2.0) -> float:
        """A number between low and high."""
        return self._random.uniform(low, high)

    def numbers(self, count: int) -> list[float]:
        """`count` numbers of either sign."""
        return [self.number() for _ in range(count)]

    def whole(self, low: int, high: int) -> int:
        """A whole number, low <= number <= high."""
        return self._random.randint(low, high)

    def shuffled(self, items: Sequence[Option]) -> list[Option]:
        """The items in a random order."""
        return self._random.sample(items, len(items))

    def give(self, tensor: Tensor, name: str = "") -> Tensor:
        """Hand out a copy of a tensor, and keep an eye on it."""
        copy = tensor.detach().clone()
        self.given.append((name or f"input {len(self.given) + 1}", copy))
        return copy

    def normal(self, *shape: int, name: str = "") -> Tensor:
        """Standard normal float32 numbers; `name`: what the learner calls them."""
        return self.give(self.noise(*shape), name)

    def noise(self, *shape: int) -> Tensor:
        """Standard normal float32 numbers that are not handed out as they are."""
        return torch.randn(shape, generator=self._source)

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """float32 numbers between low and high."""
        return self.give(low + (high - low) * torch.rand(shape, generator=self._source))

    def ints(self, high: int, *shape: int) -> Tensor:
        """int64 numbers from 0 to high - 1."""
        return self.give(torch.randint(high, shape, generator=self._source))

    def leaf(self, *shape: int) -> Tensor:
        """Standard normal float32 numbers that require grad. Changing them is allowed: not evidence."""
        return self.noise(*shape).requires_grad_()

    def generator(self) -> torch.Generator:
        """A seeded generator; how far it was used is evidence."""
        generator = torch.Generator()
        generator.manual_seed(self.seed + SALT)
        self.given.append(("generator", generator))
        return generator

    def own_generator(self, other: int = 0) -> torch.Generator:
        """A generator that may be used in any way: how far it was used is no evidence."""
        return torch.Generator().manual_seed(self.seed + OWN + other)
