"""Right answers for part5 in forms that are seldom seen: made from the docstrings alone."""

# ruff: noqa: B010, B018, B905, C408, F821, N801, RUF017

import torch
import torch.nn.functional as F


class embedding_layer__functional:
    """Right: torch's own function, and a table that is filled in place."""

    class Embedding:
        def __init__(self, num_embeddings, embedding_dim):
            self.weight = torch.empty(num_embeddings, embedding_dim).normal_()

        def __call__(self, IX):
            self.out = F.embedding(IX, self.weight)
            return self.out

        def parameters(self):
            return [self.weight]


class embedding_layer__one_hot:
    """Right: a one in a row of zeros picks a row of the table."""

    class Embedding:
        def __init__(self, num_embeddings, embedding_dim):
            self.weight = torch.normal(0.0, 1.0, (num_embeddings, embedding_dim))

        def __call__(self, IX):
            ones = F.one_hot(IX, self.weight.shape[0]).to(self.weight.dtype)
            self.out = torch.einsum("btv,vd->btd", ones, self.weight)
            return self.out

        def parameters(self):
            return [self.weight]


class embedding_layer__index_select:
    """Right: one long row of numbers, looked up and laid out again; drawn by a distribution."""

    class Embedding:
        def __init__(self, num_embeddings, embedding_dim):
            self.weight = torch.distributions.Normal(0.0, 1.0).sample((num_embeddings, embedding_dim))

        def __call__(self, IX):
            self.out = self.weight.index_select(0, IX.reshape(-1)).unflatten(0, IX.shape)
            return self.out

        def parameters(self):
            params = []
            params.append(self.weight)
            return params


class flatten_consecutive__slices_with_a_step:
    """Right: the first of every group, the second of every group, ..., side by side."""

    class FlattenConsecutive:
        def __init__(self, n):
            self.n = n

        def __call__(self, x):
            joined = torch.cat([x[:, i :: self.n] for i in range(self.n)], dim=-1)
            self.out = joined[:, 0] if joined.shape[1] == 1 else joined
            return self.out

        def parameters(self):
            return []


class flatten_consecutive__unfold:
    """Right: windows of n positions, n apart; unfold puts the window last."""

    class FlattenConsecutive:
        def __init__(self, n):
            self.n = n

        def __call__(self, x):
            windows = x.unfold(1, self.n, self.n)  # (B, T // n, C, n)
            self.out = windows.mT.flatten(2).squeeze(1)
            return self.out

        def parameters(self):
            return list()


class flatten_consecutive__one_group_at_a_time:
    """Right: loops over examples and groups, then two stacks."""

    class FlattenConsecutive:
        def __init__(self, n):
            self.n = n

        def __call__(self, x):
            n, T = self.n, x.size(1)
            examples = []
            for example in x:
                groups = [torch.cat(list(example[start : start + n])) for start in range(0, T, n)]
                examples.append(torch.stack(groups) if len(groups) > 1 else groups[0])
            self.out = torch.stack(examples)
            return self.out

        def parameters(self):
            return []


class sequential__reduce_and_chain:
    """Right: functools and itertools; the layers are a list of its own."""

    class Sequential:
        def __init__(self, layers):
            self.layers = [*layers]

        def __call__(self, x):
            from functools import reduce

            self.out = reduce(lambda h, layer: layer(h), self.layers, x)
            return self.out

        def parameters(self):
            from itertools import chain

            return list(chain.from_iterable(layer.parameters() for layer in self.layers))


class sequential__recursion:
    """Right: the first layer, then the others; the lists are added."""

    class Sequential:
        def __init__(self, layers):
            self.layers = list(layers)

        def __call__(self, x):
            def rest(h, i):
                return h if i == len(self.layers) else rest(self.layers[i](h), i + 1)

            self.out = rest(x, 0)
            return self.out

        def parameters(self):
            return sum((list(layer.parameters()) for layer in self.layers), [])


class batchnorm_nd__double_precision:
    """Right: everything as one table (N, H) in double precision, brought back at the end."""

    class BatchNorm1d:
        def __call__(self, x):
            table = x.reshape(-1, x.shape[-1]).double()
            if self.training:
                N = table.shape[0]
                mean = table.sum(0) / N
                var = (table - mean).square().sum(0) / (N - 1)
                m = self.momentum
                self.running_mean = ((1 - m) * self.running_mean + m * mean.detach()).to(self.running_mean.dtype)
                self.running_var = ((1 - m) * self.running_var + m * var.detach()).to(self.running_var.dtype)
            else:
                mean, var = self.running_mean.double(), self.running_var.double()
            out = (table - mean) * (var + self.eps).rsqrt() * self.gamma + self.beta
            self.out = out.to(x.dtype).reshape(x.shape)
            return self.out


class batchnorm_nd__var_mean_and_lerp:
    """Right: var_mean gives both, lerp_ moves the buffers in place, addcmul scales and shifts."""

    class BatchNorm1d:
        def __call__(self, x):
            if self.training:
                var, mean = torch.var_mean(x, dim=list(range(x.dim() - 1)), correction=1)
                self.running_mean.lerp_(mean.detach(), self.momentum)
                self.running_var.lerp_(var.detach(), self.momentum)
            else:
                var, mean = self.running_var, self.running_mean
            scale = self.gamma / (var + self.eps) ** 0.5
            self.out = torch.addcmul(self.beta, x - mean, scale)
            return self.out


class batchnorm_nd__units_first:
    """Right: a row for every unit; the variances are the diagonal of the covariances; torch's own function after it."""

    class BatchNorm1d:
        def __call__(self, x):
            if not self.training:
                units = x.movedim(-1, 1)  # torch wants the units second
                out = F.batch_norm(
                    units, self.running_mean, self.running_var, self.gamma, self.beta, False, 0.0, self.eps
                )
                self.out = out.movedim(1, -1)
                return self.out
            rows = x.movedim(-1, 0).flatten(1)  # (H, N)
            mean = rows.mean(1)
            var = torch.atleast_2d(torch.cov(rows)).diagonal()
            with torch.no_grad():
                self.running_mean += self.momentum * (mean - self.running_mean)
                self.running_var += self.momentum * (var - self.running_var)
            self.out = (x - mean).div((var + self.eps).sqrt()).mul(self.gamma).add(self.beta)
            return self.out


def build_wavenet__from_back_to_front(vocab_size, n_embd, n_hidden, block_size=8):
    """Right: the last layer is made first, and the stages are put in front of it."""
    last = Linear(n_hidden, vocab_size)
    last.weight = last.weight / 10
    layers = [last]
    while block_size > 1:
        block_size //= 2
        fan_in = 2 * (n_embd if block_size == 1 else n_hidden)
        # the stage nearest the letters is the last one to be put in front
        layers[:0] = [FlattenConsecutive(2), Linear(fan_in, n_hidden, bias=False), BatchNorm1d(n_hidden), Tanh()]
    layers.insert(0, Embedding(vocab_size, n_embd))
    return Sequential(layers)


def build_wavenet__comprehension(vocab_size, n_embd, n_hidden, block_size=8):
    """Right: the number of stages from the bits of block_size, all stages by one comprehension."""
    stages = block_size.bit_length() - 1
    fans = [2 * n_embd] + [2 * n_hidden] * (stages - 1)
    hidden = [
        layer
        for fan in fans
        for layer in (FlattenConsecutive(n=2), Linear(fan, n_hidden, False), BatchNorm1d(n_hidden), Tanh())
    ]
    model = Sequential([Embedding(vocab_size, n_embd), *hidden, Linear(n_hidden, vocab_size, bias=True)])
    model.layers[-1].weight.data.mul_(0.1)
    return model


def num_parameters__ones(params):
    """Right: a table of true things as large as the tensor, counted."""
    total = 0
    for p in params:
        total += int(torch.count_nonzero(torch.ones_like(p, dtype=torch.bool)))
    return total


def num_parameters__product_of_sizes(params):
    """Right: the product of the sizes, 1 for a single number."""
    import math
    from functools import reduce

    return reduce(lambda total, p: total + math.prod(p.shape), params, 0)


def set_training_mode__stack(model, training):
    """Right: no recursion, a list of models still to visit."""
    todo = [model]
    while todo:
        for layer in todo.pop().layers:
            if hasattr(layer, "training"):
                layer.training = training
            if hasattr(layer, "layers"):
                todo.append(layer)


def set_training_mode__asking_forgiveness(model, training):
    """Right: a walk through all layers by a generator, and a try for each."""

    def walk(layers):
        for layer in layers:
            yield layer
            yield from walk(getattr(layer, "layers", ()))

    for layer in walk(model.layers):
        try:
            layer.training
        except AttributeError:
            continue
        setattr(layer, "training", training)


def fit__optimizer(model, X, Y, steps, batch_size, lr_schedule, generator):
    """Right: torch's plain SGD, with a new rate for every step."""
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    losses = []
    for step in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        loss = torch.nn.CrossEntropyLoss()(model(X[ix]), Y[ix])
        optimizer.zero_grad()
        loss.backward()
        for group in optimizer.param_groups:
            group["lr"] = lr_schedule(step)
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses


def fit__autograd_grad(model, X, Y, steps, batch_size, lr_schedule, generator):
    """Right: the gradients are asked for, so that nothing adds up in grad; log_softmax and gather by hand."""
    parameters = list(model.parameters())
    losses = [0.0] * steps
    for step in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        logprobs = model(X.index_select(0, ix)).log_softmax(1)
        loss = -logprobs.gather(1, Y[ix].unsqueeze(1)).mean()
        grads = torch.autograd.grad(loss, parameters, allow_unused=True)
        rate = lr_schedule(step)
        with torch.no_grad():
            for p, grad in zip(parameters, grads):
                if grad is not None:
                    p.sub_(grad, alpha=rate)
        losses[step] = loss.item()
    return losses


def fit__logsumexp(model, X, Y, steps, batch_size, lr_schedule, generator):
    """Right: logsumexp minus the logit of the letter; copy_ writes the new numbers into the parameters."""

    def one_step(step):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        logits = model(X[ix])
        loss = (torch.logsumexp(logits, dim=1) - logits[torch.arange(batch_size), Y[ix]]).sum() / batch_size
        for p in model.parameters():
            if p.grad is not None:
                p.grad.zero_()
        loss.backward()
        lr = lr_schedule(step)
        with torch.no_grad():
            for p in model.parameters():
                if p.grad is not None:
                    p.copy_(p - lr * p.grad)
        return loss.tolist()

    return [one_step(step) for step in range(steps)]


def smooth_curve__average_pooling(losses, window):
    """Right: average pooling in one dimension has the window as its step, and leaves the rest out."""
    return F.avg_pool1d(torch.tensor(losses).view(1, 1, -1), window).view(-1)


def smooth_curve__numpy(losses, window):
    """Right: numpy, in double precision."""
    import numpy as np

    n = len(losses) // window
    return torch.from_numpy(np.asarray(losses, dtype=np.float64)[: n * window].reshape(n, window).mean(axis=1))


def trace_shapes__accumulate(model, x):
    """Right: itertools keeps what comes after every layer; a torch.Size is a tuple."""
    from itertools import accumulate

    outs = list(accumulate(model.layers, lambda h, layer: layer(h), initial=x))[1:]
    return list(zip((type(layer).__name__ for layer in model.layers), (out.shape for out in outs)))


def predict_all_prefixes__unfold(model, word_ids, block_size):
    """Right: dots in front, then all windows of the padded word, as a view."""
    return model(F.pad(word_ids, (block_size, 0)).unfold(0, block_size, 1))


def predict_all_prefixes__one_at_a_time(model, word_ids, block_size):
    """Right: the model is asked once for every beginning, each as a batch of one."""
    rows = []
    for t in range(word_ids.numel() + 1):
        context = torch.zeros(1, block_size, dtype=torch.int64)
        known = min(t, block_size)
        if known:
            context[0, block_size - known :] = word_ids[t - known : t]
        rows.append(model(context))
    return torch.cat(rows, dim=0)
