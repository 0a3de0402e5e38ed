"""Right answers for gpt in forms that are seldom seen: made from the docstrings alone."""

# ruff: noqa: B905, F821, N801

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


def char_codec__bisect(text):
    """Right: an id is the place that bisect finds in the sorted vocabulary."""
    from bisect import bisect_left

    chars = sorted(set(text))

    def encode(s):
        return [bisect_left(chars, c) for c in s]

    def decode(ids):
        return "".join(map(chars.__getitem__, ids))

    return encode, decode, len(chars)


def split_data__tensor_split(data, frac=0.9):
    """Right: torch cuts at the place itself."""
    first, rest = torch.tensor_split(data, [math.floor(data.numel() * frac)])
    return first, rest


def get_batch__unfolded_windows(data, block_size, batch_size, generator):
    """Right: all windows as a view, and a place from a random number in double precision."""
    windows = data.unfold(0, block_size + 1, 1)
    at = (torch.rand(batch_size, generator=generator, dtype=torch.float64) * len(windows)).long()
    return windows[:, :-1][at], windows[:, 1:][at]


def get_batch__take(data, block_size, batch_size, generator):
    """Right: the places as a table, and one take for each of the two."""
    starts = torch.randint(0, data.numel() - block_size, (batch_size, 1), generator=generator)
    where = starts + torch.arange(block_size)
    return torch.take(data, where), torch.take(data, where + 1)


def bigram_forward__one_hot_and_logsumexp(table, idx, targets):
    """Right: rows by a product with one-hot vectors, the loss as logsumexp less the target's logit."""
    logits = F.one_hot(idx, table.shape[0]).to(table.dtype) @ table
    if targets is None:
        return logits, None
    right = logits.gather(-1, targets[..., None])[..., 0]
    return logits, (logits.logsumexp(-1) - right).mean()


def generate__gumbel(logits_fn, idx, max_new_tokens, generator):
    """Right: the largest of the logits with Gumbel noise is a draw from their softmax."""
    columns = list(idx.unbind(1))
    for _ in range(max_new_tokens):
        last = logits_fn(torch.stack(columns, dim=1))[:, -1].double()
        u = torch.rand(last.shape, generator=generator, dtype=torch.float64)
        columns.append((last - (-u.log()).log()).argmax(-1))
    return torch.stack(columns, dim=1)


def estimate_loss__in_turns(model, get_batch, eval_iters):
    """Right: the parts take turns; modes are set and restored by hand."""
    from statistics import fmean

    losses = {"val": [], "train": []}
    recorded = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    model.train(mode=False)
    try:
        for _ in range(eval_iters):
            for part, seen in losses.items():
                seen.append(float(model(*get_batch(part))[1]))
    finally:
        torch.set_grad_enabled(recorded)
        model.train(mode=True)
    return {part: fmean(seen) for part, seen in losses.items()}


def causal_mean_loop__running_mean(x):
    """Right: each mean is the one before, moved a little towards the new vector."""
    means = [x[:, 0]]
    for t in range(1, x.shape[1]):
        means.append(means[-1] + (x[:, t] - means[-1]) / (t + 1))
    return torch.stack(means, dim=1)


def causal_mean_matmul__one_flat_product(x):
    """Right: all sequences beside each other in one product of two matrices."""
    B, T, C = x.shape
    place = torch.arange(T)
    weights = (place[:, None] >= place).to(x.dtype) / (place[:, None] + 1).to(x.dtype)
    flat = x.permute(1, 0, 2).reshape(T, B * C)
    return (weights @ flat).reshape(T, B, C).permute(1, 0, 2)


def causal_mean_softmax__log_of_the_triangle(x):
    """Right: the logarithm of the triangle is 0 and minus infinity; a log_softmax, and then exp."""
    T = x.shape[1]
    wei = torch.log(torch.ones(T, T, dtype=x.dtype).tril()).log_softmax(dim=1).exp()
    return torch.einsum("ij,bjc->bic", wei, x)


def attention_scores__baddbmm(q, k):
    """Right: product and scale in one call, added to nothing."""
    B, T, hs = q.shape
    return torch.baddbmm(q.new_zeros(B, T, T), q, k.mT, beta=0, alpha=1 / math.sqrt(hs))


def causal_attention_weights__row_by_row(scores):
    """Right: no mask; each row's softmax is taken of its past alone and written into zeros."""
    out = torch.zeros_like(scores)
    for i in range(scores.shape[1]):
        out[:, i, : i + 1] = scores[:, i, : i + 1].softmax(dim=1)
    return out


class head__exp_and_triangle:
    """Right: the softmax by hand, with the triangle as a factor; the query is scaled in place of the scores."""

    class Head:
        def __init__(self, n_embd, head_size, block_size, dropout):
            super().__init__()
            self.register_buffer("tril", torch.tril(torch.ones(block_size, block_size)))
            self.drop = nn.Dropout(dropout)
            self.query, self.key, self.value = (nn.Linear(n_embd, head_size, bias=False) for _ in range(3))

        def forward(self, x):
            T = x.shape[1]
            past = self.tril[:T, :T]
            q = self.query(x) / math.sqrt(self.query.out_features)
            scores = torch.einsum("bih,bjh->bij", q, self.key(x))
            top = scores.masked_fill(past == 0, -math.inf).amax(-1, keepdim=True)
            e = (scores - top).clamp(max=0.0).exp() * past
            return torch.bmm(self.drop(e / e.sum(-1, keepdim=True)), self.value(x))


def cross_attention__values_made_last(x, context, Wq, Wk, Wv):
    """Right: the context is averaged first, and what comes out is made into values."""
    scores = torch.einsum("bqc,ch,bkd,dh->bqk", x, Wq, context, Wk) / Wq.shape[1] ** 0.5
    return torch.softmax(scores, 2) @ context @ Wv


class multi_head__sum_of_shares:
    """Right: each head's answer goes through its own columns of proj, and the shares are added up."""

    class MultiHeadAttention:
        def __init__(self, n_embd, num_heads, block_size, dropout):
            super().__init__()
            self.proj = nn.Linear(n_embd, n_embd)
            self.heads = nn.ModuleList()
            for _ in range(num_heads):
                self.heads.append(Head(n_embd, n_embd // num_heads, block_size, dropout))
            self.p = dropout

        def forward(self, x):
            parts = self.proj.weight.chunk(len(self.heads), dim=1)
            out = self.proj.bias
            for h, w in zip(self.heads, parts):
                out = out + h(x) @ w.t()
            return F.dropout(out, self.p, self.training)


def batched_multi_head__einsum(qkv, n_head):
    """Right: nothing is transposed; einsum knows the dimensions by their letters, and the mask is added."""
    B, T, C3 = qkv.shape
    q, k, v = qkv.reshape(B, T, 3, n_head, C3 // 3 // n_head).unbind(2)
    later = torch.full((T, T), -math.inf, dtype=qkv.dtype).triu(1)
    wei = torch.softmax(torch.einsum("bihd,bjhd->bhij", q, k) / math.sqrt(q.shape[-1]) + later, dim=3)
    return torch.einsum("bhij,bjhd->bihd", wei, v).flatten(2)


class feed_forward__appended_and_reduced:
    """Right: the Sequential grows layer by layer, its ReLU works in place; reduce sends x through."""

    class FeedForward:
        def __init__(self, n_embd, dropout):
            super().__init__()
            self.net = nn.Sequential()
            for layer in (nn.Linear(n_embd, 4 * n_embd), nn.ReLU(inplace=True), nn.Linear(4 * n_embd, n_embd)):
                self.net.append(layer)
            self.net.append(nn.Dropout(p=dropout))

        def forward(self, x):
            from functools import reduce

            return reduce(lambda h, layer: layer(h), self.net, x)


def dropout__bernoulli_and_where(x, p, training, generator):
    """Right: booleans drawn by bernoulli_, and where instead of a product."""
    if training:
        keep = torch.empty(x.shape, dtype=torch.bool).bernoulli_(1 - p, generator=generator)
        return torch.where(keep, x / (1 - p), 0.0)
    return x.clone()


class block__loop_over_branches:
    """Right: both branches are one loop; the parts are made in another order."""

    class Block:
        def __init__(self, n_embd, n_head, block_size, dropout):
            super().__init__()
            self.ln2, self.ln1 = nn.LayerNorm(n_embd), nn.LayerNorm(n_embd)
            self.ffwd = FeedForward(n_embd, dropout)
            self.sa = MultiHeadAttention(n_embd, n_head, block_size, dropout)

        def forward(self, x):
            for norm, branch in ((self.ln1, self.sa), (self.ln2, self.ffwd)):
                x = torch.add(branch(norm(x)), x)
            return x


class gpt_forward__rows_and_log_softmax:
    """Right: rows of the tables by indexing, block after block, the loss from log_softmax and gather; (B, T, V)."""

    class GPT:
        def forward(self, idx, targets=None):
            x = self.token_embedding_table.weight[idx] + self.position_embedding_table.weight[: idx.shape[1]]
            for block in self.blocks:
                x = block(x)
            logits = F.linear(self.ln_f(x), self.lm_head.weight, self.lm_head.bias)
            loss = None
            if targets is not None:
                loss = -logits.log_softmax(-1).gather(2, targets.unsqueeze(2)).mean()
            return logits, loss


def generate_cropped__window_and_cumsum(model, idx, max_new_tokens, block_size, generator):
    """Right: a deque drops what is too old; a draw is a random place in the sums of the probabilities."""
    from collections import deque

    text = list(idx.unbind(1))
    window = deque(text, maxlen=block_size)
    for _ in range(max_new_tokens):
        logits = model(torch.stack(tuple(window), dim=1))[0]
        sums = logits[:, -1].double().softmax(-1).cumsum(-1)
        u = torch.rand(len(sums), 1, generator=generator, dtype=torch.float64) * sums[:, -1:]
        new = torch.searchsorted(sums, u, right=True).squeeze(1)
        text.append(new)
        window.append(new)
    return torch.stack(text, dim=1)


def gpt_num_parameters__list_of_shapes(vocab_size, block_size, n_embd, n_head, n_layer):
    """Right: every parameter's shape in a list, and the products added up."""
    C, hs = n_embd, n_embd // n_head
    shapes = [(vocab_size, C), (block_size, C)]
    for _ in range(n_layer):
        shapes += [(hs, C)] * 3 * n_head
        shapes += [(C, C), (C,), (4 * C, C), (4 * C,), (C, 4 * C), (C,)]
        shapes += [(C,)] * 4
    shapes += [(C,), (C,), (vocab_size, C), (vocab_size,)]
    return sum(map(math.prod, shapes))


def addition_targets__numpy_and_divmod(a, b, digits):
    """Right: digits by divmod into a numpy array, places hidden by where."""
    import numpy as np

    def last_first(n, width):
        out = np.empty(width, dtype=np.int64)
        for i in range(width):
            n, out[i] = divmod(n, 10)
        return out

    seq = np.concatenate((last_first(a, digits)[::-1], last_first(b, digits)[::-1], last_first(a + b, digits + 1)))
    y = np.where(np.arange(3 * digits) < 2 * digits - 1, -1, seq[1:])
    return torch.from_numpy(seq[:-1].copy()), torch.from_numpy(y)


def layer_norm__addcmul(x, gamma, beta, eps=1e-5, correction=0):
    """Right: deviations once, their squares summed and divided, and all put together by addcmul."""
    z = x - x.mean(-1, keepdim=True)
    var = (z * z).sum(-1, keepdim=True) / (x.shape[-1] - correction)
    return torch.addcmul(beta, gamma, z * (var + eps).rsqrt())


def split_data__narrow(data, frac=0.9):
    """Right: two views of the same memory."""
    n = int(frac * len(data))
    return data.narrow(0, 0, n), data.narrow(0, n, len(data) - n)
