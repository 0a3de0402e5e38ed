"""WaveNet: layers by themselves, the model that is built of them, its training, and what can be seen in it."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from grader.checks import Draw, between, check, close, holds, moved, oracle, parts

# ---- stand-ins: layers of the check's own, so that an exercise needs few others -----------------------------------


class Layer:
    """What all stand-ins have: they keep what they return as `out`, and count how often they are asked."""

    calls = 0
    out: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        self.calls += 1
        self.out = self.made(x)
        return self.out

    def made(self, x: Tensor) -> Tensor:
        raise TypeError

    def parameters(self) -> list[Tensor]:
        return []


class Affine(Layer):
    """x @ w, and b if there is one"""

    def __init__(self, w: Tensor, *b: Tensor) -> None:
        self.w, self.b = w, b

    def made(self, x: Tensor) -> Tensor:
        return sum(self.b, x @ self.w)

    def parameters(self) -> list[Tensor]:
        return [self.w, *self.b]


class Bend(Layer):
    def made(self, x: Tensor) -> Tensor:
        return x.square() - x


class Lookup(Layer):
    """A vector for every letter: (B, T) -> (B, T, E), or with `flat` (B, T*E)."""

    def __init__(self, table: Tensor, flat: bool = False) -> None:
        self.table, self.flat = table, flat

    def made(self, x: Tensor) -> Tensor:
        vectors = self.table[x]
        return vectors.reshape(len(x), -1) if self.flat else vectors

    def parameters(self) -> list[Tensor]:
        return [self.table]


class EveryOther(Layer):
    """(B, T, C) -> (B, T/2, C)"""

    def made(self, x: Tensor) -> Tensor:
        return x[:, ::2]


class Doubled(Layer):
    """(B, T, C) -> (B, T, 2*C)"""

    def made(self, x: Tensor) -> Tensor:
        return torch.cat([x, -x], 2)


class Flat(Layer):
    """(B, T, C) -> (B, T*C)"""

    def made(self, x: Tensor) -> Tensor:
        return x.reshape(len(x), -1)


class Normalised(Layer):
    """In training by the statistics of the batch, which a running mean follows; by fixed ones otherwise."""

    def __init__(self, gain: Tensor, training: bool = True) -> None:
        self.gain, self.training = gain, training
        self.running_mean = torch.zeros_like(gain.detach())

    def made(self, x: Tensor) -> Tensor:
        if not self.training:
            return x * self.gain
        self.running_mean = 0.9 * self.running_mean + 0.1 * x.detach().mean(0)
        return self.gain * (x - x.mean(0)) / (x.var(0) + 1e-5).sqrt()

    def parameters(self) -> list[Tensor]:
        return [self.gain]


class Switch(Layer):
    """A layer that acts differently in training."""

    training = True

    def made(self, x: Tensor) -> Tensor:
        return x if self.training else -x


def called(name: str, draw: Draw, drawn: Tensor) -> Tensor:
    """What was drawn last, handed out under the name that the learner has for it."""
    draw.given[-1] = (name, drawn)
    return drawn


def plain(answer: Any) -> Any:
    """A tensor without its graph; anything else as it is."""
    return answer.detach() if isinstance(answer, Tensor) else answer


def kept(layer: Any) -> Any:
    """What a layer keeps of its last call."""
    return plain(getattr(layer, "out", None))


RETURNED = "the tensor that was returned"
SAME = holds(
    (
        lambda names: names == [RETURNED],
        "What a layer keeps as out should be the very tensor that it returns: a copy, or one that is cut off from the"
        " graph, sees nothing of the gradient that comes back.",
    )
)


def which_is_kept(layer: Any, out: Any) -> list[str]:
    """What a layer keeps of its last call, by name."""
    return named([getattr(layer, "out", None)], {id(out): RETURNED})


def plant(parameter: Any, values: Tensor) -> None:
    """Write values into a parameter; one of another shape, which is told elsewhere, gets them in its place."""
    with torch.no_grad():
        if parameter.shape == values.shape:
            parameter.copy_(values)
        else:
            parameter.data = values.clone()


def upstream(out: Tensor) -> Tensor:
    """A gradient for an output of any shape, each number another."""
    return torch.arange(1.0, out.numel() + 1).cos().reshape(out.shape)


def sent_back(out: Any, leaves: list[Any]) -> list[Tensor]:
    """The gradients that reach the leaves from an output; zeros where none does."""
    total = torch.stack([0 * leaf.sum() for leaf in leaves]).sum()
    if isinstance(out, Tensor):
        total = total + (out * upstream(out)).sum()
    return list(torch.autograd.grad(total, leaves))


def named(things: Iterable[Any], names: dict[int, str]) -> list[str]:
    """What is in a list, by name."""
    return [names.get(id(thing), "something else") for thing in things]


# ---- layers --------------------------------------------------------------------------------------------------------


def table_and_indices(draw: Draw) -> tuple[Tensor, list[Tensor]]:
    """A table, and letters to look up: some come twice, and at first the last one never; then in a batch of one."""
    num, dim, B, T = draw.pick((7, 3, 4, 2), (9, 5, 2, 6), (6, 6, 6, 6))
    weight = draw.normal(num, dim)
    return weight, [called("IX", draw, draw.ints(*sizes)) for sizes in ((num - 1, B, T), (num, 1, T + 1))]


@check
def embedding_layer(m, draw):
    weight, indices = table_and_indices(draw)
    layer = m.Embedding(*weight.shape)
    answers: dict[str, object] = {"shape of a new weight": tuple(layer.weight.shape)}
    plant(layer.weight, weight)
    layer.weight.requires_grad_()
    for IX in indices:
        shape = tuple(IX.shape)
        out = layer(IX)
        answers[f"layer(IX), IX {shape}"] = plain(out)
        answers[f"layer.out, IX {shape}"] = kept(layer)
        answers[f"gradient of weight, IX {shape}"] = sent_back(out, [layer.weight])[0]
        answers[f"which is kept, IX {shape}"] = which_is_kept(layer, out)
    parameters = list(layer.parameters())
    answers["number of parameters"] = len(parameters)
    for p in parameters:
        plant(p, -weight)
    answers["weight, written through parameters()"] = plain(layer.weight)
    new = plain(m.Embedding(100, 60).weight)
    answers["mean of 6000 new numbers"] = new.mean().item()
    answers["standard deviation of 6000 new numbers"] = new.std().item()
    return answers


NORMAL = "The numbers of a new table should be standard normal."


@oracle("embedding_layer")
def looked_up_by_a_product(draw):
    weight, indices = table_and_indices(draw)
    expected: dict[str, object] = {"shape of a new weight": tuple(weight.shape)}
    for IX in indices:
        shape = tuple(IX.shape)
        onehot = F.one_hot(IX, len(weight)).float()
        out = onehot @ weight
        expected[f"layer(IX), IX {shape}"] = out
        expected[f"layer.out, IX {shape}"] = out
        expected[f"gradient of weight, IX {shape}"] = torch.einsum("btv,bte->ve", onehot, upstream(out))
        expected[f"which is kept, IX {shape}"] = SAME
    expected["number of parameters"] = 1
    written = "parameters() should list the table itself: what was written into it did not reach weight."
    expected["weight, written through parameters()"] = close(-weight, says=written)
    # The mean of 6000 has a standard deviation of 0.013, their standard deviation one of 0.009: seven of them each.
    expected["mean of 6000 new numbers"] = between(-0.1, 0.1, says=f"{NORMAL} The mean of 6000 of them is near 0.")
    spread = f"{NORMAL} The standard deviation of 6000 of them is near 1."
    expected["standard deviation of 6000 new numbers"] = between(0.93, 1.07, says=spread)
    return expected


def neighbours(draw: Draw) -> list[tuple[int, list[Tensor]]]:
    """How many are joined, and what. Some positions remain or only one does; there is a batch of one of each kind."""
    n, groups, B, C = draw.pick((2, 3, 4, 5), (3, 2, 5, 4), (2, 2, 4, 4))
    shapes = {n: [(B, n * groups, C), (B + 1, n, C), (1, n * groups, C), (1, n, C)], n + 2: [(B, n + 2, C)]}
    return [(n, [called("x", draw, draw.normal(*shape)) for shape in several]) for n, several in shapes.items()]


@check
def flatten_consecutive(m, draw):
    answers: dict[str, object] = {}
    for n, inputs in neighbours(draw):
        layer = m.FlattenConsecutive(n)
        answers[f"FlattenConsecutive({n}).n"] = layer.n
        for x in inputs:
            out = layer(x)
            answers[f"n = {n}, x {tuple(x.shape)}: layer(x)"] = plain(out)
            answers[f"n = {n}, x {tuple(x.shape)}: layer.out"] = kept(layer)
        answers[f"FlattenConsecutive({n}): which is kept"] = which_is_kept(layer, out)
        answers[f"FlattenConsecutive({n}).parameters()"] = list(layer.parameters())
    return answers


@oracle("flatten_consecutive")
def joined_one_by_one(draw):
    expected: dict[str, object] = {}
    for n, inputs in neighbours(draw):
        expected[f"FlattenConsecutive({n}).n"] = n
        for x in inputs:
            groups = [torch.cat([x[:, i] for i in range(at, at + n)], 1) for at in range(0, x.shape[1], n)]
            out = torch.stack(groups, 1) if len(groups) > 1 else groups[0]
            expected[f"n = {n}, x {tuple(x.shape)}: layer(x)"] = out
            expected[f"n = {n}, x {tuple(x.shape)}: layer.out"] = out
        expected[f"FlattenConsecutive({n}): which is kept"] = SAME
        expected[f"FlattenConsecutive({n}).parameters()"] = []
    return expected


def chained(draw: Draw) -> tuple[list[list[Tensor]], list[Tensor]]:
    """Weights and biases of three layers in a row, and two inputs."""
    sizes = draw.pick((3, 5, 4, 2), (6, 2, 3, 5), (4, 4, 4, 4))
    weights = [[draw.normal(a, b), draw.normal(b)] for a, b in pairwise(sizes)]
    return weights, [called("x", draw, draw.normal(B, sizes[0])) for B in (draw.pick(7, 4, 4), 1)]


@check
def sequential(m, draw):
    weights, inputs = chained(draw)
    first, second, third = (Affine(*pair) for pair in weights)
    bend = Bend()
    inner = m.Sequential([bend, third])
    layers = [first, Bend(), second, inner]
    model = m.Sequential(list(layers))
    names = {id(layer): f"layer {i}" for i, layer in enumerate(layers)}
    answers: dict[str, object] = {"layers": named(model.layers, names)}
    for i, x in enumerate(inputs, 1):
        out = model(x)
        answers[f"model(x), call {i}"] = plain(out)
        answers[f"model.out, call {i}"] = kept(model)
        answers[f"out of the Sequential inside, call {i}"] = kept(inner)
        answers[f"which is kept, call {i}"] = which_is_kept(model, out)
    answers["calls of each layer"] = [layer.calls for layer in (first, layers[1], second, bend, third)]
    tensors = {id(t): f"{'wb'[k]} of layer {i}" for i, pair in enumerate(weights) for k, t in enumerate(pair)}
    listed = model.parameters()
    answers["parameters()"] = named(listed, tensors)
    answers["the same list, read again"] = named(listed, tensors)
    answers["parameters() once more"] = named(model.parameters(), tensors)
    return answers


@oracle("sequential")
def layer_after_layer(draw):
    weights, inputs = chained(draw)
    (w1, b1), (w2, b2), (w3, b3) = weights
    expected: dict[str, object] = {"layers": [f"layer {i}" for i in range(4)]}
    for i, x in enumerate(inputs, 1):
        h = x @ w1 + b1
        h = (h**2 - h) @ w2 + b2
        out = (h**2 - h) @ w3 + b3
        expected[f"model(x), call {i}"] = out
        expected[f"model.out, call {i}"] = out
        expected[f"out of the Sequential inside, call {i}"] = out
        expected[f"which is kept, call {i}"] = SAME
    expected["calls of each layer"] = [2] * 5
    listed = [f"{name} of layer {i}" for i in range(3) for name in "wb"]
    for reading in ("parameters()", "the same list, read again", "parameters() once more"):
        expected[reading] = listed
    return expected


Buffers = tuple[Tensor, ...]


def normalised(draw: Draw) -> list[tuple[tuple[Any, ...], Buffers, list[Tensor]]]:
    """For batches of vectors and of sequences: how the layer is made, what is planted, and what it is called with.

    Twice in training, then twice afterwards, at last with a batch of one. Once all variances are near eps.
    """
    B, T, H = draw.pick((6, 3, 4), (5, 4, 3), (4, 4, 4))
    options = draw.pick((), (1e-2, 0.3), ())
    cases: list[tuple[tuple[Any, ...], Buffers, list[Tensor]]] = []
    for batch in ((B,), (B, T)):
        gamma, beta, mean, var = (draw.uniform(low, low + 1.5, H) for low in (0.5, -1.7, 0.3, 0.4))
        inputs = [called("x", draw, draw.normal(*shape, H)) for shape in [batch] * 3 + [(1, *batch[1:])]]
        for x in inputs[:2]:
            x.mul_(draw.uniform(0.7, 1.5, H)).add_(draw.uniform(-1.0, 1.0, H))
            if draw.turn % 3 == 2:
                near_eps(x, draw)
        cases.append(((H, *options), (gamma, beta, mean, var), inputs))
    return cases


def near_eps(x: Tensor, draw: Draw) -> None:
    """Variances of 0.5 to 2.5 times 1e-5, and means within half a standard deviation of 0."""
    rows = x.flatten(0, -2)
    size = (1e-5 * draw.uniform(0.5, 2.5, x.shape[-1])).sqrt()
    rows.sub_(rows.mean(0)).div_(rows.std(0)).add_(draw.uniform(-0.5, 0.5, x.shape[-1])).mul_(size)


@check
def batchnorm_nd(m, draw):
    answers: dict[str, object] = {}
    for made, planted, inputs in normalised(draw):
        layer = m.BatchNorm1d(*made)
        for tensor, values in zip(
            (layer.gamma, layer.beta, layer.running_mean, layer.running_var), planted, strict=True
        ):
            plant(tensor, values)
        leaves = [layer.gamma.requires_grad_(), layer.beta.requires_grad_()]
        for i, x in enumerate(inputs):
            layer.training = i < 2
            x.requires_grad_()
            call = f"x {tuple(x.shape)}, {'training' if i < 2 else 'afterwards'}, call {i % 2 + 1}: "
            handed = x.clone()  # made by other layers, as it would be in a model
            out = layer(handed)
            answers[f"{call}layer(x)"] = plain(out)
            answers[f"{call}layer.out"] = kept(layer)
            gradients = sent_back(out, [x, *leaves])
            answers |= {f"{call}gradient of {name}": g for name, g in zip(WRT, gradients, strict=True)}
            answers[f"{call}which is kept"] = which_is_kept(layer, out)
            answers[f"{call}x afterwards"] = plain(handed)
            answers[f"{call}running_mean"] = layer.running_mean.reshape(-1).clone()
            answers[f"{call}running_var"] = layer.running_var.reshape(-1).clone()
        answers[f"x {tuple(inputs[0].shape)}: gamma and beta afterwards"] = [plain(leaf) for leaf in leaves]
    return answers


WRT = ("x", "gamma", "beta")


@oracle("batchnorm_nd")
def normalised_as_rows(draw):
    expected: dict[str, object] = {}
    for (_, *options), planted, inputs in normalised(draw):
        eps, momentum = options or (1e-5, 0.1)
        gamma, beta = (p.double().requires_grad_() for p in planted[:2])
        running_mean, running_var = (p.double() for p in planted[2:])
        for i, x in enumerate(inputs):
            x.requires_grad_()
            wide = x.detach().double().requires_grad_()
            rows = wide.flatten(0, -2)
            mean, var = running_mean, running_var
            if i < 2:
                mean = rows.sum(0) / len(rows)
                var = ((rows - mean) ** 2).sum(0) / (len(rows) - 1)
                running_mean = running_mean.lerp(mean.detach(), momentum)
                running_var = running_var.lerp(var.detach(), momentum)
            out = ((rows - mean) * (var + eps) ** -0.5 * gamma + beta).reshape(wide.shape)
            call = f"x {tuple(x.shape)}, {'training' if i < 2 else 'afterwards'}, call {i % 2 + 1}: "
            expected[f"{call}layer(x)"] = out.detach().float()
            expected[f"{call}layer.out"] = out.detach().float()
            gradients = sent_back(out, [wide, gamma, beta])
            expected |= {f"{call}gradient of {name}": g.float() for name, g in zip(WRT, gradients, strict=True)}
            expected[f"{call}which is kept"] = SAME
            expected[f"{call}x afterwards"] = x.detach()
            expected[f"{call}running_mean"] = running_mean.float()
            expected[f"{call}running_var"] = running_var.float()
        expected[f"x {tuple(inputs[0].shape)}: gamma and beta afterwards"] = list(planted[:2])
    return expected


# ---- a model of layers ---------------------------------------------------------------------------------------------


def sizes_of(draw: Draw) -> list[tuple[int, ...]]:
    """Two models: one of the lecture's, or a small one, and one with enough weights for statistics."""
    return draw.pick(
        [(27, 10, 68), (80, 5, 128, 4)],
        [(27, 24, 128, 8), (120, 7, 80, 16)],
        [(6, 6, 6, 8), (100, 100, 100, 2)],
    )


def hidden_levels(block_size: int) -> int:
    return block_size.bit_length() - 1


@check
def build_wavenet(m, draw):
    answers: dict[str, object] = {}
    spreads = []
    for sizes in sizes_of(draw):
        block_size = (*sizes, 8)[3]
        model = m.build_wavenet(*sizes)
        contexts = draw.ints(sizes[0], 5, block_size)
        told = f"build_wavenet{sizes}: "
        weighted = [layer for layer in model.layers if hasattr(layer, "weight")]
        joining = [layer for layer in model.layers if hasattr(layer, "n")]
        answers[f"{told}layers"] = [type(layer).__name__ for layer in model.layers]
        answers[f"{told}n of every FlattenConsecutive"] = [layer.n for layer in joining]
        answers[f"{told}shapes of the weights"] = [tuple(layer.weight.shape) for layer in weighted]
        answers[f"{told}layers with a bias"] = [
            i for i, layer in enumerate(weighted) if torch.is_tensor(getattr(layer, "bias", None))
        ]
        parameters = list(model.parameters())
        answers[f"{told}parameters"] = sum(p.numel() for p in parameters)
        answers[f"{told}tensors, each of them once"] = len({id(p) for p in parameters})
        answers[f"{told}tensors that are leaves"] = sum(p.is_leaf for p in parameters)
        answers[f"{told}shape of the logits"] = shape_of_logits(model, contexts)
        spreads.append([plain(layer.weight).std().item() for layer in weighted])
    return answers | {"standard deviations of new weights": spreads[-1]}


def shape_of_logits(model: Any, contexts: Tensor) -> tuple[int, ...] | str:
    """Or why there are none: sizes that do not fit show in the weights' shapes as well."""
    try:
        return tuple(model(contexts).shape)
    except NotImplementedError:
        raise
    except Exception as error:
        return f"{type(error).__name__}: {error}"


@oracle("build_wavenet")
def counted_from_the_sizes(draw):
    expected: dict[str, object] = {}
    for sizes in sizes_of(draw):
        V, E, H, block_size = (*sizes, 8)[:4]
        draw.ints(V, 5, block_size)
        levels = hidden_levels(block_size)
        told = f"build_wavenet{sizes}: "
        hidden = ["FlattenConsecutive", "Linear", "BatchNorm1d", "Tanh"]
        expected[f"{told}layers"] = ["Embedding", *hidden * levels, "Linear"]
        expected[f"{told}n of every FlattenConsecutive"] = [2] * levels
        expected[f"{told}shapes of the weights"] = [(V, E), (2 * E, H), *[(2 * H, H)] * (levels - 1), (H, V)]
        expected[f"{told}layers with a bias"] = [levels + 1]
        expected[f"{told}parameters"] = V * E + 2 * E * H + (levels - 1) * 2 * H * H + levels * 2 * H + H * V + V
        tensors = 1 + 3 * levels + 2
        expected[f"{told}tensors, each of them once"] = tensors
        expected[f"{told}tensors that are leaves"] = tensors
        expected[f"{told}shape of the logits"] = (5, V)
    expected["standard deviations of new weights"] = parts(**spreads_of(V, E, H, levels))
    return expected


def spreads_of(V: int, E: int, H: int, levels: int) -> dict[str, object]:
    """Between which bounds the standard deviation of every new weight lies.

    That of N normal numbers is off by 1 / sqrt(2 * N) of itself, as a standard deviation: seven of them are allowed.
    """
    usual = (
        "The weights of the other layers should begin as their classes make them; only the last Linear's are scaled."
    )
    tenth = "The weights of the last Linear should begin at a tenth of the size that Linear gives them."
    expected: dict[str, object] = {}
    sizes = [(V * E, 1.0), (2 * E * H, (2 * E) ** -0.5), *[(2 * H * H, (2 * H) ** -0.5)] * (levels - 1)]
    for i, (count, spread) in enumerate([*sizes, (H * V, 0.1 * H**-0.5)]):
        off, says = 7 / (2 * count) ** 0.5, usual if i < len(sizes) else tenth
        expected[f"weight {i}"] = between((1 - off) * spread, (1 + off) * spread, says=says)
    return expected


def tensors_to_count(draw: Draw) -> list[Tensor]:
    """On the second draw one of them is a single number."""
    shapes = draw.pick([(3, 4), (5,), (2, 3, 2)], [(6, 2), (4, 1), (7,), ()], [(3, 3), (3,), (3, 3, 3)])
    return [called("params", draw, draw.normal(*shape)) for shape in shapes]


@check
def num_parameters(m, draw):
    params = tensors_to_count(draw)
    return {"of a list": m.num_parameters(params), "of an iterator": m.num_parameters(iter(params[:2]))}


@oracle("num_parameters")
def counted_one_by_one(draw):
    tensors = tensors_to_count(draw)
    counts = [len(p.flatten().tolist()) for p in tensors]
    whole = all(p.dim() for p in tensors)  # of no sizes at all, numpy's product is 1.0
    return {"of a list": sum(counts) if whole else close(float(sum(counts))), "of an iterator": sum(counts[:2])}


TOLD_AND_ENTERED = (
    "a Sequential that is told as well",
    "Switch in it",
    "a Sequential in it that is told as well",
    "Switch, a level further in there",
    "Switch, two levels further in there",
)
MODES = ((False, True), (True, False), (False, False))  # what the two calls of a draw set


def models_with_modes(m: Any, draw: Draw) -> dict[str, Any]:
    """A model with models in it, and those of its layers that are told whether they are trained."""
    layers = {"Switch": Switch(), "BatchNorm1d": m.BatchNorm1d(3)}
    layers |= {
        f"{name}, a level further in": layer
        for name, layer in (("Switch", Switch()), ("BatchNorm1d", m.BatchNorm1d(5)))
    }
    layers["Switch, two levels further in"] = Switch()
    layers["Switch, behind the Sequential"] = Switch()
    top, norm, inner, inner_norm, innermost, behind = layers.values()
    deep = m.Sequential([m.Tanh(), innermost])
    within, further, furthest = Switch(), Switch(), Switch()
    second = m.Sequential([further, m.Sequential([m.Tanh(), furthest])])
    first = m.Sequential([second, within])
    layers |= dict(zip(TOLD_AND_ENTERED, (first, within, second, further, furthest), strict=True))
    model = draw.pick(
        [m.Tanh(), top, norm, m.Sequential([inner, m.Linear(3, 5), deep, inner_norm]), first, behind],
        [first, m.Sequential([deep, inner_norm, inner]), norm, top, behind, m.Tanh()],
        [
            first,
            top,
            m.Sequential([inner_norm, inner]),
            m.Linear(2, 2),
            norm,
            m.Sequential([m.Sequential([innermost])]),
            behind,
        ],
    )
    return {"model": m.Sequential(model)} | layers


@check
def set_training_mode(m, draw):
    layers = models_with_modes(m, draw)
    model = layers.pop("model")
    answers: dict[str, object] = {}
    for i, layer in enumerate(layers.values()):
        layer.training = bool(i % 2)
    for call, mode in enumerate(draw.pick(*MODES), 1):
        m.set_training_mode(model, mode)
        answers |= {f"call {call}, with {mode}: training of {name}": layer.training for name, layer in layers.items()}
    return answers


@oracle("set_training_mode")
def all_alike(draw):
    names = ["Switch", "BatchNorm1d"] + [f"{name}, a level further in" for name in ("Switch", "BatchNorm1d")]
    names += ["Switch, two levels further in", "Switch, behind the Sequential", *TOLD_AND_ENTERED]
    return {
        f"call {i}, with {mode}: training of {name}": mode
        for i, mode in enumerate(draw.pick(*MODES), 1)
        for name in names
    }


# ---- training ------------------------------------------------------------------------------------------------------

WEIGHTS = ("table", "W1", "gain", "W2", "b2")
Run = tuple[int, int, Callable[[int], float]]


def training(draw: Draw) -> tuple[dict[str, Tensor], Tensor, Tensor, torch.Generator, list[Run]]:
    """Weights, contexts and what follows them, and two runs: steps, batch size and learning rates by the step."""
    N, V, T, E, H = draw.pick((23, 7, 3, 2, 5), (29, 9, 2, 4, 6), (31, 6, 6, 6, 6))
    shapes = ((V, E), (T * E, H), (H,), (H, V), (V,))
    weights = {name: draw.leaf(*shape) for name, shape in zip(WEIGHTS, shapes, strict=True)}
    X, Y = called("X", draw, draw.ints(V, N, T)), called("Y", draw, draw.ints(V, N))
    steps, batch_size, lr = draw.pick((4, 6, 0.5), (5, 8, 0.3), (3, 7, 0.4))
    runs: list[Run] = [
        (steps, batch_size, lambda step: lr * 0.7**step),
        (2, batch_size - 1, lambda step: lr / (step + 2)),
    ]
    return weights, X, Y, draw.generator(), runs


@check
def fit(m, draw):
    weights, X, Y, generator, runs = training(draw)
    table, W1, gain, W2, b2 = weights.values()
    norm = Normalised(gain)
    model = m.Sequential([Lookup(table, flat=True), Affine(W1), norm, m.Tanh(), Affine(W2, b2)])
    answers: dict[str, object] = {}
    for i, (steps, batch_size, lr) in enumerate(runs, 1):
        answers[f"losses, call {i}"] = m.fit(model, X, Y, steps, batch_size, lr, generator)
    answers |= {name: plain(p) for name, p in weights.items()}
    answers["what the normalising layer saw (running_mean)"] = norm.running_mean
    return answers


@oracle("fit")
def trained_by_autograd(draw):
    weights, X, Y, generator, runs = training(draw)
    table, W1, gain, W2, b2 = params = [p.detach().clone().requires_grad_() for p in weights.values()]
    expected: dict[str, object] = {}
    seen = torch.zeros(len(gain))
    for i, (steps, batch_size, lr) in enumerate(runs, 1):
        losses = []
        for step in range(steps):
            ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
            h = table[X[ix]].flatten(1) @ W1
            seen = 0.9 * seen + 0.1 * h.detach().mean(0)
            h = torch.tanh(gain * (h - h.mean(0)) / (h.var(0) + 1e-5).sqrt())
            loss = -F.log_softmax(h @ W2 + b2, 1)[torch.arange(batch_size), Y[ix]].mean()
            losses.append(loss.item())
            for p, gradient in zip(params, torch.autograd.grad(loss, params), strict=True):
                p.detach().sub_(lr(step) * gradient)
        expected[f"losses, call {i}"] = losses
    before: dict[str, object] = {name: p.detach() for name, p in weights.items()}
    after: dict[str, object] = {name: p.detach() for name, p in zip(weights, params, strict=True)}
    expected |= moved(before, after)
    extra = "Each step should send its batch through the model once: what the normalising layer saw is something else."
    expected["what the normalising layer saw (running_mean)"] = close(seen, rtol=1e-3, says=extra)
    return expected


# ---- looking inside ------------------------------------------------------------------------------------------------


def curve(draw: Draw) -> tuple[list[float], int]:
    """Losses that fill no whole number of windows, or just do."""
    count, window = draw.pick((11, 4), (17, 3), (16, 4))
    return draw.numbers(count), window


@check
def smooth_curve(m, draw):
    losses, window = curve(draw)
    few = losses[: window + 1]
    answers = {"all of them": m.smooth_curve(losses, window), "one window and one more": m.smooth_curve(few, window)}
    return answers | {"losses afterwards": losses}


@oracle("smooth_curve")
def means_of_stretches(draw):
    losses, window = curve(draw)
    starts = range(0, len(losses) - window + 1, window)
    means = torch.tensor([sum(losses[at : at + window]) / window for at in starts])
    return {"all of them": means, "one window and one more": means[:1], "losses afterwards": losses}


def layers_to_trace(m: Any, draw: Draw) -> tuple[list[Any], list[Any], Tensor]:
    """Layers, those among them that count their calls, and an input."""
    B, T, V, E, H = draw.pick((3, 8, 7, 5, 6), (5, 4, 9, 3, 7), (4, 4, 4, 4, 4))
    lookup, halved, doubled, flat, switch, again = (
        Lookup(draw.normal(V, E)), EveryOther(), Doubled(), Flat(), Switch(), EveryOther(),
    )  # fmt: skip
    layers = draw.pick(
        [lookup, halved, m.Sequential([doubled, m.Linear(2 * E, H)]), m.Tanh(), switch, again, flat],
        [lookup, m.Linear(E, H), switch, doubled, m.Sequential([halved, m.Tanh(), again]), flat],
        [lookup, m.Sequential([switch, m.Sequential([halved])]), doubled, again, flat, m.Linear(2 * E, H)],
    )
    return layers, [lookup, halved, doubled, flat, switch, again], called("x", draw, draw.ints(V, B, T))


@check
def trace_shapes(m, draw):
    layers, counting, x = layers_to_trace(m, draw)
    model = m.Sequential(list(layers))
    answers = {"shapes": m.trace_shapes(model, x), "calls of each layer": [layer.calls for layer in counting]}
    places = {id(layer): f"layer {i}" for i, layer in enumerate(layers)}
    return answers | {"layers afterwards": named(model.layers, places), "output of the first": kept(layers[0])}


@oracle("trace_shapes")
def shapes_from_the_sizes(draw):
    B, T, V, E, H = draw.pick((3, 8, 7, 5, 6), (5, 4, 9, 3, 7), (4, 4, 4, 4, 4))
    table, x = draw.normal(V, E), called("x", draw, draw.ints(V, B, T))
    half, quarter = T // 2, T // 4
    shapes = draw.pick(
        {
            "Lookup": (B, T, E), "EveryOther": (B, half, E), "Sequential": (B, half, H), "Tanh": (B, half, H),
            "Switch": (B, half, H), "EveryOther ": (B, quarter, H), "Flat": (B, quarter * H),
        },
        {
            "Lookup": (B, T, E), "Linear": (B, T, H), "Switch": (B, T, H), "Doubled": (B, T, 2 * H),
            "Sequential": (B, quarter, 2 * H), "Flat": (B, quarter * 2 * H),
        },
        {
            "Lookup": (B, T, E), "Sequential": (B, half, E), "Doubled": (B, half, 2 * E),
            "EveryOther": (B, quarter, 2 * E), "Flat": (B, quarter * 2 * E), "Linear": (B, H),
        },
    )  # fmt: skip
    expected = {"shapes": [(name.strip(), shape) for name, shape in shapes.items()], "calls of each layer": [1] * 6}
    return expected | {"layers afterwards": [f"layer {i}" for i in range(len(shapes))], "output of the first": table[x]}


class Reader:
    """A model that weighs every place of a context differently. Trained, it would look at the others of its batch."""

    def __init__(self, table: Tensor, weight: Tensor, gain: Tensor, bias: Tensor) -> None:
        self.layers = [Lookup(table, flat=True), Normalised(gain, training=False), Affine(weight, bias)]
        self.training = False

    def __call__(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self) -> list[Tensor]:
        return [p for layer in self.layers for p in layer.parameters()]


def reader_and_words(draw: Draw) -> tuple[list[Tensor], list[Tensor], int]:
    """What a model is made of, a word shorter than a context, and one that is longer."""
    V, E, block_size, short, long = draw.pick((7, 2, 4, 2, 7), (9, 3, 5, 3, 8), (6, 6, 6, 6, 9))
    made = [draw.normal(V, E), draw.normal(block_size * E, V), draw.normal(block_size * E), draw.normal(V)]
    return made, [1 + draw.ints(V - 1, short), 1 + draw.ints(V - 1, long)], block_size


@check
def predict_all_prefixes(m, draw):
    (table, weight, gain, bias), words, block_size = reader_and_words(draw)
    answers: dict[str, object] = {}
    for word in words:
        handed = draw.give(word, "word_ids")
        model = Reader(table, weight, gain, bias)
        answers[f"after every beginning of {word.tolist()}"] = plain(m.predict_all_prefixes(model, handed, block_size))
    return answers


@oracle("predict_all_prefixes")
def asked_one_by_one(draw):
    (table, weight, gain, bias), words, block_size = reader_and_words(draw)
    expected = {}
    for word in words:
        draw.give(word, "word_ids")
        letters = word.tolist()
        rows = []
        for t in range(len(letters) + 1):
            context = ([0] * block_size + letters[:t])[-block_size:]
            x = torch.cat([table[letter] for letter in context])
            rows.append((x * gain) @ weight + bias)
        expected[f"after every beginning of {letters}"] = torch.stack(rows)
    return expected
