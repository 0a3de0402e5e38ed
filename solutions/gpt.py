"""Let's build GPT: a Transformer that writes one character after another, from an empty file.

From a text and its batches over the bigram model to averages of the past, and from these to attention, to blocks, and
to the whole model.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


class Head(nn.Module):
    """One head of self-attention: each token looks at itself and at those before it, and takes over what it finds.

    Where to look is a matter of queries and keys: the better a token's query suits another token's key, the more it
    takes of that token's value. What comes later is never seen.

    When the exercise is checked, these are read, and numbers are written into the weights, so their names are part of
    it:
        key, query, value: linear layers without bias, `weight` of shape (head_size, n_embd).
        tril: a buffer, so it is no parameter: the lower triangle of ones, (block_size, block_size).
    """

    def __init__(self, n_embd: int, head_size: int, block_size: int, dropout: float) -> None:
        """Make a head.

        Args:
            n_embd: the size of what comes in for each token, C.
            head_size: the size of queries, keys and values, hs.
            block_size: the longest sequence there will be.
            dropout: the chance with which a weight of attention is dropped while the module is in training mode.
        """
        super().__init__()
        # BEGIN SOLUTION
        self.key = nn.Linear(n_embd, head_size, bias=False)
        self.query = nn.Linear(n_embd, head_size, bias=False)
        self.value = nn.Linear(n_embd, head_size, bias=False)
        self.register_buffer("tril", torch.tril(torch.ones(block_size, block_size)))
        self.dropout = nn.Dropout(dropout)
        # END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Let the tokens look at each other.

        Forward:
            wei = softmax of the scaled scores of query and key, with later tokens masked     # (B, T, T)
            out = wei @ v                                                                     # (B, T, hs)

        In training mode some elements of wei are dropped, each by itself, and the others made larger to make up for
        it, before they meet the values. In evaluation mode none is.

        Args:
            x: one vector for each token, (B, T, n_embd), with T <= block_size.

        Returns:
            What each token has taken over, (B, T, head_size). x stays as it is.
        """
        # BEGIN SOLUTION
        T = x.shape[1]
        q, k, v = self.query(x), self.key(x), self.value(x)  # (B, T, C) -> (B, T, hs), each
        wei = q @ k.transpose(-2, -1) * k.shape[-1] ** -0.5  # (B, T, hs) @ (B, hs, T) -> (B, T, T)
        wei = wei.masked_fill(self.tril[:T, :T] == 0, float("-inf"))
        wei = F.softmax(wei, dim=-1)
        wei = self.dropout(wei)
        return wei @ v  # (B, T, T) @ (B, T, hs) -> (B, T, hs)
        # END SOLUTION


def cross_attention(x: Tensor, context: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor) -> Tensor:
    """Let each token look at another sequence in place of its own, as a translator looks at the foreign sentence.

    It asks with its own query; the keys and the values are the context's. The whole context may be seen. The scores
    are scaled as in self-attention.

    Args:
        x: the tokens that look, (B, Tq, C).
        context: the tokens that are looked at, (B, Tk, C). There may be fewer or more of them.
        Wq: makes queries, (C, hs): q = x @ Wq, and so on.
        Wk: makes keys, (C, hs).
        Wv: makes values, (C, hs).

    Returns:
        What each token of x has taken over, (B, Tq, hs). The arguments stay as they are.
    """
    # BEGIN SOLUTION
    q = x @ Wq  # (B, Tq, C) @ (C, hs) -> (B, Tq, hs)
    k = context @ Wk  # (B, Tk, hs)
    v = context @ Wv  # (B, Tk, hs)
    wei = q @ k.transpose(-2, -1) * k.shape[-1] ** -0.5  # (B, Tq, hs) @ (B, hs, Tk) -> (B, Tq, Tk)
    wei = F.softmax(wei, dim=-1)
    return wei @ v  # (B, Tq, Tk) @ (B, Tk, hs) -> (B, Tq, hs)
    # END SOLUTION


class MultiHeadAttention(nn.Module):
    """Several heads side by side, each with something else to look for, and a layer that mixes what they found.

    When the exercise is checked, these are read, and numbers are written into their weights, so their names are part
    of it:
        heads: an nn.ModuleList of num_heads of your Heads, each of head_size n_embd // num_heads.
        proj: a linear layer with bias, from n_embd to n_embd.
    """

    def __init__(self, n_embd: int, num_heads: int, block_size: int, dropout: float) -> None:
        """Make the heads and what mixes them.

        Args:
            n_embd: the size of what comes in for each token, and of what goes out, C.
            num_heads: how many heads there are. It divides n_embd.
            block_size: the longest sequence there will be.
            dropout: the chance of dropping, in the heads and after proj.
        """
        super().__init__()
        # BEGIN SOLUTION
        head_size = n_embd // num_heads
        self.heads = nn.ModuleList(Head(n_embd, head_size, block_size, dropout) for _ in range(num_heads))
        self.proj = nn.Linear(n_embd, n_embd)
        self.dropout = nn.Dropout(dropout)
        # END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Ask all heads about the same x, put their answers side by side, the first head's first, and mix them.

        In training mode some elements of what comes out of proj are dropped, each by itself, and the others made larger
        to make up for it.

        Args:
            x: one vector for each token, (B, T, n_embd), with T <= block_size.

        Returns:
            The mixed answers, (B, T, n_embd). x stays as it is.
        """
        # BEGIN SOLUTION
        out = torch.cat([head(x) for head in self.heads], dim=-1)  # num_heads of (B, T, hs) -> (B, T, C)
        out = self.proj(out)
        return self.dropout(out)
        # END SOLUTION


def batched_multi_head(qkv: Tensor, n_head: int) -> Tensor:
    """Exercise 1: all heads at once, with the heads as one more dimension that products go through side by side.

    It is what the heads of MultiHeadAttention do, up to the point where their answers stand side by side: causal, with
    the usual scale, without dropout, without proj.

    Args:
        qkv: queries, keys and values of all heads, (B, T, 3*C): the first C numbers of a token are its queries, the
            next C its keys, the last C its values. Among C numbers the first C // n_head belong to the first head, the
            next ones to the second, and so on.
        n_head: how many heads there are. It divides C.

    Returns:
        The heads' answers side by side, the first head's first, (B, T, C). qkv stays as it is.
    """
    # BEGIN SOLUTION
    B, T, _ = qkv.shape
    q, k, v = (part.view(B, T, n_head, -1).transpose(1, 2) for part in qkv.chunk(3, dim=-1))  # (B, nh, T, hs), each
    wei = q @ k.transpose(-2, -1) * k.shape[-1] ** -0.5  # (B, nh, T, hs) @ (B, nh, hs, T) -> (B, nh, T, T)
    wei = wei.masked_fill(torch.tril(torch.ones(T, T)) == 0, float("-inf"))
    wei = F.softmax(wei, dim=-1)
    out = wei @ v  # (B, nh, T, T) @ (B, nh, T, hs) -> (B, nh, T, hs)
    return out.transpose(1, 2).reshape(B, T, -1)  # (B, T, nh, hs) -> (B, T, C)
    # END SOLUTION


class FeedForward(nn.Module):
    """A small MLP that every token goes through by itself: time to think about what attention has gathered.

    When the exercise is checked, this is read, and numbers are written into its weights, so its name and its order are
    part of it:
        net: an nn.Sequential of four: a linear layer from n_embd to 4 * n_embd, a ReLU, a linear layer back to n_embd,
            and a Dropout. Both linear layers have a bias.
    """

    def __init__(self, n_embd: int, dropout: float) -> None:
        """Make the layers.

        Args:
            n_embd: the size of what comes in for each token, and of what goes out, C.
            dropout: the chance with which a number of the output is dropped in training mode.
        """
        super().__init__()
        # BEGIN SOLUTION
        self.net = nn.Sequential(
            nn.Linear(n_embd, 4 * n_embd),
            nn.ReLU(),
            nn.Linear(4 * n_embd, n_embd),
            nn.Dropout(dropout),
        )
        # END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Send every token through the layers.

        Args:
            x: one vector for each token, (B, T, n_embd).

        Returns:
            The outputs, (B, T, n_embd). x stays as it is.
        """
        # BEGIN SOLUTION
        return self.net(x)  # (B, T, C) -> (B, T, 4*C) -> (B, T, C)
        # END SOLUTION


def layer_norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5, correction: int = 0) -> Tensor:
    """Normalise every token by itself: BatchNorm looks along the batch, this looks along the features of one token.

    Forward:
        mean and var: of the C features of one token
        out = gamma * (x - mean) / (var + eps) ** 0.5 + beta     # (..., C)

    Args:
        x: any number of vectors, (..., C): (B, C), (B, T, C), and so on.
        gamma: a factor for each feature, (C,).
        beta: what is added to each feature, (C,).
        eps: what is added to the variance. Some variances may be about as small.
        correction: the variance is the sum of the squared deviations divided by C - correction: 0 is what nn.LayerNorm
            does, 1 what the lecture's own class does.

    Returns:
        The normalised vectors, of the shape of x. The arguments stay as they are.
    """
    # BEGIN SOLUTION
    mean = x.mean(-1, keepdim=True)  # (..., C) -> (..., 1)
    var = x.var(-1, keepdim=True, correction=correction)  # (..., 1)
    return gamma * (x - mean) / (var + eps).sqrt() + beta  # (..., C)
    # END SOLUTION


def dropout(x: Tensor, p: float, training: bool, generator: torch.Generator) -> Tensor:
    """Drop some of the numbers while training, so that none of them can be relied upon.

    Args:
        x: any numbers, of any shape.
        p: the chance of a number to be dropped, 0 < p < 1. Each is dropped or kept by itself.
        training: whether the model trains. If not, nothing is dropped, nothing is scaled and nothing is drawn.
        generator: the only source of randomness.

    Returns:
        While training: 0 where a number was dropped, and elsewhere so much more than x that on average over what may be
        dropped every number is what it was. Otherwise: the numbers of x. x itself stays as it is.
    """
    # BEGIN SOLUTION
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator) >= p  # True with a chance of 1 - p
    return x * keep / (1 - p)
    # END SOLUTION


class Block(nn.Module):
    """One block of a Transformer: first the tokens talk to each other, then each thinks by itself.

    Both happen on a branch that leaves the stream of tokens and is added to it again. What enters a branch is
    normalised; the stream itself is not.

    When the exercise is checked, these are read, and numbers are written into their weights, so their names are part
    of it:
        ln1, ln2: nn.LayerNorm(n_embd), one for each branch.
        sa: your MultiHeadAttention.
        ffwd: your FeedForward.
    """

    def __init__(self, n_embd: int, n_head: int, block_size: int, dropout: float) -> None:
        """Make the two branches.

        Args:
            n_embd: the size of the vector of a token, C.
            n_head: how many heads there are. It divides n_embd.
            block_size: the longest sequence there will be.
            dropout: the chance of dropping, in both branches.
        """
        super().__init__()
        # BEGIN SOLUTION
        self.sa = MultiHeadAttention(n_embd, n_head, block_size, dropout)
        self.ffwd = FeedForward(n_embd, dropout)
        self.ln1 = nn.LayerNorm(n_embd)
        self.ln2 = nn.LayerNorm(n_embd)
        # END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Send the tokens through the block.

        Args:
            x: one vector for each token, (B, T, n_embd), with T <= block_size.

        Returns:
            The vectors after both branches, (B, T, n_embd). x itself stays as it is.
        """
        # BEGIN SOLUTION
        x = x + self.sa(self.ln1(x))  # (B, T, C)
        x = x + self.ffwd(self.ln2(x))  # (B, T, C)
        return x
        # END SOLUTION


class GPT(nn.Module):
    """The whole model. What it is made of is given; how a text goes through it is up to you."""

    def __init__(
        self, vocab_size: int, block_size: int, n_embd: int, n_head: int, n_layer: int, dropout: float
    ) -> None:
        """Make the parts. It is given, and uses your Block.

        Args:
            vocab_size: how many different tokens there are, V.
            block_size: the longest sequence the model can take.
            n_embd: the size of the vector of a token, C.
            n_head: how many heads a block has.
            n_layer: how many blocks there are.
            dropout: the chance of dropping.
        """
        super().__init__()
        self.token_embedding_table = nn.Embedding(vocab_size, n_embd)
        self.position_embedding_table = nn.Embedding(block_size, n_embd)
        self.blocks = nn.Sequential(*[Block(n_embd, n_head, block_size, dropout) for _ in range(n_layer)])
        self.ln_f = nn.LayerNorm(n_embd)  # the last layer norm
        self.lm_head = nn.Linear(n_embd, vocab_size)

    def forward(self, idx: Tensor, targets: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Predict what follows each token of a text.

        A token's vector says what it is and where it stands: the first of a sequence stands at position 0.

        Args:
            idx: the tokens, int64, (B, T), with T <= block_size.
            targets: the tokens that really follow, int64, (B, T), or None.

        Returns:
            logits: how likely each token is to follow, (B, T, V) without targets; with targets (B*T, V), as in the
                lecture, or (B, T, V).
            loss: the mean cross entropy over all B*T predictions, a tensor with one number; None without targets.
            The arguments stay as they are.
        """
        # BEGIN SOLUTION
        T = idx.shape[1]
        tok_emb = self.token_embedding_table(idx)  # (B, T, C)
        pos_emb = self.position_embedding_table(torch.arange(T))  # (T, C)
        x = tok_emb + pos_emb  # (B, T, C)
        x = self.blocks(x)  # (B, T, C)
        x = self.ln_f(x)  # (B, T, C)
        logits = self.lm_head(x)  # (B, T, V)
        if targets is None:
            return logits, None
        logits = logits.flatten(0, 1)  # (B*T, V)
        loss = F.cross_entropy(logits, targets.flatten())
        return logits, loss
        # END SOLUTION


def generate_cropped(
    model: Callable[[Tensor], tuple[Tensor, Tensor | None]],
    idx: Tensor,
    max_new_tokens: int,
    block_size: int,
    generator: torch.Generator,
) -> Tensor:
    """Let a model continue a text, though it cannot look further back than block_size tokens.

    Every new token is drawn from what the model predicts after as much of the text so far as it can take, and is then
    part of the text itself.

    Args:
        model: a function from tokens, int64, (B, t) with t <= block_size, to a pair: logits, (B, t, V), and a loss that
            is of no use here.
        idx: the text to begin with, int64, (B, T). T may be smaller or larger than block_size.
        max_new_tokens: how many tokens to draw.
        block_size: the longest sequence the model can take.
        generator: the only source of randomness.

    Returns:
        The text and its continuation, int64, (B, T + max_new_tokens). idx itself stays as it is.
    """
    # BEGIN SOLUTION
    for _ in range(max_new_tokens):
        idx_cond = idx[:, -block_size:]  # (B, t), the last block_size tokens, or all there are
        logits, _ = model(idx_cond)  # (B, t, V)
        probs = F.softmax(logits[:, -1, :], dim=-1)  # (B, V)
        idx_next = torch.multinomial(probs, num_samples=1, generator=generator)  # (B, 1)
        idx = torch.cat([idx, idx_next], dim=1)  # (B, T) -> (B, T+1)
    return idx
    # END SOLUTION


def gpt_num_parameters(vocab_size: int, block_size: int, n_embd: int, n_head: int, n_layer: int) -> int:
    """Count the numbers that a GPT learns, before there is one.

    It is the model above, GPT: heads without bias, every other linear layer with one, a factor and a shift for each
    feature in every LayerNorm, a table of its own for the output. What is only kept in buffers does not count.

    Args:
        vocab_size: how many different tokens there are.
        block_size: the longest sequence the model can take.
        n_embd: the size of the vector of a token.
        n_head: how many heads a block has. It divides n_embd.
        n_layer: how many blocks there are.

    Returns:
        How many numbers all of its parameters hold together.
    """
    # BEGIN SOLUTION
    C = n_embd
    embeddings = vocab_size * C + block_size * C
    heads = 3 * C * C  # key, query and value; n_head of size C // n_head are C together
    attention = heads + (C * C + C)  # and proj
    feed_forward = (C * 4 * C + 4 * C) + (4 * C * C + C)
    layer_norm = C + C
    block = attention + feed_forward + 2 * layer_norm
    lm_head = C * vocab_size + vocab_size
    return embeddings + n_layer * block + layer_norm + lm_head
    # END SOLUTION


def addition_targets(a: int, b: int, digits: int) -> tuple[Tensor, Tensor]:
    """Exercise 2: write an addition as a sequence from which a GPT can learn to add.

    The sequence has only digits, without + and =: a in `digits` digits, b in `digits` digits, and then a + b in
    `digits` + 1 digits, *the last digit first*. Numbers that are too short begin with zeros: 7 + 85 with digits = 2 is
    0 7 8 5 2 9 0.

    Args:
        a: the first number, 0 <= a < 10**digits.
        b: the second number, 0 <= b < 10**digits.
        digits: how many digits a and b are written with.

    Returns:
        x: the sequence without its last digit, whole numbers, (3 * digits,).
        y: for each place of x the digit that comes after it, whole numbers, (3 * digits,); but -1 wherever that digit
            is one of a's or b's: they are given, and nobody should learn to guess them. (F.cross_entropy leaves these
            places out when it is told ignore_index=-1.)
    """
    # BEGIN SOLUTION
    prompt = f"{a:0{digits}}{b:0{digits}}"
    answer = f"{a + b:0{digits + 1}}"[::-1]
    sequence = torch.tensor([int(digit) for digit in prompt + answer])  # (3*digits + 1,)
    x, y = sequence[:-1], sequence[1:].clone()  # (3*digits,), each
    y[: 2 * digits - 1] = -1
    return x, y
    # END SOLUTION


# The lecture's own experiment, with your functions: `python gpt.py`. It is given, and never graded.


def experiment(block_size: int = 32, n_embd: int = 64, n_head: int = 4, n_layer: int = 3, batch_size: int = 16) -> None:
    """Train a small GPT on Shakespeare, one character after another, and let it write."""
    text = (Path(__file__).parent.parent / "data" / "shakespeare.txt").read_text("utf-8")
    encode, decode, vocab_size = char_codec(text)
    train, val = split_data(torch.tensor(encode(text)))
    print(f"{len(text)} characters, {vocab_size} different ones; {len(train)} to train on, {len(val)} to validate")

    torch.manual_seed(1337)
    g = torch.Generator().manual_seed(1337)

    def batch(split: str) -> tuple[Tensor, Tensor]:
        return get_batch(train if split == "train" else val, block_size, batch_size, g)

    model = GPT(vocab_size, block_size, n_embd, n_head, n_layer, dropout=0.0)
    print(f"a GPT with {n_layer} blocks of {n_head} heads")
    print(f"an even guess would have a loss of {math.log(vocab_size):.4f}\n")

    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    steps = min(2400, len(train) // 32)
    for step in range(steps + 1):
        if step % (steps // 6) == 0:
            losses = estimate_loss(model, batch, 40)
            print(f"  step {step:5}   train {losses['train']:.4f}   validation {losses['val']:.4f}", flush=True)
        xb, yb = batch("train")  # (B, T), (B, T)
        _, loss = model(xb, yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    print("\nwhat it writes")
    model.eval()
    start = torch.tensor([encode("\n")])  # (1, 1)
    with torch.no_grad():
        written = generate_cropped(model, start, 400, block_size, g)  # (1, 401)
    print(decode(written[0].tolist()))

    count = gpt_num_parameters(vocab_size, block_size, n_embd, n_head, n_layer)
    print(f"\nIt has {sum(p.numel() for p in model.parameters())} parameters; your count is {count}.")


if __name__ == "__main__":
    try:
        experiment()
    except NotImplementedError as todo:
        print(f"\nThis is how far it goes for now: {todo} is still to do, and `zth show {todo}` says what it asks for.")
