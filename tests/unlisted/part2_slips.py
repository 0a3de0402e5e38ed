"""More wrong answers for part2: one slip each, or two at once, made from the docstrings alone."""

# ruff: noqa: RUF005

import torch
import torch.nn.functional as F


def build_dataset__one_list_that_changes(words, stoi, block_size=3):
    """Wrong: the context is changed in place, so all rows of a name are its last context."""
    X, Y = [], []
    for w in words:
        context = [0] * block_size
        for ch in w + ".":
            ix = stoi[ch]
            X.append(context)
            Y.append(ix)
            context.pop(0)
            context.append(ix)
    return torch.tensor(X), torch.tensor(Y)


def build_dataset__end_is_never_asked_for(words, stoi, block_size=3):
    """Wrong: the example whose next character is the "." at the end of the name is missing."""
    X, Y = [], []
    for w in words:
        context = [0] * block_size
        for ch in w:
            ix = stoi[ch]
            X.append(context)
            Y.append(ix)
            context = context[1:] + [ix]
    return torch.tensor(X), torch.tensor(Y)


def embed__as_many_classes_as_seen(C, X):
    """Wrong: one_hot without num_classes counts up to the largest character in X, not to V."""
    return F.one_hot(X).float() @ C


def concat_embeddings__numbers_before_letters(emb):
    """Wrong: taken apart along E, not T: the first numbers of all characters come first."""
    return torch.cat(torch.unbind(emb, 2), 1)


def hidden_layer__bias_after_tanh(x, W1, b1):
    """Wrong: the bias is added after the tanh, not before."""
    return torch.tanh(x @ W1) + b1


def output_logits__counts(h, W2, b2):
    """Wrong: the logits are exponentiated to counts already."""
    logits = h @ W2 + b2
    return logits.exp()


def stable_cross_entropy__maximum_of_everything(logits, Y):
    """Wrong: one maximum for all rows; a row far below it underflows, and log 0 is infinite."""
    logits = logits - logits.max()
    logprobs = logits - logits.exp().sum(1, keepdim=True).log()
    return -logprobs[torch.arange(len(Y)), Y].mean()


def stable_cross_entropy__epsilon(logits, Y):
    """Wrong: 1e-8 is added to p, so the loss of an unlikely character is cut off at about 18."""
    counts = (logits - logits.max(1, keepdim=True).values).exp()
    probs = counts / counts.sum(1, keepdim=True)
    return -(probs[torch.arange(len(Y)), Y] + 1e-8).log().mean()


def minibatch__two_draws(X, Y, batch_size, generator):
    """Wrong: X and Y are drawn separately, so they do not belong together."""
    Xb = X[torch.randint(0, X.shape[0], (batch_size,), generator=generator)]
    Yb = Y[torch.randint(0, Y.shape[0], (batch_size,), generator=generator)]
    return Xb, Yb


def minibatch__last_is_never_drawn(X, Y, batch_size, generator):
    """Wrong: randint leaves its upper bound out by itself; the last example never comes."""
    ix = torch.randint(0, X.shape[0] - 1, (batch_size,), generator=generator)
    return X[ix], Y[ix]


def sgd_update__new_tensors_in_the_list(params, lr):
    """Wrong: the list gets new tensors; who has the old ones does not find them moved."""
    for i, p in enumerate(params):
        params[i] = (p - lr * p.grad).detach().requires_grad_()


def sgd_update__cleared_too_early(params, lr):
    """Wrong: the gradients are set to zero before the step, so nothing moves."""
    for p in params:
        p.grad.zero_()
    for p in params:
        p.data -= lr * p.grad


def learning_rate_grid__end_left_out(low_exp, high_exp, steps):
    """Wrong: the exponents are divided by steps, not steps - 1, so that the last rate is missed."""
    exps = low_exp + (high_exp - low_exp) * torch.arange(steps) / steps
    return 10**exps


def step_decay__drop_is_the_rate(step, base=0.1, drop=0.1, at=100_000):
    """Wrong: drop is taken for the later rate itself; the base is not multiplied by it."""
    return base if step < at else drop


def mlp_num_parameters__one_letter(block_size, n_embd, n_hidden, vocab_size):
    """Wrong: W1 is counted for one letter of the context only."""
    C = vocab_size * n_embd
    hidden = n_embd * n_hidden + n_hidden
    output = n_hidden * vocab_size + vocab_size
    return C + hidden + output


@torch.no_grad()
def evaluate_loss__mean_of_means(params, X, Y):
    """Wrong: the mean of the batches' means; the last batch is smaller, and counts as much."""
    C, W1, b1, W2, b2 = params
    losses = []
    for i in range(0, len(X), 32):
        Xb, Yb = X[i : i + 32], Y[i : i + 32]
        h = torch.tanh(C[Xb].view(len(Xb), -1) @ W1 + b1)
        losses.append(F.cross_entropy(h @ W2 + b2, Yb).item())
    return sum(losses) / len(losses)


def evaluate_loss__switched_off(params, X, Y):
    """Wrong: the parameters do not require grad any more."""
    for p in params:
        p.requires_grad = False
    C, W1, b1, W2, b2 = params
    h = torch.tanh(C[X].view(X.shape[0], -1) @ W1 + b1)
    return F.cross_entropy(h @ W2 + b2, Y).item()


def train_mlp__one_batch_for_all(params, X, Y, steps, batch_size, lr_schedule, generator):
    """Wrong: the batch is drawn once, before the loop, and every step sees the same."""
    C, W1, b1, W2, b2 = params
    losses = []
    ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
    for i in range(steps):
        h = torch.tanh(C[X[ix]].view(batch_size, -1) @ W1 + b1)
        loss = F.cross_entropy(h @ W2 + b2, Y[ix])
        for p in params:
            p.grad = None
        loss.backward()
        lr = lr_schedule(i)
        for p in params:
            p.data += -lr * p.grad
        losses.append(loss.item())
    return losses


def train_mlp__numbers_from_one(params, X, Y, steps, batch_size, lr_schedule, generator):
    """Wrong: the first step asks for the rate of step 1."""
    C, W1, b1, W2, b2 = params
    losses = []
    for i in range(1, steps + 1):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        h = torch.tanh(C[X[ix]].view(batch_size, -1) @ W1 + b1)
        loss = F.cross_entropy(h @ W2 + b2, Y[ix])
        for p in params:
            p.grad = None
        loss.backward()
        lr = lr_schedule(i)
        for p in params:
            p.data += -lr * p.grad
        losses.append(loss.item())
    return losses


def best_configuration__smallest_gap(runs):
    """Wrong: the run whose two losses are nearest to each other, not the one with the lowest dev loss."""
    return min(runs, key=lambda run: abs(run["dev"] - run["train"]))["config"]


def sample_mlp__softmax_over_examples(params, itos, block_size, generator):
    """Wrong: softmax over dim 0, the single row: all probabilities are 1, so all letters are equally likely."""
    C, W1, b1, W2, b2 = params
    out, context = [], [0] * block_size
    while True:
        h = torch.tanh(C[torch.tensor([context])].view(1, -1) @ W1 + b1)
        probs = F.softmax(h @ W2 + b2, dim=0)
        ix = torch.multinomial(probs, num_samples=1, generator=generator).item()
        context = context[1:] + [ix]
        out.append(itos[ix])
        if ix == 0:
            return "".join(out)


def hidden_layer__sigmoid_without_bias(x, W1, b1):
    """Wrong twice: the bias is forgotten; a sigmoid stands in place of the tanh."""
    return torch.sigmoid(x @ W1)


def step_decay__late_and_again(step, base=0.1, drop=0.1, at=100_000):
    """Wrong twice: the smaller rate comes one step late; it drops again at every multiple of `at`."""
    if step <= at:
        return base
    return base * drop ** (step // at)


def train_mlp__never_cleared_and_first_rate(params, X, Y, steps, batch_size, lr_schedule, generator):
    """Wrong twice: the gradients are never cleared; every step takes the rate of step 0."""
    C, W1, b1, W2, b2 = params
    lr = lr_schedule(0)
    losses = []
    for _ in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        h = torch.tanh(C[X[ix]].view(batch_size, -1) @ W1 + b1)
        loss = F.cross_entropy(h @ W2 + b2, Y[ix])
        loss.backward()
        for p in params:
            p.data += -lr * p.grad
        losses.append(loss.item())
    return losses


def sample_mlp__no_generator_and_newest_first(params, itos, block_size, generator):
    """Wrong twice: multinomial draws without the generator; the newest letter goes to the front of the context."""
    C, W1, b1, W2, b2 = params
    out, context = [], [0] * block_size
    while True:
        h = torch.tanh(C[torch.tensor([context])].view(1, -1) @ W1 + b1)
        probs = F.softmax(h @ W2 + b2, dim=1)
        ix = torch.multinomial(probs, num_samples=1).item()
        context = [ix] + context[:-1]
        out.append(itos[ix])
        if ix == 0:
            return "".join(out)
