"""More wrong answers for part5: one slip each, or two at once, made from the docstrings alone."""

# ruff: noqa: F821, N801, SIM300

import torch
import torch.nn.functional as F


class embedding_layer__uniform_table:
    """Wrong: rand gives numbers between 0 and 1, all of them positive; randn is standard normal."""

    class Embedding:
        def __init__(self, num_embeddings, embedding_dim):
            self.weight = torch.rand(num_embeddings, embedding_dim)

        def __call__(self, IX):
            self.out = self.weight[IX]
            return self.out

        def parameters(self):
            return [self.weight]


class embedding_layer__output_is_not_kept:
    """Wrong: the vectors are returned, but not kept as out."""

    class Embedding:
        def __init__(self, num_embeddings, embedding_dim):
            self.weight = torch.randn((num_embeddings, embedding_dim))

        def __call__(self, IX):
            return self.weight[IX]

        def parameters(self):
            return [self.weight]


class flatten_consecutive__even_and_odd:
    """Wrong: even and odd positions are joined, two at a time whatever n is."""

    class FlattenConsecutive:
        def __init__(self, n):
            self.n = n

        def __call__(self, x):
            x = torch.cat([x[:, ::2, :], x[:, 1::2, :]], dim=2)
            if x.shape[1] == 1:
                x = x.squeeze(1)
            self.out = x
            return self.out

        def parameters(self):
            return []


class flatten_consecutive__far_apart:
    """Wrong: positions T // n apart are joined, not neighbours."""

    class FlattenConsecutive:
        def __init__(self, n):
            self.n = n

        def __call__(self, x):
            B, T, C = x.shape
            parts = x.chunk(self.n, dim=1)
            x = torch.cat(parts, dim=2)
            if T == self.n:
                x = x.view(B, self.n * C)
            self.out = x
            return self.out

        def parameters(self):
            return []


class flatten_consecutive__positions_become_examples:
    """Wrong: the groups of an example are stacked along the batch, (B * T // n, C * n)."""

    class FlattenConsecutive:
        def __init__(self, n):
            self.n = n

        def __call__(self, x):
            self.out = x.reshape(-1, self.n * x.shape[2])
            return self.out

        def parameters(self):
            return []


class sequential__list_of_lists:
    """Wrong: parameters holds a list for every layer, it is not flat."""

    class Sequential:
        def __init__(self, layers):
            self.layers = layers

        def __call__(self, x):
            for layer in self.layers:
                x = layer(x)
            self.out = x
            return self.out

        def parameters(self):
            return [layer.parameters() for layer in self.layers]


class sequential__input_is_not_passed_on:
    """Wrong: every layer gets the first input, not what the layer before made of it."""

    class Sequential:
        def __init__(self, layers):
            self.layers = layers

        def __call__(self, x):
            for layer in self.layers:
                self.out = layer(x)
            return self.out

        def parameters(self):
            return [p for layer in self.layers for p in layer.parameters()]


class batchnorm_nd__running_in_the_graph:
    """Wrong: the running statistics are updated inside of the graph."""

    class BatchNorm1d:
        def __call__(self, x):
            if self.training:
                dim = 0 if x.ndim == 2 else (0, 1)
                mean = x.mean(dim)
                var = x.var(dim)
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var
            else:
                mean, var = self.running_mean, self.running_var
            self.out = self.gamma * (x - mean) / torch.sqrt(var + self.eps) + self.beta
            return self.out


class batchnorm_nd__eps_outside_of_the_root:
    """Wrong: eps is added to the standard deviation, not to the variance."""

    class BatchNorm1d:
        def __call__(self, x):
            if self.training:
                dim = tuple(range(x.ndim - 1))
                mean = x.mean(dim)
                var = x.var(dim)
                with torch.no_grad():
                    self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                    self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var
            else:
                mean, var = self.running_mean, self.running_var
            self.out = self.gamma * (x - mean) / (torch.sqrt(var) + self.eps) + self.beta
            return self.out


class batchnorm_nd__running_follow_for_ever:
    """Wrong: the running statistics move on when training is over, too."""

    class BatchNorm1d:
        def __call__(self, x):
            dim = 0 if x.ndim == 2 else (0, 1)
            batch_mean, batch_var = x.mean(dim), x.var(dim)
            mean, var = (batch_mean, batch_var) if self.training else (self.running_mean, self.running_var)
            with torch.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * batch_mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * batch_var
            self.out = self.gamma * (x - mean) / torch.sqrt(var + self.eps) + self.beta
            return self.out


def build_wavenet__always_three_stages(vocab_size, n_embd, n_hidden, block_size=8):
    """Wrong: there are three stages, as in the lecture, whatever block_size is."""
    model = Sequential([
        Embedding(vocab_size, n_embd),
        FlattenConsecutive(2), Linear(n_embd * 2, n_hidden, bias=False), BatchNorm1d(n_hidden), Tanh(),
        FlattenConsecutive(2), Linear(n_hidden * 2, n_hidden, bias=False), BatchNorm1d(n_hidden), Tanh(),
        FlattenConsecutive(2), Linear(n_hidden * 2, n_hidden, bias=False), BatchNorm1d(n_hidden), Tanh(),
        Linear(n_hidden, vocab_size),
    ])  # fmt: skip
    with torch.no_grad():
        model.layers[-1].weight *= 0.1
    return model


def build_wavenet__tanh_before_batchnorm(vocab_size, n_embd, n_hidden, block_size=8):
    """Wrong: Tanh comes before BatchNorm1d."""
    layers = [Embedding(vocab_size, n_embd)]
    fan_in = n_embd
    while block_size > 1:
        layers.append(FlattenConsecutive(2))
        layers.append(Linear(2 * fan_in, n_hidden, bias=False))
        layers.append(Tanh())
        layers.append(BatchNorm1d(n_hidden))
        fan_in = n_hidden
        block_size //= 2
    layers.append(Linear(n_hidden, vocab_size))
    with torch.no_grad():
        layers[-1].weight *= 0.1
    return Sequential(layers)


def build_wavenet__biases_and_sure_of_itself(vocab_size, n_embd, n_hidden, block_size=8):
    """Wrong twice: the hidden Linears have a bias; the last one's weights keep their usual size."""
    layers = [Embedding(vocab_size, n_embd)]
    fan_in = n_embd
    while block_size > 1:
        layers += [FlattenConsecutive(2), Linear(2 * fan_in, n_hidden), BatchNorm1d(n_hidden), Tanh()]
        fan_in = n_hidden
        block_size //= 2
    layers.append(Linear(n_hidden, vocab_size))
    return Sequential(layers)


def num_parameters__iterator_is_read_twice(params):
    """Wrong: the look whether there are any uses an iterator up, and then nothing is left to count."""
    if not list(params):
        return 0
    return sum(p.numel() for p in params)


def num_parameters__rows(params):
    """Wrong: len of a tensor is the size of its first dimension."""
    return sum(len(p) for p in params)


def set_training_mode__either_or(model, training):
    """Wrong: a layer that has both training and layers is set, but not entered."""
    for layer in model.layers:
        if hasattr(layer, "training"):
            layer.training = training
        elif hasattr(layer, "layers"):
            set_training_mode(layer, training)


def set_training_mode__only_batchnorm(model, training):
    """Wrong: only layers of the class BatchNorm1d are set, not others that have training."""
    for layer in model.layers:
        if isinstance(layer, BatchNorm1d):
            layer.training = training
        if hasattr(layer, "layers"):
            set_training_mode(layer, training)


def fit__logarithms_of_losses(model, X, Y, steps, batch_size, lr_schedule, generator):
    """Wrong: what is noted is log10 of the loss, as the lecture does for its picture."""
    lossi = []
    for i in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        loss = F.cross_entropy(model(X[ix]), Y[ix])
        for p in model.parameters():
            p.grad = None
        loss.backward()
        lr = lr_schedule(i)
        for p in model.parameters():
            p.data += -lr * p.grad
        lossi.append(loss.log10().item())
    return lossi


def fit__letters_of_other_examples(model, X, Y, steps, batch_size, lr_schedule, generator):
    """Wrong: the letters are the first ones of Y, not those of the examples that were drawn."""
    lossi = []
    for i in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        logits = model(X[ix])
        loss = F.cross_entropy(logits, Y[:batch_size])
        for p in model.parameters():
            p.grad = None
        loss.backward()
        for p in model.parameters():
            p.data -= lr_schedule(i) * p.grad
        lossi.append(loss.item())
    return lossi


def fit__not_cleared_and_global_generator(model, X, Y, steps, batch_size, lr_schedule, generator):
    """Wrong twice: the gradients are never cleared; randint draws without the generator."""
    losses = []
    parameters = model.parameters()
    for step in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,))
        loss = F.cross_entropy(model(X[ix]), Y[ix])
        loss.backward()
        lr = lr_schedule(step)
        with torch.no_grad():
            for p in parameters:
                p -= lr * p.grad
        losses.append(loss.item())
    return losses


def smooth_curve__the_first_ones_left_out(losses, window):
    """Wrong: the losses that fill no whole window are left out at the beginning, not at the end."""
    n = len(losses) // window
    return torch.tensor(losses[-n * window :]).view(n, window).mean(1)


def smooth_curve__rows_and_columns(losses, window):
    """Wrong: the rows are as long as there are windows, so losses far apart are averaged."""
    n = len(losses) // window
    return torch.tensor(losses[: n * window]).view(window, n).mean(0)


def trace_shapes__called_twice(model, x):
    """Wrong: every layer is called twice, once for its shape and once for what comes after."""
    shapes = []
    for layer in model.layers:
        shapes.append((layer.__class__.__name__, tuple(layer(x).shape)))
        x = layer(x)
    return shapes


def predict_all_prefixes__one_list_for_all(model, word_ids, block_size):
    """Wrong: the context is changed in place, all rows are the same list, the last context."""
    context = [0] * block_size
    contexts = [context]
    for ix in word_ids.tolist():
        context.pop(0)
        context.append(ix)
        contexts.append(context)
    return model(torch.tensor(contexts))


def predict_all_prefixes__dots_behind(model, word_ids, block_size):
    """Wrong: where letters are missing, the dots come behind them, not in front."""
    contexts = []
    for t in range(len(word_ids) + 1):
        letters = word_ids[:t].tolist()[-block_size:]
        contexts.append(letters + [0] * (block_size - len(letters)))
    return model(torch.tensor(contexts))
