"""Right answers to part 3 that look different from the reference. The grader has to accept every one of them."""


def expected_initial_loss__of_the_probability(vocab_size):
    return -math.log(1 / vocab_size)


def expected_initial_loss__by_cross_entropy(vocab_size):
    logits = torch.zeros(1, vocab_size)
    return F.cross_entropy(logits, torch.tensor([0])).item()


def expected_initial_loss__tensor_of_one_element(vocab_size):
    return -torch.tensor(1.0 / vocab_size).log()


def expected_initial_loss__numpy(vocab_size):
    import numpy

    return numpy.log(vocab_size)


def expected_initial_loss__mean_of_all_letters(vocab_size):
    probabilities = [1 / vocab_size] * vocab_size
    return -sum(math.log(p) for p in probabilities) / vocab_size


def scale_output_layer__multiplied_zeros(W2, b2, scale=0.01):
    return scale * W2, b2 * 0


def scale_output_layer__clones(W2, b2, scale=0.01):
    W2, b2 = W2.clone(), b2.clone()
    W2 *= scale
    b2.zero_()
    return [W2, b2]


def scale_output_layer__always_a_hundredth(W2, b2, scale=0.01):
    return W2 / 100, torch.zeros(b2.shape)


def scale_output_layer__double(W2, b2, scale=0.01):
    return torch.mul(W2.double(), scale), b2.double() - b2


def scale_output_layer__out_argument(W2, b2, scale=0.01):
    scaled = torch.empty_like(W2)
    torch.mul(W2, scale, out=scaled)
    return scaled, torch.full_like(b2, 0.0)


def scale_output_layer__leaves(W2, b2, scale=0.01):
    return (W2 * scale).requires_grad_(), torch.zeros_like(b2).requires_grad_()


def saturation_fraction__or_equal(h, threshold=0.97):
    return (torch.abs(h) >= threshold).sum().item() / h.numel()


def saturation_fraction__both_ends(h, threshold=0.97):
    return ((h > threshold) | (h < -threshold)).double().mean().item()


def saturation_fraction__loop(h, threshold=0.97):
    count = 0
    for row in h:
        for value in row:
            if abs(value.item()) > threshold:
                count += 1
    return count / (h.shape[0] * h.shape[1])


def saturation_fraction__numpy(h, threshold=0.97):
    import numpy

    return numpy.mean(numpy.abs(h.numpy()) > threshold)


def saturation_fraction__tensor_of_one_element(h, threshold=0.97):
    return torch.where(h.abs() > threshold, 1.0, 0.0).mean()


def saturation_fraction__mean_of_the_columns(h, threshold=0.97):
    return float((h.abs() > threshold).float().mean(dim=0).mean())


def dead_neurons__torch_all(h, threshold=0.99):
    return torch.all(h.abs() >= threshold, dim=0)


def dead_neurons__least_saturated(h, threshold=0.99):
    return h.abs().min(0).values > threshold


def dead_neurons__none_alive(h, threshold=0.99):
    return ~(h.abs() <= threshold).any(dim=0)


def dead_neurons__counted(h, threshold=0.99):
    saturated = (h > threshold) | (h < -threshold)
    return saturated.sum(0) == len(h)


def dead_neurons__gradient_mask(h, threshold=0.99):
    gradient = 1 - h.double() ** 2
    return (gradient < 1 - threshold**2).all(0)


def dead_neurons__product(h, threshold=0.99):
    return (h.abs() > threshold).int().prod(0).bool()


def dead_neurons__loop(h, threshold=0.99):
    return torch.tensor([bool((column.abs() > threshold).all()) for column in h.unbind(1)])


def tanh_backward__factors(dout, out):
    return dout * (1 - out) * (1 + out)


def tanh_backward__distributed(dout, out):
    return dout - dout * out * out


def tanh_backward__in_double(dout, out):
    return (1.0 - out.double().pow(2)) * dout


def tanh_backward__own_copy(dout, out):
    slope = torch.ones_like(out)
    slope -= torch.square(out)
    slope *= dout
    return slope


def tanh_backward__addcmul(dout, out):
    return torch.addcmul(dout, dout * out, out, value=-1)


def tanh_backward__numpy(dout, out):
    t = out.numpy()
    return torch.from_numpy((1 - t * t) * dout.numpy())


def activation_gain__torch(nonlinearity):
    return torch.nn.init.calculate_gain(nonlinearity)


def activation_gain__branches(nonlinearity):
    if nonlinearity == "tanh":
        return 5 / 3
    elif nonlinearity == "relu":
        return 2**0.5
    return 1


def activation_gain__match(nonlinearity):
    match nonlinearity:
        case "linear" | "sigmoid":
            return 1.0
        case "tanh":
            return 5.0 / 3
        case "relu":
            return math.sqrt(2.0)
    raise ValueError(nonlinearity)


def activation_gain__with_default(nonlinearity):
    return dict(tanh=1 + 2 / 3, relu=math.pow(2, 1 / 2)).get(nonlinearity, 1.0)


def activation_gain__tensor_of_one_element(nonlinearity):
    gains = torch.tensor([1.0, 1.0, 25 / 9, 2.0])
    return gains.sqrt()[["linear", "sigmoid", "tanh", "relu"].index(nonlinearity)]


def kaiming_weight__filled_in_place(fan_in, fan_out, gain, generator):
    return torch.empty(fan_in, fan_out).normal_(0.0, gain / math.sqrt(fan_in), generator=generator)


def kaiming_weight__torch_normal(fan_in, fan_out, gain, generator):
    return torch.normal(0.0, gain * fan_in**-0.5, size=(fan_in, fan_out), generator=generator)


def kaiming_weight__by_variance(fan_in, fan_out, gain, generator):
    variance = gain**2 / fan_in
    return variance**0.5 * torch.randn((fan_in, fan_out), generator=generator)


def kaiming_weight__column_by_column(fan_in, fan_out, gain, generator):
    columns = [torch.randn(fan_in, generator=generator) for _ in range(fan_out)]
    return torch.stack(columns, 1) * (gain / fan_in**0.5)


def kaiming_weight__transposed(fan_in, fan_out, gain, generator):
    return torch.randn(fan_out, fan_in, generator=generator).T * gain / fan_in**0.5


def kaiming_weight__in_double(fan_in, fan_out, gain, generator):
    return torch.randn(fan_in, fan_out, generator=generator, dtype=torch.float64) * gain / math.sqrt(fan_in)


def kaiming_weight__torch_init(fan_in, fan_out, gain, generator):
    W = torch.empty(fan_in, fan_out)
    return torch.nn.init.normal_(W, std=gain / fan_in**0.5, generator=generator)


def kaiming_weight__box_muller(fan_in, fan_out, gain, generator):
    u = 1 - torch.rand(fan_in, fan_out, generator=generator)
    v = torch.rand(fan_in, fan_out, generator=generator)
    return (-2 * u.log()).sqrt() * (2 * math.pi * v).cos() * gain / fan_in**0.5


def propagate_std__without_correction(x, weights, act):
    stds = []
    for W in weights:
        x = act(torch.matmul(x, W))
        stds.append(x.std(correction=0).item())
    return stds


def propagate_std__recursive(x, weights, act):
    if not weights:
        return []
    x = act(x @ weights[0])
    return [float(x.std()), *propagate_std(x, weights[1:], act)]


def propagate_std__numpy(x, weights, act):
    import numpy

    stds = []
    for W in weights:
        x = act(x @ W)
        stds.append(numpy.std(x.numpy()))
    return stds


def propagate_std__all_outputs_first(x, weights, act):
    outs = [x]
    for W in weights:
        outs.append(act(torch.einsum("bi,ij->bj", outs[-1], W)))
    return tuple(torch.std(out) for out in outs[1:])


def propagate_std__by_the_definition(x, weights, act):
    stds = []
    for W in weights:
        x = act(F.linear(x, W.T))
        stds.append(((x - x.mean()) ** 2).mean().sqrt().item())
    return stds


def propagate_std__in_double(x, weights, act):
    x, stds = x.double(), []
    for i in range(len(weights)):
        x = act(x @ weights[i].double())
        stds.append(math.sqrt(x.var().item()))
    return stds


def batchnorm_train__rsqrt(x, gamma, beta, eps=1e-5, correction=1):
    var, mean = torch.var_mean(x, 0, correction=correction, keepdim=True)
    return (x - mean) * torch.rsqrt(var + eps) * gamma + beta


def batchnorm_train__by_hand(x, gamma, beta, eps=1e-5, correction=1):
    B = x.shape[0]
    diff = x - 1 / B * x.sum(0, keepdim=True)
    var = 1 / (B - correction) * (diff**2).sum(0, keepdim=True)
    return gamma * (diff * (var + eps) ** -0.5) + beta


def batchnorm_train__mean_of_squares(x, gamma, beta, eps=1e-5, correction=1):
    n = len(x)
    mean = x.mean(0)
    var = ((x * x).mean(0) - mean * mean) * n / (n - correction)
    return gamma * ((x - mean) / (var + eps).sqrt()) + beta


def batchnorm_train__addcmul(x, gamma, beta, eps=1e-5, correction=1):
    deviation = (x.var(dim=0, unbiased=bool(correction)) + eps) ** 0.5
    return torch.addcmul(beta, gamma, (x - torch.mean(x, dim=0)) / deviation)


def batchnorm_train__scale_and_shift(x, gamma, beta, eps=1e-5, correction=1):
    scale = gamma / torch.sqrt(x.var(0, correction=correction) + eps)
    return x * scale + (beta - x.mean(0) * scale)


def batchnorm_train__in_double(x, gamma, beta, eps=1e-5, correction=1):
    x = x.double()
    out = (x - x.mean(0)) / (x.var(0, correction=correction) + eps).sqrt()
    return out.mul(gamma).add(beta)


def batchnorm_train__column_by_column(x, gamma, beta, eps=1e-5, correction=1):
    columns = []
    for j in range(x.shape[1]):
        column = x[:, j]
        diff = column - column.sum() / len(column)
        var = (diff * diff).sum() / (len(column) - correction)
        columns.append(gamma[j] * diff / (var + eps) ** 0.5 + beta[j])
    return torch.stack(columns, dim=1)


def update_running_stats__lerp(rm, rv, x, momentum=0.1):
    x = x.detach()
    return torch.lerp(rm, x.mean(0), momentum), torch.lerp(rv, x.var(0), momentum)


def update_running_stats__by_the_difference(rm, rv, x, momentum=0.1):
    return (rm + momentum * (x.mean(0) - rm)).detach(), (rv + momentum * (x.var(0) - rv)).detach()


def update_running_stats__own_copies(rm, rv, x, momentum=0.1):
    rm, rv = rm.clone(), rv.clone()
    with torch.no_grad():
        rm.mul_(1 - momentum).add_(x.mean(0), alpha=momentum)
        rv.mul_(1 - momentum).add_(x.var(0, unbiased=True), alpha=momentum)
    return rm, rv


def update_running_stats__data(rm, rv, x, momentum=0.1):
    var, mean = torch.var_mean(x.data, dim=0)
    return [momentum * new + (1 - momentum) * old for old, new in ((rm, mean), (rv, var))]


def update_running_stats__by_hand(rm, rv, x, momentum=0.1):
    with torch.no_grad():
        n = x.shape[0]
        mean = x.sum(0) / n
        var = ((x - mean) ** 2).sum(0) / (n - 1)
        return rm * (1 - momentum) + mean * momentum, rv * (1 - momentum) + var * momentum


def update_running_stats__numpy(rm, rv, x, momentum=0.1):
    array = x.detach().numpy()
    mean, var = torch.from_numpy(array.mean(0)), torch.from_numpy(array.var(0, ddof=1))
    return (1 - momentum) * rm + momentum * mean, (1 - momentum) * rv + momentum * var


def update_running_stats__in_double(rm, rv, x, momentum=0.1):
    x = x.detach().double()
    keep = 1.0 - momentum
    return keep * rm.double() + momentum * x.mean(0), keep * rv.double() + momentum * x.std(0) ** 2


def batchnorm_eval__rsqrt(x, rm, rv, gamma, beta, eps=1e-5):
    return (x - rm) * torch.rsqrt(rv + eps) * gamma + beta


def batchnorm_eval__folded(x, rm, rv, gamma, beta, eps=1e-5):
    scale = gamma * (rv + eps) ** -0.5
    shift = beta - rm * scale
    return x * scale + shift


def batchnorm_eval__row_by_row(x, rm, rv, gamma, beta, eps=1e-5):
    deviation = (rv + eps).sqrt()
    return torch.stack([gamma * ((row - rm) / deviation) + beta for row in x])


def batchnorm_eval__as_rows(x, rm, rv, gamma, beta, eps=1e-5):
    xhat = (x - rm.unsqueeze(0)) / torch.sqrt(rv[None, :] + eps)
    return torch.addcmul(beta.view(1, -1), gamma.view(1, -1), xhat)


def batchnorm_eval__diagonal(x, rm, rv, gamma, beta, eps=1e-5):
    return (x - rm) @ torch.diag(gamma / torch.sqrt(rv + eps)) + beta


def batchnorm_eval__in_double(x, rm, rv, gamma, beta, eps=1e-5):
    out = x.double().sub(rm)
    out /= torch.sqrt(rv.double() + eps)
    out *= gamma
    out += beta
    return out


def batchnorm_eval__einsum(x, rm, rv, gamma, beta, eps=1e-5):
    return torch.einsum("bh,h,h->bh", x - rm, gamma, 1 / (rv + eps) ** 0.5) + beta


def calibrate_batchnorm__std_mean(hpreact):
    std, mean = torch.std_mean(hpreact, dim=0, keepdim=True)
    return mean, std


def calibrate_batchnorm__unsqueezed(hpreact):
    return hpreact.mean(0)[None], hpreact.std(0).unsqueeze(0)


def calibrate_batchnorm__root_of_the_variance(hpreact):
    with torch.no_grad():
        return hpreact.mean(0, True), hpreact.var(0, unbiased=True, keepdim=True).sqrt()


def calibrate_batchnorm__one_pass(hpreact):
    n, total, squares = 0, 0.0, 0.0
    for row in hpreact.double():
        n, total, squares = n + 1, total + row, squares + row * row
    mean = total / n
    return mean.view(1, -1), ((squares - n * mean**2) / (n - 1)).sqrt().view(1, -1)


def calibrate_batchnorm__welford(hpreact):
    mean, m2 = torch.zeros(1, hpreact.shape[1]), torch.zeros(1, hpreact.shape[1])
    for n, row in enumerate(hpreact, start=1):
        delta = row - mean
        mean = mean + delta / n
        m2 = m2 + delta * (row - mean)
    return [mean, (m2 / (len(hpreact) - 1)) ** 0.5]


def calibrate_batchnorm__numpy(hpreact):
    array = hpreact.numpy()
    mean, std = array.mean(axis=0, keepdims=True), array.std(axis=0, ddof=1, keepdims=True)
    return torch.from_numpy(mean), torch.from_numpy(std)


class linear_layer__lecture:
    def __init__(self, fan_in, fan_out, bias=True, generator=None):
        self.weight = torch.randn((fan_in, fan_out), generator=generator) / fan_in**0.5
        self.bias = torch.zeros(fan_out) if bias else None

    def __call__(self, x):
        self.out = x @ self.weight
        if self.bias is not None:
            self.out += self.bias
        return self.out

    def parameters(self):
        return [self.weight] + ([] if self.bias is None else [self.bias])


class linear_layer__learning_at_once:
    def __init__(self, fan_in, fan_out, bias=True, generator=None):
        weight = torch.empty(fan_in, fan_out).normal_(0, 1 / math.sqrt(fan_in), generator=generator)
        self.weight = torch.nn.Parameter(weight)
        self.bias = torch.nn.Parameter(torch.zeros(fan_out)) if bias else None

    def __call__(self, x):
        self.out = F.linear(x, self.weight.T, self.bias)
        return self.out

    def parameters(self):
        return [p for p in (self.weight, self.bias) if p is not None]


class linear_layer__addmm:
    def __call__(self, x):
        if self.bias is None:
            self.out = torch.mm(x, self.weight)
        else:
            self.out = torch.addmm(self.bias, x, self.weight)
        return self.out

    def parameters(self):
        yield self.weight
        if self.bias is not None:
            yield self.bias


class linear_layer__einsum:
    def __init__(self, fan_in, fan_out, bias=True, generator=None):
        self.weight = torch.randn(fan_out, fan_in, generator=generator).T.contiguous() * fan_in**-0.5
        self.bias = None
        if bias:
            self.bias = torch.zeros(fan_out)

    def __call__(self, x):
        out = torch.einsum("bi,io->bo", x, self.weight)
        self.out = out if self.bias is None else out + self.bias
        return self.out

    def parameters(self):
        return (self.weight,) if self.bias is None else (self.weight, self.bias)


class linear_layer__in_double:
    def __init__(self, fan_in, fan_out, bias=True, generator=None):
        self.weight = (torch.randn(fan_in, fan_out, generator=generator, dtype=torch.float64) / fan_in**0.5).float()
        self.bias = torch.zeros(fan_out, requires_grad=True) if bias else None


class batchnorm_layer__lecture:
    def __init__(self, dim, eps=1e-5, momentum=0.1):
        self.eps = eps
        self.momentum = momentum
        self.training = True
        self.gamma = torch.ones(dim)
        self.beta = torch.zeros(dim)
        self.running_mean = torch.zeros(dim)
        self.running_var = torch.ones(dim)

    def __call__(self, x):
        if self.training:
            xmean = x.mean(0, keepdim=True)
            xvar = x.var(0, keepdim=True)
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

    def parameters(self):
        return [self.gamma, self.beta]


class batchnorm_layer__rows_in_place:
    def __init__(self, dim, eps=1e-5, momentum=0.1):
        self.training, self.eps, self.momentum = True, eps, momentum
        self.gamma, self.beta = torch.ones(dim, requires_grad=True), torch.zeros(dim, requires_grad=True)
        self.running_mean, self.running_var = torch.zeros(1, dim), torch.ones(1, dim)

    def __call__(self, x):
        mean, var = self.running_mean.clone(), self.running_var.clone()
        if self.training:
            var, mean = torch.var_mean(x, 0, keepdim=True)
            self.running_mean.lerp_(mean.detach(), self.momentum)
            self.running_var.lerp_(var.detach(), self.momentum)
        self.out = (x - mean) * torch.rsqrt(var + self.eps) * self.gamma + self.beta
        return self.out


class batchnorm_layer__own_functions:
    def __call__(self, x):
        if self.training:
            self.out = batchnorm_train(x, self.gamma, self.beta, self.eps)
            self.running_mean, self.running_var = update_running_stats(
                self.running_mean, self.running_var, x, self.momentum
            )
        else:
            self.out = batchnorm_eval(x, self.running_mean, self.running_var, self.gamma, self.beta, self.eps)
        return self.out

    def parameters(self):
        return (self.gamma, self.beta)


class batchnorm_layer__learning_at_once:
    def __init__(self, dim, eps=1e-5, momentum=0.1):
        self.gamma = torch.nn.Parameter(torch.ones(dim))
        self.beta = torch.nn.Parameter(torch.zeros(dim))
        self.running_mean, self.running_var = torch.zeros(dim), torch.full((dim,), 1.0)
        self.eps, self.momentum, self.training = eps, momentum, True

    def __call__(self, x):
        if not self.training:
            scale = self.gamma / (self.running_var + self.eps) ** 0.5
            self.out = x * scale + (self.beta - self.running_mean * scale)
            return self.out
        n = x.shape[0]
        mean = x.sum(0) / n
        diff = x - mean
        var = diff.pow(2).sum(0) / (n - 1)
        self.running_mean = self.running_mean + self.momentum * (mean.data - self.running_mean)
        self.running_var = self.running_var + self.momentum * (var.data - self.running_var)
        self.out = torch.addcmul(self.beta, self.gamma, diff * (var + self.eps) ** -0.5)
        return self.out

    def parameters(self):
        yield self.gamma
        yield self.beta


class tanh_layer__exponentials:
    def __call__(self, x):
        e = torch.exp(2 * x)
        self.out = (e - 1) / (e + 1)
        return self.out


class tanh_layer__sigmoid:
    def __call__(self, x):
        self.out = 2 * torch.sigmoid(2 * x) - 1
        return self.out

    def parameters(self):
        return ()


class tanh_layer__method:
    def __call__(self, x):
        out = x.tanh()
        self.out = out
        return out

    def parameters(self):
        return list()


class tanh_layer__functional:
    def __call__(self, x):
        self.out = F.tanh(x)
        return self.out

    def parameters(self):
        yield from ()


class tanh_layer__in_double:
    def __call__(self, x):
        self.out = torch.tanh(x.double())
        return self.out


def bias_before_batchnorm__autograd(x, b, dout):
    b = b.clone().requires_grad_()
    h = x + b
    out = (h - h.mean(0)) / (h.var(0) + 1e-5) ** 0.5
    (out * dout).sum().backward()
    return b.grad


def bias_before_batchnorm__b_itself_as_leaf(x, b, dout):
    b.requires_grad = True
    h = x + b
    out = (h - h.mean(0)) / torch.sqrt(h.var(0) + 1e-5)
    (out * dout).sum().backward()
    return b.grad.clone()


def bias_before_batchnorm__autograd_grad(x, b, dout):
    b = b.detach().requires_grad_()
    hprebn = x + b
    out = (hprebn - hprebn.mean(0, keepdim=True)) * torch.rsqrt(hprebn.var(0, keepdim=True) + 1e-5)
    return torch.autograd.grad((out * dout).sum(), b)[0]


def bias_before_batchnorm__both_paths(x, b, dout):
    h = x + b
    inverse = (h.var(0) + 1e-5) ** -0.5
    direct = (dout * inverse).sum(0)
    through_mean = -(dout * inverse).sum(0)
    return direct + through_mean


def bias_before_batchnorm__column_sums_of_the_whole_gradient(x, b, dout):
    n = len(x)
    h = x + b
    inverse = (h.var(0) + 1e-5) ** -0.5
    raw = (h - h.mean(0)) * inverse
    dh = inverse * (dout - dout.mean(0) - raw * (dout * raw).sum(0) / (n - 1))
    return dh.sum(0)


def bias_before_batchnorm__centred_sum(x, b, dout):
    return (dout - dout.mean(0)).sum(0)


def bias_before_batchnorm__double_zeros(x, b, dout):
    return torch.zeros(x.shape[1], dtype=torch.float64)


def bias_before_batchnorm__times_zero(x, b, dout):
    return 0.0 * b


def grad_to_data_ratio__without_correction(p):
    return p.grad.std(correction=0).item() / p.detach().std(correction=0).item()


def grad_to_data_ratio__no_grad(p):
    with torch.no_grad():
        return torch.std(p.grad) / torch.std(p)


def grad_to_data_ratio__root_of_the_variances(p):
    return math.sqrt(float(p.grad.var()) / float(p.data.var()))


def grad_to_data_ratio__numpy(p):
    import numpy

    return numpy.std(p.grad.numpy()) / numpy.std(p.detach().numpy())


def grad_to_data_ratio__flattened(p):
    values, gradient = p.detach().flatten().double(), p.grad.flatten().double()
    return float((gradient - gradient.mean()).norm() / (values - values.mean()).norm())


def update_to_data_ratio__lecture(p, lr):
    return ((lr * p.grad).std() / p.data.std()).log10().item()


def update_to_data_ratio__sum_of_logarithms(p, lr):
    return math.log10(lr) + math.log10(p.grad.std().item() / p.data.std().item())


def update_to_data_ratio__own_ratio(p, lr):
    return math.log10(lr * grad_to_data_ratio(p))


def update_to_data_ratio__tensor_of_one_element(p, lr):
    with torch.no_grad():
        return torch.log10(torch.std(lr * p.grad) / torch.std(p))


def update_to_data_ratio__difference(p, lr):
    before = p.detach().double()
    update = (before - lr * p.grad) - before
    return math.log(float(update.std()), 10) - math.log(float(before.std()), 10)


def update_to_data_ratio__numpy(p, lr):
    import numpy

    return numpy.log10(lr * p.grad.numpy().std() / p.detach().numpy().std())


def fold_batchnorm__diagonal(W, b, gamma, beta, rm, rv, eps=1e-5):
    s = gamma * (rv + eps) ** -0.5
    if b is None:
        b = torch.zeros_like(rm)
    return W @ torch.diag(s), (b - rm) * s + beta


def fold_batchnorm__rsqrt(W, b, gamma, beta, rm, rv, eps=1e-5):
    s = torch.rsqrt(rv + eps) * gamma
    bias = beta - rm * s
    if b is not None:
        bias = bias + b * s
    return s[None, :] * W, bias


def fold_batchnorm__read_off(W, b, gamma, beta, rm, rv, eps=1e-5):
    def both(x):
        h = x @ W.double() + (0 if b is None else b)
        return gamma * (h - rm) / (rv + eps) ** 0.5 + beta

    zero = both(torch.zeros(1, W.shape[0], dtype=torch.float64))
    return both(torch.eye(W.shape[0], dtype=torch.float64)) - zero, zero[0]


def fold_batchnorm__own_function(W, b, gamma, beta, rm, rv, eps=1e-5):
    bias = batchnorm_eval((torch.zeros(len(rm)) if b is None else b)[None], rm, rv, gamma, beta, eps)
    return W * (gamma / (rv + eps).sqrt()), bias.squeeze(0)


def fold_batchnorm__einsum(W, b, gamma, beta, rm, rv, eps=1e-5):
    s = gamma / torch.sqrt(rv + eps)
    b = 0.0 if b is None else b
    return [torch.einsum("dh,h->dh", W, s), torch.addcmul(beta, b - rm, s)]


def fold_batchnorm__own_copies(W, b, gamma, beta, rm, rv, eps=1e-5):
    W = W.clone()
    b = rm * 0 if b is None else b.clone()
    std = torch.sqrt(rv + eps)
    for j in range(W.shape[1]):
        W[:, j] *= gamma[j] / std[j]
    b -= rm
    b /= std
    b *= gamma
    b += beta
    return W, b


def zero_init_report__backward(params, X, Y):
    C, W1, b1, W2, b2 = params
    emb = C[X]
    h = torch.tanh(emb.view(emb.shape[0], -1) @ W1 + b1)
    for p in params:
        p.grad = None
    F.cross_entropy(h @ W2 + b2, Y).backward()
    names = ["C", "W1", "b1", "W2", "b2"]
    return {name for name, p in zip(names, params) if (p.grad != 0).any()}


def zero_init_report__by_the_chain_rule(params, X, Y):
    C, W1, b1, W2, b2 = params
    moving = {"b2"}
    if (torch.tanh(C[X].flatten(1) @ W1 + b1) != 0).any():
        moving.add("W2")
    if W2.any():
        moving.add("b1")
        if C[X].any():
            moving.add("W1")
        if W1.any():
            moving.add("C")
    return moving


def zero_init_report__by_hand(params, X, Y):
    C, W1, b1, W2, b2 = (p.detach() for p in params)
    n = len(X)
    embcat = C[X].reshape(n, -1)
    h = torch.tanh(embcat @ W1 + b1)
    dlogits = (torch.softmax(h @ W2 + b2, 1) - F.one_hot(Y, len(b2))) / n
    dh = dlogits @ W2.T
    dhpreact = (1 - h**2) * dh
    dembcat = dhpreact @ W1.T
    gradients = {"C": dembcat, "W1": embcat.T @ dhpreact, "b1": dhpreact.sum(0), "W2": h.T @ dlogits, "b2": dlogits.sum(0)}
    return [name for name, gradient in gradients.items() if gradient.abs().max() > 0]


def zero_init_report__on_copies(params, X, Y):
    copies = [p.detach().clone().requires_grad_() for p in params]
    C, W1, b1, W2, b2 = copies
    loss = F.cross_entropy(torch.tanh(C[X].flatten(start_dim=1) @ W1 + b1) @ W2 + b2, Y)
    loss.backward()
    return frozenset(name for name, p in zip("C W1 b1 W2 b2".split(), copies) if torch.count_nonzero(p.grad) > 0)


def zero_init_report__summed_loss(params, X, Y):
    C, W1, b1, W2, b2 = params
    logits = torch.tanh(C[X].view(X.shape[0], -1) @ W1 + b1) @ W2 + b2
    loss = F.nll_loss(F.log_softmax(logits, 1), Y, reduction="sum")
    gradients = torch.autograd.grad(loss, params)
    named = dict(zip(("C", "W1", "b1", "W2", "b2"), gradients))
    return {name for name in named if named[name].norm() > 1e-8}
