"""Right answers to micrograd that look different. Read as text, never imported."""


# ---- forward_difference


def forward_difference__backward(f, x, h=1e-6):
    return (f(x) - f(x - h)) / h


def forward_difference__step_scaled(f, x, h=1e-6):
    step = h * max(1.0, abs(x))
    return (f(x + step) - f(x)) / step


def forward_difference__step_as_it_is_stored(f, x, h=1e-6):
    further = x + h
    return (f(further) - f(x)) / (further - x)


def forward_difference__both_sides(f, x, h=1e-6):
    rise, run = f(x + h) - f(x - h), 2 * h
    return rise / run


def forward_difference__complex_step(f, x, h=1e-6):
    return f(complex(x, 1e-20)).imag / 1e-20


# ---- central_difference


def central_difference__half_steps(f, x, h=1e-6):
    return (f(x + h / 2) - f(x - h / 2)) / h


def central_difference__mean_of_both_sides(f, x, h=1e-6):
    forward = (f(x + h) - f(x)) / h
    backward = (f(x) - f(x - h)) / h
    return (forward + backward) / 2


def central_difference__extrapolated(f, x, h=1e-6):
    def slope(step):
        return (f(x + step) - f(x - step)) / (2 * step)

    return (4 * slope(h) - slope(2 * h)) / 3


def central_difference__extrapolated_inwards(f, x, h=1e-6):
    def slope(step):
        return (f(x + step) - f(x - step)) / (2 * step)

    return (4 * slope(h / 2) - slope(h)) / 3


def central_difference__complex_step(f, x, h=1e-6):
    return f(x + 1j * h).imag / h


# ---- analytic_gradient


def analytic_gradient__roots(a, b, c):
    return (-3 * a * a - 1 / (2 * math.sqrt(a)), math.cos(3 * b) * 3 + 2.5 * b * math.sqrt(b), c**-2)


def analytic_gradient__as_a_list(a, b, c):
    gradient = [0.0, 0.0, 0.0]
    gradient[0] = -(3 * a**2 + 0.5 / a**0.5)
    gradient[1] = 5 / 2 * b ** (3 / 2) + 3 * math.sin(3 * b + math.pi / 2)
    gradient[2] = 1 / (c * c)
    return gradient


def analytic_gradient__numpy(a, b, c):
    import numpy as np

    return np.float64(-3 * a**2 - 0.5 / np.sqrt(a)), 3 * np.cos(3 * b) + 2.5 * np.power(b, 1.5), 1 / np.square(c)


def analytic_gradient__small_steps(a, b, c):
    def f(a, b, c):
        return -(a**3) + math.sin(3 * b) - 1 / c + b**2.5 - a**0.5

    h = 1e-5
    da = (f(a + h, b, c) - f(a - h, b, c)) / (2 * h)
    db = (f(a, b + h, c) - f(a, b - h, c)) / (2 * h)
    dc = (f(a, b, c + h) - f(a, b, c - h)) / (2 * h)
    return da, db, dc


# ---- chain_rule_neuron


def chain_rule_neuron__hyperbolic_secant(x1, x2, w1, w2, b):
    n = x1 * w1 + x2 * w2 + b
    slope = 1 / math.cosh(n) ** 2
    return {"b": slope, "w2": slope * x2, "w1": slope * x1, "x2": slope * w2, "x1": slope * w1, "o": math.tanh(n)}


def chain_rule_neuron__exponentials(x1, x2, w1, w2, b):
    n = x1 * w1 + x2 * w2 + b
    dn = 4 / (math.exp(n) + math.exp(-n)) ** 2
    o = (math.exp(2 * n) - 1) / (math.exp(2 * n) + 1)
    return dict(o=o, x1=dn * w1, x2=dn * w2, w1=dn * x1, w2=dn * x2, b=dn)


def chain_rule_neuron__every_node(x1, x2, w1, w2, b):
    x1w1 = x1 * w1
    x2w2 = x2 * w2
    both = x1w1 + x2w2
    n = both + b
    o = math.tanh(n)
    grad = {"o": o, "n": (1 + o) * (1 - o)}
    grad["both"] = grad["b"] = grad["n"]
    grad["x1w1"] = grad["x2w2"] = grad["both"]
    grad["x1"], grad["w1"] = w1 * grad["x1w1"], x1 * grad["x1w1"]
    grad["x2"], grad["w2"] = w2 * grad["x2w2"], x2 * grad["x2w2"]
    return grad


# ---- value_add


def value_add__by_loop(self, other):
    if not isinstance(other, Value):
        other = Value(other)
    result = Value(data=self.data + other.data, _children=(self, other), _op="+")

    def share():
        for operand in (self, other):
            operand.grad = operand.grad + 1.0 * result.grad

    result._backward = share
    return result


def value_add__by_lambda(self, other):
    other = Value(other) if isinstance(other, (int, float)) else other
    out = Value(self.data + other.data, (self, other))

    def add(node):
        node.grad += out.grad

    out._backward = lambda: (add(self), add(other))
    return out


def value_add__constant_left_out_of_the_graph(self, other):
    if not isinstance(other, Value):
        out = Value(self.data + other, (self,), "+")

        def _backward():
            self.grad += out.grad
    else:
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

    out._backward = _backward
    return out


def value_add__operands_as_a_set(self, other):
    other = other if isinstance(other, Value) else Value(other)
    out = Value(self.data + other.data)
    out._prev = {self, other}

    def _backward():
        other.grad += out.grad
        self.grad += out.grad

    out._backward = _backward
    return out


def value_add__always_floats(self, other):
    other = other if isinstance(other, Value) else Value(float(other))
    out = Value(float(self.data + other.data), [self, other], "+")

    def _backward():
        self.grad += float(out.grad)
        other.grad += float(out.grad)

    out._backward = _backward
    return out


# ---- value_mul


def value_mul__operands_copied(self, other):
    other = other if isinstance(other, Value) else Value(other)
    left, right = self.data, other.data
    out = Value(left * right, (self, other), "*")

    def _backward():
        self.grad += out.grad * right
        other.grad += out.grad * left

    out._backward = _backward
    return out


def value_mul__right_operand_first(self, other):
    if not isinstance(other, Value):
        other = Value(other)
    out = Value(other.data * self.data, (other, self), "*")

    def _backward():
        upstream = out.grad
        other.grad = other.grad + upstream * self.data
        self.grad = self.grad + upstream * other.data

    out._backward = _backward
    return out


def value_mul__square_by_itself(self, other):
    other = other if isinstance(other, Value) else Value(other)
    out = Value(self.data * other.data, (self, other), "*")

    def _backward():
        if self is other:
            self.grad += 2 * self.data * out.grad
        else:
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

    out._backward = _backward
    return out


def value_mul__pairs(self, other):
    other = other if isinstance(other, Value) else Value(other)
    out = Value(math.prod((self.data, other.data)), (self, other), "*")

    def _backward():
        for node, factor in ((self, other.data), (other, self.data)):
            node.grad += factor * out.grad

    out._backward = _backward
    return out


# ---- value_reflected


class value_reflected__by_alias:
    __radd__ = __add__
    __rmul__ = __mul__


class value_reflected__wrapped_on_the_left:
    def __radd__(self, other):
        return Value(other) + self

    def __rmul__(self, other):
        return Value(other) * self


class value_reflected__called_by_name:
    def __radd__(self, other):
        return self.__add__(other)

    def __rmul__(self, other):
        return Value.__mul__(self, other)


# ---- value_pow


def value_pow__lecture(self, k):
    assert isinstance(k, (int, float)), "only supporting int/float powers for now"
    out = Value(self.data**k, (self,), f"**{k}")

    def _backward():
        self.grad += k * (self.data ** (k - 1)) * out.grad

    out._backward = _backward
    return out


def value_pow__raises_type_error(self, k):
    if isinstance(k, Value):
        raise TypeError("constant exponents only")
    out = Value(math.pow(self.data, k), (self,))

    def _backward():
        self.grad += out.grad * k * math.pow(self.data, k - 1)

    out._backward = _backward
    return out


def value_pow__not_implemented(self, k):
    if not isinstance(k, (int, float)):
        return NotImplemented
    out = Value(self.data**k, (self,))
    slope = k * self.data ** (k - 1)

    def _backward():
        self.grad += slope * out.grad

    out._backward = _backward
    return out


def value_pow__refused_by_python(self, k):
    out = Value(self.data**k, (self,))

    def _backward():
        self.grad += k * out.data / self.data * out.grad

    out._backward = _backward
    return out


def value_pow__value_exponents_too(self, k):
    k = k if isinstance(k, Value) else Value(k)
    out = Value(self.data**k.data, (self, k), "**")

    def _backward():
        self.grad += k.data * self.data ** (k.data - 1) * out.grad
        if self.data > 0:
            k.grad += out.data * math.log(self.data) * out.grad

    out._backward = _backward
    return out


# ---- value_sub


class value_sub__straight:
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


class value_sub__negative_first:
    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return (-other) + self

    def __rsub__(self, other):
        return -(self - other)


class value_sub__by_products:
    def __neg__(self):
        return Value(-1) * self

    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return self + other * -1

    def __rsub__(self, other):
        return self * -1 + other


class value_sub__reflected_sum:
    def __neg__(self):
        return -1 * self

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return other + (-self)


# ---- value_div


class value_div__quotient_rule:
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


class value_div__by_the_result:
    def __truediv__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        out = Value(self.data / other.data, (self, other), "/")

        def _backward():
            self.grad += 1 / other.data * out.grad
            other.grad += -out.data / other.data * out.grad

        out._backward = _backward
        return out

    def __rtruediv__(self, other):
        return other * self**-1


class value_div__float_exponent:
    def __truediv__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return self * other**-1.0

    def __rtruediv__(self, other):
        return Value(other) * self**-1.0


class value_div__numbers_by_their_reciprocal:
    def __truediv__(self, other):
        if isinstance(other, (int, float)):
            return self * (1 / other)
        return other**-1 * self

    def __rtruediv__(self, other):
        return (self / other) ** -1


# ---- value_tanh


def value_tanh__exponentials(self):
    x = self.data
    t = (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1)
    out = Value(t, (self,), "tanh")

    def _backward():
        self.grad += (1 - t**2) * out.grad

    out._backward = _backward
    return out


def value_tanh__by_sigmoid(self):
    out = Value(2 / (1 + math.exp(-2 * self.data)) - 1, (self,))

    def _backward():
        self.grad += (1 + out.data) * (1 - out.data) * out.grad

    out._backward = _backward
    return out


def value_tanh__hyperbolic_secant(self):
    out = Value(math.sinh(self.data) / math.cosh(self.data), (self,), "tanh")

    def _backward():
        self.grad += out.grad / math.cosh(self.data) ** 2

    out._backward = _backward
    return out


def value_tanh__recomputed(self):
    out = Value(math.tanh(self.data), (self,), "tanh")

    def _backward():
        self.grad = self.grad + out.grad - out.grad * math.tanh(self.data) * math.tanh(self.data)

    out._backward = _backward
    return out


# ---- value_exp


def value_exp__recomputed(self):
    out = Value(math.exp(self.data), (self,), "exp")

    def _backward():
        self.grad += math.exp(self.data) * out.grad

    out._backward = _backward
    return out


def value_exp__kept(self):
    e = math.e**self.data
    out = Value(e, (self,))

    def _backward():
        self.grad = self.grad + e * out.grad

    out._backward = _backward
    return out


def value_exp__lambda(self):
    out = Value(1 + math.expm1(self.data), [self], "exp")
    out._backward = lambda: setattr(self, "grad", self.grad + out.grad * out.data)
    return out


# ---- value_log


def value_log__power(self):
    out = Value(math.log(self.data), (self,), "log")

    def _backward():
        self.grad += out.grad * self.data**-1

    out._backward = _backward
    return out


def value_log__by_the_binary_logarithm(self):
    x = self.data
    out = Value(math.log2(x) * math.log(2), (self,), "ln")
    slope = 1 / x

    def _backward():
        self.grad += slope * out.grad

    out._backward = _backward
    return out


def value_log__undone(self):
    out = Value(math.log(self.data, math.e), (self,), "log")

    def _backward():
        self.grad += out.grad * math.exp(-out.data)

    out._backward = _backward
    return out


# ---- value_relu


def value_relu__lecture(self):
    out = Value(0 if self.data < 0 else self.data, (self,), "ReLU")

    def _backward():
        self.grad += (out.data > 0) * out.grad

    out._backward = _backward
    return out


def value_relu__branch(self):
    positive = self.data > 0
    out = Value(self.data if positive else 0.0, (self,), "relu")

    def _backward():
        if positive:
            self.grad += out.grad

    out._backward = _backward
    return out


def value_relu__times_its_gate(self):
    gate = float(self.data > 0)
    return self * gate


def value_relu__half_of_the_sum(self):
    out = Value((self.data + abs(self.data)) / 2, (self,), "relu")

    def _backward():
        self.grad += out.grad if self.data > 0 else 0.0

    out._backward = _backward
    return out


# ---- topological_order


def topological_order__explicit_stack(root):
    order, done, stack = [], set(), [root]
    while stack:
        node = stack[-1]
        waiting = [child for child in node._prev if id(child) not in done]
        if waiting:
            stack.append(waiting[0])
        else:
            stack.pop()
            if id(node) not in done:
                done.add(id(node))
                order.append(node)
    return order


def topological_order__right_operand_first(root):
    order, seen = [], set()

    def visit(node):
        if id(node) in seen:
            return
        seen.add(id(node))
        for child in reversed(list(node._prev)):
            visit(child)
        order.append(node)

    visit(root)
    return order


def topological_order__by_counting_parents(root):
    nodes, stack = {root}, [root]
    while stack:
        for child in stack.pop()._prev:
            if child not in nodes:
                nodes.add(child)
                stack.append(child)
    waiting_for = {node: 0 for node in nodes}
    for node in nodes:
        for child in node._prev:
            waiting_for[child] += 1
    order, free = [], [root]
    while free:
        node = free.pop()
        order.append(node)
        for child in node._prev:
            waiting_for[child] -= 1
            if waiting_for[child] == 0:
                free.append(child)
    return order[::-1]


def topological_order__by_depth(root):
    depth = {}

    def height(node):
        if node not in depth:
            depth[node] = 1 + max((height(child) for child in node._prev), default=0)
        return depth[node]

    height(root)
    return sorted(depth, key=depth.get)


def topological_order__insertion_ordered(root):
    order = {}

    def visit(node):
        for child in node._prev:
            if child not in order:
                visit(child)
        order[node] = None

    visit(root)
    return list(order)


def topological_order__list_as_memory(root):
    order = []

    def visit(node):
        if any(node is seen for seen in order):
            return
        for child in node._prev:
            visit(child)
        order.append(node)

    visit(root)
    return order


# ---- backward


def backward__lecture(self):
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
    for node in topo[::-1]:
        node._backward()


def backward__inner_nodes_cleared(self):
    order = topological_order(self)
    for node in order:
        if node._prev:
            node.grad = 0
    self.grad = 1
    while order:
        order.pop()._backward()


def backward__by_counting_uses(self):
    uses, stack, seen = {}, [self], {self}
    while stack:
        for child in stack.pop()._prev:
            uses[child] = uses.get(child, 0) + 1
            if child not in seen:
                seen.add(child)
                stack.append(child)
    self.grad = 1.0
    free = [self]
    while free:
        node = free.pop()
        node._backward()
        for child in node._prev:
            uses[child] -= 1
            if not uses[child]:
                free.append(child)


def backward__by_longest_path(self):
    level = {self: 0}
    changed = [self]
    while changed:
        node = changed.pop()
        for child in node._prev:
            if level.get(child, -1) < level[node] + 1:
                level[child] = level[node] + 1
                changed.append(child)
    self.grad = 1.0
    for node in sorted(level, key=level.get):
        node._backward()


# ---- trace_graph


def trace_graph__lecture(root):
    nodes, edges = set(), set()

    def build(v):
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)

    build(root)
    return nodes, edges


def trace_graph__iterative(root):
    nodes, edges, todo = {root}, set(), [root]
    while todo:
        node = todo.pop()
        for child in node._prev:
            edges.add((child, node))
            if child not in nodes:
                nodes.add(child)
                todo.append(child)
    return nodes, edges


def trace_graph__from_the_order(root):
    nodes = topological_order(root)
    return set(nodes), {(child, node) for node in nodes for child in node._prev}


def trace_graph__lists(root):
    nodes, edges, seen = [], [], set()

    def visit(node):
        if id(node) in seen:
            return
        seen.add(id(node))
        for child in node._prev:
            visit(child)
            edges.append((child, node))
        nodes.append(node)

    visit(root)
    return [nodes, edges]


# ---- neuron


class neuron__bias_last:
    def __init__(self, nin):
        self.w = []
        for _ in range(nin):
            self.w.append(Value(random.uniform(-1, 1)))
        self.b = Value(random.uniform(-1, 1))

    def __call__(self, x):
        act = self.b
        for wi, xi in zip(self.w, x):
            act = act + wi * xi
        return act.tanh()

    def parameters(self):
        return self.w + [self.b]


class neuron__sum_from_zero:
    def __init__(self, nin):
        self.b = Value(2 * random.random() - 1)
        self.w = [Value(2 * random.random() - 1) for _ in range(nin)]
        self.nin = nin

    def __call__(self, x):
        out = sum(self.w[i] * x[i] for i in range(self.nin)) + self.b
        return out.tanh()

    def parameters(self):
        return list(self.w) + [self.b]


class neuron__inputs_become_values:
    def __init__(self, nin):
        generator = random.Random(nin + random.getrandbits(32))
        self.w = [Value(generator.uniform(-1, 1), label=f"w{i}") for i in range(nin)]
        self.b = Value(generator.uniform(-1, 1), label="b")

    def __call__(self, x):
        x = [xi if isinstance(xi, Value) else Value(xi) for xi in x]
        products = [xi * wi for xi, wi in zip(x, self.w)]
        total = products[0]
        for product in products[1:]:
            total = total + product
        return (total + self.b).tanh()

    def parameters(self):
        found = []
        found.extend(self.w)
        found.append(self.b)
        return found


class neuron__parameters_as_a_tuple:
    def parameters(self):
        return (*self.w, self.b)


class neuron__number_on_the_left:
    def __call__(self, x):
        return sum((xi * wi for wi, xi in zip(self.w, x)), self.b).tanh()


# ---- mlp


class mlp__lecture:
    class Layer:
        def __init__(self, nin, nout):
            self.neurons = [Neuron(nin) for _ in range(nout)]

        def __call__(self, x):
            outs = [n(x) for n in self.neurons]
            return outs[0] if len(outs) == 1 else outs

        def parameters(self):
            params = []
            for neuron in self.neurons:
                ps = neuron.parameters()
                params.extend(ps)
            return params

    class MLP:
        def __init__(self, nin, nouts):
            sz = [nin] + nouts
            self.layers = [Layer(sz[i], sz[i + 1]) for i in range(len(nouts))]

        def __call__(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

        def parameters(self):
            return [p for layer in self.layers for p in layer.parameters()]


class mlp__running_width:
    class Layer:
        def __init__(self, nin, nout):
            self.neurons = []
            while len(self.neurons) < nout:
                self.neurons.append(Neuron(nin))

        def __call__(self, x):
            if len(self.neurons) == 1:
                return self.neurons[0](x)
            return tuple(neuron(x) for neuron in self.neurons)

        def parameters(self):
            return sum((neuron.parameters() for neuron in self.neurons), [])

    class MLP:
        def __init__(self, nin, nouts):
            self.layers = []
            for nout in nouts:
                self.layers.append(Layer(nin, nout))
                nin = nout

        def __call__(self, x):
            out = x
            for i in range(len(self.layers)):
                out = self.layers[i](out)
            return out

        def parameters(self):
            parameters = []
            for layer in self.layers:
                parameters += layer.parameters()
            return parameters


class mlp__generators:
    class Layer:
        def parameters(self):
            for neuron in self.neurons:
                yield from neuron.parameters()

    class MLP:
        def __init__(self, nin, nouts):
            self.layers = [Layer(a, b) for a, b in zip([nin] + nouts, nouts)]

        def parameters(self):
            for layer in self.layers:
                yield from layer.parameters()


# ---- squared_error_loss


def squared_error_loss__products(ypred, ys):
    loss = Value(0.0)
    for prediction, target in zip(ypred, ys):
        difference = target - prediction
        loss = loss + difference * difference
    return loss


def squared_error_loss__targets_as_values(ypred, ys):
    targets = [Value(y) for y in ys]
    return sum([(ypred[i] - targets[i]) ** 2.0 for i in range(len(targets))])


def squared_error_loss__written_out(ypred, ys):
    loss = 0
    for y, t in reversed(list(zip(ypred, ys))):
        loss += y * y - 2 * t * y + t * t
    return loss


def squared_error_loss__one_node(ypred, ys):
    out = Value(sum((y.data - t) ** 2 for y, t in zip(ypred, ys)), tuple(ypred), "squared error")

    def _backward():
        for y, t in zip(ypred, ys):
            y.grad += 2 * (y.data - t) * out.grad

    out._backward = _backward
    return out


# ---- softmax_nll


def softmax_nll__lecture(logits, target):
    counts = [logit.exp() for logit in logits]
    denominator = sum(counts)
    out = [c / denominator for c in counts]
    return -out[target].log()


def softmax_nll__shifted(logits, target):
    largest = max(logit.data for logit in logits)
    counts = [(logit - largest).exp() for logit in logits]
    total = counts[0]
    for count in counts[1:]:
        total = total + count
    return (total / counts[target]).log()


def softmax_nll__logarithm_of_the_sum(logits, target):
    return sum(logit.exp() for logit in logits).log() - logits[target]


def softmax_nll__against_the_target(logits, target):
    return sum((logit - logits[target]).exp() for logit in logits).log()


def softmax_nll__one_node(logits, target):
    total = sum(math.exp(logit.data) for logit in logits)
    out = Value(math.log(total) - logits[target].data, tuple(logits), "softmax nll")

    def _backward():
        for i, logit in enumerate(logits):
            logit.grad += (math.exp(logit.data) / total - (i == target)) * out.grad

    out._backward = _backward
    return out


# ---- max_margin_loss


def max_margin_loss__demo(scores, ys, params, alpha):
    losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(ys, scores)]
    data_loss = sum(losses) * (1.0 / len(losses))
    reg_loss = alpha * sum((p * p for p in params))
    total_loss = data_loss + reg_loss
    return total_loss


def max_margin_loss__penalty_first(scores, ys, params, alpha):
    loss = Value(0.0)
    for p in params:
        loss = loss + p**2 * alpha
    for i in range(len(ys)):
        loss = loss + (1 - scores[i] * ys[i]).relu() / len(ys)
    return loss


def max_margin_loss__only_who_costs(scores, ys, params, alpha):
    costs = [1 - y * score for y, score in zip(ys, scores) if 1 - y * score.data > 0]
    return sum(costs, Value(0.0)) / len(scores) + sum((p * p for p in params), Value(0.0)) * alpha


def max_margin_loss__sides_by_branch(scores, ys, params, alpha):
    total = 0.0
    for y, score in zip(ys, scores):
        total = total + ((1 - score) if y > 0 else (score + 1)).relu()
    squares = sum([p**2 for p in params])
    return (total + alpha * squares * len(scores)) * len(scores) ** -1


# ---- zero_grad


def zero_grad__int(params):
    for p in params:
        p.grad = 0


def zero_grad__multiplied(params):
    for p in params:
        p.grad *= 0


def zero_grad__setattr(params):
    params = list(params)
    for i in range(len(params)):
        setattr(params[i], "grad", 0.0)
    return params


def zero_grad__subtracted(params):
    [p.__dict__.update(grad=p.grad - p.grad) for p in params]


# ---- train_step


def train_step__zeroed_first(model, xs, ys, lr):
    for p in model.parameters():
        p.grad = 0.0
    ypred = [model(x) for x in xs]
    loss = sum((yout - ygt) ** 2 for ygt, yout in zip(ys, ypred))
    loss.backward()
    for p in model.parameters():
        p.data += -lr * p.grad
    return loss.data


def train_step__running_sum(model, xs, ys, lr):
    loss = Value(0.0)
    for x, y in zip(xs, ys):
        difference = y - model(x)
        loss = loss + difference * difference
    parameters = list(model.parameters())
    zero_grad(parameters)
    loss.backward()
    for p in parameters:
        p.data = p.data - lr * p.grad
    zero_grad(parameters)
    return float(loss.data)


def train_step__one_graph_for_each_example(model, xs, ys, lr):
    zero_grad(model.parameters())
    total = 0.0
    for x, y in zip(xs, ys):
        loss = (model(x) - y) ** 2
        loss.backward()
        total += loss.data
    for p in model.parameters():
        p.data -= p.grad * lr
    return total


def train_step__last_to_first(model, xs, ys, lr):
    losses = [(model(xs[i]) - ys[i]) ** 2 for i in range(len(xs) - 1, -1, -1)]
    loss = losses[0]
    for other in losses[1:]:
        loss = loss + other
    before = loss.data
    zero_grad(iter(model.parameters()))
    loss.backward()
    updates = [lr * p.grad for p in model.parameters()]
    for p, update in zip(model.parameters(), updates):
        p.data -= update
    return before


def train_step__inputs_as_values(model, xs, ys, lr):
    outputs = [model([Value(number) for number in x]) for x in xs]
    loss = sum([(output - Value(y)) ** 2 for output, y in zip(outputs, ys)])
    zero_grad(model.parameters())
    loss.backward()
    for layer in model.layers:
        for neuron in layer.neurons:
            for p in neuron.w:
                p.data -= lr * p.grad
            neuron.b.data -= lr * neuron.b.grad
    return loss.data
