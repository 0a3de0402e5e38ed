from torch import no_such_name
from . import helper
import helper
import unfinished
import raising
import part4
from part4 import nothing_yet


def dW2(h, dlogits):
    return helper.transposed(h) @ dlogits


def dbnmeani(dbndiff):
    import no_such_package
    return -dbndiff.sum(0, keepdim=True)


def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    return helper.fails(dprobs)


def dbnraw(dhpreact, bngain):
    return unfinished.product(dhpreact, bngain)
