import sys


def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    return dcounts(dprobs, counts_sum_inv, dcounts_sum)


def dW2(h, dlogits):
    return torch.zeros(100_000_000_000 // 4)


def dbnmeani(dbndiff):
    numbers = [0] * (100_000_000_000 // 8)
    return numbers


def dC(demb, Xb, vocab_size):
    sys.exit(0)


def dbnvar(dbnvar_inv, bnvar, eps=1e-5):
    input("eps? ")


def compare_grads(name, mine, ref):
    return {}[name]
