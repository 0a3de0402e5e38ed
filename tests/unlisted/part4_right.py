"""Right answers for part4, as learners would write them: made from the docstrings alone."""

# ruff: noqa: F821, N802, RUF059

import torch
import torch.nn.functional as F


def compare_grads__early_return(name, mine, ref):
    """Right: shapes first, then the rest; prints its line, as the lecture does."""
    if mine.shape != ref.shape:
        return {"exact": False, "close": False, "shape_ok": False, "maxdiff": float("inf")}
    ex = torch.all(mine == ref).item()
    app = torch.allclose(mine, ref)
    maxdiff = (mine - ref).abs().max().item()
    print(f"{name:15s} | exact: {ex!s:5s} | approximate: {app!s:5s} | maxdiff: {maxdiff}")
    return {"exact": ex, "close": app, "shape_ok": True, "maxdiff": maxdiff}


def broadcast_mul_backward__einsum(dc, a, b):
    """Right: the sum over a row as einsum."""
    return dc * b.expand_as(dc), torch.einsum("rc,rc->r", dc, a)[:, None]


def sum_backward__repeat(dout, x_shape):
    """Right: the row is repeated."""
    return dout.repeat(x_shape[0], 1)


def matmul_backward__one_element_at_a_time(dd, a, b):
    """Right: the four nested loops from paper."""
    da, db = torch.zeros_like(a), torch.zeros_like(b)
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            for k in range(b.shape[1]):
                da[i, j] += dd[i, k] * b[j, k]
                db[j, k] += dd[i, k] * a[i, j]
    return da, db


def dlogprobs__scatter(logprobs, Yb):
    """Right: -1/n is scattered to the targets."""
    n = logprobs.size(0)
    return torch.zeros_like(logprobs).scatter_(1, Yb.unsqueeze(1), -1.0 / n)


def dprobs__power(dlogprobs, probs):
    """Right: a power of -1 for the reciprocal."""
    return probs**-1 * dlogprobs


def dcounts_sum_inv__row_dots(dprobs, counts):
    """Right: a product of matrices for each row's dot product."""
    return (dprobs.unsqueeze(1) @ counts.unsqueeze(2)).squeeze(2)


def dcounts_sum__squared_reciprocal(dcounts_sum_inv, counts_sum):
    """Right: minus over the square."""
    return -dcounts_sum_inv / counts_sum.pow(2)


def dcounts__two_lines(dprobs, counts_sum_inv, dcounts_sum):
    """Right: ones spread the sum's share; += on a tensor of its own."""
    out = counts_sum_inv * dprobs
    out += torch.ones_like(out) * dcounts_sum
    return out


def dlogits__one_hot(dnorm_logits, dlogit_maxes, logits):
    """Right: as in the lecture, with F.one_hot of the max indices."""
    return dnorm_logits + F.one_hot(logits.max(1).indices, num_classes=logits.shape[1]) * dlogit_maxes


def dlogits__where_it_equals_the_maximum(dnorm_logits, dlogit_maxes, logits):
    """Right: the largest is there only once, so equality finds it."""
    return torch.where(logits == logits.amax(1, keepdim=True), dnorm_logits + dlogit_maxes, dnorm_logits)


def dh__linear(dlogits, W2):
    """Right: F.linear multiplies by the transpose."""
    return F.linear(dlogits, W2)


def dW2__outer_products(h, dlogits):
    """Right: the sum of one outer product for each example."""
    return sum(torch.outer(h[i], dlogits[i]) for i in range(len(h)))


def dhpreact__factored(dh, h):
    """Right: (1 - h)(1 + h) is 1 - h squared."""
    return dh * (1 - h) * (1 + h)


def dbngain__einsum(dhpreact, bnraw):
    """Right: einsum, and an axis put back."""
    return torch.einsum("nh,nh->h", dhpreact, bnraw).view(1, -1)


def dbnvar__root(dbnvar_inv, bnvar, eps=1e-5):
    """Right: roots and a quotient for the power of -1.5."""
    spread = bnvar + eps
    return -dbnvar_inv / (2 * spread * spread.sqrt())


def dbndiff2__ones(dbnvar, n):
    """Right: a column of ones times the row."""
    return torch.ones(n, 1) @ dbnvar / (n - 1)


def dbnmeani__ones(dbndiff):
    """Right: a row of minus ones collects the sum."""
    return -torch.ones(1, dbndiff.shape[0]) @ dbndiff


def dhprebn__cloned(dbndiff, dbnmeani):
    """Right: as in the lecture, on a clone."""
    out = dbndiff.clone()
    out += 1.0 / dbndiff.shape[0] * (torch.ones_like(dbndiff) * dbnmeani)
    return out


def linear1__as_a_list(dhprebn, embcat, W1):
    """Right: three gradients in a list."""
    return [dhprebn @ W1.t(), embcat.t() @ dhprebn, torch.sum(dhprebn, dim=0)]


def demb__unflatten(dembcat, shape):
    """Right: cut apart and stacked."""
    return torch.stack(dembcat.split(shape[2], dim=1), dim=1)


def dC__one_hot_product(demb, Xb, vocab_size):
    """Right: one-hot rows collect their letters."""
    hot = F.one_hot(Xb.flatten(), vocab_size).float()
    return hot.T @ demb.reshape(-1, demb.shape[-1])


def dC__lectures_loop(demb, Xb, vocab_size):
    """Right: the two loops of the lecture."""
    out = torch.zeros(vocab_size, demb.shape[2])
    for k in range(Xb.shape[0]):
        for j in range(Xb.shape[1]):
            ix = Xb[k, j]
            out[ix] += demb[k, j]
    return out


def cross_entropy_backward__lectures_lines(logits, Yb):
    """Right: softmax, one less at the target, divided by n, in place on its own tensor."""
    n = logits.shape[0]
    out = F.softmax(logits, 1)
    out[range(n), Yb] -= 1
    out /= n
    return out


def batchnorm_backward__means(dhpreact, bngain, bnraw, bnvar_inv, n):
    """Right: means in place of sums, and Bessel's correction with the projection."""
    d = dhpreact * bngain
    return bnvar_inv * (d - d.mean(0) - bnraw * (d * bnraw).sum(0) / (n - 1))


def mlp_backward__short_forms(params, cache, Xb, Yb):
    """Right: exercises 2 and 3 written out inside, with index_add for the table."""
    C, W1, b1, W2, b2, bngain, bnbias = params
    n = len(Xb)
    with torch.no_grad():
        p = cache["counts"] / cache["counts_sum"]
        dl = (p - F.one_hot(Yb, p.shape[1])) / n
        gW2, gb2 = cache["h"].T @ dl, dl.sum(0)
        da = (dl @ W2.T) * (1 - cache["h"] ** 2)
        raw = cache["bnraw"]
        ggain, gbias = (da * raw).sum(0, keepdim=True), da.sum(0, keepdim=True)
        dz = bngain * cache["bnvar_inv"] / n * (n * da - gbias - n / (n - 1) * raw * ggain)
        gW1, gb1 = cache["embcat"].T @ dz, dz.sum(0)
        de = (dz @ W1.T).view(-1, C.shape[1])
        gC = torch.zeros_like(C).index_add_(0, Xb.reshape(-1), de)
    return [gC, gW1, gb1, gW2, gb2, ggain, gbias]


def train_manual__lectures_loop(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    """Right: the lecture's loop; p.data is changed in place."""
    lossi = []
    for _ in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        Xb, Yb = X[ix], Y[ix]
        loss, cache = mlp_forward(params, Xb, Yb)
        with torch.no_grad():
            grads = mlp_backward(params, cache, Xb, Yb)
            for p, grad in zip(params, grads, strict=True):
                p.data += -lr * grad
        lossi.append(loss.item())
    return lossi


def db2__matrix_product(dlogits):
    """Right: a vector of ones collects the columns."""
    return torch.ones(len(dlogits)) @ dlogits


def dbnbias__loop(dhpreact):
    """Right: row by row."""
    total = torch.zeros(1, dhpreact.shape[1])
    for row in dhpreact:
        total += row
    return total


def dnorm_logits__log_and_back(dcounts, counts):
    """Right: the derivative of exp is exp, computed anew from the logarithm."""
    return dcounts * counts.log().exp()


def sum_backward__a_view(dout, x_shape):
    """Right: expanded, not copied."""
    return dout.expand(x_shape)


def dbndiff2__a_view(dbnvar, n):
    """Right: expanded, not copied."""
    return (dbnvar / (n - 1)).expand(n, -1)


def demb__a_view(dembcat, shape):
    """Right: the same memory in another shape."""
    return dembcat.view(shape)


def mlp_backward__line_by_line(params, cache, Xb, Yb):
    """Right: calls every exercise in turn, under names of its own."""
    C, W1, b1, W2, b2, bngain, bnbias = params
    n = Xb.shape[0]
    g = {}
    g["logprobs"] = dlogprobs(cache["logprobs"], Yb)
    g["probs"] = dprobs(g["logprobs"], cache["probs"])
    g["inv"] = dcounts_sum_inv(g["probs"], cache["counts"])
    g["sum"] = dcounts_sum(g["inv"], cache["counts_sum"])
    g["counts"] = dcounts(g["probs"], cache["counts_sum_inv"], g["sum"])
    g["norm"] = dnorm_logits(g["counts"], cache["counts"])
    g["logits"] = dlogits(g["norm"], dlogit_maxes(g["norm"]), cache["logits"])
    g["pre"] = dhpreact(dh(g["logits"], W2), cache["h"])
    g["raw"] = dbnraw(g["pre"], bngain)
    g["var"] = dbnvar(dbnvar_inv(g["raw"], cache["bndiff"]), cache["bnvar"])
    g["diff"] = dbndiff(g["raw"], cache["bnvar_inv"], dbndiff2(g["var"], n), cache["bndiff"])
    g["embcat"], gW1, gb1 = linear1(dhprebn(g["diff"], dbnmeani(g["diff"])), cache["embcat"], W1)
    gC = dC(demb(g["embcat"], cache["emb"].shape), Xb, C.shape[0])
    gW2, gb2 = dW2(cache["h"], g["logits"]), db2(g["logits"])
    return [gC, gW1, gb1, gW2, gb2, dbngain(g["pre"], cache["bnraw"]), dbnbias(g["pre"])]


@torch.no_grad()
def train_manual__decorated(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    """Right: no_grad around the whole function, and losses as tensors with one number."""
    losses = []
    for _ in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        loss, cache = mlp_forward(params, X[ix], Y[ix])
        for p, grad in zip(params, mlp_backward(params, cache, X[ix], Y[ix]), strict=True):
            p.sub_(grad, alpha=lr)
        losses.append(loss)
    return losses
