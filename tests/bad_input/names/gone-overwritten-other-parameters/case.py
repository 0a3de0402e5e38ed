def dW2():
    pass


del dW2


def dbnmeani():
    return 0


def dC(demb, Xb, vocab_size, learning_rate):
    return 0


# At the end of the file:
dcounts = dcounts(torch.ones(2, 3), torch.ones(2, 1), torch.ones(2, 1))
