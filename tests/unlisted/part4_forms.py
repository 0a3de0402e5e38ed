"""Right answers for part4 in forms that are seldom seen: made from the docstrings alone."""

# ruff: noqa: F821, N802

import torch
import torch.nn.functional as F


def compare_grads__numpy(name, mine, ref):
    """Right: everything by numpy, in double precision."""
    import numpy as np

    a, b = (t.detach().double().numpy() for t in (mine, ref))
    same = a.shape == b.shape
    return {
        "exact": bool(np.array_equal(a, b)),
        "close": same and bool(np.allclose(a, b)),
        "shape_ok": same,
        "maxdiff": float(np.abs(a - b).max(initial=0.0)) if same else float("inf"),
    }


def broadcast_mul_backward__diagonals(dc, a, b):
    """Right: a diagonal matrix stretches, and the diagonal of a product holds the sums of the rows."""
    return torch.diagflat(b) @ dc, torch.diagonal(dc @ a.mT).unsqueeze(1)


def sum_backward__as_strided(dout, x_shape):
    """Right: a step of 0 from row to row, then a copy of its own."""
    return torch.as_strided(dout, x_shape, (0, dout.stride(1))).clone()


def matmul_backward__linear_and_tensordot(dd, a, b):
    """Right: F.linear transposes its weight by itself; tensordot sums over the examples."""
    return F.linear(input=dd, weight=b), torch.tensordot(a, dd, dims=([0], [0]))


def dlogprobs__sparse(logprobs, Yb):
    """Right: a sparse matrix with n entries, made dense."""
    n = logprobs.shape[0]
    places = torch.stack((torch.arange(n), Yb))
    return torch.sparse_coo_tensor(places, logprobs.new_full((n,), -1 / n), logprobs.shape).to_dense()


def dprobs__addcdiv(dlogprobs, probs):
    """Right: zero plus the quotient, by addcdiv."""
    return torch.addcdiv(torch.zeros_like(probs), dlogprobs, probs)


def dcounts_sum_inv__bmm(dprobs, counts):
    """Right: a batch of products of one row and one column."""
    return torch.bmm(dprobs[:, None, :], counts[:, :, None])[:, :, 0]


def dcounts_sum__float_power(dcounts_sum_inv, counts_sum):
    """Right: float_power counts in double precision; back to the type that came."""
    return (dcounts_sum_inv * torch.float_power(counts_sum, -2)).neg().to(dcounts_sum_inv.dtype)


def dcounts__product_with_a_border(dprobs, counts_sum_inv, dcounts_sum):
    """Right: for each row (inverse, sum's gradient) times (dprobs, ones), a batch of matrix products."""
    rows = torch.stack((dprobs, torch.ones_like(dprobs)), dim=1)  # (n, 2, V)
    factors = torch.cat((counts_sum_inv, dcounts_sum), dim=1).unsqueeze(1)  # (n, 1, 2)
    return torch.matmul(factors, rows).squeeze(1)


def dnorm_logits__einsum(dcounts, counts):
    """Right: an einsum that sums over nothing."""
    return torch.einsum("nv,nv->nv", dcounts, counts)


def dlogit_maxes__end_of_a_running_difference(dnorm_logits):
    """Right: the last column of a running sum, with its sign changed."""
    return -dnorm_logits.cumsum(dim=1)[:, -1:]


def dlogits__heaviside(dnorm_logits, dlogit_maxes, logits):
    """Right: the step function is 1 only where the distance to the maximum is 0."""
    where = torch.heaviside(logits - logits.amax(dim=1, keepdim=True), logits.new_ones(()))
    return torch.addcmul(dnorm_logits, where, dlogit_maxes)


def dh__convolution(dlogits, W2):
    """Right: a convolution of width 1 with V channels in and H channels out."""
    return F.conv1d(dlogits.unsqueeze(2), weight=W2.unsqueeze(2)).squeeze(2)


def dW2__einsum_of_sublists(h, dlogits):
    """Right: einsum with numbers in place of letters."""
    return torch.einsum(h, [0, 1], dlogits, [0, 2], [1, 2])


def db2__matrix_times_ones(dlogits):
    """Right: the transposed matrix times a vector of ones."""
    return torch.mv(dlogits.t(), dlogits.new_ones(dlogits.size(0)))


def dhpreact__addcmul(dh, h):
    """Right: dh - (dh h) h."""
    return torch.addcmul(dh, dh * h, h, value=-1)


def dbngain__numpy_einsum(dhpreact, bnraw):
    """Right: numpy's einsum, and an axis in front."""
    import numpy as np

    return torch.from_numpy(np.einsum("nh,nh->h", dhpreact.detach().numpy(), bnraw.detach().numpy())[np.newaxis])


def dbnbias__pooling(dhpreact):
    """Right: the mean by pooling over the whole length, times the length."""
    units = dhpreact.mT.unsqueeze(0)  # (1, H, n)
    return F.adaptive_avg_pool1d(units, 1).squeeze(2) * dhpreact.shape[0]


def dbnraw__diagonal_matrix(dhpreact, bngain):
    """Right: a product with a diagonal matrix."""
    return dhpreact @ torch.diag(bngain.squeeze(0))


def dbnvar_inv__quarter_squares(dbnraw, bndiff):
    """Right: xy is ((x + y)^2 - (x - y)^2) / 4, in double precision."""
    x, y = dbnraw.double(), bndiff.double()
    return ((x + y).square() - (x - y).square()).sum(0, keepdim=True).div(4).to(dbnraw.dtype)


def dbnvar__by_the_logarithm(dbnvar_inv, bnvar, eps=1e-5):
    """Right: the power as exp of a logarithm, in double precision."""
    return (dbnvar_inv * torch.exp(-1.5 * torch.log(bnvar.double() + eps)) / -2).to(bnvar.dtype)


def dbndiff2__kronecker(dbnvar, n):
    """Right: the Kronecker product of a column with the row."""
    return torch.kron(dbnvar.new_full((n, 1), 1 / (n - 1)), dbnvar)


def dbndiff__three_ways(dbnraw, bnvar_inv, dbndiff2, bndiff):
    """Right: a square is a product with two factors, so three shares are stacked and summed."""
    square = dbndiff2 * bndiff
    return torch.stack([dbnraw * bnvar_inv, square, square]).sum(dim=0)


def dbnmeani__index_add(dbndiff):
    """Right: every row is added to row 0, with a factor of -1."""
    row = torch.zeros(dbndiff.shape[0], dtype=torch.int64)
    return torch.zeros_like(dbndiff[:1]).index_add_(0, row, dbndiff, alpha=-1)


def dhprebn__addmm(dbndiff, dbnmeani):
    """Right: a column of 1/n times the row, and dbndiff to it, in one addmm."""
    n = len(dbndiff)
    return torch.addmm(dbndiff, dbndiff.new_full((n, 1), 1 / n), dbnmeani)


def linear1__bias_as_a_weight(dhprebn, embcat, W1):
    """Right: the bias is the weight of one more input, which is always 1."""
    wider = F.pad(embcat, (0, 1), value=1.0)
    dW1, db1 = (wider.mT @ dhprebn).split([embcat.shape[1], 1])
    return (W1 @ dhprebn.mT).mT, dW1, db1.squeeze(0)


def demb__unfold(dembcat, shape):
    """Right: windows of E numbers that begin E numbers apart."""
    return dembcat.unfold(dimension=1, size=shape[2], step=shape[2])


def dC__bincount(demb, Xb, vocab_size):
    """Right: a weighted count of the letters for each dimension of the embedding."""
    letters = Xb.flatten()
    columns = demb.flatten(0, 1).unbind(1)
    counted = [torch.bincount(letters, weights=column, minlength=vocab_size) for column in columns]
    return torch.stack(counted, dim=1).to(demb.dtype)


def dC__sparse_product(demb, Xb, vocab_size):
    """Right: a sparse matrix with a 1 for each letter of the batch, times the rows."""
    letters, rows = Xb.reshape(-1), demb.reshape(-1, demb.shape[-1])
    places = torch.stack([letters, torch.arange(letters.numel())])
    picks = torch.sparse_coo_tensor(places, rows.new_ones(letters.numel()), (vocab_size, letters.numel()))
    return torch.sparse.mm(picks, rows)


def cross_entropy_backward__all_pairs(logits, Yb):
    """Right: p_i is one over the sum of exp(l_j - l_i), from all pairs; infinity makes it 0."""
    n = logits.shape[0]
    odds = (logits[:, None, :] - logits[:, :, None]).exp()  # (n, i, j)
    probs = odds.sum(dim=2).reciprocal()
    minus_one = probs.new_tensor(-1.0)
    return probs.index_put((torch.arange(n), Yb), minus_one, accumulate=True) / n


def batchnorm_backward__matrix_for_each_unit(dhpreact, bngain, bnraw, bnvar_inv, n):
    """Right: for each unit the matrix of all derivatives, (n, n), times its column."""
    jacobian = torch.eye(n, dtype=bnraw.dtype) - 1 / n - torch.einsum("ih,jh->hij", bnraw, bnraw) / (n - 1)
    return torch.einsum("hij,jh->ih", jacobian, dhpreact * (bngain * bnvar_inv))


def batchnorm_backward__unit_by_unit(dhpreact, bngain, bnraw, bnvar_inv, n):
    """Right: a list of columns, each less its mean and less its part along bnraw."""

    def column(d, r, scale):
        return (d - d.mean()).sub(r, alpha=(torch.dot(d, r) / (n - 1)).item()) * scale

    scales = (bngain * bnvar_inv).flatten()
    return torch.column_stack([column(d, r, s) for d, r, s in zip(dhpreact.T, bnraw.T, scales, strict=True)])


def mlp_backward__numpy(params, cache, Xb, Yb):
    """Right: all of it in numpy and in double precision, with np.add.at for the letters."""
    import numpy as np

    C, W1, _, W2, _, gain, _ = (p.detach().double().numpy() for p in params)
    made = {name: t.detach().double().numpy() for name, t in cache.items()}
    letters, n = Xb.numpy(), len(Xb)

    dlogits = made["probs"].copy()
    dlogits[np.arange(n), Yb.numpy()] -= 1
    dlogits /= n
    dpre = dlogits @ W2.T * (1 - made["h"] ** 2)
    dgain = np.sum(dpre * made["bnraw"], axis=0, keepdims=True)
    dbias = np.sum(dpre, axis=0, keepdims=True)
    dhprebn = gain * made["bnvar_inv"] * (dpre - dbias / n - made["bnraw"] * dgain / (n - 1))
    dC = np.zeros(C.shape)
    np.add.at(dC, letters, (dhprebn @ W1.T).reshape(*letters.shape, -1))
    grads = [dC, made["embcat"].T @ dhprebn, dhprebn.sum(0), made["h"].T @ dlogits, dlogits.sum(0), dgain, dbias]
    return [torch.from_numpy(g).to(p.dtype) for g, p in zip(grads, params, strict=True)]


@torch.no_grad()
def mlp_backward__one_column_for_each_example(params, cache, Xb, Yb):
    """Right: every matrix is turned, so that an example is a column; the probabilities are made anew."""
    C, W1, _, W2, _, bngain, _ = params
    n, T = Xb.shape
    logits, h, bnraw, embcat = (cache[name].T for name in ("logits", "h", "bnraw", "embcat"))
    ones = logits.new_ones(n)

    to_logits = (logits.softmax(0) - F.one_hot(Yb, logits.shape[0]).T) / n  # (V, n)
    to_hpreact = (W2 @ to_logits) * (1 - h * h)  # (H, n)
    to_gain, to_bias = (to_hpreact * bnraw) @ ones, to_hpreact @ ones  # (H,)
    to_bndiff = to_hpreact - torch.outer(to_bias, ones / n) - bnraw * to_gain[:, None] / (n - 1)
    to_hprebn = (bngain * cache["bnvar_inv"]).T * to_bndiff
    to_emb = (W1 @ to_hprebn).T.reshape(n * T, -1)
    to_C = torch.zeros_like(C).index_add(0, Xb.reshape(-1), to_emb)
    return [
        to_C, embcat @ to_hprebn.T, to_hprebn @ ones, h @ to_logits.T, to_logits @ ones, to_gain[None], to_bias[None]
    ]  # fmt: skip


def train_manual__inner_function(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    """Right: a step is a function of its own, and the losses are a comprehension over it."""

    @torch.no_grad()
    def one_step():
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        Xb, Yb = torch.index_select(X, 0, ix), torch.take(Y, ix)
        loss, cache = mlp_forward(params, Xb, Yb)
        for p, grad in zip(params, mlp_backward(params=params, cache=cache, Xb=Xb, Yb=Yb), strict=True):
            p.copy_(torch.add(p, grad, alpha=-lr))
        return float(loss)

    return [one_step() for _ in range(steps)]


def train_manual__sgd_with_gradients_by_hand(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    """Right: the gradients are put where torch's own optimizer looks for them."""
    optimizer = torch.optim.SGD(params, lr=lr)
    losses = []
    while len(losses) < steps:
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        with torch.no_grad():
            loss, cache = mlp_forward(params, X[ix], Y[ix])
            grads = mlp_backward(params, cache, X[ix], Y[ix])
        for p, grad in zip(params, grads, strict=True):
            p.grad = grad
        optimizer.step()
        losses.append(loss.item())
    optimizer.zero_grad()
    return losses
