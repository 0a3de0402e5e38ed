def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    return counts_sum_inv *
