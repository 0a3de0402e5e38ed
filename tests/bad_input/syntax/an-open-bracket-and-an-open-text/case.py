def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    return counts_sum_inv * (dprobs


def dW2(h, dlogits):
    """The gradient.
    return h.T @ dlogits


def dbnmeani(dbndiff):
    total = -dbndiff.sum(0, keepdim=True)
      return total


