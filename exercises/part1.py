"""Language modelling with bigrams: how likely is each letter after the one before it?

Count, and turn the counts into probabilities. Then find the same probabilities by gradient descent, with a network of
one layer. `python part1.py` runs the lecture's experiments with what you have written.

In all of this "." stands before and after every name. Its number is 0.
"""

from __future__ import annotations

import math
import random
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor


def build_vocab(words: list[str]) -> tuple[dict[str, int], dict[int, str]]:
    """Number the characters that names are made of.

    Args:
        words: names, in small letters a to z.

    Returns:
        stoi: from a character to its number. "." is 0; the letters that occur in words are numbered from 1 on, in
            alphabetical order.
        itos: from a number back to its character.
    """
    raise NotImplementedError("part1.build_vocab")


def count_bigrams(words: list[str], stoi: dict[str, int]) -> Tensor:
    """Count how often each character is followed by each other one.

    A name begins and ends with ".": "emma" is the five pairs .e, em, mm, ma and a. (and no pair joins two names).

    Args:
        words: names.
        stoi: from a character to its number; "." is 0. V is the number of its characters, whether they all occur
            in words or not.

    Returns:
        N, (V, V), of any dtype: N[i, j] is how often character i is followed by character j.
    """
    raise NotImplementedError("part1.count_bigrams")


def broadcast_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """Tell the shape that two tensors have together, when torch adds or multiplies them.

    Do it with the sizes alone: make no tensor for it, and ask neither torch nor numpy for the shape.

    Args:
        a: the shape of one tensor, a tuple of sizes; it may be empty, and a size may be 0.
        b: the shape of the other.

    Returns:
        The shape of their sum, a tuple. Raises ValueError where they do not fit together.
    """
    raise NotImplementedError("part1.broadcast_shape")


def normalize_rows(counts: Tensor, smoothing: float = 1.0) -> Tensor:
    """Turn counts into probabilities, row by row.

    Args:
        counts: how often each thing occurred, float32, (R, C).
        smoothing: what is added to every count first, so that nothing is impossible. With 0 the counts stay as
            they are; there is something in each row then.

    Returns:
        The probabilities, (R, C): each row sums to 1. counts stays as it is.
    """
    raise NotImplementedError("part1.normalize_rows")


def sample_names(P: Tensor, itos: dict[int, str], n: int, generator: torch.Generator) -> list[str]:
    """Invent names: walk from character to character until "." ends the name.

    Args:
        P: (V, V), row i holds the probabilities of what follows character i. A name begins after character 0.
        itos: from a number to its character; 0 is ".".
        n: how many names are wanted.
        generator: the only source of randomness.

    Returns:
        n names, with their final "." or without it.
    """
    raise NotImplementedError("part1.sample_names")


def average_nll(P: Tensor, words: list[str], stoi: dict[str, int]) -> float:
    """Measure how badly a model predicts some names: the average negative log likelihood of their pairs.

    Args:
        P: (V, V), row i holds the probabilities of what follows character i.
        words: names. Each has its pairs with "." at the beginning and at the end.
        stoi: from a character to its number; "." is 0.

    Returns:
        The mean of -log p over all pairs of all names, natural log, a float. It is math.inf if a pair that occurs has
        probability 0.
    """
    raise NotImplementedError("part1.average_nll")


def bigram_pairs(words: list[str], stoi: dict[str, int]) -> tuple[Tensor, Tensor]:
    """Make the training set of the network: each character, and the one that follows it.

    Args:
        words: names. Each has its pairs with "." at the beginning and at the end.
        stoi: from a character to its number; "." is 0.

    Returns:
        xs: the first characters of all pairs, whole numbers, (n,), name after name, in their order.
        ys: the second characters of the same pairs, whole numbers, (n,).
    """
    raise NotImplementedError("part1.bigram_pairs")


def one_hot(xs: Tensor, num_classes: int) -> Tensor:
    """Turn numbers of characters into vectors that a network can take.

    Args:
        xs: the numbers, int64, (n,), each at least 0 and less than num_classes.
        num_classes: how many characters there are, V.

    Returns:
        (n, V), float32: in row i there is a 1 at place xs[i], and 0 everywhere else.
    """
    raise NotImplementedError("part1.one_hot")


def neuron_outputs(xenc: Tensor, W: Tensor) -> Tensor:
    """Feed a batch to a layer of neurons without bias: each neuron adds up its inputs times its weights.

    Args:
        xenc: the inputs, (B, V), a row for each example. They may be any numbers, not only 0 and 1.
        W: the weights, (V, K): column k is neuron number k.

    Returns:
        (B, K): what each neuron says to each example. It carries the gradient on to both arguments.
    """
    raise NotImplementedError("part1.neuron_outputs")


def softmax_rows(logits: Tensor) -> Tensor:
    """Turn the outputs of the network into probabilities, row by row.

    Do it yourself, without torch's softmax and log_softmax.

    Args:
        logits: the logarithms of counts, (B, V), any numbers near 0.

    Returns:
        The counts divided by the sum of their row, (B, V). It carries the gradient on to logits, which stay as they
        are.
    """
    raise NotImplementedError("part1.softmax_rows")


def nll_loss(probs: Tensor, ys: Tensor) -> Tensor:
    """Measure how badly the network predicts: the mean negative log of what it gave to the right characters.

    Args:
        probs: (B, V), row i holds the probabilities of what follows in example i.
        ys: what really follows, int64, (B,).

    Returns:
        The loss, a tensor with one number, shape (). It carries the gradient on to probs.
    """
    raise NotImplementedError("part1.nll_loss")


def regularized_loss(W: Tensor, xs: Tensor, ys: Tensor, reg: float = 0.01) -> Tensor:
    """Measure the loss of the whole network, and add a price for large weights.

    Args:
        W: the weights, (V, V), a leaf that requires grad. The logits of an example are row xs[i] of W.
        xs: the characters that the network sees, int64, (n,).
        ys: what really follows them, int64, (n,).
        reg: how much the mean of all squared weights counts.

    Returns:
        The mean of -log p over the examples, where p is what the softmax gives to the right character, plus reg times
        the mean squared weight: a tensor with one number, shape (). Both parts carry their gradient on to W.
    """
    raise NotImplementedError("part1.regularized_loss")


def gradient_descent_step(W: Tensor, xs: Tensor, ys: Tensor, lr: float) -> float:
    """Make the network a little better: forward, backward, update.

    Args:
        W: the weights, (V, V), a leaf that requires grad. It is changed in place. There may be a gradient of an earlier
            step in W.grad: it does not count any more. What is there afterwards is up to you.
        xs: the characters that the network sees, int64, (n,).
        ys: what really follows them, int64, (n,).
        lr: the learning rate.

    Returns:
        The loss *before* the step, a float: the mean of -log p over the examples, without a price for large weights.
    """
    raise NotImplementedError("part1.gradient_descent_step")


def select_rows(W: Tensor, xs: Tensor) -> Tensor:
    """Exercise E04: the same as `one_hot(xs, V) @ W`, without a single multiplication.

    Args:
        W: the weights, (V, K).
        xs: numbers of characters, int64, (B,). One may come several times.

    Returns:
        (B, K): row i is row xs[i] of W. It carries the gradient on to W.
    """
    raise NotImplementedError("part1.select_rows")


def cross_entropy_loss(logits: Tensor, ys: Tensor) -> Tensor:
    """Exercise E05: softmax and negative log likelihood in one, for logits of any size.

    Whatever torch has is allowed here.

    Args:
        logits: (B, V); they may be as large as 1000 or as small as -1000.
        ys: what really follows, int64, (B,).

    Returns:
        The mean of -log p over the examples, where p is what the softmax of its row gives to the right character: a
        tensor with one number, shape (), always finite. It carries the gradient on to logits.
    """
    raise NotImplementedError("part1.cross_entropy_loss")


def count_trigrams(words: list[str], stoi: dict[str, int]) -> Tensor:
    """Exercise E01: count which character follows each *pair* of characters.

    A name begins with two "." and ends with one, so that its first letter has two characters before it as well: "emma"
    is the five triples ..e, .em, emm, mma and ma. (and no triple joins two names).

    Args:
        words: names.
        stoi: from a character to its number; "." is 0. V is the number of its characters.

    Returns:
        N, (V, V, V), of any dtype: N[i, j, k] is how often i and then j is followed by k.
    """
    raise NotImplementedError("part1.count_trigrams")


def trigram_probabilities(counts: Tensor, smoothing: float) -> Tensor:
    """Exercise E01: turn the counts of triples into probabilities of the third character.

    Args:
        counts: counts[i, j, k] is how often i and then j is followed by k, int64, (V, V, V).
        smoothing: what is added to every count first, greater than 0. Most pairs never occur.

    Returns:
        P, (V, V, V): P[i, j] holds the probabilities of what follows i and then j, and they sum to 1. counts stays as
        it is.
    """
    raise NotImplementedError("part1.trigram_probabilities")


def split_words(
    words: list[str], fractions: tuple[float, float, float] = (0.8, 0.1, 0.1), seed: int = 42
) -> tuple[list[str], list[str], list[str]]:
    """Exercise E02: split the names at random, to learn from some, to choose with others, and to test with the rest.

    Args:
        words: n names; one may be there twice. The list stays as it is.
        fractions: the shares of train, dev and test. They sum to 1.
        seed: decides what goes where. The same seed gives the same split every time, another one gives another.

    Returns:
        Three lists: train, the first int(fractions[0] * n) of the shuffled names; dev, those that follow, up to number
        int((fractions[0] + fractions[1]) * n); test, the rest. (One more or less makes no difference.) Every entry of
        words is in exactly one of them; a name that is there twice is there twice afterwards.
    """
    raise NotImplementedError("part1.split_words")


def tune_smoothing(train_counts: Tensor, dev_idx: Tensor, grid: list[float]) -> tuple[float, float]:
    """Exercise E03: find the smoothing that predicts names best which the model has not counted.

    Args:
        train_counts: how often i and then j is followed by k in the training names, int64, (V, V, V).
        dev_idx: the triples of the dev names, int64, (3, n): the rows are the first, the second and the third
            characters.
        grid: what to try as smoothing, numbers greater than 0 in any order.

    Returns:
        The smoothing from grid that is best for the dev names, and their mean -log p with it, a float.
    """

    raise NotImplementedError("part1.tune_smoothing")


# The lecture's own experiment, with your functions: `python part1.py`. It is given, and never graded.


def draw_counts(N: Tensor, itos: dict[int, str]) -> None:
    """Save a picture of all pairs and how often they occur, where matplotlib is there."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        return
    plt.figure(figsize=(16, 16))
    plt.imshow(N, cmap="Blues")
    for i, first in itos.items():
        for j, second in itos.items():
            plt.text(j, i, first + second, ha="center", va="bottom", color="gray")
            plt.text(j, i, str(int(N[i, j])), ha="center", va="top", color="gray")
    plt.axis("off")
    plt.savefig("bigrams.png")
    print("  saved bigrams.png")


def by_counting(words: list[str], stoi: dict[str, int], itos: dict[int, str], g: torch.Generator) -> None:
    """The first half of the lecture: counts, names, losses."""
    N = count_bigrams(words, stoi).float()
    V = len(stoi)
    print(f"by counting: {int(N.sum())} pairs of {V * V}, {int((N == 0).sum())} of which never occur")
    draw_counts(N, itos)

    print("\n  names from counted pairs" + " " * 10 + "names from dice")
    invented = sample_names(normalize_rows(N), itos, 8, g)
    thrown = sample_names(torch.full((V, V), 1 / V), itos, 8, g)
    for name, other in zip(invented, thrown):
        print(f"  {name.rstrip('.'):34}{other.rstrip('.')[:40]}")

    print("\n  added to every count      mean -log p      that of jq")
    for smoothing in (0.0, 1.0, 10.0, 100.0, 1000.0, 1e6):
        P = normalize_rows(N, smoothing)
        print(f"  {smoothing:<25g} {average_nll(P, words, stoi):.4f}", end=" " * 11, flush=True)
        print(f"{average_nll(P, ['jq'], stoi):.4f}" if {"j", "q"} <= stoi.keys() else "")
    print(f"  log of {V}, an even guess:  {math.log(V):.4f}")


def by_descent(words: list[str], stoi: dict[str, int], itos: dict[int, str], g: torch.Generator) -> None:
    """The second half: the same probabilities from a network of one layer."""
    V = len(stoi)
    xs, ys = bigram_pairs(words, stoi)
    W = torch.randn((V, V), generator=g, requires_grad=True)
    loss = regularized_loss(W, xs, ys)
    print(f"\nby gradient descent: {len(xs)} examples, {W.numel()} weights, loss {loss.item():.4f} with their price")
    for step in range(100):
        loss_before = gradient_descent_step(W, xs, ys, 50.0)
        if step % 10 == 0:
            print(f"  step {step:3}   loss {loss_before:.4f}", flush=True)
    with torch.no_grad():
        print(f"  step 100   loss {cross_entropy_loss(select_rows(W, xs), ys).item():.4f}")
        P = softmax_rows(select_rows(W, torch.arange(V)))  # (V, V), a row for each character
    print("  names from the network: " + ", ".join(name.rstrip(".") for name in sample_names(P, itos, 8, g)))


def with_two_letters_before(words: list[str], stoi: dict[str, int]) -> None:
    """Exercises E01 to E03: trigrams, and the smoothing that is best for names which were not counted."""
    train, dev, test = split_words(words)
    train_counts = count_trigrams(train, stoi).long()
    dev_counts, test_counts = (count_trigrams(part, stoi).long() for part in (dev, test))
    dev_idx, test_idx = (  # (3, n): each triple as often as it occurs
        counts.nonzero().repeat_interleave(counts[counts > 0], 0).T for counts in (dev_counts, test_counts)
    )
    print(f"\ntwo letters before: {len(train)} names to count, {len(dev)} to choose with, {len(test)} to test with")
    print("  added to every count      mean -log p of dev")
    for smoothing in (0.001, 0.01, 0.1, 1.0, 10.0):
        _, loss = tune_smoothing(train_counts, dev_idx, [smoothing])
        print(f"  {smoothing:<25g} {loss:.4f}")
    best, _ = tune_smoothing(train_counts, dev_idx, [10.0, 0.001, 1.0, 0.1, 0.01])
    _, loss = tune_smoothing(train_counts, test_idx, [best])
    print(f"  best for dev: {best:g}. Test, looked at once: {loss:.4f}")


def experiment() -> None:
    """The lecture's two ways to the same probabilities, and its exercises, on the names in data/."""
    words = (Path(__file__).parent.parent / "data" / "names.txt").read_text("utf-8").split()
    stoi, itos = build_vocab(words)
    g = torch.Generator().manual_seed(2147483647)
    by_counting(words, stoi, itos, g)
    by_descent(words, stoi, itos, g)
    with_two_letters_before(words, stoi)


if __name__ == "__main__":
    try:
        experiment()
    except NotImplementedError as todo:
        slug = str(todo) or "part1"
        print(f"\nThis is how far it goes for now: {slug} is still to do, and `zth show {slug}` says what it asks for.")
    except FileNotFoundError as missing:
        print(f"\nThe experiment reads {missing.filename}, and that file is not there: `zth data` tells of it.")
    except Exception as trouble:
        print(f"\nIt stops here for now: {type(trouble).__name__}: {trouble}. `zth check part1` tells why.")
