"""The little language that lectures are written in.

A *check* hands drawn inputs to somebody's code and returns the raw answers. It never compares: it
runs beside a learner's module, where nothing that it decided could be trusted. What is expected is
what the reference answers to the same check, or what an *oracle* works out independently.
"""

from grader.checks.chain import Chain, default
from grader.checks.check import Attempt, Check, Oracle, attempt, calls, check, oracle
from grader.checks.differentiable import differentiable, gradients, with_gradients
from grader.checks.draw import Draw
from grader.checks.expectations import any_of, between, close, each, holds, moved, of_node, parts, raises

__all__ = [
    "Attempt", "Chain", "Check", "Draw", "Oracle", "any_of", "attempt", "between", "calls", "check",
    "close", "default", "differentiable", "each", "gradients", "holds", "moved", "of_node", "oracle", "parts", "raises",
    "with_gradients",
]  # fmt: skip
