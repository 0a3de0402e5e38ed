"""Right answers to part 1 that look different from the reference. The grader has to accept every one of them."""


def build_vocab__dict_zip(words):
    chars = ["."] + sorted(list(set("".join(words))))
    return dict(zip(chars, range(len(chars)))), dict(zip(range(len(chars)), chars))


def build_vocab__lectures_lines(words):
    chars = sorted(list(set("".join(words))))
    stoi = {s: i + 1 for i, s in enumerate(chars)}
    stoi["."] = 0
    itos = {i: s for s, i in stoi.items()}
    return stoi, itos


def build_vocab__dot_sorts_first(words):
    chars = sorted({"."}.union(*words))  # "." comes before a in every alphabet of computers
    return {c: i for i, c in enumerate(chars)}, {i: c for i, c in enumerate(chars)}


def build_vocab__letter_by_letter(words):
    stoi, itos = {".": 0}, {0: "."}
    for letter in "abcdefghijklmnopqrstuvwxyz":
        if any(letter in word for word in words):
            stoi[letter] = len(stoi)
            itos[len(itos)] = letter
    return stoi, itos


def build_vocab__list_of_both(words):
    from collections import OrderedDict

    letters = []
    for word in words:
        for letter in word:
            if letter not in letters:
                letters.append(letter)
    letters.sort()
    letters.insert(0, ".")
    return [OrderedDict((s, i) for i, s in enumerate(letters)), OrderedDict(enumerate(letters))]


def build_vocab__numpy(words):
    import numpy

    letters = numpy.unique(list("".join(words)))
    stoi = {".": 0, **{str(s): i for i, s in zip(numpy.arange(1, len(letters) + 1), letters)}}
    return stoi, {int(i): s for s, i in stoi.items()}


def count_bigrams__dict_first(words, stoi):
    b = {}
    for w in words:
        chs = ["."] + list(w) + ["."]
        for pair in zip(chs, chs[1:]):
            b[pair] = b.get(pair, 0) + 1
    N = torch.zeros(len(stoi), len(stoi))
    for (first, second), count in b.items():
        N[stoi[first], stoi[second]] = count
    return N


def count_bigrams__index_put(words, stoi):
    V = len(stoi)
    xs = torch.tensor([stoi[c] for w in words for c in "." + w])
    ys = torch.tensor([stoi[c] for w in words for c in w + "."])
    N = torch.zeros((V, V), dtype=torch.int64)
    N.index_put_((xs, ys), torch.ones(len(xs), dtype=torch.int64), accumulate=True)
    return N


def count_bigrams__bincount(words, stoi):
    V = len(stoi)
    flat = [stoi[a] * V + stoi[b] for w in words for a, b in zip("." + w, w + ".")]
    return torch.bincount(torch.tensor(flat), minlength=V * V).reshape(V, V)


def count_bigrams__one_text(words, stoi):
    text = "." + ".".join(words) + "."  # the end of a name is the beginning of the next: the same pairs
    N = torch.zeros((len(stoi), len(stoi)), dtype=torch.float64)
    for i in range(len(text) - 1):
        N[stoi[text[i]]][stoi[text[i + 1]]] += 1
    return N


def count_bigrams__product_of_one_hots(words, stoi):
    V = len(stoi)
    xs, ys = bigram_pairs(words, stoi)
    return F.one_hot(xs, V).T @ F.one_hot(ys, V)


def count_bigrams__nested_lists(words, stoi):
    table = [[0] * len(stoi) for _ in stoi]
    for word in words:
        previous = 0
        for char in word:
            table[previous][stoi[char]] += 1
            previous = stoi[char]
        table[previous][0] += 1
    return torch.tensor(table, dtype=torch.int16)


def count_bigrams__numpy(words, stoi):
    import numpy

    N = numpy.zeros((len(stoi), len(stoi)), dtype=numpy.int32)
    for word in words:
        ids = [0, *map(stoi.get, word), 0]
        numpy.add.at(N, (ids[:-1], ids[1:]), 1)
    return torch.from_numpy(N)


def broadcast_shape__recursion(a, b):
    if not a or not b:
        return tuple(a or b)
    if a[-1] != b[-1] and a[-1] != 1 and b[-1] != 1:
        raise ValueError((a, b))
    return broadcast_shape(a[:-1], b[:-1]) + ((b if a[-1] == 1 else a)[-1],)


def broadcast_shape__zip_longest(a, b):
    from itertools import zip_longest

    out = []
    for m, n in zip_longest(reversed(a), reversed(b), fillvalue=1):
        if m == n or n == 1:
            out.append(m)
        elif m == 1:
            out.append(n)
        else:
            raise ValueError("sizes differ")
    return out[::-1]


def broadcast_shape__torch_size(a, b):
    while len(a) < len(b):
        a = (1, *a)
    while len(b) < len(a):
        b = (1, *b)
    shape = []
    for i in range(len(a)):
        sizes = {a[i], b[i]} - {1}
        if len(sizes) > 1:
            raise ValueError(f"dimension {i}: {a[i]} and {b[i]}")
        shape.append(sizes.pop() if sizes else 1)
    return torch.Size(shape)


def broadcast_shape__asks_torch(a, b):
    try:
        return (torch.empty(a) * torch.empty(b)).shape
    except RuntimeError as error:
        raise ValueError(str(error)) from None


def broadcast_shape__from_the_end(a, b):
    class DoNotFit(ValueError):
        pass

    n = max(len(a), len(b))
    shape = [1] * n
    for i in range(1, n + 1):
        x = a[-i] if i <= len(a) else 1
        y = b[-i] if i <= len(b) else 1
        if x != 1 and y != 1 and x != y:
            raise DoNotFit
        shape[-i] = y if x == 1 else x
    return tuple(shape)


def broadcast_shape__expand(a, b):
    width = max(len(a), len(b))
    shape = [1] * width
    for given in (a, b):
        for i, size in enumerate(given, start=width - len(given)):
            if size != 1:
                if shape[i] not in (1, size):
                    raise ValueError(f"{a} and {b} do not fit together")
                shape[i] = size
    return tuple(shape)


def normalize_rows__none_index(counts, smoothing=1.0):
    P = counts + smoothing
    return P / P.sum(1)[:, None]


def normalize_rows__functional(counts, smoothing=1.0):
    return F.normalize(counts + smoothing, p=1, dim=1)


def normalize_rows__transposed_twice(counts, smoothing=1.0):
    P = (counts + smoothing).T
    return (P / P.sum(0)).T


def normalize_rows__own_copy(counts, smoothing=1.0):
    P = counts.clone().double()
    P += smoothing
    P /= P.sum(dim=-1, keepdim=True)
    return P


def normalize_rows__row_by_row(counts, smoothing=1.0):
    rows = [row + smoothing for row in counts]
    return torch.stack([row / row.sum() for row in rows])


def normalize_rows__sum_in_parts(counts, smoothing=1.0):
    sums = counts.sum(1).unsqueeze(-1) + counts.shape[1] * smoothing
    return counts / sums + smoothing / sums


def normalize_rows__diagonal(counts, smoothing=1.0):
    P = counts + torch.full_like(counts, smoothing)
    return torch.diag(1 / P.sum(1)) @ P


def normalize_rows__numpy(counts, smoothing=1.0):
    P = counts.numpy() + smoothing
    return torch.from_numpy(P / P.sum(axis=1, keepdims=True))


def normalize_rows__einsum(counts, smoothing=1.0):
    P = counts + smoothing
    return torch.einsum("rc,r->rc", P, torch.einsum("rc->r", P).reciprocal())


def sample_names__lectures_lines(P, itos, n, generator):
    names = []
    for i in range(n):
        out = []
        ix = 0
        while True:
            p = P[ix]
            ix = torch.multinomial(p, num_samples=1, replacement=True, generator=generator).item()
            out.append(itos[ix])
            if ix == 0:
                break
        names.append("".join(out))
    return names


def sample_names__without_the_dot(P, itos, n, generator):
    def name():
        ix = 0
        while (ix := torch.multinomial(P[ix], 1, generator=generator).item()) != 0:
            yield itos[ix]

    return tuple("".join(name()) for _ in range(n))


def sample_names__cumulative(P, itos, n, generator):
    steps = P.double().cumsum(1)
    names = []
    while len(names) < n:
        name, ix = [], 0
        while not name or ix:
            u = torch.rand(1, generator=generator, dtype=torch.float64) * steps[ix, -1]
            ix = int(torch.searchsorted(steps[ix], u, right=True))
            name.append(itos[ix])
        names.append("".join(name))
    return names


def sample_names__gumbel(P, itos, n, generator):
    names = [""] * n
    for i in range(n):
        ix = None
        while ix != 0:
            noise = -torch.rand(len(P), generator=generator).log()
            ix = int((P[ix or 0] / noise).argmax())
            names[i] += itos[ix]
    return names


def sample_names__all_at_once(P, itos, n, generator):
    ix, names, open_ones = torch.zeros(n, dtype=torch.long), [""] * n, set(range(n))
    while open_ones:
        ix = torch.multinomial(P[ix], 1, generator=generator).flatten()
        for i in sorted(open_ones):
            names[i] += itos[int(ix[i])]
            if ix[i] == 0:
                open_ones.discard(i)
    return names


def sample_names__python_random(P, itos, n, generator):
    source = random.Random(int(torch.randint(2**31, (1,), generator=generator)))
    rows = P.tolist()
    names = []
    for _ in range(n):
        name = ""
        ix = source.choices(range(len(rows)), rows[0])[0]
        while ix:
            name += itos[ix]
            ix = source.choices(range(len(rows)), rows[ix])[0]
        names.append(name)
    return names


def sample_names__recursion(P, itos, n, generator):
    def rest(ix):
        ix = int(torch.multinomial(P[ix], 1, generator=generator))
        return itos[ix] + (rest(ix) if ix else "")

    return [rest(0) for _ in range(n)]


def average_nll__lectures_lines(P, words, stoi):
    log_likelihood = 0.0
    n = 0
    for w in words:
        chs = ["."] + list(w) + ["."]
        for ch1, ch2 in zip(chs, chs[1:]):
            prob = P[stoi[ch1], stoi[ch2]]
            log_likelihood += torch.log(prob)
            n += 1
    return -log_likelihood / n


def average_nll__vectorised(P, words, stoi):
    xs, ys = bigram_pairs(words, stoi)
    return -P[xs, ys].log().mean().item()


def average_nll__weighted(P, words, stoi):
    N = count_bigrams(words, stoi)
    there = N > 0
    return float(-(N[there] * P[there].log()).sum() / N.sum())


def average_nll__counter(P, words, stoi):
    from collections import Counter

    pairs = Counter((a, b) for w in words for a, b in zip("." + w, w + "."))
    logs = P.double().log()
    return -sum(count * logs[stoi[a], stoi[b]].item() for (a, b), count in pairs.items()) / sum(pairs.values())


def average_nll__math(P, words, stoi):
    losses = []
    for w in words:
        for a, b in zip("." + w, w + "."):
            p = float(P[stoi[a]][stoi[b]])
            losses.append(-math.log(p) if p > 0 else math.inf)
    return sum(losses) / len(losses)


def average_nll__numpy(P, words, stoi):
    import numpy

    with numpy.errstate(divide="ignore"):
        logs = numpy.log(P.numpy())
    return -numpy.mean([logs[stoi[a], stoi[b]] for w in words for a, b in zip("." + w, w + ".")])


def average_nll__functional(P, words, stoi):
    xs = torch.tensor([stoi[c] for w in words for c in "." + w])
    ys = torch.tensor([stoi[c] for w in words for c in w + "."])
    return F.nll_loss(P[xs].log(), ys)


def bigram_pairs__slices(words, stoi):
    ids = [torch.tensor([0, *(stoi[c] for c in w), 0]) for w in words]
    return torch.cat([i[:-1] for i in ids]), torch.cat([i[1:] for i in ids])


def bigram_pairs__comprehensions(words, stoi):
    xs = [stoi[c] for w in words for c in "." + w]
    ys = [stoi[c] for w in words for c in w + "."]
    return torch.LongTensor(xs), torch.LongTensor(ys)


def bigram_pairs__one_text(words, stoi):
    ids = torch.tensor([stoi[c] for c in "." + ".".join(words) + "."], dtype=torch.int32)
    return ids[:-1], ids[1:]


def bigram_pairs__table(words, stoi):
    pairs = torch.tensor([(stoi[a], stoi[b]) for w in words for a, b in zip("." + w, w + ".")])
    return pairs.unbind(1)


def bigram_pairs__list_of_two(words, stoi):
    xs, ys = [], []
    for w in words:
        previous = "."
        for c in list(w) + ["."]:
            xs.append(stoi[previous])
            ys.append(stoi[c])
            previous = c
    return [torch.as_tensor(xs), torch.as_tensor(ys)]


def bigram_pairs__small_integers(words, stoi):
    import numpy

    ids = numpy.array([stoi[c] for w in words for c in "." + w], dtype=numpy.uint8)
    return torch.from_numpy(ids), torch.from_numpy(numpy.append(ids[1:], 0).astype(numpy.int16))


def one_hot__eye(xs, num_classes):
    return torch.eye(num_classes)[xs]


def one_hot__scatter(xs, num_classes):
    return torch.zeros(xs.shape[0], num_classes).scatter_(1, xs.view(-1, 1), 1.0)


def one_hot__comparing(xs, num_classes):
    return (xs.unsqueeze(1) == torch.arange(num_classes)).to(torch.float32)


def one_hot__index_pairs(xs, num_classes):
    xenc = torch.zeros((len(xs), num_classes))
    xenc[torch.arange(len(xs)), xs] = 1
    return xenc


def one_hot__loop(xs, num_classes):
    xenc = torch.zeros(len(xs), num_classes)
    for i, x in enumerate(xs):
        xenc[i, x] = 1.0
    return xenc


def one_hot__type_of(xs, num_classes):
    return F.one_hot(xs, num_classes=num_classes).type(torch.FloatTensor)


def one_hot__nested_lists(xs, num_classes):
    return torch.tensor([[1.0 if k == x else 0.0 for k in range(num_classes)] for x in xs.tolist()])


def neuron_outputs__matmul(xenc, W):
    return torch.matmul(xenc, W)


def neuron_outputs__linear(xenc, W):
    return F.linear(xenc, W.T)


def neuron_outputs__einsum(xenc, W):
    return torch.einsum("bv,vk->bk", xenc, W)


def neuron_outputs__turned(xenc, W):
    return (W.T @ xenc.T).T


def neuron_outputs__neuron_by_neuron(xenc, W):
    return torch.stack([(xenc * w).sum(1) for w in W.T], dim=1)


def neuron_outputs__broadcasting(xenc, W):
    return (xenc.unsqueeze(-1) * W).sum(dim=1)


def neuron_outputs__double(xenc, W):
    return xenc.double() @ W.double()


def neuron_outputs__dot_products(xenc, W):
    return torch.stack([torch.stack([x.dot(W[:, k]) for k in range(W.shape[1])]) for x in xenc])


def neuron_outputs__batched(xenc, W):
    return torch.mm(xenc, W).contiguous().view(xenc.size(0), W.size(1))


def softmax_rows__lectures_lines(logits):
    counts = torch.exp(logits)
    probs = counts / counts.sum(dim=1, keepdims=True)
    return probs


def softmax_rows__shifted(logits):
    counts = (logits - logits.max(1, keepdim=True).values).exp()
    return counts / counts.sum(1, keepdim=True)


def softmax_rows__one_shift_for_all(logits):
    counts = torch.exp(logits - logits.max())
    return counts / counts.sum(1)[:, None]


def softmax_rows__detached_shift(logits):
    counts = (logits - logits.detach().amax(-1, keepdim=True)).exp()
    return counts.div(counts.sum(-1, keepdim=True))


def softmax_rows__logsumexp(logits):
    return (logits - logits.logsumexp(1, keepdim=True)).exp()


def softmax_rows__normalize(logits):
    return F.normalize(logits.exp(), p=1, dim=1)


def softmax_rows__row_by_row(logits):
    rows = []
    for row in logits:
        counts = math.e**row
        rows.append(counts / counts.sum())
    return torch.stack(rows)


def softmax_rows__differences(logits):
    return 1 / (logits.unsqueeze(1) - logits.unsqueeze(2)).exp().sum(2)


def softmax_rows__double(logits):
    counts = logits.double().exp()
    return (counts.T / counts.sum(1)).T


def nll_loss__gather(probs, ys):
    return -probs.gather(1, ys.view(-1, 1)).log().mean()


def nll_loss__lectures_loop(probs, ys):
    nlls = torch.zeros(len(ys))
    for i in range(len(ys)):
        nlls[i] = -torch.log(probs[i, ys[i].item()])
    return nlls.mean()


def nll_loss__functional(probs, ys):
    return F.nll_loss(probs.log(), ys)


def nll_loss__mask(probs, ys):
    return -(F.one_hot(ys, probs.shape[1]) * torch.log(probs)).sum() / probs.shape[0]


def nll_loss__cross_entropy_of_logs(probs, ys):
    return F.cross_entropy(torch.log(probs), ys)


def nll_loss__logs_first(probs, ys):
    picked = probs.log()[range(len(ys)), ys]
    return picked.neg().sum().div(ys.numel())


def nll_loss__product(probs, ys):
    p = 1.0
    for row, y in zip(probs, ys):
        p = p * row[y]
    return -torch.log(p) / len(ys)


def nll_loss__diagonal(probs, ys):
    return -probs[:, ys].diagonal().log().mean()


def nll_loss__sum_of_products(probs, ys):
    onehot = torch.eye(probs.shape[1])[ys]
    return -torch.log((probs * onehot).sum(1)).mean()


def nll_loss__double(probs, ys):
    return -probs.double()[torch.arange(ys.shape[0]), ys].log().mean()


def regularized_loss__lectures_lines(W, xs, ys, reg=0.01):
    xenc = F.one_hot(xs, num_classes=W.shape[0]).float()
    logits = xenc @ W
    counts = logits.exp()
    probs = counts / counts.sum(1, keepdims=True)
    loss = -probs[torch.arange(xs.nelement()), ys].log().mean() + reg * (W**2).mean()
    return loss


def regularized_loss__cross_entropy(W, xs, ys, reg=0.01):
    return F.cross_entropy(W[xs], ys) + reg * W.square().mean()


def regularized_loss__pow(W, xs, ys, reg=0.01):
    logprobs = F.log_softmax(F.embedding(xs, W), dim=1)
    penalty = W.pow(2).sum() / W.numel()
    return reg * penalty - logprobs.gather(1, ys[:, None]).mean()


def regularized_loss__whole_table(W, xs, ys, reg=0.01):
    logprobs = W.log_softmax(1)
    return -logprobs[xs, ys].mean() + reg * (W * W).mean()


def regularized_loss__functional_mse(W, xs, ys, reg=0.01):
    lse = torch.logsumexp(W, 1)
    return (lse[xs] - W[xs, ys]).mean() + reg * F.mse_loss(W, torch.zeros_like(W))


def regularized_loss__counted_pairs(W, xs, ys, reg=0.01):
    V = W.shape[0]
    N = torch.bincount(xs * V + ys, minlength=V * V).view(V, V)
    return -(N * torch.log_softmax(W, 1)).sum() / N.sum() + reg * torch.mean(W**2)


def gradient_descent_step__lectures_lines(W, xs, ys, lr):
    xenc = F.one_hot(xs, num_classes=W.shape[0]).float()
    logits = xenc @ W
    counts = logits.exp()
    probs = counts / counts.sum(1, keepdims=True)
    loss = -probs[torch.arange(len(ys)), ys].log().mean()
    W.grad = None
    loss.backward()
    W.data += -lr * W.grad
    return loss.item()


def gradient_descent_step__no_grad(W, xs, ys, lr):
    if W.grad is not None:
        W.grad.zero_()
    loss = F.cross_entropy(W[xs], ys)
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
    return float(loss)


def gradient_descent_step__autograd_grad(W, xs, ys, lr):
    loss = F.nll_loss(F.log_softmax(W[xs], 1), ys)
    (grad,) = torch.autograd.grad(loss, W)
    W.data.sub_(grad, alpha=lr)
    return loss.detach()


def gradient_descent_step__by_hand(W, xs, ys, lr):
    with torch.no_grad():
        probs = F.softmax(W[xs], 1)
        loss = -probs[torch.arange(len(ys)), ys].log().mean()
        dlogits = (probs - F.one_hot(ys, W.shape[1])) / len(ys)
        W.index_add_(0, xs, dlogits, alpha=-lr)
    return loss.item()


def gradient_descent_step__another_tensor_inside(W, xs, ys, lr):
    W.grad = torch.zeros_like(W)
    loss = regularized_loss(W, xs, ys, 0.0)
    loss.backward()
    W.data = W.data - lr * W.grad
    return loss.detach().numpy()[()]


def gradient_descent_step__resets_afterwards_too(W, xs, ys, lr):
    W.grad = None
    loss = F.cross_entropy(F.embedding(xs, W), ys)
    loss.backward()
    W.detach().copy_(W.detach() - lr * W.grad)
    W.grad = None
    return loss.tolist()


def select_rows__embedding(W, xs):
    return F.embedding(xs, W)


def select_rows__index_select(W, xs):
    return W.index_select(0, xs)


def select_rows__gather(W, xs):
    return W.gather(0, xs.unsqueeze(1).expand(-1, W.shape[1]))


def select_rows__stack(W, xs):
    return torch.stack([W[x] for x in xs])


def select_rows__product(W, xs):
    return one_hot(xs, W.shape[0]) @ W


def select_rows__list_of_numbers(W, xs):
    return W[xs.tolist(), :]


def select_rows__take_along(W, xs):
    return torch.take_along_dim(W, xs[:, None], dim=0)


def select_rows__masks(W, xs):
    return (W * F.one_hot(xs, len(W)).unsqueeze(-1)).sum(1)


def cross_entropy_loss__logsumexp(logits, ys):
    return (logits.logsumexp(1) - logits[torch.arange(len(ys)), ys]).mean()


def cross_entropy_loss__log_softmax(logits, ys):
    return -F.log_softmax(logits, 1).gather(1, ys.view(-1, 1)).mean()


def cross_entropy_loss__module(logits, ys):
    return torch.nn.CrossEntropyLoss()(logits, ys)


def cross_entropy_loss__shifted_by_hand(logits, ys):
    shifted = logits - logits.max(1, keepdim=True).values
    logprobs = shifted - shifted.exp().sum(1, keepdim=True).log()
    return -logprobs[range(len(ys)), ys].mean()


def cross_entropy_loss__differences_from_the_label(logits, ys):
    return torch.logsumexp(logits - logits.gather(1, ys[:, None]), dim=1).mean()


def cross_entropy_loss__soft_targets(logits, ys):
    return F.cross_entropy(logits, F.one_hot(ys, logits.shape[1]).float())


def cross_entropy_loss__double(logits, ys):
    logprobs = logits.double().log_softmax(-1)
    return F.nll_loss(logprobs, ys)


def cross_entropy_loss__detached_shift(logits, ys):
    shift = logits.detach().amax(1, keepdim=True)
    sums = torch.exp(logits - shift).sum(1)
    right = (logits - shift)[torch.arange(logits.shape[0]), ys]
    return (sums.log() - right).sum() / logits.shape[0]


def cross_entropy_loss__example_by_example(logits, ys):
    losses = [torch.logsumexp(row, 0) - row[y] for row, y in zip(logits, ys)]
    return torch.stack(losses).mean()


def count_trigrams__dict_first(words, stoi):
    b = {}
    for w in words:
        chs = [".", "."] + list(w) + ["."]
        for triple in zip(chs, chs[1:], chs[2:]):
            b[triple] = b.get(triple, 0) + 1
    N = torch.zeros((len(stoi), len(stoi), len(stoi)))
    for (a, b_, c), count in b.items():
        N[stoi[a], stoi[b_], stoi[c]] = count
    return N


def count_trigrams__bincount(words, stoi):
    V = len(stoi)
    flat = []
    for w in words:
        i = j = 0
        for k in [stoi[c] for c in w + "."]:
            flat.append((i * V + j) * V + k)
            i, j = j, k
    return torch.bincount(torch.tensor(flat), minlength=V**3).view(V, V, V)


def count_trigrams__index_put(words, stoi):
    ids = [torch.tensor([0, 0, *(stoi[c] for c in w), 0]).unfold(0, 3, 1) for w in words]
    i, j, k = torch.cat(ids).T
    N = torch.zeros([len(stoi)] * 3, dtype=torch.double)
    return N.index_put((i, j, k), torch.ones(len(i), dtype=torch.double), accumulate=True)


def count_trigrams__einsum(words, stoi):
    V = len(stoi)
    shifted = ["".join(f"..{w}."[k : k + len(w) + 1] for w in words) for k in range(3)]
    return torch.einsum("ni,nj,nk->ijk", *(F.one_hot(torch.tensor([stoi[c] for c in text]), V) for text in shifted))


def count_trigrams__slices_of_a_text(words, stoi):
    N = torch.zeros((len(stoi),) * 3, dtype=torch.int16)
    for word in words:
        text = ".." + word + "."
        for i in range(len(word) + 1):
            a, b, c = text[i : i + 3]
            N[stoi[a]][stoi[b]][stoi[c]] += 1
    return N


def count_trigrams__nested_lists(words, stoi):
    V = range(len(stoi))
    table = [[[0 for _ in V] for _ in V] for _ in V]
    for word in words:
        before = [0, 0]
        for char in [*word, "."]:
            table[before[0]][before[1]][stoi[char]] += 1
            before = [before[1], stoi[char]]
    return torch.tensor(table)


def trigram_probabilities__last_dim(counts, smoothing):
    P = counts.float() + smoothing
    return P / P.sum(-1, keepdim=True)


def trigram_probabilities__none_index(counts, smoothing):
    P = counts + smoothing
    return P / P.sum(2)[:, :, None]


def trigram_probabilities__as_rows(counts, smoothing):
    V = counts.shape[-1]
    return normalize_rows(counts.view(-1, V).float(), smoothing).view(V, V, V)


def trigram_probabilities__functional(counts, smoothing):
    return F.normalize(counts.double() + smoothing, p=1, dim=-1)


def trigram_probabilities__own_copy(counts, smoothing):
    P = counts.to(torch.float32, copy=True)
    P.add_(smoothing)
    P.div_(P.sum(dim=2, keepdim=True))
    return P


def trigram_probabilities__loops(counts, smoothing):
    P = torch.empty(counts.shape)
    for i in range(len(counts)):
        for j in range(len(counts)):
            row = counts[i, j] + smoothing
            P[i, j] = row / row.sum()
    return P


def trigram_probabilities__sum_in_parts(counts, smoothing):
    return (counts + smoothing) / (counts.sum(2, keepdim=True) + counts.size(2) * smoothing)


def trigram_probabilities__einsum(counts, smoothing):
    P = counts + smoothing
    return torch.einsum("ijk,ij->ijk", P, 1 / torch.einsum("ijk->ij", P))


def split_words__lectures_lines(words, fractions=(0.8, 0.1, 0.1), seed=42):
    words = list(words)
    random.seed(seed)
    random.shuffle(words)
    n1 = int(fractions[0] * len(words))
    n2 = int((fractions[0] + fractions[1]) * len(words))
    return words[:n1], words[n1:n2], words[n2:]


def split_words__randperm(words, fractions=(0.8, 0.1, 0.1), seed=42):
    order = torch.randperm(len(words), generator=torch.Generator().manual_seed(seed)).tolist()
    n1 = round(fractions[0] * len(words))
    n2 = round(sum(fractions[:2]) * len(words))
    return tuple([words[i] for i in part] for part in (order[:n1], order[n1:n2], order[n2:]))


def split_words__sizes_one_by_one(words, fractions=(0.8, 0.1, 0.1), seed=42):
    shuffled = words[:]
    random.Random(seed).shuffle(shuffled)
    n_train, n_dev = int(len(words) * fractions[0]), int(len(words) * fractions[1])
    return shuffled[:n_train], shuffled[n_train : n_train + n_dev], shuffled[n_train + n_dev :]


def split_words__torch_seed(words, fractions=(0.8, 0.1, 0.1), seed=42):
    torch.manual_seed(seed)
    shuffled = [words[i] for i in torch.randperm(len(words))]
    n1, n2 = int(fractions[0] * len(words)), int((fractions[0] + fractions[1]) * len(words))
    return [shuffled[:n1], shuffled[n1:n2], shuffled[n2:]]


def split_words__numpy(words, fractions=(0.8, 0.1, 0.1), seed=42):
    import numpy

    order = numpy.random.default_rng(seed).permutation(len(words))
    cuts = (numpy.cumsum(fractions)[:2] * len(words)).astype(int)
    return [[words[i] for i in part] for part in numpy.split(order, cuts)]


def split_words__random_keys(words, fractions=(0.8, 0.1, 0.1), seed=42):
    source = random.Random(seed)
    keyed = sorted((source.random(), i) for i in range(len(words)))
    shuffled = [words[i] for _, i in keyed]
    n1 = int(fractions[0] * len(words))
    n3 = len(words) - int((fractions[0] + fractions[1]) * len(words))
    return shuffled[:n1], shuffled[n1 : len(words) - n3], shuffled[len(words) - n3 :]


def split_words__parts_sorted_again(words, fractions=(0.8, 0.1, 0.1), seed=42):
    ids = list(range(len(words)))
    random.Random(seed).shuffle(ids)
    n1 = int(fractions[0] * len(words))
    n2 = int((fractions[0] + fractions[1]) * len(words))
    return [[words[i] for i in sorted(part)] for part in (ids[:n1], ids[n1:n2], ids[n2:])]


def tune_smoothing__loop(train_counts, dev_idx, grid):
    best, lowest = None, math.inf
    for k in grid:
        P = trigram_probabilities(train_counts, k)
        loss = -P[dev_idx[0], dev_idx[1], dev_idx[2]].log().mean().item()
        if loss < lowest:
            best, lowest = k, loss
    return best, lowest


def tune_smoothing__min_of_pairs(train_counts, dev_idx, grid):
    i, j, k = dev_idx
    losses = []
    for smoothing in grid:
        P = train_counts + smoothing
        P = P / P.sum(-1, keepdim=True)
        losses.append((-P[i, j, k].log().mean().item(), smoothing))
    loss, smoothing = min(losses)
    return smoothing, loss


def tune_smoothing__all_at_once(train_counts, dev_idx, grid):
    ks = torch.tensor(grid, dtype=torch.float64)
    i, j, k = dev_idx
    above = train_counts[i, j, k] + ks[:, None]
    below = train_counts.sum(2)[i, j] + train_counts.shape[2] * ks[:, None]
    losses = -(above / below).log().mean(1)
    return ks[losses.argmin()], losses.min()


def tune_smoothing__argmin(train_counts, dev_idx, grid):
    losses = torch.stack([
        F.nll_loss(trigram_probabilities(train_counts, k)[dev_idx[0], dev_idx[1]].log(), dev_idx[2]) for k in grid
    ])
    return [grid[int(losses.argmin())], losses.amin().item()]


def tune_smoothing__dict(train_counts, dev_idx, grid):
    results = {}
    for k in sorted(grid):
        P = (train_counts + k) / (train_counts + k).sum(2, keepdim=True)
        total = sum(-math.log(P[a, b, c]) for a, b, c in dev_idx.t().tolist())
        results[k] = total / dev_idx.shape[1]
    best = sorted(results, key=results.get)[0]
    return best, results[best]


def tune_smoothing__counted_dev(train_counts, dev_idx, grid):
    dev_counts = torch.zeros_like(train_counts).index_put_(tuple(dev_idx), torch.tensor(1), accumulate=True)

    def loss(k):
        return float(-(dev_counts * trigram_probabilities(train_counts, k).log()).sum() / dev_counts.sum())

    best = max(grid, key=lambda k: -loss(k))
    return best, loss(best)


def tune_smoothing__numpy(train_counts, dev_idx, grid):
    import numpy

    counts, idx = train_counts.numpy(), tuple(dev_idx.numpy())
    losses = numpy.array([-numpy.log(((counts + k) / (counts + k).sum(2, keepdims=True))[idx]).mean() for k in grid])
    return numpy.array(grid)[losses.argmin()], losses.min()
