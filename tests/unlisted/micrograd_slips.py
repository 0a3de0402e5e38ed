"""More wrong answers for micrograd: one slip each, or two at once, made from the docstrings alone."""

# ruff: noqa: B905, F821, N801

import math


def forward_difference__other_way_round(f, x, h=1e-6):
    """Wrong: the step's value is taken away from the start's, so the sign is turned."""
    here = f(x)
    there = f(x + h)
    return (here - there) / h


def central_difference__brackets_below_forgotten(f, x, h=1e-6):
    """Wrong: `/ 2 * h` multiplies by h where it should divide by it."""
    right = f(x + h)
    left = f(x - h)
    return (right - left) / 2 * h


def analytic_gradient__cosine_of_b_and_root(a, b, c):
    """Wrong twice: the cosine is taken of b, not of 3b; the root's derivative keeps the exponent 0.5."""
    da = -3 * a**2 - 0.5 * a**0.5
    db = 3 * math.cos(b) + 2.5 * b**1.5
    dc = c**-2
    return da, db, dc


def chain_rule_neuron__partners_swapped(x1, x2, w1, w2, b):
    """Wrong: each factor gets itself instead of its partner."""
    values = {"x1": x1, "x2": x2, "w1": w1, "w2": w2}
    o = math.tanh(sum(values[f"x{i}"] * values[f"w{i}"] for i in (1, 2)) + b)
    dn = 1.0 - o**2
    grads = {name: dn * value for name, value in values.items()}
    grads["o"] = o
    grads["b"] = dn
    return grads


class value_add__second_is_assigned:
    """Wrong: the second operand's gradient is assigned, not added to."""

    class Value:
        def __add__(self, other):
            if not isinstance(other, Value):
                other = Value(other)
            out = Value(self.data + other.data, (self, other), "+")

            def _backward():
                self.grad += out.grad
                other.grad = out.grad

            out._backward = _backward
            return out


class value_mul__own_number:
    """Wrong: the left operand's share is its own number times out.grad, not the other's."""

    class Value:
        def __mul__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            left, right = self.data, other.data
            out = Value(left * right, (self, other), "*")

            def push():
                g = out.grad
                self.grad += left * g
                other.grad += left * g

            out._backward = push
            return out


class value_reflected__sum_is_cut_off:
    """Wrong: the sum is a new leaf, not connected to this Value."""

    class Value:
        def __radd__(self, other):
            return Value(other + self.data)

        def __rmul__(self, other):
            return self * other


class value_pow__exponent_kept_and_assigned:
    """Wrong twice: the exponent is not lowered by one; the gradient is assigned, not added."""

    class Value:
        def __pow__(self, k):
            assert isinstance(k, (int, float)), "only numbers"
            out = Value(self.data**k, (self,), f"**{k}")

            def _backward():
                self.grad = k * self.data**k * out.grad

            out._backward = _backward
            return out


class value_sub__reflected_is_not_turned:
    """Wrong: `3 - b` comes out as `b - 3`."""

    class Value:
        def __neg__(self):
            return self * -1

        def __sub__(self, other):
            return self + (-other)

        def __rsub__(self, other):
            return self - other


class value_div__denominator_not_squared:
    """Wrong: the denominator's derivative divides by it once, not twice."""

    class Value:
        def __truediv__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            quotient = Value(self.data / other.data, (self, other), "/")

            def _backward():
                self.grad += quotient.grad / other.data
                other.grad -= quotient.grad * self.data / other.data

            quotient._backward = _backward
            return quotient

        def __rtruediv__(self, other):
            return Value(other) / self


class value_tanh__square_outside:
    """Wrong: (1 - t) squared, not 1 - t squared."""

    class Value:
        def tanh(self):
            t = math.tanh(self.data)
            out = Value(t, (self,), "tanh")

            def _backward():
                self.grad += (1 - t) ** 2 * out.grad

            out._backward = _backward
            return out


class value_exp__no_operand_and_no_upstream:
    """Wrong twice: the operand is not given to the new Value; out.grad is left out."""

    class Value:
        def exp(self):
            out = Value(math.exp(self.data), _op="exp")

            def _backward():
                self.grad += out.data

            out._backward = _backward
            return out


class value_log__kept_from_zero:
    """Wrong: a small number is added before the logarithm is taken."""

    class Value:
        def log(self):
            out = Value(math.log(self.data + 1e-5), (self,), "log")

            def _backward():
                self.grad += out.grad / self.data

            out._backward = _backward
            return out


class value_relu__gate_on_the_gradient:
    """Wrong: what is let back depends on the sign of out.grad, not on that of the output."""

    class Value:
        def relu(self):
            out = Value(max(0.0, self.data), (self,), "relu")

            def _backward():
                if out.grad > 0:
                    self.grad += out.grad

            out._backward = _backward
            return out


def topological_order__preorder_turned_round(root):
    """Wrong: the nodes as they are first met, turned round; one that is used further down too comes too late."""
    order, seen, stack = [], set(), [root]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        order.append(node)
        stack.extend(node._prev)
    return order[::-1]


class backward__level_by_level:
    """Wrong: breadth first; a node may send its gradient on before all of it has arrived."""

    class Value:
        def backward(self):
            self.grad = 1.0
            queue, seen = [self], {self}
            while queue:
                node = queue.pop(0)
                node._backward()
                for child in node._prev:
                    if child not in seen:
                        seen.add(child)
                        queue.append(child)


class backward__wiped_and_not_turned_round:
    """Wrong twice: what the leaves had before is wiped; the order goes from the leaves to the root."""

    class Value:
        def backward(self):
            order = topological_order(self)
            for node in order:
                node.grad = 0.0
            self.grad = 1.0
            for node in order:
                node._backward()


def trace_graph__no_root_and_turned(root):
    """Wrong twice: the root is not among the nodes; an edge goes from the result to its operand."""
    nodes, edges = set(), set()

    def build(v):
        for child in v._prev:
            edges.add((v, child))
            if child not in nodes:
                nodes.add(child)
                build(child)

    build(root)
    return nodes, edges


class neuron__positive_and_bias_not_trained:
    """Wrong twice: the parameters are drawn between 0 and 1; the bias is not among the parameters."""

    class Neuron:
        def __init__(self, nin):
            self.w = [Value(random.random()) for _ in range(nin)]
            self.b = Value(random.random())

        def __call__(self, x):
            act = self.b
            for wi, xi in zip(self.w, x):
                act = act + wi * xi
            return act.tanh()

        def parameters(self):
            return list(self.w)


class mlp__same_neuron_again:
    """Wrong: a layer holds one neuron nout times, not nout neurons."""

    class Layer:
        def __init__(self, nin, nout):
            self.neurons = [Neuron(nin)] * nout

        def __call__(self, x):
            outs = [n(x) for n in self.neurons]
            return outs[0] if len(outs) == 1 else outs

        def parameters(self):
            return [p for n in self.neurons for p in n.parameters()]

    class MLP:
        def __init__(self, nin, nouts):
            sizes = [nin, *nouts]
            self.layers = [Layer(sizes[i], sizes[i + 1]) for i in range(len(nouts))]

        def __call__(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

        def parameters(self):
            return [p for layer in self.layers for p in layer.parameters()]


def squared_error_loss__squared_at_the_end(ypred, ys):
    """Wrong: the sum of the differences is squared, not each difference."""
    total = Value(0.0)
    for yout, ygt in zip(ypred, ys):
        total = total + (yout - ygt)
    return total**2


def softmax_nll__neighbour_and_no_minus(logits, target):
    """Wrong twice: the class before the target is looked at; the logarithm is not negated."""
    counts = [logit.exp() for logit in logits]
    denominator = sum(counts)
    probs = [count / denominator for count in counts]
    return probs[target - 1].log()


def max_margin_loss__no_relu_and_mean_penalty(scores, ys, params, alpha):
    """Wrong twice: scores beyond 1 count against the loss, relu is missing; the penalty is a mean of the squares."""
    losses = [1 + -yi * si for yi, si in zip(ys, scores)]
    data_loss = sum(losses) * (1.0 / len(losses))
    reg_loss = alpha * sum(p * p for p in params) / len(params)
    return data_loss + reg_loss


def zero_grad__only_a_name(params):
    """Wrong: a local list is filled with zeros; the parameters keep their gradients."""
    grads = [p.grad for p in params]
    for i in range(len(grads)):
        grads[i] = 0.0


def train_step__cleared_before_use(model, xs, ys, lr):
    """Wrong: the gradients are set to zero between backward and the update, so nothing moves."""
    ypred = [model(x) for x in xs]
    loss = sum((yout - ygt) ** 2 for ygt, yout in zip(ys, ypred))
    loss.backward()
    for p in model.parameters():
        p.grad = 0.0
    for p in model.parameters():
        p.data += -lr * p.grad
    return loss.data


def train_step__old_gradients_and_later_loss(model, xs, ys, lr):
    """Wrong twice: gradients of an earlier step are not cleared; the loss returned is the one after the step."""

    def total():
        return sum((model(x) - y) ** 2 for x, y in zip(xs, ys))

    total().backward()
    for p in model.parameters():
        p.data -= lr * p.grad
    return total().data
