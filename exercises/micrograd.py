"""Building micrograd: numbers that remember how they were made, so that gradients can find their way back.

Write the operations of `Value`, then the walk back through a graph, then a neural network made of Values.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable


class Value:
    """A number, and a node of the graph of all that is computed from it."""

    def __init__(self, data: float, _children: tuple[Value, ...] = (), _op: str = "", label: str = "") -> None:
        self.data = data
        self.grad = 0.0  # d(root)/d(this node), once the root has sent its gradient back
        self._backward = lambda: None  # sends this node's gradient on to its operands; a leaf has none
        self._prev = tuple(dict.fromkeys(_children))  # the operands, each once
        self._op = _op
        self.label = label

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    def __add__(self, other: Value | float) -> Value:
        """Add: `a + b`, `a + 3`.

        Every operation is written in the same three parts:
            a new Value, whose `_prev` are the operands;
            a function without arguments, kept as the new Value's `_backward`. Called later, when the new Value
            knows its own `grad`, it adds to the `grad` of each operand what that operand's share of it is;
            the new Value is returned.

        An operand may be used many times, even twice in one operation (`a + a`), and may hold a gradient already.

        Args:
            other: a Value, or a number. A number is a constant: make it a Value first.

        Returns:
            A new Value.
        """
        raise NotImplementedError("micrograd.value_add")

    def __mul__(self, other: Value | float) -> Value:
        """Multiply: `a * b`, `a * 3`.

        Args:
            other: a Value, or a number.

        Returns:
            A new Value. Its `_backward` adds to the `grad` of both operands.
        """
        raise NotImplementedError("micrograd.value_mul")

    def __radd__(self, other: float) -> Value:
        """Add to a number on the left: `2 + a`, and `sum([a, b])`, which starts at the number 0.

        Python calls this when the number itself does not know how to be added to a Value.

        Args:
            other: the number on the left.

        Returns:
            A new Value, connected to this one.
        """
        raise NotImplementedError("micrograd.value_reflected")

    def __rmul__(self, other: float) -> Value:
        """Multiply by a number on the left: `2 * a`.

        Args:
            other: the number on the left.

        Returns:
            A new Value, connected to this one.
        """
        raise NotImplementedError("micrograd.value_reflected")

    def __pow__(self, k: float) -> Value:
        """Raise to a constant power: `a ** 3`, `a ** -1`, `a ** 0.5`.

        Args:
            k: an int or a float. A fractional k comes with a positive base only. A Value as exponent is refused with
                a TypeError or an AssertionError (or, if you like, is given its own right gradient).

        Returns:
            A new Value.
        """
        raise NotImplementedError("micrograd.value_pow")

    def __neg__(self) -> Value:
        """Change the sign: `-a`.

        Nodes in between are welcome: a subtraction may be made of the operations that you have.

        Returns:
            A new Value, connected to this one.
        """
        raise NotImplementedError("micrograd.value_sub")

    def __sub__(self, other: Value | float) -> Value:
        """Subtract: `a - b`, `a - 3`.

        Args:
            other: a Value, or a number.

        Returns:
            A new Value.
        """
        raise NotImplementedError("micrograd.value_sub")

    def __rsub__(self, other: float) -> Value:
        """Subtract from a number on the left: `3 - b`, where this Value is `b`.

        Args:
            other: the number on the left.

        Returns:
            A new Value.
        """
        raise NotImplementedError("micrograd.value_sub")

    def tanh(self) -> Value:
        """Squash to between -1 and 1: `a.tanh()`.

        Returns:
            A new Value that holds the hyperbolic tangent. Large inputs (20, -20) are fine.
        """
        raise NotImplementedError("micrograd.value_tanh")

    def backward(self) -> None:
        """Find the gradient of this Value, the root, with respect to every node that it is made of.

        Afterwards the root's `grad` is 1.0, and every other node has its own. A leaf keeps what it had before, and what
        this graph sends is added to it: leaves may be shared by several graphs. It is called once for a graph.
        """
        raise NotImplementedError("micrograd.backward")


def topological_order(root: Value) -> list[Value]:
    """List the nodes of a graph so that every node comes after everything it is made of.

    Args:
        root: the Value at the end of the graph. A node's operands are in its `_prev`.

    Returns:
        Every node that is reached from the root over `_prev`, once each, and the root last. Two nodes that hold equal
        numbers are still two nodes.
    """
    raise NotImplementedError("micrograd.topological_order")


class Neuron:
    """tanh of a weighted sum of the inputs and a bias."""

    def __init__(self, nin: int) -> None:
        """Make the parameters, each drawn uniformly between -1 and 1.

        Args:
            nin: how many inputs there are.

        Sets:
            w: the weights, a list of nin Values.
            b: the bias, a Value.
        """
        raise NotImplementedError("micrograd.neuron")

    def __call__(self, x: list[Value | float]) -> Value:
        """Compute the output.

        Args:
            x: nin inputs, numbers or Values.

        Returns:
            One Value: tanh(w[0] x[0] + w[1] x[1] + ... + b).
        """
        raise NotImplementedError("micrograd.neuron")

    def parameters(self) -> list[Value]:
        """List what is trained: the Values of w, then b. The same objects, so that changing one changes the neuron."""
        raise NotImplementedError("micrograd.neuron")


class Layer:
    """Neurons side by side, all looking at the same inputs."""

    def __init__(self, nin: int, nout: int) -> None:
        """Make the neurons.

        Args:
            nin: how many inputs each neuron has.
            nout: how many neurons there are.

        Sets:
            neurons: a list of nout Neurons.
        """
        raise NotImplementedError("micrograd.mlp")

    def __call__(self, x: list[Value | float]) -> Value | list[Value]:
        """Compute the output of every neuron.

        Args:
            x: nin inputs, numbers or Values.

        Returns:
            The neurons' outputs, a list of nout Values; where nout is 1, that one Value itself.
        """
        raise NotImplementedError("micrograd.mlp")

    def parameters(self) -> list[Value]:
        """List all parameters, neuron by neuron."""
        raise NotImplementedError("micrograd.mlp")


class MLP:
    """A multi-layer perceptron: layers one behind the other."""

    def __init__(self, nin: int, nouts: list[int]) -> None:
        """Make the layers.

        Args:
            nin: how many inputs the first layer has.
            nouts: how many neurons each layer has. Only the last may be 1.

        Sets:
            layers: a list of len(nouts) Layers.
        """
        raise NotImplementedError("micrograd.mlp")

    def __call__(self, x: list[Value | float]) -> Value | list[Value]:
        """Compute the output of the network: what the last layer returns.

        Args:
            x: nin inputs, numbers or Values.
        """
        raise NotImplementedError("micrograd.mlp")

    def parameters(self) -> list[Value]:
        """List all parameters, layer by layer. MLP(3, [4, 4, 1]) has 41."""
        raise NotImplementedError("micrograd.mlp")


def zero_grad(params: Iterable[Value]) -> None:
    """Set the gradient of every parameter back to zero, in place.

    Args:
        params: the parameters. What they hold, their `data`, stays.
    """
    raise NotImplementedError("micrograd.zero_grad")


def train_step(model: MLP, xs: list[list[float]], ys: list[float], lr: float) -> float:
    """Take one step of gradient descent on all examples at once.

    The loss is the sum, over the examples, of the squared difference between the output and the target.
    The parameters may arrive with gradients of an earlier step; they have no say in this one.

    Args:
        model: your MLP, with one output. The `data` of its parameters is changed in place.
        xs: the inputs, one list for each example.
        ys: the targets, one number for each example.
        lr: the learning rate.

    Returns:
        The loss before the step, as a plain number. The gradients may be left as they are.
    """
    raise NotImplementedError("micrograd.train_step")
