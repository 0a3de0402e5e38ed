"""Right answers to part 5 that look different. Read as text, never imported."""


# ---- embedding_layer


class embedding_layer__functional:
    class Embedding:
        def __call__(self, IX):
            self.out = F.embedding(IX, self.weight)
            return self.out


class embedding_layer__product_with_one_hot:
    class Embedding:
        def __init__(self, num_embeddings, embedding_dim):
            self.num = num_embeddings
            self.weight = torch.normal(0.0, 1.0, (num_embeddings, embedding_dim))

        def __call__(self, IX):
            self.out = F.one_hot(IX, num_classes=self.num).float() @ self.weight
            return self.out

        def parameters(self):
            return (self.weight,)


class embedding_layer__parameter:
    class Embedding:
        def __init__(self, num_embeddings, embedding_dim):
            self.weight = torch.nn.Parameter(torch.empty(num_embeddings, embedding_dim).normal_())

        def parameters(self):
            yield self.weight


class embedding_layer__index_select:
    class Embedding:
        def __call__(self, IX):
            B, T = IX.shape
            self.out = torch.index_select(self.weight, 0, IX.reshape(-1)).view(B, T, -1)
            return self.out


class embedding_layer__example_by_example:
    class Embedding:
        def __call__(self, IX):
            self.out = torch.stack([self.weight[row] for row in IX])
            return self.out

        def parameters(self):
            return list(vars(self)[name] for name in ["weight"])


class embedding_layer__letter_by_letter_in_double:
    class Embedding:
        def __init__(self, num_embeddings, embedding_dim):
            self.weight = torch.randn((num_embeddings, embedding_dim), dtype=torch.float64)

        def __call__(self, IX):
            rows = [torch.stack([self.weight[int(letter)] for letter in row]) for row in IX]
            self.out = torch.stack(rows)
            return self.out


class embedding_layer__normal_numbers_one_by_one:
    class Embedding:
        def __init__(self, num_embeddings, embedding_dim):
            rows = [[random.gauss(0.0, 1.0) for _ in range(embedding_dim)] for _ in range(num_embeddings)]
            self.weight = torch.tensor(rows)

        def __call__(self, IX):
            self.out = self.weight.take_along_dim(IX.reshape(-1, 1), 0).reshape(*IX.shape, self.weight.shape[1])
            return self.out


# ---- flatten_consecutive


class flatten_consecutive__lecture:
    class FlattenConsecutive:
        def __call__(self, x):
            B, T, C = x.shape
            x = x.view(B, T // self.n, C * self.n)
            if x.shape[1] == 1:
                x = x.squeeze(1)
            self.out = x
            return self.out


class flatten_consecutive__reshape:
    class FlattenConsecutive:
        def __call__(self, x):
            B, T, C = x.size()
            shape = (B, self.n * C) if T == self.n else (B, T // self.n, self.n * C)
            self.out = x.reshape(shape)
            return self.out

        def parameters(self):
            return ()


class flatten_consecutive__squeeze_of_dim_1:
    class FlattenConsecutive:
        def __call__(self, x):
            self.out = x.unflatten(1, (-1, self.n)).flatten(2).squeeze(1)
            return self.out


class flatten_consecutive__every_nth_position:
    class FlattenConsecutive:
        def __init__(self, n):
            super().__init__()
            self.n = n
            self.out = None

        def __call__(self, x):
            joined = torch.cat([x[:, i :: self.n, :] for i in range(self.n)], dim=2)
            self.out = joined[:, 0] if joined.shape[1] == 1 else joined
            return self.out


class flatten_consecutive__chunks:
    class FlattenConsecutive:
        def __call__(self, x):
            out = torch.stack([piece.flatten(1) for piece in x.split(self.n, dim=1)], dim=1)
            self.out = out.squeeze(dim=1) if out.shape[1] == 1 else out
            return self.out


class flatten_consecutive__numpy:
    class FlattenConsecutive:
        def __call__(self, x):
            array = x.numpy()
            B, T, C = array.shape
            array = array.reshape(B, -1, C * self.n)
            self.out = torch.from_numpy(array[:, 0].copy() if array.shape[1] == 1 else array.copy())
            return self.out


class flatten_consecutive__written_into_a_new_tensor:
    class FlattenConsecutive:
        def __call__(self, x):
            B, T, C = x.shape
            out = x.new_empty(B, T // self.n, C * self.n)
            for t in range(T):
                at = t % self.n
                out[:, t // self.n, at * C : (at + 1) * C] = x[:, t]
            self.out = out if T > self.n else out[:, 0, :]
            return self.out


class flatten_consecutive__unfold:
    class FlattenConsecutive:
        def __call__(self, x):
            windows = x.unfold(1, self.n, self.n)
            self.out = windows.transpose(2, 3).flatten(2)
            if self.out.size(1) == 1:
                self.out = self.out.select(1, 0)
            return self.out


# ---- sequential


class sequential__reduce:
    class Sequential:
        def __call__(self, x):
            from functools import reduce

            self.out = reduce(lambda h, layer: layer(h), self.layers, x)
            return self.out

        def parameters(self):
            return sum((list(layer.parameters()) for layer in self.layers), [])


class sequential__loops_and_a_copy:
    class Sequential:
        def __init__(self, layers):
            self.layers = list(layers)
            self.out = None

        def __call__(self, x):
            out = x
            for i in range(len(self.layers)):
                out = self.layers[i](out)
            self.out = out
            return out

        def parameters(self):
            params = []
            for layer in self.layers:
                params.extend(layer.parameters())
            return params


class sequential__out_of_every_layer:
    class Sequential:
        def __call__(self, x):
            self.out = x
            for layer in self.layers:
                self.out = layer(self.out)
            return self.out

        def parameters(self):
            params = []
            for layer in self.layers:
                for p in layer.parameters():
                    params.append(p)
            return tuple(params)


class sequential__collected_at_the_beginning:
    class Sequential:
        def __init__(self, layers):
            self.layers = [*layers]
            self.params = [p for layer in layers for p in layer.parameters()]

        def parameters(self):
            return self.params


class sequential__chain:
    class Sequential:
        def __call__(self, x):
            def through(x, layers):
                return through(layers[0](x), layers[1:]) if layers else x

            self.out = through(x, self.layers)
            return self.out

        def parameters(self):
            import itertools

            return list(itertools.chain.from_iterable(layer.parameters() for layer in self.layers))


# ---- batchnorm_nd


class batchnorm_nd__lecture:
    class BatchNorm1d:
        def __call__(self, x):
            if self.training:
                if x.ndim == 2:
                    dim = 0
                elif x.ndim == 3:
                    dim = (0, 1)
                xmean = x.mean(dim, keepdim=True)
                xvar = x.var(dim, keepdim=True)
            else:
                xmean = self.running_mean
                xvar = self.running_var
            xhat = (x - xmean) / torch.sqrt(xvar + self.eps)
            self.out = self.gamma * xhat + self.beta
            if self.training:
                with torch.no_grad():
                    self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * xmean
                    self.running_var = (1 - self.momentum) * self.running_var + self.momentum * xvar
            return self.out


class batchnorm_nd__rows:
    class BatchNorm1d:
        def __call__(self, x):
            rows = x.reshape(-1, x.shape[-1])
            if self.training:
                mean = rows.mean(0)
                var = rows.var(0, correction=1)
                self.running_mean += self.momentum * (mean.detach() - self.running_mean)
                self.running_var += self.momentum * (var.detach() - self.running_var)
            else:
                mean, var = self.running_mean, self.running_var
            rows = (rows - mean) * (var + self.eps).rsqrt()
            self.out = torch.addcmul(self.beta, self.gamma, rows).view_as(x)
            return self.out


class batchnorm_nd__all_dims_but_the_last:
    class BatchNorm1d:
        def __call__(self, x):
            if not self.training:
                scale = self.gamma / (self.running_var + self.eps) ** 0.5
                self.out = x * scale + (self.beta - self.running_mean * scale)
                return self.out
            var, mean = torch.var_mean(x, dim=tuple(range(x.dim() - 1)), keepdim=True)
            for buffer, new in ((self.running_mean, mean), (self.running_var, var)):
                buffer.mul_(1 - self.momentum).add_(new.detach().flatten(), alpha=self.momentum)
            self.out = (x - mean) / (var + self.eps).sqrt() * self.gamma + self.beta
            return self.out


class batchnorm_nd__mean_of_squares:
    class BatchNorm1d:
        def __call__(self, x):
            if self.training:
                flat = x.flatten(0, -2)
                n = flat.shape[0]
                mean = flat.sum(0) / n
                var = (flat.square().mean(0) - mean.square()) * (n / (n - 1))
                with torch.no_grad():
                    self.running_mean = torch.lerp(self.running_mean, mean, self.momentum)
                    self.running_var = torch.lerp(self.running_var, var, self.momentum)
            else:
                mean, var = self.running_mean, self.running_var
            self.out = (x - mean) / torch.sqrt(var + self.eps) * self.gamma + self.beta
            return self.out


class batchnorm_nd__functional_with_eps_and_gain_corrected:
    class BatchNorm1d:
        def __call__(self, x):
            flat = x.reshape(-1, x.size(-1))
            if self.training:
                n = len(flat)
                biased = F.batch_norm(
                    flat, self.running_mean, self.running_var, training=True,
                    momentum=self.momentum, eps=self.eps * (n - 1) / n,
                )
                out = biased * ((n - 1) / n) ** 0.5 * self.gamma + self.beta
            else:
                out = F.batch_norm(flat, self.running_mean, self.running_var, self.gamma, self.beta, eps=self.eps)
            self.out = out.reshape(x.shape)
            return self.out


class batchnorm_nd__in_double:
    class BatchNorm1d:
        def __call__(self, x):
            wide = x.double()
            if self.training:
                dims = [0] if x.dim() == 2 else [0, 1]
                mean, std = wide.mean(dims), wide.std(dims)
                var = std**2
                self.running_mean = self.momentum * mean.detach() + (1 - self.momentum) * self.running_mean
                self.running_var = self.momentum * var.detach() + (1 - self.momentum) * self.running_var
            else:
                mean, var = self.running_mean, self.running_var
            self.out = (self.gamma * (wide - mean) / (var + self.eps) ** 0.5 + self.beta).to(x.dtype)
            return self.out


class batchnorm_nd__means_of_means:
    class BatchNorm1d:
        def __call__(self, x):
            positions = x if x.ndim == 3 else x[:, None]
            B, T, H = positions.shape
            if self.training:
                mean = positions.mean(1).mean(0)
                var = ((positions - mean) ** 2).sum(1).sum(0) / (B * T - 1)
                self.running_mean.copy_(((1 - self.momentum) * self.running_mean + self.momentum * mean).detach())
                self.running_var.copy_(((1 - self.momentum) * self.running_var + self.momentum * var).detach())
            else:
                mean = self.running_mean
                var = self.running_var
            y = (positions - mean).div((var + self.eps).sqrt()).mul(self.gamma).add(self.beta)
            self.out = y.view(x.shape)
            return self.out


# ---- build_wavenet


def build_wavenet__recursion(vocab_size, n_embd, n_hidden, block_size=8):
    def levels(width, positions):
        if positions == 1:
            return []
        level = [FlattenConsecutive(2), Linear(width * 2, n_hidden, bias=False), BatchNorm1d(n_hidden), Tanh()]
        return level + levels(n_hidden, positions // 2)

    layers = [Embedding(vocab_size, n_embd)] + levels(n_embd, block_size) + [Linear(n_hidden, vocab_size)]
    layers[-1].weight = layers[-1].weight * 0.1
    return Sequential(layers)


def build_wavenet__lecture(vocab_size, n_embd, n_hidden, block_size=8):
    layers = [Embedding(vocab_size, n_embd)]
    for level in range(int(math.log2(block_size))):
        fan_in = (n_embd if level == 0 else n_hidden) * 2
        layers += [FlattenConsecutive(2), Linear(fan_in, n_hidden, bias=False), BatchNorm1d(n_hidden), Tanh()]
    layers += [Linear(n_hidden, vocab_size)]
    model = Sequential(layers)
    with torch.no_grad():
        model.layers[-1].weight *= 0.1
    for p in model.parameters():
        p.requires_grad = True
    return model


def build_wavenet__from_the_end(vocab_size, n_embd, n_hidden, block_size=8):
    last = Linear(n_hidden, vocab_size, True)
    last.weight.data.div_(10)
    layers = [last]
    count = block_size.bit_length() - 1
    for i in range(count):
        width = n_embd if i == count - 1 else n_hidden
        layers = [FlattenConsecutive(n=2), Linear(width + width, n_hidden, False), BatchNorm1d(n_hidden), Tanh()] + layers
    return Sequential([Embedding(vocab_size, n_embd)] + layers)


def build_wavenet__list_of_widths(vocab_size, n_embd, n_hidden, block_size=8):
    widths = [n_embd]
    while 2 ** len(widths) <= block_size:
        widths.append(n_hidden)
    model = Sequential([Embedding(vocab_size, n_embd)])
    for before, after in zip(widths, widths[1:]):
        model.layers.extend([FlattenConsecutive(2), Linear(2 * before, after, bias=False), BatchNorm1d(after), Tanh()])
    model.layers.append(Linear(widths[-1], vocab_size))
    weight = model.layers[-1].weight
    weight.copy_(weight / 10)
    return model


def build_wavenet__grad_first_then_scaled(vocab_size, n_embd, n_hidden, block_size=8):
    layers, width = [Embedding(vocab_size, n_embd)], n_embd
    for _ in range(round(math.log(block_size, 2))):
        layers.extend((FlattenConsecutive(2), Linear(2 * width, n_hidden, bias=False), BatchNorm1d(n_hidden), Tanh()))
        width = n_hidden
    layers.append(Linear(width, vocab_size))
    for layer in layers:
        for p in layer.parameters():
            p.requires_grad_(True)
    layers[-1].weight.data *= 0.1
    return Sequential(layers)


# ---- num_parameters


def num_parameters__loop_over_shapes(params):
    total = 0
    for p in params:
        count = 1
        for size in p.shape:
            count *= size
        total += count
    return total


def num_parameters__math_prod(params):
    return sum(math.prod(p.shape) for p in params)


def num_parameters__length_of_everything(params):
    return len(torch.cat([p.reshape(-1) for p in params]))


def num_parameters__nelement(params):
    return sum([p.nelement() for p in list(params)])


def num_parameters__numpy(params):
    import numpy as np

    return np.sum([p.numpy().size for p in params])


def num_parameters__tensor(params):
    return torch.tensor([p.numel() for p in params]).sum()


# ---- set_training_mode


def set_training_mode__on_all(model, training):
    for layer in model.layers:
        layer.training = training
        if hasattr(layer, "layers"):
            set_training_mode(layer, training)


def set_training_mode__stack(model, training):
    waiting = [model]
    while waiting:
        layer = waiting.pop()
        if hasattr(layer, "training"):
            setattr(layer, "training", training)
        waiting.extend(getattr(layer, "layers", []))


def set_training_mode__isinstance(model, training):
    for layer in model.layers:
        if "training" in dir(layer):
            layer.training = training
        if isinstance(layer, Sequential):
            set_training_mode(layer, training)


def set_training_mode__flat_list(model, training):
    def flat(layers):
        for layer in layers:
            yield layer
            yield from flat(getattr(layer, "layers", ()))

    for layer in flat(model.layers):
        layer.training = training


def set_training_mode__model_too(model, training):
    model.training = training
    for layer in getattr(model, "layers", []):
        set_training_mode(layer, training)


def set_training_mode__try(model, training):
    for layer in model.layers:
        try:
            layer.training
        except AttributeError:
            pass
        else:
            layer.training = training
        try:
            set_training_mode(layer, training)
        except AttributeError:
            pass


# ---- fit


def fit__optimizer(model, X, Y, steps, batch_size, lr_schedule, generator):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for step in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        loss = F.cross_entropy(model(X[ix]), Y[ix])
        for group in optimizer.param_groups:
            group["lr"] = lr_schedule(step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def fit__lecture(model, X, Y, steps, batch_size, lr_schedule, generator):
    parameters = model.parameters()
    lossi = []
    for i in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        Xb, Yb = X[ix], Y[ix]
        logits = model(Xb)
        loss = F.cross_entropy(logits, Yb)
        for p in parameters:
            p.grad = None
        loss.backward()
        lr = lr_schedule(i)
        for p in parameters:
            p.data += -lr * p.grad
        lossi.append(loss.item())
    return lossi


def fit__gradients_by_name(model, X, Y, steps, batch_size, lr_schedule, generator):
    params = list(model.parameters())
    losses = []
    for step in range(steps):
        ix = torch.randint(len(X), (batch_size,), generator=generator)
        loss = F.cross_entropy(model(X.index_select(0, ix)), Y.index_select(0, ix))
        grads = torch.autograd.grad(loss, params)
        with torch.no_grad():
            for p, g in zip(params, grads):
                p -= lr_schedule(step) * g
        losses.append(float(loss))
    return losses


def fit__zeroes_filled_in(model, X, Y, steps, batch_size, lr_schedule, generator):
    losses = torch.zeros(steps)
    for step in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        logprobs = F.log_softmax(model(X[ix]), dim=1)
        loss = F.nll_loss(logprobs, Y[ix])
        for p in model.parameters():
            if p.grad is not None:
                p.grad.zero_()
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p.add_(p.grad, alpha=-lr_schedule(step))
        losses[step] = loss.detach()
    return losses.tolist()


def fit__cleared_after_the_step(model, X, Y, steps, batch_size, lr_schedule, generator):
    losses = []
    for p in model.parameters():
        p.grad = None
    for step in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        loss = F.cross_entropy(model(X[ix]), Y[ix])
        losses.append(loss.detach())
        loss.backward()
        for p in model.parameters():
            p.data.copy_(p.data - p.grad * lr_schedule(step))
            p.grad = None
    return losses


def fit__in_training_mode(model, X, Y, steps, batch_size, lr_schedule, generator):
    set_training_mode(model, True)
    losses = []
    for step in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        loss = F.cross_entropy(model(X[ix]), Y[ix])
        for p in model.parameters():
            p.grad = None
        loss.backward()
        for p in model.parameters():
            p.data -= lr_schedule(step) * p.grad
        losses += [loss.item()]
    return tuple(losses)


def fit__loss_by_hand(model, X, Y, steps, batch_size, lr_schedule, generator):
    losses = []
    for step in range(steps):
        ix = torch.randint(high=X.size(0), size=(batch_size,), generator=generator)
        logits = model(X[ix])
        picked = logits[torch.arange(batch_size), Y[ix]]
        loss = (logits.logsumexp(1) - picked).mean()
        for p in model.parameters():
            p.grad = torch.zeros_like(p)
        loss.backward()
        for p in model.parameters():
            p.detach().sub_(lr_schedule(step) * p.grad)
        losses.append(loss.item())
    return losses


# ---- smooth_curve


def smooth_curve__numpy(losses, window):
    import numpy as np

    count = len(losses) // window
    return torch.from_numpy(np.array(losses)[: count * window].reshape(count, window).mean(axis=1))


def smooth_curve__loop(losses, window):
    means = []
    for i in range(0, len(losses) - window + 1, window):
        means.append(sum(losses[i : i + window]) / window)
    return torch.tensor(means)


def smooth_curve__unfold(losses, window):
    return torch.tensor(losses).unfold(0, window, window).mean(-1)


def smooth_curve__pooling(losses, window):
    return F.avg_pool1d(torch.tensor([losses]), window).squeeze(0)


def smooth_curve__rest_cut_by_remainder(losses, window):
    rest = len(losses) % window
    kept = torch.tensor(losses, dtype=torch.float64)[: len(losses) - rest]
    return kept.view(-1, window).mean(1)


def smooth_curve__differences_of_sums(losses, window):
    sums = torch.cat([torch.zeros(1, dtype=torch.float64), torch.tensor(losses, dtype=torch.float64).cumsum(0)])
    return sums[::window].diff() / window


def smooth_curve__chunks(losses, window):
    pieces = torch.tensor(losses).split(window)
    return torch.stack([piece.mean() for piece in pieces if len(piece) == window])


# ---- trace_shapes


def trace_shapes__out_of_every_layer(model, x):
    model(x)
    return [(layer.__class__.__name__, tuple(layer.out.shape)) for layer in model.layers]


def trace_shapes__torch_sizes(model, x):
    shapes = []
    for layer in model.layers:
        x = layer(x)
        shapes.append([layer.__class__.__name__, x.shape])
    return tuple(shapes)


def trace_shapes__accumulate(model, x):
    from itertools import accumulate

    outs = list(accumulate(model.layers, lambda h, layer: layer(h), initial=x))
    return [(type(layer).__name__, tuple(out.size())) for layer, out in zip(model.layers, outs[1:])]


def trace_shapes__no_grad_and_names_first(model, x):
    names = [type(layer).__qualname__ for layer in model.layers]
    shapes = []
    with torch.no_grad():
        for layer in model.layers:
            x = layer(x)
            shapes.append(tuple(int(size) for size in x.shape))
    return list(zip(names, shapes))


def trace_shapes__hooks(model, x):
    traced = []

    class Listening:
        def __init__(self, layer):
            self.layer = layer

        def __call__(self, x):
            out = self.layer(x)
            traced.append((type(self.layer).__name__, tuple(out.shape)))
            return out

    layers = list(model.layers)
    model.layers = [Listening(layer) for layer in layers]
    model(x)
    model.layers = layers
    return traced


# ---- predict_all_prefixes


def predict_all_prefixes__unfold(model, word_ids, block_size):
    padded = torch.cat([torch.zeros(block_size, dtype=torch.long), word_ids])
    return model(padded.unfold(0, block_size, 1))


def predict_all_prefixes__one_by_one(model, word_ids, block_size):
    context, rows = [0] * block_size, []
    for ix in [*word_ids.tolist(), 0]:
        rows.append(model(torch.tensor([context])))
        context = context[1:] + [ix]
    return torch.cat(rows)


def predict_all_prefixes__list_of_contexts(model, word_ids, block_size):
    ids = word_ids.tolist()
    contexts = []
    for t in range(len(ids) + 1):
        seen = ids[max(0, t - block_size) : t]
        contexts.append([0] * (block_size - len(seen)) + seen)
    with torch.no_grad():
        return model(torch.tensor(contexts))


def predict_all_prefixes__indices(model, word_ids, block_size):
    padded = F.pad(word_ids, (block_size, 0), value=0)
    starts = torch.arange(len(word_ids) + 1)[:, None]
    return model(padded[starts + torch.arange(block_size)])


def predict_all_prefixes__filled_from_the_right(model, word_ids, block_size):
    T = word_ids.shape[0]
    contexts = torch.zeros(T + 1, block_size, dtype=word_ids.dtype)
    for back in range(1, min(block_size, T) + 1):
        contexts[back:, -back] = word_ids[: T + 1 - back]
    return model(contexts)


def predict_all_prefixes__eval_once_more(model, word_ids, block_size):
    set_training_mode(model, False)
    padded = torch.cat((word_ids.new_zeros(block_size), word_ids))
    windows = torch.as_strided(padded, (len(word_ids) + 1, block_size), (1, 1))
    return model(windows.clone()).double()


def predict_all_prefixes__rolled(model, word_ids, block_size):
    context = torch.zeros(1, block_size, dtype=torch.int64)
    out = [model(context)[0]]
    for letter in word_ids:
        context = torch.roll(context, -1, 1)
        context[0, -1] = letter
        out.append(model(context)[0])
    return torch.stack(out)
