"""Right answers for part1 in forms that are seldom seen: made from the docstrings alone."""

# ruff: noqa: B905, F821

import math
import random

import torch
import torch.nn.functional as F


def build_vocab__letters_by_code(words):
    """Right: the alphabet by its codes, those letters kept that some name has."""
    alphabet = "".join(map(chr, range(ord("a"), ord("z") + 1)))
    itos = dict(enumerate("." + "".join(c for c in alphabet if any(c in w for w in words))))
    return dict(zip(itos.values(), itos)), itos


def count_bigrams__one_text(words, stoi):
    """Right: one text, a single "." between names, and bincount over the numbers of pairs."""
    V = len(stoi)
    codes = torch.tensor([stoi[c] for c in "." + "".join(w + "." for w in words)])
    return torch.bincount(codes[:-1] * V + codes[1:], minlength=V * V).view(V, V)


def count_bigrams__product_of_one_hots(words, stoi):
    """Right: the counts are a product of two one-hot matrices, in float64."""
    V = len(stoi)
    text = ["." + w + "." for w in words]
    xs = torch.tensor([stoi[c] for t in text for c in t[:-1]], dtype=torch.int64)
    ys = torch.tensor([stoi[c] for t in text for c in t[1:]], dtype=torch.int64)
    return F.one_hot(xs, V).double().T @ F.one_hot(ys, V).double()


def broadcast_shape__recursion(a, b):
    """Right: the last sizes, and the rest by recursion."""
    if not a or not b:
        return tuple(a or b)
    if 1 not in (a[-1], b[-1]) and a[-1] != b[-1]:
        raise ValueError("these shapes do not fit")
    return (*broadcast_shape(a[:-1], b[:-1]), b[-1] if a[-1] == 1 else a[-1])


def broadcast_shape__numpy(a, b):
    """Right: both shapes as arrays of the same length, filled up with ones in front."""
    import numpy as np

    n = max(len(a), len(b))
    sizes = np.ones((2, n), dtype=np.int64)
    for row, shape in zip(sizes, (a, b)):
        if shape:
            row[-len(shape) :] = shape
    x, y = sizes
    if ((x != y) & (sizes != 1).all(0)).any():
        raise ValueError(f"{a} does not fit {b}")
    return tuple(np.where(x == 1, y, x).tolist())


def normalize_rows__unit_rows(counts, smoothing=1.0):
    """Right: F.normalize with p=1 divides by the sum of absolute values, and counts are not negative."""
    return F.normalize(counts + smoothing, p=1.0, dim=1)


def normalize_rows__diagonal_matrix(counts, smoothing=1.0):
    """Right: a diagonal matrix of one over the sums, from the left; C times smoothing is what a sum gains."""
    sums = counts.sum(1) + counts.shape[1] * smoothing
    return torch.diag(sums.reciprocal()) @ counts.add(smoothing)


def sample_names__running_sums(P, itos, n, generator):
    """Right: one even number a step, and the place where the running sum of the row passes it."""
    cdf = P.double().cumsum(1)
    names = []
    while len(names) < n:
        letters, ix = [], 0
        while not letters or ix:
            u = torch.rand(1, generator=generator, dtype=torch.float64) * cdf[ix, -1]
            ix = min(int(torch.searchsorted(cdf[ix], u, right=True)), P.shape[1] - 1)
            letters.append(itos[ix])
        names.append("".join(letters))
    return names


def sample_names__all_at_once(P, itos, n, generator):
    """Right: all names grow together, a letter a round, until the last one has its "."."""
    names, at = [""] * n, [0] * n
    alive = list(range(n))
    while alive:
        drawn = torch.multinomial(P[[at[m] for m in alive]], 1, generator=generator).squeeze(1).tolist()
        for m, ix in zip(alive, drawn):
            at[m] = ix
            names[m] += itos[ix]
        alive = [m for m in alive if at[m] != 0]
    return names


def average_nll__xlogy(P, words, stoi):
    """Right: counts times logs, by xlogy, which lets 0 times log 0 be 0."""
    N = torch.zeros(P.shape, dtype=torch.float64)
    for w in words:
        for c, d in zip("." + w, w + "."):
            N[stoi[c], stoi[d]] += 1
    return -(torch.xlogy(N, P.double()).sum() / N.sum()).item()


def average_nll__bits(P, words, stoi):
    """Right: bits first, then natural units; the sum by fsum."""
    ps = [P[stoi[c], stoi[d]].item() for w in words for c, d in zip("." + w, w + ".")]
    if min(ps) == 0:
        return math.inf
    return -math.fsum(map(math.log2, ps)) / len(ps) * math.log(2)


def bigram_pairs__int32_columns(words, stoi):
    """Right: the two columns of one table, whole numbers of 32 bits."""
    table = [(stoi[c], stoi[d]) for w in words for c, d in zip("." + w, w + ".")]
    return torch.tensor(table, dtype=torch.int32).view(-1, 2).unbind(1)


def one_hot__comparison(xs, num_classes):
    """Right: each number is compared with all numbers there are."""
    return torch.eq(xs.unsqueeze(1), torch.arange(num_classes)).to(torch.float32)


def neuron_outputs__convolution(xenc, W):
    """Right: a convolution of width 1 is a layer without bias; the inputs are its channels."""
    return F.conv1d(xenc.unsqueeze(2), W.T.unsqueeze(2)).squeeze(2)


def softmax_rows__differences(logits):
    """Right: one over the sum of exp of all differences to the own logit."""
    others, own = logits.unsqueeze(1), logits.unsqueeze(2)
    return (others - own).exp().sum(2).reciprocal()


def softmax_rows__logsumexp(logits):
    """Right: the division becomes a difference of logarithms; logsumexp is neither softmax nor log_softmax."""
    return torch.exp(logits - torch.logsumexp(logits, -1, keepdim=True))


def nll_loss__einsum(probs, ys):
    """Right: a one-hot mask picks the probabilities before the log is taken."""
    mask = F.one_hot(ys, probs.shape[1]).to(probs)
    return torch.einsum("bv,bv->b", probs, mask).log().mean().neg()


def regularized_loss__by_counts(W, xs, ys, reg=0.01):
    """Right: every pair once, times how often it comes; no logits for each example."""
    V = W.shape[0]
    N = torch.bincount(xs * V + ys, minlength=V * V).view(V, V)
    surprise = W.logsumexp(1, keepdim=True) - W
    return (N * surprise).sum() / xs.numel() + reg * torch.linalg.vector_norm(W).square() / W.numel()


def gradient_descent_step__gradient_by_hand(W, xs, ys, lr):
    """Right: the gradient on paper, softmax minus one-hot, added up over the rows; W.grad stays untouched."""
    with torch.no_grad():
        logp = W[xs].log_softmax(1)
        loss = -logp.gather(1, ys.view(-1, 1)).mean().item()
        d = logp.exp()
        d[torch.arange(len(ys)), ys] -= 1
        W.index_add_(0, xs, d, alpha=-lr / len(xs))
    return loss


def select_rows__gather(W, xs):
    """Right: gather along the rows, with each number spread over all columns."""
    return W.gather(0, xs.view(-1, 1).expand(-1, W.shape[1]))


def cross_entropy_loss__logaddexp(logits, ys):
    """Right: the log of the sum of exp, column after column by logaddexp."""
    from functools import reduce

    total = reduce(torch.logaddexp, logits.unbind(1))
    return (total - torch.take_along_dim(logits, ys[:, None], 1)[:, 0]).mean()


def count_trigrams__counter(words, stoi):
    """Right: a Counter of strings first; the table is float64."""
    from collections import Counter

    seen = Counter(t[i : i + 3] for t in (".." + w + "." for w in words) for i in range(len(t) - 2))
    N = torch.zeros([len(stoi)] * 3, dtype=torch.float64)
    for triple, times in seen.items():
        N[tuple(stoi[c] for c in triple)] = times
    return N


def trigram_probabilities__float64_einsum(counts, smoothing):
    """Right: everything in float64, the result too; each pair's factor by einsum."""
    smoothed = counts.double() + smoothing
    return torch.einsum("ijk,ij->ijk", smoothed, smoothed.sum(-1).reciprocal())


def split_words__sorted_by_dice(words, fractions=(0.8, 0.1, 0.1), seed=42):
    """Right: each place gets a random key, and the places are sorted by it."""
    dice = random.Random(seed)
    keys = [(dice.random(), i) for i in range(len(words))]
    mixed = [words[i] for _, i in sorted(keys)]
    cuts = [int(fractions[0] * len(words)), int((fractions[0] + fractions[1]) * len(words))]
    return mixed[: cuts[0]], mixed[cuts[0] : cuts[1]], mixed[cuts[1] :]


def tune_smoothing__no_table(train_counts, dev_idx, grid):
    """Right: all smoothings at once, and only for the triples of the dev names; no table of probabilities."""
    i, j, k = dev_idx
    add = torch.tensor(grid, dtype=torch.float64).unsqueeze(1)
    of_triple, of_pair = train_counts[i, j, k], train_counts.sum(2)[i, j]
    losses = ((of_pair + train_counts.shape[2] * add).log() - (of_triple + add).log()).mean(1)
    return grid[int(losses.argmin())], losses.min().item()
