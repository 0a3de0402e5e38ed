"""More wrong answers for part3: one slip each, or two at once, made from the docstrings alone."""

# ruff: noqa: B905, N801

import math

import torch
import torch.nn.functional as F


def expected_initial_loss__one_letter_less(vocab_size):
    """Wrong: the "." that ends a name is not counted as a letter, so an even guess has V - 1 to choose from."""
    return math.log(vocab_size - 1)


def scale_output_layer__bias_as_it_was_drawn(W2, b2, scale=0.01):
    """Wrong: only W2 is scaled; b2 stays as it was drawn."""
    return W2 * scale, b2.clone()


def saturation_fraction__for_each_example(h, threshold=0.97):
    """Wrong: divided by the number of examples, not of values."""
    return (h.abs() > threshold).sum().item() / len(h)


def dead_neurons__on_average(h, threshold=0.99):
    """Wrong: a neuron counts as dead if its mean distance from 0 is beyond the threshold, not each of its values."""
    return h.abs().mean(0) > threshold


def tanh_backward__tanh_once_more(dout, out):
    """Wrong: tanh is taken of what is already its output."""
    return dout * (1 - torch.tanh(out) ** 2)


def activation_gain__tanh_with_a_root(nonlinearity):
    """Wrong: tanh has the root of 5/3, as relu has the root of 2."""
    gains = {"linear": 1.0, "sigmoid": 1.0, "tanh": math.sqrt(5 / 3), "relu": math.sqrt(2)}
    return gains[nonlinearity]


def kaiming_weight__both_fans(fan_in, fan_out, gain, generator):
    """Wrong: Xavier's deviation, which averages fan_in and fan_out."""
    std = gain * math.sqrt(2 / (fan_in + fan_out))
    return torch.randn(fan_in, fan_out, generator=generator) * std


def propagate_std__activation_only_measured(x, weights, act):
    """Wrong: the activation is measured, but what goes on to the next layer has none."""
    stds = []
    for W in weights:
        x = x @ W
        stds.append(act(x).std().item())
    return stds


def batchnorm_train__beta_is_scaled_too(x, gamma, beta, eps=1e-5, correction=1):
    """Wrong: the shift comes before the scale."""
    mean = x.mean(0, keepdim=True)
    var = x.var(0, keepdim=True, correction=correction)
    xhat = (x - mean) / torch.sqrt(var + eps)
    return gamma * (xhat + beta)


def batchnorm_train__statistics_out_of_the_graph(x, gamma, beta, eps=1e-5, correction=1):
    """Wrong: no gradient goes back through the mean and the variance of the batch."""
    with torch.no_grad():
        mean = x.mean(0, keepdim=True)
        var = x.var(0, keepdim=True, correction=correction)
    return gamma * (x - mean) / torch.sqrt(var + eps) + beta


def update_running_stats__variance_around_the_running_mean(rm, rv, x, momentum=0.1):
    """Wrong: the batch's variance is measured from the new running mean, not from the batch's own."""
    with torch.no_grad():
        rm = (1 - momentum) * rm + momentum * x.mean(0)
        var = ((x - rm) ** 2).sum(0) / (len(x) - 1)
        rv = (1 - momentum) * rv + momentum * var
    return rm, rv


def batchnorm_eval__no_root(x, rm, rv, gamma, beta, eps=1e-5):
    """Wrong: divided by the variance, not by its root."""
    return gamma * (x - rm) / (rv + eps) + beta


def calibrate_batchnorm__divided_by_n(hpreact):
    """Wrong: the standard deviation is without Bessel's correction."""
    return hpreact.mean(0, keepdim=True), hpreact.std(0, keepdim=True, unbiased=False)


class linear_layer__kept_without_its_bias:
    """Wrong: what is kept as out is x @ weight, before the bias is added."""

    class Linear:
        def __call__(self, x):
            self.out = x @ self.weight
            if self.bias is not None:
                return self.out + self.bias
            return self.out


class linear_layer__none_is_listed:
    """Wrong: a layer without a bias lists None as a parameter."""

    class Linear:
        def parameters(self):
            return [self.weight, self.bias]


class batchnorm_layer__follows_on:
    """Wrong: the running statistics move on after training too (they are used as they were before the move)."""

    class BatchNorm1d:
        def __init__(self, dim, eps=1e-5, momentum=0.1):
            self.eps, self.momentum, self.training = eps, momentum, True
            self.gamma, self.beta = torch.ones(dim), torch.zeros(dim)
            self.running_mean, self.running_var = torch.zeros(dim), torch.ones(dim)

        def __call__(self, x):
            xmean, xvar = x.mean(0), x.var(0)
            if self.training:
                mean, var = xmean, xvar
            else:
                mean, var = self.running_mean, self.running_var
            self.out = self.gamma * (x - mean) / torch.sqrt(var + self.eps) + self.beta
            with torch.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * xmean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * xvar
            return self.out


class tanh_layer__kept_without_its_graph:
    """Wrong: what is kept as out is cut off from the graph; what is returned is not."""

    class Tanh:
        def __call__(self, x):
            out = torch.tanh(x)
            self.out = out.detach()
            return out


def bias_before_batchnorm__statistics_as_constants(x, b, dout):
    """Wrong: the mean and the variance are taken for constants, that b does not move."""
    hprebn = x + b
    return (dout / (hprebn.var(0) + 1e-5) ** 0.5).sum(0)


def grad_to_data_ratio__norms(p):
    """Wrong: the ratio of the norms, which measure from 0 and not from the mean."""
    return (p.grad.norm() / p.detach().norm()).item()


def update_to_data_ratio__values_after_the_update(p, lr):
    """Wrong: the values are those behind the update, not those before it."""
    update = lr * p.grad
    return math.log10(update.std().item() / (p.detach() - update).std().item())


def fold_batchnorm__no_bias_no_mean(W, b, gamma, beta, rm, rv, eps=1e-5):
    """Wrong: where the linear layer has no bias, the running mean is forgotten, and the bias is beta alone."""
    scale = gamma / torch.sqrt(rv + eps)
    bias = beta.clone() if b is None else scale * (b - rm) + beta
    return W * scale, bias


def zero_init_report__takes_the_step(params, X, Y):
    """Wrong: the step is really taken, and the parameters are left where it leads."""
    C, W1, b1, W2, b2 = params
    before = [p.detach().clone() for p in params]
    h = torch.tanh(C[X].view(X.shape[0], -1) @ W1 + b1)
    loss = F.cross_entropy(h @ W2 + b2, Y)
    for p in params:
        p.grad = None
    loss.backward()
    for p in params:
        p.data -= 0.1 * p.grad
    return {
        name for name, p, old in zip(["C", "W1", "b1", "W2", "b2"], params, before) if not torch.equal(p.detach(), old)
    }


def kaiming_weight__fan_out_and_global_generator(fan_in, fan_out, gain, generator):
    """Wrong twice: the root of fan_out, not of fan_in; the generator is not used."""
    return torch.randn(fan_in, fan_out) * gain / math.sqrt(fan_out)


class batchnorm_layer__momentum_and_graph:
    """Wrong twice: momentum is the share of the old statistics; they stay in the graph."""

    class BatchNorm1d:
        def __init__(self, dim, eps=1e-5, momentum=0.1):
            self.eps, self.momentum, self.training = eps, momentum, True
            self.gamma, self.beta = torch.ones(dim), torch.zeros(dim)
            self.running_mean, self.running_var = torch.zeros(dim), torch.ones(dim)

        def __call__(self, x):
            if self.training:
                mean, var = x.mean(0), x.var(0)
                self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mean
                self.running_var = self.momentum * self.running_var + (1 - self.momentum) * var
            else:
                mean, var = self.running_mean, self.running_var
            self.out = self.gamma * (x - mean) / torch.sqrt(var + self.eps) + self.beta
            return self.out


def update_running_stats__in_place_and_by_b(rm, rv, x, momentum=0.1):
    """Wrong twice: the arguments are changed; the variance has no Bessel's correction."""
    with torch.no_grad():
        rm *= 1 - momentum
        rm += momentum * x.mean(0)
        rv *= 1 - momentum
        rv += momentum * x.var(0, unbiased=False)
    return rm, rv
