"""Building micrograd: numbers that remember how they were made, so that gradients can find their way back.

Find slopes by hand and by small steps. Then write the operations of `Value`, the walk back through a graph, and a
neural network made of Values. `python micrograd.py` runs the lecture's experiments with what you have written.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable


def forward_difference(f: Callable[[float], float], x: float, h: float = 1e-6) -> float:
    """Estimate the slope of a function from its values at x and a small step further on.

    Args:
        f: a function of one number. How it is made is not known, it can only be called.
        x: where the slope is asked for.
        h: the length of the step, greater than 0.

    Returns:
        The slope, off by no more than h times the largest |f''| near x (and what rounding adds).
    """
    # BEGIN SOLUTION
    return (f(x + h) - f(x)) / h
    # END SOLUTION


def central_difference(f: Callable[[float], float], x: float, h: float = 1e-6) -> float:
    """Estimate the slope of a function from its values on both sides of x.

    Args:
        f: a function of one number. How it is made is not known, it can only be called.
        x: where the slope is asked for.
        h: the length of a step, greater than 0.

    Returns:
        The slope, off by no more than h squared times the largest |f'''| near x (and what rounding adds): a step ten
        times smaller makes the error a hundred times smaller, and for a parabola there is none.
    """
    # BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    # END SOLUTION


def analytic_gradient(a: float, b: float, c: float) -> tuple[float, float, float]:
    """Work out the gradient of a function of three numbers on paper, and write it down.

    The function:
        f(a, b, c) = -a**3 + sin(3*b) - 1/c + b**2.5 - a**0.5

    Args:
        a, b: greater than 0.
        c: not 0.

    Returns:
        df/da, df/db and df/dc at this point.
    """
    # BEGIN SOLUTION
    da = -3 * a**2 - 0.5 * a**-0.5
    db = 3 * math.cos(3 * b) + 2.5 * b**1.5
    dc = 1 / c**2
    return da, db, dc
    # END SOLUTION


def chain_rule_neuron(x1: float, x2: float, w1: float, w2: float, b: float) -> dict[str, float]:
    """Send a gradient back through one neuron by hand.

    Forward:
        n = x1*w1 + x2*w2 + b
        o = tanh(n)

    Returns:
        A dict with the output under "o", and under "x1", "x2", "w1", "w2" and "b" the derivative of o with respect to
        each of them: six plain numbers.
    """
    # BEGIN SOLUTION
    o = math.tanh(x1 * w1 + x2 * w2 + b)
    dn = 1 - o**2
    return {"o": o, "x1": w1 * dn, "x2": w2 * dn, "w1": x1 * dn, "w2": x2 * dn, "b": dn}
    # END SOLUTION


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
            - a new Value, whose `_prev` are the operands;
            - a function without arguments, kept as the new Value's `_backward`. Called later, when the new Value
              knows its own `grad`, it adds to the `grad` of each operand what that operand's share of it is;
            - the new Value is returned.

        An operand may be used many times, even twice in one operation (`a + a`), and may hold a gradient already.

        Args:
            other: a Value, or a number. A number is a constant: make it a Value first.

        Returns:
            A new Value.
        """
        # BEGIN SOLUTION
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward() -> None:
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out
        # END SOLUTION

    def __mul__(self, other: Value | float) -> Value:
        """Multiply: `a * b`, `a * 3`.

        Args:
            other: a Value, or a number.

        Returns:
            A new Value. Its `_backward` adds to the `grad` of both operands.
        """
        # BEGIN SOLUTION
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward() -> None:
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out
        # END SOLUTION

    def __radd__(self, other: float) -> Value:
        """Add to a number on the left: `2 + a`, and `sum([a, b])`, which starts at the number 0.

        Python calls this when the number itself does not know how to be added to a Value.

        Args:
            other: the number on the left.

        Returns:
            A new Value, connected to this one.
        """
        # BEGIN SOLUTION
        return self + other
        # END SOLUTION

    def __rmul__(self, other: float) -> Value:
        """Multiply by a number on the left: `2 * a`.

        Args:
            other: the number on the left.

        Returns:
            A new Value, connected to this one.
        """
        # BEGIN SOLUTION
        return self * other
        # END SOLUTION

    def __pow__(self, k: float) -> Value:
        """Raise to a constant power: `a ** 3`, `a ** -1`, `a ** 0.5`.

        Args:
            k: an int or a float. A fractional k comes with a positive base only. A Value as exponent is refused with
                a TypeError or an AssertionError (or, if you like, is given its own right gradient).

        Returns:
            A new Value.
        """
        # BEGIN SOLUTION
        assert isinstance(k, (int, float)), "the exponent is a number"
        out = Value(self.data**k, (self,), f"**{k}")

        def _backward() -> None:
            self.grad += k * self.data ** (k - 1) * out.grad

        out._backward = _backward
        return out
        # END SOLUTION

    def __neg__(self) -> Value:
        """Change the sign: `-a`.

        Nodes in between are welcome: a subtraction may be made of the operations that you have.

        Returns:
            A new Value, connected to this one.
        """
        # BEGIN SOLUTION
        return self * -1
        # END SOLUTION

    def __sub__(self, other: Value | float) -> Value:
        """Subtract: `a - b`, `a - 3`.

        Args:
            other: a Value, or a number.

        Returns:
            A new Value.
        """
        # BEGIN SOLUTION
        return self + (-other)
        # END SOLUTION

    def __rsub__(self, other: float) -> Value:
        """Subtract from a number on the left: `3 - b`, where this Value is `b`.

        Args:
            other: the number on the left.

        Returns:
            A new Value.
        """
        # BEGIN SOLUTION
        return (-self) + other
        # END SOLUTION

    def __truediv__(self, other: Value | float) -> Value:
        """Divide: `a / b`, `a / 3`.

        Nodes in between are welcome: a division may be made of the operations that you have.

        Args:
            other: a Value, or a number. It is never 0.

        Returns:
            A new Value.
        """
        # BEGIN SOLUTION
        return self * other**-1
        # END SOLUTION

    def __rtruediv__(self, other: float) -> Value:
        """Divide a number on the left: `2 / b`, where this Value is `b`.

        Args:
            other: the number on the left.

        Returns:
            A new Value.
        """
        # BEGIN SOLUTION
        return self**-1 * other
        # END SOLUTION

    def tanh(self) -> Value:
        """Squash to between -1 and 1: `a.tanh()`.

        Returns:
            A new Value that holds the hyperbolic tangent, for large inputs too (such as 20 or -20).
        """
        # BEGIN SOLUTION
        t = math.tanh(self.data)
        out = Value(t, (self,), "tanh")

        def _backward() -> None:
            self.grad += (1 - t**2) * out.grad

        out._backward = _backward
        return out
        # END SOLUTION

    def exp(self) -> Value:
        """Raise e to this power: `a.exp()`.

        Returns:
            A new Value.
        """
        # BEGIN SOLUTION
        out = Value(math.exp(self.data), (self,), "exp")

        def _backward() -> None:
            self.grad += out.data * out.grad

        out._backward = _backward
        return out
        # END SOLUTION

    def log(self) -> Value:
        """Take the natural logarithm: `a.log()`. a is always greater than 0; it may be very small.

        Returns:
            A new Value.
        """
        # BEGIN SOLUTION
        out = Value(math.log(self.data), (self,), "log")

        def _backward() -> None:
            self.grad += out.grad / self.data

        out._backward = _backward
        return out
        # END SOLUTION

    def relu(self) -> Value:
        """Let what is positive through, and nothing else: `a.relu()` is a where a is positive, and 0 elsewhere.

        Returns:
            A new Value. At 0 itself, where the bend is, the slope counts as 0.
        """
        # BEGIN SOLUTION
        out = Value(max(0.0, self.data), (self,), "relu")

        def _backward() -> None:
            self.grad += (out.data > 0) * out.grad

        out._backward = _backward
        return out
        # END SOLUTION

    def backward(self) -> None:
        """Find the gradient of this Value, the root, with respect to every node that it is made of.

        Afterwards the root's `grad` is 1.0, and every other node has its own. A leaf keeps what it had before, and what
        this graph sends is added to it: leaves may be shared by several graphs. It is called once for a graph. The
        order in which the nodes are visited is the next exercise, `topological_order`: you may do that one first.
        """
        # BEGIN SOLUTION
        self.grad = 1.0
        for node in reversed(topological_order(self)):
            node._backward()
        # END SOLUTION


def topological_order(root: Value) -> list[Value]:
    """List the nodes of a graph so that every node comes after everything it is made of.

    Args:
        root: the Value at the end of the graph. A node's operands are in its `_prev`.

    Returns:
        Every node that is reached from the root over `_prev`, once each, and the root last. Two nodes that hold equal
        numbers are still two nodes.
    """
    # BEGIN SOLUTION
    order, visited = [], set()

    def visit(node: Value) -> None:
        if node not in visited:
            visited.add(node)
            for child in node._prev:
                visit(child)
            order.append(node)

    visit(root)
    return order
    # END SOLUTION


def trace_graph(root: Value) -> tuple[set[Value], set[tuple[Value, Value]]]:
    """Collect a graph, to draw it.

    Args:
        root: the Value at the end of the graph. A node's operands are in its `_prev`. A graph of a hundred nodes can
            have more paths through it than could ever be walked.

    Returns:
        nodes: all Values that the root is made of, and the root.
        edges: for every node and each of its operands one pair (operand, node): the way the numbers go.
    """
    # BEGIN SOLUTION
    nodes, edges = set(), set()

    def build(node: Value) -> None:
        if node not in nodes:
            nodes.add(node)
            for child in node._prev:
                edges.add((child, node))
                build(child)

    build(root)
    return nodes, edges
    # END SOLUTION


def draw_dot(root: Value) -> str:
    """Write a graph as DOT text (given). It needs no package: print it, and any Graphviz viewer makes a picture of it.

    Where Graphviz is installed (a program, not a Python package), `dot -Tsvg graph.dot -o graph.svg` does.
    """
    nodes, edges = trace_graph(root)
    name = {node: f"n{i}" for i, node in enumerate(nodes)}
    lines = ["digraph {", "  rankdir=LR"]
    for node in nodes:
        words = f"{node.label} | data {node.data:.4f} | grad {node.grad:.4f}"
        lines.append(f'  {name[node]} [shape=record, label="{{ {words} }}"]')
        if node._op:  # a small node of its own, in front of the result
            lines += [f'  {name[node]}op [label="{node._op}"]', f"  {name[node]}op -> {name[node]}"]
    lines += [f"  {name[child]} -> {name[node]}{'op' if node._op else ''}" for child, node in edges]
    return "\n".join([*lines, "}"])


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
        # BEGIN SOLUTION
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(random.uniform(-1, 1))
        # END SOLUTION

    def __call__(self, x: list[Value | float]) -> Value:
        """Compute the output.

        Args:
            x: nin inputs, numbers or Values.

        Returns:
            One Value: tanh(w[0] x[0] + w[1] x[1] + ... + b).
        """
        # BEGIN SOLUTION
        activation = sum((wi * xi for wi, xi in zip(self.w, x)), self.b)
        return activation.tanh()
        # END SOLUTION

    def parameters(self) -> list[Value]:
        """List what is trained: the Values of w, then b. The same objects, so that changing one changes the neuron."""
        # BEGIN SOLUTION
        return [*self.w, self.b]
        # END SOLUTION


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
        # BEGIN SOLUTION
        self.neurons = [Neuron(nin) for _ in range(nout)]
        # END SOLUTION

    def __call__(self, x: list[Value | float]) -> Value | list[Value]:
        """Compute the output of every neuron.

        Args:
            x: nin inputs, numbers or Values.

        Returns:
            The neurons' outputs, a list of nout Values; where nout is 1, that one Value itself.
        """
        # BEGIN SOLUTION
        outs = [neuron(x) for neuron in self.neurons]
        return outs[0] if len(outs) == 1 else outs
        # END SOLUTION

    def parameters(self) -> list[Value]:
        """List all parameters, neuron by neuron."""
        # BEGIN SOLUTION
        return [p for neuron in self.neurons for p in neuron.parameters()]
        # END SOLUTION


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
        # BEGIN SOLUTION
        sizes = [nin, *nouts]
        self.layers = [Layer(sizes[i], sizes[i + 1]) for i in range(len(nouts))]
        # END SOLUTION

    def __call__(self, x: list[Value | float]) -> Value | list[Value]:
        """Compute the output of the network: what the last layer returns.

        Args:
            x: nin inputs, numbers or Values.
        """
        # BEGIN SOLUTION
        for layer in self.layers:
            x = layer(x)
        return x
        # END SOLUTION

    def parameters(self) -> list[Value]:
        """List all parameters, layer by layer. MLP(3, [4, 4, 1]) has 41."""
        # BEGIN SOLUTION
        return [p for layer in self.layers for p in layer.parameters()]
        # END SOLUTION


def squared_error_loss(ypred: list[Value], ys: list[float]) -> Value:
    """Measure how far predictions are from their targets: the sum of the squared differences.

    Args:
        ypred: the predictions.
        ys: as many targets, plain numbers.

    Returns:
        The loss, one Value that leads back to every prediction.
    """
    # BEGIN SOLUTION
    return sum((y - t) ** 2 for y, t in zip(ypred, ys))
    # END SOLUTION


def softmax_nll(logits: list[Value], target: int) -> Value:
    """Measure how little a model expected what came: the negative log likelihood of the target.

    The probabilities of the classes are the softmax of the logits.

    Args:
        logits: one for each class, of either sign, and of moderate size.
        target: the index of the class that came.

    Returns:
        The loss, one Value that leads back to every logit. It is made of your operations, so nothing is left to do
        for the way back.
    """
    # BEGIN SOLUTION
    counts = [logit.exp() for logit in logits]
    probability = counts[target] / sum(counts)
    return -probability.log()
    # END SOLUTION


def max_margin_loss(scores: list[Value], ys: list[int], params: list[Value], alpha: float) -> Value:
    """Ask that every score lies on the right side of 0, and at least 1 away from it; and that parameters stay small.

    An example costs nothing where its score, counted towards its own side, is 1 or more. Below that it costs what is
    missing to 1. The data loss is the mean of these costs over the examples. To it comes the penalty: alpha times the
    sum of the squares of all parameters.

    Args:
        scores: the model's outputs, one for each example.
        ys: the sides, 1 or -1 for each example.
        params: the parameters of the model.
        alpha: the weight of the penalty.

    Returns:
        The loss, one Value that leads back to scores and parameters.
    """
    # BEGIN SOLUTION
    costs = [(1 - y * score).relu() for y, score in zip(ys, scores)]
    data_loss = sum(costs) * (1 / len(costs))
    penalty = alpha * sum(p * p for p in params)
    return data_loss + penalty
    # END SOLUTION


def zero_grad(params: Iterable[Value]) -> None:
    """Set the gradient of every parameter back to zero, in place.

    Args:
        params: the parameters. What they hold, their `data`, stays.
    """
    # BEGIN SOLUTION
    for p in params:
        p.grad = 0.0
    # END SOLUTION


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
    # BEGIN SOLUTION
    predictions = [model(x) for x in xs]
    loss = sum((y - t) ** 2 for y, t in zip(predictions, ys))
    zero_grad(model.parameters())
    loss.backward()
    for p in model.parameters():
        p.data -= lr * p.grad
    return loss.data
    # END SOLUTION


# ---- the lecture's experiments, with your functions (given) ------------------------------------------------------


def two_moons(count: int) -> tuple[list[list[float]], list[int]]:
    """Points of two half moons that reach into each other, and for each point its moon: 1 or -1."""
    sides = [1 if i % 2 else -1 for i in range(count)]
    points = []
    for side in sides:
        angle = random.uniform(0, math.pi)
        x, y = math.cos(angle), math.sin(angle)
        centre = (1 - x, 0.5 - y) if side > 0 else (x, y)
        points.append([random.gauss(at, 0.1) for at in centre])
    return points, sides


def draw_moons(model: MLP, points: list[list[float]], sides: list[int]) -> None:
    """Print the plane as the model sees it, dotted where its score is positive, and the points on it: x and o."""
    xs, ys = [-1.5 + i / 15 for i in range(61)], [1.4 - i / 8 for i in range(20)]
    scores = [[model([x, y]).data for x in xs] for y in ys]
    rows = [["." if score > 0 else " " for score in row] for row in scores]
    for (x, y), side in zip(points, sides):
        rows[round((1.4 - y) * 8)][round((x + 1.5) * 15)] = "x" if side > 0 else "o"
    print("\n".join("  " + "".join(row) for row in rows))
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        return
    plt.contourf(xs, ys, scores, levels=[-1, 0, 1], cmap="Spectral", alpha=0.8)
    plt.scatter(*zip(*points), c=sides, cmap="Spectral", edgecolors="black")
    plt.savefig("moons.png")
    print("Saved moons.png.")


def experiment() -> None:
    """Train a small network on the lecture's four examples, and a larger one to tell two moons apart."""
    random.seed(3)

    print("Four examples, MLP(3, [4, 4, 1])")
    xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    ys = [1.0, -1.0, -1.0, 1.0]
    model = MLP(3, [4, 4, 1])
    for step in range(20):
        print(f"  step {step + 1:3}   loss {train_step(model, xs, ys, lr=0.1):.4f}")
    for x, y in zip(xs, ys):
        print(f"  target {y:4}   prediction {model(x).data:7.4f}")

    print("\nTwo moons, MLP(2, [16, 16, 1])")
    points, sides = two_moons(100)
    model = MLP(2, [16, 16, 1])
    for p in model.layers[-1].parameters():
        p.data *= 0.1  # begin undecided: an output near 1 or -1 hardly moves
    params, steps, losses = list(model.parameters()), 400, []
    for step in range(steps):
        batch = random.sample(range(100), 10)
        loss = max_margin_loss([model(points[i]) for i in batch], [sides[i] for i in batch], params, alpha=1e-4)
        zero_grad(params)
        loss.backward()
        for p in params:
            p.data -= 0.5 * (1 - 0.9 * step / steps) * p.grad
        losses.append(loss.data)
        if len(losses) == 40:
            print(f"  step {step + 1:3}   loss {sum(losses) / 40:.4f}", flush=True)
            losses.clear()
    right = sum(model(point).data * side > 0 for point, side in zip(points, sides))
    print(f"  accuracy {right} %")
    draw_moons(model, points, sides)


if __name__ == "__main__":
    try:
        experiment()
    except NotImplementedError as todo:
        slug = str(todo) or "micrograd"
        print(f"\nThis is how far it goes for now: {slug} is still to do, and `zth show {slug}` says what it asks for.")
    except FileNotFoundError as missing:
        print(f"\nThe experiment reads {missing.filename}, and that file is not there: `zth data` tells of it.")
    except Exception as trouble:
        print(f"\nIt stops here for now: {type(trouble).__name__}: {trouble}. `zth check micrograd` tells why.")
