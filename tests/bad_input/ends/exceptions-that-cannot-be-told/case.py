self_made = chr(0xDC80)


def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    raise Speechless


def dW2(h, dlogits):
    raise ValueError(chr(0xD800))


def dbnmeani(dbndiff):
    raise KeyError(self_made)


def dC(demb, Xb, vocab_size):
    raise ValueError("so long " * 1_000_000)


# At the end of the file:
class Speechless(Exception):
    def __str__(self):
        return 1 / 0
