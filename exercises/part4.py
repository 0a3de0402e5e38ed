"""Becoming a backprop ninja: every gradient of the batch-normalised character MLP, by hand.

Write what `loss.backward()` would do, one line of the forward pass at a time, and then train with it.
"""

from __future__ import annotations

import math
import random
from pathlib import Path
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch import Tensor


def compare_grads(name: str, mine: Tensor, ref: Tensor) -> dict:
    """Compare a gradient made by hand with the one that it should be.

    Two tensors of different shapes are never equal here, even where torch would stretch one to fit the other.

    Args:
        name: what the gradient is of; for printing, if you like to print a line.
        mine: the gradient made by hand, any shape.
        ref: the gradient to compare with, any shape. Neither tensor is changed.

    Returns:
        A dictionary with
            exact: True if the shapes are the same and all elements are equal.
            close: True if the shapes are the same and all elements are as near as `torch.allclose` asks by default.
            shape_ok: True if the shapes are the same.
            maxdiff: the largest distance between an element of mine and its partner in ref, a float;
                `math.inf` if the shapes differ.
    """
    raise NotImplementedError("part4.compare_grads")


def broadcast_mul_backward(dc: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Backpropagate through a product in which one factor is stretched.

    Forward:
        c = a * b     # (R, C) * (R, 1) -> (R, C)

    Args:
        dc: gradient of the loss with respect to c, (R, C).
        a: the factor that has the shape of c, (R, C).
        b: the factor with one number for each row, (R, 1).

    Returns:
        The gradients of the loss with respect to a, (R, C), and to b, (R, 1), in this order. The arguments stay as
        they are.
    """
    raise NotImplementedError("part4.broadcast_mul_backward")


def sum_backward(dout: Tensor, x_shape: tuple[int, int]) -> Tensor:
    """Backpropagate through a sum over the rows.

    Forward:
        out = x.sum(0, keepdim=True)     # (R, C) -> (1, C)

    Args:
        dout: gradient of the loss with respect to out, (1, C).
        x_shape: the shape of x, (R, C), a tuple.

    Returns:
        Gradient of the loss with respect to x, (R, C). dout stays as it is.
    """
    raise NotImplementedError("part4.sum_backward")


def matmul_backward(dd: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Backpropagate through a matrix product, into both of its factors.

    Forward:
        d = a @ b     # (N, M) @ (M, K) -> (N, K)

    Args:
        dd: gradient of the loss with respect to d, (N, K).
        a: the left factor, (N, M).
        b: the right factor, (M, K).

    Returns:
        The gradients of the loss with respect to a, (N, M), and to b, (M, K), in this order. The arguments stay as
        they are.
    """
    raise NotImplementedError("part4.matmul_backward")


def dlogprobs(logprobs: Tensor, Yb: Tensor) -> Tensor:
    """Backpropagate from the loss into `logprobs`. Here the backward pass begins.

    Forward:
        loss = -logprobs[torch.arange(n), Yb].mean()

    Args:
        logprobs: the logarithms of the probabilities, (n, V). Its first size is n, the number of examples.
        Yb: the letter that really follows each context, int64, (n,).

    Returns:
        Gradient of the loss with respect to logprobs, (n, V). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dlogprobs")


def dprobs(dlogprobs: Tensor, probs: Tensor) -> Tensor:
    """Backpropagate into `probs`.

    Forward:
        logprobs = probs.log()     # (n, V)

    Args:
        dlogprobs: gradient of the loss with respect to logprobs, (n, V).
        probs: the probabilities, (n, V).

    Returns:
        Gradient of the loss with respect to probs, (n, V). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dprobs")


def dcounts_sum_inv(dprobs: Tensor, counts: Tensor) -> Tensor:
    """Backpropagate into `counts_sum_inv`, one number for each row.

    Forward:
        probs = counts * counts_sum_inv     # (n, V) * (n, 1) -> (n, V)

    Args:
        dprobs: gradient of the loss with respect to probs, (n, V).
        counts: what is made into probabilities, (n, V).

    Returns:
        Gradient of the loss with respect to counts_sum_inv, (n, 1). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dcounts_sum_inv")


def dcounts_sum(dcounts_sum_inv: Tensor, counts_sum: Tensor) -> Tensor:
    """Backpropagate into `counts_sum`.

    Forward:
        counts_sum_inv = counts_sum ** -1     # (n, 1)

    Args:
        dcounts_sum_inv: gradient of the loss with respect to counts_sum_inv, (n, 1).
        counts_sum: the sum of each row of counts, (n, 1).

    Returns:
        Gradient of the loss with respect to counts_sum, (n, 1). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dcounts_sum")


def dcounts(dprobs: Tensor, counts_sum_inv: Tensor, dcounts_sum: Tensor) -> Tensor:
    """Backpropagate into `counts`, which is used twice.

    Forward:
        counts_sum     = counts.sum(1, keepdim=True)     # (n, 1)
        counts_sum_inv = counts_sum ** -1                # (n, 1)
        probs          = counts * counts_sum_inv         # (n, V)

    Args:
        dprobs: gradient of the loss with respect to probs, (n, V).
        counts_sum_inv: one over the row sums, (n, 1).
        dcounts_sum: gradient of the loss with respect to counts_sum, (n, 1); it is already complete.

    Returns:
        Gradient of the loss with respect to counts, (n, V). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dcounts")


def dnorm_logits(dcounts: Tensor, counts: Tensor) -> Tensor:
    """Backpropagate into `norm_logits`.

    Forward:
        counts = norm_logits.exp()     # (n, V)

    Args:
        dcounts: gradient of the loss with respect to counts, (n, V).
        counts: what the forward pass made of norm_logits, (n, V).

    Returns:
        Gradient of the loss with respect to norm_logits, (n, V). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dnorm_logits")


def dlogit_maxes(dnorm_logits: Tensor) -> Tensor:
    """Backpropagate into `logit_maxes`, the largest logit of each row.

    Forward:
        norm_logits = logits - logit_maxes     # (n, V) - (n, 1) -> (n, V)

    Args:
        dnorm_logits: gradient of the loss with respect to norm_logits, (n, V). It may be any; what the lecture's
            loss sends here is a special case.

    Returns:
        Gradient of the loss with respect to logit_maxes, (n, 1). dnorm_logits stays as it is.
    """
    raise NotImplementedError("part4.dlogit_maxes")


def dlogits(dnorm_logits: Tensor, dlogit_maxes: Tensor, logits: Tensor) -> Tensor:
    """Backpropagate into `logits`, which also decide what the maximum is.

    Forward:
        logit_maxes = logits.max(1, keepdim=True).values     # (n, 1)
        norm_logits = logits - logit_maxes                   # (n, V)

    Args:
        dnorm_logits: gradient of the loss with respect to norm_logits, (n, V).
        dlogit_maxes: gradient of the loss with respect to logit_maxes, (n, 1); it is already complete.
        logits: what the output layer made, (n, V). The largest of a row is there only once.

    Returns:
        Gradient of the loss with respect to logits, (n, V). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dlogits")


def dh(dlogits: Tensor, W2: Tensor) -> Tensor:
    """Backpropagate into `h`, the hidden layer.

    Forward:
        logits = h @ W2 + b2     # (n, H) @ (H, V) + (V,) -> (n, V)

    Args:
        dlogits: gradient of the loss with respect to logits, (n, V).
        W2: the weights of the output layer, (H, V).

    Returns:
        Gradient of the loss with respect to h, (n, H). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dh")


def dW2(h: Tensor, dlogits: Tensor) -> Tensor:
    """Backpropagate into `W2`, the weights of the output layer.

    Forward:
        logits = h @ W2 + b2     # (n, H) @ (H, V) + (V,) -> (n, V)

    Args:
        h: the hidden layer, (n, H).
        dlogits: gradient of the loss with respect to logits, (n, V).

    Returns:
        Gradient of the loss with respect to W2, (H, V). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dW2")


def db2(dlogits: Tensor) -> Tensor:
    """Backpropagate into `b2`, the bias of the output layer.

    Forward:
        logits = h @ W2 + b2     # (n, H) @ (H, V) + (V,) -> (n, V)

    Args:
        dlogits: gradient of the loss with respect to logits, (n, V).

    Returns:
        Gradient of the loss with respect to b2, (V,). dlogits stays as it is.
    """
    raise NotImplementedError("part4.db2")


def dhpreact(dh: Tensor, h: Tensor) -> Tensor:
    """Backpropagate into `hpreact`, the input of tanh.

    Forward:
        h = torch.tanh(hpreact)     # (n, H)

    Args:
        dh: gradient of the loss with respect to h, (n, H).
        h: the output of tanh, (n, H).

    Returns:
        Gradient of the loss with respect to hpreact, (n, H). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dhpreact")


def dbngain(dhpreact: Tensor, bnraw: Tensor) -> Tensor:
    """Backpropagate into `bngain`, the factor with which BatchNorm scales each hidden unit.

    Forward:
        hpreact = bngain * bnraw + bnbias     # (1, H) * (n, H) + (1, H) -> (n, H)

    Args:
        dhpreact: gradient of the loss with respect to hpreact, (n, H).
        bnraw: the normalised pre-activations, (n, H).

    Returns:
        Gradient of the loss with respect to bngain, (1, H). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dbngain")


def dbnbias(dhpreact: Tensor) -> Tensor:
    """Backpropagate into `bnbias`, which BatchNorm adds to each hidden unit.

    Forward:
        hpreact = bngain * bnraw + bnbias     # (1, H) * (n, H) + (1, H) -> (n, H)

    Args:
        dhpreact: gradient of the loss with respect to hpreact, (n, H).

    Returns:
        Gradient of the loss with respect to bnbias, (1, H). dhpreact stays as it is.
    """
    raise NotImplementedError("part4.dbnbias")


def dbnraw(dhpreact: Tensor, bngain: Tensor) -> Tensor:
    """Backpropagate into `bnraw`, the normalised pre-activations.

    Forward:
        hpreact = bngain * bnraw + bnbias     # (1, H) * (n, H) + (1, H) -> (n, H)

    Args:
        dhpreact: gradient of the loss with respect to hpreact, (n, H).
        bngain: the gains, (1, H).

    Returns:
        Gradient of the loss with respect to bnraw, (n, H). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dbnraw")


def dbnvar_inv(dbnraw: Tensor, bndiff: Tensor) -> Tensor:
    """Backpropagate into `bnvar_inv`, one over the standard deviation of each hidden unit.

    Forward:
        bnraw = bndiff * bnvar_inv     # (n, H) * (1, H) -> (n, H)

    Args:
        dbnraw: gradient of the loss with respect to bnraw, (n, H).
        bndiff: how far each example is from the mean, (n, H).

    Returns:
        Gradient of the loss with respect to bnvar_inv, (1, H). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dbnvar_inv")


def dbnvar(dbnvar_inv: Tensor, bnvar: Tensor, eps: float = 1e-5) -> Tensor:
    """Backpropagate into `bnvar`, the variance of each hidden unit over the batch.

    Forward:
        bnvar_inv = (bnvar + eps) ** -0.5     # (1, H)

    Args:
        dbnvar_inv: gradient of the loss with respect to bnvar_inv, (1, H).
        bnvar: the variances, (1, H). Some may be about as small as eps.
        eps: what the forward pass added to them.

    Returns:
        Gradient of the loss with respect to bnvar, (1, H). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dbnvar")


def dbndiff2(dbnvar: Tensor, n: int) -> Tensor:
    """Backpropagate into `bndiff2`, the squared deviations from the mean.

    Forward:
        bnvar = bndiff2.sum(0, keepdim=True) / (n - 1)     # (n, H) -> (1, H), with Bessel's correction

    Args:
        dbnvar: gradient of the loss with respect to bnvar, (1, H).
        n: the number of examples in the batch.

    Returns:
        Gradient of the loss with respect to bndiff2, (n, H). dbnvar stays as it is.
    """
    raise NotImplementedError("part4.dbndiff2")


def dbndiff(dbnraw: Tensor, bnvar_inv: Tensor, dbndiff2: Tensor, bndiff: Tensor) -> Tensor:
    """Backpropagate into `bndiff`, which is used twice.

    Forward:
        bndiff2 = bndiff**2              # (n, H); of these the variance is made, and of that bnvar_inv
        bnraw   = bndiff * bnvar_inv     # (n, H) * (1, H) -> (n, H)

    Args:
        dbnraw: gradient of the loss with respect to bnraw, (n, H).
        bnvar_inv: one over the standard deviations, (1, H).
        dbndiff2: gradient of the loss with respect to bndiff2, (n, H); it is already complete.
        bndiff: how far each example is from the mean, (n, H).

    Returns:
        Gradient of the loss with respect to bndiff, (n, H). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dbndiff")


def dbnmeani(dbndiff: Tensor) -> Tensor:
    """Backpropagate into `bnmeani`, the mean of each hidden unit over the batch.

    Forward:
        bndiff = hprebn - bnmeani     # (n, H) - (1, H) -> (n, H)

    Args:
        dbndiff: gradient of the loss with respect to bndiff, (n, H).

    Returns:
        Gradient of the loss with respect to bnmeani, (1, H): a gradient has the shape of its variable. Mind that the
        line in the lecture gives (H,), which its comparison lets pass; here the shape counts. dbndiff stays as it is.
    """
    raise NotImplementedError("part4.dbnmeani")


def dhprebn(dbndiff: Tensor, dbnmeani: Tensor) -> Tensor:
    """Backpropagate into `hprebn`, the pre-activations before BatchNorm, which are used twice.

    Forward:
        bnmeani = hprebn.sum(0, keepdim=True) / n     # (n, H) -> (1, H)
        bndiff  = hprebn - bnmeani                    # (n, H) - (1, H) -> (n, H)

    Args:
        dbndiff: gradient of the loss with respect to bndiff, (n, H). Its first size is n, the number of examples.
        dbnmeani: gradient of the loss with respect to bnmeani, (1, H); it is already complete.

    Returns:
        Gradient of the loss with respect to hprebn, (n, H). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dhprebn")


def linear1(dhprebn: Tensor, embcat: Tensor, W1: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Backpropagate through the first linear layer: into its input, its weights and its bias.

    Forward:
        hprebn = embcat @ W1 + b1     # (n, D) @ (D, H) + (H,) -> (n, H)

    Args:
        dhprebn: gradient of the loss with respect to hprebn, (n, H). It may be any; what BatchNorm sends here is a
            special case.
        embcat: the embeddings of each context, side by side, (n, D).
        W1: the weights, (D, H).

    Returns:
        The gradients of the loss with respect to embcat, (n, D), to W1, (D, H), and to b1, (H,), in this order. The
        arguments stay as they are.
    """
    raise NotImplementedError("part4.linear1")


def demb(dembcat: Tensor, shape: tuple[int, int, int]) -> Tensor:
    """Backpropagate into `emb`, the embeddings before they were put side by side.

    Forward:
        embcat = emb.view(n, -1)     # (n, T, E) -> (n, T*E)

    Args:
        dembcat: gradient of the loss with respect to embcat, (n, T*E).
        shape: the shape of emb, (n, T, E), a tuple. emb itself is not needed.

    Returns:
        Gradient of the loss with respect to emb, (n, T, E). dembcat stays as it is.
    """
    raise NotImplementedError("part4.demb")


def dC(demb: Tensor, Xb: Tensor, vocab_size: int) -> Tensor:
    """Backpropagate into `C`, the table with one embedding for each letter.

    Forward:
        emb = C[Xb]     # (n, T, E); Xb (n, T)

    Args:
        demb: gradient of the loss with respect to emb, (n, T, E).
        Xb: the letters of the batch as int64 numbers from 0 to vocab_size - 1, (n, T). A letter may occur
            several times, or not at all.
        vocab_size: how many rows C has, V. C itself is not needed.

    Returns:
        Gradient of the loss with respect to C, (V, E). The arguments stay as they are.
    """
    raise NotImplementedError("part4.dC")


def cross_entropy_backward(logits: Tensor, Yb: Tensor) -> Tensor:
    """Exercise 2: backpropagate from the loss into `logits` in one go.

    All steps from dlogprobs to dlogits, in one short expression: derive it on paper first.

    Forward:
        loss = F.cross_entropy(logits, Yb)

    Args:
        logits: what the output layer made, (n, V).
        Yb: the letter that really follows each context, int64, (n,).

    Returns:
        Gradient of the loss with respect to logits, (n, V). The arguments stay as they are.
    """
    raise NotImplementedError("part4.cross_entropy_backward")


def batchnorm_backward(dhpreact: Tensor, bngain: Tensor, bnraw: Tensor, bnvar_inv: Tensor, n: int) -> Tensor:
    """Exercise 3: backpropagate through BatchNorm in one go.

    All steps from dbnraw to dhprebn, in one short expression: derive it on paper first.

    Forward:
        bnmeani   = hprebn.mean(0, keepdim=True)                    # (1, H)
        bnvar     = hprebn.var(0, keepdim=True, unbiased=True)      # (1, H), divided by n - 1
        bnvar_inv = (bnvar + 1e-5) ** -0.5                          # (1, H)
        bnraw     = (hprebn - bnmeani) * bnvar_inv                  # (n, H)
        hpreact   = bngain * bnraw + bnbias                         # (n, H)

    Args:
        dhpreact: gradient of the loss with respect to hpreact, (n, H).
        bngain: the gains, (1, H).
        bnraw: the normalised pre-activations, (n, H).
        bnvar_inv: one over the standard deviations, (1, H).
        n: the number of examples in the batch.

    Returns:
        Gradient of the loss with respect to hprebn, (n, H). The arguments stay as they are.
    """
    raise NotImplementedError("part4.batchnorm_backward")


def mlp_forward(params: list[Tensor], Xb: Tensor, Yb: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """The whole forward pass, line by line. It is given.

    Args:
        params: [C (V, E), W1 (T*E, H), b1 (H,), W2 (H, V), b2 (V,), bngain (1, H), bnbias (1, H)].
        Xb: the contexts of the batch, int64, (n, T).
        Yb: the letters that follow them, int64, (n,).

    Returns:
        The loss (a tensor with one number), and all that was made on the way to it, by name.
    """
    C, W1, b1, W2, b2, bngain, bnbias = params
    n = Xb.shape[0]

    emb = C[Xb]  # (n, T, E)
    embcat = emb.view(n, -1)  # (n, T*E)
    hprebn = embcat @ W1 + b1  # (n, H)

    bnmeani = hprebn.sum(0, keepdim=True) / n  # (1, H)
    bndiff = hprebn - bnmeani  # (n, H)
    bndiff2 = bndiff**2  # (n, H)
    bnvar = bndiff2.sum(0, keepdim=True) / (n - 1)  # (1, H), with Bessel's correction
    bnvar_inv = (bnvar + 1e-5) ** -0.5  # (1, H)
    bnraw = bndiff * bnvar_inv  # (n, H)
    hpreact = bngain * bnraw + bnbias  # (n, H)

    h = torch.tanh(hpreact)  # (n, H)
    logits = h @ W2 + b2  # (n, V)

    logit_maxes = logits.max(1, keepdim=True).values  # (n, 1)
    norm_logits = logits - logit_maxes  # (n, V), for numbers that exp can take
    counts = norm_logits.exp()  # (n, V)
    counts_sum = counts.sum(1, keepdim=True)  # (n, 1)
    counts_sum_inv = counts_sum**-1  # (n, 1)
    probs = counts * counts_sum_inv  # (n, V)
    logprobs = probs.log()  # (n, V)
    loss = -logprobs[torch.arange(n), Yb].mean()

    cache = {
        "emb": emb, "embcat": embcat, "hprebn": hprebn,
        "bnmeani": bnmeani, "bndiff": bndiff, "bndiff2": bndiff2, "bnvar": bnvar, "bnvar_inv": bnvar_inv,
        "bnraw": bnraw, "hpreact": hpreact, "h": h, "logits": logits,
        "logit_maxes": logit_maxes, "norm_logits": norm_logits, "counts": counts, "counts_sum": counts_sum,
        "counts_sum_inv": counts_sum_inv, "probs": probs, "logprobs": logprobs,
    }  # fmt: skip
    return loss, cache


def mlp_backward(params: list[Tensor], cache: dict[str, Tensor], Xb: Tensor, Yb: Tensor) -> list[Tensor]:
    """The whole backward pass of `mlp_forward`, by hand.

    Go back line by line, or use the short forms of exercises 2 (cross entropy) and 3 (BatchNorm). Mind one trap of
    Python: variables and functions share their names, so `dW2 = dW2(h, dlogits)` inside a function is an
    UnboundLocalError. Call the variable something else, or write the line out.

    Args:
        params: [C (V, E), W1 (T*E, H), b1 (H,), W2 (H, V), b2 (V,), bngain (1, H), bnbias (1, H)].
        cache: everything that mlp_forward made for this batch, by the names in mlp_forward.
        Xb: the contexts of the batch, int64, (n, T). Batches may be of any size n >= 2.
        Yb: the letters that follow them, int64, (n,).

    Returns:
        The gradients of the loss with respect to the seven parameters, a list in the order of params, each of the
        shape of its parameter. The arguments stay as they are, the tensors in cache too.
    """
    raise NotImplementedError("part4.mlp_backward")


def train_manual(
    params: list[Tensor],
    X: Tensor,
    Y: Tensor,
    steps: int,
    generator: torch.Generator,
    batch_size: int = 32,
    lr: float = 0.1,
) -> list[float]:
    """Train by gradient descent, with `mlp_backward` in place of `loss.backward()`.

    Args:
        params: [C, W1, b1, W2, b2, bngain, bnbias], leaves that require grad. They are changed in place.
        X: all contexts, int64, (N, T).
        Y: the letters that follow them, int64, (N,).
        steps: how many steps to take.
        generator: the only source of randomness. A step draws the numbers of its examples with
            `torch.randint(0, X.shape[0], (batch_size,), generator=generator)`, and draws nothing else.
        batch_size: how many examples a step looks at.
        lr: the learning rate.

    Returns:
        The loss of each step's batch before the update, a list of `steps` numbers.
    """
    raise NotImplementedError("part4.train_manual")


# The lecture's own experiment, with your functions: `python part4.py`. It is given, and never graded.

LETTERS = ".abcdefghijklmnopqrstuvwxyz"  # "." begins and ends a name


def build_dataset(words: list[str], block_size: int = 3) -> tuple[Tensor, Tensor]:
    """All contexts of some names, int64 (N, block_size), and the letter that follows each, int64 (N,)."""
    X, Y = [], []
    for word in words:
        context = [0] * block_size
        for ix in [LETTERS.index(letter) for letter in word + "."]:
            X.append(context)
            Y.append(ix)
            context = [*context[1:], ix]
    return torch.tensor(X), torch.tensor(Y)


def compare_with_torch(params: list[Tensor], Xb: Tensor, Yb: Tensor) -> None:
    """Exercises 1 to 3: each gradient beside the one that `loss.backward()` makes."""
    loss, made = mlp_forward(params, Xb, Yb)
    for tensor in made.values():
        tensor.retain_grad()
    loss.backward()
    print(f"one batch of {len(Yb)}: loss {loss.item():.4f}, and an even guess would have {math.log(len(LETTERS)):.4f}")

    tensors = made | dict(zip(("C", "W1", "b1", "W2", "b2", "bngain", "bnbias"), params))
    t = SimpleNamespace(**{name: tensor.detach() for name, tensor in tensors.items()})  # t.h: the tensor h
    d = SimpleNamespace()  # d.h: your gradient of the loss with respect to h

    def cmp(**gradients: Tensor) -> None:
        for name, mine in gradients.items():
            setattr(d, name, mine)
            found = compare_grads(name, mine, tensors[name].grad)
            exact, close = ("yes" if found[key] else "no" for key in ("exact", "close"))
            print(f"  {name:15} exact: {exact:5} approximate: {close:5} maxdiff: {found['maxdiff']:.1e}")

    print(
        "\nexercise 1: back through every line of the forward pass (where it is not exact, only the rounding differs)"
    )
    cmp(logprobs=dlogprobs(t.logprobs, Yb))
    cmp(probs=dprobs(d.logprobs, t.probs))
    cmp(counts_sum_inv=dcounts_sum_inv(d.probs, t.counts))
    cmp(counts_sum=dcounts_sum(d.counts_sum_inv, t.counts_sum))
    cmp(counts=dcounts(d.probs, t.counts_sum_inv, d.counts_sum))
    cmp(norm_logits=dnorm_logits(d.counts, t.counts))
    cmp(logit_maxes=dlogit_maxes(d.norm_logits))
    cmp(logits=dlogits(d.norm_logits, d.logit_maxes, t.logits))
    cmp(h=dh(d.logits, t.W2))
    cmp(W2=dW2(t.h, d.logits))
    cmp(b2=db2(d.logits))
    cmp(hpreact=dhpreact(d.h, t.h))
    cmp(bngain=dbngain(d.hpreact, t.bnraw))
    cmp(bnbias=dbnbias(d.hpreact))
    cmp(bnraw=dbnraw(d.hpreact, t.bngain))
    cmp(bnvar_inv=dbnvar_inv(d.bnraw, t.bndiff))
    cmp(bnvar=dbnvar(d.bnvar_inv, t.bnvar))
    cmp(bndiff2=dbndiff2(d.bnvar, len(Xb)))
    cmp(bndiff=dbndiff(d.bnraw, t.bnvar_inv, d.bndiff2, t.bndiff))
    cmp(bnmeani=dbnmeani(d.bndiff))
    cmp(hprebn=dhprebn(d.bndiff, d.bnmeani))
    cmp(**dict(zip(("embcat", "W1", "b1"), linear1(d.hprebn, t.embcat, t.W1))))
    cmp(emb=demb(d.embcat, t.emb.shape))
    cmp(C=dC(d.emb, Xb, len(LETTERS)))

    print("\nexercise 2: cross entropy in one step")
    cmp(logits=cross_entropy_backward(t.logits, Yb))

    print("\nexercise 3: BatchNorm in one step")
    cmp(hprebn=batchnorm_backward(d.hpreact, t.bngain, t.bnraw, t.bnvar_inv, len(Xb)))


def predict(params: list[Tensor], X: Tensor, bnmean: Tensor, bnvar: Tensor) -> Tensor:
    """The logits of the trained model, with mean and variance of the whole training set, (N, V)."""
    C, W1, b1, W2, b2, bngain, bnbias = params
    hprebn = C[X].flatten(1) @ W1 + b1
    return torch.tanh(bngain * (hprebn - bnmean) * (bnvar + 1e-5) ** -0.5 + bnbias) @ W2 + b2


def experiment(V: int = 27, E: int = 10, T: int = 3, H: int = 64) -> None:
    """Compare all gradients on one batch, then train by hand and invent some names."""
    words = (Path(__file__).parent.parent / "data" / "names.txt").read_text("utf-8").split()
    random.Random(42).shuffle(words)
    most = int(0.9 * len(words))
    X, Y = build_dataset(words[:most])
    Xval, Yval = build_dataset(words[most:])

    g = torch.Generator().manual_seed(2147483647)
    C = torch.randn(V, E, generator=g)
    W1 = torch.randn(T * E, H, generator=g) * (5 / 3) / (T * E) ** 0.5
    b1 = torch.randn(H, generator=g) * 0.1
    W2 = torch.randn(H, V, generator=g) * 0.1
    b2 = torch.randn(V, generator=g) * 0.1  # no zeros anywhere: they could hide a mistake
    bngain = torch.randn(1, H, generator=g) * 0.1 + 1.0
    bnbias = torch.randn(1, H, generator=g) * 0.1
    params = [p.requires_grad_() for p in (C, W1, b1, W2, b2, bngain, bnbias)]

    ix = torch.randint(0, X.shape[0], (32,), generator=g)
    compare_with_torch(params, X[ix], Y[ix])

    print(f"\nexercise 4: training by hand on {len(X)} examples, {sum(p.numel() for p in params)} parameters")
    steps = min(500, len(X) // 32)
    for turn, lr in enumerate([0.1] * 6 + [0.01] * 2, start=1):
        losses = train_manual(params, X, Y, steps, g, 32, lr)
        print(f"  {turn * steps:5} steps   lr {lr:<4}   mean loss {sum(losses) / steps:.4f}", flush=True)

    with torch.no_grad():
        hprebn = C[X].flatten(1) @ W1 + b1
        bn = hprebn.mean(0), hprebn.var(0)
        print(f"  train {F.cross_entropy(predict(params, X, *bn), Y).item():.4f}", end="   ")
        print(f"validation {F.cross_entropy(predict(params, Xval, *bn), Yval).item():.4f}\n\nnames that it invents")
        for _ in range(10):
            name, context = "", [0] * T
            while len(name) < 20:
                probs = F.softmax(predict(params, torch.tensor([context]), *bn), 1)
                ix = int(torch.multinomial(probs, 1, generator=g))
                if ix == 0:
                    break
                name, context = name + LETTERS[ix], [*context[1:], ix]
            print(f"  {name}")


if __name__ == "__main__":
    try:
        experiment()
    except NotImplementedError as todo:
        slug = str(todo) or "part4"
        print(f"\nThis is how far it goes for now: {slug} is still to do, and `zth show {slug}` says what it asks for.")
    except FileNotFoundError as missing:
        print(f"\nThe experiment reads {missing.filename}, and that file is not there: `zth data` tells of it.")
    except Exception as trouble:
        print(f"\nIt stops here for now: {type(trouble).__name__}: {trouble}. `zth check part4` tells why.")
