"""A multilayer perceptron that invents names: each letter is guessed from several letters before it.

Every letter becomes a few numbers that are learned too; a hidden layer looks at those of the whole context. Then there
is all that training takes: minibatches, a learning rate, and a set of names that the model has not seen.
`python part2.py` runs the lecture's experiments with what you have written.

In all of this "." stands before and after every name. Its number is 0.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor


def build_dataset(words: list[str], stoi: dict[str, int], block_size: int = 3) -> tuple[Tensor, Tensor]:
    """Make the training set: what stands before each letter, and the letter itself.

    With three letters of context "emma" is five examples: ... -> e, ..e -> m, .em -> m, emm -> a, mma -> "."

    Args:
        words: names, at least one.
        stoi: from a character to its number; "." is 0.
        block_size: how many characters the model sees.

    Returns:
        X: the contexts, int64, (N, block_size), a row for each example: the nearest character is the last one. A name
            knows nothing of the name before it.
        Y: what comes next, int64, (N,).
        In this order, with the examples in the order of the names and of their letters.
    """
    # BEGIN SOLUTION
    X, Y = [], []
    for word in words:
        context = [0] * block_size
        for character in word + ".":
            X.append(context)
            Y.append(stoi[character])
            context = [*context[1:], stoi[character]]
    return torch.tensor(X), torch.tensor(Y)
    # END SOLUTION


def embed(C: Tensor, X: Tensor) -> Tensor:
    """Look up the vector of every character of every context.

    Args:
        C: the embedding, (V, E): row i is the vector of character i.
        X: contexts, int64, (B, T). A character may occur several times, or not at all.

    Returns:
        (B, T, E): at [b, t] the vector of character X[b, t]. It carries the gradient on to C.
    """
    # BEGIN SOLUTION
    return C[X]  # (V, E) -> (B, T, E)
    # END SOLUTION


def concat_embeddings(emb: Tensor) -> Tensor:
    """Put the vectors of each context side by side: one long row for each example.

    Args:
        emb: the vectors, (B, T, E).

    Returns:
        (B, T*E): in each row the E numbers of the first character, then those of the second, and so on.
    """
    # BEGIN SOLUTION
    B, T, E = emb.shape
    return emb.view(B, T * E)
    # END SOLUTION


def hidden_layer(x: Tensor, W1: Tensor, b1: Tensor) -> Tensor:
    """Let a layer of tanh neurons look at each example.

    Args:
        x: the contexts as long rows, (B, D).
        W1: the weights, (D, H), a column for each neuron.
        b1: the biases, (H,).

    Returns:
        What the neurons answer, (B, H), with gradients for x, W1 and b1. All numbers lie between -1 and 1.
    """
    # BEGIN SOLUTION
    return torch.tanh(x @ W1 + b1)  # (B, D) @ (D, H) + (H,) -> (B, H)
    # END SOLUTION


def output_logits(h: Tensor, W2: Tensor, b2: Tensor) -> Tensor:
    """Compute the logits of the character that comes next: log counts, as before; probabilities come later.

    Args:
        h: what the hidden layer answers, (B, H).
        W2: the weights, (H, V), a column for each character.
        b2: the biases, (V,).

    Returns:
        The logits, (B, V). They may be any numbers.
    """
    # BEGIN SOLUTION
    return h @ W2 + b2  # (B, H) @ (H, V) + (V,) -> (B, V)
    # END SOLUTION


def stable_cross_entropy(logits: Tensor, Y: Tensor) -> Tensor:
    """Compute the loss of some logits, for logits of any size: do what F.cross_entropy does.

    That function itself and F.nll_loss (and the classes of torch.nn that wrap them) are not allowed here.

    Args:
        logits: (B, V); they may be as large as 10,000 or as small as -10,000.
        Y: what really comes next, int64, (B,).

    Returns:
        The mean of -log p over the examples, where p is what the softmax of its row gives to the right character: a
        tensor with one number, shape (), always finite. It carries the gradient on to logits.
    """
    # BEGIN SOLUTION
    logits = logits - logits.amax(1, keepdim=True)  # (B, V) - (B, 1) -> (B, V)
    logprobs = logits - logits.exp().sum(1, keepdim=True).log()  # (B, V) - (B, 1) -> (B, V)
    return -logprobs[torch.arange(len(Y)), Y].mean()
    # END SOLUTION


def minibatch(X: Tensor, Y: Tensor, batch_size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw some examples by chance: on these few, a step of training is quickly made.

    Args:
        X: all contexts, int64, (N, T).
        Y: what comes next in each, int64, (N,).
        batch_size: how many examples are wanted, from 1 to N.
        generator: the only source of randomness.

    Returns:
        batch_size rows of X, (batch_size, T), and what comes next in each of them, (batch_size,), in this order. Any
        example is as likely as any other; whether one may come twice in a batch is up to you.
    """
    # BEGIN SOLUTION
    ix = torch.randint(0, len(X), (batch_size,), generator=generator)
    return X[ix], Y[ix]  # (N, T) -> (batch_size, T), (N,) -> (batch_size,)
    # END SOLUTION


def sgd_update(params: list[Tensor], lr: float) -> None:
    """Take a step of gradient descent with all parameters, and make ready for the next loss.backward().

    Afterwards no old gradient is left: each p.grad is None, or all zeros. What is returned is ignored.

    Args:
        params: leaves that require grad, of any shapes, each with its gradient in p.grad. They are changed in place:
            whoever has these tensors finds them moved. They stay leaves that require grad.
        lr: the learning rate.
    """
    # BEGIN SOLUTION
    for p in params:
        p.data -= lr * p.grad
        p.grad = None
    # END SOLUTION


def learning_rate_grid(low_exp: float, high_exp: float, steps: int) -> Tensor:
    """Make learning rates to try, of which each is as many times the one before it as all the others are.

    Args:
        low_exp: the first rate is 10 to the power of it.
        high_exp: the last rate is 10 to the power of it. It is the larger one.
        steps: how many rates there are, both ends included; at least 2.

    Returns:
        The rates, from the smallest to the largest, (steps,). Their exponents are all equally far apart.
    """
    # BEGIN SOLUTION
    return 10 ** torch.linspace(low_exp, high_exp, steps)  # (steps,)
    # END SOLUTION


def step_decay(step: int, base: float = 0.1, drop: float = 0.1, at: int = 100_000) -> float:
    """Say how large the learning rate is at a step of training: first one rate, later a smaller one.

    Args:
        step: the number of the step; the first is 0.
        base: the learning rate at the beginning.
        drop: what the rate is multiplied by when the time has come, once and for all.
        at: the number of the first step with the smaller rate.

    Returns:
        The learning rate of this step.
    """
    # BEGIN SOLUTION
    return base if step < at else base * drop
    # END SOLUTION


def mlp_num_parameters(block_size: int, n_embd: int, n_hidden: int, vocab_size: int) -> int:
    """Count the numbers that the model can adjust, from its sizes alone.

    Forward:
        h      = tanh(C[X].view(n, -1) @ W1 + b1)     # n contexts of block_size letters each
        logits = h @ W2 + b2

    Args:
        block_size: how many letters a context has.
        n_embd: how many numbers stand for a letter.
        n_hidden: how many neurons the hidden layer has.
        vocab_size: how many characters there are, the dot among them.

    Returns:
        How many numbers there are in C, W1, b1, W2 and b2 together.
    """
    # BEGIN SOLUTION
    C = vocab_size * n_embd
    W1, b1 = block_size * n_embd * n_hidden, n_hidden
    W2, b2 = n_hidden * vocab_size, vocab_size
    return C + W1 + b1 + W2 + b2
    # END SOLUTION


def evaluate_loss(params: list[Tensor], X: Tensor, Y: Tensor) -> float:
    """Measure how well the model predicts a whole split, and leave no trace.

    Forward:
        h      = tanh(C[X].view(N, -1) @ W1 + b1)     # (N, T*E) @ (T*E, H) + (H,) -> (N, H)
        logits = h @ W2 + b2                          # (N, H) @ (H, V) + (V,) -> (N, V)

    Args:
        params: [C (V, E), W1 (T*E, H), b1 (H,), W2 (H, V), b2 (V,)], leaves that require grad. They stay as they are,
            and so does what is in their .grad.
        X: all contexts of the split, int64, (N, T).
        Y: the letters that follow them, int64, (N,).

    Returns:
        The mean cross entropy (natural logarithm) over all N examples, a number.
    """
    # BEGIN SOLUTION
    C, W1, b1, W2, b2 = params
    with torch.no_grad():
        h = torch.tanh(C[X].view(len(X), -1) @ W1 + b1)  # (N, T*E) @ (T*E, H) + (H,) -> (N, H)
        return F.cross_entropy(h @ W2 + b2, Y).item()
    # END SOLUTION


def train_mlp(
    params: list[Tensor],
    X: Tensor,
    Y: Tensor,
    steps: int,
    batch_size: int,
    lr_schedule: Callable[[int], float],
    generator: torch.Generator,
) -> list[float]:
    """Train the model by gradient descent on minibatches.

    It may be called again with the same parameters, to train them further.

    Forward, of a batch of n examples:
        h      = tanh(C[Xb].view(n, -1) @ W1 + b1)    # (n, T*E) @ (T*E, H) + (H,) -> (n, H)
        logits = h @ W2 + b2                          # (n, H) @ (H, V) + (V,) -> (n, V)
        loss   = F.cross_entropy(logits, Yb)

    Args:
        params: [C (V, E), W1 (T*E, H), b1 (H,), W2 (H, V), b2 (V,)], leaves that require grad. They are changed in
            place. Gradients of earlier steps may still be in their .grad, and have no part in these.
        X: all contexts, int64, (N, T).
        Y: the letters that follow them, int64, (N,).
        steps: how many steps to take.
        batch_size: how many examples a step looks at.
        lr_schedule: gives the learning rate of a step by its number; the first step of this call is number 0.
        generator: the only source of randomness. A step draws the numbers of its examples with
            `torch.randint(0, X.shape[0], (batch_size,), generator=generator)`, and draws nothing else.

    Returns:
        The loss of each step's batch before the update, a list of `steps` numbers.
    """
    # BEGIN SOLUTION
    C, W1, b1, W2, b2 = params
    losses = []
    for step in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        h = torch.tanh(C[X[ix]].view(batch_size, -1) @ W1 + b1)  # (n, T*E) @ (T*E, H) + (H,) -> (n, H)
        loss = F.cross_entropy(h @ W2 + b2, Y[ix])
        for p in params:
            p.grad = None
        loss.backward()
        for p in params:
            p.data -= lr_schedule(step) * p.grad
        losses.append(loss.item())
    return losses
    # END SOLUTION


def best_configuration(runs: list[dict]) -> dict:
    """Choose among models of different sizes that have been trained and measured.

    Args:
        runs: at least one. Each has what was chosen for it, a dict, as run["config"], its loss on the names that it was
            trained on as run["train"], and its loss on names that were kept for comparing as run["dev"]. The list and
            all that is in it stay as they are.

    Returns:
        The config of the run from which the best predictions of new names are to be expected. If two are equally good,
        that of the first.
    """
    # BEGIN SOLUTION
    return min(runs, key=lambda run: run["dev"])["config"]
    # END SOLUTION


def sample_mlp(params: list[Tensor], itos: dict[int, str], block_size: int, generator: torch.Generator) -> str:
    """Invent one name, letter by letter.

    Each letter is drawn with the probabilities that the model has for it after the `block_size` characters before it.
    Before the first letter these are all "."; the name ends when "." is drawn, which may happen at once.

    Forward:
        h      = tanh(C[X].view(n, -1) @ W1 + b1)     # (n, T*E) @ (T*E, H) + (H,) -> (n, H)
        logits = h @ W2 + b2                          # (n, H) @ (H, V) + (V,) -> (n, V)

    Args:
        params: [C (V, E), W1 (T*E, H), b1 (H,), W2 (H, V), b2 (V,)], leaves that require grad. They stay as they are.
        itos: from a number to its character; 0 is ".".
        block_size: how many characters a context has, T.
        generator: the only source of randomness.

    Returns:
        The name with the "." at its end, as the lecture prints it; or without it.
    """
    # BEGIN SOLUTION
    C, W1, b1, W2, b2 = params
    name, context = "", [0] * block_size
    while not name.endswith("."):
        h = torch.tanh(C[context].view(1, -1) @ W1 + b1)  # (T, E) -> (1, T*E) -> (1, H)
        probs = F.softmax(h @ W2 + b2, 1)  # (1, H) -> (1, V)
        ix = torch.multinomial(probs, 1, generator=generator).item()
        name += itos[ix]
        context = [*context[1:], ix]
    return name
    # END SOLUTION


# The lecture's own experiment, with your functions: `python part2.py`. It is given, and never graded.

LETTERS = ".abcdefghijklmnopqrstuvwxyz"  # "." begins and ends a name
STOI = {character: i for i, character in enumerate(LETTERS)}
V, T = len(LETTERS), 3  # characters, and how many of them a context has


def new_parameters(n_embd: int, n_hidden: int, g: torch.Generator) -> list[Tensor]:
    """C, W1, b1, W2 and b2 as the lecture draws them, to begin with."""
    shapes = ((V, n_embd), (T * n_embd, n_hidden), (n_hidden,), (n_hidden, V), (V,))
    return [torch.randn(shape, generator=g).requires_grad_() for shape in shapes]


def loss_of(params: list[Tensor], X: Tensor, Y: Tensor) -> Tensor:
    """The forward pass, by your functions: (n, T) -> ()."""
    C, *hidden, W2, b2 = params
    h = hidden_layer(concat_embeddings(embed(C, X)), *hidden)
    return stable_cross_entropy(output_logits(h, W2, b2), Y)


def by_heart(X: Tensor, Y: Tensor, g: torch.Generator) -> None:
    """A few names on their way through the network, and learned by heart."""
    params = new_parameters(2, 100, g)
    C, *hidden, W2, b2 = params
    emb = embed(C, X)
    x = concat_embeddings(emb)
    h = hidden_layer(x, *hidden)
    shapes = " -> ".join(str(tuple(t.shape)) for t in (X, emb, x, h, output_logits(h, W2, b2)))
    print(f"the first five names on their way through the network: {shapes}")
    for step in range(501):
        loss = loss_of(params, X, Y)
        if step % 100 == 0:
            print(f"  step {step:3}   loss {loss.item():7.4f}")
        loss.backward()
        sgd_update(params, 0.1)
    print('  it cannot get to 0: every name begins after "...", and not all with the same letter')


def try_learning_rates(X: Tensor, Y: Tensor, g: torch.Generator) -> tuple[Tensor, list[float]]:
    """One step with each of many learning rates, from timid to reckless. Returns the rates and the losses."""
    rates, curve = learning_rate_grid(-3, 0, 1000), []
    params = new_parameters(2, 100, g)
    print("\none step with each of 1000 learning rates, one after the other")
    for rate in rates.tolist():
        loss = loss_of(params, *minibatch(X, Y, 32, g))
        loss.backward()
        sgd_update(params, rate)
        curve.append(loss.item())
    for first in range(0, 1000, 125):
        chunk, low, high = curve[first : first + 125], rates[first].item(), rates[first + 124].item()
        print(f"  from {low:.4f} to {high:.4f}   mean loss {sum(chunk) / len(chunk):7.4f}")
    return rates, curve


def train(params: list[Tensor], X: Tensor, Y: Tensor, steps: int, g: torch.Generator) -> None:
    """Train, with a smaller learning rate at the end, and tell how it goes."""
    losses: list[float] = []

    def lr_schedule(step: int) -> float:
        return step_decay(len(losses) + step, 0.1, 0.1, 3 * steps // 4)

    while len(losses) < steps:
        new = train_mlp(params, X, Y, min(steps // 4, steps - len(losses)), 32, lr_schedule, g)
        losses += new
        print(f"  step {len(losses):6}   mean loss {sum(new) / len(new):.4f}", flush=True)


def draw_experiment(rates: Tensor, curve: list[float], C: Tensor) -> None:
    """Save a picture of the losses by learning rate, and of where the letters are; only where matplotlib is there."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        return
    figure, (left, right) = plt.subplots(1, 2, figsize=(14, 6))
    left.plot(rates.log10().tolist(), curve)
    left.set_title("loss by the exponent of the learning rate")
    x, y = C.detach().T.tolist()
    right.scatter(x, y, s=200)
    for character, at in zip(LETTERS, zip(x, y)):
        right.annotate(character, at, ha="center", va="center", color="white")
    right.set_title("where the letters are, with two numbers for each")
    figure.savefig("part2.png")
    print("Saved part2.png.")


def experiment(steps: int = 16_000) -> None:
    """Learn five names by heart, find a learning rate, then split, train, choose two sizes, and invent names."""
    words = (Path(__file__).parent.parent / "data" / "names.txt").read_text("utf-8").split()
    torch.set_num_threads(1)  # for matrices as small as these, one is the quickest
    g = torch.Generator().manual_seed(2147483647)
    by_heart(*build_dataset(words[:5], STOI, T), g)

    random.Random(42).shuffle(words)
    n1, n2 = int(0.8 * len(words)), int(0.9 * len(words))
    (X, Y), (Xdev, Ydev), (Xtest, Ytest) = (
        build_dataset(part, STOI, T) for part in (words[:n1], words[n1:n2], words[n2:])
    )
    print(f"\n{len(words)} names make {len(X)} examples to train on, {len(Xdev)} to choose by, {len(Xtest)} to test on")
    rates, curve = try_learning_rates(X, Y, g)

    runs, trained = [], []
    for n_embd, n_hidden in ((2, 50), (2, 200), (10, 50), (10, 200)):
        params = new_parameters(n_embd, n_hidden, g)
        print(f"\n{n_embd} numbers for a letter, {n_hidden} neurons", end=": ")
        print(f"{mlp_num_parameters(T, n_embd, n_hidden, V)} parameters, {steps} steps")
        train(params, X, Y, steps, g)
        config = {"n_embd": n_embd, "n_hidden": n_hidden}
        run = {"config": config, "train": evaluate_loss(params, X, Y), "dev": evaluate_loss(params, Xdev, Ydev)}
        print(f"  train {run['train']:.4f}   dev {run['dev']:.4f}")
        runs.append(run)
        trained.append(params)

    best = best_configuration(runs)
    params = trained[[run["config"] for run in runs].index(best)]
    print(f"\nbest on dev: {best['n_embd']} numbers for a letter, {best['n_hidden']} neurons", end=". ")
    print(f"Test, looked at once: {evaluate_loss(params, Xtest, Ytest):.4f} (an even guess: {math.log(V):.4f})")
    draw_experiment(rates, curve, trained[1][0])

    itos = dict(enumerate(LETTERS))
    print("\nnames that it invents")
    for _ in range(10):
        print(f"  {sample_mlp(params, itos, T, g).rstrip('.')}")


if __name__ == "__main__":
    try:
        experiment()
    except NotImplementedError as todo:
        slug = str(todo) or "part2"
        print(f"\nThis is how far it goes for now: {slug} is still to do, and `zth show {slug}` says what it asks for.")
    except FileNotFoundError as missing:
        print(f"\nThe experiment reads {missing.filename}, and that file is not there: `zth data` tells of it.")
    except Exception as trouble:
        print(f"\nIt stops here for now: {type(trouble).__name__}: {trouble}. `zth check part2` tells why.")
