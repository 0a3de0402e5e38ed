"""Becoming a backprop ninja: every gradient of the batch-normalised character MLP, by hand.

Write what `loss.backward()` would do, one line of the forward pass at a time, and then train with it.
"""

from __future__ import annotations

import math
import random

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
    # BEGIN SOLUTION
    shape_ok = mine.shape == ref.shape
    exact = shape_ok and torch.all(mine == ref).item()
    close = shape_ok and torch.allclose(mine, ref)
    maxdiff = (mine - ref).abs().max().item() if shape_ok else math.inf
    return {"exact": exact, "close": close, "shape_ok": shape_ok, "maxdiff": maxdiff}
    # END SOLUTION


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
    # BEGIN SOLUTION
    through_probs = counts_sum_inv * dprobs  # (n, 1) * (n, V) -> (n, V)
    through_sum = dcounts_sum.expand_as(dprobs)  # (n, 1) -> (n, V)
    return through_probs + through_sum
    # END SOLUTION


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
    # BEGIN SOLUTION
    return h.T @ dlogits  # (H, n) @ (n, V) -> (H, V)
    # END SOLUTION


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
    # BEGIN SOLUTION
    return -0.5 * (bnvar + eps) ** -1.5 * dbnvar_inv
    # END SOLUTION


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
    # BEGIN SOLUTION
    return -dbndiff.sum(0, keepdim=True)  # (n, H) -> (1, H)
    # END SOLUTION


def dC(demb: Tensor, Xb: Tensor, vocab_size: int) -> Tensor:
    """Backpropagate into `C`, the table with one embedding for each letter.

    Forward:
        emb = C[Xb]     # (n, T, E); Xb (n, T)

    Args:
        demb: gradient of the loss with respect to emb, (n, T, E).
        Xb: the letters of the batch as int64 numbers from 0 to vocab_size - 1, (n, T). A letter may occur
            several times, or not at all.
        vocab_size: how many rows C has, V.

    Returns:
        Gradient of the loss with respect to C, (V, E). The arguments stay as they are.
    """
    # BEGIN SOLUTION
    dC = torch.zeros(vocab_size, demb.shape[2])  # (V, E)
    for letters, gradients in zip(Xb, demb):  # (T,), (T, E)
        for letter, gradient in zip(letters, gradients):  # (), (E,)
            dC[letter] += gradient
    return dC
    # END SOLUTION


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
    # BEGIN SOLUTION
    C, W1, _, W2, b2, bngain, _ = params
    embcat, bnvar_inv, bnraw, h, probs = (cache[name] for name in ("embcat", "bnvar_inv", "bnraw", "h", "probs"))
    n = Xb.shape[0]

    dlogits = (probs - F.one_hot(Yb, b2.shape[0])) / n  # (n, V), exercise 2
    dh = dlogits @ W2.T  # (n, H)
    dW2 = h.T @ dlogits  # (H, V)
    db2 = dlogits.sum(0)  # (V,)

    dhpreact = (1 - h**2) * dh  # (n, H)
    dbngain = (bnraw * dhpreact).sum(0, keepdim=True)  # (1, H)
    dbnbias = dhpreact.sum(0, keepdim=True)  # (1, H)

    dbnraw = bngain * dhpreact  # (n, H); from here to dhprebn: exercise 3
    through_mean = dbnraw.sum(0) / n  # (H,)
    through_var = bnraw * (dbnraw * bnraw).sum(0) / (n - 1)  # (n, H)
    dhprebn = bnvar_inv * (dbnraw - through_mean - through_var)  # (n, H)

    dembcat = dhprebn @ W1.T  # (n, T*E)
    dW1 = embcat.T @ dhprebn  # (T*E, H)
    db1 = dhprebn.sum(0)  # (H,)

    dC = torch.zeros_like(C)  # (V, E)
    dC.index_put_((Xb,), dembcat.view(cache["emb"].shape), accumulate=True)
    return [dC, dW1, db1, dW2, db2, dbngain, dbnbias]
    # END SOLUTION


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
    # BEGIN SOLUTION
    losses = []
    with torch.no_grad():
        for _ in range(steps):
            ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
            Xb, Yb = X[ix], Y[ix]  # (batch_size, T), (batch_size,)
            loss, cache = mlp_forward(params, Xb, Yb)
            grads = mlp_backward(params, cache, Xb, Yb)
            for p, grad in zip(params, grads):
                p -= lr * grad
            losses.append(loss.item())
    return losses
    # END SOLUTION
