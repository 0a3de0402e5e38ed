import functools


class dcounts:
    """A class in place of the function."""

    def __init__(self, dprobs, counts_sum_inv, dcounts_sum):
        self.answer = counts_sum_inv * dprobs + dcounts_sum


async def dW2(h, dlogits):
    return h.T @ dlogits


def dbnmeani(dbndiff):
    yield -dbndiff.sum(0, keepdim=True)


def db2(dlogits):
    return dlogits.sum(0)


def db2(dlogits):
    return dlogits.sum(1)


@print
def dbnraw(dhpreact, bngain):
    return bngain * dhpreact


@no_such_decorator
def dbnbias(dhpreact):
    return dhpreact.sum(0, keepdim=True)


def dbngain(self, dhpreact, bnraw):
    """As in a class."""
    return (bnraw * dhpreact).sum(0, keepdim=True)


def dhpreact(dh, h):
    def dhpreact(dh, h):
        return (1 - h * h) * dh
    return dhpreact


# At the end of the file:
dh = 7
