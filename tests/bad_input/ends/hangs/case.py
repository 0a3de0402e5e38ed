import time


def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    i = 0
    while i < 10:
        i += 0
    return dprobs


def dW2(h, dlogits):
    big = torch.zeros(1).expand(1_000_000_000, 1000)
    return big.cumsum(0)


def dbnmeani(dbndiff):
    try:
        time.sleep(1000)
    except BaseException:
        pass


