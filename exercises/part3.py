"""Activations, gradients and BatchNorm: how a network should begin, and what keeps its numbers alive on the way.

Mend the first loss, saturated and dead neurons, and the size of what goes through many layers; then normalise it.
`python part3.py` runs the lecture's experiments with what you have written.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor


def expected_initial_loss(vocab_size: int) -> float:
    """Say what loss a model should have before it has learned anything.

    It has no reason yet to prefer one letter to another.

    Args:
        vocab_size: how many letters there are to choose from, V.

    Returns:
        The mean negative log likelihood (natural logarithm) of such a model, a number.
    """
    raise NotImplementedError("part3.expected_initial_loss")


def scale_output_layer(W2: Tensor, b2: Tensor, scale: float = 0.01) -> tuple[Tensor, Tensor]:
    """Make an output layer modest, so that the model begins without being sure of anything.

    Forward:
        logits = h @ W2 + b2     # (n, H) @ (H, V) + (V,) -> (n, V)

    Args:
        W2: the weights as they were drawn, standard normal, (H, V).
        b2: the biases as they were drawn, standard normal, (V,).
        scale: how small W2 is to become.

    Returns:
        A new W2, (H, V), and a new b2, (V,), in this order; the arguments stay as they are. Where h comes out of tanh,
        all probabilities are nearly even: -log p, averaged over all examples and all letters, is less than 0.05 above
        that of an even guess. b2 adds nothing to any logit; W2 still lets a gradient through to h: it is not zero.
    """
    raise NotImplementedError("part3.scale_output_layer")


def saturation_fraction(h: Tensor, threshold: float = 0.97) -> float:
    """Measure how much of a tanh layer is saturated.

    A value is saturated where tanh is flat: at either end, further from 0 than the threshold.

    Args:
        h: the outputs of tanh, (B, H).
        threshold: between 0 and 1. No value is exactly as far from 0.

    Returns:
        The share of all values that are saturated, a number from 0 to 1.
    """
    raise NotImplementedError("part3.saturation_fraction")


def dead_neurons(h: Tensor, threshold: float = 0.99) -> Tensor:
    """Find the neurons that learn from none of these examples.

    Hardly any gradient comes back through a saturated value: one that is further from 0 than the threshold.

    Args:
        h: the outputs of tanh, (B, H), a row for each example and a column for each neuron.
        threshold: between 0 and 1. No value is exactly as far from 0.

    Returns:
        True for each neuron that is dead and False for the others, (H,).
    """
    raise NotImplementedError("part3.dead_neurons")


def tanh_backward(dout: Tensor, out: Tensor) -> Tensor:
    """Backpropagate through tanh, by hand.

    Forward:
        out = torch.tanh(x)     # any shape

    Args:
        dout: gradient of the loss with respect to out.
        out: the output of tanh, of the same shape. x itself is not needed.

    Returns:
        Gradient of the loss with respect to x, of the same shape. The arguments stay as they are.
    """
    raise NotImplementedError("part3.tanh_backward")


def activation_gain(nonlinearity: str) -> float:
    """Say how much wider weights must be drawn because of the activation that follows them.

    Weights with the standard deviation gain / sqrt(fan_in) let what goes through keep its size, roughly.

    Args:
        nonlinearity: "linear" (no activation at all), "sigmoid", "tanh" or "relu".

    Returns:
        The gain, a number: the usual one of the lecture and of torch. (For sigmoid, a name for which no gain is good,
        they agree to add none.)
    """
    raise NotImplementedError("part3.activation_gain")


def kaiming_weight(fan_in: int, fan_out: int, gain: float, generator: torch.Generator) -> Tensor:
    """Draw the weights of a layer so that what goes through it keeps its size.

    Args:
        fan_in: how many inputs each neuron has.
        fan_out: how many neurons there are.
        gain: what makes up for the activation that follows.
        generator: the only source of randomness.

    Returns:
        Normally distributed weights with mean 0, (fan_in, fan_out). With inputs of mean 0 and standard deviation 1, the
        outputs x @ W have a standard deviation of gain.
    """
    raise NotImplementedError("part3.kaiming_weight")


def propagate_std(x: Tensor, weights: list[Tensor], act: Callable[[Tensor], Tensor]) -> list[float]:
    """Follow the size of the activations through a deep network.

    Args:
        x: what goes into the first layer, (B, D0).
        weights: one matrix for each layer, (D0, D1), (D1, D2) and so on. There are no biases.
        act: the activation that follows each matrix.

    Returns:
        The standard deviation of all numbers that come out of a layer, behind its activation: a list with one number
        for each layer, the first layer first. (With Bessel's correction or without, as you like.)
    """
    raise NotImplementedError("part3.propagate_std")


def batchnorm_train(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5, correction: int = 1) -> Tensor:
    """Normalise every hidden unit over the batch, then let the network scale and shift it as it likes.

    Args:
        x: pre-activations, (B, H).
        gamma: the standard deviation that each unit gets, (H,).
        beta: the mean that each unit gets, (H,).
        eps: is added to the variance, so that a unit that never changes does no harm.
        correction: the variance divides by B - correction. The lecture has 1; torch's own layer normalises with 0.

    Returns:
        The normalised pre-activations, (B, H), with gradients for x, gamma and beta. The arguments stay as they are.
    """
    raise NotImplementedError("part3.batchnorm_train")


def update_running_stats(rm: Tensor, rv: Tensor, x: Tensor, momentum: float = 0.1) -> tuple[Tensor, Tensor]:
    """Let the running statistics of BatchNorm follow what a batch says, a little.

    Args:
        rm: the running mean, (H,).
        rv: the running variance, (H,).
        x: the pre-activations of a batch, (B, H). They may be part of a graph, which the statistics stay out of.
        momentum: the share of the new batch in the result.

    Returns:
        The new running mean and the new running variance, (H,) each, in this order. A batch's variance is the one with
        Bessel's correction. The arguments stay as they are.
    """
    raise NotImplementedError("part3.update_running_stats")


def batchnorm_eval(x: Tensor, rm: Tensor, rv: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    """Normalise with fixed statistics, as a trained model does: what becomes of an example depends on it alone.

    Args:
        x: pre-activations, (B, H). One example is enough.
        rm: the running mean, (H,).
        rv: the running variance, (H,).
        gamma, beta: scale and shift, (H,).
        eps: what is added to the variance.

    Returns:
        The normalised pre-activations, (B, H). The arguments stay as they are.
    """
    raise NotImplementedError("part3.batchnorm_eval")


def calibrate_batchnorm(hpreact: Tensor) -> tuple[Tensor, Tensor]:
    """Fix the statistics of BatchNorm once, after training, on everything there is to train on.

    Args:
        hpreact: the pre-activations of the whole training set, (N, H).

    Returns:
        Their mean and their standard deviation (with Bessel's correction) for each unit, (1, H) each, in this order.
    """
    raise NotImplementedError("part3.calibrate_batchnorm")


class Linear:
    """A layer of neurons without an activation: x @ weight + bias."""

    def __init__(self, fan_in: int, fan_out: int, bias: bool = True, generator: torch.Generator | None = None) -> None:
        """Make the parameters.

        Args:
            fan_in: how many inputs each neuron has.
            fan_out: how many neurons there are.
            bias: whether there is one.
            generator: the only source of randomness; without one, torch's global generator.

        Sets:
            weight: normally distributed with mean 0, (fan_in, fan_out), such that inputs with a standard deviation
                of 1 make outputs with a standard deviation of 1.
            bias: zeros, (fan_out,), or None.
        """
        raise NotImplementedError("part3.linear_layer")

    def __call__(self, x: Tensor) -> Tensor:
        """Compute the outputs.

        Args:
            x: (B, fan_in).

        Returns:
            (B, fan_out). The very tensor that is returned is also kept as `out`, so that it and its gradient can be
            looked at later.
        """
        raise NotImplementedError("part3.linear_layer")

    def parameters(self) -> list[Tensor]:
        """List what is trained: the weight, then the bias if there is one. The tensors themselves, no copies."""
        raise NotImplementedError("part3.linear_layer")


class BatchNorm1d:
    """A layer that normalises every unit: over the batch in training, with running statistics afterwards."""

    def __init__(self, dim: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        """Make parameters and buffers.

        Args:
            dim: how many units there are, H.
            eps: what is added to a variance.
            momentum: the share of a new batch in the running statistics.

        Sets:
            gamma: ones, (H,), and beta: zeros, (H,). They are trained.
            running_mean: zeros, and running_var: ones, (H,) or (1, H), as you like, now and later. They are not
                trained, they only follow.
            training: True. Whoever uses the layer sets it to False afterwards.
        """
        raise NotImplementedError("part3.batchnorm_layer")

    def __call__(self, x: Tensor) -> Tensor:
        """Normalise, scale by gamma and shift by beta.

        While `training` is True the statistics are those of the batch, and the running ones move towards them, outside
        of any graph. Afterwards the running ones are used, and stay. Every variance, the running one too, is the one
        with Bessel's correction (torch's own layer normalises with the other).

        Args:
            x: (B, H).

        Returns:
            (B, H), with gradients for x, gamma and beta. The very tensor that is returned is also kept as `out`.
        """
        raise NotImplementedError("part3.batchnorm_layer")

    def parameters(self) -> list[Tensor]:
        """List what is trained: gamma and beta, in this order. The tensors themselves, no copies."""
        raise NotImplementedError("part3.batchnorm_layer")


class Tanh:
    """An activation as a layer."""

    def __call__(self, x: Tensor) -> Tensor:
        """Compute tanh of every element. The very tensor that is returned is also kept as `out`."""
        raise NotImplementedError("part3.tanh_layer")

    def parameters(self) -> list[Tensor]:
        """List what is trained, as every layer does."""
        raise NotImplementedError("part3.tanh_layer")


def bias_before_batchnorm(x: Tensor, b: Tensor, dout: Tensor) -> Tensor:
    """Find the gradient of a bias that is added just before BatchNorm.

    Forward:
        hprebn = x + b                                                         # (B, H) + (H,) -> (B, H)
        out    = (hprebn - hprebn.mean(0)) / (hprebn.var(0) + 1e-5) ** 0.5     # (B, H)

    Args:
        x: pre-activations without their bias, (B, H).
        b: the biases, (H,).
        dout: gradient of the loss with respect to out, (B, H).

    Returns:
        Gradient of the loss with respect to b, (H,). By hand or by torch; look at it, and think why it is as it is.
    """
    raise NotImplementedError("part3.bias_before_batchnorm")


def grad_to_data_ratio(p: Tensor) -> float:
    """Compare the size of a parameter's gradient with the size of its values.

    Args:
        p: a parameter of any shape, with its gradient in p.grad. Both stay as they are.

    Returns:
        The standard deviation of the gradient in units of the standard deviation of the values, a number.
    """
    raise NotImplementedError("part3.grad_to_data_ratio")


def update_to_data_ratio(p: Tensor, lr: float) -> float:
    """Compare the size of the next update of a parameter with the size of its values, on a scale of powers of ten.

    Args:
        p: a parameter of any shape, with its gradient in p.grad. Both stay as they are.
        lr: the learning rate of plain gradient descent.

    Returns:
        log10 of the standard deviation of the update in units of that of the values, a number. About -3 is healthy.
    """
    raise NotImplementedError("part3.update_to_data_ratio")


def fold_batchnorm(
    W: Tensor, b: Tensor | None, gamma: Tensor, beta: Tensor, rm: Tensor, rv: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor]:
    """Melt a trained BatchNorm into the linear layer before it, so that one layer does the work of both.

    Forward, with fixed statistics:
        hprebn = x @ W + b                                          # (B, D) @ (D, H) + (H,) -> (B, H)
        out    = gamma * (hprebn - rm) / (rv + eps) ** 0.5 + beta   # (B, H)

    Args:
        W: the weights of the linear layer, (D, H).
        b: its biases, (H,), or None if it has none.
        gamma, beta: scale and shift of BatchNorm, (H,).
        rm, rv: its running mean and variance, (H,).
        eps: what it adds to the variance.

    Returns:
        A new weight, (D, H), and a new bias, (H,), such that x @ weight + bias is out, whatever x is. The arguments
        stay as they are.
    """
    raise NotImplementedError("part3.fold_batchnorm")


def zero_init_report(params: list[Tensor], X: Tensor, Y: Tensor) -> set[str]:
    """Say which parameters a first step of training would move at all.

    Forward:
        h      = tanh(C[X].view(n, -1) @ W1 + b1)     # (n, T*E) @ (T*E, H) + (H,) -> (n, H)
        logits = h @ W2 + b2                          # (n, H) @ (H, V) + (V,) -> (n, V)
        loss   = F.cross_entropy(logits, Y)

    Args:
        params: [C (V, E), W1 (T*E, H), b1 (H,), W2 (H, V), b2 (V,)], leaves that require grad. Some are all zero.
        X: contexts, int64, (n, T).
        Y: the letters that follow them, int64, (n,).

    Returns:
        The names, out of "C", "W1", "b1", "W2", "b2", of those whose gradient is not zero everywhere: a set.
        The parameters keep their values.
    """
    raise NotImplementedError("part3.zero_init_report")


# The lecture's own experiments, with your functions: `python part3.py`. They are given, and never graded.

LETTERS = ".abcdefghijklmnopqrstuvwxyz"  # "." begins and ends a name
V, E, T, H = len(LETTERS), 10, 3, 200  # letters, size of an embedding, letters of a context, hidden units


def build_dataset(words: list[str]) -> tuple[Tensor, Tensor]:
    """All contexts of some names, int64 (N, T), and the letter that follows each, int64 (N,)."""
    X, Y = [], []
    for word in words:
        context = [0] * T
        for ix in [LETTERS.index(letter) for letter in word + "."]:
            X.append(context)
            Y.append(ix)
            context = [*context[1:], ix]
    return torch.tensor(X), torch.tensor(Y)


def hidden_and_loss(params: list[Tensor], X: Tensor, Y: Tensor) -> tuple[Tensor, Tensor]:
    """The hidden layer of a plain MLP, (n, H), and its loss."""
    C, W1, b1, W2, b2 = params  # (V, E), (T*E, H), (H,), (H, V), (V,)
    h = torch.tanh(C[X].flatten(1) @ W1 + b1)
    return h, F.cross_entropy(h @ W2 + b2, Y)


def descend(params: Iterable[Tensor], loss: Tensor, lr: float) -> None:
    """One step of gradient descent. The gradients can be looked at afterwards."""
    for p in params:
        p.grad = None
    loss.backward()
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad


def the_beginning(X: Tensor, Y: Tensor, g: torch.Generator) -> list[Tensor]:
    """The first loss and the hidden layer as everything is drawn at first, and mended. Returns mended parameters."""
    C = torch.randn(V, E, generator=g)
    W1, b1 = torch.randn(T * E, H, generator=g), torch.randn(H, generator=g)
    W2, b2 = torch.randn(H, V, generator=g), torch.randn(V, generator=g)
    Xb, Yb = X[:32], Y[:32]

    print(f"The first loss (an even guess has {expected_initial_loss(V):.4f})")
    print(f"  all weights as they are drawn   {hidden_and_loss([C, W1, b1, W2, b2], Xb, Yb)[1].item():7.4f}")
    W2, b2 = scale_output_layer(W2, b2)
    print(f"  output layer scaled down        {hidden_and_loss([C, W1, b1, W2, b2], Xb, Yb)[1].item():7.4f}")

    print("\nThe hidden layer: values beyond 0.99, and neurons that are there for all 32 examples")
    mended = kaiming_weight(T * E, H, activation_gain("tanh"), g), b1 * 0.01
    for words, first in {"as it is drawn": (W1, b1), "Kaiming": mended}.items():
        h, _ = hidden_and_loss([C, *first, W2, b2], Xb, Yb)
        saturated, dead = saturation_fraction(h, 0.99), int(dead_neurons(h).sum())
        through = tanh_backward(torch.ones_like(h), h).mean().item()
        print(f"  {words:14}   {saturated:6.1%} saturated   {dead} of {H} dead   {through:.0%} of the gradient left")
    return [C, *mended, W2, b2]


def killed_by_a_learning_rate(start: list[Tensor], X: Tensor, Y: Tensor, g: torch.Generator) -> None:
    """The same model trained for a few steps with a healthy learning rate and with one that kills."""
    print("\nTwenty steps: how far the first one goes, and how many neurons are dead on 10,000 examples afterwards")
    for lr in (0.1, 100.0):
        params = [p.clone().requires_grad_() for p in start]
        for step in range(20):
            ix = torch.randint(0, len(X), (32,), generator=g)
            _, loss = hidden_and_loss(params, X[ix], Y[ix])
            descend(params, loss, lr)
            if step == 0:
                ratio = update_to_data_ratio(params[1], lr)
        with torch.no_grad():
            h, _ = hidden_and_loss(params, X[:10_000], Y[:10_000])
        print(f"  learning rate {lr:5}   log10 update:data of W1 {ratio:4.1f}   {int(dead_neurons(h).sum())} dead")


def nothing_at_all(X: Tensor, Y: Tensor) -> None:
    """What a first step moves if everything begins at zero."""
    zeros = [torch.zeros(*shape).requires_grad_() for shape in ((V, E), (T * E, H), (H,), (H, V), (V,))]
    print(f"\nIf all parameters begin at zero, a step moves {', '.join(sorted(zero_init_report(zeros, X, Y)))}")


def many_layers(g: torch.Generator) -> None:
    """What becomes of the size of numbers in a deep network, by the gain of its weights."""
    print("\nStandard deviation behind each of five tanh layers")
    x = torch.randn(1000, 100, generator=g)
    for gain in (1.0, activation_gain("tanh"), 3.0):
        stds = propagate_std(x, [kaiming_weight(100, 100, gain, g) for _ in range(5)], torch.tanh)
        print(f"  gain {gain:.2f}   " + "  ".join(f"{std:.2f}" for std in stds))


def one_batchnorm(start: list[Tensor], X: Tensor, Y: Tensor, Xval: Tensor, Yval: Tensor, g: torch.Generator) -> None:
    """A hidden layer with BatchNorm: train it, fix its statistics in two ways, and melt it away."""
    print(f"\nOne hidden layer with BatchNorm, trained on {len(X)} examples")
    C, W1, _, W2, b2 = (p.clone() for p in start)  # no b1: BatchNorm would take it away again
    gamma, beta = torch.ones(H), torch.zeros(H)
    rm, rv = torch.zeros(H), torch.ones(H)
    params = [p.requires_grad_() for p in (C, W1, gamma, beta, W2, b2)]
    losses = []
    for step in range(1, 1501):
        ix = torch.randint(0, len(X), (32,), generator=g)
        hprebn = C[X[ix]].flatten(1) @ W1
        rm, rv = update_running_stats(rm, rv, hprebn)
        loss = F.cross_entropy(torch.tanh(batchnorm_train(hprebn, gamma, beta)) @ W2 + b2, Y[ix])
        descend(params, loss, 0.1)
        losses.append(loss.item())
        if step % 500 == 0:
            print(f"  {step:5} steps   mean loss {sum(losses[-500:]) / 500:.4f}", flush=True)

    def validation(hpreact: Tensor) -> float:
        return F.cross_entropy(torch.tanh(hpreact) @ W2 + b2, Yval).item()

    with torch.no_grad():
        hprebn = C[Xval].flatten(1) @ W1
        hpreact = batchnorm_eval(hprebn, rm, rv, gamma, beta)
        mean, std = calibrate_batchnorm(C[X].flatten(1) @ W1)
        print(f"  validation {validation(hpreact):.4f} with running statistics", end=", ")
        print(f"{validation(batchnorm_eval(hprebn, mean[0], std[0] ** 2, gamma, beta)):.4f} with those of all examples")
        W, b = fold_batchnorm(W1, None, gamma, beta, rm, rv)
        apart = (C[Xval].flatten(1) @ W + b - hpreact).abs().max().item()
        print(f"  folded into the linear layer, no pre-activation is further off than {apart:.0e}")
        unmoved = bias_before_batchnorm(hprebn, torch.ones(H), torch.randn(len(Xval), H, generator=g))
        print(f"  the largest gradient of a bias before BatchNorm: {unmoved.abs().max().item():.0e}")


def deep(X: Tensor, Y: Tensor, Xval: Tensor, Yval: Tensor, g: torch.Generator) -> None:
    """Six layers with BatchNorm behind each, and the lecture's four pictures in numbers."""
    C = torch.randn(V, E, generator=g)
    layers: list[Linear | BatchNorm1d | Tanh] = []
    for fan_in, fan_out in zip([T * E] + [100] * 5, [100] * 5 + [V]):
        layers += [Linear(fan_in, fan_out, False, g), BatchNorm1d(fan_out), Tanh()]
    layers.pop()  # no tanh behind the last: what comes out of its BatchNorm are the logits
    with torch.no_grad():
        layers[-1].gamma *= 0.1  # less sure at the beginning
    params = [C, *(p for layer in layers for p in layer.parameters())]
    for p in params:
        p.requires_grad_()
    matrices = [layer.weight for layer in layers if isinstance(layer, Linear)]

    def logits(X: Tensor) -> Tensor:
        x = C[X].flatten(1)
        for layer in layers:
            x = layer(x)
        return x

    print(f"\nSix layers with BatchNorm, {sum(p.numel() for p in params)} parameters")
    lr, losses, ratios = 0.1, [], []
    for step in range(1, 1001):
        ix = torch.randint(0, len(X), (32,), generator=g)
        loss = F.cross_entropy(logits(X[ix]), Y[ix])
        descend(params, loss, lr)
        losses.append(loss.item())
        ratios.append([update_to_data_ratio(W, lr) for W in matrices])
        if step % 250 == 0:
            print(f"  {step:5} steps   mean loss {sum(losses[-250:]) / 250:.4f}", flush=True)

    for layer in layers:
        if isinstance(layer, Tanh):
            print(f"  tanh    std {layer.out.std().item():.2f}   saturated {saturation_fraction(layer.out):6.2%}")
    for W, ratio in zip(matrices, ratios[-1]):
        shape = f"{W.shape[0]} x {W.shape[1]}"
        print(f"  {shape:9}   grad:data {grad_to_data_ratio(W):.0e}   log10 update:data {ratio:5.2f}")
    outs = [layer.out.detach() for layer in layers if isinstance(layer, Tanh)]

    for layer in layers:
        layer.training = False
    with torch.no_grad():
        train, validation = (
            F.cross_entropy(logits(x), y).item() for x, y in ((X[: len(Xval)], Y[: len(Xval)]), (Xval, Yval))
        )
    print(f"  train {train:.4f}   validation {validation:.4f}")
    draw_layers(outs, ratios)


def draw_layers(outs: list[Tensor], ratios: list[list[float]]) -> None:
    """Save the picture, if there is something to draw with."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        return
    figure, (left, right) = plt.subplots(1, 2, figsize=(14, 4))
    for number, out in enumerate(outs, start=1):
        density, edges = torch.histogram(out, bins=50, range=(-1.0, 1.0), density=True)
        left.plot(edges[:-1].tolist(), density.tolist(), label=f"tanh {number}")
    left.set_title("what comes out of each tanh")
    left.legend()
    right.plot(ratios)
    right.axhline(-3, color="black")
    right.set_title("log10 update:data of each weight matrix; about -3 is healthy")
    figure.savefig("part3.png")
    print("Saved part3.png.")


def experiment() -> None:
    """Everything of the lecture in turn, on the names in data/."""
    words = (Path(__file__).parent.parent / "data" / "names.txt").read_text("utf-8").split()
    random.Random(42).shuffle(words)
    most = int(0.9 * len(words))
    X, Y = build_dataset(words[:most])
    Xval, Yval = build_dataset(words[most:])

    g = torch.Generator().manual_seed(2147483647)
    start = the_beginning(X, Y, g)
    killed_by_a_learning_rate(start, X, Y, g)
    nothing_at_all(X[:32], Y[:32])
    many_layers(g)
    one_batchnorm(start, X, Y, Xval, Yval, g)
    deep(X, Y, Xval, Yval, g)


if __name__ == "__main__":
    try:
        experiment()
    except NotImplementedError as todo:
        slug = str(todo) or "part3"
        print(f"\nThis is how far it goes for now: {slug} is still to do, and `zth show {slug}` says what it asks for.")
    except FileNotFoundError as missing:
        print(f"\nThe experiment reads {missing.filename}, and that file is not there: `zth data` tells of it.")
    except Exception as trouble:
        print(f"\nIt stops here for now: {type(trouble).__name__}: {trouble}. `zth check part3` tells why.")
