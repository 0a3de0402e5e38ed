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


def get_batch__without_replacement(data, block_size, batch_size, generator):
    starts = torch.randperm(len(data) - block_size, generator=generator)[:batch_size]
    chunks = torch.stack([data[s : s + block_size + 1] for s in starts.tolist()])
    return chunks[:, :block_size], chunks[:, 1:]


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
