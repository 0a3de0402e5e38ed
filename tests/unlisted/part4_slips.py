"""More wrong answers for part4: one slip each, or two at once, made from the docstrings alone."""

# ruff: noqa: B905, F821, N802, RUF059

import math

import torch
import torch.nn.functional as F


def compare_grads__close_by_a_fixed_distance(name, mine, ref):
    """Wrong: close means nearer than 1e-5, however large or small the elements are; allclose is relative."""
    if mine.shape != ref.shape:
        return {"exact": False, "close": False, "shape_ok": False, "maxdiff": math.inf}
    maxdiff = (mine - ref).abs().max().item()
    return {"exact": torch.equal(mine, ref), "close": maxdiff < 1e-5, "shape_ok": True, "maxdiff": maxdiff}


def broadcast_mul_backward__row_axis_lost(dc, a, b):
    """Wrong: b's gradient is (R,), not (R, 1)."""
    da = torch.einsum("rc,ro->rc", dc, b)
    db = torch.einsum("rc,rc->r", dc, a)
    return da, db


def sum_backward__repeated_too_often(dout, x_shape):
    """Wrong: repeat takes counts, not a shape; the columns are repeated too."""
    return dout.repeat(x_shape)


def matmul_backward__wrong_order(dd, a, b):
    """Wrong: b's gradient is returned first."""
    grad_a = torch.matmul(dd, b.t())
    grad_b = torch.matmul(a.t(), dd)
    return grad_b, grad_a


def dlogprobs__no_minus_and_all_elements(logprobs, Yb):
    """Wrong twice: the minus is missing; divided by the number of all elements, not of examples."""
    d = torch.zeros_like(logprobs)
    for i, y in enumerate(Yb.tolist()):
        d[i, y] = 1.0 / logprobs.numel()
    return d


def dprobs__in_place(dlogprobs, probs):
    """Wrong: the argument itself is divided."""
    dlogprobs /= probs
    return dlogprobs


def dcounts_sum_inv__product_of_sums(dprobs, counts):
    """Wrong: each factor is summed alone, the sum of products is asked for."""
    rows = [dprobs[i].sum() * counts[i].sum() for i in range(counts.shape[0])]
    return torch.stack(rows).view(-1, 1)


def dcounts_sum__not_squared(dcounts_sum_inv, counts_sum):
    """Wrong: divided by counts_sum once, not by its square."""
    slope = -1.0 / counts_sum
    return slope * dcounts_sum_inv


def dcounts__inverse_in_both(dprobs, counts_sum_inv, dcounts_sum):
    """Wrong: the share that comes over the sum is multiplied by counts_sum_inv as well."""
    return (dprobs + dcounts_sum) * counts_sum_inv


def dnorm_logits__exp_once_more(dcounts, counts):
    """Wrong: counts is already exp of norm_logits, and exp is taken of it again."""
    return dcounts * torch.exp(counts)


def dlogit_maxes__mean_and_no_minus(dnorm_logits):
    """Wrong twice: the minus is missing; the mean over a row, not the sum."""
    return dnorm_logits.mean(dim=1, keepdim=True)


def dlogits__one_maximum_for_all(dnorm_logits, dlogit_maxes, logits):
    """Wrong: only the largest logit of the whole batch gets its row's share, not that of each row."""
    is_max = (logits == logits.max()).to(logits.dtype)
    return dnorm_logits + is_max * dlogit_maxes


def dh__turned_and_averaged(dlogits, W2):
    """Wrong twice: the product is (H, n), turned round; it is divided by n, though the loss's mean did that already."""
    n = dlogits.shape[0]
    return W2 @ dlogits.T / n


def dW2__turned_round(h, dlogits):
    """Wrong: the gradient is (V, H), turned round."""
    return torch.einsum("nh,nv->vh", h, dlogits)


def db2__dimension_kept(dlogits):
    """Wrong: (1, V), not (V,)."""
    n = dlogits.shape[0]
    return torch.ones(1, n, dtype=dlogits.dtype) @ dlogits


def dhpreact__tanh_again(dh, h):
    """Wrong: h is already the tanh, and tanh is taken of it again."""
    t = torch.tanh(h)
    return dh * (1.0 - t * t)


def dbngain__last_example_only(dhpreact, bnraw):
    """Wrong: the loop over the examples assigns where it should add."""
    d = torch.zeros_like(bnraw[:1])
    for i in range(bnraw.shape[0]):
        d[0] = dhpreact[i] * bnraw[i]
    return d


def dbnbias__over_the_units(dhpreact):
    """Wrong: summed over the hidden units, not over the batch."""
    return torch.sum(dhpreact, 1, keepdim=True)


def dbnraw__divided_and_summed(dhpreact, bngain):
    """Wrong twice: divided by the gain, not multiplied; summed over the batch, as for a gain."""
    return (dhpreact / bngain).sum(0, keepdim=True)


def dbnvar_inv__mean_and_dimension_lost(dbnraw, bndiff):
    """Wrong twice: the mean over the batch, not the sum; (H,), not (1, H)."""
    return torch.mean(bndiff * dbnraw, dim=0)


def dbnvar__usual_eps(dbnvar_inv, bnvar, eps=1e-5):
    """Wrong: 1e-5 is written in, whatever eps was given."""
    std = torch.sqrt(bnvar + 1e-5)
    return dbnvar_inv * -0.5 / std**3


def dbndiff2__biased_and_one_row(dbnvar, n):
    """Wrong twice: divided by n, not by n - 1; one row, where there should be n."""
    return (1.0 / n) * dbnvar


def dbndiff__scale_forgotten(dbnraw, bnvar_inv, dbndiff2, bndiff):
    """Wrong: the direct way is not multiplied by bnvar_inv."""
    direct = dbnraw.clone()
    squared = 2.0 * bndiff * dbndiff2
    return direct + squared


def dbnmeani__no_minus_and_dimension_lost(dbndiff):
    """Wrong twice: the minus is missing; (H,), not (1, H)."""
    return dbndiff.sum(0)


def dhprebn__number_of_units(dbndiff, dbnmeani):
    """Wrong: divided by the number of hidden units, not of examples."""
    n = dbndiff.size(-1)
    return dbndiff + torch.ones_like(dbndiff) * dbnmeani / n


def linear1__mean_for_the_bias(dhprebn, embcat, W1):
    """Wrong: the bias gets the mean over the batch, not the sum."""
    return F.linear(dhprebn, W1), embcat.T.mm(dhprebn), dhprebn.mean(0)


def demb__letters_and_dimensions_mixed(dembcat, shape):
    """Wrong: viewed as (n, E, T) and turned round: the right shape, with the numbers in wrong places."""
    n, T, E = shape
    return dembcat.view(n, E, T).transpose(1, 2)


def dC__repeats_lost(demb, Xb, vocab_size):
    """Wrong: with an index tensor, `+=` adds only one of the gradients of a letter that occurs several times."""
    d = torch.zeros(vocab_size, demb.shape[-1], dtype=demb.dtype)
    d[Xb.view(-1)] += demb.view(-1, demb.shape[-1])
    return d


def cross_entropy_backward__added_and_not_averaged(logits, Yb):
    """Wrong twice: one is added at the target, not taken away; the mean's 1/n is missing."""
    p = F.softmax(logits, dim=1)
    return p + F.one_hot(Yb, num_classes=logits.shape[1])


def batchnorm_backward__population_variance(dhpreact, bngain, bnraw, bnvar_inv, n):
    """Wrong: the variance's share is divided by n, not by n - 1."""
    dxhat = dhpreact * bngain
    mean_part = dxhat.sum(0, keepdim=True) / n
    var_part = bnraw * (dxhat * bnraw).sum(0, keepdim=True) / n
    return bnvar_inv * (dxhat - mean_part - var_part)


def batchnorm_backward__sign_and_no_gain(dhpreact, bngain, bnraw, bnvar_inv, n):
    """Wrong twice: the variance's share is added, not taken away; the gain is left out."""
    s1 = dhpreact.sum(0)
    s2 = torch.einsum("nh,nh->h", dhpreact, bnraw)
    return bnvar_inv / n * (n * dhpreact - s1 + n / (n - 1) * bnraw * s2)


def mlp_backward__slope_from_hpreact(params, cache, Xb, Yb):
    """Wrong: tanh's slope is made from its input, hpreact, not from its output, h."""
    with torch.no_grad():
        C, W1, b1, W2, b2, bngain, bnbias = params
        n = Xb.shape[0]
        g_logits = F.softmax(cache["logits"], 1)
        g_logits[range(n), Yb] -= 1
        g_logits /= n
        g_h = g_logits @ W2.T
        g_W2 = cache["h"].T @ g_logits
        g_b2 = g_logits.sum(0)
        g_hpreact = (1.0 - cache["hpreact"] ** 2) * g_h
        g_gain = (cache["bnraw"] * g_hpreact).sum(0, keepdim=True)
        g_bias = g_hpreact.sum(0, keepdim=True)
        g_hprebn = (
            bngain
            * cache["bnvar_inv"]
            / n
            * (n * g_hpreact - g_hpreact.sum(0) - n / (n - 1) * cache["bnraw"] * (g_hpreact * cache["bnraw"]).sum(0))
        )
        g_emb = (g_hprebn @ W1.T).view(cache["emb"].shape)
        g_W1 = cache["embcat"].T @ g_hprebn
        g_b1 = g_hprebn.sum(0)
        g_C = torch.zeros_like(C)
        for k in range(Xb.shape[0]):
            for j in range(Xb.shape[1]):
                g_C[Xb[k, j]] += g_emb[k, j]
        return [g_C, g_W1, g_b1, g_W2, g_b2, g_gain, g_bias]


def mlp_backward__swapped_and_one_letter_short(params, cache, Xb, Yb):
    """Wrong twice: bnbias and bngain change places in the list; the last letter of each context is left out of C."""
    C, W1, b1, W2, b2, bngain, bnbias = (p.detach() for p in params)
    c = {name: made.detach() for name, made in cache.items()}
    n, T = Xb.shape
    onehot = F.one_hot(Yb, W2.shape[1])
    gl = (c["probs"] - onehot) / n
    gp = (gl @ W2.T) * (1 - c["h"] ** 2)
    graw = gp * bngain
    gvar_inv = (graw * c["bndiff"]).sum(0, keepdim=True)
    gvar = -0.5 * c["bnvar_inv"] ** 3 * gvar_inv
    gdiff = graw * c["bnvar_inv"] + 2 * c["bndiff"] * gvar / (n - 1)
    gpre = gdiff - gdiff.mean(0, keepdim=True)
    gemb = (gpre @ W1.T).view(n, T, -1)
    gC = torch.zeros_like(C)
    for t in range(T - 1):
        gC.index_add_(0, Xb[:, t], gemb[:, t])
    return [
        gC,
        c["embcat"].T @ gpre,
        gpre.sum(0),
        c["h"].T @ gl,
        gl.sum(0),
        gp.sum(0, keepdim=True),
        (gp * c["bnraw"]).sum(0, keepdim=True),
    ]


def train_manual__one_batch_and_uphill(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    """Wrong twice: one batch is drawn before the loop and used in all steps; the gradient is added."""
    losses = []
    ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
    with torch.no_grad():
        for _ in range(steps):
            loss, cache = mlp_forward(params, X[ix], Y[ix])
            grads = mlp_backward(params, cache, X[ix], Y[ix])
            for p, grad in zip(params, grads):
                p += lr * grad
            losses.append(loss.item())
    return losses
