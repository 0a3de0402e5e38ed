"""Let's build GPT: a text and its batches, the bigram model, averages of the past, attention, and the whole model."""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from grader.checks import Attempt, Draw, any_of, attempt, calls, check, close, each, holds, oracle, parts

# ---- what is handed out, and what is said ---------------------------------------------------------------------------

NOT_THE_GENERATOR = (
    "torch's own generator is not where it was: everything random should come from the one that is handed in."
)


def named(draw: Draw, name: str, tensor: Tensor) -> Tensor:
    """What a draw gave out last, under the name that it has in the exercise."""
    draw.given[-1] = (name, tensor)
    return tensor


# ---- a text and its batches ----------------------------------------------------------------------------------------

CODEC_CHARACTERS = "\n !'-.39;ABMZabcdenxyz\u00e9"


def codec_text(draw: Draw) -> str:
    """A text with some of the characters, each once at least, in no order."""
    characters = draw.shuffled(CODEC_CHARACTERS)[: draw.pick(14, 17, 19)]
    return "".join(draw.shuffled(characters + characters[:9] + characters[:5]))


def codec_use(draw: Draw, text: str) -> tuple[str, list[int]]:
    """A string to encode, made of every character of the text, and some ids to decode, every one of them twice."""
    characters = sorted(set(text))
    return "".join(draw.shuffled(characters)) + text[:3], draw.shuffled([*range(len(characters))] * 2)


def codec_there_and_back(encode: Callable[..., Any], decode: Callable[..., Any], text: str) -> Attempt:
    """A text encoded and decoded: other ids than there are may raise."""
    return attempt(lambda: decode(encode(text)))


@check
def char_codec(m, draw):
    texts = [codec_text(draw), codec_text(draw)]
    codecs = [m.char_codec(text) for text in texts]  # both are there before one of them is used
    answers: dict[str, object] = {}
    for which, text, (encode, decode, vocab_size) in zip(("first", "second"), texts, codecs, strict=True):
        string, ids = codec_use(draw, text)
        answers |= {
            f"{which} text: vocab_size": vocab_size,
            f"{which} text: encode(string)": encode(string),
            f"{which} text: decode(ids)": decode(ids),
            f"{which} text: decode(encode(text))": codec_there_and_back(encode, decode, text),
        }
    return answers


@oracle("char_codec")
def places_in_the_sorted_alphabet(draw):
    texts = [codec_text(draw), codec_text(draw)]
    order = "An id is the place of its character among all the different ones, sorted and counted from 0: not so here."
    whole = "A text that is encoded and decoded again is not what it was."
    expected: dict[str, object] = {}
    for which, text in zip(("first", "second"), texts, strict=True):
        string, ids = codec_use(draw, text)
        smaller = [len({other for other in text if other < char}) for char in string]
        char_of = dict(zip(smaller, string, strict=True))
        expected |= {
            f"{which} text: vocab_size": len(char_of),
            f"{which} text: encode(string)": close(smaller, says=order),
            f"{which} text: decode(ids)": any_of("".join(char_of[i] for i in ids), says=order),
            f"{which} text: decode(encode(text))": any_of(Attempt("", text), says=whole),
        }
    return expected


def split_sizes(draw: Draw) -> tuple[Tensor, float]:
    """A text, and a share that does not divide it evenly. Nor does 0.9."""
    N, frac = draw.pick((23, 0.7), (37, 0.8), (58, 0.75))
    return named(draw, "data", draw.ints(65, N)), frac


@check
def split_data(m, draw):
    data, frac = split_sizes(draw)
    return {"without frac": m.split_data(data), "with frac": m.split_data(data, frac)}


@oracle("split_data")
def places_that_lie_within_the_share(draw):
    data, frac = split_sizes(draw)
    places = torch.arange(1, len(data) + 1)
    expected: dict[str, object] = {}
    for name, share in (("without frac", 0.9), ("with frac", frac)):
        train, val = data[places <= share * len(data)], data[places > share * len(data)]
        expected[name] = parts(**{f"train {name}": train, f"val {name}": val})
    return expected


BATCHES = 32


def batch_sizes(draw: Draw) -> tuple[Tensor, int, int]:
    """A text in which no character occurs twice, block_size and batch_size. Twice there are more rows than windows."""
    N, T, B = draw.pick((15, 4, 8), (14, 5, 12), (15, 8, 8))
    return draw.give(torch.tensor(draw.shuffled(range(100, 100 + N))), "data"), T, B


@check
def get_batch(m, draw):
    data, T, B = batch_sizes(draw)
    generator = draw.own_generator()
    batches = [m.get_batch(data, T, B, generator) for _ in range(BATCHES)]
    again = m.get_batch(data, T, B, draw.own_generator())
    return {
        "the first batch": batches[0],
        f"{BATCHES} batches": batches,
        "batches of two generators in the same state": [batches[0], again],
        "torch's own generator": torch.get_rng_state(),
    }


@oracle("get_batch")
def windows_and_what_follows_them(draw):
    data, T, B = batch_sizes(draw)
    last = len(data) - T - 1  # the last place where a window can begin; who never draws it passes
    place = {int(char): i for i, char in enumerate(data)}

    def starts(x: Tensor) -> list[int]:
        return [place[char] for char in x[:, 0].tolist()]

    def windows(x: Tensor, further: int) -> Tensor:
        return torch.stack([data[s + further : s + further + T] for s in starts(x)])

    def counts(batches: Any) -> Counter[int]:
        return Counter(start for x, _ in batches for start in starts(x))

    def steps(batches: Any) -> set[int]:
        return {b - a for x, _ in batches for a, b in pairwise(starts(x))}

    shape = holds(
        (
            lambda t: tuple(t.shape) == (B, T) and not t.dtype.is_floating_point,
            f"x and y should be tensors of whole numbers, ({B}, {T}): a row for each of batch_size chunks.",
        )
    )
    # In 32 batches one of 11 places is missing with a chance below 11 * (10/11)^256 = 3e-10, one of fewer with less;
    # one comes three times as often as it should with a chance below 11 * e^-30 = 1e-12 (Chernoff's bound). The steps
    # from row to row are of 13 kinds and more, of which no two are a third of all: below 1e-40 that there are but two.
    batches = holds(
        (
            lambda batches: all(torch.equal(x.long(), windows(x, 0)) for x, _ in batches),
            "A row of x is no chunk of the text: block_size characters as they stand side by side in data.",
        ),
        (
            lambda batches: all(torch.equal(y.long(), windows(x, 1)) for x, y in batches),
            "y should hold for every character of x the one that comes after it in the text. It does not.",
        ),
        (
            lambda batches: set(counts(batches)) >= set(range(last)),
            f"In {BATCHES} batches no chunk begins at some places of the text, although it could. All places from which"
            " there are block_size characters and one more should be as likely.",
        ),
        (
            lambda batches: max(counts(batches).values()) <= 3 * BATCHES * B / (last + 1),
            f"In {BATCHES} batches far too many chunks begin at the same place. All places from which there are"
            " block_size characters and one more should be as likely.",
        ),
        (
            lambda batches: len(steps(batches)) > 2,
            "From where one row begins one can tell where the next one does. Each row should begin at a place of its"
            " own, whatever the others do.",
        ),
    )
    alike = holds(
        (
            lambda two: all(torch.equal(a, b) for a, b in zip(*two, strict=True)),
            "Two generators in the same state give different batches. The generator that is handed in should decide"
            " alone where the chunks begin.",
        )
    )
    return {
        "the first batch": parts(x=shape, y=shape),
        f"{BATCHES} batches": batches,
        "batches of two generators in the same state": alike,
        "torch's own generator": close(torch.get_rng_state(), says=NOT_THE_GENERATOR),
    }


# ---- the bigram model ----------------------------------------------------------------------------------------------


def bigram_inputs(draw: Draw) -> tuple[Tensor, Tensor, Tensor]:
    """Logits, characters and what follows them. In the last draw all sizes are the same: what is turned fits."""
    B, T, V = draw.pick((3, 5, 7), (4, 2, 9), (4, 4, 4))
    table = named(draw, "table", draw.normal(V, V))
    return table, named(draw, "idx", draw.ints(V, B, T)), named(draw, "targets", draw.ints(V, B, T))


@check
def bigram_forward(m, draw):
    table, idx, targets = bigram_inputs(draw)
    return {
        "with targets": m.bigram_forward(table, idx, targets),
        "without targets": m.bigram_forward(table, idx, None),
    }


@oracle("bigram_forward")
def rows_of_the_table(draw):
    table, idx, targets = bigram_inputs(draw)
    logits = torch.stack([torch.stack([table[char] for char in row]) for row in idx])
    logprobs = table - table.exp().sum(1, keepdim=True).log()
    loss = -torch.stack([logprobs[a, b] for a, b in zip(idx.flatten(), targets.flatten(), strict=True)]).mean()
    return {
        "with targets": parts(logits=any_of(logits.flatten(0, 1), logits), loss=loss),
        "without targets": parts(**{"logits without targets": logits, "loss without targets": None}),
    }


def model_of_pairs(logits: Tensor, lengths: set[int]) -> Callable[[Tensor], Tensor]:
    """A model whose logits depend on a character and the one before it (V, V, V), and that notes how much it saw."""

    def logits_fn(idx: Tensor) -> Tensor:
        lengths.add(idx.shape[1])
        before = F.pad(idx[:, :-1], (1, 0))  # before the first comes character 0
        return logits[before, idx]

    return logits_fn


def sure_pairs(draw: Draw) -> tuple[Tensor, Tensor, Tensor, int]:
    """What follows each pair, the logits that leave no doubt of it, prompts, and how many characters to write."""
    B, T, V, n = draw.pick((3, 4, 7, 6), (5, 2, 6, 7), (4, 4, 8, 5))
    follows = draw.ints(V, V, V)
    # Another character has a chance of at most e^-38, 3e-17.
    logits = draw.uniform(-1.0, 1.0, V, V, V) + 40 * F.one_hot(follows, V)
    return follows, logits, named(draw, "idx", draw.ints(V, B, T)), n


ROWS = 3000  # for each of two prompts


def unsure_pairs(draw: Draw) -> tuple[Tensor, Tensor]:
    """Logits of which every character gets a part, all of them negative; and two prompts, in turns."""
    V = draw.pick(5, 6, 5)
    logits = torch.stack([torch.tensor(draw.shuffled(range(-V, 0))) for _ in range(V * V)]).view(V, V, V).float()
    return logits, torch.tensor([draw.shuffled(range(V))[:2], draw.shuffled(range(V))[:2]])


@check
def generate(m, draw):
    _, logits, idx, n = sure_pairs(draw)
    lengths: set[int] = set()
    written = m.generate(model_of_pairs(logits, lengths), idx, n, draw.own_generator())

    logits, prompts = unsure_pairs(draw)
    unsure = model_of_pairs(logits, set())
    many = m.generate(unsure, prompts.repeat(ROWS, 1), 1, draw.own_generator())
    again = [m.generate(unsure, prompts.repeat(20, 1), 4, draw.own_generator(other)) for other in (0, 0, 1)]
    return {
        "where only one character can follow": written,
        "lengths that the model has seen": sorted(lengths),
        "one character after each of many prompts": many,
        "texts of two generators in the same state, and of one in another": again,
        "torch's own generator": torch.get_rng_state(),
    }


@oracle("generate")
def pair_by_pair(draw):
    follows, _, idx, n = sure_pairs(draw)
    T, rows = idx.shape[1], idx.tolist()
    for row in rows:
        for _ in range(n):
            row.append(int(follows[row[-2], row[-1]]))
    logits, prompts = unsure_pairs(draw)
    # A share of 3000 is further than this from its probability with a chance below 2 e^(-2 * 3000 * 0.066^2) = 9e-12
    # (Hoeffding's bound), and there are at most 36 shares on three draws. Two texts of 160 characters are the same by
    # chance with one below 0.65^160.
    furthest = 0.066

    def shares(many: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        for which, (a, b) in enumerate(prompts):
            counts = torch.bincount(many[which::2, -1], minlength=len(logits))
            yield counts / ROWS, logits[a, b].exp() / logits[a, b].exp().sum()

    return {
        "where only one character can follow": torch.tensor(rows),
        "lengths that the model has seen": any_of(
            list(range(T, T + n)),
            says="The model should see all that there is so far: the whole prompt first, and each time one character"
            " more. Here it was shown texts of other lengths.",
        ),
        "one character after each of many prompts": holds(
            (
                lambda many: torch.equal(many[:, :2].long(), prompts.repeat(ROWS, 1)) and many.shape[1] == 3,
                "The prompts, and one character after each of them, are not what comes back.",
            ),
            (
                lambda many: all((got - right).abs().max() < furthest for got, right in shares(many)),
                "Among many texts with the same prompt the characters that follow it are not as frequent as the softmax"
                " of the model's last logits makes them.",
            ),
        ),
        "texts of two generators in the same state, and of one in another": holds(
            (
                lambda texts: torch.equal(texts[0], texts[1]),
                "Two generators in the same state lead to different texts. The generator that is handed in should"
                " decide alone what is drawn.",
            ),
            (
                lambda texts: not torch.equal(texts[0], texts[2]),
                "Two generators in different states lead to the same text. What is drawn should come from the generator"
                " that is handed in.",
            ),
        ),
        "torch's own generator": close(torch.get_rng_state(), says=NOT_THE_GENERATOR),
    }


class LossModel(nn.Module):
    """A model that is another one in training, and notes how it is used."""

    def __init__(self, weight: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight))
        self.inner = nn.Sequential(nn.Identity())
        self.training_when_called: set[bool] = set()
        self.recording_when_called: set[bool] = set()

    def forward(self, X: Tensor, Y: Tensor) -> tuple[Tensor, Tensor]:
        self.training_when_called |= {self.training, self.inner[0].training}
        self.recording_when_called.add(torch.is_grad_enabled())
        logits = self.weight * X
        loss = (logits - 0.5 * Y).square().mean()
        return logits, loss + 1.0 if self.training else loss


class LossBatches:
    """Batches of two parts, and how many of each were asked for."""

    def __init__(self, draw: Draw, B: int, T: int, eval_iters: int) -> None:
        self.batches = {split: [(draw.normal(B, T), draw.normal(B, T)) for _ in range(eval_iters)] for split in SPLITS}
        self.asked = dict.fromkeys(SPLITS, 0)

    def __call__(self, split: str) -> tuple[Tensor, Tensor]:
        self.asked[split] += 1
        batches = self.batches[split]
        return batches[(self.asked[split] - 1) % len(batches)]


SPLITS = ("train", "val")


def loss_setting(draw: Draw) -> tuple[LossModel, LossBatches, int]:
    B, T, eval_iters = draw.pick((3, 4, 5), (2, 5, 8), (3, 3, 3))
    return LossModel(draw.number()), LossBatches(draw, B, T, eval_iters), eval_iters


@check
def estimate_loss(m, draw):
    model, get_batch, eval_iters = loss_setting(draw)
    losses = m.estimate_loss(model, get_batch, eval_iters)
    return {
        "losses": losses,
        "batches of each part": get_batch.asked,
        "training, while measured": sorted(model.training_when_called),
        "torch records, while measured": sorted(model.recording_when_called),
        "training, afterwards": [module.training for module in model.modules()],
        "torch records, afterwards": torch.is_grad_enabled(),
        "the model's weight requires grad, afterwards": model.weight.requires_grad,
    }


@oracle("estimate_loss")
def means_of_all_batches(draw):
    model, get_batch, eval_iters = loss_setting(draw)
    weight = model.weight.detach()
    losses = {
        split: float(torch.stack([(weight * X - 0.5 * Y).square().mean() for X, Y in get_batch.batches[split]]).mean())
        for split in SPLITS
    }
    evaluating = (
        "The model, or a part of it, is in training mode while its loss is measured: dropout would make it worse than"
        " it is."
    )
    recording = (
        "While the loss is measured torch records every step for a backward pass that never comes: that takes time and"
        " memory for nothing."
    )
    back = "The model is left in evaluation mode, or a part of it: the training that goes on would be without dropout."
    switched = "Afterwards torch no longer records anything: the training that goes on has no gradients."
    return {
        "losses": losses,
        "batches of each part": dict.fromkeys(SPLITS, eval_iters),
        "training, while measured": any_of([False], [], says=evaluating),
        "torch records, while measured": any_of([False], [], says=recording),
        "training, afterwards": each(True, says=back),
        "torch records, afterwards": any_of(True, says=switched),
        "the model's weight requires grad, afterwards": True,
    }


# ---- averages of the past, and attention ---------------------------------------------------------------------------


def sequences(draw: Draw) -> list[Tensor]:
    """(B, T, C); in the last draw all sizes are the same: what is turned fits."""
    return [named(draw, "x", draw.normal(*draw.pick((2, 5, 3), (3, 4, 6), (4, 4, 4))))]


def running_mean(x: Tensor) -> Tensor:
    return x.cumsum(1) / torch.arange(1, x.shape[1] + 1).view(1, -1, 1)


causal_mean_loop = calls(sequences, oracle=running_mean)
causal_mean_matmul = calls(sequences, oracle=running_mean)
causal_mean_softmax = calls(sequences, oracle=running_mean)


def queries_and_keys(draw: Draw) -> list[Tensor]:
    """q and k, (B, T, hs); in the last draw all sizes are the same: what is turned fits."""
    shape = draw.pick((2, 5, 3), (3, 4, 8), (4, 4, 4))
    return [named(draw, name, draw.normal(*shape)) for name in ("q", "k")]


attention_scores = calls(
    queries_and_keys, oracle=lambda q, k: (q[:, :, None] * k[:, None]).sum(-1) / math.sqrt(q.shape[2])
)


def scores_of_places(draw: Draw) -> Tensor:
    return named(draw, "scores", draw.normal(*draw.pick((2, 5, 5), (3, 4, 4), (4, 4, 4))))


@check
def causal_attention_weights(m, draw):
    weights = m.causal_attention_weights(scores_of_places(draw))
    return {"weights": weights, "weights of the future": weights}


@oracle("causal_attention_weights")
def shares_of_the_past(draw):
    scores = scores_of_places(draw)
    past = scores.exp().tril()
    nothing = (
        lambda weights: not (isinstance(weights, Tensor) and weights.dim() == 3 and bool(weights.triu(1).any())),
        "Some weights of places that come later are not exactly 0. However small, they let a place see its future.",
    )
    return {"weights": past / past.sum(2, keepdim=True), "weights of the future": holds(nothing)}


# ---- modules: weights by name, what comes out, and what goes back to them ------------------------------------------

Shapes = dict[str, tuple[int, ...]]


def tokens(draw: Draw, *shape: int) -> Tensor:
    """A vector for each of some tokens."""
    return named(draw, "x", draw.normal(*shape))


def below(prefix: str, shapes: Shapes) -> Shapes:
    """The shapes of a module's parameters, as a larger one names them."""
    return {f"{prefix}.{name}": shape for name, shape in shapes.items()}


def linear_shapes(fan_in: int, fan_out: int) -> Shapes:
    return {"weight": (fan_out, fan_in), "bias": (fan_out,)}


def head_shapes(C: int, hs: int) -> Shapes:
    return {f"{name}.weight": (hs, C) for name in ("key", "query", "value")}


def multi_head_shapes(C: int, num_heads: int) -> Shapes:
    shapes = below("proj", linear_shapes(C, C))
    for i in range(num_heads):
        shapes |= below(f"heads.{i}", head_shapes(C, C // num_heads))
    return shapes


def feed_forward_shapes(C: int) -> Shapes:
    return below("net.0", linear_shapes(C, 4 * C)) | below("net.2", linear_shapes(4 * C, C))


def block_shapes(C: int, n_head: int) -> Shapes:
    norms = below("ln1", linear_shapes(1, C)) | below("ln2", linear_shapes(1, C))
    return (
        dict.fromkeys(norms, (C,)) | below("sa", multi_head_shapes(C, n_head)) | below("ffwd", feed_forward_shapes(C))
    )


def gpt_shapes(V: int, block_size: int, C: int, n_head: int, n_layer: int) -> Shapes:
    shapes = {
        "token_embedding_table.weight": (V, C),
        "position_embedding_table.weight": (block_size, C),
        "ln_f.weight": (C,),
        "ln_f.bias": (C,),
        "lm_head.weight": (V, C),
        "lm_head.bias": (V,),
    }
    for i in range(n_layer):
        shapes |= below(f"blocks.{i}", block_shapes(C, n_head))
    return shapes


def weights_for(draw: Draw, shapes: Shapes) -> dict[str, Tensor]:
    """Numbers for parameters, as leaves: such that what a layer makes is about as large as what came in."""
    weights = {name: draw.leaf(*shape) for name, shape in shapes.items()}
    for name, weight in weights.items():
        if weight.dim() == 2 and "table" not in name:
            weight.detach().mul_(weight.shape[1] ** -0.5)
    return weights


def plant(module: Any, weights: dict[str, Tensor]) -> None:
    """Write numbers into a module's parameters."""
    with torch.no_grad():
        for name, weight in weights.items():
            module.get_parameter(name).copy_(weight)


def parameter_names(module: Any) -> set[str]:
    return {name for name, _ in module.named_parameters()}


def buffers(module: Any) -> dict[str, Tensor]:
    """The buffers of a module and of what it is made of, by their full names."""
    return dict(module.named_buffers())


def sent_to(parameters: dict[str, Tensor], out: Any) -> dict[str, Tensor]:
    """What the sum of the squares of a module's output sends to each parameter; 0 where no way leads."""
    scalar = out.pow(2).sum() + 0 * sum(p.sum() for p in parameters.values())
    return dict(zip(parameters, torch.autograd.grad(scalar, list(parameters.values())), strict=True))


def sent_within(module: Any, weights: dict[str, Tensor], out: Any) -> dict[str, Tensor]:
    """The same for a module's own parameters of these names."""
    return sent_to({name: module.get_parameter(name) for name in weights}, out)


def chance_bound(count: int) -> float:
    """How far a share of `count` independent events may be from its chance: further off it is with a chance of at most
    2 * exp(-2 * count * bound**2) = 1e-11, by Hoeffding's inequality.
    """
    return math.sqrt(math.log(2e11) / (2 * count))


Rule = tuple[Callable[..., bool], str]


def dropping_rules(whole: Tensor, p: float, what: str, chance: str = "dropout") -> tuple[Rule, ...]:
    """What holds where each element of `whole` was dropped by itself with the chance p, which the exercise calls
    `chance`. No element of it is near 0.

    A right answer fails the last three with a chance of at most 1e-11 each, see `chance_bound`.
    """

    def kept(got: Tensor) -> Tensor:
        return got != 0

    def right_size(got: Tensor) -> bool:
        near = (got - whole / (1 - p)).abs() <= 1e-4 * float(whole.abs().max())
        return got.shape == whole.shape and bool((near | (got == 0)).all())

    def right_share(got: Tensor) -> bool:
        return abs(kept(got).double().mean().item() - (1 - p)) <= chance_bound(got.numel())

    def by_itself(got: Tensor) -> bool:
        return all(alike(kept(got), dim) for dim in range(got.dim()))

    def alike(mask: Tensor, dim: int) -> bool:
        """Whether neighbours along a dim, in pairs that do not overlap, agree as often as two coins do."""
        along = mask.movedim(dim, 0)
        pairs = len(along) // 2
        first, second = along[0 : 2 * pairs : 2], along[1 : 2 * pairs : 2]
        share = float((first == second).double().mean())
        return abs(share - (p * p + (1 - p) * (1 - p))) <= chance_bound(first.numel())

    return (
        (
            right_size,
            f"While training, {what} should be 0, or 1 / (1 - {chance}) times what it is otherwise: not so here.",
        ),
        (
            right_share,
            f"While training, {what} should be dropped with the chance {chance}: here it happens at another rate.",
        ),
        (by_itself, f"While training, {what} should be dropped or kept by itself: here several share a fate."),
    )


# ---- one head ------------------------------------------------------------------------------------------------------

# B, T, C, head_size, block_size
HEADS = ((2, 5, 6, 4, 8), (4, 3, 8, 5, 7), (3, 6, 6, 6, 6))
HEAD_DROPS = (160, 6)  # sequences, and tokens in each
NO_TRIL = (
    "A Head keeps the lower triangle of ones, (block_size, block_size), in a buffer named tril: as a buffer it goes"
    " along when the model is moved or saved, and is not trained."
)


def made_to_show_wei(draw: Draw) -> tuple[Tensor, dict[str, Tensor], float]:
    """Tokens of which each is a place, twice, and weights with which the output shows those of attention, twice."""
    B, T = HEAD_DROPS
    places = torch.cat([torch.eye(T), torch.eye(T)], dim=1)  # (T, 2T)
    weights = {name: 2 * weight.detach() for name, weight in weights_for(draw, head_shapes(2 * T, 2 * T)).items()}
    return places.repeat(B, 1, 1), weights | {"value.weight": torch.eye(2 * T)}, draw.pick(0.3, 0.2, 0.4)


@check
def head(m, draw):
    B, T, C, hs, block_size = draw.pick(*HEADS)
    one = m.Head(C, hs, block_size, 0.3)
    weights = weights_for(draw, head_shapes(C, hs))
    answers: dict[str, object] = {"parameters": parameter_names(one)}
    answers["tril"] = buffers(one)
    plant(one, weights)
    one.eval()
    out = one(tokens(draw, B, T, C))
    answers["head(x)"] = out
    answers["head(x), T = block_size"] = one(tokens(draw, B, block_size, C))
    answers["sent to"] = sent_within(one, weights, out)

    x, weights, p = made_to_show_wei(draw)
    size = x.shape[2]
    training = m.Head(size, size, size, p)
    plant(training, weights)
    answers["head(x) in training, made to show wei"] = training(x)
    return answers


@oracle("head")
def head_by_sums(draw):
    B, T, C, hs, block_size = draw.pick(*HEADS)
    weights = weights_for(draw, head_shapes(C, hs))
    out = one_head_by_sums(tokens(draw, B, T, C), weights)
    whole = one_head_by_sums(tokens(draw, B, block_size, C), weights)
    x, showing, p = made_to_show_wei(draw)
    wei = one_head_by_sums(x[:1], showing)[0, :, : x.shape[1]]
    return {
        "parameters": set(weights),
        "tril": holds(lower_triangles(block_size, "tril")),
        "head(x)": out,
        "head(x), T = block_size": whole,
        "sent to": sent_to(weights, out),
        "head(x) in training, made to show wei": holds(*weights_dropped(wei, p)),
    }


def lower_triangles(block_size: int, *names: str) -> Rule:
    """What holds for buffers by name: among them are these, and each is the lower triangle of ones."""
    lower = torch.ones(block_size, block_size).tril()
    return lambda found: all(torch.equal(found[name].squeeze().float(), lower) for name in names), NO_TRIL


def one_head_by_sums(x: Tensor, weights: dict[str, Tensor]) -> Tensor:
    """Row by row, over what a token may see: no mask is needed."""
    key, query, value = (x @ weights[f"{name}.weight"].T for name in ("key", "query", "value"))
    rows = []
    for t in range(x.shape[1]):
        scores = (query[:, t : t + 1] * key[:, : t + 1]).sum(-1) / math.sqrt(key.shape[-1])  # (B, t+1)
        shares = scores.exp() / scores.exp().sum(-1, keepdim=True)
        rows.append((shares[:, :, None] * value[:, : t + 1]).sum(1))
    return torch.stack(rows, dim=1)


def weights_dropped(wei: Tensor, p: float) -> tuple[Rule, ...]:
    """What holds for weights of attention that are `wei`, (T, T), before they are dropped; shown twice.

    Of the rules with chances a right answer fails each with at most 1e-11, see `chance_bound`.
    """
    T = len(wei)
    past = torch.ones(T, T).tril().bool()

    def shown_twice(out: Tensor) -> bool:
        return bool(((out[..., :T] - out[..., T:]).abs() <= 1e-5).all())

    def right_size(out: Tensor) -> bool:
        near = (out[..., :T] - wei / (1 - p)).abs() <= 1e-5
        return bool((near | (out[..., :T].abs() <= 1e-7)).all())

    def right_share(out: Tensor) -> bool:
        kept = out[..., :T][:, past] > 1e-7
        return abs(kept.double().mean().item() - (1 - p)) <= chance_bound(kept.numel())

    def by_itself(out: Tensor) -> bool:
        kept = out[..., :T] > 1e-7
        pairs = [
            kept[0::2][:, past] == kept[1::2][:, past],  # of one sequence and the next
            kept[:, T - 2, : T - 1] == kept[:, T - 1, : T - 1],  # of one token and the next, for what both see
            kept[:, T - 1, 0 : T - 1 : 2] == kept[:, T - 1, 1:T:2],  # of neighbours that one token sees
        ]
        chance = p * p + (1 - p) * (1 - p)
        return all(abs(pair.double().mean().item() - chance) <= chance_bound(pair.numel()) for pair in pairs)

    return (
        (
            shown_twice,
            "While training, what a token takes over of another one is partly lost: some of its numbers arrive, others"
            " do not. The weights of attention are what is dropped, and a weight is for all numbers of a value.",
        ),
        (
            right_size,
            "While training, each weight of attention should be either 0 or 1 / (1 - dropout) times what the softmax"
            " made it: not so here.",
        ),
        (
            right_share,
            "While training, weights of attention should be dropped with the chance that the head is given: here it"
            " happens at another rate.",
        ),
        (
            by_itself,
            "While training, each weight of attention should be dropped or kept by itself: here several share a fate.",
        ),
    )


# ---- attention to something else, and many heads -------------------------------------------------------------------


def two_sequences(draw: Draw) -> list[Tensor]:
    """x, context, and the three matrices."""
    B, Tq, Tk, C, hs = draw.pick((2, 4, 6, 5, 3), (3, 7, 5, 6, 4), (2, 6, 6, 6, 6))
    shapes = {"x": (B, Tq, C), "context": (B, Tk, C), "Wq": (C, hs), "Wk": (C, hs), "Wv": (C, hs)}
    return [named(draw, name, draw.normal(*shape)) for name, shape in shapes.items()]


def looked_up(x: Tensor, context: Tensor, Wq: Tensor, Wk: Tensor, Wv: Tensor) -> Tensor:
    """Attention without a mask, as torch has it."""
    return F.scaled_dot_product_attention(x @ Wq, context @ Wk, context @ Wv)


cross_attention = calls(two_sequences, oracle=looked_up)

# B, T, C, num_heads, block_size
MULTI_HEADS = ((2, 5, 6, 2, 8), (4, 3, 8, 4, 7), (3, 6, 6, 3, 6))


def attended_to(x: Tensor, weights: dict[str, Tensor], num_heads: int, at: str = "") -> Tensor:
    """The heads and what mixes them, in evaluation mode: all heads in one product, as torch has it."""
    stacked = [
        torch.cat([weights[f"{at}heads.{i}.{name}.weight"] for i in range(num_heads)])
        for name in ("query", "key", "value")
    ]
    q, k, v = ((x @ w.T).view(*x.shape[:2], num_heads, -1).transpose(1, 2) for w in stacked)
    out = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return F.linear(out.transpose(1, 2).flatten(2), weights[f"{at}proj.weight"], weights[f"{at}proj.bias"])


@check
def multi_head(m, draw):
    B, T, C, num_heads, block_size = draw.pick(*MULTI_HEADS)
    several = m.MultiHeadAttention(C, num_heads, block_size, 0.3)
    weights = weights_for(draw, multi_head_shapes(C, num_heads))
    answers: dict[str, object] = {"parameters": parameter_names(several), "tril of the heads": buffers(several)}
    plant(several, weights)
    several.eval()
    out = several(tokens(draw, B, T, C))
    answers["sa(x)"] = out
    answers["sa(x), T = block_size"] = several(tokens(draw, B, block_size, C))
    answers["sent to"] = sent_within(several, weights, out)

    p = draw.pick(0.3, 0.2, 0.4)
    bias = draw.uniform(0.5, 2.0, C)
    training = m.MultiHeadAttention(C, num_heads, block_size, p)
    plant(training, without_values(C, num_heads) | {"proj.bias": bias})
    answers["sa(x) in training, heads that find nothing"] = training(torch.ones(500, 2, C))
    plant(training, one_way_through(C, num_heads))
    answers["sa(x) in training, one token"] = training(torch.ones(500, 1, C))
    return answers


def without_values(C: int, num_heads: int) -> dict[str, Tensor]:
    """Weights with which all that comes out of several heads is the bias of proj."""
    return {f"heads.{i}.value.weight": torch.zeros(C // num_heads, C) for i in range(num_heads)}


def one_way_through(C: int, num_heads: int) -> dict[str, Tensor]:
    """Weights with which a head finds ones in a token of ones, and proj hands them on."""
    values = {f"heads.{i}.value.weight": torch.full((C // num_heads, C), 1 / C) for i in range(num_heads)}
    return values | {"proj.weight": torch.eye(C), "proj.bias": torch.zeros(C)}


@oracle("multi_head")
def heads_as_torch_has_them(draw):
    B, T, C, num_heads, block_size = draw.pick(*MULTI_HEADS)
    weights = weights_for(draw, multi_head_shapes(C, num_heads))
    out = attended_to(tokens(draw, B, T, C), weights, num_heads)
    whole = attended_to(tokens(draw, B, block_size, C), weights, num_heads)
    p = draw.pick(0.3, 0.2, 0.4)
    bias = draw.uniform(0.5, 2.0, C)
    return {
        "parameters": set(weights),
        "tril of the heads": holds(lower_triangles(block_size, *(f"heads.{i}.tril" for i in range(num_heads)))),
        "sa(x)": out,
        "sa(x), T = block_size": whole,
        "sent to": sent_to(weights, out),
        "sa(x) in training, heads that find nothing": holds(
            *dropping_rules(bias.expand(500, 2, C), p, "each number that comes out of proj")
        ),
        "sa(x) in training, one token": holds(*dropped_in_heads_and_after(C, num_heads, p)),
    }


def dropped_in_heads_and_after(C: int, num_heads: int, p: float) -> tuple[Rule, ...]:
    """What holds for ones that went through a head, where they are dropped together, and then one by one after proj.

    A right answer fails the rule with a chance with at most 1e-11, see `chance_bound`.
    """
    says = (
        "While training, a number of the output should have been exposed to dropping twice: in its head, which has the"
        " dropout that MultiHeadAttention is given, and after proj. Not so here."
    )

    def right_size(out: Tensor) -> bool:
        return bool((((out - 1 / (1 - p) ** 2).abs() <= 1e-4) | (out == 0)).all())

    def right_share(out: Tensor) -> bool:
        first = out[:, 0, :: C // num_heads] != 0  # one number of each head: they are independent
        return abs(first.double().mean().item() - (1 - p) ** 2) <= chance_bound(first.numel())

    return (right_size, says), (right_share, says)


def packed(draw: Draw) -> list[Any]:
    """Queries, keys and values of several heads, and how many heads they are."""
    B, T, n_head, hs = draw.pick((2, 5, 3, 4), (4, 6, 2, 3), (3, 4, 4, 4))
    return [named(draw, "qkv", draw.normal(B, T, 3 * n_head * hs)), n_head]


def head_after_head(qkv: Tensor, n_head: int) -> Tensor:
    """One head after the other, cut out of what is packed, and put side by side."""
    T, C = qkv.shape[1], qkv.shape[2] // 3
    hs = C // n_head
    found = []
    for first in range(0, C, hs):
        q, k, v = (qkv[:, :, at + first : at + first + hs] for at in (0, C, 2 * C))
        scores = torch.stack([(q[:, t : t + 1] * k).sum(-1) for t in range(T)], dim=1) / math.sqrt(hs)
        counts = scores.exp() * torch.ones(T, T).tril()
        found.append(counts / counts.sum(-1, keepdim=True) @ v)
    return torch.cat(found, dim=-1)


batched_multi_head = calls(packed, oracle=head_after_head)

# ---- what a token does by itself -----------------------------------------------------------------------------------


@check
def feed_forward(m, draw):
    B, T, C = draw.pick((2, 5, 6), (4, 3, 8), (7, 7, 7))
    layers = m.FeedForward(C, 0.3)
    weights = weights_for(draw, feed_forward_shapes(C))
    answers: dict[str, object] = {"parameters": parameter_names(layers)}
    plant(layers, weights)
    layers.eval()
    out = layers(tokens(draw, B, T, C))
    answers["ffwd(x)"] = out
    answers["sent to"] = sent_within(layers, weights, out)

    training = m.FeedForward(C, draw.pick(0.3, 0.2, 0.4))
    plant(training, away_from_zero(weights))
    answers["ffwd(x) in training"] = training(named(draw, "x", draw.uniform(0.0, 1.0, 40, 12, C)))
    return answers


def away_from_zero(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights of either sign in the first layer, and of one sign in the second: no output is near 0."""
    return {name: weight.abs() + 0.1 if name.startswith("net.2") else weight for name, weight in weights.items()}


@oracle("feed_forward")
def layers_by_hand(draw):
    B, T, C = draw.pick((2, 5, 6), (4, 3, 8), (7, 7, 7))
    weights = weights_for(draw, feed_forward_shapes(C))
    out = thought_through(tokens(draw, B, T, C), weights)
    p = draw.pick(0.3, 0.2, 0.4)
    whole = thought_through(named(draw, "x", draw.uniform(0.0, 1.0, 40, 12, C)), away_from_zero(weights)).detach()
    return {
        "parameters": set(weights),
        "ffwd(x)": out,
        "sent to": sent_to(weights, out),
        "ffwd(x) in training": holds(*dropping_rules(whole, p, "each number that comes out")),
    }


def thought_through(x: Tensor, weights: dict[str, Tensor], at: str = "") -> Tensor:
    hidden = x @ weights[f"{at}net.0.weight"].T + weights[f"{at}net.0.bias"]
    return hidden.clamp(min=0) @ weights[f"{at}net.2.weight"].T + weights[f"{at}net.2.bias"]


def vectors_to_normalise(draw: Draw) -> dict[str, list[Any]]:
    """The arguments of some calls by name: eps and correction given and left out, and variances as small as eps."""
    B, T, C = draw.pick((3, 5, 4), (2, 4, 7), (6, 6, 6))
    gamma, beta = (named(draw, name, draw.normal(C)) for name in ("gamma", "beta"))
    x = draw.normal(B, T, C) + draw.normal(B, T, 1)
    x = draw.give(x, "x")
    flat = named(draw, "x, (B, C)", draw.normal(B, C))
    size = draw.uniform(0.3, 3.0, B, T, 1).mul(1e-5).sqrt()  # standard deviations: variances of 0.3 to 3 eps
    spread = draw.normal(B, T, C)
    spread = (spread - spread.mean(-1, keepdim=True)) / spread.std(-1, correction=0, keepdim=True)
    small = draw.give((spread + draw.uniform(-0.9, 0.9, B, T, 1)) * size, "x with variances near eps")
    return {
        "x (B, T, C)": [x, gamma, beta],
        "x (B, C), eps = 0.01": [flat, gamma, beta, 1e-2],
        "x (B, T, C), correction = 1": [x, gamma, beta, 1e-5, 1],
        "x (B, C), correction = 0": [flat, gamma, beta, 1e-2, 0],
        "variances near eps": [small, gamma, beta],
        "variances near eps, correction = 1": [small, gamma, beta, 1e-5, 1],
    }


@check
def layer_norm(m, draw):
    return {name: m.layer_norm(*arguments) for name, arguments in vectors_to_normalise(draw).items()}


@oracle("layer_norm")
def normalised_as_torch_does(draw):
    return {name: normalised(*arguments) for name, arguments in vectors_to_normalise(draw).items()}


def normalised(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5, correction: int = 0) -> Tensor:
    """torch has correction 0. Another makes the variance larger by a factor, as if eps and the result were smaller."""
    C = x.shape[-1]
    factor = C / (C - correction)
    return F.layer_norm(x, (C,), eps=eps / factor) / math.sqrt(factor) * gamma + beta


DROPPED = ((24, 20, 26), (18, 30, 20), (24, 24, 24))


def to_drop_from(draw: Draw) -> tuple[Tensor, float]:
    """Numbers of either sign, none near 0, and a chance to drop one."""
    sizes = draw.pick(*DROPPED)
    x = draw.uniform(0.5, 2.0, *sizes)
    return draw.give(torch.where(draw.uniform(0.0, 1.0, *sizes) < 0.5, x, -x), "x"), draw.pick(0.3, 0.2, 0.6)


@check
def dropout(m, draw):
    x, p = to_drop_from(draw)
    answers: dict[str, object] = {"training": m.dropout(x, p, True, draw.own_generator())}
    generator = draw.own_generator()  # how it is used is free
    small = x[:3, :4]
    first, second = m.dropout(small, p, True, generator), m.dropout(small, p, True, generator)
    again, another = (m.dropout(small, p, True, draw.own_generator(other)) for other in (0, 1))
    answers["training, one call after another, the first again, another seed"] = [first, second, again, another]
    answers["ten ones, 40 times"] = torch.stack([m.dropout(torch.ones(10), p, True, generator) for _ in range(40)])
    answers["torch's own generator"] = torch.get_rng_state()
    answers["not training"] = m.dropout(x, p, False, draw.generator())
    answers["one vector, not training"] = m.dropout(tokens(draw, 7), p, False, draw.generator())
    return answers


@oracle("dropout")
def dropped_by_chance(draw):
    x, p = to_drop_from(draw)
    draw.generator()
    vector = tokens(draw, 7)
    draw.generator()
    return {
        "training": holds(*dropping_rules(x, p, "each number", "p")),
        "training, one call after another, the first again, another seed": holds(*of_the_generator("numbers dropped")),
        "ten ones, 40 times": holds((as_many_as_it_comes, AS_MANY_AS_IT_COMES)),
        "torch's own generator": close(torch.get_rng_state(), says=NOT_THE_GENERATOR),
        "not training": x,
        "one vector, not training": vector,
    }


AS_MANY_AS_IT_COMES = (
    "Of ten numbers you drop as many each time. For each of them a coin of its own decides, so now and then it is more,"
    " and now and then fewer."
)


def as_many_as_it_comes(tens: Tensor) -> bool:
    """Whether not the same number was dropped each time: by chance it is less often than in 0.31**39 = 1e-20."""
    return len(set((tens == 0).sum(1).tolist())) > 1


def of_the_generator(what: str) -> tuple[Rule, ...]:
    """What holds for two calls with one generator, the first of them with its seed again, and one with another seed.

    Two of these are alike by chance only where all of many elements are: never, compared with 1e-11.
    """
    return (
        (
            lambda tried: torch.equal(tried[0], tried[2]),
            f"Two generators of the same seed do not lead to the same {what}: there is another source of chance. The"
            " generator is to be the only one, or nothing can be repeated.",
        ),
        (
            lambda tried: not torch.equal(tried[0], tried[3]),
            f"Generators of different seeds lead to the same {what}: the generator that is handed in has no say.",
        ),
        (
            lambda tried: not torch.equal(tried[0], tried[1]),
            f"Called twice with one generator, you come to the same {what}: each call should go on where the last one"
            " ended.",
        ),
    )


# ---- the block, and the whole model --------------------------------------------------------------------------------


def through_a_block(x: Tensor, weights: dict[str, Tensor], n_head: int, at: str = "") -> Tensor:
    """A block in evaluation mode, by functions alone."""
    C = x.shape[-1]
    first = F.layer_norm(x, (C,), weights[f"{at}ln1.weight"], weights[f"{at}ln1.bias"])
    x = x + attended_to(first, weights, n_head, f"{at}sa.")
    second = F.layer_norm(x, (C,), weights[f"{at}ln2.weight"], weights[f"{at}ln2.bias"])
    return x + thought_through(second, weights, f"{at}ffwd.")


@check
def block(m, draw):
    B, T, C, n_head, block_size = draw.pick(*MULTI_HEADS)
    one = m.Block(C, n_head, block_size, 0.3)
    weights = weights_for(draw, block_shapes(C, n_head))
    answers: dict[str, object] = {"parameters": parameter_names(one), "tril of the heads": buffers(one)}
    answers["new ln1 and ln2"] = {
        name: one.get_parameter(name).detach().clone() for name in weights if name[:2] == "ln"
    }
    plant(one, weights)
    one.eval()
    out = one(tokens(draw, B, T, C))
    answers["block(x)"] = out
    answers["block(x), T = block_size"] = one(tokens(draw, B, block_size, C))
    answers["sent to"] = attempt(lambda: sent_within(one, weights, out))

    training = m.Block(C, n_head, block_size, draw.pick(0.3, 0.2, 0.4))
    plant(training, biases_alone(draw, C, n_head))
    answers["block(x) in training, branches that find nothing"] = training(tokens(draw, 300, 3, C))
    return answers


def biases_alone(draw: Draw, C: int, n_head: int) -> dict[str, Tensor]:
    """Weights with which all that comes out of the two branches are the biases of their last layers."""
    nothing = below("sa", without_values_shapes(C, n_head)) | {"ffwd.net.2.weight": (C, 4 * C)}
    biases = {"sa.proj.bias": draw.uniform(1.0, 2.0, C), "ffwd.net.2.bias": draw.uniform(3.0, 5.0, C)}
    return {name: torch.zeros(shape) for name, shape in nothing.items()} | biases


def without_values_shapes(C: int, n_head: int) -> Shapes:
    return {name: tuple(weight.shape) for name, weight in without_values(C, n_head).items()}


@oracle("block")
def two_branches(draw):
    B, T, C, n_head, block_size = draw.pick(*MULTI_HEADS)
    weights = weights_for(draw, block_shapes(C, n_head))
    out = through_a_block(tokens(draw, B, T, C), weights, n_head)
    whole = through_a_block(tokens(draw, B, block_size, C), weights, n_head)
    p = draw.pick(0.3, 0.2, 0.4)
    biases = biases_alone(draw, C, n_head)
    x = tokens(draw, 300, 3, C)
    return {
        "parameters": set(weights),
        "tril of the heads": holds(lower_triangles(block_size, *(f"sa.heads.{i}.tril" for i in range(n_head)))),
        "new ln1 and ln2": {
            name: torch.ones(C) if name.endswith("weight") else torch.zeros(C) for name in weights if name[:2] == "ln"
        },
        "block(x)": out,
        "block(x), T = block_size": whole,
        "sent to": Attempt("", sent_to(weights, out)),
        "block(x) in training, branches that find nothing": holds(
            *dropped_in_branches(x, biases["sa.proj.bias"], biases["ffwd.net.2.bias"], p)
        ),
    }


def dropped_in_branches(x: Tensor, first: Tensor, second: Tensor, p: float) -> tuple[Rule, ...]:
    """What holds where one branch adds `first` to x, the other `second`, and each number of both is dropped with p.

    A right answer fails each rule with a chance with at most 1e-11, see `chance_bound`.
    """

    def shares(out: Tensor, branch: Tensor, other: Tensor) -> bool:
        """Whether a branch is there as often as it should be, whatever the other does."""
        added = (out - x) * (1 - p)
        there = (added - branch).abs() < 1e-3
        there |= (added - branch - other).abs() < 1e-3
        return abs(there.double().mean().item() - (1 - p)) <= chance_bound(there.numel())

    def sums(out: Tensor) -> bool:
        added = (out - x) * (1 - p)
        options = torch.stack([torch.zeros_like(first), first, second, first + second])  # (4, C)
        return bool(((added[..., None, :] - options).abs() < 1e-3).any(-2).all())

    return (
        (
            sums,
            "While training, each branch should add to a number of x either nothing or 1 / (1 - dropout) times what it"
            " adds otherwise: not so here.",
        ),
        (
            lambda out: shares(out, first, second),
            "While training, what sa adds should be dropped with the chance that the block is given: here it happens at"
            " another rate.",
        ),
        (
            lambda out: shares(out, second, first),
            "While training, what ffwd adds should be dropped with the chance that the block is given: here it happens"
            " at another rate.",
        ),
    )


# V, block_size, C, n_head, n_layer; B, T
MODELS = ((9, 7, 6, 2, 2), (3, 5)), ((7, 6, 8, 4, 2), (2, 4)), ((6, 6, 6, 3, 2), (4, 5))


@check
def gpt_forward(m, draw):
    (V, block_size, C, n_head, n_layer), (B, T) = draw.pick(*MODELS)
    model = m.GPT(V, block_size, C, n_head, n_layer, 0.0)
    weights = weights_for(draw, gpt_shapes(V, block_size, C, n_head, n_layer))
    plant(model, weights)
    model.eval()
    logits, loss = model(named(draw, "idx", draw.ints(V, B, T)))
    answers: dict[str, object] = {"logits": logits, "loss": loss}
    model.train()
    idx, targets = (named(draw, name, draw.ints(V, B, block_size)) for name in ("idx", "targets"))
    logits, loss = model(idx, targets)
    answers |= {"logits, with targets": logits, "loss, with targets": loss, "in training still": model.training}
    answers["sent to"] = sent_within(model, weights, loss)
    return answers


@oracle("gpt_forward")
def model_by_functions(draw):
    (V, block_size, C, n_head, n_layer), (B, T) = draw.pick(*MODELS)
    weights = weights_for(draw, gpt_shapes(V, block_size, C, n_head, n_layer))
    alone = predicted_by(weights, named(draw, "idx", draw.ints(V, B, T)), n_head, n_layer)
    idx, targets = (named(draw, name, draw.ints(V, B, block_size)) for name in ("idx", "targets"))
    logits = predicted_by(weights, idx, n_head, n_layer)
    logprobs = logits - logits.logsumexp(-1, keepdim=True)
    loss = -logprobs.gather(-1, targets[..., None]).mean()
    return {
        "logits": alone,
        "loss": None,
        "logits, with targets": any_of(logits.flatten(0, 1), logits),
        "loss, with targets": loss,
        "in training still": True,
        "sent to": sent_to(weights, loss),
    }


def predicted_by(weights: dict[str, Tensor], idx: Tensor, n_head: int, n_layer: int) -> Tensor:
    """The logits of the model in evaluation mode, by functions alone."""
    C, T = weights["ln_f.weight"].shape[0], idx.shape[1]
    x = weights["token_embedding_table.weight"][idx] + weights["position_embedding_table.weight"][:T]
    for i in range(n_layer):
        x = through_a_block(x, weights, n_head, f"blocks.{i}.")
    x = F.layer_norm(x, (C,), weights["ln_f.weight"], weights["ln_f.bias"])
    return F.linear(x, weights["lm_head.weight"], weights["lm_head.bias"])


# ---- generating ----------------------------------------------------------------------------------------------------


class SureModel(nn.Module):
    """Is sure of what follows: a number worked out from all that it sees. It keeps what it was shown."""

    def __init__(self, V: int) -> None:
        super().__init__()
        self.V = V
        self.shown: list[Tensor] = []

    def forward(self, idx: Tensor) -> tuple[Tensor, None]:
        self.shown.append(idx.clone())
        return F.one_hot(surely_next(idx, self.V), self.V) * 60.0 - 30.0, None


def surely_next(idx: Tensor, V: int) -> Tensor:
    """What SureModel says follows each token: it depends on where the window begins, too."""
    places = torch.arange(1, idx.shape[1] + 1)
    return (idx * places + 1).cumsum(1) % V


class LastTwoModel(nn.Module):
    """Has a distribution for what follows two tokens, whatever stands before them."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        self.table = table  # (V, V, V)

    def forward(self, idx: Tensor) -> tuple[Tensor, None]:
        return self.table[F.pad(idx, (1, 0))[:, :-1], idx], None


# V, B, block_size, T, max_new_tokens: the text begins shorter than a block, longer, and just as long
CONTINUED = ((11, 3, 4, 2, 6), (13, 2, 5, 8, 4), (7, 4, 4, 4, 4))
SPREAD = 12_000  # texts to continue by one token, to see how often each comes


def texts_to_spread(draw: Draw) -> tuple[Tensor, Tensor]:
    """Logits for what follows two tokens, (V, V, V), and many texts with one of two endings."""
    numbers = torch.tensor([0.8, -0.4, 0.3, -0.9])
    table = torch.stack([numbers[torch.tensor(draw.shuffled(range(4)))] for _ in range(16)]).view(4, 4, 4)
    one = draw.shuffled(range(4))
    endings = torch.tensor([one, [one[1], one[0], one[3], one[2]]])
    return table, endings.repeat(SPREAD // 2, 1)


@check
def generate_cropped(m, draw):
    V, B, block_size, T, count = draw.pick(*CONTINUED)
    model = SureModel(V)
    idx = named(draw, "idx", draw.ints(V, B, T))
    text = m.generate_cropped(model, idx, count, block_size, draw.own_generator())
    answers: dict[str, object] = {"text": text, "what the model was shown": model.shown}

    table, texts = texts_to_spread(draw)
    shaky = LastTwoModel(table)
    spread = m.generate_cropped(shaky, texts, 1, 3, draw.own_generator())
    answers["many texts, one token more"] = spread
    few, generator = texts[:40], draw.own_generator()
    first, second = m.generate_cropped(shaky, few, 3, 3, generator), m.generate_cropped(shaky, few, 3, 3, generator)
    again, another = (m.generate_cropped(shaky, few, 3, 3, draw.own_generator(other)) for other in (0, 1))
    answers["one call after another, the first again, another seed"] = [first, second, again, another]
    answers["torch's own generator"] = torch.get_rng_state()
    return answers


@oracle("generate_cropped")
def continued_by_what_is_sure(draw):
    V, B, block_size, T, count = draw.pick(*CONTINUED)
    text = named(draw, "idx", draw.ints(V, B, T))
    shown = []
    for _ in range(count):
        shown.append(text[:, max(text.shape[1] - block_size, 0) :])
        text = torch.cat([text, surely_next(shown[-1], V)[:, -1:]], dim=1)
    table, texts = texts_to_spread(draw)
    return {
        "text": text,
        "what the model was shown": shown,
        "many texts, one token more": holds(*drawn_from(table, texts)),
        "one call after another, the first again, another seed": holds(*of_the_generator("continuation")),
        "torch's own generator": close(torch.get_rng_state(), says=NOT_THE_GENERATOR),
    }


def drawn_from(table: Tensor, texts: Tensor) -> tuple[Rule, ...]:
    """What holds for texts with one token more, drawn from the softmax of the logits that belong to their endings.

    A right answer fails the second with a chance of at most 8e-11: 2 endings, 4 tokens each; see `chance_bound`.
    """

    def right_shares(got: Tensor) -> bool:
        for at in (0, 1):
            following = got[at::2, -1]
            shares = torch.bincount(following, minlength=4).double() / len(following)
            before, last = texts[at, -2:].tolist()
            if (shares - table[before, last].double().softmax(0)).abs().max() > chance_bound(len(following)):
                return False
        return True

    return (
        (
            lambda got: got.shape == (len(texts), texts.shape[1] + 1) and torch.equal(got[:, :-1], texts),
            "Each text should come back as it was, with one token after it.",
        ),
        (
            right_shares,
            "Over many texts the new tokens do not come as often as the model says: the chance of a token is the"
            " softmax of the logits after the last token of its own text.",
        ),
    )


# ---- counting, and another data set --------------------------------------------------------------------------------

COUNTED = (
    [(65, 256, 384, 6, 6), (11, 7, 12, 3, 2)],
    [(65, 32, 64, 4, 4), (9, 13, 10, 2, 3)],
    [(12, 12, 12, 4, 1), (5, 8, 6, 1, 5)],
)


@check
def gpt_num_parameters(m, draw):
    return {f"gpt_num_parameters{sizes}": m.gpt_num_parameters(*sizes) for sizes in draw.pick(*COUNTED)}


@oracle("gpt_num_parameters")
def counted_one_by_one(draw):
    counted = {}
    for V, block_size, C, n_head, n_layer in draw.pick(*COUNTED):
        shapes = gpt_shapes(V, block_size, C, n_head, n_layer).values()
        counted[f"gpt_num_parameters{(V, block_size, C, n_head, n_layer)}"] = sum(math.prod(shape) for shape in shapes)
    return counted


def additions(draw: Draw) -> list[tuple[int, int, int]]:
    """a, b and digits: numbers that are drawn, one that is short, a carry all the way, no carry at all."""
    digits = draw.pick(2, 3, 4)
    large = 10**digits
    drawn = (draw.whole(large // 10, large - 1), draw.whole(large // 10, large - 1), digits)
    short = (draw.whole(1, 9), draw.whole(large // 10, large - 1), digits)
    return [drawn, short, (large - 1, draw.whole(2, large - 1), digits), (0, draw.whole(0, 8), digits + 1), (7, 5, 1)]


@check
def addition_targets(m, draw):
    return {f"addition_targets{sizes}": m.addition_targets(*sizes) for sizes in additions(draw)}


@oracle("addition_targets")
def digit_by_digit(draw):
    return {f"addition_targets{sizes}": added(*sizes) for sizes in additions(draw)}


def added(a: int, b: int, digits: int) -> Any:
    """By dividing by powers of ten."""
    given = [number // 10**place % 10 for number in (a, b) for place in reversed(range(digits))]
    answer = [(a + b) // 10**place % 10 for place in range(digits + 1)]
    x = torch.tensor(given + answer[:-1])
    y = torch.tensor([-1] * (len(given) - 1) + answer)
    return parts(**{f"addition_targets({a}, {b}, {digits}): {name}": t for name, t in (("x", x), ("y", y))})
