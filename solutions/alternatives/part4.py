"""Right answers to part 4 that look different from the reference. The grader has to accept every one of them."""


def compare_grads__early_return(name, mine, ref):
    if mine.shape != ref.shape:
        print(f"{name}: shapes {tuple(mine.shape)} and {tuple(ref.shape)}")
        return {"exact": False, "close": False, "shape_ok": False, "maxdiff": float("inf")}
    difference = (mine - ref).abs().max().item()
    print(f"{name:10} {difference}")
    return {"exact": difference == 0, "close": torch.allclose(mine, ref), "shape_ok": True, "maxdiff": difference}


def compare_grads__torch_equal(name, mine, ref):
    same = list(mine.shape) == list(ref.shape)
    if not same:
        return dict(exact=torch.equal(mine, ref), close=False, shape_ok=False, maxdiff=math.inf)
    return dict(exact=torch.equal(mine, ref), close=torch.allclose(mine, ref), shape_ok=same, maxdiff=torch.dist(mine, ref, p=math.inf).item())


def compare_grads__torch_testing(name, mine, ref):
    def holds(**tolerances):
        try:
            torch.testing.assert_close(mine, ref, **tolerances)
        except AssertionError:
            return False
        return True

    shape_ok = mine.size() == ref.size()
    return {
        "exact": holds(rtol=0, atol=0),
        "close": holds(rtol=1e-5, atol=1e-8),
        "shape_ok": shape_ok,
        "maxdiff": (mine - ref).abs().amax().item() if shape_ok else math.inf,
    }


def compare_grads__tensors_of_one_element(name, mine, ref):
    if mine.shape != ref.shape:
        no = torch.tensor(False)
        return {"exact": no, "close": no, "shape_ok": no, "maxdiff": torch.tensor(math.inf)}
    gap = (mine - ref).abs()
    return {
        "exact": (mine == ref).all(),
        "close": (gap <= 1e-8 + 1e-5 * ref.abs()).all(),
        "shape_ok": torch.tensor(True),
        "maxdiff": gap.max(),
    }


def compare_grads__numpy(name, mine, ref):
    import numpy

    a, b = mine.numpy(), ref.numpy()
    shape_ok = a.shape == b.shape
    return {
        "exact": numpy.array_equal(a, b),
        "close": shape_ok and numpy.allclose(a, b),
        "shape_ok": shape_ok,
        "maxdiff": numpy.abs(a - b).max() if shape_ok else numpy.inf,
        "name": name,
    }


def compare_grads__loop_in_double(name, mine, ref):
    result = {"exact": False, "close": False, "shape_ok": False, "maxdiff": math.inf}
    if tuple(mine.shape) == tuple(ref.shape):
        couples = list(zip(mine.double().reshape(-1).tolist(), ref.double().reshape(-1).tolist()))
        result["shape_ok"] = True
        result["exact"] = all(a == b for a, b in couples)
        result["close"] = all(math.fabs(a - b) <= 1e-8 + 1e-5 * math.fabs(b) for a, b in couples)
        result["maxdiff"] = max(math.fabs(a - b) for a, b in couples)
    return result


def compare_grads__larger_of_both_signs(name, mine, ref):
    if mine.dim() != ref.dim() or any(a != b for a, b in zip(mine.shape, ref.shape)):
        return {"exact": False, "close": False, "shape_ok": False, "maxdiff": math.inf}
    d = mine - ref
    return {
        "exact": not torch.any(mine != ref).item(),
        "close": torch.isclose(mine, ref).all().item(),
        "shape_ok": True,
        "maxdiff": max(d.max().item(), -d.min().item()),
    }


def dcounts__by_broadcasting(dprobs, counts_sum_inv, dcounts_sum):
    return counts_sum_inv * dprobs + dcounts_sum


def dcounts__ones_like(dprobs, counts_sum_inv, dcounts_sum):
    dcounts = counts_sum_inv * dprobs
    dcounts += torch.ones_like(dprobs) * dcounts_sum
    return dcounts


def dcounts__sum_path_first(dprobs, counts_sum_inv, dcounts_sum):
    out = dcounts_sum.repeat(1, dprobs.shape[1])
    out += dprobs * counts_sum_inv
    return out


def dcounts__addcmul(dprobs, counts_sum_inv, dcounts_sum):
    return torch.addcmul(dcounts_sum, dprobs, counts_sum_inv)


def dcounts__row_by_row(dprobs, counts_sum_inv, dcounts_sum):
    rows = []
    for dp, inverse, ds in zip(dprobs, counts_sum_inv, dcounts_sum):
        rows.append(dp * inverse.item() + ds.item())
    return torch.stack(rows)


def dcounts__element_by_element(dprobs, counts_sum_inv, dcounts_sum):
    out = torch.empty_like(dprobs)
    for i in range(dprobs.shape[0]):
        for j in range(dprobs.shape[1]):
            out[i, j] = counts_sum_inv[i, 0] * dprobs[i, j] + dcounts_sum[i, 0]
    return out


def dcounts__in_double(dprobs, counts_sum_inv, dcounts_sum):
    return dprobs.double() / (1 / counts_sum_inv.double()) + dcounts_sum.double()


def dcounts__outer_product(dprobs, counts_sum_inv, dcounts_sum):
    return torch.diag(counts_sum_inv[:, 0]) @ dprobs + dcounts_sum @ torch.ones(1, dprobs.shape[1])


def dcounts__einsum(dprobs, counts_sum_inv, dcounts_sum):
    return torch.einsum("ij,ik->ij", dprobs, counts_sum_inv) + dcounts_sum


def dcounts__view_of_the_transpose(dprobs, counts_sum_inv, dcounts_sum):
    return (dprobs.T * counts_sum_inv.view(-1) + dcounts_sum.squeeze(1)).T


def dcounts__own_clone_in_place(dprobs, counts_sum_inv, dcounts_sum):
    return dprobs.clone().mul_(counts_sum_inv).add_(dcounts_sum)


def dW2__transpose_method(h, dlogits):
    return torch.matmul(h.transpose(0, 1), dlogits)


def dW2__transpose_of_the_other_product(h, dlogits):
    return (dlogits.T @ h).T


def dW2__einsum(h, dlogits):
    return torch.einsum("ni,nj->ij", h, dlogits)


def dW2__outer_products(h, dlogits):
    dW2 = torch.zeros(h.shape[1], dlogits.shape[1])
    for row, back in zip(h, dlogits):
        dW2 += torch.outer(row, back)
    return dW2


def dW2__broadcast_and_sum(h, dlogits):
    return (h.unsqueeze(2) * dlogits.unsqueeze(1)).sum(0)


def dW2__tensordot(h, dlogits):
    return torch.tensordot(h, dlogits, dims=([0], [0]))


def dW2__linear(h, dlogits):
    return F.linear(h.t(), dlogits.t())


def dW2__three_loops(h, dlogits):
    n, H = h.shape
    out = torch.zeros(H, dlogits.shape[1], dtype=torch.float64)
    for k in range(n):
        for i in range(H):
            for j in range(dlogits.shape[1]):
                out[i, j] += h[k, i].item() * dlogits[k, j].item()
    return out


def dW2__column_by_column(h, dlogits):
    return torch.stack([h.T @ column for column in dlogits.unbind(1)], dim=1)


def dW2__numpy(h, dlogits):
    return torch.from_numpy(h.numpy().T @ dlogits.numpy())


def dW2__in_double(h, dlogits):
    return h.double().mT.mm(dlogits.double())


def dbnvar__cube_of_the_inverse(dbnvar_inv, bnvar, eps=1e-5):
    bnvar_inv = (bnvar + eps) ** -0.5
    return -0.5 * bnvar_inv**3 * dbnvar_inv


def dbnvar__divided_by_the_root_cubed(dbnvar_inv, bnvar, eps=1e-5):
    return -dbnvar_inv / (2 * torch.sqrt(bnvar + eps) ** 3)


def dbnvar__rsqrt(dbnvar_inv, bnvar, eps=1e-5):
    return dbnvar_inv * torch.rsqrt(bnvar + eps) / (bnvar + eps) / -2


def dbnvar__pow(dbnvar_inv, bnvar, eps=1e-5):
    return torch.pow(bnvar + eps, -3 / 2).mul(dbnvar_inv).mul(-1 / 2)


def dbnvar__logarithms(dbnvar_inv, bnvar, eps=1e-5):
    return -0.5 * torch.exp(-1.5 * torch.log(bnvar.double() + eps)) * dbnvar_inv


def dbnvar__own_clone_in_place(dbnvar_inv, bnvar, eps=1e-5):
    out = bnvar.clone()
    out += eps
    out.pow_(-1.5).mul_(dbnvar_inv)
    return -0.5 * out


def dbnvar__number_by_number(dbnvar_inv, bnvar, eps=1e-5):
    pairs = zip(dbnvar_inv[0].tolist(), bnvar[0].tolist())
    return torch.tensor([[-0.5 * d * (v + eps) ** -1.5 for d, v in pairs]])


def dbnvar__chain_of_two(dbnvar_inv, bnvar, eps=1e-5):
    std = (bnvar + eps).sqrt()
    dstd = -dbnvar_inv / std**2
    return dstd * 0.5 / std


def dbnvar__numpy(dbnvar_inv, bnvar, eps=1e-5):
    return torch.from_numpy(-0.5 * (bnvar.numpy() + eps) ** -1.5 * dbnvar_inv.numpy())


def dbnmeani__sum_of_the_negative(dbndiff):
    return (-dbndiff).sum(dim=0, keepdim=True)


def dbnmeani__unsqueeze(dbndiff):
    return -dbndiff.sum(0).unsqueeze(0)


def dbnmeani__indexing_with_none(dbndiff):
    return -torch.sum(dbndiff, 0)[None]


def dbnmeani__view(dbndiff):
    return dbndiff.sum(0).view(1, -1) * -1


def dbnmeani__row_of_ones(dbndiff):
    return -torch.ones(1, dbndiff.shape[0]) @ dbndiff


def dbnmeani__n_means(dbndiff):
    return -dbndiff.mean(0, keepdim=True) * dbndiff.shape[0]


def dbnmeani__loop(dbndiff):
    total = torch.zeros(1, dbndiff.shape[1])
    for row in dbndiff:
        total -= row
    return total


def dbnmeani__last_of_cumsum(dbndiff):
    return -dbndiff.cumsum(0)[-1:]


def dbnmeani__einsum(dbndiff):
    return -torch.einsum("ij->j", dbndiff).reshape(1, dbndiff.shape[1])


def dbnmeani__in_double(dbndiff):
    return -dbndiff.double().sum(0, keepdim=True)


def dbnmeani__numpy(dbndiff):
    return torch.from_numpy(-dbndiff.numpy().sum(axis=0, keepdims=True))


def dbnmeani__transposed(dbndiff):
    return -dbndiff.T.sum(1, keepdim=True).T


def dC__index_put(demb, Xb, vocab_size):
    dC = torch.zeros(vocab_size, demb.shape[-1])
    return dC.index_put_((Xb,), demb, accumulate=True)


def dC__index_add(demb, Xb, vocab_size):
    dC = torch.zeros(vocab_size, demb.shape[2])
    dC.index_add_(0, Xb.view(-1), demb.view(-1, demb.shape[2]))
    return dC


def dC__scatter_add(demb, Xb, vocab_size):
    E = demb.shape[2]
    index = Xb.reshape(-1, 1).expand(-1, E)
    return torch.zeros(vocab_size, E).scatter_add(0, index, demb.reshape(-1, E))


def dC__one_hot_product(demb, Xb, vocab_size):
    onehot = F.one_hot(Xb.flatten(), vocab_size).float()
    return onehot.T @ demb.flatten(0, 1)


def dC__tensordot(demb, Xb, vocab_size):
    return torch.tensordot(F.one_hot(Xb, num_classes=vocab_size).to(demb.dtype), demb, dims=([0, 1], [0, 1]))


def dC__einsum(demb, Xb, vocab_size):
    return torch.einsum("ntv,nte->ve", torch.eye(vocab_size)[Xb], demb)


def dC__lecture_loop(demb, Xb, vocab_size):
    dC = torch.zeros((vocab_size, demb.shape[2]))
    for k in range(Xb.shape[0]):
        for j in range(Xb.shape[1]):
            ix = Xb[k, j]
            dC[ix] += demb[k, j]
    return dC


def dC__mask_for_each_letter(demb, Xb, vocab_size):
    return torch.stack([demb[Xb == letter].sum(0) for letter in range(vocab_size)])


def dC__place_by_place(demb, Xb, vocab_size):
    dC = torch.zeros(vocab_size, demb.shape[2])
    for letters, gradients in zip(Xb.unbind(1), demb.unbind(1)):
        dC = dC.index_add(0, letters, gradients)
    return dC


def dC__bincount_of_each_dimension(demb, Xb, vocab_size):
    flat = demb.flatten(0, 1)
    columns = [torch.bincount(Xb.flatten(), weights=column, minlength=vocab_size) for column in flat.unbind(1)]
    return torch.stack(columns, 1)


def dC__numpy(demb, Xb, vocab_size):
    import numpy

    dC = numpy.zeros((vocab_size, demb.shape[2]), dtype=numpy.float32)
    numpy.add.at(dC, Xb.numpy(), demb.numpy())
    return torch.from_numpy(dC)


def dC__dictionary(demb, Xb, vocab_size):
    sums = {letter: torch.zeros(demb.shape[2]) for letter in range(vocab_size)}
    for k, context in enumerate(Xb.tolist()):
        for j, letter in enumerate(context):
            sums[letter] = sums[letter] + demb[k][j]
    return torch.stack([sums[letter] for letter in sorted(sums)])


def mlp_backward__atomic(params, cache, Xb, Yb):
    C, W1, b1, W2, b2, bngain, bnbias = params
    n = Xb.shape[0]
    counts, counts_sum, counts_sum_inv = cache["counts"], cache["counts_sum"], cache["counts_sum_inv"]
    dlogprobs = torch.zeros_like(cache["logprobs"])
    dlogprobs[range(n), Yb] = -1.0 / n
    dprobs = dlogprobs / cache["probs"]
    dcounts_sum_inv = (counts * dprobs).sum(1, keepdim=True)
    dcounts_sum = -(counts_sum**-2) * dcounts_sum_inv
    dcounts = counts_sum_inv * dprobs + dcounts_sum
    dnorm_logits = counts * dcounts
    dlogit_maxes = -dnorm_logits.sum(1, keepdim=True)
    dlogits = dnorm_logits.clone()
    dlogits[range(n), cache["logits"].argmax(1)] += dlogit_maxes.squeeze(1)
    dh = dlogits @ W2.T
    dW2 = cache["h"].T @ dlogits
    db2 = dlogits.sum(0)
    dhpreact = (1.0 - cache["h"] ** 2) * dh
    dbngain = (cache["bnraw"] * dhpreact).sum(0, keepdim=True)
    dbnbias = dhpreact.sum(0, keepdim=True)
    dbnraw = bngain * dhpreact
    dbnvar_inv = (cache["bndiff"] * dbnraw).sum(0, keepdim=True)
    dbnvar = -0.5 * (cache["bnvar"] + 1e-5) ** -1.5 * dbnvar_inv
    dbndiff2 = torch.ones_like(cache["bndiff2"]) / (n - 1) * dbnvar
    dbndiff = cache["bnvar_inv"] * dbnraw + 2 * cache["bndiff"] * dbndiff2
    dbnmeani = -dbndiff.sum(0, keepdim=True)
    dhprebn = dbndiff + dbnmeani / n
    dembcat = dhprebn @ W1.T
    dW1 = cache["embcat"].T @ dhprebn
    db1 = dhprebn.sum(0)
    demb = dembcat.view(cache["emb"].shape)
    dC = torch.zeros_like(C)
    for k in range(n):
        for j in range(Xb.shape[1]):
            dC[Xb[k, j]] += demb[k, j]
    return [dC, dW1, db1, dW2, db2, dbngain, dbnbias]


def mlp_backward__lecture_formulas(params, cache, Xb, Yb):
    C, W1, b1, W2, b2, bngain, bnbias = params
    n = Xb.shape[0]
    dlogits = F.softmax(cache["logits"], 1)
    dlogits[range(n), Yb] -= 1
    dlogits /= n
    dh = dlogits @ W2.T
    dhpreact = (1.0 - cache["h"] ** 2) * dh
    bnraw, bnvar_inv = cache["bnraw"], cache["bnvar_inv"]
    dhprebn = bngain * bnvar_inv / n * (n * dhpreact - dhpreact.sum(0) - n / (n - 1) * bnraw * (dhpreact * bnraw).sum(0))
    dembcat = dhprebn @ W1.T
    dC = torch.zeros_like(C).index_add_(0, Xb.flatten(), dembcat.view(-1, C.shape[1]))
    return [
        dC,
        cache["embcat"].T @ dhprebn,
        dhprebn.sum(0),
        cache["h"].T @ dlogits,
        dlogits.sum(0),
        (bnraw * dhpreact).sum(0, keepdim=True),
        dhpreact.sum(0, keepdim=True),
    ]


def mlp_backward__zeros_for_b1_and_a_tuple(params, cache, Xb, Yb):
    C, W1, b1, W2, b2, bngain, bnbias = params
    n, V = cache["logits"].shape
    d = (cache["logprobs"].exp() - torch.eye(V)[Yb]) / n
    e = d @ W2.t() * (1 - cache["h"] * cache["h"])
    g = bngain * e
    centred = g - g.mean(0, keepdim=True)
    scale = (g * cache["bnraw"]).sum(0, keepdim=True) / (n - 1)
    f = cache["bnvar_inv"] * (centred - cache["bnraw"] * scale)
    onehot = F.one_hot(Xb.reshape(-1), C.shape[0]).float()
    dC = onehot.T @ (f @ W1.t()).reshape(-1, C.shape[1])
    dgain = torch.einsum("nh,nh->h", cache["bnraw"], e).unsqueeze(0)
    return dC, cache["embcat"].t() @ f, torch.zeros_like(b1), cache["h"].t() @ d, d.sum(0), dgain, e.sum(0)[None]


def mlp_backward__calling_the_atomic_functions(params, cache, Xb, Yb):
    C, W1, b1, W2, b2, bngain, bnbias = params
    n = len(Yb)
    g_logprobs = F.one_hot(Yb, b2.shape[0]) / -n
    g_probs = g_logprobs / cache["probs"]
    g_counts_sum = -cache["counts_sum_inv"] ** 2 * (cache["counts"] * g_probs).sum(1, keepdim=True)
    g_counts = dcounts(g_probs, cache["counts_sum_inv"], g_counts_sum)
    g_logits = g_counts * cache["counts"]
    g_hpreact = (g_logits @ W2.T) * (1 - cache["h"] ** 2)
    g_bnraw = g_hpreact * bngain
    g_bnvar = dbnvar((g_bnraw * cache["bndiff"]).sum(0, keepdim=True), cache["bnvar"])
    g_bndiff = cache["bnvar_inv"] * g_bnraw + 2 * cache["bndiff"] * g_bnvar / (n - 1)
    g_hprebn = g_bndiff + dbnmeani(g_bndiff) / n
    g_emb = (g_hprebn @ W1.T).view(cache["emb"].shape)
    g_C = dC(g_emb, Xb, C.shape[0])
    g_gain = (g_hpreact * cache["bnraw"]).sum(0, keepdim=True)
    g_bias = g_hpreact.sum(0, keepdim=True)
    return [g_C, cache["embcat"].T @ g_hprebn, g_hprebn.sum(0), dW2(cache["h"], g_logits), g_logits.sum(0), g_gain, g_bias]


def mlp_backward__in_double(params, cache, Xb, Yb):
    C, W1, b1, W2, b2, bngain, bnbias = [p.double() for p in params]
    c = {name: value.double() for name, value in cache.items()}
    n = Yb.numel()
    d = c["probs"].clone()
    d[torch.arange(n), Yb] -= 1
    d.div_(n)
    e = d.mm(W2.T) * (1 - c["h"].square())
    g = e * bngain
    dbnvar = (g * c["bndiff"]).sum(0) * -0.5 * c["bnvar_inv"] ** 3
    direct = g * c["bnvar_inv"] + 2 / (n - 1) * c["bndiff"] * dbnvar
    f = direct - direct.mean(0)
    demb = f.mm(W1.T).reshape(c["emb"].shape)
    dC = torch.zeros_like(C)
    dC.index_put_([Xb], demb, accumulate=True)
    return [dC, c["embcat"].T.mm(f), f.sum(0), c["h"].T.mm(d), d.sum(0), (e * c["bnraw"]).sum(0, True), e.sum(0, True)]


def mlp_backward__recomputing_the_forward_pass(params, cache, Xb, Yb):
    C, W1, b1, W2, b2, bngain, bnbias = params
    n = Xb.size(0)
    x = C[Xb].flatten(1)
    z = x @ W1 + b1
    s = (z.var(0, unbiased=True) + 1e-5).rsqrt()
    raw = (z - z.mean(0)) * s
    h = torch.tanh(raw * bngain + bnbias)
    d = (F.log_softmax(h @ W2 + b2, 1).exp() - F.one_hot(Yb, b2.numel())) / n
    e = torch.addcmul(d @ W2.T, d @ W2.T, h * h, value=-1)
    g = e * bngain
    f = s * (g - g.mean(0) - raw * (g * raw).sum(0) / (n - 1))
    grads = [torch.zeros_like(C), x.T @ f, f.sum(0), h.T @ d, d.sum(0), (e * raw).sum(0, keepdim=True), e.sum(0, keepdim=True)]
    for letters, rows in zip(Xb.T, (f @ W1.T).view(n, -1, C.shape[1]).transpose(0, 1)):
        grads[0].index_add_(0, letters, rows)
    return grads


def mlp_backward__differentiating_through_a_jacobian(params, cache, Xb, Yb):
    C, W1, b1, W2, b2, bngain, bnbias = params
    n = Xb.shape[0]
    dlogits = (cache["probs"] - F.one_hot(Yb, b2.shape[0])) / n
    dhpreact = (1 - cache["h"] ** 2) * (dlogits @ W2.T)
    eye, ones = torch.eye(n), torch.full((n, n), 1 / n)
    columns = []
    for j in range(W1.shape[1]):
        raw = cache["bnraw"][:, j]
        jacobian = cache["bnvar_inv"][0, j] * (eye - ones - torch.outer(raw, raw) / (n - 1))
        columns.append(jacobian @ (bngain[0, j] * dhpreact[:, j]))
    dhprebn = torch.stack(columns, 1)
    dC = torch.zeros_like(C)
    for letter, row in zip(Xb.flatten().tolist(), (dhprebn @ W1.T).view(-1, C.shape[1])):
        dC[letter] += row
    dbngain, dbnbias = (cache["bnraw"] * dhpreact).sum(0), dhpreact.sum(0)
    return [dC, cache["embcat"].T @ dhprebn, dhprebn.sum(0), cache["h"].T @ dlogits, dlogits.sum(0), dbngain.view(1, -1), dbnbias.view(1, -1)]


def train_manual__update_through_data(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    lossi = []
    for i in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        Xb, Yb = X[ix], Y[ix]
        with torch.no_grad():
            loss, cache = mlp_forward(params, Xb, Yb)
            grads = mlp_backward(params, cache, Xb, Yb)
        for p, grad in zip(params, grads):
            p.data += -lr * grad
        lossi.append(loss.item())
    return lossi


def train_manual__no_grad_only_for_the_update(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    losses = []
    for _ in range(steps):
        ix = torch.randint(0, len(X), (batch_size,), generator=generator)
        loss, cache = mlp_forward(params, X[ix], Y[ix])
        grads = mlp_backward(params, cache, X[ix], Y[ix])
        losses.append(float(loss))
        with torch.no_grad():
            for p, grad in zip(params, grads):
                p.sub_(lr * grad)
    return losses


def train_manual__data_without_no_grad(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    losses = []
    for _ in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        loss, cache = mlp_forward(params, X[ix], Y[ix])
        for p, grad in zip(params, mlp_backward(params, cache, X[ix], Y[ix])):
            p.data -= lr * grad.detach()
        losses.append(loss.item())
    return losses


def train_manual__decorated_step(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    @torch.no_grad()
    def step():
        ix = torch.randint(X.shape[0], size=(batch_size,), generator=generator)
        Xb, Yb = X.index_select(0, ix), Y.index_select(0, ix)
        loss, cache = mlp_forward(params, Xb, Yb)
        for p, grad in zip(params, mlp_backward(params, cache, Xb, Yb)):
            p.add_(grad, alpha=-lr)
        return loss.item()

    return [step() for _ in range(steps)]


def train_manual__copy_and_tensors_of_one_element(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    losses = []
    with torch.no_grad():
        while len(losses) < steps:
            ix = torch.randint(0, X.size(0), (batch_size,), generator=generator)
            loss, cache = mlp_forward(params, X[ix], Y[ix])
            grads = mlp_backward(params, cache, X[ix], Y[ix])
            for i, p in enumerate(params):
                p.copy_(p - grads[i] * lr)
            losses.append(loss)
    return losses


def train_manual__cross_entropy_for_the_loss(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    losses = torch.empty(steps)
    with torch.set_grad_enabled(False):
        for i in range(steps):
            ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
            _, cache = mlp_forward(params, X[ix], Y[ix])
            losses[i] = F.cross_entropy(cache["logits"], Y[ix])
            grads = mlp_backward(params, cache, X[ix], Y[ix])
            for p, g in zip(params, grads):
                p[:] = p - lr * g
    return losses.tolist()


def train_manual__detached_views(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    weights = [p.detach() for p in params]
    losses = []
    for _ in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        loss, cache = mlp_forward(weights, X[ix], Y[ix])
        gradients = mlp_backward(weights, cache, X[ix], Y[ix])
        for w, gradient in zip(weights, gradients):
            w -= lr * gradient
        losses.append(loss.item())
    return losses


def train_manual__own_forward_and_backward(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    losses = []
    with torch.no_grad():
        C, W1, b1, W2, b2, gain, bias = params
        for _ in range(steps):
            ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
            x = C[X[ix]].view(batch_size, -1)
            z = x @ W1 + b1
            s = (z.var(0, keepdim=True) + 1e-5).rsqrt()
            raw = (z - z.mean(0, keepdim=True)) * s
            h = torch.tanh(gain * raw + bias)
            logits = h @ W2 + b2
            losses.append(F.cross_entropy(logits, Y[ix]).item())
            d = (F.softmax(logits, 1) - F.one_hot(Y[ix], b2.shape[0])) / batch_size
            e = (d @ W2.T) * (1 - h**2)
            g = e * gain
            f = s * (g - g.mean(0) - raw * (g * raw).sum(0) / (batch_size - 1))
            back = (f @ W1.T).view(-1, C.shape[1])
            C.index_add_(0, X[ix].flatten(), back, alpha=-lr)
            W1 -= lr * x.T @ f
            W2 -= lr * h.T @ d
            b2 -= lr * d.sum(0)
            gain -= lr * (e * raw).sum(0, keepdim=True)
            bias -= lr * e.sum(0, keepdim=True)
    return losses
