"""Right answers for micrograd in forms that are seldom seen: made from the docstrings alone."""

# ruff: noqa: F821, N801

import math
import random


def forward_difference__exact_fractions(f, x, h=1e-6):
    """Right: differences and quotient as fractions, with the step that was really taken."""
    from fractions import Fraction

    here, there = float(x), float(x + h)
    rise = Fraction(f(there)) - Fraction(f(here))
    return float(rise / (Fraction(there) - Fraction(here)))


def central_difference__forward_from_one_step_before(f, x, h=1e-6):
    """Right: a forward difference of twice the step that begins at x - h."""
    return forward_difference(f, x=x - h, h=h + h)


def analytic_gradient__triple_angle(a, b, c):
    """Right: cos(3b) by the formula for three angles, b**1.5 by the logarithm."""
    cosine = math.cos(b)
    return (
        -(3 * a**2.5 + 0.5) / math.sqrt(a),
        12 * cosine**3 - 9 * cosine + 2.5 * math.exp(1.5 * math.log(b)),
        math.pow(c, -2),
    )


def chain_rule_neuron__decaying_exponential(x1, x2, w1, w2, b):
    """Right: tanh and its slope from exp(-2|n|), which cannot overflow."""
    inputs, weights = (x1, x2), (w1, w2)
    n = math.fsum([b, *(x * w for x, w in zip(inputs, weights, strict=True))])
    t = math.exp(-2 * abs(n))
    o = math.copysign(math.expm1(-2 * abs(n)) / (1 + t), n)
    slope = 4 * t / (1 + t) ** 2
    shares = {
        name: slope * by for name, by in zip(("x1", "x2", "w1", "w2", "b"), (*weights, *inputs, 1.0), strict=True)
    }
    return {**shares, "o": o}


class value_add__partial:
    """Right: the way back is a functools.partial of a function of three Values."""

    class Value:
        def __add__(self, other):
            from functools import partial

            def send(result, left, right):
                left.grad += result.grad
                right.grad += result.grad

            if not isinstance(other, Value):
                other = Value(other)
            total = Value(math.fsum((self.data, other.data)), _children=(self, other), _op="+")
            total._backward = partial(send, total, self, other)
            return total


class value_mul__permutations:
    """Right: both orders of the two operands; each gets the other one times the gradient."""

    class Value:
        def __mul__(self, other):
            from itertools import permutations

            pair = (self, other if isinstance(other, Value) else Value(other))
            out = Value(math.prod(v.data for v in pair), pair, "*")

            def _backward():
                for one, another in permutations(pair):
                    one.grad += another.data * out.grad

            out._backward = _backward
            return out


class value_reflected__nodes_with_one_operand:
    """Right: a node of its own whose only operand is the Value."""

    class Value:
        def __radd__(self, other):
            out = Value(other + self.data, (self,), "+")

            def _backward():
                self.grad += out.grad

            out._backward = _backward
            return out

        def __rmul__(self, other):
            out = Value(other * self.data, (self,), "*")

            def _backward():
                self.grad += other * out.grad

            out._backward = _backward
            return out


class value_pow__match:
    """Right: a match statement refuses what is no number; the slope is worked out on the way forward."""

    class Value:
        def __pow__(self, k):
            match k:
                case 0:
                    slope = 0.0
                case int() | float():
                    slope = k * math.pow(self.data, k - 1)
                case _:
                    raise TypeError(f"not a constant: {k!r}")
            out = Value(math.pow(self.data, k), (self,), f"**{k}")

            def _backward():
                self.grad = self.grad + slope * out.grad

            out._backward = _backward
            return out


class value_sub__minus_of_a_sum:
    """Right: a - b is -(-a + b), and the minus is a node of its own."""

    class Value:
        def __neg__(self):
            out = Value(0.0 - self.data, (self,), "neg")

            def _backward():
                self.grad -= out.grad

            out._backward = _backward
            return out

        def __sub__(self, other):
            return -(-self + other)

        def __rsub__(self, other):
            return -self + other


class value_div__by_the_quotient_itself:
    """Right: the way back uses the quotient: d/da is 1/b, and d/db is -(a/b)/b."""

    class Value:
        def __truediv__(self, other):
            below = Value(other) if not isinstance(other, Value) else other
            out = Value(self.data / below.data, (self, below), "/")

            def _backward():
                share = out.grad / below.data
                self.grad += share
                below.grad -= share * out.data

            out._backward = _backward
            return out

        def __rtruediv__(self, other):
            out = Value(other / self.data, (self,), "/")

            def _backward():
                self.grad -= out.grad * out.data / self.data

            out._backward = _backward
            return out


class value_tanh__tangent_of_an_imaginary_number:
    """Right: tan(ix) is i tanh(x)."""

    class Value:
        def tanh(self):
            import cmath

            t = cmath.tan(complex(0.0, self.data)).imag
            out = Value(t, (self,), "tanh")

            def _backward():
                self.grad += (1 + t) * (1 - t) * out.grad

            out._backward = _backward
            return out


class value_exp__square_of_half_the_way:
    """Right: e to half the power, squared."""

    class Value:
        def exp(self):
            root = math.exp(self.data / 2)
            out = Value(root * root, (self,), "exp")

            def _backward():
                self.grad += root * out.grad * root

            out._backward = _backward
            return out


class value_log__of_base_two:
    """Right: the logarithm of base 2, times that of 2."""

    class Value:
        def log(self):
            out = Value(math.log2(self.data) * math.log(2), (self,), "log")

            def _backward(node=self):
                node.grad += out.grad / node.data

            out._backward = _backward
            return out


class value_relu__half_of_it_and_its_size:
    """Right: (x + |x|) / 2; where nothing gets through, the node keeps the _backward that does nothing."""

    class Value:
        def relu(self):
            out = Value((self.data + abs(self.data)) / 2, (self,), "relu")

            def _backward():
                self.grad += out.grad

            if out.data:
                out._backward = _backward
            return out


class backward__users_are_counted:
    """Right: a node sends on as soon as all that use it have sent."""

    class Value:
        def backward(self):
            from collections import Counter

            users, seen, found = Counter(), {self}, [self]
            for node in found:  # grows while it is walked
                users.update(node._prev)
                fresh = [child for child in node._prev if child not in seen]
                seen.update(fresh)
                found.extend(fresh)
            self.grad = 1.0
            ready = [self]
            while ready:
                node = ready.pop()
                node._backward()
                users.subtract(node._prev)
                ready += [child for child in node._prev if users[child] == 0]


def topological_order__sorted_by_distance(root):
    """Right: walks level by level; the last level where a node is met is its longest way to the root."""
    last, level, frontier = {}, 0, {root: None}
    while frontier:
        last |= dict.fromkeys(frontier, level)
        frontier = {child: None for node in frontier for child in node._prev}
        level += 1
    return sorted(last, key=last.get, reverse=True)


def trace_graph__edges_first(root):
    """Right: a generator walks the edges; the nodes are where they begin, and the root."""

    def walk():
        stack, done = [root], set()
        while stack:
            node = stack.pop()
            if node in done:
                continue
            done.add(node)
            for child in node._prev:
                yield child, node
                stack.append(child)

    edges = set(walk())
    return {root, *(child for child, _ in edges)}, edges


class neuron__reduce_of_maps:
    """Right: functools.reduce and the operator module; the bias is where the sum begins."""

    class Neuron:
        def __init__(self, nin):
            *self.w, self.b = (Value(1 - 2 * random.random()) for _ in range(nin + 1))

        def __call__(self, x):
            import functools
            import operator

            return functools.reduce(operator.add, map(operator.mul, self.w, x), self.b).tanh()

        def parameters(self):
            from itertools import chain

            return list(chain(self.w, (self.b,)))


class mlp__pairwise_and_reduce:
    """Right: sizes by pairwise, the way through the layers by reduce, one output told by unpacking."""

    class Layer:
        def __init__(self, nin, nout):
            self.neurons = list(map(Neuron, [nin] * nout))

        def __call__(self, x):
            first, *others = (neuron(x) for neuron in self.neurons)
            return [first, *others] if others else first

        def parameters(self):
            from itertools import chain

            return list(chain.from_iterable(map(Neuron.parameters, self.neurons)))

    class MLP:
        def __init__(self, nin, nouts):
            from itertools import pairwise, starmap

            self.layers = list(starmap(Layer, pairwise((nin, *nouts))))

        def __call__(self, x):
            from functools import reduce

            return reduce(lambda value, layer: layer(value), self.layers, x)

        def parameters(self):
            collected = []
            for layer in self.layers:
                collected.extend(layer.parameters())
            return collected


def squared_error_loss__two_products(ypred, ys):
    """Right: (p - y)p + (y - p)y is the square of p - y."""
    loss = Value(0.0)
    for i in range(len(ys)):
        p, y = ypred[i], ys[i]
        loss = loss + (p - y) * p + (y - p) * y
    return loss


def softmax_nll__pairwise_logaddexp(logits, target):
    """Right: log(e^a + e^b) = a + log(1 + e^(b-a)), folded over the logits; less the target's."""
    from functools import reduce

    return reduce(lambda a, b: a + (1 + (b - a).exp()).log(), logits) - logits[target]


def max_margin_loss__switch_from_the_numbers(scores, ys, params, alpha):
    """Right: in place of relu a factor of 0 or 1; the mean and alpha are taken into each summand."""
    n = len(scores)
    loss = Value(0.0)
    for score, y in zip(scores, ys, strict=True):
        missing = 1 - score if y > 0 else 1 + score
        loss += missing * ((missing.data > 0) / n)
    for p in params:
        loss += (alpha * p) * p
    return loss


def zero_grad__through_vars(params):
    """Right: writes into the dictionary of each object."""
    for p in params:
        vars(p).update(grad=0.0)


def train_step__one_graph_for_each_example(model, xs, ys, lr):
    """Right: a graph for each example; the gradients add up in the parameters, and only then they move."""
    params = model.parameters()
    for p in params:
        p.grad = 0.0

    def cost(x, y):
        off = model(x) - y
        square = off * off
        square.backward()
        return square.data

    total = sum(map(cost, xs, ys))
    for p in params:
        p.data += -lr * p.grad
    return total
