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


def char_codec(text: str) -> tuple[Callable[[str], list[int]], Callable[[list[int]], str], int]:
    """Make a tokenizer in which every character is a token.

    The vocabulary is made of the different characters of a text, capitals, spaces and line ends among them. Put in the
    order of `sorted`, they get the ids 0, 1, 2 and so on.

    Args:
        text: any text with at least one character.

    Returns:
        encode: a function from a string, written with the characters of the text, to the list of its ids.
        decode: a function from a list of ids to the string that they stand for.
        vocab_size: how many different characters the text has.
        In this order. Codecs made of different texts know nothing of each other.
    """
    # BEGIN SOLUTION
    chars = sorted(set(text))
    stoi = {char: i for i, char in enumerate(chars)}

    def encode(string: str) -> list[int]:
        return [stoi[char] for char in string]

    def decode(ids: list[int]) -> str:
        return "".join(chars[i] for i in ids)

    return encode, decode, len(chars)
    # END SOLUTION


def split_data(data: Tensor, frac: float = 0.9) -> tuple[Tensor, Tensor]:
    """Keep the end of a text back, to see later how well a model does on what it was not trained on.

    Args:
        data: the ids of a whole text, int64, (N,).
        frac: the share of it to train on. Where frac * N is no whole number, it is rounded down: int(frac * N).

    Returns:
        The part to train on, and then the part to validate on. Put side by side they are data again. data stays as
        it is.
    """
    # BEGIN SOLUTION
    n = int(frac * len(data))
    return data[:n], data[n:]
    # END SOLUTION


def get_batch(data: Tensor, block_size: int, batch_size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Cut a batch of chunks out of a text, each with what follows every one of its characters.

    Every row is a chunk of its own: it begins anywhere, each place being as likely as the others, and independently of
    the other rows. The last place where one can begin leaves just enough for block_size characters and the one after
    them.

    Args:
        data: the ids of a text, int64, (N,), with N of at least block_size + 2.
        block_size: how long a chunk is, T.
        batch_size: how many chunks there are, B; it may be more than there are places where one can begin.
        generator: the only source of randomness.

    Returns:
        x: the chunks, int64, (B, T).
        y: the targets, int64, (B, T): y[b, t] is the character that comes after x[b, t] in the text.
        In this order. data stays as it is.
    """
    # BEGIN SOLUTION
    starts = torch.randint(len(data) - block_size, (batch_size,), generator=generator)  # (B,)
    x = torch.stack([data[i : i + block_size] for i in starts])  # (B, T)
    y = torch.stack([data[i + 1 : i + 1 + block_size] for i in starts])  # (B, T), one further
    return x, y
    # END SOLUTION


def bigram_forward(table: Tensor, idx: Tensor, targets: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """Run the bigram model: each character alone says which one may follow.

    Args:
        table: the parameters, (V, V). Row i holds the logits of what follows character i.
        idx: the characters, int64, (B, T).
        targets: what really follows each of them, int64, (B, T), or None.

    Returns:
        logits: without targets (B, T, V); with targets the same numbers as (B*T, V), as in the lecture, or again as
            (B, T, V).
        loss: the mean cross entropy over all B*T characters, a tensor with one number (0-d); without targets None.
        In this order. The arguments stay as they are.
    """
    # BEGIN SOLUTION
    logits = table[idx]  # (B, T) -> (B, T, V)
    if targets is None:
        return logits, None
    B, T, V = logits.shape
    logits = logits.view(B * T, V)  # cross_entropy wants the classes in dim 1
    loss = F.cross_entropy(logits, targets.reshape(B * T))
    return logits, loss
    # END SOLUTION


def generate(
    logits_fn: Callable[[Tensor], Tensor], idx: Tensor, max_new_tokens: int, generator: torch.Generator
) -> Tensor:
    """Write on: let a model say what may come next, draw from that, and go on with what was drawn.

    Each new character is drawn from the probabilities that the model gives it, the softmax of its logits, and for each
    row on its own. The model gets to see the whole row so far, prompt and all.

    Args:
        logits_fn: the model, a function from the characters so far, int64, (B, t), to logits, (B, t, V): those at a
            place say what may follow the character there.
        idx: the prompts, int64, (B, T).
        max_new_tokens: how many characters to write, n. At least one.
        generator: the only source of randomness.

    Returns:
        The prompts and what was written after them, int64, (B, T+n). idx stays as it is.
    """
    # BEGIN SOLUTION
    for _ in range(max_new_tokens):
        logits = logits_fn(idx)[:, -1, :]  # (B, t, V) -> (B, V), after the last character
        probs = F.softmax(logits, dim=-1)  # (B, V)
        next_idx = torch.multinomial(probs, num_samples=1, generator=generator)  # (B, 1)
        idx = torch.cat((idx, next_idx), dim=1)  # (B, t + 1)
    return idx
    # END SOLUTION


def estimate_loss(
    model: nn.Module, get_batch: Callable[[str], tuple[Tensor, Tensor]], eval_iters: int
) -> dict[str, float]:
    """Measure a model's loss on both parts of the data, each over several batches, since one alone says little.

    While it is measured the model is in evaluation mode, and torch keeps nothing for a backward pass. Afterwards the
    model is in training mode again, with all that it is made of, and torch records as before.

    Args:
        model: a module in training mode; model(X, Y) gives the logits of a batch and its loss, a tensor with one
            number.
        get_batch: a function from "train" or "val" to a new batch (X, Y) of that part.
        eval_iters: over how many batches of each part to take the mean.

    Returns:
        A dictionary: the mean loss as a plain number for each of the keys "train" and "val".
    """
    # BEGIN SOLUTION
    out = {}
    model.eval()
    with torch.no_grad():
        for split in ("train", "val"):
            losses = []
            for _ in range(eval_iters):
                X, Y = get_batch(split)
                _, loss = model(X, Y)
                losses.append(loss.item())
            out[split] = sum(losses) / eval_iters
    model.train()
    return out
    # END SOLUTION


def causal_mean_loop(x: Tensor) -> Tensor:
    """Let each place know the average of its past: version 1, with loops.

    Args:
        x: for each of B sequences and each of T places a vector, (B, T, C).

    Returns:
        At each place the mean of the vectors from the first place of its sequence up to and including its own,
        (B, T, C). x stays as it is.
    """
    # BEGIN SOLUTION
    B, T, _ = x.shape
    means = torch.zeros_like(x)  # (B, T, C)
    for b in range(B):
        for t in range(T):
            past = x[b, : t + 1]  # (t + 1, C)
            means[b, t] = past.mean(0)  # (C,)
    return means
    # END SOLUTION


def causal_mean_matmul(x: Tensor) -> Tensor:
    """Let each place know the average of its past: version 2, one matrix product with a matrix of weights.

    Args:
        x: for each of B sequences and each of T places a vector, (B, T, C).

    Returns:
        The same as in version 1, (B, T, C): the mean up to and including each place. x stays as it is.
    """
    # BEGIN SOLUTION
    T = x.shape[1]
    wei = torch.tril(torch.ones(T, T))
    wei = wei / wei.sum(1, keepdim=True)  # (T, T), each row sums to 1
    return wei @ x  # (T, T) @ (B, T, C) -> (B, T, C)
    # END SOLUTION


def causal_mean_softmax(x: Tensor) -> Tensor:
    """Let each place know the average of its past: version 3, with weights from a softmax.

    So far all places of the past count alike. With a softmax, their weights can later come from the data.

    Args:
        x: for each of B sequences and each of T places a vector, (B, T, C).

    Returns:
        The same as in versions 1 and 2, (B, T, C): the mean up to and including each place. x stays as it is.
    """
    # BEGIN SOLUTION
    T = x.shape[1]
    tril = torch.tril(torch.ones(T, T))
    wei = torch.zeros(T, T).masked_fill(tril == 0, float("-inf"))  # the future is out of reach
    wei = F.softmax(wei, dim=-1)  # (T, T), each row sums to 1
    return wei @ x  # (T, T) @ (B, T, C) -> (B, T, C)
    # END SOLUTION


def attention_scores(q: Tensor, k: Tensor) -> Tensor:
    """Let each place ask all places of its sequence how much they have of what it looks for.

    Args:
        q: what each place looks for, its query, (B, T, hs).
        k: what each place has to offer, its key, (B, T, hs). hs is the size of the head.

    Returns:
        The scores, (B, T, T): entry [b, i, j] is the dot product of the query of place i with the key of place j,
        scaled so that for independent queries and keys of variance 1 its variance is 1 too, however large the head is.
        No mask, no softmax yet. The arguments stay as they are.
    """
    # BEGIN SOLUTION
    hs = q.shape[-1]
    return q @ k.transpose(-2, -1) * hs**-0.5  # (B, T, hs) @ (B, hs, T) -> (B, T, T)
    # END SOLUTION


def causal_attention_weights(scores: Tensor) -> Tensor:
    """Make scores into weights with which each place averages its past.

    Args:
        scores: entry [b, i, j] says how interesting place j is for place i, (B, T, T). Scaled already.

    Returns:
        The weights, (B, T, T): for each place i the softmax of its scores for the places up to and including itself;
        exactly 0 for those after it. scores stays as it is.
    """
    # BEGIN SOLUTION
    T = scores.shape[-1]
    tril = torch.tril(torch.ones(T, T))
    scores = scores.masked_fill(tril == 0, float("-inf"))  # (B, T, T)
    return F.softmax(scores, dim=-1)  # (B, T, T), each row sums to 1
    # END SOLUTION


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
            wei = softmax(scaled scores of query and key, later tokens masked)     # (B, T, T)
            out = wei @ v                                                          # (B, T, hs)

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
        slug = str(todo) or "gpt"
        print(f"\nThis is how far it goes for now: {slug} is still to do, and `zth show {slug}` says what it asks for.")
    except FileNotFoundError as missing:
        print(f"\nThe experiment reads {missing.filename}, and that file is not there: `zth data` tells of it.")
    except Exception as trouble:
        print(f"\nIt stops here for now: {type(trouble).__name__}: {trouble}. `zth check gpt` tells why.")
