"""Right answers to the lecture on GPT that look different. The grader has to accept every one of them."""


# ---- char_codec


def char_codec__two_dictionaries(text):
    chars = sorted(list(set(text)))
    vocab_size = len(chars)
    stoi = {ch: i for i, ch in enumerate(chars)}
    itos = {i: ch for i, ch in enumerate(chars)}
    encode = lambda s: [stoi[c] for c in s]
    decode = lambda l: "".join([itos[i] for i in l])
    return encode, decode, vocab_size


def char_codec__index_in_a_string(text):
    alphabet = "".join(sorted(set(text)))

    def encode(s):
        return list(map(alphabet.index, s))

    def decode(ids):
        out = ""
        for i in ids:
            out += alphabet[i]
        return out

    return [encode, decode, len(alphabet)]


def char_codec__by_code_points(text):
    points = sorted({ord(char) for char in text})
    return (
        lambda s: [points.index(ord(char)) for char in s],
        lambda ids: "".join(map(chr, (points[i] for i in ids))),
        len(points),
    )


def char_codec__bisected(text):
    from bisect import bisect_left

    chars = sorted(dict.fromkeys(text))
    return lambda s: tuple(bisect_left(chars, c) for c in s), lambda ids: str().join(chars[int(i)] for i in ids), len(chars)


def char_codec__numpy(text):
    import numpy as np

    chars = np.unique(np.array(list(text)))

    def encode(s):
        return list(np.searchsorted(chars, list(s)))

    def decode(ids):
        return "".join(chars[np.asarray(ids)].tolist())

    return encode, decode, chars.size


def char_codec__a_class(text):
    class Codec:
        def __init__(self, text):
            self.itos = dict(enumerate(sorted(set(text))))
            self.stoi = {c: i for i, c in self.itos.items()}

        def encode(self, s):
            return [self.stoi[c] for c in s]

        def decode(self, ids):
            return "".join(self.itos[i] for i in ids)

    codec = Codec(text)
    return codec.encode, codec.decode, len(codec.itos)


# ---- split_data


def split_data__torch_split(data, frac=0.9):
    n = int(frac * len(data))
    return torch.split(data, [n, len(data) - n])


def split_data__tensor_split(data, frac=0.9):
    return data.tensor_split((int(data.shape[0] * frac),))


def split_data__copies(data, frac=0.9):
    n = math.floor(frac * data.numel())
    train, val = data[:n].clone(), data[n:].clone()
    return [train, val]


def split_data__narrow(data, frac=0.9):
    N = data.size(0)
    n = int(N * frac)
    return data.narrow(0, 0, n), data.narrow(0, n, N - n)


def split_data__from_the_end(data, frac=0.9):
    val_size = len(data) - int(frac * len(data))
    return data[:-val_size], data[-val_size:]


def split_data__list_of_ids(data, frac=0.9):
    ids = data.tolist()
    n = int(frac * len(ids))
    return torch.tensor(ids[:n]), torch.tensor(ids[n:])


def split_data__int32(data, frac=0.9):
    n = int(frac * len(data))
    return data[:n].int(), data[n:].int()


# ---- get_batch


def get_batch__lecture(data, block_size, batch_size, generator):
    ix = torch.randint(len(data) - block_size, (batch_size,), generator=generator)
    x = torch.stack([data[i : i + block_size] for i in ix])
    y = torch.stack([data[i + 1 : i + block_size + 1] for i in ix])
    return x, y


def get_batch__index_matrix(data, block_size, batch_size, generator):
    starts = torch.randint(0, data.shape[0] - block_size, (batch_size, 1), generator=generator)
    places = starts + torch.arange(block_size)
    return data[places], data[places + 1]


def get_batch__unfold(data, block_size, batch_size, generator):
    windows = data.unfold(0, block_size + 1, 1)
    chosen = windows[torch.randint(len(windows), (batch_size,), generator=generator)]
    return chosen[:, :-1], chosen[:, 1:]


def get_batch__row_by_row(data, block_size, batch_size, generator):
    xs, ys = [], []
    for _ in range(batch_size):
        i = torch.randint(len(data) - block_size, (1,), generator=generator).item()
        xs.append(data[i : i + block_size])
        ys.append(data[i + 1 : i + 1 + block_size])
    return torch.stack(xs), torch.stack(ys)


def get_batch__filled(data, block_size, batch_size, generator):
    x = torch.empty(batch_size, block_size, dtype=torch.long)
    y = torch.empty_like(x)
    for row in range(batch_size):
        start = int(torch.rand(1, generator=generator) * (len(data) - block_size))
        x[row], y[row] = data[start : start + block_size], data[start + 1 : start + block_size + 1]
    return [x, y]


def get_batch__never_the_last_window(data, block_size, batch_size, generator):
    ix = torch.randint(0, len(data) - block_size - 1, (batch_size,), generator=generator)
    x = torch.stack([data[i : i + block_size] for i in ix])
    y = torch.stack([data[i + 1 : i + block_size + 1] for i in ix])
    return x, y


def get_batch__numpy(data, block_size, batch_size, generator):
    import numpy as np

    text = data.numpy()
    ix = torch.randint(len(text) - block_size, (batch_size,), generator=generator).numpy()
    x = np.stack([text[i : i + block_size] for i in ix])
    y = np.stack([text[i + 1 : i + 1 + block_size] for i in ix])
    return torch.from_numpy(x), torch.from_numpy(y)


def get_batch__multinomial(data, block_size, batch_size, generator):
    weights = torch.ones(len(data) - block_size)
    starts = torch.multinomial(weights, batch_size, replacement=True, generator=generator)
    offsets = torch.arange(block_size)[None, :]
    x = torch.take(data, starts[:, None] + offsets)
    y = torch.take(data, starts[:, None] + offsets + 1)
    return x, y


def get_batch__int32(data, block_size, batch_size, generator):
    places = torch.randint(len(data) - block_size, (batch_size, 1), generator=generator) + torch.arange(block_size + 1)
    chunks = data.int()[places]
    return chunks.narrow(1, 0, block_size), chunks.narrow(1, 1, block_size)


# ---- bigram_forward


def bigram_forward__embedding(table, idx, targets):
    logits = F.embedding(idx, table)
    if targets is None:
        loss = None
    else:
        B, T, C = logits.shape
        logits = logits.view(B * T, C)
        targets = targets.view(B * T)
        loss = F.cross_entropy(logits, targets)
    return logits, loss


def bigram_forward__classes_moved(table, idx, targets):
    logits = table[idx]
    loss = None if targets is None else F.cross_entropy(logits.transpose(1, 2), targets)
    return logits, loss


def bigram_forward__flattened(table, idx, targets):
    logits = table[idx]
    if targets is not None:
        return logits, F.cross_entropy(logits.flatten(0, 1), targets.flatten())
    return logits, None


def bigram_forward__one_hot(table, idx, targets):
    logits = F.one_hot(idx, table.shape[0]).float() @ table
    if targets is None:
        return [logits, None]
    logits = logits.reshape(-1, table.shape[1])
    return [logits, F.nll_loss(F.log_softmax(logits, dim=1), targets.reshape(-1))]


def bigram_forward__by_hand(table, idx, targets):
    logits = table.index_select(0, idx.flatten()).view(*idx.shape, -1)
    if targets is None:
        return logits, None
    chosen = logits.gather(2, targets.unsqueeze(-1)).squeeze(-1)
    return logits, (logits.logsumexp(-1) - chosen).mean()


def bigram_forward__double(table, idx, targets):
    logits = table.double()[idx]
    if targets is None:
        return logits, None
    probs = logits.exp() / logits.exp().sum(-1, keepdim=True)
    B, T = idx.shape
    picked = probs[torch.arange(B)[:, None], torch.arange(T)[None, :], targets]
    return logits, -picked.log().mean()


# ---- generate


def generate__list_and_stack(logits_fn, idx, max_new_tokens, generator):
    columns = list(idx.unbind(1))
    for _ in range(max_new_tokens):
        logits = logits_fn(torch.stack(columns, 1))[:, -1]
        columns.append(torch.multinomial(torch.softmax(logits, -1), 1, generator=generator).squeeze(1))
    return torch.stack(columns, dim=1)


def generate__filled(logits_fn, idx, max_new_tokens, generator):
    B, T = idx.shape
    out = torch.zeros(B, T + max_new_tokens, dtype=idx.dtype)
    out[:, :T] = idx
    for t in range(T, T + max_new_tokens):
        probs = logits_fn(out[:, :t])[:, -1].softmax(dim=1)
        out[:, t] = torch.multinomial(probs, 1, generator=generator)[:, 0]
    return out


def generate__weights_for_probabilities(logits_fn, idx, max_new_tokens, generator):
    while max_new_tokens:
        counts = logits_fn(idx)[:, -1, :].exp()
        idx = torch.hstack([idx, torch.multinomial(counts, 1, generator=generator)])
        max_new_tokens -= 1
    return idx


def generate__inverse_of_the_distribution(logits_fn, idx, max_new_tokens, generator):
    for _ in range(max_new_tokens):
        probs = F.softmax(logits_fn(idx)[:, -1, :].double(), dim=-1)
        u = torch.rand(len(idx), 1, generator=generator, dtype=torch.float64)
        ix = torch.searchsorted(probs.cumsum(1), u).clamp(max=probs.shape[1] - 1)
        idx = torch.cat([idx, ix], 1)
    return idx


def generate__gumbel(logits_fn, idx, max_new_tokens, generator):
    for _ in range(max_new_tokens):
        logits = logits_fn(idx)[:, -1, :]
        noise = torch.empty_like(logits).exponential_(generator=generator)
        ix = (logits - noise.log()).argmax(-1, keepdim=True)
        idx = torch.cat((idx, ix), dim=-1)
    return idx


def generate__row_by_row(logits_fn, idx, max_new_tokens, generator):
    for _ in range(max_new_tokens):
        last = logits_fn(idx).select(1, -1)
        new = [torch.multinomial(p, 1, generator=generator) for p in F.softmax(last, 1)]
        idx = torch.cat((idx, torch.stack(new)), dim=1)
    return idx


def generate__recursive(logits_fn, idx, max_new_tokens, generator):
    if max_new_tokens == 0:
        return idx
    with torch.no_grad():
        logprobs = F.log_softmax(logits_fn(idx), dim=-1)[:, -1]
        following = torch.multinomial(logprobs.exp(), 1, generator=generator)
    return generate(logits_fn, torch.cat((idx, following), 1), max_new_tokens - 1, generator)


def generate__int32(logits_fn, idx, max_new_tokens, generator):
    for _ in range(max_new_tokens):
        probs = torch.softmax(logits_fn(idx)[:, -1, :], dim=1)
        idx = torch.cat((idx, torch.multinomial(probs, 1, replacement=True, generator=generator)), dim=1)
    return idx.to(torch.int32)


# ---- estimate_loss


def estimate_loss__lecture(model, get_batch, eval_iters):
    @torch.no_grad()
    def estimate():
        out = {}
        model.eval()
        for split in ["train", "val"]:
            losses = torch.zeros(eval_iters)
            for k in range(eval_iters):
                X, Y = get_batch(split)
                logits, loss = model(X, Y)
                losses[k] = loss.item()
            out[split] = losses.mean()
        model.train()
        return out

    return estimate()


def estimate_loss__running_mean(model, get_batch, eval_iters):
    model.train(False)
    means = {"val": 0.0, "train": 0.0}
    with torch.inference_mode():
        for k in range(1, eval_iters + 1):
            for split in means:
                _, loss = model(*get_batch(split))
                means[split] += (float(loss) - means[split]) / k
    model.train(True)
    return means


def estimate_loss__switched_by_hand(model, get_batch, eval_iters):
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    model.eval()
    try:
        losses = {split: [model(*get_batch(split))[1] for _ in range(eval_iters)] for split in ("train", "val")}
    finally:
        torch.set_grad_enabled(before)
        model.train()
    return {split: torch.stack(several).mean() for split, several in losses.items()}


def estimate_loss__numpy(model, get_batch, eval_iters):
    import numpy as np

    model.eval()
    with torch.set_grad_enabled(False):
        result = {}
        for split in ("val", "train"):
            values = np.array([model(*get_batch(split))[1].numpy() for _ in range(eval_iters)])
            result[split] = values.mean()
    for module in model.modules():
        module.train()
    return result


def estimate_loss__statistics(model, get_batch, eval_iters):
    from statistics import fmean

    with torch.no_grad():
        model.eval()
        out = dict(
            train=fmean(model(*get_batch("train"))[1].item() for _ in range(eval_iters)),
            val=fmean(model(*get_batch("val"))[1].item() for _ in range(eval_iters)),
        )
        model.train()
    return out


# ---- causal_mean_loop


def causal_mean_loop__running_sum(x):
    B, T, C = x.shape
    out = torch.empty(B, T, C)
    for b in range(B):
        total = torch.zeros(C)
        for t in range(T):
            total = total + x[b, t]
            out[b, t] = total / (t + 1)
    return out


def causal_mean_loop__cumsum(x):
    return x.cumsum(dim=1) / torch.arange(1, x.shape[1] + 1)[:, None]


def causal_mean_loop__all_sequences_at_once(x):
    return torch.stack([x[:, : t + 1].mean(dim=1) for t in range(x.shape[1])], dim=1)


def causal_mean_loop__mean_moved_on(x):
    means = [x[:, 0]]
    for t in range(1, x.shape[1]):
        means.append(means[-1] + (x[:, t] - means[-1]) / (t + 1))
    return torch.stack(means, 1)


def causal_mean_loop__every_number(x):
    B, T, C = x.shape
    out = x.clone()
    for b in range(B):
        for t in range(T):
            for c in range(C):
                out[b, t, c] = sum(float(x[b, s, c]) for s in range(t + 1)) / (t + 1)
    return out


def causal_mean_loop__numpy(x):
    import numpy as np

    a = x.numpy().astype(np.float64)
    return torch.from_numpy(np.cumsum(a, axis=1) / np.arange(1, a.shape[1] + 1).reshape(1, -1, 1))


# ---- causal_mean_matmul


def causal_mean_matmul__einsum(x):
    T = x.size(1)
    wei = torch.ones(T, T).tril_()
    wei /= wei.sum(1, keepdim=True)
    return torch.einsum("ts,bsc->btc", wei, x)


def causal_mean_matmul__divided_afterwards(x):
    T = x.shape[1]
    sums = torch.tril(torch.ones(T, T)) @ x
    return sums / torch.arange(1, T + 1).unsqueeze(1)


def causal_mean_matmul__bmm(x):
    B, T, _ = x.shape
    wei = torch.stack([torch.arange(T) <= t for t in range(T)]).double()
    wei = wei / torch.arange(1.0, T + 1)[:, None]
    return torch.bmm(wei.expand(B, T, T), x.double())


def causal_mean_matmul__from_the_right(x):
    T = x.shape[1]
    wei = torch.triu(torch.ones(T, T))
    wei = wei / wei.sum(0)
    return (x.transpose(1, 2) @ wei).transpose(1, 2)


def causal_mean_matmul__harmonic(x):
    T = x.shape[1]
    wei = torch.diag(1 / torch.arange(1, T + 1)) @ torch.ones(T, T).tril()
    return torch.matmul(wei, x)


# ---- causal_mean_softmax


def causal_mean_softmax__log_of_tril(x):
    T = x.shape[1]
    return torch.log(torch.tril(torch.ones(T, T))).softmax(1) @ x


def causal_mean_softmax__upper_triangle(x):
    T = x.shape[1]
    wei = torch.triu(torch.full((T, T), -math.inf), diagonal=1)
    return F.softmax(wei, dim=1) @ x


def causal_mean_softmax__large_negative(x):
    T = x.size(1)
    wei = torch.where(torch.arange(T)[:, None] >= torch.arange(T), 0.0, -1e9)
    return nn.Softmax(dim=-1)(wei).matmul(x)


def causal_mean_softmax__in_place_in_a_batch(x):
    B, T, _ = x.shape
    wei = x.new_zeros(B, T, T)
    wei.masked_fill_(torch.ones(T, T, dtype=torch.bool).triu(1), float("-inf"))
    return torch.bmm(wei.softmax(-1), x)


def causal_mean_softmax__any_constant(x):
    T = x.shape[1]
    wei = torch.full((T, T), 3.0, dtype=torch.float64) + torch.ones(T, T).tril().log().double()
    wei = wei.exp() / wei.exp().sum(-1, keepdim=True)
    return torch.einsum("ij,bjc->bic", wei, x.double())


# ---- attention_scores


def attention_scores__queries_scaled_first(q, k):
    return (q / math.sqrt(q.shape[-1])) @ k.mT


def attention_scores__a_fourth_root_on_both(q, k):
    scale = q.size(-1) ** -0.25
    return (q * scale) @ (k * scale).transpose(1, 2)


def attention_scores__einsum(q, k):
    return torch.einsum("bih,bjh->bij", q, k) / k.shape[2] ** 0.5


def attention_scores__baddbmm(q, k):
    B, T, hs = q.shape
    return torch.baddbmm(torch.zeros(B, T, T), q, k.transpose(1, 2), beta=0, alpha=1 / hs**0.5)


def attention_scores__every_pair(q, k):
    B, T, hs = q.shape
    scores = torch.empty(B, T, T, dtype=torch.float64)
    for b in range(B):
        for i in range(T):
            for j in range(T):
                scores[b, i, j] = torch.dot(q[b, i].double(), k[b, j].double()) / math.sqrt(hs)
    return scores


def attention_scores__keys_first(q, k):
    return torch.bmm(k, q.permute(0, 2, 1)).permute(0, 2, 1).mul(torch.tensor(q.shape[-1]).rsqrt())


def attention_scores__in_place_on_the_product(q, k):
    wei = torch.matmul(q, k.transpose(-1, -2))
    wei *= k.shape[-1] ** -0.5
    return wei


# ---- causal_attention_weights


def causal_attention_weights__renormalised(scores):
    weights = F.softmax(scores, dim=-1).tril()
    return weights / weights.sum(-1, keepdim=True)


def causal_attention_weights__added_mask(scores):
    T = scores.shape[1]
    return (scores + torch.full((T, T), float("-inf")).triu(1)).softmax(2)


def causal_attention_weights__large_negative(scores):
    T = scores.size(-1)
    mask = torch.tril(torch.ones(T, T, dtype=torch.bool))
    return torch.softmax(torch.where(mask, scores, -1e9), -1)


def causal_attention_weights__row_by_row(scores):
    B, T, _ = scores.shape
    weights = torch.zeros(B, T, T)
    for i in range(T):
        weights[:, i, : i + 1] = F.softmax(scores[:, i, : i + 1], dim=1)
    return weights


def causal_attention_weights__by_exp(scores):
    shifted = scores.double() - scores.double().amax(-1, keepdim=True)
    counts = torch.exp(shifted) * torch.ones_like(shifted).tril()
    return counts / counts.sum(dim=2, keepdim=True)


def causal_attention_weights__in_place_on_a_copy(scores):
    weights = scores.clone()
    weights[:, torch.triu(torch.ones(scores.shape[1:], dtype=torch.bool), 1)] = -torch.inf
    return weights.softmax(dim=-1)


def causal_attention_weights__columns_of_the_transpose(scores):
    T = scores.shape[-1]
    turned = scores.transpose(1, 2).masked_fill(torch.tril(torch.ones(T, T), -1) == 1, -math.inf)
    return turned.softmax(dim=1).transpose(1, 2)


# ---- head


class head__scores_scaled_beforehand:
    def __init__(self, n_embd, head_size, block_size, dropout):
        super().__init__()
        self.value = nn.Linear(n_embd, head_size, bias=False)
        self.query = nn.Linear(n_embd, head_size, bias=False)
        self.key = nn.Linear(n_embd, head_size, bias=False)
        self.register_buffer("tril", torch.ones(block_size, block_size).tril().bool(), persistent=False)
        self.drop = nn.Dropout(p=dropout)
        self.scale = head_size**-0.25

    def forward(self, x):
        B, T, C = x.shape
        q = self.query(x) * self.scale
        k = self.key(x) * self.scale
        wei = torch.einsum("bth,bsh->bts", q, k)
        wei = torch.where(self.tril[:T, :T], wei, torch.tensor(-1e9))
        return self.drop(wei.softmax(-1)) @ self.value(x)


class head__renormalised:
    def forward(self, x):
        T = x.shape[-2]
        q, k, v = self.query(x), self.key(x), self.value(x)
        scores = torch.bmm(q, k.mT) / math.sqrt(q.size(-1))
        counts = torch.exp(scores - scores.amax(-1, keepdim=True)) * self.tril[:T, :T]
        wei = counts / counts.sum(-1, keepdim=True)
        return torch.bmm(self.dropout(wei), v)


class head__functional_dropout:
    def __init__(self, n_embd, head_size, block_size, dropout):
        super().__init__()
        for name in ("key", "query", "value"):
            setattr(self, name, nn.Linear(n_embd, head_size, False))
        self.p = dropout
        self.register_buffer("tril", torch.tril(torch.ones((block_size, block_size), dtype=torch.int64)))

    def forward(self, x):
        length = x.size(1)
        hidden = torch.zeros(length, length).masked_fill(self.tril[:length, :length] != 1, float("-inf"))
        wei = torch.matmul(self.query(x), self.key(x).transpose(1, 2))
        wei = F.softmax(wei / wei.new_tensor(self.key.out_features).sqrt() + hidden, -1)
        wei = F.dropout(wei, self.p, training=self.training)
        return torch.einsum("bts,bsh->bth", wei, self.value(x))


class head__own_mask:
    def forward(self, x):
        q, k, v = (layer(x) for layer in (self.query, self.key, self.value))
        T, size = q.shape[1:]
        wei = q @ k.permute(0, 2, 1) * size**-0.5
        wei = wei + torch.full((T, T), -math.inf).triu(1)
        weights = wei.exp() / wei.exp().sum(2, keepdim=True)
        return self.dropout(weights) @ v


class head__row_by_row:
    def forward(self, x):
        q, k, v = self.query(x), self.key(x), self.value(x)
        rows = []
        for t in range(x.shape[1]):
            past = k[:, : t + 1]
            scores = (past @ q[:, t, :, None]).squeeze(-1) / q.shape[-1] ** 0.5
            wei = self.dropout(torch.softmax(scores, dim=1))
            rows.append(torch.einsum("bs,bsh->bh", wei, v[:, : t + 1]))
        return torch.stack(rows, 1)


class head__double_precision:
    def forward(self, x):
        T = x.shape[1]
        wide = x.double()
        q, k, v = (wide @ layer.weight.double().t() for layer in (self.query, self.key, self.value))
        wei = (q @ k.transpose(-1, -2)).div(k.shape[-1] ** 0.5).masked_fill(~self.tril[:T, :T].bool(), -float("inf"))
        return self.dropout(wei.softmax(dim=-1)).matmul(v)


# ---- cross_attention


def cross_attention__builtin(x, context, Wq, Wk, Wv):
    return F.scaled_dot_product_attention(x @ Wq, context @ Wk, context @ Wv)


def cross_attention__einsum(x, context, Wq, Wk, Wv):
    scores = torch.einsum("bqc,ch,bkd,dh->bqk", x, Wq, context, Wk)
    wei = torch.softmax(scores / math.sqrt(Wq.shape[1]), 2)
    return torch.einsum("bqk,bkc,ch->bqh", wei, context, Wv)


def cross_attention__one_matrix(x, context, Wq, Wk, Wv):
    scores = x @ (Wq @ Wk.T) @ context.transpose(1, 2)
    return ((scores * Wk.size(1) ** -0.5).softmax(-1) @ context) @ Wv


def cross_attention__sequence_by_sequence(x, context, Wq, Wk, Wv):
    found = []
    for one, other in zip(x, context):
        q, k, v = one @ Wq, other @ Wk, other @ Wv
        found.append(F.softmax(q @ k.T / q.shape[1] ** 0.5, dim=1) @ v)
    return torch.stack(found)


def cross_attention__double_precision(x, context, Wq, Wk, Wv):
    x, context, Wq, Wk, Wv = (t.double() for t in (x, context, Wq, Wk, Wv))
    q = F.linear(x, Wq.T) / Wq.shape[-1] ** 0.25
    k, v = torch.cat([context @ Wk, context @ Wv], -1).chunk(2, -1)
    k = k / Wq.shape[-1] ** 0.25
    counts = torch.baddbmm(torch.zeros(1), q.float(), k.float().mT).exp()
    return counts.double() @ v / counts.sum(-1, keepdim=True)


def cross_attention__scaled_queries(x, context, Wq, Wk, Wv):
    hs = Wq.shape[1]
    q = (x @ Wq) * hs**-0.5
    wei = torch.matmul(q, torch.matmul(context, Wk).transpose(-1, -2))
    wei = wei - wei.max(dim=-1, keepdim=True).values
    wei = wei.exp()
    wei = wei / wei.sum(dim=-1, keepdim=True)
    return wei @ (context @ Wv)


def cross_attention__module(x, context, Wq, Wk, Wv):
    C, hs = Wq.shape
    out = torch.empty(x.shape[0], x.shape[1], hs)
    keys, values = context.matmul(Wk), context.matmul(Wv)
    for b in range(x.shape[0]):
        for t in range(x.shape[1]):
            query = x[b, t] @ Wq
            shares = torch.softmax(keys[b] @ query / math.sqrt(hs), 0)
            out[b, t] = shares @ values[b]
    return out


# ---- multi_head


class multi_head__lecture:
    def __init__(self, n_embd, num_heads, block_size, dropout):
        super().__init__()
        head_size = n_embd // num_heads
        self.heads = nn.ModuleList([Head(n_embd, head_size, block_size, dropout) for _ in range(num_heads)])
        self.proj = nn.Linear(head_size * num_heads, n_embd)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        out = torch.cat([h(x) for h in self.heads], dim=-1)
        out = self.dropout(self.proj(out))
        return out


class multi_head__appended:
    def __init__(self, n_embd, num_heads, block_size, dropout):
        super().__init__()
        self.proj = nn.Linear(n_embd, n_embd)
        self.heads = nn.ModuleList()
        for i in range(num_heads):
            self.heads.append(Head(n_embd, int(n_embd / num_heads), block_size, dropout))
        self.drop = dropout

    def forward(self, x):
        found = ()
        for i in range(len(self.heads)):
            found += (self.heads[i](x),)
        mixed = torch.concat(found, 2) @ self.proj.weight.T + self.proj.bias
        return F.dropout(mixed, p=self.drop, training=self.training)


class multi_head__stacked:
    def forward(self, x):
        out = torch.stack([h(x) for h in self.heads], dim=2)
        return self.dropout(self.proj(out.flatten(start_dim=2)))


class multi_head__filled_in:
    def forward(self, x):
        B, T, C = x.shape
        size = C // len(self.heads)
        out = x.new_zeros(B, T, C)
        for i, h in enumerate(self.heads):
            out[..., i * size : (i + 1) * size] = h(x)
        return self.dropout(self.proj(out))


class multi_head__sum_of_projections:
    def forward(self, x):
        size = x.shape[-1] // len(self.heads)
        out = self.proj.bias
        for h, columns in zip(self.heads, self.proj.weight.split(size, dim=1)):
            out = out + h(x) @ columns.T
        return self.dropout(out)


# ---- batched_multi_head


def batched_multi_head__builtin(qkv, n_head):
    B, T, C3 = qkv.shape
    q, k, v = qkv.view(B, T, 3, n_head, C3 // 3 // n_head).permute(2, 0, 3, 1, 4)
    return F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(B, T, C3 // 3)


def batched_multi_head__nano(qkv, n_head):
    B, T, C3 = qkv.size()
    C = C3 // 3
    q, k, v = qkv.split(C, dim=2)
    k = k.view(B, T, n_head, C // n_head).transpose(1, 2)
    q = q.view(B, T, n_head, C // n_head).transpose(1, 2)
    v = v.view(B, T, n_head, C // n_head).transpose(1, 2)
    att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
    att = att.masked_fill(torch.tril(torch.ones(T, T)).view(1, 1, T, T) == 0, float("-inf"))
    att = F.softmax(att, dim=-1)
    y = att @ v
    return y.transpose(1, 2).contiguous().view(B, T, C)


def batched_multi_head__heads_in_the_batch(qkv, n_head):
    B, T, _ = qkv.shape
    q, k, v = qkv.unflatten(-1, (3, n_head, -1)).unbind(2)
    q, k, v = (t.transpose(1, 2).flatten(0, 1) for t in (q, k, v))
    future = torch.triu(torch.ones(T, T, dtype=torch.bool), diagonal=1)
    wei = torch.bmm(q, k.mT).div(k.shape[2] ** 0.5).masked_fill(future, -math.inf).softmax(2)
    return torch.bmm(wei, v).unflatten(0, (B, n_head)).transpose(1, 2).flatten(2)


def batched_multi_head__einsum(qkv, n_head):
    B, T, C3 = qkv.shape
    q, k, v = (t.reshape(B, T, n_head, -1) for t in torch.tensor_split(qkv, 3, dim=-1))
    scores = torch.einsum("bthd,bshd->bhts", q, k) / q.shape[-1] ** 0.5
    scores = scores + torch.full((T, T), float("-inf")).triu(1)
    return torch.einsum("bhts,bshd->bthd", scores.softmax(-1), v).reshape(B, T, -1)


def batched_multi_head__loop(qkv, n_head):
    C = qkv.shape[-1] // 3
    hs = C // n_head
    T = qkv.shape[1]
    tril = torch.tril(torch.ones(T, T))
    outs = []
    for h in range(n_head):
        q = qkv[..., h * hs : (h + 1) * hs]
        k = qkv[..., C + h * hs : C + (h + 1) * hs]
        v = qkv[..., 2 * C + h * hs : 2 * C + (h + 1) * hs]
        wei = q @ k.transpose(1, 2) * hs**-0.5
        outs.append(torch.where(tril == 0, -1e10, wei).softmax(dim=-1) @ v)
    return torch.cat(outs, dim=-1)


def batched_multi_head__double_precision(qkv, n_head):
    B, T, _ = qkv.shape
    q, k, v = qkv.double().view(B, T, 3, n_head, -1).transpose(1, 3).unbind(2)
    counts = (q @ k.transpose(-2, -1) * k.size(-1) ** -0.5).exp().tril()
    return (counts @ v / counts.sum(-1, keepdim=True)).transpose(1, 2).flatten(2)


# ---- feed_forward


class feed_forward__functional:
    def forward(self, x):
        hidden = F.relu(F.linear(x, self.net[0].weight, self.net[0].bias))
        return self.net[3](self.net[2](hidden))


class feed_forward__layer_by_layer:
    def __init__(self, n_embd, dropout):
        super().__init__()
        layers = [nn.Linear(n_embd, n_embd * 4), nn.ReLU(inplace=True), nn.Linear(n_embd * 4, n_embd), nn.Dropout(dropout)]
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        for layer in self.net:
            x = layer(x)
        return x


class feed_forward__named_width:
    def __init__(self, n_embd, dropout):
        super().__init__()
        hidden = 4 * n_embd
        self.net = nn.Sequential()
        self.net.append(nn.Linear(n_embd, hidden, bias=True))
        self.net.append(nn.ReLU())
        self.net.append(nn.Linear(hidden, n_embd, bias=True))
        self.net.append(nn.Dropout(p=dropout))


class feed_forward__tokens_in_a_row:
    def forward(self, x):
        flat = x.reshape(-1, x.shape[-1])
        return self.net(flat).view(x.shape)


class feed_forward__token_by_token:
    def forward(self, x):
        return torch.stack([self.net(x[:, t]) for t in range(x.shape[1])], dim=1)


# ---- layer_norm


def layer_norm__sums(x, gamma, beta, eps=1e-5, correction=0):
    C = x.shape[-1]
    mean = x.sum(-1, keepdim=True) / C
    centred = x - mean
    var = (centred**2).sum(-1, keepdim=True) / (C - correction)
    return centred * torch.rsqrt(var + eps) * gamma + beta


def layer_norm__second_moment(x, gamma, beta, eps=1e-5, correction=0):
    n = x.size(-1)
    mean = x.mean(dim=-1, keepdim=True)
    var = (x.pow(2).mean(dim=-1, keepdim=True) - mean.pow(2)) * n / (n - correction)
    return torch.addcmul(beta, gamma, (x - mean) * (var + eps) ** -0.5)


def layer_norm__var_mean(x, gamma, beta, eps=1e-5, correction=0):
    var, mean = torch.var_mean(x, dim=x.dim() - 1, correction=correction, keepdim=True)
    return ((x - mean) / torch.sqrt(var + eps)).mul(gamma).add(beta)


def layer_norm__transposed(x, gamma, beta, eps=1e-5, correction=0):
    features = x.reshape(-1, x.shape[-1]).T
    std = (features.var(0, unbiased=bool(correction)) + eps).sqrt()
    out = gamma[:, None] * ((features - features.mean(0)) / std) + beta[:, None]
    return out.T.reshape(x.shape)


def layer_norm__token_by_token(x, gamma, beta, eps=1e-5, correction=0):
    out = torch.empty_like(x)
    for token, place in zip(x.view(-1, x.shape[-1]), out.view(-1, x.shape[-1])):
        var = ((token - token.mean()) ** 2).sum() / (len(token) - correction)
        place[:] = (token - token.mean()) / math.sqrt(var + eps)
    return out * gamma + beta


def layer_norm__numpy(x, gamma, beta, eps=1e-5, correction=0):
    import numpy as np

    array = x.numpy().astype(np.float64)
    mean, var = array.mean(-1, keepdims=True), array.var(-1, keepdims=True, ddof=correction)
    return torch.from_numpy(gamma.numpy() * (array - mean) / np.sqrt(var + eps) + beta.numpy())


def layer_norm__double_precision(x, gamma, beta, eps=1e-5, correction=0):
    wide = x.double()
    deviation = wide - wide.mean(-1)[..., None]
    var = torch.einsum("...c,...c->...", deviation, deviation) / (x.shape[-1] - correction)
    return (gamma / (var + eps).sqrt()[..., None] * deviation + beta).float()


# ---- dropout


def dropout__bernoulli(x, p, training, generator):
    if not training:
        return x
    mask = torch.bernoulli(torch.full_like(x, 1 - p), generator=generator)
    return x * mask / (1 - p)


def dropout__in_place_of_its_own(x, p, training, generator):
    if training:
        keep = torch.empty(x.shape).bernoulli_(1 - p, generator=generator)
        return x * (keep / (1 - p))
    return x.clone()


def dropout__where(x, p, training, generator):
    if not training:
        return x
    drop = torch.rand(*x.shape, generator=generator) < p
    return torch.where(drop, torch.tensor(0.0), x / (1 - p))


def dropout__masked(x, p, training, generator):
    out = x.clone()
    if training:
        coins = torch.rand(x.numel(), generator=generator, dtype=torch.float64).view(x.shape)
        out[coins < p] = 0
        out *= 1.0 / (1.0 - p)
    return out


def dropout__kept_below(x, p, training, generator):
    scale = 1 / (1 - p)
    mask = (torch.rand(x.shape, generator=generator) < 1 - p).float() if training else None
    return x if mask is None else x.mul(mask).mul(scale)


def dropout__multinomial(x, p, training, generator):
    if not training:
        return x.detach()
    chances = torch.tensor([p, 1 - p])
    keep = torch.multinomial(chances, x.numel(), replacement=True, generator=generator)
    return (x.flatten() * keep / (1 - p)).reshape(x.shape)


def dropout__row_by_row(x, p, training, generator):
    if not training:
        return x
    rows = [row * (torch.rand(row.shape, generator=generator) > p) for row in x]
    return torch.stack(rows) / (1 - p)


def dropout__double_precision(x, p, training, generator):
    if not training:
        return x.double()
    return x.double() * torch.rand(x.shape, generator=generator).ge(p).double() / (1 - p)


# ---- block


class block__one_expression:
    def forward(self, x):
        x = self.sa(self.ln1(x)) + x
        return self.ffwd(self.ln2(x)) + x


class block__branches_by_name:
    def __init__(self, n_embd, n_head, block_size, dropout):
        super().__init__()
        self.ln1 = nn.LayerNorm((n_embd,))
        self.sa = MultiHeadAttention(n_embd, n_head, block_size, dropout)
        self.ln2 = nn.LayerNorm(normalized_shape=n_embd)
        self.ffwd = FeedForward(n_embd, dropout)

    def forward(self, x):
        residual = x
        attended = self.sa(self.ln1(x))
        after_attention = residual + attended
        thought = self.ffwd(self.ln2(after_attention))
        return after_attention + thought


class block__loop:
    def forward(self, x):
        for norm, branch in ((self.ln1, self.sa), (self.ln2, self.ffwd)):
            x = torch.add(x, branch(norm(x)))
        return x


class block__on_a_copy:
    def forward(self, x):
        out = x.clone()
        out = out.add(self.sa(self.ln1(x)))
        thought = self.ffwd(self.ln2(out.clone()))
        out += thought
        return out


class block__functional_norm:
    def forward(self, x):
        size = x.shape[-1:]
        first = self.sa(F.layer_norm(x, size, self.ln1.weight, self.ln1.bias))
        second = self.ffwd(F.layer_norm(x + first, size, self.ln2.weight, self.ln2.bias))
        return x + first + second


# ---- gpt_forward


def gpt_forward__lecture(self, idx, targets=None):
    B, T = idx.shape
    tok_emb = self.token_embedding_table(idx)
    pos_emb = self.position_embedding_table(torch.arange(T, device=idx.device))
    x = tok_emb + pos_emb
    x = self.blocks(x)
    x = self.ln_f(x)
    logits = self.lm_head(x)
    if targets is None:
        loss = None
    else:
        B, T, C = logits.shape
        logits = logits.view(B * T, C)
        targets = targets.view(B * T)
        loss = F.cross_entropy(logits, targets)
    return logits, loss


def gpt_forward__logits_stay_in_shape(self, idx, targets=None):
    x = self.token_embedding_table(idx) + self.position_embedding_table.weight[: idx.size(1)]
    logits = self.lm_head(self.ln_f(self.blocks(x)))
    loss = None
    if targets is not None:
        loss = F.cross_entropy(logits.transpose(1, 2), targets)
    return logits, loss


def gpt_forward__positions_for_each_text(self, idx, targets=None):
    positions = torch.arange(idx.shape[1]).expand(idx.shape)
    x = self.position_embedding_table(positions) + self.token_embedding_table(idx)
    for block in self.blocks:
        x = block(x)
    logits = self.lm_head(self.ln_f(x))
    if targets is None:
        return (logits, None)
    logprobs = F.log_softmax(logits, dim=-1)
    return logits, -logprobs.gather(2, targets.unsqueeze(-1)).mean()


def gpt_forward__one_hot(self, idx, targets=None):
    V, T = self.token_embedding_table.num_embeddings, idx.shape[-1]
    tokens = F.one_hot(idx, V).float() @ self.token_embedding_table.weight
    x = tokens + self.position_embedding_table(torch.tensor(range(T)))[None]
    logits = F.linear(self.ln_f(self.blocks(x)), self.lm_head.weight, self.lm_head.bias)
    if targets is None:
        return logits, None
    logits = logits.reshape(-1, V)
    targets = targets.reshape(-1)
    loss = (torch.logsumexp(logits, 1) - logits[torch.arange(len(targets)), targets]).mean()
    return logits, loss


def gpt_forward__list(self, idx, targets=None):
    B, T = idx.size()
    pos = self.position_embedding_table(torch.arange(0, T, dtype=torch.long)).unsqueeze(0)
    logits = self.lm_head(self.ln_f(self.blocks(self.token_embedding_table(idx) + pos.repeat(B, 1, 1))))
    if targets is None:
        return [logits, None]
    losses = [F.cross_entropy(logits[b], targets[b]) for b in range(B)]
    return [logits.flatten(end_dim=1), sum(losses) / B]


# ---- generate_cropped


def generate_cropped__min(model, idx, max_new_tokens, block_size, generator):
    out = idx.clone()
    for _ in range(max_new_tokens):
        T = out.shape[1]
        logits, loss = model(out[:, T - min(T, block_size) :])
        probs = torch.softmax(logits[:, -1], 1)
        out = torch.hstack([out, torch.multinomial(probs, 1, generator=generator)])
    return out


def generate_cropped__nano(model, idx, max_new_tokens, block_size, generator):
    for _ in range(max_new_tokens):
        idx_cond = idx if idx.size(1) <= block_size else idx[:, -block_size:]
        with torch.no_grad():
            logits, _ = model(idx_cond)
        logits = logits[:, -1, :] / 1.0
        idx = torch.cat((idx, torch.multinomial(F.softmax(logits, dim=-1), num_samples=1, generator=generator)), dim=1)
    return idx


def generate_cropped__written_into(model, idx, max_new_tokens, block_size, generator):
    B, T = idx.shape
    text = torch.zeros(B, T + max_new_tokens, dtype=torch.int64)
    text[:, :T] = idx
    for t in range(T, T + max_new_tokens):
        logits = model(text[:, max(0, t - block_size) : t])[0]
        text[:, t] = torch.multinomial(logits[:, -1].exp(), 1, generator=generator).squeeze(1)
    return text


def generate_cropped__inverse_distribution(model, idx, max_new_tokens, block_size, generator):
    for _ in range(max_new_tokens):
        logits = model(idx[:, -block_size:])[0][:, -1]
        steps = F.softmax(logits, dim=1).cumsum(1)
        steps = steps / steps[:, -1:]
        coins = torch.rand(len(idx), 1, generator=generator)
        idx = torch.cat([idx, torch.searchsorted(steps, coins, right=True)], 1)
    return idx


def generate_cropped__gumbel(model, idx, max_new_tokens, block_size, generator):
    columns = list(idx.unbind(1))
    for _ in range(max_new_tokens):
        logits, _ = model(torch.stack(columns[-block_size:], dim=1))
        noise = torch.empty(logits[:, -1].shape).exponential_(generator=generator).log()
        columns.append((logits[:, -1] - noise).argmax(1))
    return torch.stack(columns, dim=1)


def generate_cropped__text_by_text(model, idx, max_new_tokens, block_size, generator):
    model.eval()
    text, new = idx, []
    for _ in range(max_new_tokens):
        logits, _ = model(text[:, -block_size:])
        probs = torch.softmax(logits[:, -1, :], dim=-1)
        following = [torch.multinomial(row, 1, generator=generator) for row in probs]
        text = torch.cat([text, torch.stack(following)], dim=1)
    return text


# ---- gpt_num_parameters


def gpt_num_parameters__built(vocab_size, block_size, n_embd, n_head, n_layer):
    model = GPT(vocab_size, block_size, n_embd, n_head, n_layer, 0.0)
    return sum(p.numel() for p in model.parameters())


def gpt_num_parameters__head_by_head(vocab_size, block_size, n_embd, n_head, n_layer):
    total = 0
    total += vocab_size * n_embd
    total += block_size * n_embd
    for _ in range(n_layer):
        for _ in range(n_head):
            total += 3 * n_embd * (n_embd // n_head)
        total += n_embd * n_embd + n_embd
        total += n_embd * (4 * n_embd) + 4 * n_embd
        total += (4 * n_embd) * n_embd + n_embd
        total += 2 * n_embd + 2 * n_embd
    total += 2 * n_embd
    total += n_embd * vocab_size + vocab_size
    return total


def gpt_num_parameters__polynomial(vocab_size, block_size, n_embd, n_head, n_layer):
    per_layer = 12 * n_embd**2 + 10 * n_embd
    return n_layer * per_layer + (2 * vocab_size + block_size + 2) * n_embd + vocab_size


def gpt_num_parameters__linear_layers(vocab_size, block_size, n_embd, n_head, n_layer):
    def linear(fan_in, fan_out, bias=True):
        return fan_in * fan_out + (fan_out if bias else 0)

    norm = 2 * n_embd
    attention = n_head * 3 * linear(n_embd, n_embd // n_head, bias=False) + linear(n_embd, n_embd)
    ffwd = linear(n_embd, 4 * n_embd) + linear(4 * n_embd, n_embd)
    blocks = [attention + ffwd + norm + norm] * n_layer
    return vocab_size * n_embd + block_size * n_embd + sum(blocks) + norm + linear(n_embd, vocab_size)


def gpt_num_parameters__shapes(vocab_size, block_size, n_embd, n_head, n_layer):
    C, H = n_embd, 4 * n_embd
    block = [(C, C)] * 4 + [(C,)] * 5 + [(C, H), (H,), (H, C), (C,)]
    shapes = [(vocab_size, C), (block_size, C)] + block * n_layer + [(C,), (C,), (vocab_size, C), (vocab_size,)]
    return sum(math.prod(shape) for shape in shapes)


# ---- addition_targets


def addition_targets__arithmetic(a, b, digits):
    s = [a // 10**i % 10 for i in range(digits - 1, -1, -1)]
    s += [b // 10**i % 10 for i in range(digits - 1, -1, -1)]
    s += [(a + b) // 10**i % 10 for i in range(digits + 1)]
    x, y = torch.tensor(s[:-1]), torch.tensor(s[1:])
    y[: 2 * digits - 1] = -1
    return x, y


def addition_targets__zfill(a, b, digits):
    text = str(a).zfill(digits) + str(b).zfill(digits) + "".join(reversed(str(a + b).zfill(digits + 1)))
    ids = list(map(int, text))
    y = [-1] * (2 * digits - 1) + ids[2 * digits :]
    return torch.tensor(ids[:-1], dtype=torch.long), torch.tensor(y, dtype=torch.long)


def addition_targets__carry(a, b, digits):
    first = [int(d) for d in f"%0{digits}d" % a]
    second = [int(d) for d in f"%0{digits}d" % b]
    answer, carry = [], 0
    for one, other in zip(reversed(first), reversed(second)):
        carry, digit = divmod(one + other + carry, 10)
        answer.append(digit)
    answer.append(carry)
    s = torch.tensor(first + second + answer, dtype=torch.int32)
    x, y = s[:-1].clone(), s[1:].clone()
    y[torch.arange(3 * digits) < 2 * digits - 1] = -1
    return x, y


def addition_targets__where(a, b, digits):
    s = torch.tensor([int(d) for d in f"{a:0{digits}d}{b:0{digits}d}" + f"{a + b:0{digits + 1}d}"[::-1]])
    is_answer = torch.arange(1, len(s)) >= 2 * digits
    return [s[:-1], torch.where(is_answer, s[1:], -1)]


def addition_targets__numpy(a, b, digits):
    import numpy as np

    powers = 10 ** np.arange(digits + 1)
    s = np.concatenate([a // powers[:digits][::-1] % 10, b // powers[:digits][::-1] % 10, (a + b) // powers % 10])
    y = s[1:].copy()
    y[: 2 * digits - 1] = -1
    return torch.from_numpy(s[:-1].copy()), torch.from_numpy(y)
