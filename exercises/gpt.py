"""Let's build GPT: a Transformer that writes one character after another, from an empty file.

From a text and its batches over the bigram model to averages of the past, and from these to attention, to blocks, and
to the whole model.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


def char_codec(text: str) -> tuple[Callable[[str], list[int]], Callable[[list[int]], str], int]:
    """Make a tokenizer in which every character is a token.

    The vocabulary is made of the different characters of a text, capitals, spaces and line ends among them. Put in the
    order of `sorted`, they get the ids 0, 1, 2 and so on.

    Args:
        text: any text with at least one character.

    Returns:
        encode: a function from a string, written with the characters of the text, to the list of its ids.
        decode: a function from a list of ids to the string that they stand for.
        vocab_size: how many different characters the text has.
        In this order. Codecs made of different texts know nothing of each other.
    """
    raise NotImplementedError("gpt.char_codec")


def split_data(data: Tensor, frac: float = 0.9) -> tuple[Tensor, Tensor]:
    """Keep the end of a text back, to see later how well a model does on what it was not trained on.

    Args:
        data: the ids of a whole text, int64, (N,).
        frac: the share of it to train on. Where frac * N is no whole number, it is rounded down.

    Returns:
        The part to train on, and then the part to validate on. Put side by side they are data again. data stays as
        it is.
    """
    raise NotImplementedError("gpt.split_data")


def get_batch(data: Tensor, block_size: int, batch_size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Cut a batch of chunks out of a text, each with what follows every one of its characters.

    Every row is a chunk of its own: it begins anywhere, each place being as likely as the others, and independently of
    the other rows. The last place where one can begin leaves just enough for block_size characters and the one after
    them.

    Args:
        data: the ids of a text, int64, (N,), with N of at least block_size + 2.
        block_size: how long a chunk is, T.
        batch_size: how many chunks there are, B.
        generator: the only source of randomness.

    Returns:
        x: the chunks, int64, (B, T).
        y: the targets, int64, (B, T): y[b, t] is the character that comes after x[b, t] in the text.
        In this order. data stays as it is.
    """
    raise NotImplementedError("gpt.get_batch")


def bigram_forward(table: Tensor, idx: Tensor, targets: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """Run the bigram model: each character alone says which one may follow.

    Args:
        table: the parameters, (V, V). Row i holds the logits of what follows character i.
        idx: the characters, int64, (B, T).
        targets: what really follows each of them, int64, (B, T), or None.

    Returns:
        logits: without targets (B, T, V); with targets the same numbers as (B*T, V), as in the lecture, or again as
            (B, T, V).
        loss: the mean cross entropy over all B*T characters, a tensor with one number (0-d); without targets None.
        In this order. The arguments stay as they are.
    """
    raise NotImplementedError("gpt.bigram_forward")


def generate(
    logits_fn: Callable[[Tensor], Tensor], idx: Tensor, max_new_tokens: int, generator: torch.Generator
) -> Tensor:
    """Write on: let a model say what may come next, draw from that, and go on with what was drawn.

    Each new character is drawn from the probabilities that the model gives it, the softmax of its logits, and for each
    row on its own. The model gets to see the whole row so far, prompt and all.

    Args:
        logits_fn: the model, a function from the characters so far, int64, (B, t), to logits, (B, t, V): those at a
            place say what may follow the character there.
        idx: the prompts, int64, (B, T).
        max_new_tokens: how many characters to write, n. At least one.
        generator: the only source of randomness.

    Returns:
        The prompts and what was written after them, int64, (B, T+n). idx stays as it is.
    """
    raise NotImplementedError("gpt.generate")


def estimate_loss(
    model: nn.Module, get_batch: Callable[[str], tuple[Tensor, Tensor]], eval_iters: int
) -> dict[str, float]:
    """Measure a model's loss on both parts of the data, each over several batches, since one alone says little.

    While it is measured the model is in evaluation mode, and torch keeps nothing for a backward pass. Afterwards the
    model is in training mode again, with all that it is made of, and torch records as before.

    Args:
        model: a module in training mode; model(X, Y) gives the logits of a batch and its loss, a tensor with one
            number.
        get_batch: a function from "train" or "val" to a new batch (X, Y) of that part.
        eval_iters: over how many batches of each part to take the mean.

    Returns:
        A dictionary: the mean loss as a plain number for each of the keys "train" and "val".
    """
    raise NotImplementedError("gpt.estimate_loss")


def causal_mean_loop(x: Tensor) -> Tensor:
    """Let each place know the average of its past: version 1, with loops.

    Args:
        x: for each of B sequences and each of T places a vector, (B, T, C).

    Returns:
        At each place the mean of the vectors from the first place of its sequence up to and including its own,
        (B, T, C). x stays as it is.
    """
    raise NotImplementedError("gpt.causal_mean_loop")


def causal_mean_matmul(x: Tensor) -> Tensor:
    """Let each place know the average of its past: version 2, one matrix product with a matrix of weights.

    Args:
        x: for each of B sequences and each of T places a vector, (B, T, C).

    Returns:
        The same as in version 1, (B, T, C): the mean up to and including each place. x stays as it is.
    """
    raise NotImplementedError("gpt.causal_mean_matmul")


def causal_mean_softmax(x: Tensor) -> Tensor:
    """Let each place know the average of its past: version 3, with weights from a softmax.

    So far all places of the past count alike. With a softmax, their weights can later come from the data.

    Args:
        x: for each of B sequences and each of T places a vector, (B, T, C).

    Returns:
        The same as in versions 1 and 2, (B, T, C): the mean up to and including each place. x stays as it is.
    """
    raise NotImplementedError("gpt.causal_mean_softmax")


def attention_scores(q: Tensor, k: Tensor) -> Tensor:
    """Let each place ask all places of its sequence how much they have of what it looks for.

    Args:
        q: what each place looks for, its query, (B, T, hs).
        k: what each place has to offer, its key, (B, T, hs). hs is the size of the head.

    Returns:
        The scores, (B, T, T): entry [b, i, j] is the dot product of the query of place i with the key of place j,
        scaled so that for independent queries and keys of variance 1 its variance is 1 too, however large the head is.
        No mask, no softmax yet. The arguments stay as they are.
    """
    raise NotImplementedError("gpt.attention_scores")


def causal_attention_weights(scores: Tensor) -> Tensor:
    """Make scores into weights with which each place averages its past.

    Args:
        scores: entry [b, i, j] says how interesting place j is for place i, (B, T, T). Scaled already.

    Returns:
        The weights, (B, T, T): for each place i the softmax of its scores for the places up to and including itself;
        exactly 0 for those after it. scores stays as it is.
    """
    raise NotImplementedError("gpt.causal_attention_weights")
