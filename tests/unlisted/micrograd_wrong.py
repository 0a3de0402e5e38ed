"""Wrong answers for micrograd, as learners would write them: made from the docstrings alone."""

# ruff: noqa: F821, N801

import math


def forward_difference__step_of_its_own(f, x, h=1e-6):
    """Wrong: h is replaced by 0.001."""
    h = 0.001
    return (f(x + h) - f(x)) / h


def forward_difference__no_brackets(f, x, h=1e-6):
    """Wrong: only the second term is divided."""
    return f(x + h) - f(x) / h


def central_difference__one_step_below(f, x, h=1e-6):
    """Wrong: the values lie 2h apart and are divided by h."""
    return (f(x + h) - f(x - h)) / h


def analytic_gradient__inner_derivative_forgotten(a, b, c):
    """Wrong: the 3 inside the sine is not multiplied in."""
    return -3 * a**2 - 0.5 * a**-0.5, math.cos(3 * b) + 2.5 * b**1.5, 1 / c**2


def analytic_gradient__sign_of_the_root(a, b, c):
    """Wrong: the root's derivative is added, not taken away."""
    return -3 * a**2 + 0.5 * a**-0.5, 3 * math.cos(3 * b) + 2.5 * b**1.5, 1 / c**2


def chain_rule_neuron__slope_from_n(x1, x2, w1, w2, b):
    """Wrong: 1 - n squared in place of 1 - o squared."""
    n = x1 * w1 + x2 * w2 + b
    d = 1 - n**2
    return {"o": math.tanh(n), "x1": d * w1, "w1": d * x1, "x2": d * w2, "w2": d * x2, "b": d}


def chain_rule_neuron__output_is_one(x1, x2, w1, w2, b):
    """Wrong: under "o" stands the gradient of o, 1.0, not the output."""
    o = math.tanh(x1 * w1 + x2 * w2 + b)
    d = 1 - o * o
    return {"o": 1.0, "x1": d * w1, "w1": d * x1, "x2": d * w2, "w2": d * x2, "b": d}


class value_add__adds_one:
    """Wrong: each operand gets 1.0, whatever arrives."""

    class Value:
        def __add__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            out = Value(self.data + other.data, (self, other), "+")

            def _backward():
                self.grad += 1.0
                other.grad += 1.0

            out._backward = _backward
            return out


class value_mul__called_at_once:
    """Wrong: `_backward()` is called on the spot, and what it returns, None, is kept."""

    class Value:
        def __mul__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            out = Value(self.data * other.data, (self, other), "*")

            def _backward():
                self.grad += other.data * out.grad
                other.grad += self.data * out.grad

            out._backward = _backward()
            return out


class value_mul__gradients_for_data:
    """Wrong: the other operand's gradient is used, not its data."""

    class Value:
        def __mul__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            out = Value(self.data * other.data, (self, other), "*")

            def _backward():
                self.grad += other.grad * out.grad
                other.grad += self.grad * out.grad

            out._backward = _backward
            return out


class value_reflected__only_the_number:
    """Wrong: the product has the right data and no children."""

    class Value:
        def __radd__(self, other):
            return self + other

        def __rmul__(self, other):
            return Value(self.data * other)


class value_pow__exponent_not_lowered:
    """Wrong: k times the power itself."""

    class Value:
        def __pow__(self, k):
            assert isinstance(k, (int, float))
            out = Value(self.data**k, (self,), f"**{k}")

            def _backward():
                self.grad += k * out.data * out.grad

            out._backward = _backward
            return out


class value_sub__reversed_the_wrong_way:
    """Wrong: 3 - b is b - 3."""

    class Value:
        def __neg__(self):
            return self * -1

        def __sub__(self, other):
            return self + (-other)

        def __rsub__(self, other):
            return self - other


class value_div__minus_lost:
    """Wrong: the divisor's gradient has the wrong sign."""

    class Value:
        def __truediv__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            out = Value(self.data / other.data, (self, other), "/")

            def _backward():
                self.grad += out.grad / other.data
                other.grad += out.grad * self.data / other.data**2

            out._backward = _backward
            return out

        def __rtruediv__(self, other):
            return Value(other) / self


class value_tanh__slope_of_the_input:
    """Wrong: 1 - x squared in place of 1 - tanh(x) squared."""

    class Value:
        def tanh(self):
            out = Value(math.tanh(self.data), (self,), "tanh")

            def _backward():
                self.grad += (1 - self.data**2) * out.grad

            out._backward = _backward
            return out


class value_exp__power_rule:
    """Wrong: the power rule where it has no place: x e^(x-1)."""

    class Value:
        def exp(self):
            out = Value(math.exp(self.data), (self,), "exp")

            def _backward():
                self.grad += self.data * math.exp(self.data - 1) * out.grad

            out._backward = _backward
            return out


class value_log__something_small_added:
    """Wrong: 1e-8 is added against log(0), which small inputs feel."""

    class Value:
        def log(self):
            out = Value(math.log(self.data + 1e-8), (self,), "log")

            def _backward():
                self.grad += out.grad / (self.data + 1e-8)

            out._backward = _backward
            return out


class value_relu__slope_not_cut:
    """Wrong: the way back lets everything through."""

    class Value:
        def relu(self):
            out = Value(self.data if self.data > 0 else 0.0, (self,), "ReLU")

            def _backward():
                self.grad += out.grad

            out._backward = _backward
            return out


def topological_order__in_order_of_discovery(root):
    """Wrong: breadth first and turned round: a node that is used early and late comes too late."""
    order, todo = [], [root]
    while todo:
        node = todo.pop(0)
        if node not in order:
            order.append(node)
            todo.extend(node._prev)
    return order[::-1]


def topological_order__seen_by_number(root):
    """Wrong: nodes that hold equal numbers are taken for one."""
    order, seen = [], set()

    def visit(node):
        if node.data in seen:
            return
        seen.add(node.data)
        for child in node._prev:
            visit(child)
        order.append(node)

    visit(root)
    return order


class backward__by_recursion:
    """Wrong: walks every path, so what a shared node had sent on is sent again."""

    class Value:
        def backward(self):
            self.grad = 1.0

            def walk(node):
                node._backward()
                for child in node._prev:
                    walk(child)

            walk(self)


class backward__clears_all_first:
    """Wrong: leaves lose what another graph has sent them."""

    class Value:
        def backward(self):
            order = topological_order(self)
            for node in order:
                node.grad = 0.0
            self.grad = 1.0
            for node in reversed(order):
                node._backward()


def trace_graph__no_memory(root):
    """Wrong: every path is walked, and a deep graph has too many."""
    nodes, edges = set(), set()

    def build(v):
        nodes.add(v)
        for child in v._prev:
            edges.add((child, v))
            build(child)

    build(root)
    return nodes, edges


class neuron__bias_in_every_term:
    """Wrong: the bias is added once for each input."""

    class Neuron:
        def __init__(self, nin):
            self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
            self.b = Value(random.uniform(-1, 1))

        def __call__(self, x):
            return sum(wi * xi + self.b for wi, xi in zip(self.w, x, strict=True)).tanh()

        def parameters(self):
            return [*self.w, self.b]


class neuron__one_weight_many_times:
    """Wrong: one Value stands in the list nin times."""

    class Neuron:
        def __init__(self, nin):
            self.w = [Value(random.uniform(-1, 1))] * nin
            self.b = Value(random.uniform(-1, 1))

        def __call__(self, x):
            return (sum(wi * xi for wi, xi in zip(self.w, x, strict=True)) + self.b).tanh()

        def parameters(self):
            return [*self.w, self.b]


class mlp__each_layer_sees_the_input:
    """Wrong: every layer gets the network's input size."""

    class MLP:
        def __init__(self, nin, nouts):
            self.layers = [Layer(nin, nout) for nout in nouts]


def squared_error_loss__on_data(ypred, ys):
    """Wrong: computed from the numbers, so nothing leads back."""
    return Value(sum((p.data - y) ** 2 for p, y in zip(ypred, ys, strict=True)))


def softmax_nll__no_minus(logits, target):
    """Wrong: the log likelihood, without the minus."""
    counts = [logit.exp() for logit in logits]
    return (counts[target] / sum(counts)).log()


def max_margin_loss__margin_of_zero(scores, ys, params, alpha):
    """Wrong: the margin of 1 is left out."""
    losses = [(-y * s).relu() for y, s in zip(ys, scores, strict=True)]
    return sum(losses) / len(losses) + alpha * sum(p**2 for p in params)


def zero_grad__rebinds(params):
    """Wrong: a new list is made, and the parameters keep their gradients."""
    params = [Value(p.data) for p in params]
    return params


def train_step__returns_the_loss_after(model, xs, ys, lr):
    """Wrong: the loss is computed anew after the step."""
    loss = sum((model(x) - y) ** 2 for x, y in zip(xs, ys, strict=True))
    for p in model.parameters():
        p.grad = 0.0
    loss.backward()
    for p in model.parameters():
        p.data -= lr * p.grad
    return sum((model(x) - y) ** 2 for x, y in zip(xs, ys, strict=True)).data


def train_step__example_by_example(model, xs, ys, lr):
    """Wrong: a step after each example, not one on all."""
    total = 0.0
    for x, y in zip(xs, ys, strict=True):
        loss = (model(x) - y) ** 2
        for p in model.parameters():
            p.grad = 0.0
        loss.backward()
        for p in model.parameters():
            p.data -= lr * p.grad
        total += loss.data
    return total


def central_difference__times_h(f, x, h=1e-6):
    """Wrong: brackets missing: halved and multiplied by h."""
    return (f(x + h) - f(x - h)) / 2 * h


def forward_difference__downhill(f, x, h=1e-6):
    """Wrong: first value minus second."""
    return (f(x) - f(x + h)) / h


def chain_rule_neuron__weights_and_inputs_exchanged(x1, x2, w1, w2, b):
    """Wrong: each input gets itself as slope, each weight too."""
    o = math.tanh(x1 * w1 + x2 * w2 + b)
    d = 1 - o**2
    return {"o": o, "x1": d * x1, "x2": d * x2, "w1": d * w1, "w2": d * w2, "b": d}


class value_add__no_operands:
    """Wrong: the sum does not know what it is made of."""

    class Value:
        def __add__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            out = Value(self.data + other.data)

            def _backward():
                self.grad += out.grad
                other.grad += out.grad

            out._backward = _backward
            return out


class value_mul__numbers_not_wrapped:
    """Wrong: a number has no data."""

    class Value:
        def __mul__(self, other):
            out = Value(self.data * other.data, (self, other), "*")

            def _backward():
                self.grad += other.data * out.grad
                other.grad += self.data * out.grad

            out._backward = _backward
            return out


class value_mul__right_one_overwritten:
    """Wrong: the right operand's gradient is set, not added to."""

    class Value:
        def __mul__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            out = Value(self.data * other.data, (self, other), "*")

            def _backward():
                self.grad += other.data * out.grad
                other.grad = self.data * out.grad

            out._backward = _backward
            return out


class value_pow__whole_numbers_only:
    """Wrong: a float as exponent is refused."""

    class Value:
        def __pow__(self, k):
            assert isinstance(k, int)
            out = Value(self.data**k, (self,), "pow")

            def _backward():
                self.grad += k * self.data ** (k - 1) * out.grad

            out._backward = _backward
            return out


class value_sub__both_gain:
    """Wrong: the way back is that of a sum."""

    class Value:
        def __sub__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            out = Value(self.data - other.data, (self, other), "-")

            def _backward():
                self.grad += out.grad
                other.grad += out.grad

            out._backward = _backward
            return out


class value_tanh__the_two_is_lost:
    """Wrong: e to the x, not to the 2x: the tanh of half of it."""

    class Value:
        def tanh(self):
            e = math.exp(self.data)
            out = Value((e - 1) / (e + 1), (self,), "tanh")

            def _backward():
                self.grad += (1 - out.data**2) * out.grad

            out._backward = _backward
            return out


class value_tanh__not_squared:
    """Wrong: 1 - t in place of 1 - t squared."""

    class Value:
        def tanh(self):
            t = math.tanh(self.data)
            out = Value(t, (self,), "tanh")

            def _backward():
                self.grad += (1 - t) * out.grad

            out._backward = _backward
            return out


class value_log__one_over_the_output:
    """Wrong: one over the logarithm, not over the input."""

    class Value:
        def log(self):
            out = Value(math.log(self.data), (self,), "log")

            def _backward():
                self.grad += out.grad / out.data

            out._backward = _backward
            return out


class value_relu__leaks:
    """Wrong: a hundredth of what is negative comes through."""

    class Value:
        def relu(self):
            k = 1.0 if self.data > 0 else 0.01
            out = Value(self.data * k, (self,), "relu")

            def _backward():
                self.grad += k * out.grad

            out._backward = _backward
            return out


class value_relu__open_at_zero:
    """Wrong: at 0 itself the slope is 1."""

    class Value:
        def relu(self):
            out = Value(max(self.data, 0), (self,), "relu")

            def _backward():
                self.grad += (self.data >= 0) * out.grad

            out._backward = _backward
            return out


def topological_order__root_first(root):
    """Wrong: the order for the way back, from the root down."""
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for child in node._prev:
                visit(child)
            order.insert(0, node)

    visit(root)
    return order


def topological_order__leaves_left_out(root):
    """Wrong: only nodes with operands."""
    order, seen = [], set()

    def visit(node):
        if node in seen or not node._prev:
            return
        seen.add(node)
        for child in node._prev:
            visit(child)
        order.append(node)

    visit(root)
    return order


class backward__seed_too_late:
    """Wrong: the root gets its 1.0 when everything has been sent."""

    class Value:
        def backward(self):
            for node in reversed(topological_order(self)):
                node._backward()
            self.grad = 1.0


class backward__children_first:
    """Wrong: the order is not turned round."""

    class Value:
        def backward(self):
            self.grad = 1.0
            for node in topological_order(self):
                node._backward()


def trace_graph__root_missing(root):
    """Wrong: only operands are collected, never the root."""
    nodes, edges, todo = set(), set(), [root]
    while todo:
        node = todo.pop()
        for child in node._prev:
            edges.add((child, node))
            if child not in nodes:
                nodes.add(child)
                todo.append(child)
    return nodes, edges


class neuron__never_negative:
    """Wrong: drawn between 0 and 1."""

    class Neuron:
        def __init__(self, nin):
            self.w = [Value(random.random()) for _ in range(nin)]
            self.b = Value(random.random())


class neuron__parameters_are_copies:
    """Wrong: new Values with the same numbers."""

    class Neuron:
        def parameters(self):
            return [Value(p.data) for p in [*self.w, self.b]]


class mlp__one_output_in_a_list:
    """Wrong: a layer of one neuron returns a list too."""

    class Layer:
        def __call__(self, x):
            return [neuron(x) for neuron in self.neurons]


class mlp__input_to_every_layer:
    """Wrong: x goes into every layer; what the one before made is dropped."""

    class MLP:
        def __call__(self, x):
            for layer in self.layers:
                out = layer(x)
            return out


def squared_error_loss__mean(ypred, ys):
    """Wrong: divided by how many there are."""
    return sum((p - y) ** 2 for p, y in zip(ypred, ys, strict=True)) / len(ys)


def squared_error_loss__not_squared(ypred, ys):
    """Wrong: differences that cancel."""
    return sum(p - y for p, y in zip(ypred, ys, strict=True))


def softmax_nll__no_log(logits, target):
    """Wrong: minus the probability."""
    counts = [logit.exp() for logit in logits]
    return -(counts[target] / sum(counts))


def softmax_nll__sum_as_a_number(logits, target):
    """Wrong: the sum of exponentials is computed from data, so the other logits get nothing."""
    total = sum(math.exp(logit.data) for logit in logits)
    return -(logits[target].exp() / total).log()


def max_margin_loss__penalty_averaged(scores, ys, params, alpha):
    """Wrong: the penalty is divided by the number of examples too."""
    loss = sum((1 - y * s).relu() for y, s in zip(ys, scores, strict=True))
    return (loss + alpha * sum(p**2 for p in params)) / len(scores)


def max_margin_loss__rewards(scores, ys, params, alpha):
    """Wrong: without relu, so scores far on the right side pay back."""
    loss = sum(1 - y * s for y, s in zip(ys, scores, strict=True)) / len(scores)
    return loss + alpha * sum(p**2 for p in params)


def zero_grad__none(params):
    """Wrong: None, as torch has it, to which nothing can be added."""
    for p in params:
        p.grad = None


def train_step__clears_at_the_end(model, xs, ys, lr):
    """Wrong: cleared after the step, so what arrives with gradients takes them along."""
    loss = sum((model(x) - y) ** 2 for x, y in zip(xs, ys, strict=True))
    loss.backward()
    for p in model.parameters():
        p.data -= lr * p.grad
        p.grad = 0.0
    return loss.data


def train_step__returns_a_value(model, xs, ys, lr):
    """Wrong: the loss is a Value, not a plain number."""
    loss = sum((model(x) - y) ** 2 for x, y in zip(xs, ys, strict=True))
    for p in model.parameters():
        p.grad = 0.0
    loss.backward()
    for p in model.parameters():
        p.data -= lr * p.grad
    return loss
