print("hello")
for _ in range(100):
    print("0123456789" * 100_000)


def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    for _ in range(100):
        print("0123456789" * 100_000)
    return dprobs
