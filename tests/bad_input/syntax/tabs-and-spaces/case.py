def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    answer = counts_sum_inv * dprobs + dcounts_sum
	return answer


def dW2(h, dlogits):
	answer = h.T @ dlogits
	return answer


def dbnmeani(dbndiff):
    if dbndiff is not None:
    	return -dbndiff.sum(0, keepdim=True)


def dbnbias(dhpreact):
	answer = dhpreact.sum(0, keepdim=True)
        return answer


