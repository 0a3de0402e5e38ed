"""Right answers for part2 in forms that are seldom seen: made from the docstrings alone."""

# ruff: noqa: B905

import torch
import torch.nn.functional as F


def build_dataset__unfold(words, stoi, block_size=3):
    """Right: windows over the dotted name; their last column is what comes next."""
    rows = []
    for w in words:
        line = torch.tensor([0] * block_size + [stoi[c] for c in w] + [0])
        rows.append(line.unfold(0, block_size + 1, 1))
    rows = torch.cat(rows)
    return rows[:, :-1], rows[:, -1]


def build_dataset__columns(words, stoi, block_size=3):
    """Right: column by column, from the farthest character to the nearest."""
    columns = [[] for _ in range(block_size + 1)]
    for w in words:
        ids = [0] * block_size + [stoi[c] for c in w] + [stoi["."]]
        for k, column in enumerate(columns):
            column.extend(ids[k : k + len(w) + 1])
    *context, Y = (torch.tensor(column, dtype=torch.int64) for column in columns)
    return torch.stack(context, dim=1), Y


def embed__index_select(C, X):
    """Right: the rows are picked in one long line, then put in order."""
    return torch.index_select(C, 0, X.reshape(-1)).reshape(X.shape[0], X.shape[1], C.shape[1])


def embed__one_hot_einsum(C, X):
    """Right: a one-hot row times C is a row of C."""
    return torch.einsum("btv,ve->bte", F.one_hot(X, C.shape[0]).to(C.dtype), C)


def concat_embeddings__written_into_zeros(emb):
    """Right: each character's numbers are written into their place of a new tensor."""
    B, T, E = emb.shape
    out = emb.new_zeros(B, T * E)
    for t in range(T):
        out[:, t * E : (t + 1) * E] = emb[:, t]
    return out


def hidden_layer__sigmoid_in_double(x, W1, b1):
    """Right: tanh(z) is 2 sigmoid(2z) - 1; in double precision, then back."""
    z = x.double() @ W1.double() + b1.double()
    return (2 * torch.sigmoid(2 * z) - 1).to(x.dtype)


def hidden_layer__bias_is_a_weight(x, W1, b1):
    """Right: the bias is one more row of the weights, for an input that is always 1."""
    ones = torch.ones(x.shape[0], 1, dtype=x.dtype)
    return torch.cat((x, ones), 1).matmul(torch.vstack((W1, b1))).tanh()


def output_logits__outer_products(h, W2, b2):
    """Right: neuron by neuron, each adds its outer product."""
    out = b2.expand(h.shape[0], -1)
    for i in range(h.shape[1]):
        out = out + h[:, i].outer(W2[i])
    return out


def stable_cross_entropy__differences(logits, Y):
    """Right: -log p is the logsumexp of all differences to the right character's logit."""
    return torch.logsumexp(logits - logits.gather(1, Y[:, None]), dim=1).mean()


def stable_cross_entropy__logaddexp(logits, Y):
    """Right: the logarithm of the sum grows column by column."""
    columns = logits.unbind(1)
    total = columns[0]
    for column in columns[1:]:
        total = torch.logaddexp(total, column)
    right = (logits * F.one_hot(Y, logits.shape[1])).sum(1)
    return (total - right).sum() / len(Y)


def minibatch__sorted_lots(X, Y, batch_size, generator):
    """Right: every example draws a lot, and the smallest ones are taken; none comes twice."""
    lots = torch.rand(X.shape[0], generator=generator, dtype=torch.float64)
    ix = torch.argsort(lots)[:batch_size]
    return X.index_select(0, ix), Y.take(ix)


def minibatch__reservoir(X, Y, batch_size, generator):
    """Right: reservoir sampling; each example is in the batch with probability batch_size / N."""
    chosen = list(range(batch_size))
    for i in range(batch_size, len(X)):
        j = int(torch.randint(0, i + 1, (1,), generator=generator))
        if j < batch_size:
            chosen[j] = i
    return X[chosen], Y[chosen]


@torch.no_grad()
def sgd_update__copied_in_double(params, lr):
    """Right: computed in double precision, copied into the parameter; its gradient is filled with zeros."""
    for p in params:
        p.copy_(p.double() - lr * p.grad.double())
        p.grad.fill_(0)


def learning_rate_grid__products(low_exp, high_exp, steps):
    """Right: each rate is the one before times a factor that is always the same."""
    factor = 10 ** ((high_exp - low_exp) / (steps - 1))
    rates = [10.0**low_exp]
    while len(rates) < steps:
        rates.append(rates[-1] * factor)
    return torch.tensor(rates)


def learning_rate_grid__geomspace(low_exp, high_exp, steps):
    """Right: numpy's geomspace, and it stays in double precision."""
    import numpy as np

    return torch.from_numpy(np.geomspace(10.0**low_exp, 10.0**high_exp, num=steps))


def step_decay__truth_as_exponent(step, base=0.1, drop=0.1, at=100_000):
    """Right: a truth value is 0 or 1, and so an exponent."""
    return base * drop ** (step >= at)


def mlp_num_parameters__meta_tensors(block_size, n_embd, n_hidden, vocab_size):
    """Right: tensors without any storage are counted."""
    V, H = vocab_size, n_hidden
    shapes = [(V, n_embd), (block_size * n_embd, H), (H,), (H, V), (V,)]
    return sum(torch.empty(shape, device="meta").numel() for shape in shapes)


def evaluate_loss__one_by_one(params, X, Y):
    """Right: example by example, summed up, divided at the end; in double precision, from detached copies."""
    C, W1, b1, W2, b2 = (p.detach().double() for p in params)
    total = 0.0
    for x, y in zip(X, Y.tolist()):
        logits = torch.tanh(C[x].flatten() @ W1 + b1) @ W2 + b2
        total += (logits.logsumexp(0) - logits[y]).item()
    return total / len(Y)


def evaluate_loss__numpy(params, X, Y):
    """Right: everything by numpy."""
    import numpy as np

    C, W1, b1, W2, b2 = (p.detach().numpy() for p in params)
    x, y = X.numpy(), Y.numpy()
    logits = np.tanh(C[x].reshape(len(x), -1) @ W1 + b1) @ W2 + b2
    losses = np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(y)), y]
    return float(losses.mean())


def train_mlp__autograd_grad(params, X, Y, steps, batch_size, lr_schedule, generator):
    """Right: autograd.grad returns the gradients and leaves .grad alone."""
    C, W1, b1, W2, b2 = params
    losses = []
    for step in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        h = torch.tanh(C[X[ix]].flatten(1) @ W1 + b1)
        loss = F.cross_entropy(h @ W2 + b2, Y[ix])
        with torch.no_grad():
            for p, g in zip(params, torch.autograd.grad(loss, params)):
                p.sub_(g, alpha=lr_schedule(step))
        losses.append(float(loss))
    return losses


@torch.no_grad()
def train_mlp__backward_by_hand(params, X, Y, steps, batch_size, lr_schedule, generator):
    """Right: all gradients are worked out by hand, as in part 4."""
    C, W1, b1, W2, b2 = params
    rows = torch.arange(batch_size)
    losses = []
    for step in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        Xb, Yb = X[ix], Y[ix]
        x = C[Xb].view(batch_size, -1)
        h = torch.tanh(x @ W1 + b1)
        logprobs = F.log_softmax(h @ W2 + b2, 1)
        losses.append(-logprobs[rows, Yb].mean().item())
        dlogits = logprobs.exp()
        dlogits[rows, Yb] -= 1
        dlogits /= batch_size
        dz = dlogits @ W2.T * (1 - h**2)
        dC = torch.zeros_like(C).index_add_(0, Xb.flatten(), (dz @ W1.T).view(-1, C.shape[1]))
        lr = lr_schedule(step)
        for p, g in zip(params, (dC, x.T @ dz, dz.sum(0), h.T @ dlogits, dlogits.sum(0))):
            p -= lr * g
    return losses


def train_mlp__optimizer(params, X, Y, steps, batch_size, lr_schedule, generator):
    """Right: torch's own SGD, whose rate is set before each step."""
    C, W1, b1, W2, b2 = params
    optimizer = torch.optim.SGD(params, lr=1.0)
    losses = []
    while len(losses) < steps:
        optimizer.param_groups[0]["lr"] = lr_schedule(len(losses))
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        x = F.embedding(X[ix], C).flatten(start_dim=1)
        loss = F.cross_entropy(torch.addmm(b2, torch.addmm(b1, x, W1).tanh(), W2), Y[ix])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def best_configuration__argmin(runs):
    """Right: numpy's argmin gives the first of several minima."""
    import numpy as np

    return runs[int(np.argmin([run["dev"] for run in runs]))]["config"]


@torch.no_grad()
def sample_mlp__gumbel(params, itos, block_size, generator):
    """Right: the largest of logits plus Gumbel noise has the softmax's probabilities."""
    C, W1, b1, W2, b2 = params
    ids = [0] * block_size
    while True:
        x = C[torch.tensor(ids[-block_size:])].flatten()
        logits = torch.tanh(x @ W1 + b1) @ W2 + b2
        u = torch.rand(logits.shape, generator=generator, dtype=torch.float64)
        ids.append(int((logits - (-u.log()).log()).argmax()))
        if ids[-1] == 0:
            return "".join(itos[i] for i in ids[block_size:-1])


def sample_mlp__inverse_of_the_sums(params, itos, block_size, generator):
    """Right: one number between 0 and 1 falls into one of the intervals whose lengths are the probabilities."""
    C, W1, b1, W2, b2 = (p.detach().double() for p in params)
    name, context = "", (0,) * block_size
    while not name.endswith("."):
        logits = torch.tanh(C[list(context)].view(1, -1) @ W1 + b1) @ W2 + b2
        ends = F.softmax(logits[0], 0).cumsum(0)
        u = torch.rand(1, generator=generator, dtype=torch.float64)
        i = min(torch.searchsorted(ends, u, right=True).item(), len(ends) - 1)
        name, context = name + itos[i], (*context[1:], i)
    return name
