"""WaveNet: the character model as layers in a row, and a deeper one that joins neighbours two by two.

Write the layers, the container that chains them and the loop that trains whatever it is given, and then look inside.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor


class Linear:
    """A weighted sum for every output, over the last dimension (given)."""

    def __init__(self, fan_in: int, fan_out: int, bias: bool = True) -> None:
        self.weight = torch.randn(fan_in, fan_out) / fan_in**0.5
        self.bias = torch.zeros(fan_out) if bias else None

    def __call__(self, x: Tensor) -> Tensor:
        self.out = x @ self.weight
        if self.bias is not None:
            self.out = self.out + self.bias
        return self.out

    def parameters(self) -> list[Tensor]:
        return [self.weight] + ([] if self.bias is None else [self.bias])


class Tanh:
    """An activation as a layer (given)."""

    def __call__(self, x: Tensor) -> Tensor:
        self.out = torch.tanh(x)
        return self.out

    def parameters(self) -> list[Tensor]:
        return []


class Embedding:
    """A table of vectors, one for each letter, as a layer."""

    def __init__(self, num_embeddings: int, embedding_dim: int) -> None:
        """Make the table.

        Args:
            num_embeddings: how many letters there are.
            embedding_dim: how many numbers stand for a letter.

        Sets:
            weight: (num_embeddings, embedding_dim), standard normal.
        """
        # BEGIN SOLUTION
        self.weight = torch.randn(num_embeddings, embedding_dim)
        # END SOLUTION

    def __call__(self, IX: Tensor) -> Tensor:
        """Look letters up.

        Args:
            IX: numbers of letters, int64, (B, T).

        Returns:
            The vector of each, (B, T, embedding_dim), with a gradient for weight. The very tensor that is returned is
            also kept as `out`.
        """
        # BEGIN SOLUTION
        self.out = self.weight[IX]  # (B, T) -> (B, T, embedding_dim)
        return self.out
        # END SOLUTION

    def parameters(self) -> list[Tensor]:
        """List what is trained: weight itself, no copy."""
        # BEGIN SOLUTION
        return [self.weight]
        # END SOLUTION


class FlattenConsecutive:
    """A layer that lays vectors of neighbours end to end, n at a time."""

    def __init__(self, n: int) -> None:
        """Remember how many are joined.

        Args:
            n: how many neighbours become one.

        Sets:
            n: the same.
        """
        # BEGIN SOLUTION
        self.n = n
        # END SOLUTION

    def __call__(self, x: Tensor) -> Tensor:
        """Join every n neighbours: positions 0 to n - 1 become one, the next n another, each in its own order.

        Args:
            x: (B, T, C). n divides T. B may be 1.

        Returns:
            (B, T // n, C * n). Where only one position is left, it has no dimension of its own: (B, C * n). The very
            tensor that is returned is also kept as `out`.
        """
        # BEGIN SOLUTION
        B, T, C = x.shape
        x = x.view(B, T // self.n, C * self.n)  # (B, T, C) -> (B, T//n, C*n)
        if x.shape[1] == 1:
            x = x.squeeze(1)  # (B, 1, C*n) -> (B, C*n)
        self.out = x
        return self.out
        # END SOLUTION

    def parameters(self) -> list[Tensor]:
        """List what is trained: nothing, an empty list."""
        # BEGIN SOLUTION
        return []
        # END SOLUTION


class Sequential:
    """Layers one behind the other, which together are a layer again."""

    def __init__(self, layers: list) -> None:
        """Keep the layers.

        Args:
            layers: in the order in which they are called. Any of them may be a Sequential itself.

        Sets:
            layers: a list of them.
        """
        # BEGIN SOLUTION
        self.layers = layers
        # END SOLUTION

    def __call__(self, x: Tensor) -> Tensor:
        """Send something through all layers, each once.

        Args:
            x: the input of the first layer.

        Returns:
            The output of the last. The very tensor that is returned is also kept as `out`.
        """
        # BEGIN SOLUTION
        for layer in self.layers:
            x = layer(x)
        self.out = x
        return self.out
        # END SOLUTION

    def parameters(self) -> list[Tensor]:
        """List what is trained in all layers, layer by layer.

        Returns:
            One flat list of the tensors themselves, no copies. It may be read more than once.
        """
        # BEGIN SOLUTION
        return [p for layer in self.layers for p in layer.parameters()]
        # END SOLUTION


class BatchNorm1d:
    """A layer that normalises every unit, over the examples of a batch and, where there are any, the positions in them.

    `__init__` and `parameters` are given.
    """

    def __init__(self, dim: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        """Make parameters and buffers (given).

        Args:
            dim: how many units there are, H.
            eps: what is added to a variance.
            momentum: the share of a new batch in the running statistics.

        Sets:
            gamma: ones, (H,), and beta: zeros, (H,). They are trained.
            running_mean: zeros, (H,), and running_var: ones, (H,). They are not trained, they only follow.
            training: True. Whoever uses the layer sets it to False afterwards.
        """
        self.eps = eps
        self.momentum = momentum
        self.training = True
        self.gamma = torch.ones(dim)
        self.beta = torch.zeros(dim)
        self.running_mean = torch.zeros(dim)
        self.running_var = torch.ones(dim)

    def __call__(self, x: Tensor) -> Tensor:
        """Normalise, scale by gamma and shift by beta.

        Every unit has one mean and one variance: over the batch, and in a batch of sequences over all positions of all
        examples. While `training` is True they are those of the batch, and the running ones move towards them, outside
        of any graph: a share of `momentum` is new, the rest stays. Afterwards the running ones are used, and stay.
        Every variance, the running one too, is the one with Bessel's correction (torch's own layer normalises with the
        other).

        Args:
            x: (B, H) or (B, T, H).

        Returns:
            The shape of x, with gradients for x, gamma and beta; x stays as it is. The very tensor that is returned is
            also kept as `out`.
        """
        # BEGIN SOLUTION
        if self.training:
            dims = (0,) if x.dim() == 2 else (0, 1)
            mean, var = x.mean(dims), x.var(dims)  # (B, H) or (B, T, H) -> (H,)
            with torch.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var
        else:
            mean, var = self.running_mean, self.running_var
        self.out = self.gamma * (x - mean) / torch.sqrt(var + self.eps) + self.beta
        return self.out
        # END SOLUTION

    def parameters(self) -> list[Tensor]:
        """List what is trained (given)."""
        return [self.gamma, self.beta]


def build_wavenet(vocab_size: int, n_embd: int, n_hidden: int, block_size: int = 8) -> Sequential:
    """Build the hierarchical model: it joins letters to pairs, pairs to fours, fours to eights.

    An Embedding first. Then, until one position is left, FlattenConsecutive(2), a Linear without bias, BatchNorm1d and
    Tanh. At the end a Linear with bias, whose weights begin at a tenth of their usual size, so that no letter is
    favoured.

    Args:
        vocab_size: how many letters there are.
        n_embd: how many numbers stand for a letter.
        n_hidden: the width of every hidden layer.
        block_size: how many letters a context has: 2, 4, 8, 16, ...

    Returns:
        A Sequential whose `layers` are these layers, all of them in one list. It makes logits, (B, vocab_size), from
        contexts, int64, (B, block_size). build_wavenet(27, 10, 68) has 22397 parameters.
    """
    # BEGIN SOLUTION
    layers = [Embedding(vocab_size, n_embd)]  # (B, T) -> (B, T, n_embd)
    width, positions = n_embd, block_size
    while positions > 1:
        layers.append(FlattenConsecutive(2))  # (B, positions, width) -> (B, positions//2, 2*width)
        layers += [Linear(2 * width, n_hidden, bias=False), BatchNorm1d(n_hidden), Tanh()]
        width, positions = n_hidden, positions // 2
    output = Linear(n_hidden, vocab_size)  # (B, n_hidden) -> (B, vocab_size)
    output.weight *= 0.1
    return Sequential([*layers, output])
    # END SOLUTION


def num_parameters(params: Iterable[Tensor]) -> int:
    """Count the numbers that a model can adjust.

    Args:
        params: tensors of any shape. They may come from an iterator, which can be read only once.

    Returns:
        How many numbers there are in all of them together.
    """
    # BEGIN SOLUTION
    return sum(p.numel() for p in params)
    # END SOLUTION


def set_training_mode(model: Sequential, training: bool) -> None:
    """Tell every layer of a model whether it is being trained.

    Args:
        model: its `layers` are of any class. Those that act differently in training have an attribute `training`, and
            all of these are set. A layer that has `layers` of its own is a model within the model, whether it has
            `training` or not.
        training: what to set.
    """
    # BEGIN SOLUTION
    for layer in model.layers:
        if hasattr(layer, "training"):
            layer.training = training
        if hasattr(layer, "layers"):
            set_training_mode(layer, training)
    # END SOLUTION


def fit(
    model: Sequential,
    X: Tensor,
    Y: Tensor,
    steps: int,
    batch_size: int,
    lr_schedule: Callable[[int], float],
    generator: torch.Generator,
) -> list[float]:
    """Train a model, whatever it is made of, by plain gradient descent on the cross entropy.

    It may be called again on the same model, to train it further.

    Args:
        model: makes logits, (batch_size, V), from contexts. It comes in training mode, and its parameters() are leaves
            that require grad. They are changed in place.
        X: all contexts, int64, (N, T).
        Y: the letters that follow them, int64, (N,).
        steps: how many steps to take.
        batch_size: how many examples a step looks at.
        lr_schedule: gives the learning rate of a step by its number; the first step of this call is number 0.
        generator: the only source of randomness. A step draws the numbers of its examples with
            `torch.randint(0, X.shape[0], (batch_size,), generator=generator)`, and draws nothing else.

    Returns:
        The mean cross entropy of each step's batch before the update, a list of `steps` numbers.
    """
    # BEGIN SOLUTION
    losses = []
    for step in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        loss = F.cross_entropy(model(X[ix]), Y[ix])
        for p in model.parameters():
            p.grad = None
        loss.backward()
        for p in model.parameters():
            p.data -= lr_schedule(step) * p.grad
        losses.append(loss.item())
    return losses
    # END SOLUTION


def smooth_curve(losses: list[float], window: int) -> Tensor:
    """Make a jagged curve readable: the mean of each stretch of `window` losses.

    Args:
        losses: one for each step, at least `window` of them. The list stays as it is.
        window: how many steps that follow one another become one number.

    Returns:
        The means in the order of the steps, (len(losses) // window,), float32 or float64. Losses at the end that fill
        no whole window are left out.
    """
    # BEGIN SOLUTION
    whole = len(losses) // window
    return torch.tensor(losses[: whole * window]).view(whole, window).mean(1)  # (whole, window) -> (whole,)
    # END SOLUTION


def trace_shapes(model: Sequential, x: Tensor) -> list[tuple[str, tuple]]:
    """Send something through a model and note what shape every layer makes of it.

    Args:
        model: its `layers` are called one after the other, each once. A Sequential among them counts as one layer.
        x: the input of the first layer.

    Returns:
        For each entry of `model.layers` a pair: the name of its class, and the shape of its output, a tuple.
    """
    # BEGIN SOLUTION
    shapes = []
    for layer in model.layers:
        x = layer(x)
        shapes.append((type(layer).__name__, tuple(x.shape)))
    return shapes
    # END SOLUTION


def predict_all_prefixes(model: Callable[[Tensor], Tensor], word_ids: Tensor, block_size: int) -> Tensor:
    """Ask a model for the next letter after every beginning of a word: after no letter, after one, ..., after all.

    Args:
        model: makes logits, (B, V), from contexts, int64, (B, block_size). It is not in training, so that what it says
            of a context does not depend on the others it is asked about.
        word_ids: the numbers of the word's letters, int64, (T,), without the dot (number 0) at its beginning and end.
            T is at least 1.
        block_size: how many letters a context has. It holds the last letters of the beginning, and dots in front where
            there are fewer.

    Returns:
        Logits, (T + 1, V). Row t is about the letter that follows the first t letters.
    """
    # BEGIN SOLUTION
    padded = F.pad(word_ids, (block_size, 0))  # (block_size + T,), dots in front
    contexts = [padded[t : t + block_size] for t in range(len(word_ids) + 1)]  # each a window one letter further on
    return model(torch.stack(contexts))  # (T + 1, block_size) -> (T + 1, V)
    # END SOLUTION


# The lecture's own experiment, with your functions: `python part5.py`. It is given, and never graded.

LETTERS = ".abcdefghijklmnopqrstuvwxyz"  # "." begins and ends a name


def build_dataset(words: list[str], block_size: int = 8) -> tuple[Tensor, Tensor]:
    """All contexts of some names, int64 (N, block_size), and the letter that follows each, int64 (N,)."""
    X, Y = [], []
    for word in words:
        context = [0] * block_size
        for ix in [LETTERS.index(letter) for letter in word + "."]:
            X.append(context)
            Y.append(ix)
            context = [*context[1:], ix]
    return torch.tensor(X), torch.tensor(Y)


def split(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Names to learn from, names to compare models on, and names to look at once at the end: 80, 10 and 10 %."""
    words = list(words)
    random.Random(42).shuffle(words)
    n1, n2 = int(0.8 * len(words)), int(0.9 * len(words))
    return words[:n1], words[n1:n2], words[n2:]


@torch.no_grad()
def loss_on(model: Sequential, X: Tensor, Y: Tensor, most: int = 20000) -> float:
    """The mean loss on at most so many examples."""
    return F.cross_entropy(model(X[:most]), Y[:most]).item()


@torch.no_grad()
def invent(model: Sequential, block_size: int, generator: torch.Generator) -> str:
    """A name, letter by letter."""
    name, context = "", [0] * block_size
    while len(name) < 20:
        probs = F.softmax(model(torch.tensor([context])), 1)
        ix = int(torch.multinomial(probs, 1, generator=generator))
        if ix == 0:
            break
        name, context = name + LETTERS[ix], [*context[1:], ix]
    return name


def draw_curve(losses: list[float], window: int) -> None:
    """Save the losses as they came, and their means, as a picture; only where matplotlib is there."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        return
    middles = [window * (i + 0.5) for i in range(len(losses) // window)]
    plt.plot(losses, alpha=0.3)
    plt.plot(middles, smooth_curve(losses, window).tolist())
    plt.xlabel("step")
    plt.ylabel("loss")
    plt.savefig("wavenet.png")
    print("Saved wavenet.png.")


def experiment(block_size: int = 8, n_embd: int = 10, n_hidden: int = 68, steps: int = 8000) -> None:
    """Build the hierarchical model, look at the shapes in it, train it and invent some names."""
    words = (Path(__file__).parent.parent / "data" / "names.txt").read_text("utf-8").split()
    (X, Y), (Xval, Yval), _ = (build_dataset(part, block_size) for part in split(words))
    print(f"{len(words)} names make {len(X)} examples to train on and {len(Xval)} to validate on")

    pairs = Sequential([Embedding(len(LETTERS), n_embd), FlattenConsecutive(2)])
    print(f"four contexts {tuple(X[:4].shape)}, as vectors and joined in pairs {tuple(pairs(X[:4]).shape)}")

    torch.set_num_threads(1)  # for matrices as small as these, one is the quickest
    torch.manual_seed(42)
    g = torch.Generator().manual_seed(2147483647)
    model = build_wavenet(len(LETTERS), n_embd, n_hidden, block_size)
    for parameter in model.parameters():
        parameter.requires_grad_()
    print(f"{num_parameters(model.parameters())} parameters\n\nfour contexts on their way through the layers")
    for name, shape in trace_shapes(model, X[:4]):
        print(f"  {name:20}{shape}")

    print(f"\ntraining, {steps} steps of 32 examples (an even guess has a loss of {math.log(len(LETTERS)):.4f})")
    losses, chunk = [], max(1, steps // 16)

    def lr_schedule(step: int) -> float:
        return 0.1 if len(losses) + step < 0.75 * steps else 0.01

    while len(losses) < steps:
        losses += fit(model, X, Y, min(chunk, steps - len(losses)), 32, lr_schedule, g)
        print(f"  step {len(losses):6}   mean loss {smooth_curve(losses, chunk)[-1].item():.4f}", flush=True)
    draw_curve(losses, chunk // 4 or 1)

    set_training_mode(model, False)
    print(f"  train {loss_on(model, X, Y):.4f}   validation {loss_on(model, Xval, Yval):.4f}")

    print("\nwhat it expects after every beginning of emma, all asked at once")
    ids = torch.tensor([LETTERS.index(letter) for letter in "emma"])
    with torch.no_grad():
        probs = F.softmax(predict_all_prefixes(lambda IX: model(IX.contiguous()), ids, block_size), 1)  # (5, 27)
    for t, (row, letter) in enumerate(zip(probs, "emma.")):
        likely = "  ".join(f"{LETTERS[ix]} {row[ix].item():4.0%}" for ix in row.argsort(descending=True)[:3])
        print(f"  {'emma'[:t]:5} {likely}   ({letter}, which comes, {row[LETTERS.index(letter)].item():.0%})")

    print("\nnames that it invents")
    for _ in range(10):
        print(f"  {invent(model, block_size, g)}")


if __name__ == "__main__":
    try:
        experiment()
    except NotImplementedError as todo:
        slug = str(todo) or "part5"
        print(f"\nThis is how far it goes for now: {slug} is still to do, and `zth show {slug}` says what it asks for.")
    except FileNotFoundError as missing:
        print(f"\nThe experiment reads {missing.filename}, and that file is not there: `zth data` tells of it.")
    except Exception as trouble:
        print(f"\nIt stops here for now: {type(trouble).__name__}: {trouble}. `zth check part5` tells why.")
