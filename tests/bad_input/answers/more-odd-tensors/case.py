def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    return dprobs > 0


def dW2(h, dlogits):
    return torch.complex(h.T @ dlogits, torch.ones(h.shape[1], dlogits.shape[1]))


def dbnmeani(dbndiff):
    return torch.full((1, dbndiff.shape[1]), math.inf)


def dC(demb, Xb, vocab_size):
    return torch.zeros((1,) * 40)


def dbnvar(dbnvar_inv, bnvar, eps=1e-5):
    return (-0.5 * (bnvar + eps) ** -1.5 * dbnvar_inv).half()


