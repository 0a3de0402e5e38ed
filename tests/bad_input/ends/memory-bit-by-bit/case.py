def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    kept = []
    while True:
        kept.append(torch.empty(20_000_000))


