"""A multilayer perceptron: contexts of several letters, embeddings, and the training of a network that has both."""

import contextlib
import itertools
import math
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from grader.checks import Draw, any_of, calls, check, close, differentiable, holds, moved, oracle, parts, with_gradients

LETTERS = "abcdefghijklmnopqrstuvwxyz"


# ---- what is handed out ------------------------------------------------------------------------------------------


def letters_of(draw: Draw, V: int, name: str, *shape: int) -> Tensor:
    """Numbers of characters, handed out by name: one comes twice at least, others never; the last one does, but for
    the second draw.
    """
    n, largest = torch.Size(shape).numel(), V - draw.pick(1, 2, 1)
    numbers = [draw.whole(0, largest - 1) for _ in range(n - 2)]
    return draw.give(torch.tensor(draw.shuffled([*numbers, numbers[0], largest])).view(shape), name)


# ---- the training set --------------------------------------------------------------------------------------------


def names_to_learn(draw: Draw) -> tuple[list[str], dict[str, int], tuple[int, ...]]:
    """The lecture's first names, or names that never were, one of them twice; numbers; and perhaps a block size.

    Some names are shorter than the context. There are letters that do not occur; on one draw they are in no order.
    """
    words = ["emma", "olivia", "ava", "isabella", "sophia"]
    if draw.turn:
        some = draw.shuffled(LETTERS)[: draw.pick(5, 4, 6)]
        lengths = draw.shuffled((1, 2, 3, 5, 9))
        words = ["".join(some[draw.whole(0, len(some) - 1)] for _ in range(length)) for length in lengths]
        words.append(words[2])
    letters = sorted({*"".join(words), *draw.shuffled(LETTERS)[:3]})
    if draw.turn == 1:
        letters = draw.shuffled(letters)
    return words, {character: i for i, character in enumerate([".", *letters])}, draw.pick((), (2,), (5,))


@check
def build_dataset(m, draw):
    words, stoi, block_size = names_to_learn(draw)
    handed, numbers = list(words), dict(stoi)
    examples = m.build_dataset(handed, numbers, *block_size)
    return {"examples": examples, "words afterwards": handed, "stoi afterwards": numbers}


@oracle("build_dataset")
def windows_of_padded_names(draw):
    words, stoi, block_size = names_to_learn(draw)
    size = block_size[0] if block_size else 3
    padded = ["." * size + word + "." for word in words]
    windows = [[stoi[c] for c in text[i : i + size + 1]] for text in padded for i in range(len(text) - size)]
    *X, Y = torch.tensor(windows).unbind(1)
    return {
        "examples": parts(X=torch.stack(X, 1), Y=Y),
        "words afterwards": words,
        "stoi afterwards": stoi,
    }


# ---- the network -------------------------------------------------------------------------------------------------


def table_and_contexts(draw: Draw) -> dict[str, Tensor]:
    V, E, B, T = draw.pick((9, 2, 5, 3), (11, 5, 6, 4), (7, 7, 7, 7))
    return {"C": draw.normal(V, E, name="C"), "X": letters_of(draw, V, "X", B, T)}


embed = differentiable("embed", table_and_contexts, oracle=lambda C, X: F.embedding(X, C))

concat_embeddings = calls(
    lambda draw: [draw.normal(*draw.pick((5, 3, 2), (4, 2, 6), (4, 4, 4)), name="emb")],
    oracle=lambda emb: torch.tensor([[number for vector in example for number in vector] for example in emb.tolist()]),
)


def rows_and_neurons(draw: Draw) -> dict[str, Tensor]:
    """Wide enough that some neurons are nearly flat, and none all the way."""
    B, D, H = draw.pick((4, 6, 3), (6, 4, 7), (5, 5, 5))
    return {
        "x": draw.normal(B, D, name="x"),
        "W1": draw.give(0.5 * draw.noise(D, H), "W1"),
        "b1": draw.give(0.7 * draw.noise(H), "b1"),
    }


hidden_layer = differentiable(
    "hidden_layer", rows_and_neurons, oracle=lambda x, W1, b1: 2 * torch.sigmoid(2 * F.linear(x, W1.T, b1)) - 1
)


def hidden_and_output(draw: Draw) -> list[Tensor]:
    """Logits of which many are further from 0 than 1."""
    B, H, V = draw.pick((4, 6, 9), (7, 5, 3), (6, 6, 6))
    h = draw.give(torch.tanh(draw.noise(B, H)), "h")
    return [h, draw.give(1.5 * draw.noise(H, V), "W2"), draw.give(1.5 * draw.noise(V), "b2")]


output_logits = calls(hidden_and_output, oracle=lambda h, W2, b2: F.linear(h, W2.T, b2))


def logits_of_any_size(draw: Draw) -> dict[str, dict[str, Tensor]]:
    """Near 0; in some rows all near 10,000, in the others all near -10,000; 10,000 apart from each other in a row."""
    B, V = draw.pick((5, 7), (9, 4), (6, 6))
    Y = letters_of(draw, V, "Y", B)
    near = 1.5 * draw.noise(B, V)
    rows = torch.tensor([10_000.0 * (-1) ** row for row in draw.shuffled(range(B))]).view(B, 1)
    apart = torch.tensor([10_000.0 * draw.whole(-1, 1) for _ in range(B * V)]).view(B, V)
    logits = {"logits near 0": near, "logits near 10,000 and -10,000": near + rows, "logits 10,000 apart": near + apart}
    return {name: {"logits": draw.give(x, "logits"), "Y": Y} for name, x in logits.items()}


@check
def stable_cross_entropy(m, draw):
    answers: dict[str, object] = {}
    for name, given in logits_of_any_size(draw).items():
        answers |= with_gradients(f"loss, {name}", m.stable_cross_entropy, draw, given)
    return answers


@oracle("stable_cross_entropy")
def cross_entropy_in_double_precision(draw):
    expected: dict[str, object] = {}
    for name, given in logits_of_any_size(draw).items():
        right = with_gradients(f"loss, {name}", lambda x, Y: F.cross_entropy(x.double(), Y).float(), draw, given)
        # Near 10,000 float32 has steps of 1e-3: whoever adds up such numbers, one by one, may be nine of them off.
        expected |= right if name == "logits near 0" else {key: close(x, atol=2e-2) for key, x in right.items()}
    return expected


# ---- steps of training -------------------------------------------------------------------------------------------

Rules = tuple[tuple[Callable[[Any], bool], str], ...]

BATCHES, FROM = 200, 12  # so many batches, drawn from so few examples


def examples_to_draw(draw: Draw, N: int) -> tuple[Tensor, Tensor]:
    """Examples of which each differs from all others, in every number."""
    T = draw.pick(3, 5, 4)
    X, Y = (torch.tensor([draw.shuffled(range(N)) for _ in range(k)]) for k in (T, 1))
    return draw.give(X.T.contiguous(), "X"), draw.give(Y[0], "Y")


def some_of_many(draw: Draw) -> tuple[int, int]:
    """How many examples there are, and how many of them are wanted."""
    return draw.pick((60, 25), (75, 40), (64, 30))


def together(batches: list[Any]) -> Any:
    """Batches one under the other, where they are what they should be."""
    with contextlib.suppress(Exception):
        return [torch.cat(tensors) for tensors in zip(*batches, strict=True)]
    return batches


@check
def minibatch(m, draw):
    N, wanted = some_of_many(draw)
    examples = examples_to_draw(draw, N)
    generator = draw.own_generator()
    first, further = (m.minibatch(*examples, wanted, generator) for _ in range(2))
    same, other = (m.minibatch(*examples, wanted, draw.own_generator(seed)) for seed in (0, 1))
    few, size = examples_to_draw(draw, FROM), draw.pick(8, 5, 9)
    return {
        f"{wanted} of {N} examples": first,
        "as many examples as there are": m.minibatch(*few, FROM, draw.own_generator()),
        "one example": m.minibatch(*few, 1, draw.own_generator()),
        f"{BATCHES} batches of {size} examples": together([m.minibatch(*few, size, generator) for _ in range(BATCHES)]),
        "batches of two generators in the same state": [first, same],
        "batches of two generators in different states": [first, other],
        "batches of one generator, one call after the other": [first, further],
        "torch's own generator": torch.get_rng_state(),
    }


@oracle("minibatch")
def rows_that_belong_together(draw):
    N, wanted = some_of_many(draw)
    many = examples_to_draw(draw, N)
    few, size = examples_to_draw(draw, FROM), draw.pick(8, 5, 9)

    # A right answer may be sorted, and even then its rows leave no gap with a chance below 1e-13 only: of 1e16 choices
    # or more without a row twice, N do; and with rows twice, fewer than 60 * (18 / 60)^25 do.
    def mixed(batch: Any) -> bool:
        rows = places(many[1], batch)
        return len({(second - first) % N for first, second in pairwise(rows)} - {0, 1}) > 0

    # Each row is expected n / 12 times, 83 at least. It comes less than 0.3 or more than 2 times as often with chances
    # below e^(-0.338 * 83) and e^(-0.386 * 83) (Chernoff's bounds, with replacement or without): in all below 1e-10.
    def even(batches: Any) -> bool:
        counts = Counter(places(few[1], batches))
        return all(0.3 < counts[row] * FROM / (BATCHES * size) < 2 for row in range(FROM))

    mix = "Your examples follow each other as they do in X. Neighbours come from the same name: each is to be drawn."
    chances = (
        (
            lambda batches: set(places(few[1], batches)) == set(range(FROM)),
            f"In {BATCHES} batches some of the {FROM} examples never came. Each should be as likely as any other.",
        ),
        (even, "Some examples come much more often than others. Each should be as likely as any other."),
    )
    expected: dict[str, object] = {
        f"{wanted} of {N} examples": holds(*pairs_of_rows(many, wanted), (mixed, mix)),
        "as many examples as there are": holds(*pairs_of_rows(few, FROM)),
        "one example": holds(*pairs_of_rows(few, 1)),
        f"{BATCHES} batches of {size} examples": holds(*pairs_of_rows(few, BATCHES * size), *chances),
    }
    expected["batches of two generators in the same state"] = holds(
        (
            lambda two: alike(*two),
            "Two generators in the same state lead to different batches. The generator that is handed in should decide"
            " alone what is drawn.",
        )
    )
    expected["batches of two generators in different states"] = holds(
        (
            lambda two: not alike(*two),
            "Two generators in different states lead to the same batch. What is drawn should come from the generator"
            " that is handed in.",
        )
    )
    expected["batches of one generator, one call after the other"] = holds(
        (
            lambda two: not alike(*two),
            "A second call with the same generator draws the same batch again. The generator should be used where it"
            " stands, and not be set back.",
        )
    )
    says = "torch's own generator is not where it was: everything random should come from the one that is handed in."
    return expected | {"torch's own generator": close(torch.get_rng_state(), says=says)}


def pairs_of_rows(examples: tuple[Tensor, Tensor], n: int) -> Rules:
    """What holds for any n examples: they are pairs, and each is one of those that were handed in."""
    X, Y = examples
    follows = {tuple(x): y for x, y in zip(X.tolist(), Y.tolist(), strict=True)}
    return (
        (
            lambda batch: len(batch) == 2 and all(isinstance(t, Tensor) and not is_float(t) for t in batch),
            "Two tensors of whole numbers are asked for, as X and Y are.",
        ),
        (
            lambda batch: [list(t.shape) for t in batch] == [[n, X.shape[1]], [n]],
            f"For {n} examples the two should have the shapes ({n}, {X.shape[1]}) and ({n},).",
        ),
        (
            lambda batch: all(tuple(x) in follows for x in batch[0].tolist()),
            "Your first tensor should be made of rows of X: contexts as they are.",
        ),
        (
            lambda batch: [follows[tuple(x)] for x in batch[0].tolist()] == batch[1].tolist(),
            "Your contexts and what follows them do not belong together: both should come from the same places.",
        ),
    )


def is_float(tensor: Tensor) -> bool:
    return tensor.is_floating_point() or tensor.dtype == torch.bool


def places(Y: Tensor, batch: Any) -> list[int]:
    """Where the examples of a batch stand, told by what follows: all of that differs."""
    place = {y: row for row, y in enumerate(Y.tolist())}
    return [place[y] for y in batch[1].tolist()]


def alike(one: Any, other: Any) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


STEPS = 2


def parameters_and_pulls(draw: Draw) -> tuple[dict[str, Tensor], list[list[Tensor]], float]:
    """Parameters by name, their gradients on each step, and a learning rate."""
    shapes: dict[str, tuple[int, ...]] = draw.pick(
        {"C": (7, 2), "W1": (6, 4), "b1": (4,), "W2": (4, 7), "b2": (7,)},
        {"the first": (3,), "the second": (2, 3, 4)},
        {"W": (5, 5), "b": (5,), "V": (5, 5)},
    )
    params = {name: draw.noise(*shape) for name, shape in shapes.items()}
    pulls = [[draw.noise(*shape) for shape in shapes.values()] for _ in range(STEPS)]
    return params, pulls, draw.pick(0.1, 0.5, 1.7)


@check
def sgd_update(m, draw):
    start, pulls, lr = parameters_and_pulls(draw)
    params = {name: values.requires_grad_() for name, values in start.items()}
    answers: dict[str, object] = {}
    same: list[bool] = []
    for step, gradients in enumerate(pulls, start=1):
        for p, gradient in zip(params.values(), gradients, strict=True):
            p.grad = gradient.clone() if p.grad is None else p.grad + gradient  # as backward() does
        handed = list(params.values())
        m.sgd_update(handed, lr)
        same += [p is q for p, q in zip(params.values(), handed, strict=False)]
        for name, p in params.items():
            answers[f"step {step}: {name}"] = p.detach().clone()
            answers[f"step {step}: gradient left in {name}"] = torch.zeros_like(p) if p.grad is None else p.grad.clone()
    answers["leaves that require grad"] = [p.is_leaf and p.requires_grad for p in params.values()]
    return answers | {"the same tensors in the list": same}


@oracle("sgd_update")
def descended_in_double_precision(draw):
    start, pulls, lr = parameters_and_pulls(draw)
    params = [values.double() for values in start.values()]
    left = "The gradient of this step is still there. backward() adds to it, so the next step would go along both."
    expected: dict[str, object] = {}
    for step, gradients in enumerate(pulls, start=1):
        before: dict[str, object] = {f"step {step}: {name}": p.float() for name, p in zip(start, params, strict=True)}
        params = [p.add(gradient, alpha=-lr) for p, gradient in zip(params, gradients, strict=True)]
        expected |= moved(before, {key: p.float() for key, p in zip(before, params, strict=True)})
        for name, values in start.items():
            expected[f"step {step}: gradient left in {name}"] = close(torch.zeros_like(values), says=left)
    frozen = "Not all parameters are leaves that require grad any more: the next backward() would not reach them."
    others = "The list holds other tensors than before. Whoever has the old ones, the model above all, learns nothing."
    return expected | {
        "leaves that require grad": holds((lambda answer: answer == [True] * len(start), frozen)),
        "the same tensors in the list": holds((lambda answer: answer == [True] * len(start) * STEPS, others)),
    }


# ---- learning rates, and the size of the model -------------------------------------------------------------------


def exponents(draw: Draw) -> tuple[float, float, int]:
    return draw.pick((-3.0, 0.0, 10), (-1.5, 0.5, 7), (-2.0, 1.0, 13))


@check
def learning_rate_grid(m, draw):
    rates = m.learning_rate_grid(*exponents(draw))
    # The smallest rates would be lost in what is allowed for the largest: their exponents are looked at as well.
    return {"rates": rates, "exponents of the rates": rates.log10() if isinstance(rates, Tensor) else None}


@oracle("learning_rate_grid")
def rates_of_torch(draw):
    rates = torch.logspace(*exponents(draw), dtype=torch.float64).float()
    return {"rates": rates, "exponents of the rates": close(rates.log10(), atol=1e-5)}


def times(draw: Draw) -> list[tuple[Any, ...]]:
    """Steps before and behind every place where a rate might fall, with the lecture's settings and with others."""
    base, drop, at = draw.pick((0.4, 0.25, 700), (1.5, 0.5, 64), (0.03, 0.2, 250_000))
    defaults: list[tuple[Any, ...]] = [(step,) for step in (0, 99_999, 100_000, 100_001, 200_000, 310_000)]
    others = [(step, base, drop, at) for step in (0, 1, at // 2, at - 1, at, at + 1, 2 * at, 3 * at + 1)]
    return [*defaults, (70_000, base), (130_000, base), (130_000, base, drop), *others]


@check
def step_decay(m, draw):
    return {f"step_decay{', '.join(map(str, given)).join('()')}": m.step_decay(*given) for given in times(draw)}


@oracle("step_decay")
def two_levels(draw):
    def rate(step: int, base: float = 0.1, drop: float = 0.1, at: int = 100_000) -> float:
        return math.prod([base, *[drop] * (step >= at)])

    return {f"step_decay{', '.join(map(str, given)).join('()')}": rate(*given) for given in times(draw)}


def sizes_of_models(draw: Draw) -> list[tuple[int, int, int, int]]:
    """The lecture's three; and others, in which no two sizes are the same, once with a context of one letter."""
    lectures = [(3, 2, 100, 27), (3, 2, 300, 27), (3, 10, 200, 27)]
    T, E, H, V = draw.shuffled(range(2, 60))[:4]
    others = [(T, E, H, V), (draw.pick(8, 5, 1), 7, 31, 65)]
    return [*draw.pick(lectures, [], []), *others]


@check
def mlp_num_parameters(m, draw):
    return {f"mlp_num_parameters{sizes}": m.mlp_num_parameters(*sizes) for sizes in sizes_of_models(draw)}


@oracle("mlp_num_parameters")
def counted_in_a_model(draw):
    return {
        f"mlp_num_parameters{sizes}": sum(torch.empty(shape, device="meta").numel() for shape in shapes_of(*sizes))
        for sizes in sizes_of_models(draw)
    }


NAMES = ("C", "W1", "b1", "W2", "b2")


def shapes_of(T: int, E: int, H: int, V: int) -> list[tuple[int, ...]]:
    """Of C, W1, b1, W2, b2."""
    return [(V, E), (T * E, H), (H,), (H, V), (V,)]


# ---- measuring and training --------------------------------------------------------------------------------------


def predicted(params: list[Tensor], X: Tensor) -> Tensor:
    """log p of every letter after every context, (n, V), letter by letter of a context."""
    C, W1, b1, W2, b2 = params
    places = W1.view(X.shape[1], -1, W1.shape[1])  # (T, E, H): a context's letters go in one after the other
    h = torch.tanh(sum((F.embedding(X[:, t], C) @ place for t, place in enumerate(places)), b1))
    return F.log_softmax(torch.addmm(b2, h, W2), 1)


def measured(draw: Draw) -> tuple[list[Tensor], list[Any], list[tuple[Tensor, Tensor]]]:
    """Parameters, what is in their .grad, and two splits. No split is a whole number of usual batches."""
    T, E, H, V = draw.pick((3, 2, 7, 9), (2, 4, 5, 11), (3, 2, 6, 6))
    params = [
        draw.give(0.8 * draw.noise(*shape), name) for name, shape in zip(NAMES, shapes_of(T, E, H, V), strict=True)
    ]
    grads = []
    for number, (name, p) in enumerate(zip(NAMES, params, strict=True)):
        p.requires_grad_()
        if number != draw.pick(1, 4, 0):  # one of them has none yet
            p.grad = draw.give(draw.noise(*p.shape), f"{name}.grad")
        grads.append(p.grad)
    sizes = draw.pick((83, 37), (41, 139), (101, 71))
    splits = [(draw.give(letters(draw, V, N, T), "X"), draw.give(letters(draw, V, N), "Y")) for N in sizes]
    return params, grads, splits


def letters(draw: Draw, V: int, *shape: int) -> Tensor:
    """Numbers of letters that are not handed out as they are; the later ones of the alphabet are rarer."""
    share: Tensor = torch.special.ndtr(draw.noise(*shape))
    return (V * share**1.5).long()


@check
def evaluate_loss(m, draw):
    params, _, splits = measured(draw)
    losses = {f"loss on {len(X)} examples": m.evaluate_loss(list(params), X, Y) for X, Y in splits}
    return losses | {
        "gradients afterwards": {f"{name}.grad": p.grad for name, p in zip(NAMES, params, strict=True)},
        "parameters that require grad afterwards": sum(p.requires_grad for p in params),
        "whether torch records afterwards": torch.is_grad_enabled(),
    }


@oracle("evaluate_loss")
def surprise_of_every_example(draw):
    params, grads, splits = measured(draw)
    losses = {}
    for X, Y in splits:
        rows = predicted([p.detach().double() for p in params], X).tolist()
        losses[f"loss on {len(X)} examples"] = -math.fsum(
            row[y] for row, y in zip(rows, Y.tolist(), strict=True)
        ) / len(rows)
    return losses | {
        "gradients afterwards": dict(zip((f"{name}.grad" for name in NAMES), grads, strict=True)),
        "parameters that require grad afterwards": len(params),
        "whether torch records afterwards": True,
    }


Run = tuple[int, int, Callable[[int], float]]


def to_train(draw: Draw) -> tuple[list[Tensor], Tensor, Tensor, torch.Generator, list[Run]]:
    """Parameters, mostly with old gradients; examples; and two runs: steps, batch size, learning rates by the step."""
    N, T, E, H, V = draw.pick((23, 3, 2, 5, 7), (29, 2, 4, 6, 9), (31, 3, 2, 6, 6))
    params = [draw.leaf(*shape) for shape in shapes_of(T, E, H, V)]
    for p in params[draw.pick(0, 1, 0) : draw.pick(5, 5, 4)]:
        p.grad = draw.noise(*p.shape)
    X, Y = draw.give(letters(draw, V, N, T), "X"), draw.give(letters(draw, V, N), "Y")
    steps, n, lr = draw.pick((4, 6, 0.5), (5, 8, 0.3), (3, 7, 0.4))
    runs: list[Run] = [(steps, n, lambda step: lr * 0.7**step), (2, n - 1, lambda step: lr / (step + 2))]
    return params, X, Y, draw.generator(), runs


@check
def train_mlp(m, draw):
    params, X, Y, generator, runs = to_train(draw)
    answers: dict[str, object] = {}
    for call, (steps, n, lr_schedule) in enumerate(runs, 1):
        answers[f"losses, call {call}"] = m.train_mlp(params, X, Y, steps, n, lr_schedule, generator)
    return answers | {name: p.detach() for name, p in zip(NAMES, params, strict=True)}


@oracle("train_mlp")
def trained_by_autograd(draw):
    before, X, Y, generator, runs = to_train(draw)
    params = [p.detach() for p in before]
    expected: dict[str, object] = {}
    for call, (steps, n, lr_schedule) in enumerate(runs, 1):
        losses = []
        for step in range(steps):
            ix = torch.randint(0, X.shape[0], (n,), generator=generator)
            leaves = [p.detach().requires_grad_() for p in params]
            loss = F.nll_loss(predicted(leaves, X[ix]), Y[ix])
            gradients = torch.autograd.grad(loss, leaves)
            params = [p - lr_schedule(step) * g for p, g in zip(params, gradients, strict=True)]
            losses.append(loss.item())
        expected[f"losses, call {call}"] = losses
    start: dict[str, object] = {name: p.detach() for name, p in zip(NAMES, before, strict=True)}
    return expected | moved(start, dict(zip(NAMES, params, strict=True)))


# ---- choosing ----------------------------------------------------------------------------------------------------


def finished_runs(draw: Draw) -> list[dict[str, Any]]:
    """Runs in no order: two were overfitted, one has hardly learned, two are the best on dev, one is even on both."""
    low, tie = draw.positive(1.2, 1.3), draw.positive(2.15, 2.2)
    kinds = {
        "overfitted": (low, tie + 0.5),
        "more overfitted": (low + 0.15, 3.1),
        "best": (tie - 0.1, tie),
        "as good": (tie - 0.05, tie),
        "underfitted": (3.0, 3.05),
        "diverged": (2.8, 3.9),
        "even": (tie + 0.15, tie + 0.151),
        "best of both": (low + 0.05, tie + 0.02),
    }
    order = draw.shuffled(list(kinds))
    one, two = sorted(order.index(kind) for kind in ("best", "as good"))
    order[one], order[two] = draw.pick(("best", "as good"), ("as good", "best"))
    sizes = draw.shuffled(range(50, 450, 50))
    return [
        {
            "config": {"n_hidden": n_hidden, "n_embd": 2 + at, "lr": 0.01 * (at + 1)},
            "train": kinds[kind][0],
            "dev": kinds[kind][1],
        }
        for at, (kind, n_hidden) in enumerate(zip(order, sizes, strict=True))
    ]


def copied(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [run | {"config": dict(run["config"])} for run in runs]


@check
def best_configuration(m, draw):
    runs = finished_runs(draw)
    handed = copied(runs)
    best = m.best_configuration(handed)
    alone = copied(runs[-1:])
    return {
        "config": best,
        "number of its entries": len(best) if isinstance(best, dict) else None,
        "config of a single run": m.best_configuration(alone),
        "runs afterwards": handed,
        "number of entries of each run afterwards": [len(run) + len(run.get("config", ())) for run in handed],
    }


@oracle("best_configuration")
def lowest_of_sorted(draw):
    runs = finished_runs(draw)
    lowest = sorted(run["dev"] for run in runs)[0]
    best = next(run["config"] for run in runs if run["dev"] == lowest)
    return {
        "config": best,
        "number of its entries": 3,
        "config of a single run": runs[-1]["config"],
        "runs afterwards": runs,
        "number of entries of each run afterwards": [6] * len(runs),
    }


# ---- inventing names ---------------------------------------------------------------------------------------------

SOME = 11  # names


def language(draw: Draw, V: int, T: int) -> Tensor:
    """What follows each context, (V**T, V): three characters, and the rest never.

    The likeliest lead through all letters and then to the end; one of them comes twice, followed by something else.
    After every context "." may follow, so that no walk is endless.
    """
    route = draw.shuffled(range(1, V))
    likeliest, context = {}, (0,) * T
    for letter in (*route, route[0], 0):
        likeliest[context] = letter
        context = (*context[1:], letter)
    P = torch.zeros(V**T, V)
    for row, context in zip(P, itertools.product(range(V), repeat=T), strict=True):
        first = likeliest.get(context, draw.whole(1, V - 1))
        others = [letter for letter in draw.shuffled(range(1, V)) if letter != first]
        second, third = (others[0], 0) if first else others[:2]
        row[first], row[second], row[third] = LIKELIHOODS
    return P


LIKELIHOODS = torch.tensor([0.75, 0.1, 0.15])


def inventor(draw: Draw) -> tuple[list[Tensor], dict[int, str], int, Tensor]:
    """A network that has learned a language by heart: its parameters, itos, the length of a context, the language.

    What its logits have in common differs from context to context. A character that never follows has e^-40.
    """
    T, E, H, V = draw.pick((2, 4, 60, 5), (3, 5, 110, 4), (2, 4, 80, 6))
    P = language(draw, V, T)
    C, W1, b1 = (draw.noise(*shape) for shape in shapes_of(T, E, H, V)[:3])
    b2 = 3 * draw.noise(V)
    X = torch.cartesian_prod(*[torch.arange(V)] * T)  # (V**T, T)
    h = torch.tanh(C[X].flatten(1) @ W1 + b1)  # (V**T, H)
    wanted = P.log().clamp(min=-40) + 5 + draw.noise(len(X), 1)  # (V**T, V)
    W2 = (torch.linalg.pinv(h.double()) @ (wanted - b2).double()).float()
    params = [draw.give(p, name).requires_grad_() for name, p in zip(NAMES, (C, W1, b1, W2, b2), strict=True)]
    return params, dict(enumerate("." + "".join(draw.shuffled(LETTERS)[: V - 1]))), T, P


LONGEST = 160  # letters: a name is longer with a chance of 0.85^160, below 6e-12
HURRIED = 60  # the same on draws that only confirm a diagnosis
NO_END = "a name without an end"


class Endless(Exception):
    """A name has become too long."""


class Patient(dict[int, str]):
    """itos, as long as it is not asked for too many letters in one name."""

    left = LONGEST

    def __getitem__(self, number: int) -> str:
        self.left -= 1
        if self.left < 0:
            raise Endless
        return super().__getitem__(number)


def undotted(name: Any) -> Any:
    """A name without its final "."."""
    return name.removesuffix(".") if isinstance(name, str) else name


@check
def sample_mlp(m, draw):
    params, itos, T, _ = inventor(draw)
    handed = Patient(itos)

    def invent(count: int, generator: torch.Generator, params: list[Tensor] = params) -> list[Any]:
        """Names, until one has no end: then there are no more."""
        names: list[Any] = []
        while len(names) < count and handed.left >= 0:
            handed.left = LONGEST if draw.turn < 3 else HURRIED
            try:
                names.append(undotted(m.sample_mlp(params, handed, T, generator)))
            except Endless:
                names.append(NO_END)
        return names

    # Many names on one draw tell how frequent they are, the next two tell of generators, and the others confirm.
    names = invent(draw.pick(40, SOME, 2 * SOME, *[3] * 7), draw.own_generator())
    answers: dict[str, object] = {"names": names}
    if not draw.turn:
        handed.left = LONGEST
        answers |= {
            "a name that ends at once": invent(1, draw.own_generator(), that_always_ends(params)),
            "itos afterwards": dict(handed),
            "torch's own generator": torch.get_rng_state(),
        }
    elif draw.turn < 2:
        answers |= {
            "names of two generators in the same state": [names[:3], invent(3, draw.own_generator())],
            "names of two generators in different states": [names, invent(SOME, draw.own_generator(1))],
        }
    elif draw.turn < 3:
        answers["names of one generator, one after the other"] = [names[:SOME], names[SOME:]]
    return answers


def that_always_ends(params: list[Tensor]) -> list[Tensor]:
    """The same network, but it is sure of "." whatever the context."""
    *others, b2 = (p.detach() for p in params)
    sure = 200 * F.one_hot(torch.tensor(0), len(b2))
    return [p.clone().requires_grad_() for p in (*others, b2 + sure)]


@oracle("sample_mlp")
def walks_that_follow_the_contexts(draw):
    _, itos, T, P = inventor(draw)
    number = {character: i for i, character in itos.items()}

    def steps(names: list[str]) -> list[tuple[int, int, int]]:
        """The places of characters in their names, the rows of P that they were drawn by, and what was drawn."""
        found = []
        for name in names:
            context = [0] * T
            for place, x in enumerate(number[character] for character in name + "."):
                row = sum(letter * len(itos) ** power for power, letter in enumerate(reversed(context)))
                found.append((place, row, x))
                context = [*context[1:], x]
        return found

    # By e^27 and more than their number allows, draws of three kinds are likelier with the shares that the kinds have
    # than with the right probabilities only with a chance of e^-27, where they are right (Markov's inequality, for the
    # ratio to an even mixture of all shares; a factor of e is left for what float32 makes of P). Some 40 tests on three
    # draws: below 3e-10. Two names are the same with a chance below 0.12 (both go on alike with 0.75^2 + 0.1^2, and
    # end alike with 0.15^2, or 0.75^2 after four letters at least), and 11 of them with one below 1e-10.
    def by_chance(drawn: list[tuple[object, float]]) -> bool:
        """Whether kinds come as often as is to be expected. drawn: the kind that came, and its probability."""
        counts, n = Counter(kind for kind, _ in drawn), len(drawn)
        likelier = sum(count * math.log(count / n) for count in counts.values()) - sum(math.log(p) for _, p in drawn)
        return likelier - math.log((n + 1) * (n + 2) / 2) < 27

    def as_often(names: list[str]) -> bool:
        return by_chance([((p > 0.5, x == 0), p) for _, row, x in steps(names) if (p := float(P[row, x]))])

    def as_long(names: list[str]) -> bool:
        by_place: dict[int, list[tuple[object, float]]] = {}
        for place, row, x in steps(names):
            end = float(P[row, 0])
            by_place.setdefault(place, []).append((x == 0, 1 - end if x else end))
        return all(by_chance(drawn) for drawn in by_place.values())

    names = holds(
        (
            lambda names: None not in names,
            "For a name your function gave back nothing. What it prints is only to be seen: the name has to be"
            " returned, whenever it ends.",
        ),
        (lambda names: all(isinstance(name, str) for name in names), "A name is one string."),
        (
            lambda names: NO_END not in names,
            f'One of your names has no end: {LONGEST} characters, and on. After every context the model gives "." a'
            " chance of 0.15 or more, and with it a name is complete.",
        ),
        (
            lambda names: all(set(name) <= set(number) - {"."} for name in names),
            'A name is made of letters of itos and nothing else; "." only ends it.',
        ),
        (
            lambda names: all(P[row, x] > 0 for _, row, x in steps(names)),
            "Some of your names the model cannot invent: there is a letter, or an end, to which it gives no chance"
            f" after the {T} characters before it.",
        ),
        (
            as_often,
            "Your names are possible, but likely and unlikely letters do not come as often as the model expects"
            " them: each is one draw with its probabilities.",
        ),
        (
            as_long,
            "Your names are possible, but not as long as the model makes them: it alone decides when one ends.",
        ),
    )
    expected: dict[str, object] = {"names": names}
    match draw.turn:
        case 0:
            sure = "Here the model is sure that the name is over, whatever was before: the name has no letter."
            own = "torch's own generator is not where it was: everything should be drawn from the one that is passed."
            expected |= {
                "a name that ends at once": any_of([""], says=sure),
                "itos afterwards": itos,
                "torch's own generator": close(torch.get_rng_state(), says=own),
            }
        case 1:
            same = (
                "Two generators in the same state lead to different names. The generator that is passed should decide"
                " alone what is drawn."
            )
            other = (
                "Two generators in different states lead to the same names. What is drawn should come from the"
                " generator that is passed."
            )
            expected |= {
                "names of two generators in the same state": holds((lambda two: two[0] == two[1], same)),
                "names of two generators in different states": holds((lambda two: two[0] != two[1], other)),
            }
        case 2:
            again = (
                "The same generator, used again, invents the same names again. It should be used where it stands, and"
                " not be set back."
            )
            expected["names of one generator, one after the other"] = holds((lambda two: two[0] != two[1], again))
    return expected
