def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    """An expanded view."""
    total = (counts_sum_inv * dprobs + dcounts_sum).double()
    return total[:, :, None].expand(*total.shape, 5)[:, :, 3]


def dW2(h, dlogits):
    """In double precision, and a transposed view."""
    return (dlogits.double().T @ h.double()).T


def dbnmeani(dbndiff):
    """One stretch of memory for every row."""
    return -dbndiff.sum(0).expand(1, -1)


def dC(demb, Xb, vocab_size):
    """A parameter's data."""
    table = torch.nn.Parameter(torch.zeros(vocab_size, demb.shape[2]))
    table.data.index_put_((Xb,), demb, accumulate=True)
    return table.data



