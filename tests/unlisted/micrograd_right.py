"""Right answers for micrograd, as learners would write them: made from the docstrings alone."""

# ruff: noqa: C408, F821, N801, RUF017

import math


def forward_difference__divides_by_the_step_that_was_taken(f, x, h=1e-6):
    """Right: x + h - x is the step that rounding left."""
    ahead = x + h
    return (f(ahead) - f(x)) / (ahead - x)


def central_difference__mean_of_both_sides(f, x, h=1e-6):
    """Right: the mean of the slopes to the right and to the left is the symmetric one."""
    right = (f(x + h) - f(x)) / h
    left = (f(x) - f(x - h)) / h
    return 0.5 * (right + left)


def analytic_gradient__as_a_list_of_roots(a, b, c):
    """Right: roots in place of fractional powers, and a list for a tuple."""
    return [-3 * a * a - 1 / (2 * math.sqrt(a)), 3 * math.cos(3 * b) + 2.5 * b * math.sqrt(b), 1 / (c * c)]


def chain_rule_neuron__through_a_graph(x1, x2, w1, w2, b):
    """Right: lets a graph of Values do it; nothing forbids that."""
    names = {"x1": Value(x1), "x2": Value(x2), "w1": Value(w1), "w2": Value(w2), "b": Value(b)}
    out = (names["x1"] * names["w1"] + names["x2"] * names["w2"] + names["b"]).tanh()
    out.backward()
    return {"o": out.data} | {name: value.grad for name, value in names.items()}


def chain_rule_neuron__cosh(x1, x2, w1, w2, b):
    """Right: the slope of tanh as one over cosh squared."""
    n = x1 * w1 + x2 * w2 + b
    slope = 1 / math.cosh(n) ** 2
    return dict(o=math.tanh(n), x1=slope * w1, x2=slope * w2, w1=slope * x1, w2=slope * x2, b=slope)


class value_add__loop_over_the_operands:
    """Right: one loop serves both operands, also where they are one."""

    class Value:
        def __add__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            out = Value(self.data + other.data, [self, other], "+")

            def _backward():
                for operand in (self, other):
                    operand.grad += out.grad

            out._backward = _backward
            return out


class value_mul__written_out:
    """Right: `x = x + ...` in place of `+=`, and a set of children."""

    class Value:
        def __mul__(self, other):
            if not isinstance(other, Value):
                other = Value(other)
            out = Value(self.data * other.data, {self, other}, "*")

            def back():
                self.grad = self.grad + other.data * out.grad
                other.grad = other.grad + self.data * out.grad

            out._backward = back
            return out


class value_reflected__the_same_method_twice:
    """Right: `__radd__ = __add__` is all that it takes."""

    class Value:
        def __rmul__(self, other):
            return self * other

        __radd__ = __add__


class value_pow__value_as_exponent:
    """Right: a Value as exponent gets its own gradient."""

    class Value:
        def __pow__(self, k):
            power = k.data if isinstance(k, Value) else k
            out = Value(self.data**power, (self, k) if isinstance(k, Value) else (self,), "**")

            def _backward():
                self.grad += power * self.data ** (power - 1) * out.grad
                if isinstance(k, Value):
                    k.grad += out.data * math.log(self.data) * out.grad

            out._backward = _backward
            return out


class value_sub__own_node:
    """Right: a subtraction with a node of its own."""

    class Value:
        def __neg__(self):
            out = Value(-self.data, (self,), "neg")

            def _backward():
                self.grad -= out.grad

            out._backward = _backward
            return out

        def __sub__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            out = Value(self.data - other.data, (self, other), "-")

            def _backward():
                self.grad += out.grad
                other.grad -= out.grad

            out._backward = _backward
            return out

        def __rsub__(self, other):
            return Value(other) - self


class value_div__quotient_rule:
    """Right: the quotient rule in one node."""

    class Value:
        def __truediv__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            out = Value(self.data / other.data, (self, other), "/")

            def _backward():
                self.grad += out.grad / other.data
                other.grad -= self.data / other.data**2 * out.grad

            out._backward = _backward
            return out

        def __rtruediv__(self, other):
            return Value(other) / self


class value_tanh__the_lectures_formula:
    """Right: by exponentials, as the lecture has it; e to the 40 is no trouble."""

    class Value:
        def tanh(self):
            x = self.data
            t = (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1)
            out = Value(t, (self,), "tanh")

            def _backward():
                self.grad += (1 - t**2) * out.grad

            out._backward = _backward
            return out


class value_exp__power_of_e:
    """Right: e as a number, raised."""

    class Value:
        def exp(self):
            out = Value(math.e**self.data, (self,))

            def _backward():
                self.grad += math.e**self.data * out.grad

            out._backward = _backward
            return out


class value_relu__mask_of_the_output:
    """Right: the slope from the output, a bool as a factor."""

    class Value:
        def relu(self):
            out = Value(max(0.0, self.data), (self,), "ReLU")

            def _backward():
                self.grad += (out.data > 0) * out.grad

            out._backward = _backward
            return out


def topological_order__ready_when_nobody_waits(root):
    """Right: Kahn's way, from the root down, turned round at the end."""
    users, found = {root: 0}, [root]
    for node in found:
        for child in node._prev:
            if child not in users:
                users[child] = 0
                found.append(child)
            users[child] += 1
    order, ready = [], [root]
    while ready:
        node = ready.pop()
        order.append(node)
        for child in node._prev:
            users[child] -= 1
            if users[child] == 0:
                ready.append(child)
    return order[::-1]


def topological_order__own_stack(root):
    """Right: depth first with a stack of its own; a node is listed on the way out."""
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in node._prev)
    return order


class backward__as_in_the_lecture:
    """Right: the order is made inside, in a nested function."""

    class Value:
        def backward(self):
            topo = []
            visited = set()

            def build_topo(v):
                if v not in visited:
                    visited.add(v)
                    for child in v._prev:
                        build_topo(child)
                    topo.append(v)

            build_topo(self)
            self.grad = 1.0
            for node in reversed(topo):
                node._backward()


def trace_graph__edges_from_nodes(root):
    """Right: all nodes first, from a list that grows; the edges from them."""
    nodes, todo = set(), [root]
    while todo:
        node = todo.pop()
        if node not in nodes:
            nodes.add(node)
            todo += node._prev
    return nodes, {(child, node) for node in nodes for child in node._prev}


class neuron__sum_begins_at_the_bias:
    """Right: the bias is where the sum begins."""

    class Neuron:
        def __init__(self, nin):
            self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
            self.b = Value(random.random() * 2 - 1)

        def __call__(self, x):
            return sum((wi * xi for wi, xi in zip(self.w, x, strict=True)), self.b).tanh()

        def parameters(self):
            return [*self.w, self.b]


class mlp__loops:
    """Right: plain loops, and sizes put in front."""

    class Layer:
        def __init__(self, nin, nout):
            self.neurons = []
            for _ in range(nout):
                self.neurons.append(Neuron(nin))

        def __call__(self, x):
            outs = [n(x) for n in self.neurons]
            return outs[0] if len(outs) == 1 else outs

        def parameters(self):
            return sum((n.parameters() for n in self.neurons), [])

    class MLP:
        def __init__(self, nin, nouts):
            self.layers = []
            for nout in nouts:
                self.layers.append(Layer(nin, nout))
                nin = nout

        def __call__(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

        def parameters(self):
            params = []
            for layer in self.layers:
                params.extend(layer.parameters())
            return params


def squared_error_loss__target_first(ypred, ys):
    """Right: the difference the other way round; its square is the same."""
    loss = Value(0.0)
    for y, p in zip(ys, ypred, strict=True):
        diff = y - p
        loss = loss + diff * diff
    return loss


def softmax_nll__shifted_by_the_largest(logits, target):
    """Right: the largest logit is taken away first, as a number."""
    most = max(logit.data for logit in logits)
    exps = [(logit - most).exp() for logit in logits]
    return -(exps[target] / sum(exps)).log()


def softmax_nll__log_of_the_sum(logits, target):
    """Right: log of the sum of exponentials, less the target's logit."""
    return sum(logit.exp() for logit in logits).log() - logits[target]


def max_margin_loss__repositorys_line(scores, ys, params, alpha):
    """Right: as the lecturer's demo has it."""
    losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(ys, scores, strict=True)]
    data_loss = sum(losses) * (1.0 / len(losses))
    reg_loss = alpha * sum(p * p for p in params)
    return data_loss + reg_loss


def zero_grad__whole_number(params):
    """Right: a zero without a point is a zero."""
    for p in params:
        p.grad = 0


def train_step__everything_inside(model, xs, ys, lr):
    """Right: the gradients are cleared between the forward and the backward pass."""
    outs = [model(x) for x in xs]
    loss = sum((out - y) ** 2 for out, y in zip(outs, ys, strict=True))
    for p in model.parameters():
        p.grad = 0.0
    loss.backward()
    for p in model.parameters():
        p.data += -lr * p.grad
    return loss.data


class value_pow__no_test_of_the_exponent:
    """Right: nothing is asked of k; Python itself refuses a Value, with a TypeError."""

    class Value:
        def __pow__(self, k):
            out = Value(self.data**k, (self,), "pow")

            def _backward():
                self.grad += k * self.data ** (k - 1) * out.grad

            out._backward = _backward
            return out


class value_relu__times_the_mask:
    """Right: minus zero where the input is negative is still zero."""

    class Value:
        def relu(self):
            mask = 1.0 if self.data > 0 else 0.0
            out = Value(self.data * mask, (self,), "relu")

            def _backward():
                self.grad += mask * out.grad

            out._backward = _backward
            return out


class backward__clears_what_lies_inside:
    """Right: nodes with operands begin at 0, leaves keep what they had; counts who still waits."""

    class Value:
        def backward(self):
            waiting, todo = {self: 0}, [self]
            while todo:
                node = todo.pop()
                if node._prev:
                    node.grad = 0.0
                for child in node._prev:
                    if child not in waiting:
                        waiting[child] = 0
                        todo.append(child)
                    waiting[child] += 1
            self.grad, todo = 1.0, [self]
            while todo:
                node = todo.pop()
                node._backward()
                for child in node._prev:
                    waiting[child] -= 1
                    if not waiting[child]:
                        todo.append(child)


def max_margin_loss__only_who_costs(scores, ys, params, alpha):
    """Right: an `if` on the data in place of relu."""
    loss = Value(0.0)
    for s, y in zip(scores, ys, strict=True):
        if s.data * y < 1:
            loss = loss + (1 - s * y) / len(scores)
    for p in params:
        loss = loss + alpha * p**2
    return loss


def softmax_nll__in_probabilities(logits, target):
    """Right: all probabilities first, by a power of -1, then the log of one."""
    counts = [logit.exp() for logit in logits]
    total = counts[0]
    for count in counts[1:]:
        total = total + count
    probs = [count * total**-1 for count in counts]
    return probs[target].log() * -1.0
