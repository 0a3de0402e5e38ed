"""micrograd: slopes, single operations, the walk back through a graph, and a network made of Values."""

import math
from collections.abc import Callable, Iterable
from functools import cache, partial
from itertools import pairwise
from types import CodeType
from typing import Any

import torch
from torch import Tensor

from grader.checks import (
    Attempt,
    Check,
    Draw,
    any_of,
    attempt,
    calls,
    check,
    close,
    each,
    holds,
    moved,
    of_node,
    oracle,
    parts,
    raises,
)

# ---- slopes ------------------------------------------------------------------------------------------------------

# Plain arithmetic: a function may be called with ints, floats and complex numbers.
CURVES = ("3 * x**2 - 4 * x + 5", "x**3", "1 / x", "e**x")


def curve(text: str) -> Callable[[Any], Any]:
    """The function that a text stands for."""
    f: Callable[[Any], Any] = evaluated(f"lambda x: {text}", {"e": math.e})
    return f


def steps(draw: Draw) -> list[tuple[str, tuple[float, ...]]]:
    """Steps by name, as further arguments: two that are given, and the default."""
    return [(f"h = {h}", (h,)) for h in draw.pick((0.1, 0.001), (0.05, 0.002), (0.08, 0.001))] + [("default h", ())]


@check
def forward_difference(m: Any, draw: Draw) -> dict[str, object]:
    answers: dict[str, object] = {}
    for text in CURVES:
        f, x = curve(text), draw.number(0.8, 1.9)
        for named, h in steps(draw):
            answers[f"slope of {text} at {x:.3f}, {named}"] = m.forward_difference(f, x, *h)
    return answers


@check
def central_difference(m: Any, draw: Draw) -> dict[str, object]:
    answers: dict[str, object] = {}
    for text in CURVES:
        f, x = curve(text), draw.number(0.8, 1.9)
        for named, h in steps(draw):
            answers[f"slope of {text} at {x:.3f}, {named}"] = m.central_difference(f, x, *h)
    return answers


@oracle("forward_difference")
def slopes_from_one_side(draw: Draw) -> dict[str, object]:
    says = "Your slope is further off than a step of h explains: by more than h times the largest |f''| near x."
    return slopes_within(draw, lambda h, second, third: h * second, says)


@oracle("central_difference")
def slopes_from_both_sides(draw: Draw) -> dict[str, object]:
    says = "Your slope is further off than h explains: by more than h squared times the largest |f'''| near x."
    return slopes_within(draw, lambda h, second, third: h**2 * third, says)


# What rounding adds: numbers of up to 30 with 16 digits, divided by 1e-6, give 1e-8; some formulas a few times that.
ROUNDING = 2e-7


def slopes_within(draw: Draw, error: Callable[[float, float, float], float], says: str) -> dict[str, object]:
    """The true slopes, and how far off an estimate may be: `error` of h and the largest |f''| and |f'''| near x."""
    expected: dict[str, object] = {}
    for text in CURVES:
        x = draw.number(0.8, 1.9)
        for named, given in steps(draw):
            (h,) = given or (1e-6,)
            # |f''| and |f'''| of these curves rise or fall all the way: the largest is at an end
            ends = [derivatives(text, at) for at in (x - h, x + h)]
            second, third = (max(abs(end[order]) for end in ends) for order in (1, 2))
            expected[f"slope of {text} at {x:.3f}, {named}"] = close(
                derivatives(text, x)[0], rtol=0.0, atol=error(h, second, third) + ROUNDING, says=says
            )
    return expected


def derivatives(text: str, x: float) -> tuple[float, float, float]:
    """f', f'' and f''' of a curve."""
    return {
        "3 * x**2 - 4 * x + 5": (6 * x - 4, 6.0, 0.0),
        "x**3": (3 * x**2, 6 * x, 6.0),
        "1 / x": (-1 / x**2, 2 / x**3, -6 / x**4),
        "e**x": (math.exp(x), math.exp(x), math.exp(x)),
    }[text]


def inputs_weights_and_bias(draw: Draw) -> list[float]:
    """Such that tanh neither is flat nor a straight line there: a bias that leads to a drawn sum."""
    x1, x2, w1, w2 = draw.numbers(4)
    return [x1, x2, w1, w2, draw.number(0.4, 1.3) - x1 * w1 - x2 * w2]


def gradient_by_autograd(*point: float) -> object:
    with torch.enable_grad():
        a, b, c = leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
        f = -(a**3) + torch.sin(3 * b) - 1 / c + b**2.5 - a**0.5
        gradients = torch.autograd.grad(f, leaves)
    return parts(**{f"df/d{name}": g.item() for name, g in zip("abc", gradients, strict=True)})


def single_neuron_by_autograd(*point: float) -> object:
    with torch.enable_grad():
        x1, x2, w1, w2, b = leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
        o = torch.tanh(x1 * w1 + x2 * w2 + b)
        gradients = torch.autograd.grad(o, leaves)
    names = ("x1", "x2", "w1", "w2", "b")
    return {"o": o.item()} | {name: g.item() for name, g in zip(names, gradients, strict=True)}


# The exercise notebook's point first.
analytic_gradient = calls(
    lambda draw: draw.pick(
        [2.0, 3.0, 4.0],
        [draw.positive(), draw.positive(), -draw.positive()],
        [draw.positive(), draw.positive(), draw.positive()],
    ),
    oracle=gradient_by_autograd,
)
chain_rule_neuron = calls(inputs_weights_and_bias, oracle=single_neuron_by_autograd)


# ---- single operations -------------------------------------------------------------------------------------------

# What a name in an expression stands for. p and q are positive, q is more than 1; n is negative, z is 0, s is small, t
# is tiny; x is far out, where tanh is flat.
LEAVES: dict[str, Callable[[Draw], float]] = {
    "a": Draw.number,
    "b": Draw.number,
    "p": Draw.positive,
    "q": lambda draw: draw.positive(1.5, 4.0),
    "n": lambda draw: -draw.positive(),
    "z": lambda draw: 0.0,
    "s": lambda draw: draw.number(0.1, 0.9),
    "t": lambda draw: draw.positive(1e-6, 5e-6),
    "x": lambda draw: draw.pick(20.0, -20.0, 20.0),
}
EXPONENT = "A Value as exponent gets a gradient too: refuse it with a TypeError, or send it the right one."


def expressions(
    *texts: str,
    operands: bool = False,
    refusable: tuple[str, ...] = (),
    oracle: Callable[..., dict[str, object]] | None = None,
) -> Check:
    """The check that evaluates texts on Values and sends a drawn gradient back.

    operands: the leaves that are seen in the result's `_prev` are answered too.
    refusable: texts that may raise instead.
    oracle: (draw, texts, operands, refusable) -> expectations.
    """

    def play(m: Any, draw: Draw) -> dict[str, object]:
        answers: dict[str, object] = {}
        for text in texts:
            leaves, gradient = leaves_of(m, draw, text)
            out = evaluated(text, leaves)
            out.grad = gradient
            send_back(out)
            answers |= {f"{text}: {name}": value for name, value in seen(out, leaves).items()}
            if operands:
                answers[f"{text}: operands"] = names_in(out._prev, leaves)
        for text in refusable:
            answers[text] = attempt(partial(sent_back, text, *leaves_of(m, draw, text)))
        return answers

    return Check(play, oracle and (lambda draw: oracle(draw, texts, operands, refusable)))


@cache
def expression(text: str) -> CodeType:
    """A text, compiled. A traceback shows it in place of a file."""
    return compile(text, f"<{text}>", "eval")


def drawn(draw: Draw, text: str) -> tuple[dict[str, float], dict[str, float], float]:
    """The numbers of the leaves that a text names, the gradients they hold already, and the result's gradient."""
    names = [name for name in expression(text).co_names if name in LEAVES]
    numbers = {name: LEAVES[name](draw) for name in names}
    earlier = {name: draw.pick(0.0, draw.number(), 0.0) for name in names}  # what other uses sent: `+=`, not `=`
    return numbers, earlier, draw.number()


def leaves_of(m: Any, draw: Draw, text: str) -> tuple[dict[str, Any], float]:
    """Fresh Values for the names in a text, and the gradient of its result."""
    numbers, earlier, gradient = drawn(draw, text)
    leaves = {name: m.Value(number) for name, number in numbers.items()}
    for name, leaf in leaves.items():
        leaf.grad = earlier[name]
    return leaves, gradient


def evaluated(text: str, leaves: dict[str, Any]) -> Any:
    """What a text stands for."""
    return eval(expression(text), dict(leaves))


def send_back(out: Any) -> None:
    """Call each node's `_backward` once, from the result down, in an order of our own over `_prev`."""
    order, entered, stack = [], set(), [(out, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in entered:
            entered.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in node._prev)
    for node in reversed(order):
        if node is out or node._prev:  # a leaf has nothing to send on: what is kept there by mistake must not help
            node._backward()


def seen(out: Any, leaves: dict[str, Any]) -> dict[str, object]:
    """What the result holds, and the gradients that reached the leaves."""
    gradients = {f"{name}.grad": leaf.grad for name, leaf in leaves.items()}
    return {"data": out.data} | gradients | {"operands' data": [leaf.data for leaf in leaves.values()]}


def names_in(nodes: Iterable[Any], named: dict[str, Any]) -> set[str]:
    """The names of those nodes that have one: a number that became a Value has none."""
    names = {id(node): name for name, node in named.items()}
    return {names.get(id(node), "") for node in nodes} - {""}


def sent_back(text: str, leaves: dict[str, Any], gradient: float) -> dict[str, object]:
    """A text evaluated and sent back in one go."""
    out = evaluated(text, leaves)
    out.grad = gradient
    send_back(out)
    return seen(out, leaves)


def on_torch(draw: Draw, texts: tuple[str, ...], operands: bool, refusable: tuple[str, ...]) -> dict[str, object]:
    """The same texts on torch's own numbers, and their gradients by autograd."""
    expected: dict[str, object] = {}
    for text in texts:
        right = by_autograd(draw, text)
        expected |= {f"{text}: {name}": value for name, value in right.items()}
        if operands:
            expected[f"{text}: operands"] = {name.removesuffix(".grad") for name in right} - {"data", "operands' data"}
    for text in refusable:
        expected[text] = any_of(
            raises("TypeError", "AssertionError"), Attempt("", by_autograd(draw, text)), says=EXPONENT
        )
    return expected


def by_autograd(draw: Draw, text: str) -> dict[str, object]:
    """The same on torch's own numbers."""
    numbers, earlier, gradient = drawn(draw, text)
    with torch.enable_grad():
        leaves = {name: torch.tensor(x, dtype=torch.float64, requires_grad=True) for name, x in numbers.items()}
        out = evaluated(text, leaves)
        gradients = torch.autograd.grad(out * gradient, list(leaves.values()))
    right: dict[str, object] = {"data": out.item()}
    for name, sent in zip(leaves, gradients, strict=True):
        right[f"{name}.grad"] = earlier[name] + sent.item()
    right["operands' data"] = [numbers[name] for name in leaves]
    return right


value_add = expressions("a + b", "a + a", "a + 3", "a + 0.5", operands=True, oracle=on_torch)
value_mul = expressions("a * b", "a * a", "a * 3", "a * 0.5", operands=True, oracle=on_torch)
value_reflected = expressions("0.5 + a", "2 + a", "sum([a, b, a])", "2.5 * a", "2 * a", oracle=on_torch)
value_pow = expressions(
    "a ** 3", "a ** -1", "p ** 0.5", "a ** 2", "p ** -2", "p ** -0.5", "(p ** 2) ** 1.5",
    refusable=("p ** b",), oracle=on_torch,
)  # fmt: skip
value_sub = expressions(
    "-a",
    "a - b",
    "a - a",
    "a - 3",
    "a - 0.5",
    "3 - b",
    "0.5 - b",
    "a - (b - a)",
    "(a - b) - b",
    "-(-a)",
    oracle=on_torch,
)
value_div = expressions(
    "a / b", "a / a", "a / 3", "a / 0.5", "2 / b", "0.5 / b", "a / (b / a)", "(a / b) / a", oracle=on_torch
)
value_tanh = expressions("a.tanh()", "x.tanh()", "a.tanh().tanh()", oracle=on_torch)
value_exp = expressions("a.exp()", "s.exp().exp()", oracle=on_torch)
value_log = expressions("p.log()", "t.log()", "q.log().log()", oracle=on_torch)
value_relu = expressions("p.relu()", "n.relu()", "z.relu()", "a.relu()", "p.relu().relu()", oracle=on_torch)


# ---- graphs ------------------------------------------------------------------------------------------------------

# h is used twice: in both orders, over paths of equal and of unequal length. Wrong walks are right on simpler graphs.
GRAPHS = (
    "h = a * b; s = h * h; y = s + h",
    "h = a * b; s = h * h; y = h + s",
    "h = a * b; s = h * c; t = s * d; y = t + h",
    "h = a * b; s = h * c; t = s * d; y = h + t",
    "h = a * b; s = h * h; t = s + a; y = t * s",
    "h = a * b; s = a * b; y = h + s",  # two nodes that hold the same number
)
BUILDS = 20  # a `_prev` that is a set has an order of its own in every graph


@cache
def compiled(graph: str) -> CodeType:
    return compile(graph, f"<{graph}>", "exec")


def leaf_numbers(draw: Draw, graph: str) -> dict[str, float]:
    """A number for each leaf of a graph."""
    return {name: draw.number() for name in "abcd" if name in compiled(graph).co_names}


def built(graph: str, leaves: dict[str, Any]) -> dict[str, Any]:
    """All nodes of a graph by name."""
    nodes = dict(leaves)
    exec(compiled(graph), {}, nodes)
    return nodes


def many_built(m: Any, graph: str, numbers: dict[str, float]) -> list[dict[str, Any]]:
    """The same graph many times, all at once, so that no two nodes share a place in memory."""
    return [built(graph, {name: m.Value(number) for name, number in numbers.items()}) for _ in range(BUILDS)]


@check
def topological_order(m: Any, draw: Draw) -> dict[str, object]:
    answers: dict[str, object] = {}
    for graph in GRAPHS:
        orders = []
        for nodes in many_built(m, graph, leaf_numbers(draw, graph)):
            names = {id(node): name for name, node in nodes.items()}
            order = m.topological_order(nodes["y"])
            orders.append(tuple(names.get(id(node), "?") for node in order))
        answers[graph] = list(dict.fromkeys(orders))  # names, each order once
    answers["the last graph once more"] = [tuple(names.get(id(n), "?") for n in m.topological_order(nodes["y"]))]
    answers |= kept(nodes)
    leaf = m.Value(draw.number())
    names = {id(leaf): "y"}
    answers["y"] = [tuple(names.get(id(node), "?") for node in m.topological_order(leaf))]
    return answers


def kept(nodes: dict[str, Any]) -> dict[str, object]:
    """What nobody asked to change, in the last of GRAPHS."""
    return {
        "data afterwards": [nodes[name].data for name in sorted(nodes)],
        "operands of y afterwards": names_in(nodes["y"]._prev, nodes),
    }


@oracle("topological_order")
def orders_that_respect_the_graph(draw: Draw) -> dict[str, object]:
    expected: dict[str, object] = {}
    for graph in GRAPHS:
        numbers = leaf_numbers(draw, graph)
        expected[graph] = holds(*rules_of(graph))
    expected["the last graph once more"] = holds(*((rule, ONCE_MORE) for rule, _ in rules_of(graph)))
    return expected | as_they_were(numbers) | {"y": holds((lambda orders: orders == [("y",)], ALONE))}


ONCE_MORE = (
    "Asked a second time about the same graph, your function answers something else: it keeps something from one call"
    " to the next. A default such as visited=set() is made only once."
)
ALONE = "The order of a graph that is one leaf is that leaf alone: a root without operands is still a node."


def as_they_were(numbers: dict[str, float]) -> dict[str, object]:
    """What the last of GRAPHS holds before and after."""
    nodes = built(GRAPHS[-1], dict(numbers))
    _, _, made_of = GRAPHS[-1].rpartition("y = ")
    operands = {letter for letter in made_of if letter.isalpha()}
    return {"data afterwards": [nodes[name] for name in sorted(nodes)], "operands of y afterwards": operands}


def rules_of(graph: str) -> tuple[tuple[Any, str], ...]:
    """What holds for every right order of a graph's nodes."""
    lines = [line.split(" = ") for line in graph.split("; ")]
    operands = {name: {letter for letter in made_of if letter.isalpha()} for name, made_of in lines}
    nodes = set(operands).union(*operands.values())
    edges = [(child, name) for name, children in operands.items() for child in children]
    return (
        (
            lambda orders: bool(orders) and all(set(order) <= nodes for order in orders),
            "Your order holds something that is no node of this graph.",
        ),
        (
            lambda orders: all(set(order) >= nodes for order in orders),
            "A node is missing from your order. All that the root is made of belongs in it, leaves too, and the root.",
        ),
        (
            lambda orders: all(len(set(order)) == len(order) for order in orders),
            "A node stands in your order more than once. A node that is used twice is still one node.",
        ),
        (
            lambda orders: all(order[-1] == "y" for order in orders),
            "The root y is not the last of your order. It is made of all the others, so all of them come before it.",
        ),
        (
            lambda orders: all(order.index(child) < order.index(name) for order in orders for child, name in edges),
            "A node comes before one of its own operands. Going back from the root, that operand would send its"
            " gradient on before all of it has arrived.",
        ),
    )


@check
def backward(m: Any, draw: Draw) -> dict[str, object]:
    answers: dict[str, object] = {}
    for graph in GRAPHS:
        builds = many_built(m, graph, leaf_numbers(draw, graph))
        for nodes in builds:
            nodes["y"].backward()
        for name in builds[0]:
            answers[f"{graph}: {name}.grad"] = [nodes[name].grad for nodes in builds]
    answers |= kept(builds[-1])
    a, b = m.Value(draw.number()), m.Value(draw.number())
    y = a * b
    z = a + b
    y.backward()
    z.backward()
    answers["y = a * b and z = a + b: a.grad"] = a.grad
    answers["y = a * b and z = a + b: b.grad"] = b.grad
    alone = m.Value(draw.number())
    alone.backward()
    answers["y, a leaf: y.grad"] = alone.grad
    held = m.Value(draw.number()) * m.Value(draw.number())
    held.grad = 0.5
    held.backward()
    answers["y, which held a gradient: y.grad"] = held.grad
    return answers


@oracle("backward")
def gradients_of_all_nodes(draw: Draw) -> dict[str, object]:
    expected: dict[str, object] = {}
    for graph in GRAPHS:
        numbers = leaf_numbers(draw, graph)
        with torch.enable_grad():
            leaves = {name: torch.tensor(x, dtype=torch.float64, requires_grad=True) for name, x in numbers.items()}
            nodes = built(graph, leaves)
            gradients = torch.autograd.grad(nodes["y"], list(nodes.values()))
        for name, gradient in zip(nodes, gradients, strict=True):
            expected[f"{graph}: {name}.grad"] = of_node(graph, name, each(gradient.item()))
    expected |= as_they_were(numbers)
    a, b = draw.number(), draw.number()
    shared = "A leaf that two graphs share keeps what both send: a call adds to what is there already."
    expected["y = a * b and z = a + b: a.grad"] = close(b + 1, says=shared)
    expected["y = a * b and z = a + b: b.grad"] = close(a + 1, says=shared)
    root = "A root that is a leaf has the gradient 1 too, when its own backward() is called."
    expected["y, a leaf: y.grad"] = close(1.0, says=root)
    held = "After its own backward() the gradient of a root is 1, whatever it held before."
    expected["y, which held a gradient: y.grad"] = close(1.0, says=held)
    return expected


LEVELS = 30  # two nodes on each, both made of both below: 2^30 paths


@check
def trace_graph(m: Any, draw: Draw) -> dict[str, object]:
    answers: dict[str, object] = {}
    for graph in GRAPHS:
        nodes = built(graph, {name: m.Value(number) for name, number in leaf_numbers(draw, graph).items()})
        names = {id(node): name for name, node in nodes.items()}
        found, edges = m.trace_graph(nodes["y"])
        answers[f"{graph}: nodes"] = sorted(names.get(id(node), "?") for node in found)
        answers[f"{graph}: edges"] = sorted(" -> ".join(names.get(id(node), "?") for node in edge) for edge in edges)
    s, t = m.Value(draw.number()), m.Value(draw.number())
    for _ in range(LEVELS):
        s, t = s + t, t + s
    m.trace_graph(s)
    found, edges = m.trace_graph(s)  # asked once more: what was kept from the first time would be missing now
    answers[f"{LEVELS} levels of shared nodes: number of nodes"] = len(found)
    answers[f"{LEVELS} levels of shared nodes: number of edges"] = len(edges)
    return answers


@oracle("trace_graph")
def nodes_and_edges_by_name(draw: Draw) -> dict[str, object]:
    expected: dict[str, object] = {}
    for graph in GRAPHS:
        lines = [line.split(" = ") for line in graph.split("; ")]
        edges = {(letter, name) for name, made_of in lines for letter in made_of if letter.isalpha()}
        expected[f"{graph}: nodes"] = {name for edge in edges for name in edge}
        expected[f"{graph}: edges"] = {" -> ".join(edge) for edge in edges}
    # at the top the root alone, on each level below it two nodes
    expected[f"{LEVELS} levels of shared nodes: number of nodes"] = 2 * LEVELS + 1
    expected[f"{LEVELS} levels of shared nodes: number of edges"] = 2 * (2 * LEVELS - 1)
    return expected


# ---- the network -------------------------------------------------------------------------------------------------


def some_weights(draw: Draw, nin: int, *nouts: int) -> list[list[list[float]]]:
    """For each layer, for each neuron: its weights and then its bias. Small, so that tanh is not flat."""
    sizes = [nin, *nouts]
    return [[[draw.number(0.1, 0.8) for _ in range(n + 1)] for _ in range(width)] for n, width in pairwise(sizes)]


def own_parameters(neuron: Any) -> list[Any]:
    """What a neuron holds, read from its attributes."""
    return [*neuron.w, neuron.b]


def all_parameters(layers: Iterable[Any]) -> list[Any]:
    """What layers hold, read from the attributes of their neurons."""
    return [p for layer in layers for neuron in layer.neurons for p in own_parameters(neuron)]


def write(parameters: Iterable[Any], numbers: Iterable[float]) -> None:
    """Put drawn numbers into parameters."""
    for p, number in zip(parameters, numbers, strict=False):
        p.data = number


def plant(layers: Iterable[Any], weights: list[list[list[float]]]) -> None:
    """Put drawn numbers into layers."""
    for layer, rows in zip(layers, weights, strict=False):
        for neuron, row in zip(layer.neurons, rows, strict=False):
            write(own_parameters(neuron), row)


def flat(weights: list[list[list[float]]]) -> list[float]:
    return [number for rows in weights for row in rows for number in row]


def as_leaves(weights: list[list[list[float]]]) -> list[Tensor]:
    """torch's copy of the weights: for each layer one tensor, (nout, nin + 1)."""
    return [torch.tensor(rows, dtype=torch.float64, requires_grad=True) for rows in weights]


def network(layers: list[Tensor], x: Tensor) -> Tensor:
    """torch's own forward pass."""
    for layer in layers:
        x = torch.tanh(layer[:, :-1] @ x + layer[:, -1])
    return x


UNIFORM = "New weights should be uniform between -1 and 1."
BIASES = "New biases should be uniform between -1 and 1: among 100 neurons some lie below -0.5 and some above 0.5."


@check
def neuron(m: Any, draw: Draw) -> dict[str, object]:
    nin = draw.pick(3, 2, 4)
    answers: dict[str, object] = {}
    for kind, made_of in (("numbers", float), ("Values", m.Value)):
        ((numbers,),) = some_weights(draw, nin, 1)
        n = m.Neuron(nin)
        write(own_parameters(n), numbers)
        x: list[Any] = [made_of(number) for number in draw.numbers(nin)]
        out = n(x)
        out.grad = draw.number()
        send_back(out)
        answers[f"n(x), x of {kind}: data"] = out.data
        answers[f"n(x), x of {kind}: w.grad"] = [w.grad for w in n.w]
        answers[f"n(x), x of {kind}: b.grad"] = n.b.grad
    answers["n(x), x of Values: x.grad"] = [value.grad for value in x]

    answers["number of parameters"] = len(list(n.parameters()))
    write(n.parameters(), draw.numbers(nin + 1))
    answers["w, written through parameters()"] = [w.data for w in n.w]
    answers["b, written through parameters()"] = n.b.data

    fresh = [m.Neuron(10) for _ in range(100)]
    weights = [w.data for n in fresh for w in n.w]
    biases = [n.b.data for n in fresh]
    different = [len({p.data for p in own_parameters(n)}) for n in fresh]
    answers["different numbers among a new neuron's 10 weights and bias"] = min(different)
    answers["different first weights of 100 new neurons"] = len({n.w[0].data for n in fresh})
    answers["smallest of 1000 new weights, rounded"] = round(min(weights), 1)
    answers["largest of 1000 new weights, rounded"] = round(max(weights), 1)
    answers["mean of 1000 new weights, rounded"] = round(2 * sum(weights) / len(weights)) / 2
    answers["mean square of 1000 new weights, in thirds"] = round(3 * sum(w * w for w in weights) / len(weights))
    answers["smallest of 100 new biases, rounded"] = round(min(biases))
    answers["largest of 100 new biases, rounded"] = round(max(biases))
    return answers


@oracle("neuron")
def neuron_by_autograd(draw: Draw) -> dict[str, object]:
    nin = draw.pick(3, 2, 4)
    expected: dict[str, object] = {}
    for kind in ("numbers", "Values"):
        layers = as_leaves(some_weights(draw, nin, 1))
        x = torch.tensor(draw.numbers(nin), dtype=torch.float64, requires_grad=True)
        with torch.enable_grad():
            out = network(layers, x)[0]
            weights, inputs = torch.autograd.grad(out * draw.number(), [layers[0], x])
        expected[f"n(x), x of {kind}: data"] = out.item()
        expected[f"n(x), x of {kind}: w.grad"] = weights[0, :-1].tolist()
        expected[f"n(x), x of {kind}: b.grad"] = weights[0, -1].item()
    expected["n(x), x of Values: x.grad"] = inputs.tolist()

    *w, b = draw.numbers(nin + 1)
    written = (
        "parameters() should list the neuron's own Values, those of w in order and then b: writing to them failed."
    )
    expected["number of parameters"] = nin + 1
    expected["w, written through parameters()"] = close(w, says=written)
    expected["b, written through parameters()"] = close(b, says=written)

    own = "Some numbers of a new neuron are the same. Each weight, and the bias, is a draw of its own."
    expected["different numbers among a new neuron's 10 weights and bias"] = close(11, says=own)
    alike = "New neurons begin with the same weights. Each draws its own: alike, they would learn alike for ever."
    expected["different first weights of 100 new neurons"] = close(100, says=alike)
    # A right answer fails with a chance of 0.975^1000 = 1e-11 at each end of the weights, 14 and 17 standard deviations
    # for their mean and mean square, 0.75^100 = 3e-13 at each end of the biases: together below 1e-10.
    expected["smallest of 1000 new weights, rounded"] = close(-1.0, says=f"{UNIFORM} The smallest comes near -1.")
    expected["largest of 1000 new weights, rounded"] = close(1.0, says=f"{UNIFORM} The largest comes near 1.")
    expected["mean of 1000 new weights, rounded"] = close(0.0, says=f"{UNIFORM} The mean of 1000 is near 0.")
    expected["mean square of 1000 new weights, in thirds"] = close(1, says=f"{UNIFORM} Their mean square is near 1/3.")
    expected["smallest of 100 new biases, rounded"] = close(-1, says=BIASES)
    expected["largest of 100 new biases, rounded"] = close(1, says=BIASES)
    return expected


NETWORKS = ((3, 4, 4, 1), (2, 3, 5, 1), (4, 4, 4, 1))  # in the last, two layers have the same sizes


@check
def mlp(m: Any, draw: Draw) -> dict[str, object]:
    nin, *nouts = draw.pick(*NETWORKS)
    answers: dict[str, object] = {}
    x = draw.numbers(nin)

    single = m.Layer(nin, 1)
    plant([single], some_weights(draw, nin, 1))
    out = single(x)
    answers[f"Layer({nin}, 1): output"] = out.data
    several = m.Layer(nin, 3)
    plant([several], some_weights(draw, nin, 3))
    outs = several(x)
    answers[f"Layer({nin}, 3): outputs"] = [out.data for out in outs]
    wide = m.MLP(nin, [3, 2])
    plant(wide.layers, some_weights(draw, nin, 3, 2))
    outs = wide(x)
    answers[f"MLP({nin}, [3, 2]): outputs"] = [out.data for out in outs]

    net = m.MLP(nin, list(nouts))
    plant(net.layers, some_weights(draw, nin, *nouts))
    out = net(x)
    out.grad = draw.number()
    send_back(out)
    answers[f"MLP({nin}, {nouts}): output"] = out.data
    for i, layer in enumerate(net.layers):
        answers[f"MLP({nin}, {nouts}): gradients in layers[{i}]"] = [p.grad for p in all_parameters([layer])]

    parameters = list(net.parameters())
    answers[f"MLP({nin}, {nouts}): number of parameters"] = len(parameters)
    answers[f"MLP({nin}, {nouts}): number of different parameters"] = len({id(p) for p in parameters})
    write(parameters, flat(some_weights(draw, nin, *nouts)))
    answers[f"MLP({nin}, {nouts}): layers, written through parameters()"] = [p.data for p in all_parameters(net.layers)]
    own = list(several.parameters())
    write(own, flat(some_weights(draw, nin, 3)))
    answers[f"Layer({nin}, 3): number of parameters"] = len(own)
    answers[f"Layer({nin}, 3): neurons, written through parameters()"] = [p.data for p in all_parameters([several])]
    new = all_parameters([m.Layer(5, 20), m.Layer(5, 20)])
    answers["different numbers in two new layers"] = len({p.data for p in new})
    return answers


@oracle("mlp")
def network_by_autograd(draw: Draw) -> dict[str, object]:
    nin, *nouts = draw.pick(*NETWORKS)
    x = torch.tensor(draw.numbers(nin), dtype=torch.float64)
    one, three, wide = (as_leaves(some_weights(draw, nin, *widths)) for widths in ((1,), (3,), (3, 2)))
    expected: dict[str, object] = {
        f"Layer({nin}, 1): output": network(one, x).item(),
        f"Layer({nin}, 3): outputs": network(three, x).tolist(),
        f"MLP({nin}, [3, 2]): outputs": network(wide, x).tolist(),
    }
    layers = as_leaves(some_weights(draw, nin, *nouts))
    with torch.enable_grad():
        out = network(layers, x)[0]
        gradients = torch.autograd.grad(out * draw.number(), layers)
    expected[f"MLP({nin}, {nouts}): output"] = out.item()
    for i, gradient in enumerate(gradients):
        expected[f"MLP({nin}, {nouts}): gradients in layers[{i}]"] = gradient.flatten().tolist()

    count = sum(layer.numel() for layer in layers)
    written = "parameters() should list the network's own Values, layer by layer, neuron by neuron, w before b."
    expected[f"MLP({nin}, {nouts}): number of parameters"] = count
    expected[f"MLP({nin}, {nouts}): number of different parameters"] = count
    numbers = flat(some_weights(draw, nin, *nouts))
    expected[f"MLP({nin}, {nouts}): layers, written through parameters()"] = close(numbers, says=written)
    expected[f"Layer({nin}, 3): number of parameters"] = 3 * (nin + 1)
    numbers = flat(some_weights(draw, nin, 3))
    expected[f"Layer({nin}, 3): neurons, written through parameters()"] = close(numbers, says=written)
    alike = "New neurons of a layer begin with the same numbers. Alike, they would get the same gradients for ever."
    expected["different numbers in two new layers"] = close(2 * 20 * (5 + 1), says=alike)
    return expected


# ---- losses ------------------------------------------------------------------------------------------------------


EARLIER = 0.7  # a gradient that leaves hold already: a loss adds to it


def values_of(m: Any, numbers: list[float]) -> list[Any]:
    """Leaves of a loss."""
    values = [m.Value(number) for number in numbers]
    for value in values:
        value.grad = EARLIER
    return values


def sent_from(loss: Any, gradient: float, **leaves: list[Any]) -> dict[str, object]:
    """What a loss holds, and the gradients of its leaves after it has sent its own."""
    loss.grad = gradient
    send_back(loss)
    return {"loss": loss.data} | {f"{name}: grad": [leaf.grad for leaf in group] for name, group in leaves.items()}


def sent_by_autograd(loss_of: Callable[..., Tensor], gradient: float, **numbers: list[float]) -> dict[str, object]:
    """The same on torch's own numbers."""
    with torch.enable_grad():
        leaves = {name: torch.tensor(group, dtype=torch.float64, requires_grad=True) for name, group in numbers.items()}
        loss = loss_of(*leaves.values())
        gradients = torch.autograd.grad(loss * gradient, list(leaves.values()))
    right: dict[str, object] = {"loss": loss.item()}
    return right | {f"{name}: grad": (EARLIER + sent).tolist() for name, sent in zip(leaves, gradients, strict=True)}


def predictions_and_targets(draw: Draw) -> tuple[list[float], list[float]]:
    count = draw.pick(4, 3, 5)
    return draw.numbers(count), draw.numbers(count)


@check
def squared_error_loss(m: Any, draw: Draw) -> dict[str, object]:
    predictions, ys = predictions_and_targets(draw)
    ypred = values_of(m, predictions)
    loss = m.squared_error_loss(ypred, ys)
    return sent_from(loss, draw.number(), ypred=ypred)


@oracle("squared_error_loss")
def squared_error_by_autograd(draw: Draw) -> dict[str, object]:
    predictions, ys = predictions_and_targets(draw)
    targets = torch.tensor(ys, dtype=torch.float64)
    return sent_by_autograd(lambda ypred: ((ypred - targets) ** 2).sum(), draw.number(), ypred=predictions)


def logits_and_target(draw: Draw) -> tuple[list[float], int]:
    """The exercise notebook's own first."""
    return draw.pick(([0.0, 3.0, -2.0, 1.0], 3), (draw.numbers(5), draw.whole(1, 3)), (draw.numbers(3), 0))


@check
def softmax_nll(m: Any, draw: Draw) -> dict[str, object]:
    numbers, target = logits_and_target(draw)
    logits = values_of(m, numbers)
    loss = m.softmax_nll(logits, target)
    return sent_from(loss, draw.number(), logits=logits)


@oracle("softmax_nll")
def negative_log_likelihood_by_autograd(draw: Draw) -> dict[str, object]:
    numbers, target = logits_and_target(draw)
    return sent_by_autograd(lambda logits: -torch.log_softmax(logits, 0)[target], draw.number(), logits=numbers)


def scores_and_sides(draw: Draw) -> tuple[list[float], list[int]]:
    """A score far enough on its own side, one that is not, one on the wrong side, and some as they come."""
    margins = [draw.positive(1.2, 2.0), draw.positive(0.3, 0.8), -draw.positive(), *draw.numbers(draw.pick(2, 1, 3))]
    margins = draw.shuffled(margins)
    ys = draw.shuffled([1, -1] + [draw.pick(-1, 1, -1)] * (len(margins) - 2))
    return [y * margin for y, margin in zip(ys, margins, strict=True)], ys


@check
def max_margin_loss(m: Any, draw: Draw) -> dict[str, object]:
    numbers, ys = scores_and_sides(draw)
    scores = values_of(m, numbers)
    params = values_of(m, draw.numbers(draw.pick(3, 2, 4)))
    loss = m.max_margin_loss(scores, ys, params, draw.pick(0.1, 0.3, 0.2))
    return sent_from(loss, draw.number(), scores=scores, params=params)


@oracle("max_margin_loss")
def margins_and_penalty_by_autograd(draw: Draw) -> dict[str, object]:
    numbers, ys = scores_and_sides(draw)
    weights = draw.numbers(draw.pick(3, 2, 4))
    sides, alpha = torch.tensor(ys, dtype=torch.float64), draw.pick(0.1, 0.3, 0.2)

    def loss(scores: Tensor, params: Tensor) -> Tensor:
        return torch.relu(1 - sides * scores).mean() + alpha * (params**2).sum()

    return sent_by_autograd(loss, draw.number(), scores=numbers, params=weights)


# ---- training ----------------------------------------------------------------------------------------------------


@check
def zero_grad(m: Any, draw: Draw) -> dict[str, object]:
    values = [m.Value(number) for number in draw.numbers(draw.pick(4, 3, 5))]
    for value in values:
        value.grad = draw.number()
    m.zero_grad(values)
    once = [m.Value(draw.number())]
    once[0].grad = draw.number()
    m.zero_grad(iter(once))
    return {
        "grad": [value.grad for value in values],
        "data": [value.data for value in values],
        "grad, from an iterator": once[0].grad,
    }


@oracle("zero_grad")
def gradients_gone_data_kept(draw: Draw) -> dict[str, object]:
    numbers = draw.numbers(draw.pick(4, 3, 5))
    zero = close([0.0] * len(numbers), rtol=0.0, atol=0.0)  # nearly nothing is not nothing
    return {"grad": zero, "data": numbers, "grad, from an iterator": 0.0}


def examples(draw: Draw, nin: int) -> tuple[list[list[float]], list[float]]:
    """Inputs and targets."""
    count = draw.pick(4, 3, 5)
    return [draw.numbers(nin) for _ in range(count)], draw.numbers(count)


STEPS = 3


@check
def train_step(m: Any, draw: Draw) -> dict[str, object]:
    nin, *nouts = draw.pick((3, 4, 1), (2, 3, 2, 1), (4, 4, 1))
    model = m.MLP(nin, nouts)
    plant(model.layers, some_weights(draw, nin, *nouts))
    xs, ys = examples(draw, nin)
    parameters = all_parameters(model.layers)
    for p in parameters:
        p.grad = draw.number()
    lr = draw.pick(0.05, 0.1, 0.02)
    losses = [m.train_step(model, xs, ys, lr) for _ in range(STEPS)]
    return {"losses": losses, "parameters": [p.data for p in parameters]}


@oracle("train_step")
def trained_by_autograd(draw: Draw) -> dict[str, object]:
    nin, *nouts = draw.pick((3, 4, 1), (2, 3, 2, 1), (4, 4, 1))
    weights = some_weights(draw, nin, *nouts)
    layers = as_leaves(weights)
    xs, ys = examples(draw, nin)
    lr = draw.pick(0.05, 0.1, 0.02)
    x, y = torch.tensor(xs, dtype=torch.float64), torch.tensor(ys, dtype=torch.float64)
    losses = []
    for _ in range(STEPS):
        with torch.enable_grad():
            outputs = torch.cat([network(layers, row) for row in x])
            loss = ((outputs - y) ** 2).sum()
            gradients = torch.autograd.grad(loss, layers)
        losses.append(loss.item())
        layers = [(layer - lr * g).detach().requires_grad_() for layer, g in zip(layers, gradients, strict=True)]
    after = [number for layer in layers for number in layer.flatten().tolist()]
    return {"losses": losses} | moved({"parameters": flat(weights)}, {"parameters": after})
