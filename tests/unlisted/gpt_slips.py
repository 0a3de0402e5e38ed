"""More wrong answers for gpt: one slip each, or two at once, made from the docstrings alone."""

# ruff: noqa: F821, N801, RUF059

import torch
import torch.nn as nn
import torch.nn.functional as F


def char_codec__set_forgotten(text):
    """Wrong: the characters are sorted, but each stands there as often as in the text; set is forgotten."""
    chars = sorted(text)
    stoi = {ch: i for i, ch in enumerate(chars)}
    itos = dict(enumerate(chars))

    def encode(s):
        return [stoi[c] for c in s]

    def decode(ids):
        return "".join(itos[i] for i in ids)

    return encode, decode, len(chars)


def split_data__always_nine_tenths(data, frac=0.9):
    """Wrong: 0.9 is written into the code, whatever frac says."""
    n = int(0.9 * len(data))
    return data[:n], data[n:]


def get_batch__drawn_without_putting_back(data, block_size, batch_size, generator):
    """Wrong: a permutation never gives the same place twice, so the rows are not independent, and may be too few."""
    ix = torch.randperm(len(data) - block_size, generator=generator)[:batch_size]
    x = torch.stack([data[i : i + block_size] for i in ix])
    y = torch.stack([data[i + 1 : i + 1 + block_size] for i in ix])
    return x, y


def bigram_forward__view_instead_of_transpose(table, idx, targets):
    """Wrong: cross_entropy wants (B, V, T), and view gives that shape with the numbers in disorder."""
    logits = table[idx]
    if targets is None:
        return logits, None
    B, T, V = logits.shape
    loss = F.cross_entropy(logits.view(B, V, T), targets)
    return logits, loss


def generate__softmax_over_the_rows(logits_fn, idx, max_new_tokens, generator):
    """Wrong: the softmax goes along the rows of the batch, not along the characters."""
    for _ in range(max_new_tokens):
        logits = logits_fn(idx)[:, -1, :]
        probs = F.softmax(logits, dim=0)
        idx_next = torch.multinomial(probs, num_samples=1, generator=generator)
        idx = torch.cat((idx, idx_next), dim=1)
    return idx


def estimate_loss__back_to_training_too_soon(model, get_batch, eval_iters):
    """Wrong: model.train() stands one level too deep, and the second part is measured in training mode."""
    out = {}
    model.eval()
    with torch.no_grad():
        for split in ["train", "val"]:
            losses = torch.zeros(eval_iters)
            for k in range(eval_iters):
                X, Y = get_batch(split)
                logits, loss = model(X, Y)
                losses[k] = loss.item()
            out[split] = losses.mean().item()
            model.train()
    return out


def causal_mean_loop__mean_over_features_too(x):
    """Wrong: mean has no dim, and averages over the features as well."""
    B, T, C = x.shape
    out = torch.zeros_like(x)
    for b in range(B):
        for t in range(T):
            xprev = x[b, : t + 1]
            out[b, t] = xprev.mean()
    return out


def causal_mean_matmul__no_keepdim(x):
    """Wrong: without keepdim the sums of the rows divide the columns."""
    T = x.shape[1]
    wei = torch.tril(torch.ones(T, T))
    wei = wei / wei.sum(1)
    return wei @ x


def causal_mean_softmax__of_the_triangle(x):
    """Wrong: the softmax is taken of ones and zeros; the zeros of the future still count with exp(0)."""
    T = x.shape[1]
    wei = F.softmax(torch.tril(torch.ones(T, T)), dim=-1)
    return wei @ x


def attention_scores__root_of_the_length(q, k):
    """Wrong: shape[1] is the number of places; the scale takes the root of that, not of the head size."""
    return q @ k.transpose(-2, -1) * k.shape[1] ** -0.5


def causal_attention_weights__scores_changed(scores):
    """Wrong: the mask is filled into the caller's scores."""
    T = scores.shape[-1]
    mask = torch.tril(torch.ones(T, T)) == 0
    scores.masked_fill_(mask, float("-inf"))
    return F.softmax(scores, dim=-1)


class head__output_is_dropped:
    """Wrong: elements of the output are dropped, not those of wei."""

    class Head:
        def __init__(self, n_embd, head_size, block_size, dropout):
            super().__init__()
            self.key = nn.Linear(n_embd, head_size, bias=False)
            self.query = nn.Linear(n_embd, head_size, bias=False)
            self.value = nn.Linear(n_embd, head_size, bias=False)
            self.register_buffer("tril", torch.tril(torch.ones(block_size, block_size)))
            self.dropout = nn.Dropout(dropout)

        def forward(self, x):
            B, T, C = x.shape
            k = self.key(x)
            q = self.query(x)
            wei = q @ k.transpose(-2, -1) * k.shape[-1] ** -0.5
            wei = wei.masked_fill(self.tril[:T, :T] == 0, float("-inf"))
            wei = F.softmax(wei, dim=-1)
            out = wei @ self.value(x)
            return self.dropout(out)


def cross_attention__over_the_queries_and_no_scale(x, context, Wq, Wk, Wv):
    """Wrong twice: the softmax goes over the tokens that look, dim 1; the scores are not scaled."""
    q = x @ Wq
    k = context @ Wk
    v = context @ Wv
    wei = q @ k.transpose(1, 2)
    wei = F.softmax(wei, dim=1)
    return wei @ v


class multi_head__answers_interleaved:
    """Wrong: stacked along a new last dimension and flattened, the heads' numbers take turns."""

    class MultiHeadAttention:
        def __init__(self, n_embd, num_heads, block_size, dropout):
            super().__init__()
            head_size = n_embd // num_heads
            self.heads = nn.ModuleList([Head(n_embd, head_size, block_size, dropout) for _ in range(num_heads)])
            self.proj = nn.Linear(n_embd, n_embd)
            self.dropout = nn.Dropout(dropout)

        def forward(self, x):
            out = torch.stack([h(x) for h in self.heads], dim=-1)
            out = out.flatten(2)
            return self.dropout(self.proj(out))


def batched_multi_head__not_transposed_back(qkv, n_head):
    """Wrong: (B, n_head, T, hs) is reshaped to (B, T, C) without putting the heads beside the places' numbers first."""
    B, T, C3 = qkv.shape
    C = C3 // 3
    hs = C // n_head
    q, k, v = qkv.split(C, dim=2)
    q = q.view(B, T, n_head, hs).transpose(1, 2)
    k = k.view(B, T, n_head, hs).transpose(1, 2)
    v = v.view(B, T, n_head, hs).transpose(1, 2)
    att = q @ k.transpose(-2, -1) * hs**-0.5
    att = att.masked_fill(torch.tril(torch.ones(T, T)) == 0, float("-inf"))
    att = F.softmax(att, dim=-1)
    return (att @ v).reshape(B, T, C)


class feed_forward__adds_its_input:
    """Wrong: the input is added to the output; that is the block's affair."""

    class FeedForward:
        def __init__(self, n_embd, dropout):
            super().__init__()
            self.net = nn.Sequential(
                nn.Linear(n_embd, 4 * n_embd),
                nn.ReLU(),
                nn.Linear(4 * n_embd, n_embd),
                nn.Dropout(dropout),
            )

        def forward(self, x):
            return x + self.net(x)


def layer_norm__along_dim_1(x, gamma, beta, eps=1e-5, correction=0):
    """Wrong: dim 1, as in the lecture's class, is the features' only for (B, C); for (B, T, C) it is the places'."""
    mean = x.mean(1, keepdim=True)
    var = x.var(1, keepdim=True, correction=correction)
    return gamma * (x - mean) / (var + eps) ** 0.5 + beta


def dropout__torchs_own(x, p, training, generator):
    """Wrong: F.dropout draws from torch's global generator, not from the one that was given."""
    return F.dropout(x, p=p, training=training)


def dropout__p_is_kept_and_nothing_scaled(x, p, training, generator):
    """Wrong twice: p is taken for the chance to be kept; what is kept is not made larger."""
    if not training:
        return x
    mask = torch.rand(x.shape, generator=generator) < p
    return x * mask


class block__first_norm_twice:
    """Wrong: ln1 normalises both branches; ln2 is never used."""

    class Block:
        def __init__(self, n_embd, n_head, block_size, dropout):
            super().__init__()
            self.sa = MultiHeadAttention(n_embd, n_head, block_size, dropout)
            self.ffwd = FeedForward(n_embd, dropout)
            self.ln1 = nn.LayerNorm(n_embd)
            self.ln2 = nn.LayerNorm(n_embd)

        def forward(self, x):
            x = x + self.sa(self.ln1(x))
            x = x + self.ffwd(self.ln1(x))
            return x


class gpt_forward__probabilities_into_the_loss:
    """Wrong: cross_entropy gets probabilities, and takes the softmax a second time."""

    class GPT:
        def forward(self, idx, targets=None):
            B, T = idx.shape
            tok_emb = self.token_embedding_table(idx)
            pos_emb = self.position_embedding_table(torch.arange(T))
            x = self.blocks(tok_emb + pos_emb)
            logits = self.lm_head(self.ln_f(x))
            if targets is None:
                return logits, None
            B, T, V = logits.shape
            logits = logits.view(B * T, V)
            probs = F.softmax(logits, dim=-1)
            loss = F.cross_entropy(probs, targets.view(B * T))
            return logits, loss


def generate_cropped__only_the_prompt_is_cropped(model, idx, max_new_tokens, block_size, generator):
    """Wrong: it is cropped once, before the loop; with what is drawn it grows beyond block_size."""
    seen = idx[:, -block_size:]
    for _ in range(max_new_tokens):
        logits, _ = model(seen)
        probs = F.softmax(logits[:, -1, :], dim=-1)
        nxt = torch.multinomial(probs, num_samples=1, generator=generator)
        seen = torch.cat((seen, nxt), dim=1)
        idx = torch.cat((idx, nxt), dim=1)
    return idx


def gpt_num_parameters__last_norm_and_last_bias(vocab_size, block_size, n_embd, n_head, n_layer):
    """Wrong twice: ln_f is not counted; lm_head is counted without its bias."""
    embeddings = vocab_size * n_embd + block_size * n_embd
    attention = 3 * n_embd * n_embd + n_embd * n_embd + n_embd
    mlp = n_embd * 4 * n_embd + 4 * n_embd + 4 * n_embd * n_embd + n_embd
    norms = 2 * 2 * n_embd
    return embeddings + n_layer * (attention + mlp + norms) + n_embd * vocab_size


def addition_targets__turned_round_before_filled(a, b, digits):
    """Wrong: the sum is turned round first and then filled with zeros, which so come before its last digit."""
    s = str(a).zfill(digits) + str(b).zfill(digits) + str(a + b)[::-1].zfill(digits + 1)
    seq = torch.tensor([int(c) for c in s])
    x, y = seq[:-1], seq[1:].clone()
    y[: 2 * digits - 1] = -1
    return x, y


def get_batch__targets_skip_one(data, block_size, batch_size, generator):
    """Wrong: the targets stand two characters further on, so each skips the one that follows."""
    starts = torch.randint(len(data) - block_size - 1, (batch_size,), generator=generator)
    x = torch.stack([data[i : i + block_size] for i in starts])
    y = torch.stack([data[i + 2 : i + 2 + block_size] for i in starts])
    return x, y
