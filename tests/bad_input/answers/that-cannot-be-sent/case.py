def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    return chr(0xD800)


def dW2(h, dlogits):
    ring = []
    ring.append(ring)
    return ring


def dbnmeani(dbndiff):
    return [[0] * 1000] * 1000


def dC(demb, Xb, vocab_size):
    return lambda: demb


def dbnvar(dbnvar_inv, bnvar, eps=1e-5):
    return 10**400


def compare_grads(name, mine, ref):
    return {chr(0xD800): 1, 3: 4, (5, 6): 7, None: 8}


