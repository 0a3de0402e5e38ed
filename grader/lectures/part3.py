"""Activations, gradients and BatchNorm: how a network begins, and layers that keep its numbers alive."""

import contextlib
import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from grader.checks import Chain, Draw, any_of, calls, check, close, gradients, holds, oracle, parts

Rules = tuple[tuple[Any, str], ...]


def spread(draw: Draw, low: float, high: float, *shape: int) -> Tensor:
    """Numbers between low and high that are not handed out as they are."""
    share: Tensor = torch.special.ndtr(draw.noise(*shape))
    return low + (high - low) * share


# ---- the first loss, and what is saturated -----------------------------------------------------------------------


def vocabularies(draw: Draw) -> list[int]:
    """Sizes, the lecture's own first."""
    return [draw.pick(27, 2, 65), draw.whole(3, 60), draw.whole(100, 5000)]


@check
def expected_initial_loss(m: Any, draw: Draw) -> dict[str, object]:
    return {f"loss with {V} letters": m.expected_initial_loss(V) for V in vocabularies(draw)}


@oracle("expected_initial_loss")
def loss_of_even_logits(draw: Draw) -> dict[str, object]:
    sizes = vocabularies(draw)
    return {f"loss with {V} letters": F.cross_entropy(torch.zeros(1, V), torch.tensor([0])).item() for V in sizes}


def output_layer(draw: Draw) -> tuple[list[Any], Tensor]:
    """W2, b2, perhaps a scale; and hidden values. Any scale of 0.03 or less makes even guesses of 200 units."""
    n, H, V = draw.pick((20, 200, 27), (15, 190, 31), (12, 210, 23))
    weights = [draw.normal(H, V, name="W2"), draw.normal(V, name="b2")]
    return [*weights, *draw.pick((), (0.02,), (0.005,))], torch.tanh(draw.noise(n, H))


@check
def scale_output_layer(m: Any, draw: Draw) -> dict[str, object]:
    arguments, _ = output_layer(draw)
    return {"output layer": m.scale_output_layer(*arguments)}


@oracle("scale_output_layer")
def nearly_even_guesses(draw: Draw) -> dict[str, object]:
    (W2, b2, *_), h = output_layer(draw)

    def surplus(new: Tensor) -> float:
        return float(-F.log_softmax(h @ new.detach().float(), 1).mean()) - math.log(b2.shape[0])

    weights = holds(
        (
            lambda new: is_matrix(new, *W2.shape),
            f"The new W2 should be a tensor of shape {tuple(W2.shape)}, as it was.",
        ),
        (lambda new: bool(new.isfinite().all()), "The new W2 has numbers that are not finite."),
        (
            lambda new: bool(new.any()),
            "The new W2 is zero. The first loss is right with it, but what goes back to the hidden layer is multiplied"
            " by W2: no gradient reaches it on the first step.",
        ),
        (
            lambda new: bool((new - new[:, :1]).any()),
            "All columns of the new W2 are the same. What goes back to the hidden layer cancels then: no gradient"
            " reaches it on the first step.",
        ),
        (
            lambda new: surplus(new) < 0.05,
            "With your W2 some letters are still preferred: averaged over all letters, -log p is 0.05 or more above"
            " that of an even guess. Each logit adds up H products, so W2 has to be small.",
        ),
    )
    says = "Your b2 is not zero. What it adds to the logits prefers some letters before anything has been learned."
    zeros = torch.zeros_like(b2).requires_grad_()  # whoever makes them parameters at once may do so
    return {"output layer": parts(W2=weights, b2=close(zeros, rtol=0.0, atol=0.0, says=says))}


def is_matrix(value: object, *shape: int) -> bool:
    return isinstance(value, Tensor) and value.is_floating_point() and tuple(value.shape) == shape


def activations(draw: Draw) -> list[Any]:
    """Outputs of tanh, more of them near 1 than near -1; on the second draw a threshold."""
    B, H = draw.pick((9, 8), (6, 11), (10, 10))
    return [draw.give(torch.tanh(1.6 * draw.noise(B, H) + 0.4), "h"), *draw.pick((), (0.9,), ())]


def counted_one_by_one(h: Tensor, threshold: float = 0.97) -> float:
    values: list[float] = h.flatten().tolist()
    return sum(abs(value) > threshold for value in values) / len(values)


saturation_fraction = calls(activations, oracle=counted_one_by_one)


def neurons(draw: Draw) -> list[Any]:
    """Neurons that are saturated above, below or on both sides; for all examples, all but one, only one, or none."""
    B, H = draw.pick((6, 9), (4, 13), (9, 9))
    options = draw.pick((), (0.9,), ())
    threshold = options[0] if options else 0.99
    far = threshold + (1 - threshold) * spread(draw, 0.1, 0.95, B, H)
    near = threshold - 0.008  # beyond the other usual threshold, 0.97
    columns = []
    for number, unit in enumerate(draw.shuffled(range(H))):
        column, row = far[:, unit].clone(), draw.whole(0, B - 1)
        sides = torch.tensor([(-1.0) ** (number // 2 if number % 3 else i + 1) for i in range(B)])
        match unit % 7:
            case 3:
                column[row] = near
            case 4:
                column[row] = 0.1 * draw.positive()
            case 5:
                column *= 0.1 * draw.positive()
                column[row] = threshold + 0.5 * (1 - threshold)
            case 6:
                column *= 0.5
        columns.append(sides * column)
    return [draw.give(torch.stack(columns, 1), "h"), *options]


def dead_one_by_one(h: Tensor, threshold: float = 0.99) -> Tensor:
    return torch.tensor([all(abs(value) > threshold for value in column) for column in h.T.tolist()])


dead_neurons = calls(neurons, oracle=dead_one_by_one)


def tanh_step(draw: Draw) -> dict[str, Any]:
    """A tanh, at two places so far out that nothing comes back."""
    shape = draw.pick((4, 6), (3, 5, 2), (5, 5))
    numbers = draw.noise(*shape)
    numbers.view(-1)[:2] = torch.tensor([7.0, -6.0])
    x = numbers.requires_grad_()
    out = torch.tanh(x)
    return locals()


tanh_backward = Chain(tanh_step).calls("dout", "out", wrt="x")

# ---- the size of what goes through -------------------------------------------------------------------------------

NONLINEARITIES = ("linear", "sigmoid", "tanh", "relu")


@check
def activation_gain(m: Any, draw: Draw) -> dict[str, object]:
    return {f"gain of {name}": m.activation_gain(name) for name in draw.shuffled(NONLINEARITIES)}


@oracle("activation_gain")
def gains_of_torch(draw: Draw) -> dict[str, object]:
    gain: Any = torch.nn.init.calculate_gain  # its type knows names, not texts
    return {f"gain of {name}": float(gain(name)) for name in draw.shuffled(NONLINEARITIES)}


def seeded(draw: Draw) -> list[torch.Generator]:
    """Generators with the same seed twice, and with another. How they are used is free: they are no evidence."""
    return [torch.Generator().manual_seed(seed) for seed in (draw.seed, draw.seed, draw.seed + 1)]


OTHER_RANDOMNESS = "The global generator was used: the generator that is passed is the only source of randomness."


def drawn_weights(fan_in: int, fan_out: int, std: float) -> Rules:
    """What holds for weights of a seed, of the same seed again, and of another. They have 10,000 elements or more.

    A right answer fails with a chance below 1e-11: of 10,000 normal numbers the mean is off by 0.01 of their standard
    deviation, that by 0.0071 of itself, the share within it by 0.0047; the bounds are 7, 7 and 9 times as far.
    """

    def first(rule: Any) -> Any:
        return lambda weights: rule(weights[0].detach().double())

    return (
        (
            lambda weights: all(is_matrix(W, fan_in, fan_out) for W in weights) and len(weights) == 3,
            f"The weights should be a tensor of shape ({fan_in}, {fan_out}): a row for each input, a column for each"
            " neuron.",
        ),
        (
            lambda weights: torch.equal(weights[0], weights[1]),
            "From generators with the same seed come different weights: something else takes part in the draw.",
        ),
        (
            lambda weights: not torch.equal(weights[0], weights[2]),
            "From generators with different seeds come the same weights: the generator is not used.",
        ),
        (
            first(lambda W: len(W.unique()) > 0.9 * W.numel()),
            "Many of the weights are the same. Each should be a draw of its own: neurons that begin alike stay alike.",
        ),
        (
            first(lambda W: abs(float(W.mean())) < 0.07 * float(W.std())),
            "The mean of the weights is not 0. Then the outputs get a mean too, in every layer another.",
        ),
        (
            first(lambda W: abs(float(W.std()) / std - 1) < 0.05),
            f"The standard deviation of the weights should be near {std:.4f} for a fan_in of {fan_in} and a fan_out of"
            f" {fan_out}. An output adds up fan_in products, so its standard deviation grows with the root of fan_in.",
        ),
        (
            first(lambda W: 0.64 < float((W.abs() < W.std()).double().mean()) < 0.725),
            "The weights are not normally distributed: another share of them than 68 % lies within one standard"
            " deviation.",
        ),
    )


def kaiming_arguments(draw: Draw) -> tuple[int, int, float]:
    return draw.pick((80, 130, 5 / 3), (150, 70, 0.6), (105, 105, 2**0.5))


@check
def kaiming_weight(m: Any, draw: Draw) -> dict[str, object]:
    weights = [m.kaiming_weight(*kaiming_arguments(draw), generator) for generator in seeded(draw)]
    return {"weights of three generators": weights, "global generator afterwards": torch.rand(2)}


@oracle("kaiming_weight")
def normal_weights(draw: Draw) -> dict[str, object]:
    fan_in, fan_out, gain = kaiming_arguments(draw)
    return {
        "weights of three generators": holds(*drawn_weights(fan_in, fan_out, gain / math.sqrt(fan_in))),
        "global generator afterwards": close(torch.rand(2), says=OTHER_RANDOMNESS),
    }


def bent(x: Tensor) -> Tensor:
    """An activation that nobody has by heart."""
    return torch.tanh(x) + 0.3 * x.abs()


def deep_network(draw: Draw) -> list[Any]:
    """Weights that let the numbers shrink, keep their size, or saturate."""
    B, *sizes = draw.pick((6, 5, 8, 4, 7), (9, 4, 6, 10, 3, 5), (7, 7, 7, 7))
    gain, act = draw.pick((0.5, torch.tanh), (5 / 3, torch.relu), (3.0, bent))
    x = draw.normal(B, sizes[0], name="x")
    return [x, [draw.give(draw.noise(*shape) * gain / shape[0] ** 0.5) for shape in pairwise(sizes)], act]


propagate_std = calls(
    deep_network,
    oracle=lambda x, weights, act: any_of(*(deviations(x, weights, act, correction) for correction in (1, 0))),
)


def deviations(x: Tensor, weights: list[Tensor], act: Any, correction: int) -> list[float]:
    """Standard deviations in double precision, by their definition."""
    stds, x = [], x.double()
    for W in weights:
        x = act(torch.einsum("bi,io->bo", x, W.double()))
        numbers = x.flatten().tolist()
        mean = sum(numbers) / len(numbers)
        stds.append(math.sqrt(sum((number - mean) ** 2 for number in numbers) / (len(numbers) - correction)))
    return stds


# ---- BatchNorm ---------------------------------------------------------------------------------------------------

EPS = 1e-5


def is_small(draw: Draw) -> bool:
    """On every third draw the variances are about as large as eps."""
    return draw.turn % 3 == 2


def preactivations(draw: Draw, B: int, H: int, name: str = "x") -> Tensor:
    """A batch; where it is small, with variances from 0.5 to 2.5 eps, and means not further from 0 than that."""
    numbers, means = draw.noise(B, H), spread(draw, -0.6, 0.6, H)
    if not is_small(draw):
        return draw.give(1.5 * numbers + means, name)
    numbers = (numbers - numbers.mean(0)) / numbers.std(0)
    return draw.give((numbers + means) * (EPS * spread(draw, 0.5, 2.5, H)).sqrt(), name)


def running_statistics(draw: Draw, H: int) -> tuple[Tensor, Tensor]:
    """A mean and a variance, small where the batch is."""
    rv = (EPS if is_small(draw) else 1.0) * spread(draw, 0.3, 2.5, H)
    return draw.give(rv.sqrt() * spread(draw, -0.8, 0.8, H), "rm"), draw.give(rv, "rv")


def normalised(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = EPS, correction: int = 1) -> Tensor:
    """torch's own layer, which divides by B: with another eps and gamma it does what division by less would."""
    share = (x.shape[0] - correction) / x.shape[0]
    return F.batch_norm(x, None, None, gamma * share**0.5, beta, training=True, eps=eps * share)


def batch_and_affine(draw: Draw) -> tuple[Tensor, Tensor, Tensor, Tensor, tuple[Any, ...]]:
    """x, gamma, beta, an upstream gradient, and what is given of eps and correction."""
    B, H = draw.pick((5, 7), (8, 3), (6, 6))
    options: tuple[Any, ...] = draw.pick((), (1e-2, 0), ())
    x, gamma, beta = preactivations(draw, B, H), draw.normal(H, name="gamma"), draw.normal(H, name="beta")
    return x, gamma, beta, draw.noise(B, H), options


def another_last_row(x: Tensor) -> Tensor:
    return torch.cat([x[:-1], -2 * x[-1:]])


@check
def batchnorm_train(m: Any, draw: Draw) -> dict[str, object]:
    x, gamma, beta, upstream, options = batch_and_affine(draw)
    answers: dict[str, object] = {
        "out": m.batchnorm_train(x, gamma, beta, *options),
        "out[0] after x[-1] has changed": m.batchnorm_train(another_last_row(x), gamma, beta, *options)[0],
    }
    leaves = {name: leaf.clone().requires_grad_() for name, leaf in (("x", x), ("gamma", gamma), ("beta", beta))}
    return answers | gradients(m.batchnorm_train(*leaves.values(), *options), upstream, **leaves)


@oracle("batchnorm_train")
def normalised_by_torch(draw: Draw) -> dict[str, object]:
    x, gamma, beta, upstream, options = batch_and_affine(draw)
    expected: dict[str, object] = {
        "out": normalised(x, gamma, beta, *options),
        "out[0] after x[-1] has changed": normalised(another_last_row(x), gamma, beta, *options)[0],
    }
    leaves = {name: leaf.clone().requires_grad_() for name, leaf in (("x", x), ("gamma", gamma), ("beta", beta))}
    return expected | gradients(normalised(leaves["x"], leaves["gamma"], leaves["beta"], *options), upstream, **leaves)


def statistics_and_batch(draw: Draw) -> tuple[Tensor, Tensor, Tensor, tuple[float, ...]]:
    B, H = draw.pick((5, 7), (9, 4), (6, 6))
    rm, rv = draw.normal(H, name="rm"), draw.give(spread(draw, 0.3, 2.5, H), "rv")
    return rm, rv, draw.give(1.5 * draw.noise(B, H) + draw.noise(H), "x"), draw.pick((), (0.3,), (0.02,))


@check
def update_running_stats(m: Any, draw: Draw) -> dict[str, object]:
    rm, rv, x, options = statistics_and_batch(draw)
    return {
        "statistics": m.update_running_stats(rm, rv, x, *options),
        "statistics, x part of a graph": m.update_running_stats(rm, rv, x.clone().requires_grad_(), *options),
    }


@oracle("update_running_stats")
def buffers_of_torch(draw: Draw) -> dict[str, object]:
    rm, rv, x, options = statistics_and_batch(draw)
    return dict.fromkeys(
        ("statistics", "statistics, x part of a graph"), parts(**followed(rm.clone(), rv.clone(), x, *options))
    )


def followed(rm: Tensor, rv: Tensor, x: Tensor, momentum: float = 0.1) -> dict[str, Tensor]:
    """Running statistics after a batch, as torch's own layer changes them in place."""
    F.batch_norm(x.detach(), rm, rv, training=True, momentum=momentum)
    return {"rm": rm, "rv": rv}


def trained_layer(draw: Draw) -> list[Any]:
    """x, its running statistics, gamma and beta; on the second draw one example alone, and an eps."""
    B, H = draw.pick((5, 7), (1, 4), (6, 6))
    x, (rm, rv) = preactivations(draw, B, H), running_statistics(draw, H)
    return [x, rm, rv, draw.normal(H, name="gamma"), draw.normal(H, name="beta"), *draw.pick((), (1e-2,), ())]


batchnorm_eval = calls(
    trained_layer,
    oracle=lambda x, rm, rv, gamma, beta, eps=EPS: F.batch_norm(x, rm, rv, gamma, beta, training=False, eps=eps),
)


def whole_set(draw: Draw) -> list[Tensor]:
    N, H = draw.pick((11, 4), (7, 9), (8, 8))
    return [draw.give(spread(draw, 0.5, 2.0, H) * draw.noise(N, H) + draw.noise(H), "hpreact")]


def mean_and_deviation(hpreact: Tensor) -> object:
    columns = hpreact.T.tolist()
    means = [math.fsum(column) / len(column) for column in columns]
    squares = [math.fsum((x - mean) ** 2 for x in column) for column, mean in zip(columns, means, strict=True)]
    stds = [math.sqrt(square / (len(hpreact) - 1)) for square in squares]
    return parts(mean=torch.tensor([means]), std=torch.tensor([stds]))


calibrate_batchnorm = calls(whole_set, oracle=mean_and_deviation)

# ---- layers ------------------------------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """A copy of a tensor without its graph: a parameter may be made to require grad at once or later."""
    return value.detach().clone() if isinstance(value, Tensor) else value


def plant(layer: Any, **numbers: Tensor) -> dict[str, Tensor]:
    """Put drawn numbers into a layer's parameters, which from now on require grad; they are returned.

    What does not fit is left as it is: its shape is told of by then.
    """
    for name, values in numbers.items():
        with torch.no_grad(), contextlib.suppress(RuntimeError):
            getattr(layer, name).copy_(values)
    return {name: getattr(layer, name).requires_grad_() for name in numbers}


def listed(layer: Any, *names: str) -> list[str]:
    """What parameters() holds, by the names of a layer's attributes."""
    known = {id(getattr(layer, name)): name for name in names}
    return [known.get(id(p), "something else") for p in layer.parameters()]


def kept(layer: Any) -> Tensor:
    """What a layer keeps as out, to ask for the gradient that comes by there: none, if it is not what went on."""
    out: Tensor = layer.out
    return out if out.requires_grad else out.detach().requires_grad_()


def linear_sizes(draw: Draw) -> tuple[int, int, int]:
    return draw.pick((4, 5, 7), (6, 8, 3), (5, 6, 6))


WIDE = (80, 130)


@check
def linear_layer(m: Any, draw: Draw) -> dict[str, object]:
    weights = [plain(m.Linear(*WIDE, True, generator).weight) for generator in seeded(draw)]
    answers: dict[str, object] = {
        f"shape of the weight of Linear{WIDE}": list(weights[0].shape),
        "weights of three generators": weights,
        "global generator afterwards": torch.rand(2),
    }
    weights = [plain(m.Linear(*WIDE).weight) for _ in range(2)]
    answers["weights without a generator, twice, and of one"] = [weights[0], weights[0], weights[1]]

    B, fan_in, fan_out = linear_sizes(draw)
    layer = m.Linear(fan_in, fan_out)
    answers["a new layer: bias"] = plain(layer.bias)
    planted = plant(layer, weight=draw.noise(fan_in, fan_out), bias=draw.noise(fan_out))
    for batch in (draw.noise(B, fan_in), draw.noise(B + 1, fan_in)):
        x = batch.clone().requires_grad_()
        out = layer(x)
        answers[f"{len(batch)} examples: what is returned"] = plain(out)
        answers[f"{len(batch)} examples: out"] = plain(layer.out)
    answers |= gradients(out, draw.noise(B + 1, fan_out), x=x, **planted, out=kept(layer))
    answers["parameters()"] = listed(layer, "weight", "bias")

    layer = m.Linear(fan_in, fan_out, False)
    answers["bias=False: bias"] = layer.bias
    plant(layer, weight=draw.noise(fan_in, fan_out))
    answers["bias=False: what is returned"] = plain(layer(draw.normal(B, fan_in, name="x")))
    answers["bias=False: out"] = plain(layer.out)
    answers["bias=False: parameters()"] = listed(layer, "weight")
    return answers


@oracle("linear_layer")
def affine_maps(draw: Draw) -> dict[str, object]:
    rules = drawn_weights(*WIDE, WIDE[0] ** -0.5)
    unseeded = "Two layers that are made without a generator begin with the same weights."
    expected: dict[str, object] = {
        f"shape of the weight of Linear{WIDE}": list(WIDE),
        "weights of three generators": holds(*rules),
        "global generator afterwards": close(torch.rand(2), says=OTHER_RANDOMNESS),
        "weights without a generator, twice, and of one": holds(
            *rules[:2], (lambda weights: not torch.equal(weights[0], weights[2]), unseeded), *rules[3:]
        ),
    }
    B, fan_in, fan_out = linear_sizes(draw)
    expected["a new layer: bias"] = close(torch.zeros(fan_out), rtol=0.0, atol=0.0)
    weight, bias = (draw.leaf(*shape) for shape in ((fan_in, fan_out), (fan_out,)))
    for batch in (draw.noise(B, fan_in), draw.noise(B + 1, fan_in)):
        x = batch.clone().requires_grad_()
        out = F.linear(x, weight.T, bias)
        expected[f"{len(batch)} examples: what is returned"] = plain(out)
        expected[f"{len(batch)} examples: out"] = plain(out)
    expected |= gradients(out, draw.noise(B + 1, fan_out), x=x, weight=weight, bias=bias, out=out)
    expected["parameters()"] = ["weight", "bias"]
    weight, x = draw.noise(fan_in, fan_out), draw.normal(B, fan_in, name="x")
    out = F.linear(x, weight.T)
    expected |= {"bias=False: bias": None, "bias=False: what is returned": out, "bias=False: out": out}
    return expected | {"bias=False: parameters()": ["weight"]}


def batches_and_options(draw: Draw) -> tuple[int, tuple[int, ...], tuple[float, ...]]:
    """How many units, how many examples on three steps of training and afterwards; perhaps eps and momentum."""
    return draw.pick((5, (4, 7, 6, 3), ()), (3, (8, 5, 4, 1), (1e-2, 0.3)), (6, (6, 6, 6, 6), ()))


TRAINED, BUFFERS = ("gamma", "beta"), ("running_mean", "running_var")


def state(layer: Any, when: str) -> dict[str, object]:
    """A layer's parameters and buffers: H numbers each, the buffers in any shape."""
    held: dict[str, object] = {f"{when}: {name}": plain(getattr(layer, name)) for name in TRAINED}
    return held | {f"{when}: {name}": getattr(layer, name).reshape(-1).clone() for name in BUFFERS}


@check
def batchnorm_layer(m: Any, draw: Draw) -> dict[str, object]:
    H, (*sizes, last), options = batches_and_options(draw)
    layer = m.BatchNorm1d(H, *options)
    answers = state(layer, "a new layer") | {"a new layer: training": layer.training}
    planted = plant(layer, gamma=draw.noise(H), beta=draw.noise(H))
    for B in sizes:
        x = preactivations(draw, B, H, f"x of {B} examples").requires_grad_()
        out = layer(x)
        step = f"training, {B} examples"
        answers |= {f"{step}: what is returned": plain(out), f"{step}: out": plain(layer.out)} | state(layer, step)
    answers |= gradients(out, draw.noise(B, H), x=x, **planted, out=kept(layer))
    answers["parameters()"] = listed(layer, *TRAINED, *BUFFERS)

    layer.training = False
    with torch.no_grad():
        rm, rv = running_statistics(draw, H)
        layer.running_mean.copy_(rm.reshape(layer.running_mean.shape))
        layer.running_var.copy_(rv.reshape(layer.running_var.shape))
    out = layer(preactivations(draw, last, H))
    answers |= {"afterwards: what is returned": plain(out), "afterwards: out": plain(layer.out)}
    return answers | state(layer, "afterwards") | state(m.BatchNorm1d(H, *options), "another new layer")


@oracle("batchnorm_layer")
def layer_of_torch(draw: Draw) -> dict[str, object]:
    H, (*sizes, last), options = batches_and_options(draw)
    eps, momentum = options or (EPS, 0.1)
    rm, rv = torch.zeros(H), torch.ones(H)

    def held(when: str, *values: Tensor) -> dict[str, object]:
        names = (f"{when}: {name}" for name in (*TRAINED, *BUFFERS))
        return {name: value.detach().clone() for name, value in zip(names, values, strict=True)}

    new = (torch.ones(H), torch.zeros(H), torch.zeros(H), torch.ones(H))
    expected = held("a new layer", *new) | {"a new layer: training": True}
    gamma, beta = draw.leaf(H), draw.leaf(H)
    for B in sizes:
        x = preactivations(draw, B, H, f"x of {B} examples").requires_grad_()
        out = normalised(x, gamma, beta, eps)
        followed(rm, rv, x, momentum)
        step = f"training, {B} examples"
        expected |= {f"{step}: what is returned": plain(out), f"{step}: out": plain(out)}
        expected |= held(step, gamma, beta, rm, rv)
    expected |= gradients(out, draw.noise(B, H), x=x, gamma=gamma, beta=beta, out=out)
    expected["parameters()"] = list(TRAINED)

    rm, rv = running_statistics(draw, H)
    out = plain(F.batch_norm(preactivations(draw, last, H), rm, rv, gamma, beta, training=False, eps=eps))
    expected |= {"afterwards: what is returned": out, "afterwards: out": out}
    return expected | held("afterwards", gamma, beta, rm, rv) | held("another new layer", *new)


@check
def tanh_layer(m: Any, draw: Draw) -> dict[str, object]:
    layer = m.Tanh()
    answers: dict[str, object] = {}
    for batch in hidden_batches(draw):
        x = batch.clone().requires_grad_()
        out = layer(x)
        answers[f"{len(batch)} examples: what is returned"] = plain(out)
        answers[f"{len(batch)} examples: out"] = plain(layer.out)
    answers |= gradients(out, draw.noise(*batch.shape), x=x, out=kept(layer))
    answers["parameters()"] = list(layer.parameters())
    return answers


def hidden_batches(draw: Draw) -> list[Tensor]:
    B, H = draw.pick((4, 6), (7, 3), (5, 5))
    return [draw.noise(B, H), draw.noise(B + 1, H)]


@oracle("tanh_layer")
def squashed(draw: Draw) -> dict[str, object]:
    expected: dict[str, object] = {}
    for batch in hidden_batches(draw):
        out = 2 * torch.sigmoid(2 * batch) - 1
        expected[f"{len(batch)} examples: what is returned"] = expected[f"{len(batch)} examples: out"] = out
    upstream = draw.noise(*out.shape)
    expected |= {"gradient of x": upstream * (1 - out**2), "gradient of out": upstream}
    return expected | {"parameters()": []}


# ---- looking at a network ----------------------------------------------------------------------------------------


def bias_and_upstream(draw: Draw) -> list[Tensor]:
    B, H = draw.pick((5, 7), (8, 3), (6, 6))
    return [draw.normal(B, H, name="x"), draw.normal(H, name="b"), draw.normal(B, H, name="dout")]


def what_reaches_the_bias(x: Tensor, b: Tensor, dout: Tensor) -> object:
    b.requires_grad_()  # b itself: whoever asks torch may do the same
    out = normalised(x + b, torch.ones(b.shape), torch.zeros(b.shape))
    (gradient,) = torch.autograd.grad((out * dout).sum(), b)
    # zero, which by way of torch is rounded to some 1e-6, and differently on other processors
    says = "By your gradient the loss would change with b. Add the same number to a whole column: what becomes of out?"
    return close(gradient, rtol=0.0, atol=1e-3, says=says)


bias_before_batchnorm = calls(bias_and_upstream, oracle=what_reaches_the_bias)


def parameter(draw: Draw) -> Tensor:
    """A parameter whose values and whose gradient have a mean."""
    shape = draw.pick((4, 6), (7,), (3, 3))
    p = draw.give(1.5 * draw.noise(*shape) + draw.number(), "p").requires_grad_()
    p.grad = draw.give(draw.positive(0.01, 0.3) * (draw.noise(*shape) + draw.number()), "p.grad")
    return p


def in_double(p: Tensor) -> tuple[float, float]:
    """The standard deviations of gradient and values, without a correction: in their ratio it cancels."""
    assert p.grad is not None
    gradient, values = ([float(number) for number in t.detach().flatten()] for t in (p.grad, p))
    return deviation(gradient), deviation(values)


def deviation(numbers: list[float]) -> float:
    mean = math.fsum(numbers) / len(numbers)
    return math.sqrt(math.fsum((number - mean) ** 2 for number in numbers) / len(numbers))


def ratio_in_double(p: Tensor) -> float:
    gradient, values = in_double(p)
    return gradient / values


grad_to_data_ratio = calls(lambda draw: [parameter(draw)], oracle=ratio_in_double)
update_to_data_ratio = calls(
    lambda draw: [parameter(draw), draw.pick(0.1, 0.03, 2.0)],
    oracle=lambda p, lr: math.log10(lr) + math.log10(ratio_in_double(p)),
)


def linear_and_batchnorm(draw: Draw) -> tuple[Tensor, Tensor, list[Tensor], tuple[float, ...]]:
    """W, b, what BatchNorm holds, and perhaps its eps."""
    D, H = draw.pick((4, 7), (6, 3), (5, 5))
    rm, rv = running_statistics(draw, H)
    W, b = draw.normal(D, H, name="W"), draw.give(rv.sqrt() * draw.noise(H), "b")
    return W, b, [draw.normal(H, name="gamma"), draw.normal(H, name="beta"), rm, rv], draw.pick((), (1e-2,), ())


@check
def fold_batchnorm(m: Any, draw: Draw) -> dict[str, object]:
    W, b, batchnorm, options = linear_and_batchnorm(draw)
    return {
        "folded": m.fold_batchnorm(W, b, *batchnorm, *options),
        "folded, without a bias": m.fold_batchnorm(W, None, *batchnorm, *options),
    }


@oracle("fold_batchnorm")
def read_off_from_outputs(draw: Draw) -> dict[str, object]:
    """An affine map is what it answers to zero, and to each unit vector beyond that."""
    W, b, batchnorm, options = linear_and_batchnorm(draw)
    gamma, beta, rm, rv = (tensor.double() for tensor in batchnorm)
    inputs = torch.cat([torch.zeros(1, len(W)), torch.eye(len(W))]).double()

    def folded(bias: Tensor) -> object:
        hprebn = inputs @ W.double() + bias
        zero, *units = F.batch_norm(hprebn, rm, rv, gamma, beta, training=False, eps=options[0] if options else EPS)
        return parts(weight=torch.stack(units) - zero, bias=zero)

    return {"folded": folded(b.double()), "folded, without a bias": folded(torch.zeros_like(rm))}


NAMES = ("C", "W1", "b1", "W2", "b2")
BEGINNINGS = ((), ("C", "W1"), ("W2",), ("C", "W2"), NAMES)  # what is random; the rest is zero


def beginnings(draw: Draw) -> Iterator[tuple[str, list[Tensor], Tensor, Tensor]]:
    """What is asked, the parameters, and a batch in whose contexts one letter never occurs."""
    n, V, H, T, E = draw.pick((6, 5, 7, 2, 3), (7, 9, 4, 3, 2), (5, 8, 8, 2, 4))
    shapes = dict(zip(NAMES, ((V, E), (T * E, H), (H,), (H, V), (V,)), strict=True))
    for random in BEGINNINGS:
        numbers = {name: draw.noise(*shape) if name in random else torch.zeros(shape) for name, shape in shapes.items()}
        params = [draw.give(numbers[name], name).requires_grad_() for name in NAMES]
        yield f"{', '.join(random) or 'nothing'} random: what moves", params, draw.ints(V - 1, n, T), draw.ints(V, n)


@check
def zero_init_report(m: Any, draw: Draw) -> dict[str, object]:
    return {asked: m.zero_init_report(params, X, Y) for asked, params, X, Y in beginnings(draw)}


@oracle("zero_init_report")
def by_the_chain_rule(draw: Draw) -> dict[str, object]:
    """b2 always; W2 where h is not zero; what is before it where W2 is not, and of C and W1 only where the other is."""
    moving = ({"b2"}, {"W2", "b2"}, {"b1", "b2"}, {"W1", "b1", "b2"}, set(NAMES))
    return {asked: names for (asked, *_), names in zip(beginnings(draw), moving, strict=True)}
