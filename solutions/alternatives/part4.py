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


def broadcast_mul_backward__einsum(dc, a, b):
    return torch.einsum("ij,ik->ij", dc, b), torch.einsum("ij,ij->i", dc, a)[:, None]


def broadcast_mul_backward__unsqueeze(dc, a, b):
    db = torch.sum(a * dc, dim=-1)
    return b * dc, db.unsqueeze(-1)


def broadcast_mul_backward__columns_one_by_one(dc, a, b):
    da, db = torch.zeros_like(a), torch.zeros_like(b)
    for j in range(a.shape[1]):
        da[:, j : j + 1] = dc[:, j : j + 1] * b
        db += dc[:, j : j + 1] * a[:, j : j + 1]
    return [da, db]


def broadcast_mul_backward__stretched_by_hand(dc, a, b):
    stretched = b.repeat(1, a.shape[1])
    return dc * stretched, (dc * a) @ torch.ones(a.shape[1], 1)


def broadcast_mul_backward__in_double(dc, a, b):
    da = dc.clone().mul_(b)
    db = torch.bmm(dc.double().unsqueeze(1), a.double().unsqueeze(2)).view(-1, 1)
    return da, db


def sum_backward__ones_times(dout, x_shape):
    return torch.ones(x_shape) * dout


def sum_backward__repeat(dout, x_shape):
    R, _ = x_shape
    return dout.repeat(R, 1)


def sum_backward__broadcast_to(dout, x_shape):
    return torch.broadcast_to(dout, x_shape)


def sum_backward__column_of_ones(dout, x_shape):
    return torch.ones(x_shape[0], 1) @ dout


def sum_backward__concatenated(dout, x_shape):
    return torch.cat([dout for _ in range(x_shape[0])])


def sum_backward__filled_row_by_row(dout, x_shape):
    dx = torch.zeros(*x_shape)
    for row in dx:
        row += dout[0]
    return dx


def sum_backward__numpy(dout, x_shape):
    import numpy

    return torch.from_numpy(numpy.broadcast_to(dout.numpy(), x_shape).copy())


def matmul_backward__einsum(dd, a, b):
    return torch.einsum("nk,mk->nm", dd, b), torch.einsum("nm,nk->mk", a, dd)


def matmul_backward__sum_of_outer_products(dd, a, b):
    da = sum(torch.outer(dd[:, k], b[:, k]) for k in range(b.shape[1]))
    db = sum(torch.outer(a[n], dd[n]) for n in range(a.shape[0]))
    return da, db


def matmul_backward__adjoint(dd, a, b):
    return torch.matmul(dd, b.adjoint()), torch.matmul(a.adjoint(), dd)


def matmul_backward__linear(dd, a, b):
    return F.linear(dd, b), F.linear(a.T, dd.T)


def matmul_backward__transposed_twice(dd, a, b):
    return (b @ dd.t()).t(), (dd.t() @ a).t()


def matmul_backward__broadcast_and_sum(dd, a, b):
    da = (dd[:, None, :] * b[None, :, :]).sum(2)
    db = (a[:, :, None] * dd[:, None, :]).sum(0)
    return da, db


def matmul_backward__loops(dd, a, b):
    (N, M), K = a.shape, b.shape[1]
    da, db = torch.zeros(N, M), torch.zeros(M, K)
    for n in range(N):
        for m in range(M):
            for k in range(K):
                da[n, m] += dd[n, k] * b[m, k]
                db[m, k] += a[n, m] * dd[n, k]
    return da, db


def dlogprobs__one_hot(logprobs, Yb):
    return F.one_hot(Yb, logprobs.shape[1]) * (-1.0 / len(Yb))


def dlogprobs__scatter(logprobs, Yb):
    return torch.zeros(logprobs.shape).scatter_(1, Yb.unsqueeze(1), -1 / Yb.numel())


def dlogprobs__loop(logprobs, Yb):
    n, V = logprobs.shape
    grad = torch.zeros(n, V)
    for i, label in enumerate(Yb.tolist()):
        grad[i][label] -= 1 / n
    return grad


def dlogprobs__mask(logprobs, Yb):
    labels = torch.arange(logprobs.shape[1]) == Yb[:, None]
    return torch.where(labels, -1.0 / logprobs.shape[0], 0.0)


def dlogprobs__rows_of_the_identity(logprobs, Yb):
    return -torch.eye(logprobs.shape[1])[Yb] / logprobs.shape[0]


def dlogprobs__range(logprobs, Yb):
    dlogprobs = torch.zeros_like(logprobs)
    dlogprobs[range(logprobs.shape[0]), Yb] = -1.0 / logprobs.shape[0]
    return dlogprobs


def dlogprobs__index_put(logprobs, Yb):
    n = len(logprobs)
    return torch.zeros_like(logprobs).index_put_((torch.arange(n), Yb), torch.full((n,), -1.0 / n))


def dprobs__one_over(dlogprobs, probs):
    return (1.0 / probs) * dlogprobs


def dprobs__power(dlogprobs, probs):
    return probs**-1 * dlogprobs


def dprobs__reciprocal(dlogprobs, probs):
    return torch.reciprocal(probs).mul(dlogprobs)


def dprobs__through_the_logarithm(dlogprobs, probs):
    return dlogprobs * torch.exp(-probs.log())


def dprobs__own_clone_in_place(dlogprobs, probs):
    dprobs = dlogprobs.clone()
    dprobs /= probs
    return dprobs


def dprobs__in_double(dlogprobs, probs):
    return torch.div(dlogprobs.double(), probs)


def dcounts_sum_inv__einsum(dprobs, counts):
    return torch.einsum("ij,ij->i", counts, dprobs).unsqueeze(1)


def dcounts_sum_inv__indexing_with_none(dprobs, counts):
    return (dprobs * counts).sum(1)[:, None]


def dcounts_sum_inv__matrix_product(dprobs, counts):
    return torch.bmm(counts.unsqueeze(1), dprobs.unsqueeze(2)).squeeze(2)


def dcounts_sum_inv__diagonal(dprobs, counts):
    return (counts @ dprobs.T).diagonal().view(-1, 1)


def dcounts_sum_inv__loop(dprobs, counts):
    return torch.tensor([[(c * d).sum().item()] for c, d in zip(counts, dprobs)])


def dcounts_sum_inv__mean_times_size(dprobs, counts):
    return torch.mean(counts * dprobs, dim=1, keepdim=True) * counts.shape[1]


def dcounts_sum_inv__letter_by_letter(dprobs, counts):
    total = torch.zeros(counts.shape[0], 1)
    for j in range(counts.shape[1]):
        total += counts[:, [j]] * dprobs[:, [j]]
    return total


def dcounts_sum__through_the_inverse(dcounts_sum_inv, counts_sum):
    counts_sum_inv = counts_sum**-1
    return -(counts_sum_inv**2) * dcounts_sum_inv


def dcounts_sum__divided_by_the_square(dcounts_sum_inv, counts_sum):
    return -dcounts_sum_inv / counts_sum**2


def dcounts_sum__divided_twice(dcounts_sum_inv, counts_sum):
    return (-1.0 * dcounts_sum_inv) / counts_sum / counts_sum


def dcounts_sum__pow(dcounts_sum_inv, counts_sum):
    return torch.pow(counts_sum, -2).neg().mul(dcounts_sum_inv)


def dcounts_sum__loop(dcounts_sum_inv, counts_sum):
    pairs = zip(dcounts_sum_inv.flatten().tolist(), counts_sum.flatten().tolist())
    return torch.tensor([-d / s**2 for d, s in pairs]).reshape(-1, 1)


def dcounts_sum__in_double(dcounts_sum_inv, counts_sum):
    return -torch.square(counts_sum.double().reciprocal()) * dcounts_sum_inv


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


def dnorm_logits__other_order(dcounts, counts):
    return dcounts * counts


def dnorm_logits__exp_again(dcounts, counts):
    norm_logits = counts.log()
    return norm_logits.exp() * dcounts


def dnorm_logits__own_clone_in_place(dcounts, counts):
    dnorm_logits = dcounts.clone()
    dnorm_logits *= counts
    return dnorm_logits


def dnorm_logits__mul(dcounts, counts):
    return torch.mul(counts, dcounts)


def dnorm_logits__einsum(dcounts, counts):
    return torch.einsum("ij,ij->ij", counts.double(), dcounts.double())


def dnorm_logits__row_by_row(dcounts, counts):
    return torch.stack([c * d for c, d in zip(counts, dcounts)])


def dlogit_maxes__minus_first(dnorm_logits):
    return (-dnorm_logits).sum(dim=1, keepdim=True)


def dlogit_maxes__unsqueeze(dnorm_logits):
    return -dnorm_logits.sum(1).unsqueeze(-1)


def dlogit_maxes__column_of_ones(dnorm_logits):
    return dnorm_logits @ torch.full((dnorm_logits.shape[1], 1), -1.0)


def dlogit_maxes__loop(dnorm_logits):
    total = torch.zeros(dnorm_logits.shape[0], 1)
    for column in dnorm_logits.unbind(1):
        total -= column[:, None]
    return total


def dlogit_maxes__last_of_cumsum(dnorm_logits):
    return dnorm_logits.cumsum(1)[:, -1:].neg()


def dlogit_maxes__numpy(dnorm_logits):
    return torch.from_numpy(-dnorm_logits.numpy().sum(axis=1, keepdims=True))


def dlogit_maxes__transposed_in_double(dnorm_logits):
    return -dnorm_logits.T.double().sum(0).view(-1, 1)


def dlogits__indexed_add(dnorm_logits, dlogit_maxes, logits):
    dlogits = dnorm_logits.clone()
    dlogits[range(logits.shape[0]), logits.max(1).indices] += dlogit_maxes.view(-1)
    return dlogits


def dlogits__scatter_add(dnorm_logits, dlogit_maxes, logits):
    return dnorm_logits.scatter_add(1, logits.argmax(1, keepdim=True), dlogit_maxes)


def dlogits__mask_of_the_largest(dnorm_logits, dlogit_maxes, logits):
    largest = logits == logits.max(1, keepdim=True).values
    return dnorm_logits + largest * dlogit_maxes


def dlogits__where(dnorm_logits, dlogit_maxes, logits):
    return torch.where(logits >= logits.amax(1, keepdim=True), dnorm_logits + dlogit_maxes, dnorm_logits)


def dlogits__own_dlogit_maxes(dnorm_logits, dlogit_maxes, logits):
    through_max = F.one_hot(logits.argmax(dim=1), num_classes=logits.shape[1])
    return dnorm_logits - through_max * dnorm_logits.sum(1, keepdim=True)


def dlogits__loop(dnorm_logits, dlogit_maxes, logits):
    out = dnorm_logits.detach().clone()
    for i in range(len(logits)):
        winner = max(range(logits.shape[1]), key=lambda j: logits[i, j].item())
        out[i, winner] = out[i, winner] + dlogit_maxes[i, 0]
    return out


def dlogits__rows_of_the_identity(dnorm_logits, dlogit_maxes, logits):
    return torch.addcmul(dnorm_logits, torch.eye(logits.shape[1])[logits.argmax(1)], dlogit_maxes)


def dh__linear(dlogits, W2):
    return F.linear(dlogits, W2)


def dh__transpose_of_the_other_product(dlogits, W2):
    return (W2 @ dlogits.T).T


def dh__einsum(dlogits, W2):
    return torch.einsum("nv,hv->nh", dlogits, W2)


def dh__matmul_with_transpose(dlogits, W2):
    return torch.matmul(dlogits, W2.transpose(0, 1))


def dh__sum_over_the_letters(dlogits, W2):
    dh = torch.zeros(dlogits.shape[0], W2.shape[0])
    for back, weights in zip(dlogits.unbind(1), W2.unbind(1)):
        dh += torch.outer(back, weights)
    return dh


def dh__broadcast_and_sum(dlogits, W2):
    return (dlogits[:, None, :] * W2).sum(-1)


def dh__in_double(dlogits, W2):
    return dlogits.double().mm(W2.double().mT)


def dh__calling_matmul_backward(dlogits, W2):
    return matmul_backward(dlogits, torch.zeros(dlogits.shape[0], W2.shape[0]), W2)[0]


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


def dW2__calling_matmul_backward(h, dlogits):
    return matmul_backward(dlogits, h, torch.zeros(h.shape[1], dlogits.shape[1]))[1]


def db2__dim_by_name(dlogits):
    return torch.sum(dlogits, dim=0)


def db2__row_of_ones(dlogits):
    return torch.ones(dlogits.shape[0]) @ dlogits


def db2__squeezed(dlogits):
    return dlogits.sum(0, keepdim=True).squeeze(0)


def db2__einsum(dlogits):
    return torch.einsum("nv->v", dlogits)


def db2__n_means(dlogits):
    return dlogits.mean(0) * len(dlogits)


def db2__loop(dlogits):
    total = torch.zeros(dlogits.shape[1])
    for row in dlogits:
        total += row
    return total


def db2__python_sum(dlogits):
    return sum(dlogits)


def db2__column_by_column(dlogits):
    return torch.tensor([math.fsum(column) for column in dlogits.T.tolist()])


def dhpreact__multiplied_out(dh, h):
    return dh - dh * h * h


def dhpreact__two_factors(dh, h):
    return (1.0 - h) * (1.0 + h) * dh


def dhpreact__from_the_input(dh, h):
    hpreact = torch.atanh(h.double())
    return dh / torch.cosh(hpreact) ** 2


def dhpreact__tanh_recomputed(dh, h):
    x = torch.atanh(h.double())
    return (1 - torch.tanh(x).square()) * dh


def dhpreact__addcmul(dh, h):
    return torch.addcmul(dh, dh, h.pow(2), value=-1)


def dhpreact__own_clone_in_place(dh, h):
    out = h.clone()
    out.mul_(h).neg_().add_(1).mul_(dh)
    return out


def dhpreact__element_by_element(dh, h):
    n, H = h.shape
    return torch.tensor([[(1 - h[i, j].item() ** 2) * dh[i, j].item() for j in range(H)] for i in range(n)])


def dbngain__einsum(dhpreact, bnraw):
    return torch.einsum("ij,ij->j", bnraw, dhpreact).unsqueeze(0)


def dbngain__indexing_with_none(dhpreact, bnraw):
    return (dhpreact * bnraw).sum(0)[None, :]


def dbngain__diagonal(dhpreact, bnraw):
    return (bnraw.T @ dhpreact).diagonal().reshape(1, -1)


def dbngain__loop(dhpreact, bnraw):
    dbngain = torch.zeros(1, bnraw.shape[1])
    for raw, back in zip(bnraw, dhpreact):
        dbngain += raw * back
    return dbngain


def dbngain__view_in_double(dhpreact, bnraw):
    return torch.sum(bnraw.double() * dhpreact, 0).view(1, -1)


def dbngain__unit_by_unit(dhpreact, bnraw):
    return torch.stack([torch.dot(a, b) for a, b in zip(bnraw.unbind(1), dhpreact.unbind(1))]).unsqueeze(0)


def dbnbias__unsqueeze(dhpreact):
    return dhpreact.sum(0).unsqueeze(0)


def dbnbias__row_of_ones(dhpreact):
    return torch.ones(1, dhpreact.shape[0]) @ dhpreact


def dbnbias__view(dhpreact):
    return torch.sum(dhpreact, dim=0).view(1, -1)


def dbnbias__n_means(dhpreact):
    return dhpreact.mean(dim=0, keepdim=True) * dhpreact.size(0)


def dbnbias__last_of_cumsum(dhpreact):
    return dhpreact.cumsum(0)[-1:]


def dbnbias__loop(dhpreact):
    total = torch.zeros_like(dhpreact[:1])
    for row in dhpreact.split(1):
        total = total + row
    return total


def dbnbias__calling_db2(dhpreact):
    return db2(dhpreact).reshape(1, -1)


def dbnraw__other_order(dhpreact, bngain):
    return dhpreact * bngain


def dbnraw__expanded(dhpreact, bngain):
    return bngain.expand_as(dhpreact) * dhpreact


def dbnraw__diagonal_matrix(dhpreact, bngain):
    return dhpreact @ torch.diag(bngain[0])


def dbnraw__flat_gain(dhpreact, bngain):
    return dhpreact.mul(bngain.squeeze(0))


def dbnraw__row_by_row(dhpreact, bngain):
    return torch.cat([row * bngain for row in dhpreact])


def dbnraw__einsum_in_double(dhpreact, bngain):
    return torch.einsum("nh,h->nh", dhpreact.double(), bngain.view(-1).double())


def dbnraw__own_clone_in_place(dhpreact, bngain):
    dbnraw = dhpreact.clone()
    for j in range(dbnraw.shape[1]):
        dbnraw[:, j] *= bngain[0, j]
    return dbnraw


def dbnvar_inv__einsum(dbnraw, bndiff):
    return torch.einsum("nh,nh->h", bndiff, dbnraw)[None]


def dbnvar_inv__unsqueeze(dbnraw, bndiff):
    return (dbnraw * bndiff).sum(axis=0).unsqueeze(0)


def dbnvar_inv__diagonal(dbnraw, bndiff):
    return torch.diagonal(dbnraw.T @ bndiff).view(1, -1)


def dbnvar_inv__loop(dbnraw, bndiff):
    total = torch.zeros(1, bndiff.shape[1])
    for k in range(len(bndiff)):
        total += bndiff[k] * dbnraw[k]
    return total


def dbnvar_inv__n_means(dbnraw, bndiff):
    return (bndiff * dbnraw).mean(0, True) * bndiff.shape[0]


def dbnvar_inv__calling_dbngain(dbnraw, bndiff):
    return dbngain(dbnraw, bndiff)


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


def dbndiff2__ones_times(dbnvar, n):
    return (1.0 / (n - 1)) * torch.ones(n, dbnvar.shape[1]) * dbnvar


def dbndiff2__repeat(dbnvar, n):
    return dbnvar.repeat(n, 1) / (n - 1)


def dbndiff2__broadcast_to(dbnvar, n):
    return torch.broadcast_to(dbnvar / (n - 1), (n, dbnvar.shape[1]))


def dbndiff2__bessel_by_itself(dbnvar, n):
    return dbnvar.expand(n, dbnvar.shape[1]) / n * (n / (n - 1))


def dbndiff2__concatenated(dbnvar, n):
    row = dbnvar.div(n - 1)
    return torch.cat([row] * n, dim=0)


def dbndiff2__column_times_row(dbnvar, n):
    return torch.full((n, 1), 1 / (n - 1)) @ dbnvar


def dbndiff2__calling_sum_backward(dbnvar, n):
    return sum_backward(dbnvar, (n, dbnvar.shape[1])) / (n - 1)


def dbndiff__square_path_first(dbnraw, bnvar_inv, dbndiff2, bndiff):
    dbndiff = 2 * bndiff * dbndiff2
    dbndiff += bnvar_inv * dbnraw
    return dbndiff


def dbndiff__lecture_order(dbnraw, bnvar_inv, dbndiff2, bndiff):
    dbndiff = bnvar_inv * dbnraw
    dbndiff += (2 * bndiff) * dbndiff2
    return dbndiff


def dbndiff__used_twice_in_the_square(dbnraw, bnvar_inv, dbndiff2, bndiff):
    return dbndiff2 * bndiff + bndiff * dbndiff2 + dbnraw * bnvar_inv


def dbndiff__addcmul(dbnraw, bnvar_inv, dbndiff2, bndiff):
    return torch.addcmul(dbnraw * bnvar_inv, bndiff, dbndiff2, value=2)


def dbndiff__divided_by_the_deviation(dbnraw, bnvar_inv, dbndiff2, bndiff):
    deviation = 1 / bnvar_inv.double()
    return dbnraw / deviation + bndiff.double() * dbndiff2 * 2


def dbndiff__unit_by_unit(dbnraw, bnvar_inv, dbndiff2, bndiff):
    columns = []
    for j in range(bndiff.shape[1]):
        columns.append(bnvar_inv[0, j] * dbnraw[:, j] + 2 * bndiff[:, j] * dbndiff2[:, j])
    return torch.stack(columns, dim=1)


def dbndiff__variance_path_worked_out_anew(dbnraw, bnvar_inv, dbndiff2, bndiff):
    n = bndiff.shape[0]
    dbnvar = -0.5 * bnvar_inv**3 * (dbnraw * bndiff).sum(0, keepdim=True)
    return bnvar_inv * dbnraw + 2 / (n - 1) * bndiff * dbnvar


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


def dhprebn__clone_and_add(dbndiff, dbnmeani):
    dhprebn = dbndiff.clone()
    dhprebn += 1.0 / dbndiff.shape[0] * (torch.ones_like(dbndiff) * dbnmeani)
    return dhprebn


def dhprebn__minus_the_mean(dbndiff, dbnmeani):
    return dbndiff - dbndiff.mean(0)


def dhprebn__minus_the_mean_with_keepdim(dbndiff, dbnmeani):
    return dbndiff - dbndiff.mean(0, keepdim=True)


def dhprebn__mean_path_first(dbndiff, dbnmeani):
    n, H = dbndiff.shape
    out = (dbnmeani / n).repeat(n, 1)
    return out + dbndiff


def dhprebn__add_with_alpha(dbndiff, dbnmeani):
    return torch.add(dbndiff, dbnmeani, alpha=1 / len(dbndiff))


def dhprebn__centring_matrix(dbndiff, dbnmeani):
    n = dbndiff.shape[0]
    return (torch.eye(n) - torch.ones(n, n) / n) @ dbndiff


def dhprebn__row_by_row_in_double(dbndiff, dbnmeani):
    share = dbnmeani[0].double() / dbndiff.shape[0]
    return torch.stack([row + share for row in dbndiff])


def dhprebn__minus_the_sum_over_n(dbndiff, dbnmeani):
    n = dbndiff.shape[0]
    return dbndiff - dbndiff.sum(0) / n


def linear1__einsum(dhprebn, embcat, W1):
    dembcat = torch.einsum("nh,dh->nd", dhprebn, W1)
    dW1 = torch.einsum("nd,nh->dh", embcat, dhprebn)
    return dembcat, dW1, torch.einsum("nh->h", dhprebn)


def linear1__calling_matmul_backward(dhprebn, embcat, W1):
    dembcat, dW1 = matmul_backward(dhprebn, embcat, W1)
    return dembcat, dW1, dhprebn.sum(0)


def linear1__calling_the_second_layer(dhprebn, embcat, W1):
    return dh(dhprebn, W1), dW2(embcat, dhprebn), db2(dhprebn)


def linear1__transposed_twice(dhprebn, embcat, W1):
    return (W1 @ dhprebn.T).T, (dhprebn.T @ embcat).T, torch.ones(len(dhprebn)) @ dhprebn


def linear1__bias_as_a_further_weight(dhprebn, embcat, W1):
    inputs = torch.cat([embcat, torch.ones(embcat.shape[0], 1)], dim=1)
    both = inputs.T @ dhprebn
    return dhprebn @ W1.T, both[:-1], both[-1]


def linear1__example_by_example(dhprebn, embcat, W1):
    dembcat, dW1, db1 = torch.zeros_like(embcat), torch.zeros_like(W1), torch.zeros(W1.shape[1])
    for k in range(embcat.shape[0]):
        dembcat[k] = W1 @ dhprebn[k]
        dW1 += torch.outer(embcat[k], dhprebn[k])
        db1 += dhprebn[k]
    return dembcat, dW1, db1


def linear1__list_in_double(dhprebn, embcat, W1):
    back = dhprebn.double()
    return [back.mm(W1.double().t()), embcat.double().t().mm(back), back.sum(0)]


def demb__reshape(dembcat, shape):
    return torch.reshape(dembcat, shape)


def demb__view_of_three_sizes(dembcat, shape):
    n, T, E = shape
    return dembcat.view(n, T, E)


def demb__unflatten(dembcat, shape):
    return dembcat.unflatten(1, shape[1:])


def demb__stacked_letters(dembcat, shape):
    return torch.stack(dembcat.split(shape[2], dim=1), dim=1)


def demb__letter_by_letter(dembcat, shape):
    n, T, E = shape
    demb = torch.zeros(shape)
    for j in range(T):
        demb[:, j, :] = dembcat[:, j * E : (j + 1) * E]
    return demb


def demb__contiguous_clone(dembcat, shape):
    return dembcat.clone().contiguous().view(*shape)


def demb__flat_first(dembcat, shape):
    return dembcat.flatten().view(shape[0], -1, shape[2])


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


def cross_entropy_backward__lecture(logits, Yb):
    n = logits.shape[0]
    dlogits = F.softmax(logits, 1)
    dlogits[range(n), Yb] -= 1
    dlogits /= n
    return dlogits


def cross_entropy_backward__exp_of_log_softmax(logits, Yb):
    probs = F.log_softmax(logits, dim=1).exp()
    return (probs - torch.eye(logits.shape[1])[Yb]) / len(Yb)


def cross_entropy_backward__scatter_add(logits, Yb):
    n = Yb.shape[0]
    grad = torch.softmax(logits, -1) / n
    return grad.scatter_add(1, Yb[:, None], torch.full((n, 1), -1.0 / n))


def cross_entropy_backward__softmax_by_hand(logits, Yb):
    counts = (logits - logits.max(1, keepdim=True).values).exp()
    probs = counts / counts.sum(1, keepdim=True)
    onehot = torch.zeros_like(probs)
    onehot[torch.arange(len(Yb)), Yb] = 1.0
    return (probs - onehot) * (1 / len(Yb))


def cross_entropy_backward__logsumexp(logits, Yb):
    probs = torch.exp(logits - torch.logsumexp(logits, 1, keepdim=True))
    labels = torch.arange(logits.shape[1])[None] == Yb.view(-1, 1)
    return torch.where(labels, probs - 1, probs) / logits.shape[0]


def cross_entropy_backward__row_by_row_in_double(logits, Yb):
    rows = []
    for row, label in zip(logits.double(), Yb):
        p = row.softmax(0)
        p[label] -= 1.0
        rows.append(p)
    return torch.stack(rows) / len(rows)


def cross_entropy_backward__softmax_jacobian(logits, Yb):
    n, V = logits.shape
    grads = []
    for k in range(n):
        p = torch.softmax(logits[k], 0)
        jacobian = torch.diag(p) - torch.outer(p, p)
        grads.append(-jacobian[Yb[k]] / p[Yb[k]] / n)
    return torch.stack(grads)


def cross_entropy_backward__calling_the_atomic_functions(logits, Yb):
    maxes = logits.max(1, keepdim=True).values
    counts = (logits - maxes).exp()
    total = counts.sum(1, keepdim=True)
    probs = counts / total
    back = dprobs(dlogprobs(probs.log(), Yb), probs)
    into_counts = dcounts(back, total**-1, dcounts_sum(dcounts_sum_inv(back, counts), total))
    normed = dnorm_logits(into_counts, counts)
    return dlogits(normed, dlogit_maxes(normed), logits)


def batchnorm_backward__lecture(dhpreact, bngain, bnraw, bnvar_inv, n):
    return bngain * bnvar_inv / n * (n * dhpreact - dhpreact.sum(0) - n / (n - 1) * bnraw * (dhpreact * bnraw).sum(0))


def batchnorm_backward__means_and_keepdim(dhpreact, bngain, bnraw, bnvar_inv, n):
    g = dhpreact * bngain
    bessel = n / (n - 1)
    centred = g - g.mean(0, keepdim=True)
    return (centred - bessel * bnraw * (g * bnraw).mean(0, keepdim=True)) * bnvar_inv


def batchnorm_backward__atomic_chain(dhpreact, bngain, bnraw, bnvar_inv, n):
    bndiff = bnraw / bnvar_inv
    graw = bngain * dhpreact
    ginv = (bndiff * graw).sum(0, keepdim=True)
    gvar = -0.5 * bnvar_inv**3 * ginv
    gdiff2 = torch.ones_like(bndiff) * gvar / (n - 1)
    gdiff = bnvar_inv * graw + 2 * bndiff * gdiff2
    gmean = -gdiff.sum(0, keepdim=True)
    return gdiff + gmean / n


def batchnorm_backward__centring_last(dhpreact, bngain, bnraw, bnvar_inv, n):
    g = dhpreact * bngain
    h = g - bnraw * (g * bnraw).sum(0) / (n - 1)
    return bnvar_inv * (h - h.sum(0) / n)


def batchnorm_backward__jacobian_of_each_unit(dhpreact, bngain, bnraw, bnvar_inv, n):
    columns = []
    for j in range(bnraw.shape[1]):
        r = bnraw[:, j]
        J = torch.eye(n) - 1 / n - torch.outer(r, r) / (n - 1)
        columns.append(bngain[0, j] * bnvar_inv[0, j] * (J @ dhpreact[:, j]))
    return torch.stack(columns, 1)


def batchnorm_backward__einsum(dhpreact, bngain, bnraw, bnvar_inv, n):
    J = torch.eye(n).unsqueeze(2) - 1 / n - torch.einsum("ih,jh->ijh", bnraw, bnraw) / (n - 1)
    return torch.einsum("ijh,jh->ih", J, dhpreact) * bngain * bnvar_inv


def batchnorm_backward__in_double(dhpreact, bngain, bnraw, bnvar_inv, n):
    d, raw = dhpreact.double(), bnraw.double()
    scale = bngain * bnvar_inv / n
    return scale * (n * d - d.sum(0) - n / (n - 1) * raw * (d * raw).sum(0))


def batchnorm_backward__calling_the_atomic_functions(dhpreact, bngain, bnraw, bnvar_inv, n):
    bndiff = bnraw / bnvar_inv
    raw = dbnraw(dhpreact, bngain)
    var = dbnvar(dbnvar_inv(raw, bndiff), bnvar_inv**-2, 0.0)
    diff = dbndiff(raw, bnvar_inv, dbndiff2(var, n), bndiff)
    return dhprebn(diff, dbnmeani(diff))


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
