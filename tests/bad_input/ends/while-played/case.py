import os
import sys
import threading
import time


def chatter():
    while True:
        print("still here")
        time.sleep(0.001)


def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    """Leaves a thread running that prints."""
    threading.Thread(target=chatter).start()
    return counts_sum_inv * dprobs + dcounts_sum


def dh(dlogits, W2):
    """Leaves a thread that fails."""
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    return dlogits @ W2.T


def dW2(h, dlogits):
    if os.path.exists(__file__):
        os.remove(__file__)
    return h.T @ dlogits


def db2(dlogits):
    sum = input()
    return dlogits.sum(0)


def dhpreact(dh, h):
    return (1 - h * h) * sys.stdin.read()


def dbnmeani(dbndiff):
    import pdb
    pdb.set_trace()
    return -dbndiff.sum(0, keepdim=True)


def dbnraw(dhpreact, bngain):
    os.chdir("/")
    return bngain * dhpreact


def dbngain(dhpreact, bnraw):
    raise StopIteration


def dbnbias(dhpreact):
    raise Unreadable from Unreadable()


def dbnvar_inv(dbnraw, bndiff):
    raise GeneratorExit("gone")


def dbnvar(dbnvar_inv, bnvar, eps=1e-5):
    raise ExceptionGroup("two", [ValueError("one"), Unreadable()])


def dlogits(dnorm_logits, dlogit_maxes, logits):
    assert dnorm_logits is None


class Unreadable(Exception):
    def __str__(self):
        raise KeyboardInterrupt

    __repr__ = __str__
