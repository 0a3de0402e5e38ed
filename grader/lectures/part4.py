"""Becoming a backprop ninja: the lecture's forward pass, and checks that are steps of its backward pass."""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from grader.checks import Chain, Draw, check, close, default, moved, oracle, parts

PARAMETERS = ("C", "W1", "b1", "W2", "b2", "bngain", "bnbias")

CACHE = (
    "emb", "embcat", "hprebn", "bnmeani", "bndiff", "bndiff2", "bnvar", "bnvar_inv", "bnraw", "hpreact", "h", "logits",
    "logit_maxes", "norm_logits", "counts", "counts_sum", "counts_sum_inv", "probs", "logprobs",
)  # fmt: skip


def leaves(draw: Draw, V: int, H: int, T: int, E: int) -> list[Tensor]:
    """The parameters of a model, none of them zero: a zero would hide a mistake."""
    return [draw.leaf(*shape) for shape in ((V, E), (T * E, H), (H,), (H, V), (V,), (1, H), (1, H))]


def forward(draw: Draw) -> dict[str, Any]:
    """The lecture's forward pass, on a few examples. Two letters never occur in Xb, others repeat."""
    n, vocab_size, H, T, E = draw.pick((6, 7, 5, 2, 4), (5, 9, 7, 4, 3), (8, 8, 8, 2, 4))
    shape = (n, T, E)
    C, W1, b1, W2, b2, bngain, bnbias = leaves(draw, vocab_size, H, T, E)
    W1.detach().mul_(draw.pick(1.0, 0.03, 1.0))  # once, variances beside which eps shows
    b2.detach()[-1] -= draw.pick(0.0, 9.0, 0.0)  # once, a last letter that never wins
    missing = draw.pick((2, 4), (0, 5), (3, vocab_size - 1))
    letters = torch.tensor([letter for letter in range(vocab_size) if letter not in missing])
    Xb = letters[draw.ints(vocab_size - 2, n, T)]
    Xb[0, 0], Xb[1, 1] = letters[0], letters[-1]
    Yb = draw.ints(vocab_size - draw.pick(0, 1, 0), n)  # nor follows

    emb = C[Xb]
    embcat = emb.view(n, T * E)
    hprebn = embcat @ W1 + b1

    bnmeani = 1 / n * hprebn.sum(0, keepdim=True)
    bndiff = hprebn - bnmeani
    bndiff2 = bndiff**2
    bnvar = 1 / (n - 1) * bndiff2.sum(0, keepdim=True)
    bnvar_inv = (bnvar + 1e-5) ** -0.5
    bnraw = bndiff * bnvar_inv
    hpreact = bngain * bnraw + bnbias

    h = torch.tanh(hpreact)
    logits = h @ W2 + b2

    logit_maxes = logits.max(1, keepdim=True).values
    norm_logits = logits - logit_maxes
    counts = norm_logits.exp()
    counts_sum = counts.sum(1, keepdim=True)
    counts_sum_inv = counts_sum**-1
    probs = counts * counts_sum_inv
    logprobs = probs.log()
    loss = -logprobs[range(n), Yb].mean()
    return locals()


def stretched_product(draw: Draw) -> dict[str, Any]:
    """A product in which one factor has one number for each row."""
    R, C = draw.pick((3, 5), (6, 4), (5, 5))
    a, b = draw.leaf(R, C), draw.leaf(R, 1)
    c = a * b
    return locals()


def sum_over_rows(draw: Draw) -> dict[str, Any]:
    x_shape = draw.pick((4, 6), (7, 3), (5, 5))
    x = draw.leaf(*x_shape)
    out = x.sum(0, keepdim=True)
    return locals()


def matrix_product(draw: Draw) -> dict[str, Any]:
    N, M, K = draw.pick((4, 6, 3), (7, 2, 5), (5, 5, 5))
    a, b = draw.leaf(N, M), draw.leaf(M, K)
    d = a @ b
    return locals()


def inverse_deviation(draw: Draw) -> dict[str, Any]:
    """One step of the forward pass, with an eps that counts: as large as the variances, or not the usual one."""
    H = draw.pick(5, 7, 6)
    eps, size = draw.pick((1e-5, 1e-5), (1e-2, 1.0), (1e-1, 1.0))
    bnvar = (size * draw.uniform(0.3, 3.0, 1, H)).requires_grad_()
    bnvar_inv = (bnvar + eps) ** -0.5
    loss = bnvar_inv.sum()
    return locals()


def pairs(draw: Draw) -> dict[str, tuple[Tensor, Tensor]]:
    """Gradients to compare with each other, by what should be found."""
    R, C = draw.pick((4, 6), (3, 5), (5, 5))
    ref = draw.normal(R, C)
    low, high = torch.zeros(R, C), torch.zeros(R, C)
    low[1, 2], low[2, 0] = -0.5, 0.25
    high[0, 1], high[2, 3] = 0.5, -0.25
    column = ref[:, :1]
    part = draw.pick(ref[:2, :2], ref[:3, :3], ref[:2])  # torch refuses to stretch (5, 2) to (2, 5): on one draw only
    stretched = column.repeat(1, C)
    compared = {
        "the same": (ref, ref),
        "7e-6 of it off": (ref * (1 + 7e-6), ref),
        "a thousandth too low": (ref - 1e-3, ref),
        "one element too low": (ref + low, ref),
        "one element too high": (ref + high, ref),
        "one element right": (torch.cat([ref[:1, :1], ref.flatten()[1:, None] + 1]).reshape(R, C), ref),
        "15e-6 of it off": (ref * (1 + 15e-6), ref),
        "7e-9 against zero": (torch.full((R, C), 7e-9), torch.zeros(R, C)),
        "15e-9 against zero": (torch.full((R, C), 15e-9), torch.zeros(R, C)),
        "a thousand and a thousandth": (torch.full((R, C), 1000.001), torch.full((R, C), 1000.0)),
        "(C,) against (1, C)": (ref[0], ref[:1]),
        "turned": (part.T.contiguous(), part),
        "one row against all": (ref[:1], ref),
        "a number a row against all": (draw.pick(ref[:, :1], ref[:, :1], ref[:, 0]), ref),
        "another shape": (draw.pick(column, column, stretched[:, 1:]), stretched),
    }
    return {name: (draw.give(a, f"{name}: mine"), draw.give(b, f"{name}: ref")) for name, (a, b) in compared.items()}


@check
def compare_grads(m, draw):
    return {name: m.compare_grads("W1", mine, ref) for name, (mine, ref) in pairs(draw).items()}


@oracle("compare_grads")
def compared_number_by_number(draw):
    return {name: comparison(mine, ref) for name, (mine, ref) in pairs(draw).items()}


def comparison(mine: Tensor, ref: Tensor) -> dict[str, object]:
    if mine.shape != ref.shape:
        return {"exact": False, "close": False, "shape_ok": False, "maxdiff": math.inf}
    numbers = list(zip(mine.flatten().tolist(), ref.flatten().tolist(), strict=True))
    return {
        "exact": all(a == b for a, b in numbers),
        "close": all(abs(a - b) <= 1e-8 + 1e-5 * abs(b) for a, b in numbers),
        "shape_ok": True,
        "maxdiff": max(abs(a - b) for a, b in numbers),
    }


broadcast_mul_backward = Chain(stretched_product).calls("dc", "a", "b", wrt=("a", "b"))
sum_backward = Chain(sum_over_rows).calls("dout", "x_shape", wrt="x")
matmul_backward = Chain(matrix_product).calls("dd", "a", "b", wrt=("a", "b"))

part4 = Chain(forward)
calls = part4.calls

dlogprobs = calls("logprobs", "Yb")
dprobs = calls("dlogprobs", "probs")
dcounts_sum_inv = calls("dprobs", "counts")
dcounts_sum = calls("dcounts_sum_inv", "counts_sum")
dcounts = calls("dprobs", "counts_sum_inv", "dcounts_sum")
dnorm_logits = calls("dcounts", "counts")
dlogit_maxes = calls("dnorm_logits")
dlogits = calls("dnorm_logits", "dlogit_maxes", "logits")
dh = calls("dlogits", "W2")
dW2 = calls("h", "dlogits")
db2 = calls("dlogits")
dhpreact = calls("dh", "h")
dbngain = calls("dhpreact", "bnraw")
dbnbias = calls("dhpreact")
dbnraw = calls("dhpreact", "bngain")
dbnvar_inv = calls("dbnraw", "bndiff")
dbnvar = Chain(inverse_deviation).calls("dbnvar_inv", "bnvar", default(eps=1e-5))
dbndiff2 = calls("dbnvar", "n")
dbndiff = calls("dbnraw", "bnvar_inv", "dbndiff2", "bndiff")
dbnmeani = calls("dbndiff")
dhprebn = calls("dbndiff", "dbnmeani")
linear1 = calls("dhprebn", "embcat", "W1", wrt=("embcat", "W1", "b1"))
demb = calls("dembcat", "shape")
dC = calls("demb", "Xb", "vocab_size")
cross_entropy_backward = calls("logits", "Yb", wrt="logits")
batchnorm_backward = calls("dhpreact", "bngain", "bnraw", "bnvar_inv", "n", wrt="hprebn")


def model_and_batch(draw: Draw) -> tuple[list[Tensor], dict[str, Tensor], Tensor, Tensor]:
    """What mlp_backward is handed."""
    params = part4.given(draw, *PARAMETERS)
    cache = dict(zip(CACHE, part4.given(draw, *CACHE), strict=True))
    Xb, Yb = part4.given(draw, "Xb", "Yb")
    return params, cache, Xb, Yb


@check
def mlp_backward(m, draw):
    params, cache, Xb, Yb = model_and_batch(draw)
    names = {id(tensor): name for name, tensor in zip(PARAMETERS, params, strict=True)}
    gradients = m.mlp_backward(params, cache, Xb, Yb)
    return {"gradients": gradients, "params afterwards": named(params, names), "cache afterwards": sorted(cache)}


def named(params: list[Tensor], names: dict[int, str]) -> list[str]:
    """What is in a list of parameters now, by name."""
    return [names.get(id(p), "something else") for p in params]


@oracle("mlp_backward")
def gradients_by_autograd(draw):
    model_and_batch(draw)  # nothing of it is to change
    dC, dW1, db1, dW2, db2, dbngain, dbnbias = part4.gradients(draw, *PARAMETERS)
    zero = close(
        torch.zeros_like(db1),
        atol=1e-4,  # of sums of float32 that cancel: one draw in ten leaves more than 1e-5
        says="db1 is not zero. BatchNorm subtracts the mean and b1 with it, so the loss does not depend on b1.",
    )
    gradients = parts(dC=dC, dW1=dW1, db1=zero, dW2=dW2, db2=db2, dbngain=dbngain, dbnbias=dbnbias)
    return {"gradients": gradients, "params afterwards": list(PARAMETERS), "cache afterwards": sorted(CACHE)}


def training(draw: Draw) -> tuple[Any, ...]:
    """What there is to train with. In the first draw, batch size and learning rate are left to their defaults."""
    N, V, H, T, E = draw.pick((40, 7, 5, 3, 2), (23, 9, 7, 2, 4), (29, 12, 12, 3, 4))
    params = leaves(draw, V, H, T, E)
    params[1].detach().mul_(draw.pick(1.0, 1.0, 0.03))  # W1, once: variances beside which eps shows
    X, Y = draw.ints(V, N, T), draw.ints(V, N)
    steps, *options = draw.pick((5,), (20, 11, 0.5), (2, 12, 0.5))
    return params, X, Y, steps, draw.generator(), options


@check
def train_manual(m, draw):
    params, X, Y, steps, generator, options = training(draw)
    names = {id(tensor): name for name, tensor in zip(PARAMETERS, params, strict=True)}
    handed = list(params)
    losses = m.train_manual(handed, X, Y, steps, generator, *options)
    after = {name: p.detach() for name, p in zip(PARAMETERS, params, strict=True)}
    return {"losses": losses, "params": after, "params afterwards": named(handed, names)}


@oracle("train_manual")
def trained_by_autograd(draw):
    params, X, Y, steps, generator, options = training(draw)
    batch_size, lr = options or (32, 0.1)
    before, losses = params, []
    for _ in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        loss = F.cross_entropy(predicted(params, X[ix]), Y[ix])
        losses.append(loss.item())
        gradients = torch.autograd.grad(loss, params)
        params = [(p - lr * g).detach().requires_grad_() for p, g in zip(params, gradients, strict=True)]
    start = {name: p.detach() for name, p in zip(PARAMETERS, before, strict=True)}
    after = {name: p.detach() for name, p in zip(PARAMETERS, params, strict=True)}
    return {"losses": losses, "params": moved(start, after), "params afterwards": list(PARAMETERS)}


def predicted(params: list[Tensor], Xb: Tensor) -> Tensor:
    C, W1, b1, W2, b2, bngain, bnbias = params
    hprebn = C[Xb].flatten(1) @ W1 + b1
    deviation = (hprebn.var(0, keepdim=True) + 1e-5).sqrt()
    return torch.tanh(bngain * (hprebn - hprebn.mean(0, keepdim=True)) / deviation + bnbias) @ W2 + b2
