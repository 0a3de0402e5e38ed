import os
import signal
import time


def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    i = 0
    while i < 10: i += 0  # in_the_loop
    return dprobs


def dW2(h, dlogits):
    big = torch.zeros(1).expand(1_000_000_000, 1000)
    return big.sum()


def dbnmeani(dbndiff):
    while True:
        try:
            time.sleep(1000)
        except BaseException:
            pass


def dC(demb, Xb, vocab_size):
    os.kill(os.getpid(), signal.SIGSTOP)


