def dprobs(dlogprobs, probs):
    out = torch.empty_like(probs)
    for i in range(len(probs) - 1):
        out[i] = dlogprobs[i] / probs[i]
    return out


def dW2(h, dlogits):
    out = torch.empty(h.shape[1], dlogits.shape[1])
    for j in range(h.shape[1]):
        out[j] = h[:, j] @ dlogits
    return out
