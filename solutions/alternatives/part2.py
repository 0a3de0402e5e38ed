"""Right answers to part 2 that look different from the reference. The grader has to accept every one of them."""


def build_dataset__windows(words, stoi, block_size=3):
    X, Y = [], []
    for word in words:
        numbers = [0] * block_size + [stoi[c] for c in word] + [0]
        for i in range(len(word) + 1):
            X.append(numbers[i : i + block_size])
            Y.append(numbers[i + block_size])
    return torch.tensor(X), torch.tensor(Y)


def build_dataset__unfold(words, stoi, block_size=3):
    rows = []
    for word in words:
        padded = "." * block_size + word + "."
        rows.append(torch.tensor([stoi[c] for c in padded]).unfold(0, block_size + 1, 1))
    rows = torch.cat(rows)
    return rows[:, :-1], rows[:, -1]


def build_dataset__copied_and_shifted_in_place(words, stoi, block_size=3):
    X, Y = [], []
    for w in words:
        context = [0] * block_size
        for ch in list(w) + ["."]:
            X.append(list(context))
            Y.append(stoi[ch])
            context.pop(0)
            context.append(stoi[ch])
    return [torch.tensor(X, dtype=torch.int64), torch.tensor(Y, dtype=torch.int64)]


def build_dataset__deque(words, stoi, block_size=3):
    from collections import deque

    X, Y = [], []
    for word in words:
        context = deque([stoi["."]] * block_size, maxlen=block_size)
        for number in map(stoi.get, word + "."):
            X.append(tuple(context))
            Y.append(number)
            context.append(number)
    return torch.LongTensor(X), torch.LongTensor(Y)


def build_dataset__numpy(words, stoi, block_size=3):
    import numpy

    X, Y = [], []
    for word in words:
        text = numpy.array([0] * block_size + [stoi[c] for c in word + "."])
        X.append(numpy.lib.stride_tricks.sliding_window_view(text, block_size)[:-1])
        Y.append(text[block_size:])
    return torch.from_numpy(numpy.concatenate(X)), torch.from_numpy(numpy.concatenate(Y))


def build_dataset__columns(words, stoi, block_size=3):
    targets = torch.tensor([stoi[c] for word in words for c in word + "."], dtype=torch.int32)
    columns = []
    for k in range(block_size, 0, -1):
        column = [0 if i < k else stoi[word[i - k]] for word in words for i in range(len(word) + 1)]
        columns.append(torch.tensor(column, dtype=torch.int32))
    return torch.stack(columns, dim=1), targets


def build_dataset__slices_of_text(words, stoi, block_size=3):
    texts = ["." * block_size + word + "." for word in words]
    pairs = [(t[i - block_size : i], t[i]) for t in texts for i in range(block_size, len(t))]
    return torch.tensor([[stoi[c] for c in x] for x, _ in pairs]), torch.tensor([stoi[y] for _, y in pairs])


def embed__embedding(C, X):
    return F.embedding(X, C)


def embed__one_hot(C, X):
    return F.one_hot(X, num_classes=C.shape[0]).float() @ C


def embed__flat_and_back(C, X):
    return C[X.view(-1)].view(X.shape[0], X.shape[1], -1)


def embed__index_select(C, X):
    B, T = X.shape
    return torch.index_select(C, 0, X.flatten()).reshape(B, T, C.shape[1])


def embed__loops(C, X):
    return torch.stack([torch.stack([C[ix] for ix in context]) for context in X])


def embed__column_by_column(C, X):
    return torch.stack([C[X[:, t]] for t in range(X.shape[1])], dim=1)


def embed__gather(C, X):
    B, T = X.shape
    index = X.reshape(-1, 1).expand(-1, C.shape[1])
    return C.gather(0, index).unflatten(0, (B, T))


def embed__double(C, X):
    return torch.nn.functional.one_hot(X, len(C)).double() @ C.double()


def concat_embeddings__flatten(emb):
    return emb.flatten(1)


def concat_embeddings__lectures_view(emb):
    return emb.view(-1, emb.shape[1] * emb.shape[2])


def concat_embeddings__cat_of_the_unbound(emb):
    return torch.cat(torch.unbind(emb, 1), 1)


def concat_embeddings__reshape(emb):
    return emb.reshape(emb.shape[0], -1)


def concat_embeddings__row_by_row(emb):
    return torch.stack([example.flatten() for example in emb])


def concat_embeddings__numpy(emb):
    return torch.from_numpy(emb.numpy().reshape(len(emb), -1).copy())


def concat_embeddings__written_into(emb):
    B, T, E = emb.shape
    out = torch.empty(B, T * E)
    for t in range(T):
        out[:, t * E : (t + 1) * E] = emb[:, t]
    return out


def concat_embeddings__hstack(emb):
    return torch.hstack([emb[:, t, :] for t in range(emb.size(1))])


def hidden_layer__linear(x, W1, b1):
    return F.linear(x, W1.T, b1).tanh()


def hidden_layer__einsum(x, W1, b1):
    return torch.einsum("bd,dh->bh", x, W1).add(b1).tanh()


def hidden_layer__addmm(x, W1, b1):
    return torch.tanh(torch.addmm(b1, x, W1))


def hidden_layer__sigmoid(x, W1, b1):
    return 2 * torch.sigmoid(2 * (x @ W1 + b1.view(1, -1))) - 1


def hidden_layer__exponentials(x, W1, b1):
    e = (2 * (x @ W1 + b1)).exp()
    return (e - 1) / (e + 1)


def hidden_layer__double(x, W1, b1):
    return torch.tanh(x.double() @ W1.double() + b1)


def hidden_layer__in_place_on_its_own(x, W1, b1):
    h = torch.matmul(x, W1)
    h = h.add_(b1)
    return h.tanh_()


def hidden_layer__bias_as_a_weight(x, W1, b1):
    ones = torch.ones(x.shape[0], 1)
    return torch.tanh(torch.cat([x, ones], 1) @ torch.cat([W1, b1[None]], 0))


def output_logits__linear(h, W2, b2):
    return F.linear(h, W2.t(), b2)


def output_logits__einsum(h, W2, b2):
    return torch.einsum("bh,hv->bv", h, W2) + b2


def output_logits__addmm(h, W2, b2):
    return torch.addmm(b2, h, W2)


def output_logits__transposed(h, W2, b2):
    return (W2.T @ h.T + b2[:, None]).T


def output_logits__numpy(h, W2, b2):
    return torch.from_numpy(h.numpy() @ W2.numpy() + b2.numpy())


def output_logits__products_summed(h, W2, b2):
    return (h[:, :, None] * W2).sum(1) + b2.expand(h.shape[0], -1)


def output_logits__loop(h, W2, b2):
    rows = []
    for row in h:
        rows.append(torch.stack([(row * W2[:, v]).sum() + b2[v] for v in range(W2.shape[1])]))
    return torch.stack(rows)


def output_logits__double(h, W2, b2):
    return torch.matmul(h.double(), W2.double()) + b2.double()


def stable_cross_entropy__logsumexp(logits, Y):
    return (logits.logsumexp(1) - logits[torch.arange(len(Y)), Y]).mean()


def stable_cross_entropy__log_softmax(logits, Y):
    return -F.log_softmax(logits, dim=1)[range(len(Y)), Y].mean()


def stable_cross_entropy__gathered(logits, Y):
    return -logits.log_softmax(-1).gather(1, Y.view(-1, 1)).mean()


def stable_cross_entropy__detached_shift(logits, Y):
    shift = logits.detach().max(1, keepdim=True).values
    sums = torch.exp(logits - shift).sum(1)
    right = (logits - shift)[torch.arange(logits.shape[0]), Y]
    return (sums.log() - right).sum() / logits.shape[0]


def stable_cross_entropy__shift_added_back(logits, Y):
    top = logits.max(dim=1)[0]
    logsums = (logits - top.unsqueeze(1)).exp().sum(1).log() + top
    return torch.mean(logsums - logits.gather(1, Y[:, None]).squeeze(1))


def stable_cross_entropy__cumulative(logits, Y):
    return (logits.logcumsumexp(1)[:, -1] - logits[torch.arange(len(Y)), Y]).mean()


def stable_cross_entropy__logaddexp(logits, Y):
    total = logits[:, 0]
    for v in range(1, logits.shape[1]):
        total = torch.logaddexp(total, logits[:, v])
    return (total - logits[torch.arange(len(Y)), Y]).mean()


def stable_cross_entropy__differences_from_the_label(logits, Y):
    return torch.logsumexp(logits - logits.gather(1, Y[:, None]), dim=1).mean()


def stable_cross_entropy__example_by_example(logits, Y):
    total = 0.0
    for row, y in zip(logits, Y):
        row = row - row.max()
        total = total + row.exp().sum().log() - row[y]
    return total / len(Y)


def stable_cross_entropy__one_hot(logits, Y):
    logprobs = torch.log_softmax(logits.double(), 1)
    return -(logprobs * F.one_hot(Y, logits.shape[1])).sum(1).mean()


def stable_cross_entropy__distribution(logits, Y):
    return -torch.distributions.Categorical(logits=logits).log_prob(Y).mean()


def minibatch__permutation(X, Y, batch_size, generator):
    ix = torch.randperm(X.shape[0], generator=generator)[:batch_size]
    return X[ix], Y[ix]


def minibatch__multinomial(X, Y, batch_size, generator):
    ix = torch.multinomial(torch.ones(len(X)), batch_size, replacement=True, generator=generator)
    return X.index_select(0, ix), Y.index_select(0, ix)


def minibatch__multinomial_without_replacement(X, Y, batch_size, generator):
    ix = torch.ones(X.shape[0]).multinomial(batch_size, generator=generator)
    return [X[ix], Y[ix]]


def minibatch__scaled_uniform(X, Y, batch_size, generator):
    ix = (torch.rand(batch_size, generator=generator) * len(X)).long()
    return X[ix].clone(), Y[ix].clone()


def minibatch__one_by_one(X, Y, batch_size, generator):
    xs, ys = [], []
    for _ in range(batch_size):
        i = torch.randint(len(Y), (), generator=generator).item()
        xs.append(X[i])
        ys.append(Y[i])
    return torch.stack(xs), torch.stack(ys)


def minibatch__sorted(X, Y, batch_size, generator):
    ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator).sort().values
    return X[ix], Y[ix]


def minibatch__smallest_of_random_numbers(X, Y, batch_size, generator):
    ix = torch.rand(len(X), generator=generator).argsort()[-batch_size:]
    return torch.stack([X[i] for i in ix]).int(), Y[ix].int()


def minibatch__seeds_another(X, Y, batch_size, generator):
    seed = int(torch.randint(0, 2**31, (1,), generator=generator))
    ix = random.Random(seed).sample(range(len(X)), batch_size)
    return X[ix], Y[ix]


def sgd_update__no_grad(params, lr):
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad
            p.grad.zero_()


def sgd_update__lectures_lines(params, lr):
    for p in params:
        p.data += -lr * p.grad
    for p in params:
        p.grad = None


def sgd_update__add_with_alpha(params, lr):
    for p in params:
        p.data.add_(p.grad, alpha=-lr)
        p.grad.data.zero_()


def sgd_update__another_tensor_inside(params, lr):
    for i in range(len(params)):
        params[i].data = params[i].data - lr * params[i].grad
        params[i].grad = torch.zeros_like(params[i])


def sgd_update__detached(params, lr):
    for p in params:
        p.detach().sub_(lr * p.grad)
        del p.grad


def sgd_update__copied(params, lr):
    stepped = [p.detach() - lr * p.grad for p in params]
    with torch.no_grad():
        for p, new in zip(params, stepped):
            p.copy_(new)
            p.grad *= 0
    return params


def sgd_update__foreach(params, lr):
    with torch.no_grad():
        torch._foreach_add_(params, [p.grad for p in params], alpha=-lr)
    for p in params:
        p.grad = None


def sgd_update__numpy(params, lr):
    for p in params:
        p.detach().numpy()[...] -= lr * p.grad.numpy()
        p.grad = None


def learning_rate_grid__lectures_lines(low_exp, high_exp, steps):
    lre = torch.linspace(low_exp, high_exp, steps)
    lrs = 10**lre
    return lrs


def learning_rate_grid__logspace(low_exp, high_exp, steps):
    return torch.logspace(low_exp, high_exp, steps)


def learning_rate_grid__numpy(low_exp, high_exp, steps):
    import numpy as np

    return torch.from_numpy(np.logspace(low_exp, high_exp, num=steps))


def learning_rate_grid__geomspace(low_exp, high_exp, steps):
    import numpy as np

    return torch.tensor(np.geomspace(10.0**low_exp, 10.0**high_exp, steps), dtype=torch.float32)


def learning_rate_grid__one_by_one(low_exp, high_exp, steps):
    gap = (high_exp - low_exp) / (steps - 1)
    return torch.tensor([10 ** (low_exp + i * gap) for i in range(steps)])


def learning_rate_grid__always_the_same_factor(low_exp, high_exp, steps):
    rates = [10.0**low_exp]
    factor = 10 ** ((high_exp - low_exp) / (steps - 1))
    while len(rates) < steps:
        rates.append(rates[-1] * factor)
    return torch.tensor(rates, dtype=torch.float64)


def learning_rate_grid__exp(low_exp, high_exp, steps):
    ln10 = math.log(10)
    return torch.exp(torch.linspace(low_exp * ln10, high_exp * ln10, steps=steps))


def learning_rate_grid__lerp(low_exp, high_exp, steps):
    share = torch.arange(steps) / (steps - 1)
    return torch.pow(10, (1 - share) * low_exp + share * high_exp)


def step_decay__if(step, base=0.1, drop=0.1, at=100_000):
    if step >= at:
        return base * drop
    return base


def step_decay__lectures_line(step, base=0.1, drop=0.1, at=100_000):
    lr = base if step < at else base * drop
    return lr


def step_decay__power_of_a_truth(step, base=0.1, drop=0.1, at=100_000):
    return base * drop ** (step >= at)


def step_decay__list(step, base=0.1, drop=0.1, at=100_000):
    return [base, drop * base][int(step >= at)]


def step_decay__first_and_rest(step, base=0.1, drop=0.1, at=100_000):
    lr = base
    if not step < at:
        lr *= drop
    return lr


def step_decay__tensor(step, base=0.1, drop=0.1, at=100_000):
    return torch.where(torch.tensor(step) < at, base, base * drop)


def step_decay__counted_by_torch(step, base=0.1, drop=0.1, at=100_000):
    import numpy as np

    return np.float64(base) * np.where(step < at, 1.0, drop)[()]


def mlp_num_parameters__built(block_size, n_embd, n_hidden, vocab_size):
    C = torch.randn((vocab_size, n_embd))
    W1 = torch.randn((block_size * n_embd, n_hidden))
    b1 = torch.randn(n_hidden)
    W2 = torch.randn((n_hidden, vocab_size))
    b2 = torch.randn(vocab_size)
    return sum(p.nelement() for p in [C, W1, b1, W2, b2])


def mlp_num_parameters__by_layer(block_size, n_embd, n_hidden, vocab_size):
    table = vocab_size * n_embd
    hidden = (block_size * n_embd + 1) * n_hidden
    output = (n_hidden + 1) * vocab_size
    return table + hidden + output


def mlp_num_parameters__modules(block_size, n_embd, n_hidden, vocab_size):
    layers = torch.nn.ModuleList(
        [
            torch.nn.Embedding(vocab_size, n_embd),
            torch.nn.Linear(block_size * n_embd, n_hidden),
            torch.nn.Linear(n_hidden, vocab_size),
        ]
    )
    return sum(p.numel() for p in layers.parameters())


def mlp_num_parameters__shapes(block_size, n_embd, n_hidden, vocab_size):
    shapes = [(vocab_size, n_embd), (block_size * n_embd, n_hidden), (n_hidden,), (n_hidden, vocab_size), (vocab_size,)]
    total = 0
    for shape in shapes:
        total += math.prod(shape)
    return total


def mlp_num_parameters__each_unit(block_size, n_embd, n_hidden, vocab_size):
    each_character = n_embd + n_hidden + 1
    each_neuron = block_size * n_embd + 1
    return vocab_size * each_character + n_hidden * each_neuron


def mlp_num_parameters__numpy(block_size, n_embd, n_hidden, vocab_size):
    import numpy as np

    rows = np.array([vocab_size, block_size * n_embd + 1, n_hidden + 1])
    columns = np.array([n_embd, n_hidden, vocab_size])
    return rows @ columns


def evaluate_loss__lectures_lines(params, X, Y):
    C, W1, b1, W2, b2 = params
    emb = C[X]
    h = torch.tanh(emb.view(emb.shape[0], -1) @ W1 + b1)
    logits = h @ W2 + b2
    loss = F.cross_entropy(logits, Y)
    return loss.item()


@torch.no_grad()
def evaluate_loss__own_functions(params, X, Y):
    C, W1, b1, W2, b2 = params
    x = concat_embeddings(embed(C, X))
    return float(stable_cross_entropy(output_logits(hidden_layer(x, W1, b1), W2, b2), Y))


def evaluate_loss__weighted_chunks(params, X, Y):
    C, W1, b1, W2, b2 = params
    total = 0.0
    with torch.no_grad():
        for start in range(0, len(X), 16):
            Xb, Yb = X[start : start + 16], Y[start : start + 16]
            logits = torch.tanh(C[Xb].flatten(1) @ W1 + b1) @ W2 + b2
            total += F.cross_entropy(logits, Yb, reduction="sum").item()
    return total / len(X)


def evaluate_loss__detached_doubles(params, X, Y):
    C, W1, b1, W2, b2 = [p.detach().double() for p in params]
    h = (F.embedding(X, C).reshape(X.shape[0], -1) @ W1).add(b1).tanh()
    logprobs = F.log_softmax(h @ W2 + b2, dim=1)
    return -logprobs.gather(1, Y.unsqueeze(1)).mean()


def evaluate_loss__numpy(params, X, Y):
    import numpy as np

    C, W1, b1, W2, b2 = [p.detach().numpy() for p in params]
    x, y = X.numpy(), Y.numpy()
    h = np.tanh(C[x].reshape(len(x), -1) @ W1 + b1)
    logits = h @ W2 + b2
    losses = np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(y)), y]
    return losses.mean()


def evaluate_loss__inference_mode(params, X, Y):
    C, W1, b1, W2, b2 = params
    with torch.inference_mode():
        emb = torch.cat(torch.unbind(C[X], 1), 1)
        h = torch.tanh(torch.addmm(b1, emb, W1))
        return F.nll_loss(torch.log_softmax(F.linear(h, W2.T, b2), 1), Y).item()


def evaluate_loss__one_by_one(params, X, Y):
    C, W1, b1, W2, b2 = [p.data for p in params]
    losses = []
    for x, y in zip(X, Y):
        logits = torch.tanh(C[x].view(-1) @ W1 + b1) @ W2 + b2
        losses.append((logits.logsumexp(0) - logits[y]).item())
    return math.fsum(losses) / len(losses)


def train_mlp__lectures_lines(params, X, Y, steps, batch_size, lr_schedule, generator):
    C, W1, b1, W2, b2 = params
    lossi = []
    for i in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        emb = C[X[ix]]
        h = torch.tanh(emb.view(emb.shape[0], -1) @ W1 + b1)
        logits = h @ W2 + b2
        loss = F.cross_entropy(logits, Y[ix])
        for p in params:
            p.grad = None
        loss.backward()
        lr = lr_schedule(i)
        for p in params:
            p.data += -lr * p.grad
        lossi.append(loss.item())
    return lossi


def train_mlp__own_functions(params, X, Y, steps, batch_size, lr_schedule, generator):
    C, W1, b1, W2, b2 = params
    losses = []
    for p in params:
        p.grad = None
    for step in range(steps):
        Xb, Yb = minibatch(X, Y, batch_size, generator)
        h = hidden_layer(concat_embeddings(embed(C, Xb)), W1, b1)
        loss = stable_cross_entropy(output_logits(h, W2, b2), Yb)
        loss.backward()
        sgd_update(params, lr_schedule(step))
        losses.append(loss.item())
    return losses


def train_mlp__optimizer(params, X, Y, steps, batch_size, lr_schedule, generator):
    optimizer = torch.optim.SGD(params, lr=1.0)
    C, W1, b1, W2, b2 = params
    losses = []
    for step in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        loss = F.cross_entropy(torch.tanh(C[X[ix]].flatten(1) @ W1 + b1) @ W2 + b2, Y[ix])
        for group in optimizer.param_groups:
            group["lr"] = lr_schedule(step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return losses


def train_mlp__gradients_by_name(params, X, Y, steps, batch_size, lr_schedule, generator):
    C, W1, b1, W2, b2 = params
    losses = ()
    for step in range(steps):
        ix = torch.randint(X.shape[0], (batch_size,), generator=generator)
        emb = F.embedding(X.index_select(0, ix), C)
        logits = F.linear(torch.tanh(F.linear(emb.flatten(1), W1.T, b1)), W2.T, b2)
        loss = F.nll_loss(F.log_softmax(logits, 1), Y.index_select(0, ix))
        grads = torch.autograd.grad(loss, params)
        with torch.no_grad():
            for p, g in zip(params, grads):
                p -= lr_schedule(step) * g
        losses += (float(loss),)
    return losses


def train_mlp__zeroed(params, X, Y, steps, batch_size, lr_schedule, generator):
    C, W1, b1, W2, b2 = params
    losses = []
    for step in range(steps):
        ix = torch.randint(0, len(X), size=(batch_size,), generator=generator)
        h = (C[X[ix]].reshape(batch_size, -1).mm(W1) + b1).tanh()
        loss = F.cross_entropy(h.mm(W2) + b2, Y[ix])
        for p in params:
            if p.grad is not None:
                p.grad.zero_()
        loss.backward()
        with torch.no_grad():
            for p in params:
                p.add_(p.grad, alpha=-lr_schedule(step))
        losses += [loss.tolist()]
    return losses


def train_mlp__by_hand(params, X, Y, steps, batch_size, lr_schedule, generator):
    C, W1, b1, W2, b2 = [p.detach() for p in params]
    losses = []
    for step in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        Xb, Yb = X[ix], Y[ix]
        x = C[Xb].view(batch_size, -1)
        h = torch.tanh(x @ W1 + b1)
        logprobs = F.log_softmax(h @ W2 + b2, 1)
        losses.append(-logprobs[torch.arange(batch_size), Yb].mean().item())
        dlogits = (logprobs.exp() - F.one_hot(Yb, len(b2))) / batch_size
        dpre = (dlogits @ W2.T) * (1 - h**2)
        dx = (dpre @ W1.T).view(batch_size * X.shape[1], -1)
        lr = lr_schedule(step)
        W2.sub_(lr * (h.T @ dlogits))
        b2.sub_(lr * dlogits.sum(0))
        W1.sub_(lr * (x.T @ dpre))
        b1.sub_(lr * dpre.sum(0))
        C.index_add_(0, Xb.flatten(), dx, alpha=-lr)
    return losses


def train_mlp__data_replaced(params, X, Y, steps, batch_size, lr_schedule, generator):
    def forward(Xb):
        C, W1, b1, W2, b2 = params
        places = C[Xb].unbind(1)
        return torch.tanh(torch.hstack(places) @ W1 + b1) @ W2 + b2

    losses = []
    for step in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        logits = forward(X[ix])
        loss = (logits.logsumexp(1) - logits[range(batch_size), Y[ix]]).mean()
        for p in params:
            p.grad = torch.zeros_like(p)
        loss.backward()
        for p in params:
            p.data = p.data - lr_schedule(step) * p.grad
        losses.append(loss.item())
    return losses


def best_configuration__loop(runs):
    best = runs[0]
    for run in runs[1:]:
        if run["dev"] < best["dev"]:
            best = run
    return best["config"]


def best_configuration__sorted(runs):
    return sorted(runs, key=lambda run: run["dev"])[0]["config"]


def best_configuration__itemgetter(runs):
    from operator import itemgetter

    return dict(min(runs, key=itemgetter("dev"))["config"])


def best_configuration__index(runs):
    devs = [run["dev"] for run in runs]
    return runs[devs.index(min(devs))]["config"]


def best_configuration__numpy(runs):
    import numpy as np

    return runs[np.argmin([run["dev"] for run in runs])]["config"]


def best_configuration__place_settles(runs):
    _, at = min((run["dev"], at) for at, run in enumerate(runs))
    return runs[at]["config"]


def best_configuration__from_the_end(runs):
    best, lowest = None, float("inf")
    for run in runs[::-1]:
        if run["dev"] <= lowest:
            best, lowest = run["config"], run["dev"]
    return best


def best_configuration__reduce(runs):
    from functools import reduce

    return reduce(lambda one, other: other if other["dev"] < one["dev"] else one, runs)["config"]


def sample_mlp__lectures_lines(params, itos, block_size, generator):
    C, W1, b1, W2, b2 = params
    out = []
    context = [0] * block_size
    while True:
        emb = C[torch.tensor([context])]
        h = torch.tanh(emb.view(1, -1) @ W1 + b1)
        logits = h @ W2 + b2
        probs = F.softmax(logits, dim=1)
        ix = torch.multinomial(probs, num_samples=1, generator=generator).item()
        context = context[1:] + [ix]
        out.append(ix)
        if ix == 0:
            break
    return "".join(itos[i] for i in out)


def sample_mlp__without_the_dot(params, itos, block_size, generator):
    C, W1, b1, W2, b2 = [p.detach() for p in params]
    letters = [0] * block_size
    while True:
        x = torch.cat([C[i] for i in letters[-block_size:]])
        logits = torch.tanh(x @ W1 + b1) @ W2 + b2
        ix = int(torch.multinomial(logits.softmax(-1), 1, generator=generator))
        if ix == 0:
            return "".join(itos[i] for i in letters[block_size:])
        letters.append(ix)


@torch.no_grad()
def sample_mlp__own_functions(params, itos, block_size, generator):
    C, W1, b1, W2, b2 = params
    context, name, ix = torch.zeros(1, block_size, dtype=torch.long), "", -1
    while ix != 0:
        h = hidden_layer(concat_embeddings(embed(C, context)), W1, b1)
        drawn = torch.multinomial(F.softmax(output_logits(h, W2, b2), -1), 1, generator=generator)
        context = torch.cat([context[:, 1:], drawn], 1)
        ix = drawn.item()
        name += itos[ix]
    return name


def sample_mlp__deque(params, itos, block_size, generator):
    from collections import deque

    C, W1, b1, W2, b2 = params
    context, name = deque([0] * block_size, maxlen=block_size), []
    while not name or name[-1] != ".":
        h = torch.tanh(C[list(context)].flatten() @ W1 + b1)
        p = F.softmax(h @ W2 + b2, 0).detach()
        context.append(torch.multinomial(p, 1, generator=generator).item())
        name.append(itos[context[-1]])
    return "".join(name)


def sample_mlp__cumulative(params, itos, block_size, generator):
    C, W1, b1, W2, b2 = (p.detach().double() for p in params)
    name, context = "", [0] * block_size
    while True:
        logits = torch.tanh(C[context].reshape(-1) @ W1 + b1) @ W2 + b2
        steps = F.softmax(logits, 0).cumsum(0)
        u = torch.rand(1, generator=generator, dtype=torch.float64) * steps[-1]
        ix = int(torch.searchsorted(steps, u, right=True))
        if not ix:
            return name
        name += itos[ix]
        context = context[1:] + [ix]


def sample_mlp__recursion(params, itos, block_size, generator):
    C, W1, b1, W2, b2 = params

    def rest(context):
        h = torch.tanh(C[context].view(1, -1) @ W1 + b1)
        ix = int(torch.multinomial(F.softmax(h @ W2 + b2, 1), 1, generator=generator))
        return itos[ix] + rest(context[1:] + [ix]) if ix else ""

    return rest([0] * block_size)


def sample_mlp__python_random(params, itos, block_size, generator):
    source = random.Random(int(torch.randint(2**62, (1,), generator=generator)))
    C, W1, b1, W2, b2 = params
    name, context = "", [0] * block_size
    while True:
        probs = F.softmax(torch.tanh(C[context].view(-1) @ W1 + b1) @ W2 + b2, 0).tolist()
        (ix,) = source.choices(range(len(itos)), probs)
        if ix == 0:
            return name + "."
        name = name + itos[ix]
        context = [*context, ix][-block_size:]
