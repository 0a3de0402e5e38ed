"""Right answers for part3 in forms that are seldom seen: made from the docstrings alone."""

# ruff: noqa: B905, C408, N801

import math

import torch
import torch.nn.functional as F


def expected_initial_loss__cross_entropy_of_zeros(vocab_size):
    """Right: the loss of logits that are all the same."""
    logits = torch.zeros(1, vocab_size, dtype=torch.float64)
    return F.cross_entropy(logits, torch.zeros(1, dtype=torch.int64)).item()


def scale_output_layer__a_little_way_from_zero(W2, b2, scale=0.01):
    """Right: from zero, as far towards W2 as scale says."""
    return torch.lerp(torch.zeros_like(W2), W2, scale), b2.new_zeros(b2.shape)


def saturation_fraction__counted_in_python(h, threshold=0.97):
    """Right: one number after the other."""
    flat = 0
    for row in h.tolist():
        for value in row:
            if not -threshold < value < threshold:
                flat += 1
    return flat / h.numel()


def dead_neurons__the_nearest_to_zero(h, threshold=0.99):
    """Right: the least saturated example decides."""
    return h.abs().amin(dim=0).gt(threshold)


def dead_neurons__row_by_row(h, threshold=0.99):
    """Right: each example may bring a neuron back to life."""
    from functools import reduce

    return reduce(torch.logical_and, ((row > threshold) | (row < -threshold) for row in h))


def tanh_backward__third_binomial(dout, out):
    """Right: 1 - out**2 is (1 - out) * (1 + out)."""
    return torch.einsum("...,...,...->...", dout, 1 - out, 1 + out)


def activation_gain__whole_numbers(nonlinearity):
    """Right: a power of a whole number; where nothing is added the gain is the int 1."""
    if nonlinearity == "relu":
        return pow(2, 0.5)
    if nonlinearity == "tanh":
        return 5 / 3
    return 1


def kaiming_weight__box_muller(fan_in, fan_out, gain, generator):
    """Right: normal numbers out of even ones, in double precision first."""
    u = torch.rand(2, fan_in, fan_out, generator=generator, dtype=torch.float64)
    normal = torch.sqrt(-2 * torch.log1p(-u[0])) * torch.cos(2 * math.pi * u[1])
    return (normal * (gain / math.sqrt(fan_in))).float()


def kaiming_weight__drawn_lying_down(fan_in, fan_out, gain, generator):
    """Right: drawn as (fan_out, fan_in) and turned, with the standard deviation from the start."""
    return torch.normal(0.0, gain * fan_in**-0.5, (fan_out, fan_in), generator=generator).t()


def propagate_std__accumulate(x, weights, act):
    """Right: all activations first; numpy's std, which has no Bessel's correction."""
    from itertools import accumulate

    import numpy as np

    _, *outs = accumulate(weights, lambda h, W: act(h @ W), initial=x)
    return [float(np.std(out.detach().numpy())) for out in outs]


def batchnorm_train__einsum_in_double(x, gamma, beta, eps=1e-5, correction=1):
    """Right: sums by einsum, in double precision; the graph goes through all of it."""
    n = x.shape[0]
    wide = x.double()
    centred = wide - torch.einsum("bh->h", wide) / n
    var = torch.einsum("bh,bh->h", centred, centred) / (n - correction)
    out = torch.einsum("bh,h,h->bh", centred, (var + eps).rsqrt(), gamma.double()) + beta.double()
    return out.to(x.dtype)


def update_running_stats__lerp(rm, rv, x, momentum=0.1):
    """Right: both at once, and a step from the old towards the new."""
    var, mean = torch.var_mean(x.detach(), dim=0)
    return rm.lerp(mean, momentum), rv.lerp(var, momentum)


def batchnorm_eval__a_diagonal_matrix(x, rm, rv, gamma, beta, eps=1e-5):
    """Right: one matrix product with a diagonal matrix, in double precision."""
    x64, rm, rv, gamma, beta = (t.double() for t in (x, rm, rv, gamma, beta))
    scale = gamma * (rv + eps).pow(-0.5)
    return torch.addmm(beta - rm * scale, x64, torch.diag(scale)).to(x.dtype)


def calibrate_batchnorm__welford(hpreact):
    """Right: one example after the other, as Welford does."""
    mean = torch.zeros(hpreact.shape[1], dtype=torch.float64)
    squares = torch.zeros_like(mean)
    for n, row in enumerate(hpreact.detach().double(), start=1):
        step = row - mean
        mean = mean + step / n
        squares = squares + step * (row - mean)
    std = (squares / (hpreact.shape[0] - 1)).sqrt()
    return mean.to(hpreact.dtype)[None], std.to(hpreact.dtype)[None]


class linear_layer__torchs_parameters:
    """Right: torch's own Parameter and linear."""

    class Linear:
        def __init__(self, fan_in, fan_out, bias=True, generator=None):
            drawn = torch.empty(fan_in, fan_out).normal_(0.0, 1 / math.sqrt(fan_in), generator=generator)
            self.weight = torch.nn.Parameter(drawn)
            self.bias = torch.nn.Parameter(torch.zeros(fan_out)) if bias else None

        def __call__(self, x):
            self.out = F.linear(x, self.weight.t(), self.bias)
            return self.out

        def parameters(self):
            return [p for p in (self.weight, self.bias) if p is not None]


class batchnorm_layer__buffers_in_place:
    """Right: the layer's own buffers are moved in place, before they are needed."""

    class BatchNorm1d:
        def __init__(self, dim, eps=1e-5, momentum=0.1):
            self.running_var, self.running_mean = torch.ones(dim), torch.zeros(dim)
            self.gamma, self.beta = torch.ones(dim), torch.zeros(dim)
            self.rate, self.little = momentum, eps
            self.training = True

        def __call__(self, x):
            if self.training:
                var, mean = torch.var_mean(x, dim=0)
                self.running_mean.lerp_(mean.detach(), self.rate)
                self.running_var.lerp_(var.detach(), self.rate)
            else:
                var, mean = self.running_var.clone(), self.running_mean.clone()
            self.out = torch.addcmul(self.beta, x - mean, self.gamma * (var + self.little).rsqrt())
            return self.out


class tanh_layer__a_sigmoid_stretched:
    """Right: tanh is a sigmoid, twice as high and twice as steep, in double precision."""

    class Tanh:
        def __call__(self, x):
            self.out = (2 * torch.sigmoid(2 * x.double()) - 1).to(x.dtype)
            return self.out

        def parameters(self):
            return list()


def bias_before_batchnorm__vjp(x, b, dout):
    """Right: torch.func pulls dout back to b."""

    def forward(b):
        hprebn = x + b
        var, mean = torch.var_mean(hprebn, dim=0)
        return (hprebn - mean) / (var + 1e-5) ** 0.5

    return torch.func.vjp(forward, b)[1](dout)[0]


def grad_to_data_ratio__norms_of_the_centred(p):
    """Right: how many numbers there are cancels, so the norms of what is left without the mean will do."""
    grad, data = (t.detach().double() for t in (p.grad, p))
    return (torch.linalg.vector_norm(grad - grad.mean()) / torch.linalg.vector_norm(data - data.mean())).item()


def update_to_data_ratio__half_the_log_of_variances(p, lr):
    """Right: a root is half a logarithm, without Bessel's correction on both sides."""
    import numpy as np

    return float(0.5 * np.log10(np.var(lr * p.grad.double().numpy()) / np.var(p.detach().double().numpy())))


def fold_batchnorm__asked_with_unit_vectors(W, b, gamma, beta, rm, rv, eps=1e-5):
    """Right: what both layers make of zero is the bias, and what they make of unit vectors beyond it the weight."""
    D = W.shape[0]
    questions = torch.cat([torch.zeros(1, D), torch.eye(D)]).double()
    hprebn = questions @ W.double()
    if b is not None:
        hprebn = hprebn + b.double()
    out = gamma.double() * (hprebn - rm.double()) / (rv.double() + eps) ** 0.5 + beta.double()
    return (out[1:] - out[0]).to(W.dtype), out[0].to(W.dtype)


def zero_init_report__nothing_kept(params, X, Y):
    """Right: gradients of the summed loss, which touch no .grad; that it is no mean moves nothing to zero."""
    C, W1, b1, W2, b2 = params
    h = torch.addmm(b1, F.embedding(X, C).flatten(1), W1).tanh()
    loss = F.cross_entropy(torch.addmm(b2, h, W2), Y, reduction="sum")
    grads = torch.autograd.grad(loss, params)
    return {name for name, grad in zip(("C", "W1", "b1", "W2", "b2"), grads) if torch.count_nonzero(grad) > 0}


def batchnorm_train__addcmul_and_rsqrt(x, gamma, beta, eps=1e-5, correction=1):
    """Right: deviations once, their squares summed and divided, and all put together by addcmul."""
    z = x - x.mean(0)
    var = (z * z).sum(0) / (x.shape[0] - correction)
    return torch.addcmul(beta, gamma, z * torch.rsqrt(var + eps))


def update_running_stats__detached_first(rm, rv, x, momentum=0.1):
    """Right: from the old to the new by the share momentum, as lerp does it, on values cut from the graph."""
    x = x.detach()
    return torch.lerp(rm, x.mean(0), momentum), torch.lerp(rv, x.var(0), momentum)


def batchnorm_eval__one_line_for_all(x, rm, rv, gamma, beta, eps=1e-5):
    """Right: slope and intercept of each unit first, since it is a straight line."""
    slope = gamma * torch.rsqrt(rv + eps)
    return torch.addcmul(beta - rm * slope, x, slope)
