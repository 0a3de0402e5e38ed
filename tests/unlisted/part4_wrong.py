"""Wrong answers for part4, as learners would write them: made from the docstrings alone."""

# ruff: noqa: F821, N802, RUF059

import torch
import torch.nn.functional as F


def compare_grads__signed(name, mine, ref):
    """Wrong: the largest difference without its absolute value."""
    if mine.shape != ref.shape:
        return {"exact": False, "close": False, "shape_ok": False, "maxdiff": float("inf")}
    return {
        "exact": bool((mine == ref).all()),
        "close": torch.allclose(mine, ref),
        "shape_ok": True,
        "maxdiff": (mine - ref).max().item(),
    }


def compare_grads__lectures_own(name, mine, ref):
    """Wrong: as in the lecture; shapes that broadcast are compared, and pass."""
    return {
        "exact": torch.all(mine == ref).item(),
        "close": torch.allclose(mine, ref),
        "shape_ok": mine.shape == ref.shape,
        "maxdiff": (mine - ref).abs().max().item(),
    }


def broadcast_mul_backward__mean(dc, a, b):
    """Wrong: the mean over a row, not the sum."""
    return dc * b, (dc * a).mean(1, keepdim=True)


def broadcast_mul_backward__forgot_dc(dc, a, b):
    """Wrong: a's share is b alone, stretched; what arrives is left out."""
    return b.expand_as(a), (dc * a).sum(1, keepdim=True)


def sum_backward__shared_out(dout, x_shape):
    """Wrong: divided among the rows, as a mean would."""
    return dout.expand(x_shape) / x_shape[0]


def matmul_backward__transposed(dd, a, b):
    """Wrong: the factors are turned round: the transposes of what is asked."""
    return b @ dd.T, dd.T @ a


def dlogprobs__all_the_same(logprobs, Yb):
    """Wrong: every element gets -1/n, targets or not."""
    return torch.full_like(logprobs, -1.0 / logprobs.shape[0])


def dprobs__multiplied(dlogprobs, probs):
    """Wrong: times probs, as if it were exp."""
    return dlogprobs * probs


def dcounts_sum_inv__no_keepdim(dprobs, counts):
    """Wrong: (n,), keepdim forgotten."""
    return (dprobs * counts).sum(1)


def dcounts_sum__plus(dcounts_sum_inv, counts_sum):
    """Wrong: the minus of the power rule is lost."""
    return counts_sum**-2 * dcounts_sum_inv


def dcounts__counts_path_only(dprobs, counts_sum_inv, dcounts_sum):
    """Wrong: the path through the sum is left out."""
    return counts_sum_inv * dprobs


def dnorm_logits__exp_again(dcounts, counts):
    """Wrong: exp of counts, which are exponentials already."""
    return dcounts * counts.exp()


def dlogit_maxes__over_the_batch(dnorm_logits):
    """Wrong: summed over the examples, not over the letters."""
    return -dnorm_logits.sum(0, keepdim=True)


def dlogits__maximum_everywhere(dnorm_logits, dlogit_maxes, logits):
    """Wrong: the maximum's gradient is added to the whole row."""
    return dnorm_logits + dlogit_maxes


def dlogits__in_place(dnorm_logits, dlogit_maxes, logits):
    """Wrong: += on the argument itself, which the caller still has."""
    dnorm_logits[torch.arange(len(logits)), logits.argmax(1)] += dlogit_maxes.squeeze(1)
    return dnorm_logits


def dh__no_transpose(dlogits, W2):
    """Wrong: W2 is not transposed; shapes do not fit."""
    return dlogits @ W2


def dW2__averaged(h, dlogits):
    """Wrong: divided by the batch, which the loss has done already."""
    return h.T @ dlogits / h.shape[0]


def db2__keepdim(dlogits):
    """Wrong: (1, V) where b2 is (V,)."""
    return dlogits.sum(0, keepdim=True)


def dhpreact__tanh_again(dh, h):
    """Wrong: tanh of h, which is a tanh already."""
    return dh * (1 - torch.tanh(h) ** 2)


def dbngain__of_the_bias(dhpreact, bnraw):
    """Wrong: what bnbias gets; bnraw is not multiplied in."""
    return dhpreact.sum(0, keepdim=True)


def dbnbias__mean(dhpreact):
    """Wrong: the mean over the batch."""
    return dhpreact.mean(0, keepdim=True)


def dbnraw__summed(dhpreact, bngain):
    """Wrong: summed over the batch, though bnraw is not stretched."""
    return (dhpreact * bngain).sum(0, keepdim=True)


def dbnvar_inv__as_for_the_mean(dbnraw, bndiff):
    """Wrong: bndiff is not multiplied in, and the sum has a minus."""
    return -dbnraw.sum(0, keepdim=True)


def dbnvar__eps_forgotten(dbnvar_inv, bnvar, eps=1e-5):
    """Wrong: without eps."""
    return -0.5 * bnvar**-1.5 * dbnvar_inv


def dbndiff2__no_bessel(dbnvar, n):
    """Wrong: divided by n."""
    return dbnvar.repeat(n, 1) / n


def dbndiff__square_without_two(dbnraw, bnvar_inv, dbndiff2, bndiff):
    """Wrong: the 2 of the square is lost."""
    return bnvar_inv * dbnraw + bndiff * dbndiff2


def dbnmeani__mean(dbndiff):
    """Wrong: the mean, as if its own division by n were this line's."""
    return -dbndiff.mean(0, keepdim=True)


def dhprebn__subtracts_the_mean(dbndiff, dbnmeani):
    """Wrong: the minus is counted twice."""
    return dbndiff - dbnmeani / dbndiff.shape[0]


def linear1__bias_gradient_zero(dhprebn, embcat, W1):
    """Wrong: b1 gets nothing, because BatchNorm takes it out again."""
    return dhprebn @ W1.T, embcat.T @ dhprebn, torch.zeros(W1.shape[1])


def demb__swapped_axes(dembcat, shape):
    """Wrong: viewed as (n, E, T) and turned: the numbers land elsewhere."""
    n, T, E = shape
    return dembcat.view(n, E, T).transpose(1, 2)


def dC__last_one_wins(demb, Xb, vocab_size):
    """Wrong: indexing with += counts a repeated letter once."""
    out = torch.zeros(vocab_size, demb.shape[-1])
    out[Xb] += demb
    return out


def dC__averaged(demb, Xb, vocab_size):
    """Wrong: divided by how often a letter occurs."""
    out = torch.zeros(vocab_size, demb.shape[-1])
    out.index_add_(0, Xb.view(-1), demb.view(-1, demb.shape[-1]))
    seen = torch.bincount(Xb.view(-1), minlength=vocab_size).clamp(min=1)
    return out / seen[:, None]


def cross_entropy_backward__not_averaged(logits, Yb):
    """Wrong: the mean's 1/n is left out."""
    return F.softmax(logits, 1) - F.one_hot(Yb, logits.shape[1])


def cross_entropy_backward__softmax_over_the_batch(logits, Yb):
    """Wrong: softmax along the examples."""
    return (F.softmax(logits, 0) - F.one_hot(Yb, logits.shape[1])) / logits.shape[0]


def batchnorm_backward__biased(dhpreact, bngain, bnraw, bnvar_inv, n):
    """Wrong: as for the biased variance; n/(n-1) is missing."""
    s = dhpreact.sum(0)
    return bngain * bnvar_inv / n * (n * dhpreact - s - bnraw * (dhpreact * bnraw).sum(0))


def batchnorm_backward__statistics_are_constants(dhpreact, bngain, bnraw, bnvar_inv, n):
    """Wrong: mean and variance are taken for constants."""
    return dhpreact * bngain * bnvar_inv


def mlp_backward__fixed_batch(params, cache, Xb, Yb):
    """Wrong: the batch is taken to be of 32."""
    C, W1, b1, W2, b2, bngain, bnbias = params
    n = 32
    dl = cache["probs"].clone()
    dl[torch.arange(len(Yb)), Yb] -= 1
    dl = dl / n
    da = (dl @ W2.T) * (1 - cache["h"] ** 2)
    raw = cache["bnraw"]
    ggain, gbias = (da * raw).sum(0, keepdim=True), da.sum(0, keepdim=True)
    dz = bngain * cache["bnvar_inv"] / n * (n * da - gbias - n / (n - 1) * raw * ggain)
    gC = torch.zeros_like(C).index_add_(0, Xb.reshape(-1), (dz @ W1.T).view(-1, C.shape[1]))
    grads = [gC, cache["embcat"].T @ dz, dz.sum(0), cache["h"].T @ dl, dl.sum(0), ggain, gbias]
    return [grad.detach() for grad in grads]


def mlp_backward__gain_and_bias_swapped(params, cache, Xb, Yb):
    """Wrong: gradients of bngain and bnbias in the other order."""
    C, W1, b1, W2, b2, bngain, bnbias = (p.detach() for p in params)
    c = {name: tensor.detach() for name, tensor in cache.items()}
    n = len(Xb)
    dl = (c["probs"] - F.one_hot(Yb, W2.shape[1])) / n
    da = (dl @ W2.T) * (1 - c["h"] ** 2)
    raw = c["bnraw"]
    ggain, gbias = (da * raw).sum(0, keepdim=True), da.sum(0, keepdim=True)
    dz = bngain * c["bnvar_inv"] / n * (n * da - gbias - n / (n - 1) * raw * ggain)
    gC = torch.zeros_like(C).index_add_(0, Xb.reshape(-1), (dz @ W1.T).view(-1, C.shape[1]))
    return [gC, c["embcat"].T @ dz, dz.sum(0), c["h"].T @ dl, dl.sum(0), gbias, ggain]


def train_manual__labels_of_others(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    """Wrong: labels are drawn apart from their contexts."""
    losses = []
    for _ in range(steps):
        Xb = X[torch.randint(0, X.shape[0], (batch_size,), generator=generator)]
        Yb = Y[torch.randint(0, Y.shape[0], (batch_size,), generator=generator)]
        with torch.no_grad():
            loss, cache = mlp_forward(params, Xb, Yb)
            for p, grad in zip(params, mlp_backward(params, cache, Xb, Yb), strict=True):
                p -= lr * grad
        losses.append(loss.item())
    return losses


def train_manual__new_tensors(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    """Wrong: the parameters are rebound in a list of its own, and the caller's never move."""
    losses, params = [], [p.detach() for p in params]
    for _ in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        loss, cache = mlp_forward(params, X[ix], Y[ix])
        grads = mlp_backward(params, cache, X[ix], Y[ix])
        params = [p - lr * grad for p, grad in zip(params, grads, strict=True)]
        losses.append(loss.item())
    return losses


def compare_grads__mean_distance(name, mine, ref):
    """Wrong: the mean distance for the largest."""
    same = mine.shape == ref.shape
    return {
        "exact": same and torch.equal(mine, ref),
        "close": same and torch.allclose(mine, ref),
        "shape_ok": same,
        "maxdiff": (mine - ref).abs().mean().item() if same else float("inf"),
    }


def sum_backward__left_as_a_row(dout, x_shape):
    """Wrong: (1, C): nothing is spread."""
    return dout * 1.0


def matmul_backward__order_of_answers(dd, a, b):
    """Wrong: both right, in the other order."""
    return a.T @ dd, dd @ b.T


def dlogprobs__no_minus(logprobs, Yb):
    """Wrong: the minus of the loss is lost."""
    out = torch.zeros_like(logprobs)
    out[torch.arange(len(Yb)), Yb] = 1 / len(Yb)
    return out


def dlogprobs__divided_by_the_letters(logprobs, Yb):
    """Wrong: over V, not n."""
    out = torch.zeros_like(logprobs)
    out[torch.arange(len(Yb)), Yb] = -1 / logprobs.shape[1]
    return out


def dcounts_sum_inv__a_row(dprobs, counts):
    """Wrong: (1, n) where (n, 1) is asked for."""
    return (dprobs * counts).sum(1).view(1, -1)


def dcounts__product_of_paths(dprobs, counts_sum_inv, dcounts_sum):
    """Wrong: the two paths are multiplied."""
    return counts_sum_inv * dprobs * dcounts_sum


def dlogit_maxes__plus(dnorm_logits):
    """Wrong: the minus of the subtraction is lost."""
    return dnorm_logits.sum(1, keepdim=True)


def dlogit_maxes__zero(dnorm_logits):
    """Wrong: 0, as with the lecture's loss."""
    return torch.zeros(dnorm_logits.shape[0], 1)


def dlogits__only_the_winner(dnorm_logits, dlogit_maxes, logits):
    """Wrong: the winner's place is overwritten, not added to."""
    out = dnorm_logits.clone()
    out[torch.arange(len(out)), logits.argmax(1)] = dlogit_maxes.squeeze(1)
    return out


def dW2__transposed(h, dlogits):
    """Wrong: (V, H)."""
    return dlogits.T @ h


def db2__over_the_letters(dlogits):
    """Wrong: summed over the letters: (n,)."""
    return dlogits.sum(1)


def dhpreact__square_of_the_difference(dh, h):
    """Wrong: (1 - h) squared."""
    return (1.0 - h) ** 2 * dh


def dbngain__matrix_product(dhpreact, bnraw):
    """Wrong: (H, H): all pairs of units."""
    return bnraw.T @ dhpreact


def dbnraw__gain_forgotten(dhpreact, bngain):
    """Wrong: handed on as it is, though a copy."""
    return dhpreact.clone()


def dbnvar__half_lost(dbnvar_inv, bnvar, eps=1e-5):
    """Wrong: the exponent -0.5 does not come down."""
    return -((bnvar + eps) ** -1.5) * dbnvar_inv


def dbnvar__eps_fixed(dbnvar_inv, bnvar, eps=1e-5):
    """Wrong: 1e-5, whatever eps is."""
    return -0.5 * (bnvar + 1e-5) ** -1.5 * dbnvar_inv


def dbndiff2__a_row(dbnvar, n):
    """Wrong: (1, H): nothing is spread."""
    return dbnvar / (n - 1)


def dbndiff__direct_path_only(dbnraw, bnvar_inv, dbndiff2, bndiff):
    """Wrong: the path through the square is left out."""
    return dbnraw * bnvar_inv


def dhprebn__not_divided(dbndiff, dbnmeani):
    """Wrong: the mean's 1/n is lost."""
    return dbndiff + dbnmeani


def dhprebn__in_place(dbndiff, dbnmeani):
    """Wrong: right numbers, written into dbndiff."""
    dbndiff += dbnmeani / dbndiff.shape[0]
    return dbndiff


def linear1__weights_and_input_exchanged(dhprebn, embcat, W1):
    """Wrong: dW1 comes first."""
    return embcat.T @ dhprebn, dhprebn @ W1.T, dhprebn.sum(0)


def demb__first_axis_last(dembcat, shape):
    """Wrong: split into (T, n, E) and turned."""
    n, T, E = shape
    return dembcat.reshape(T, n, E).transpose(0, 1)


def dC__rows_of_this_batch(demb, Xb, vocab_size):
    """Wrong: as many rows as the largest letter of the batch asks for."""
    out = torch.zeros(int(Xb.max()) + 1, demb.shape[-1])
    return out.index_add_(0, Xb.flatten(), demb.flatten(0, 1))


def cross_entropy_backward__sign(logits, Yb):
    """Wrong: one-hot minus softmax."""
    return (F.one_hot(Yb, logits.shape[1]) - F.softmax(logits, 1)) / logits.shape[0]


def cross_entropy_backward__log_softmax(logits, Yb):
    """Wrong: log probabilities where probabilities belong."""
    out = F.log_softmax(logits, 1)
    out[torch.arange(len(Yb)), Yb] -= 1
    return out / len(Yb)


def batchnorm_backward__gain_forgotten(dhpreact, bngain, bnraw, bnvar_inv, n):
    """Wrong: bngain is missing."""
    s, t = dhpreact.sum(0), (dhpreact * bnraw).sum(0)
    return bnvar_inv / n * (n * dhpreact - s - n / (n - 1) * bnraw * t)


def batchnorm_backward__no_mean_path(dhpreact, bngain, bnraw, bnvar_inv, n):
    """Wrong: the path through the mean is missing."""
    return bngain * bnvar_inv * (dhpreact - bnraw * (dhpreact * bnraw).sum(0) / (n - 1))


def train_manual__lectures_rate(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    """Wrong: the lecture's 0.1 and 0.01, whatever lr is."""
    losses = []
    with torch.no_grad():
        for i in range(steps):
            ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
            loss, cache = mlp_forward(params, X[ix], Y[ix])
            rate = 0.1 if i < 100000 else 0.01
            for p, grad in zip(params, mlp_backward(params, cache, X[ix], Y[ix]), strict=True):
                p.data += -rate * grad
            losses.append(loss.item())
    return losses


def train_manual__batch_of_32(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    """Wrong: 32 examples, whatever batch_size is."""
    losses = []
    with torch.no_grad():
        for _ in range(steps):
            ix = torch.randint(0, X.shape[0], (32,), generator=generator)
            loss, cache = mlp_forward(params, X[ix], Y[ix])
            for p, grad in zip(params, mlp_backward(params, cache, X[ix], Y[ix]), strict=True):
                p -= lr * grad
            losses.append(loss.item())
    return losses
