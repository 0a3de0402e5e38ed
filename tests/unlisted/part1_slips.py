"""More wrong answers for part1: one slip each, or two at once, made from the docstrings alone."""

# ruff: noqa: B905, RUF005, RUF007

import math
import random

import torch
import torch.nn.functional as F


def build_vocab__in_order_of_appearance(words):
    """Wrong: the letters are numbered as they come up in the names, not in alphabetical order."""
    stoi = {".": 0}
    for w in words:
        for ch in w:
            if ch not in stoi:
                stoi[ch] = len(stoi)
    itos = {i: ch for ch, i in stoi.items()}
    return stoi, itos


def count_bigrams__once_each(words, stoi):
    """Wrong: += with lists of indices adds 1 only once where a pair comes several times."""
    V = len(stoi)
    N = torch.zeros((V, V), dtype=torch.int32)
    first, second = [], []
    for w in words:
        chs = ["."] + list(w) + ["."]
        for ch1, ch2 in zip(chs, chs[1:]):
            first.append(stoi[ch1])
            second.append(stoi[ch2])
    N[first, second] += 1
    return N


def broadcast_shape__ends_with_the_shorter(a, b):
    """Wrong: zip stops where the shorter shape ends; the longer one's first sizes are lost."""
    out = []
    for x, y in zip(reversed(a), reversed(b)):
        if x != y and x != 1 and y != 1:
            raise ValueError(f"{a} and {b}")
        out.append(y if x == 1 else x)
    return tuple(reversed(out))


def broadcast_shape__smaller_must_be_one(a, b):
    """Wrong: of 0 and 1 the smaller is not 1, and yet they fit together."""
    n = max(len(a), len(b))
    a = (1,) * (n - len(a)) + tuple(a)
    b = (1,) * (n - len(b)) + tuple(b)
    out = []
    for x, y in zip(a, b):
        if x != y and min(x, y) != 1:
            raise ValueError("they do not fit")
        out.append(y if x == 1 else x)
    return tuple(out)


def normalize_rows__old_sums(counts, smoothing=1.0):
    """Wrong: the sums are those of the counts without smoothing."""
    return (counts + smoothing) / counts.sum(dim=1, keepdim=True)


def normalize_rows__columns_and_in_place(counts, smoothing=1.0):
    """Wrong twice: the columns sum to 1, not the rows; counts is changed."""
    counts += smoothing
    return counts / counts.sum(0, keepdim=True)


def sample_names__own_generator(P, itos, n, generator):
    """Wrong: a generator of its own, always with the same seed, takes the place of the one given."""
    g = torch.Generator().manual_seed(2147483647)
    names = []
    for _ in range(n):
        out = []
        ix = 0
        while True:
            ix = torch.multinomial(P[ix], num_samples=1, replacement=True, generator=g).item()
            out.append(itos[ix])
            if ix == 0:
                break
        names.append("".join(out))
    return names


def sample_names__columns(P, itos, n, generator):
    """Wrong: column ix says what comes before character ix; what follows is in the row."""
    names = []
    for _ in range(n):
        name, ix = "", 0
        while True:
            ix = torch.multinomial(P[:, ix], 1, generator=generator).item()
            if ix == 0:
                break
            name += itos[ix]
        names.append(name)
    return names


def average_nll__no_end_and_per_name(P, words, stoi):
    """Wrong twice: the pair of the last letter and "." is left out; divided by the number of names, not of pairs."""
    log_likelihood = 0.0
    for w in words:
        for ch1, ch2 in zip("." + w, w):
            log_likelihood += torch.log(P[stoi[ch1], stoi[ch2]]).item()
    return -log_likelihood / len(words)


def bigram_pairs__no_beginning(words, stoi):
    """Wrong: the pair of "." and the first letter is left out."""
    xs, ys = [], []
    for w in words:
        chs = list(w) + ["."]
        for ch1, ch2 in zip(chs, chs[1:]):
            xs.append(stoi[ch1])
            ys.append(stoi[ch2])
    return torch.tensor(xs, dtype=torch.int64), torch.tensor(ys, dtype=torch.int64)


def one_hot__whole_columns(xs, num_classes):
    """Wrong: the colon takes all rows for each number, so that whole columns become 1."""
    out = torch.zeros((len(xs), num_classes))
    out[:, xs] = 1.0
    return out


def neuron_outputs__rows_by_argmax(xenc, W):
    """Wrong: a row of W is picked out, as if the inputs were one-hot; they may be any numbers."""
    return W[xenc.argmax(dim=1)]


def softmax_rows__sum_of_everything(logits):
    """Wrong: divided by the sum of all counts, not by that of each row."""
    counts = logits.exp()
    return counts / counts.sum()


def nll_loss__every_row_with_every_target(probs, ys):
    """Wrong: probs[:, ys] is (B, B), every example with everyone's right character."""
    return -probs[:, ys].log().mean()


def regularized_loss__sum_and_fixed_price(W, xs, ys, reg=0.01):
    """Wrong twice: the sum of the squares, not their mean; reg is not used."""
    logits = W[xs]
    counts = logits.exp()
    probs = counts / counts.sum(1, keepdims=True)
    return -probs[torch.arange(len(xs)), ys].log().mean() + 0.01 * (W**2).sum()


def gradient_descent_step__cleared_before_the_update(W, xs, ys, lr):
    """Wrong: the gradient is set to 0 between backward and update, so W stays where it is."""
    loss = F.cross_entropy(W[xs], ys)
    loss.backward()
    W.grad.zero_()
    W.data += -lr * W.grad
    return loss.item()


def gradient_descent_step__loss_afterwards(W, xs, ys, lr):
    """Wrong: the loss after the step is returned, not the one before it."""
    W.grad = None
    F.cross_entropy(W[xs], ys).backward()
    with torch.no_grad():
        W -= lr * W.grad
        loss = F.cross_entropy(W[xs], ys)
    return loss.item()


def select_rows__by_way_of_lists(W, xs):
    """Wrong: the numbers are right, but a new tensor made of them carries no gradient to W."""
    return torch.tensor([W[i].tolist() for i in xs])


def cross_entropy_loss__log_of_nothing(logits, ys):
    """Wrong: the largest logit is taken off, yet a probability may still be 0 before its log is taken."""
    shifted = logits - logits.max(dim=1, keepdim=True).values
    counts = shifted.exp()
    probs = counts / counts.sum(dim=1, keepdim=True)
    return -probs[torch.arange(len(ys)), ys].log().mean()


def count_trigrams__one_dot_and_swapped(words, stoi):
    """Wrong twice: only one "." before the name; the first two characters change places."""
    V = len(stoi)
    N = torch.zeros((V, V, V), dtype=torch.int32)
    for w in words:
        chs = ["."] + list(w) + ["."]
        for ch1, ch2, ch3 in zip(chs, chs[1:], chs[2:]):
            N[stoi[ch2], stoi[ch1], stoi[ch3]] += 1
    return N


def trigram_probabilities__second_axis(counts, smoothing):
    """Wrong: the sum over the second character, as with pairs; it is the third that must sum to 1."""
    P = counts.float() + smoothing
    return P / P.sum(1, keepdim=True)


def split_words__list_is_shuffled(words, fractions=(0.8, 0.1, 0.1), seed=42):
    """Wrong: words itself is shuffled."""
    random.Random(seed).shuffle(words)
    n1 = int(fractions[0] * len(words))
    n2 = int((fractions[0] + fractions[1]) * len(words))
    return words[:n1], words[n1:n2], words[n2:]


def split_words__always_42(words, fractions=(0.8, 0.1, 0.1), seed=42):
    """Wrong: the seed is written out, as in the lecture; the argument decides nothing."""
    shuffled = list(words)
    random.Random(42).shuffle(shuffled)
    n1 = int(fractions[0] * len(shuffled))
    n2 = int((fractions[0] + fractions[1]) * len(shuffled))
    return shuffled[:n1], shuffled[n1:n2], shuffled[n2:]


def tune_smoothing__smoothing_piles_up(train_counts, dev_idx, grid):
    """Wrong: the same counts are smoothed again and again, each time on top of what was added before."""
    i, j, k = dev_idx
    P = train_counts.float()
    best, best_loss = None, math.inf
    for smoothing in grid:
        P += smoothing
        probs = P / P.sum(2, keepdim=True)
        loss = -probs[i, j, k].log().mean().item()
        if loss < best_loss:
            best, best_loss = smoothing, loss
    return best, best_loss


def tune_smoothing__last_loss_and_sum(train_counts, dev_idx, grid):
    """Wrong twice: the loss of the last smoothing is returned, not that of the best; a sum, not a mean."""
    i, j, k = dev_idx
    best, best_loss = None, math.inf
    for smoothing in grid:
        P = train_counts.float() + smoothing
        P /= P.sum(2, keepdim=True)
        loss = -P[i, j, k].log().sum().item()
        if loss < best_loss:
            best, best_loss = smoothing, loss
    return best, loss
