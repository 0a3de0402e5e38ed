"""Bigrams: counts of letter pairs, a network that learns the same, and the lecture's exercises E01 to E05."""

import math
import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from grader.checks import (
    Attempt,
    Draw,
    any_of,
    calls,
    check,
    close,
    differentiable,
    holds,
    moved,
    oracle,
    parts,
    raises,
    with_gradients,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"


# ---- what is handed out ------------------------------------------------------------------------------------------


def lecture_names(draw: Draw) -> list[str]:
    """The lecture's first names, or names that never were: of very unequal lengths, from few letters, one twice."""
    if draw.turn == 0:
        return ["emma", "olivia", "ava", "isabella", "sophia", "emma"]
    some = draw.shuffled(LETTERS)[: draw.pick(5, 4, 6)]
    lengths = draw.shuffled((1, 2, 3, 5, 12))
    words = ["".join(some[draw.whole(0, len(some) - 1)] for _ in range(length)) for length in lengths]
    return [*words, words[2]]


def numbered(draw: Draw, words: list[str]) -> dict[str, int]:
    """Numbers for the letters of some words and for letters that do not occur; on one draw in no order. "." is 0."""
    letters = sorted({*"".join(words), *draw.shuffled(LETTERS)[: draw.pick(2, 3, 1)]})
    if draw.turn == 1:
        letters = draw.shuffled(letters)
    return {character: i for i, character in enumerate([".", *letters])}


def names_and_numbers(draw: Draw) -> tuple[list[str], dict[str, int]]:
    words = lecture_names(draw)
    return words, numbered(draw, words)


def often_the_same(draw: Draw) -> tuple[list[str], dict[str, int]]:
    """The same; on one draw the first name comes so often that 8 bits cannot hold how often."""
    words, stoi = names_and_numbers(draw)
    return words + words[:1] * draw.pick(0, 0, 300), stoi


def letters_of(draw: Draw, V: int, n: int, name: str) -> Tensor:
    """Numbers of characters, handed out by name: one comes twice at least, the last but one always, others never."""
    numbers = [draw.whole(0, V - 1) for _ in range(n - 2)]
    return draw.give(torch.tensor(draw.shuffled([*numbers, numbers[0], V - 2])), name)


def as_doubles(answer: Any) -> Any:
    """Counts as they are, whatever their dtype: any that can hold numbers will do."""
    return answer.double() if isinstance(answer, Tensor) else answer


# ---- counting ----------------------------------------------------------------------------------------------------


def words_of_many_letters(draw: Draw) -> list[str]:
    """Names in which 26, 12 or 17 letters occur, in no order, some of them often."""
    some = draw.shuffled(LETTERS)[: draw.pick(26, 12, 17)]
    cuts = [0, 1, 4, 9, len(some)]
    return ["".join(some[a:b]) for a, b in pairwise(cuts)] + ["".join(draw.shuffled(some[:7])), some[3] * 3]


@check
def build_vocab(m, draw):
    words = words_of_many_letters(draw)
    handed = list(words)
    stoi, itos = m.build_vocab(handed)
    return {
        "stoi": stoi,
        "itos": itos,
        "number of characters in stoi": len(stoi),
        "number of characters in itos": len(itos),
        "words afterwards": handed,
    }


@oracle("build_vocab")
def places_in_the_alphabet(draw):
    words = words_of_many_letters(draw)
    letters = [letter for letter in LETTERS if any(letter in word for word in words)]
    stoi = {".": 0} | dict(zip(letters, range(1, 27), strict=False))
    return {
        "stoi": stoi,
        "itos": {number: character for character, number in stoi.items()},
        "number of characters in stoi": len(stoi),
        "number of characters in itos": len(stoi),
        "words afterwards": words,
    }


@check
def count_bigrams(m, draw):
    words, stoi = often_the_same(draw)
    handed, numbers = list(words), dict(stoi)
    N = m.count_bigrams(handed, numbers)
    return {"N": as_doubles(N), "words afterwards": handed, "stoi afterwards": numbers}


@oracle("count_bigrams")
def pairs_found_in_texts(draw):
    words, stoi = often_the_same(draw)
    found = Counter(pair for word in words for pair in pairwise(f".{word}."))
    by_number = sorted(stoi, key=stoi.__getitem__)
    N = torch.tensor([[found[a, b] for b in by_number] for a in by_number])
    return {"N": N.double(), "words afterwards": words, "stoi afterwards": stoi}


# ---- broadcasting, rows that sum to 1 ----------------------------------------------------------------------------

Shape = tuple[int, ...]

# The lecture's own first. In some the sizes fit only from the left, in some a size is 0, in some one shape is longer.
SHAPES: tuple[tuple[Shape, Shape], ...] = (
    ((27, 27), (27, 1)), ((27, 27), (27,)), ((5, 1, 4), (3, 1)), ((3, 1), (2, 1, 4)), ((4,), (3, 4)),
    ((2, 3), (2,)), ((3,), (4,)), ((3, 2), (2, 3)), ((4, 3), (2, 3)), ((4, 1, 3), (2, 1)), ((2, 4, 3), (4, 2)),
    ((), ()), ((), (2, 3)), ((4,), ()), ((1,), (1, 1)), ((1, 1), (5,)),
    ((0,), (1,)), ((1, 0), (3, 1)), ((0,), (3,)), ((2, 0), (0,)), ((3,), (2, 0)),
)  # fmt: skip


def pairs_of_shapes(draw: Draw) -> list[tuple[Shape, Shape]]:
    """The ones above, one of four dimensions that fits, and one that does not by a single size."""
    whole = tuple(draw.shuffled(range(2, 6)))
    left = tuple(size if place % 2 else 1 for place, size in enumerate(whole))
    right = tuple(1 if place == draw.pick(1, 3, 2) else size for place, size in enumerate(whole))
    wrong = tuple(size + (place == draw.pick(2, 1, 3)) for place, size in enumerate(whole))
    return [*SHAPES, (left, right), (right[draw.pick(1, 2, 1) :], left), (wrong, whole), (whole[1:], wrong)]


def shaped(action: Callable[[], object]) -> Attempt:
    """A shape, or what became of it; a learner's own kind of ValueError is one."""
    try:
        return Attempt("", action())
    except ValueError:
        return Attempt("ValueError")
    except Exception as error:
        return Attempt(type(error).__name__)


@check
def broadcast_shape(m, draw):
    return {f"{a} and {b}": shaped(partial(m.broadcast_shape, a, b)) for a, b in pairs_of_shapes(draw)}


@oracle("broadcast_shape")
def shapes_of_sums(draw):
    return {f"{a} and {b}": shape_of_sum(a, b) for a, b in pairs_of_shapes(draw)}


def shape_of_sum(a: Shape, b: Shape) -> object:
    try:
        return Attempt("", tuple((torch.zeros(a) + torch.zeros(b)).shape))
    except RuntimeError:
        return raises("ValueError")


def tables_of_counts(draw: Draw) -> list[tuple[str, Tensor, tuple[float, ...]]]:
    """Counts with and without smoothing: some are 0, no row is empty, rows and columns sum to different numbers."""
    R, C = draw.pick((4, 6), (7, 3), (5, 5))
    counts = 3 * draw.noise(R, C).abs()
    counts = counts.round() * torch.arange(1, R + 1).view(R, 1)
    counts[torch.arange(R), torch.arange(R) % C] += 2
    smoothings: dict[str, tuple[float, ...]] = {
        "no smoothing named": (),
        "smoothing 0": (0.0,),
        f"smoothing {draw.pick(2.5, 0.3, 7.0)}": (draw.pick(2.5, 0.3, 7.0),),
        "smoothing 1e6": (1e6,),
    }
    return [(name, draw.give(counts, "counts"), smoothing) for name, smoothing in smoothings.items()]


@check
def normalize_rows(m, draw):
    return {name: m.normalize_rows(counts, *smoothing) for name, counts, smoothing in tables_of_counts(draw)}


@oracle("normalize_rows")
def shares_of_rows(draw):
    return {
        name: torch.tensor([shares(row, *smoothing) for row in counts.tolist()])
        for name, counts, smoothing in tables_of_counts(draw)
    }


def shares(row: list[float], smoothing: float = 1.0) -> list[float]:
    total = math.fsum(row) + len(row) * smoothing
    return [(count + smoothing) / total for count in row]


# ---- sampling ----------------------------------------------------------------------------------------------------

MANY, SOME = 90, 15  # names


def only_one_name(draw: Draw) -> tuple[Tensor, dict[int, str], str, int]:
    """Probabilities that leave no choice, the one name they lead to, and how often it is wanted.

    The name has every letter but two, and goes through their numbers in no order.
    """
    V, n = draw.pick((6, 4), (27, 3), (9, 5))
    itos = dict(enumerate("." + "".join(draw.shuffled(LETTERS)[: V - 1])))
    route = [0, *draw.shuffled(range(1, V))[:-2], 0]
    follows = torch.tensor([draw.whole(1, V - 1) for _ in range(V)])
    for first, second in pairwise(route):
        follows[first] = second
    return draw.give(F.one_hot(follows, V).float(), "P"), itos, "".join(itos[i] for i in route[1:-1]), n


def several_names(draw: Draw) -> tuple[Tensor, dict[int, str]]:
    """Probabilities in which each character has three followers, one of them rare. "." is one, but never the first.

    The likeliest followers lead through all letters, and then to the end.
    """
    V = draw.pick(5, 6, 7)
    itos = dict(enumerate("." + "".join(draw.shuffled(LETTERS)[: V - 1])))
    P = torch.zeros(V, V)
    for first, likely in pairwise([0, *draw.shuffled(range(1, V)), 0]):
        less, rare = draw.shuffled([letter for letter in range(1, V) if letter != likely])[:2]
        P[first, likely], P[first, 0 if first and likely else less], P[first, rare] = 0.75, 0.2, 0.05
    return draw.give(P, "P"), itos


def undotted(names: Any) -> Any:
    """Names without their final "."."""
    return [without_dot(name) for name in names] if isinstance(names, (list, tuple)) else names


def without_dot(name: Any) -> Any:
    return name.removesuffix(".") if isinstance(name, str) else name


@check
def sample_names(m, draw):
    P, itos, _, n = only_one_name(draw)
    only = m.sample_names(P, itos, n, draw.own_generator())
    P, itos = several_names(draw)
    many = m.sample_names(P, itos, MANY, draw.own_generator())
    generator = draw.own_generator()
    first, further = (undotted(m.sample_names(P, itos, SOME, generator)) for _ in range(2))
    same, other = (undotted(m.sample_names(P, itos, SOME, draw.own_generator(seed))) for seed in (0, 1))
    return {
        "where only one name is possible": undotted(only),
        "many names": undotted(many),
        "names of two generators in the same state": [first, same],
        "names of two generators in different states": [first, other],
        "names of one generator, one call after the other": [first, further],
        "torch's own generator": torch.get_rng_state(),
    }


@oracle("sample_names")
def walks_that_follow_the_rows(draw):
    P, itos, name, n = only_one_name(draw)
    only = f"Here P leaves no choice: each character has one follower. The only right answer is {n} times {name!r}."
    expected: dict[str, object] = {"where only one name is possible": any_of([name] * n, says=only)}
    P, itos = several_names(draw)
    number = {character: i for i, character in itos.items()}

    def steps(names: list[str]) -> Counter[tuple[int, int]]:
        return Counter((number[a], number[b]) for name in names for a, b in pairwise(f".{name}."))

    # How much likelier the steps from one character, or all steps by their probability, are with the shares that they
    # have than with P: by e^(27 + log C(n + 2, 2)) and more with a chance of at most e^-27 where P is right (Markov's
    # inequality, for the ratio to an even mixture of all shares). 21 tests on three draws: below 5e-11. Two names are
    # the same with a chance e below 0.2 (e = P[:, 0]^2 + P[:, 1:]^2 e, solved), 15 of them with one below 4e-11.
    def fits(names: list[str]) -> bool:
        found = steps(names)
        rows = [[(found[i, j], float(P[i, j])) for j in itos if P[i, j]] for i in itos]
        kinds = {p for row in rows for _, p in row}
        every = [(sum(n for row in rows for n, q in row if q == p), p) for p in kinds]
        return all(surplus(tally) < 27 for tally in [*rows, every])

    expected["many names"] = holds(
        (
            lambda names: len(names) == MANY and all(isinstance(name, str) for name in names),
            f"{MANY} names were asked for: a list of as many strings.",
        ),
        (
            lambda names: all(set(name) <= set(number) - {"."} for name in names),
            'A name is made of letters of itos and nothing else; "." only ends it.',
        ),
        (
            lambda names: all(P[pair] > 0 for pair in steps(names)),
            "In your names there are steps from one character to the next that have probability 0 in P: row i of P says"
            " what may follow character i, and the first letter follows character 0.",
        ),
        (fits, "Your names are possible, but not as frequent as P makes them: each next letter is one draw by row i."),
    )
    expected["names of two generators in the same state"] = holds(
        (
            lambda two: two[0] == two[1],
            "Two generators in the same state lead to different names. The generator that is handed in should decide"
            " alone what is drawn.",
        )
    )
    expected["names of two generators in different states"] = holds(
        (
            lambda two: two[0] != two[1],
            "Two generators in different states lead to the same names. What is drawn should come from the generator"
            " that is handed in.",
        )
    )
    expected["names of one generator, one call after the other"] = holds(
        (
            lambda two: two[0] != two[1],
            "A second call with the same generator invents the same names again. The generator should be used where it"
            " stands, and not be set back.",
        )
    )
    says = "torch's own generator is not where it was: everything random should come from the one that is handed in."
    return expected | {"torch's own generator": close(torch.get_rng_state(), says=says)}


def surplus(tally: list[tuple[int, float]]) -> float:
    """How much likelier things are with the shares that they have than with their probabilities, as a logarithm, above
    what n draws among three have by chance. tally: how often each came, and its probability.
    """
    total = sum(n for n, _ in tally)
    likelier = sum(n * math.log(n / total / p) for n, p in tally if n)
    return likelier - math.log((total + 1) * (total + 2) / 2)


# ---- how good a model is -----------------------------------------------------------------------------------------


def models_of_names(draw: Draw) -> tuple[list[str], dict[str, int], dict[str, Tensor]]:
    """Names, numbers, and probabilities: all positive; 0 for pairs that do not occur; 0 for one that does."""
    words, stoi = names_and_numbers(draw)
    P = draw.noise(len(stoi), len(stoi)).exp()
    occurs = torch.zeros_like(P)
    for word in words:
        for first, second in pairwise(f".{word}."):
            occurs[stoi[first], stoi[second]] = 1
    some = P * occurs + 0.1 * torch.eye(len(stoi))
    word = words[draw.pick(3, 1, 4)]
    first, second = draw.pick((word[-1], "."), (".", word[0]), (word[0], (word + ".")[1]))
    none = P.clone()
    none[stoi[first], stoi[second]] = 0
    tables = {"all pairs possible": P, "only pairs that occur possible": some, "a pair that occurs impossible": none}
    return words, stoi, {name: draw.give(t / t.sum(1, keepdim=True), "P") for name, t in tables.items()}


@check
def average_nll(m, draw):
    words, stoi, models = models_of_names(draw)
    handed, numbers = list(words), dict(stoi)
    answers = {name: m.average_nll(P, handed, numbers) for name, P in models.items()}
    return answers | {"words afterwards": handed, "stoi afterwards": numbers}


@oracle("average_nll")
def weighted_by_how_often(draw):
    words, stoi, models = models_of_names(draw)
    found = Counter(pair for word in words for pair in pairwise(f".{word}."))
    expected: dict[str, object] = {}
    for name, P in models.items():
        ps = {(a, b): float(P[stoi[a], stoi[b]]) for a, b in found}
        surprise = sum(n * (-math.log(ps[pair]) if ps[pair] else math.inf) for pair, n in found.items())
        expected[name] = surprise / found.total()
    return expected | {"words afterwards": words, "stoi afterwards": stoi}


# ---- the network -------------------------------------------------------------------------------------------------


@check
def bigram_pairs(m, draw):
    words, stoi = names_and_numbers(draw)
    handed, numbers = list(words), dict(stoi)
    pairs = m.bigram_pairs(handed, numbers)
    return {"pairs": pairs, "words afterwards": handed, "stoi afterwards": numbers}


@oracle("bigram_pairs")
def neighbours_in_order(draw):
    words, stoi = names_and_numbers(draw)
    xs = [stoi[character] for word in words for character in f".{word}"]
    ys = [stoi[character] for word in words for character in f"{word}."]
    pairs = parts(xs=torch.tensor(xs), ys=torch.tensor(ys))
    return {"pairs": pairs, "words afterwards": words, "stoi afterwards": stoi}


def numbers_to_encode(draw: Draw) -> tuple[Tensor, int]:
    """As many classes as examples on one draw. The last class never comes: its number has to be known."""
    V, n = draw.pick((7, 5), (6, 9), (8, 8))
    return letters_of(draw, V - 1, n, "xs"), V


FLOAT32 = "The dtype of your rows is not float32. W is float32, and torch multiplies only matrices of the same dtype."


@check
def one_hot(m, draw):
    xenc = m.one_hot(*numbers_to_encode(draw))
    return {"xenc": xenc, "dtype of xenc": str(getattr(xenc, "dtype", "none"))}


@oracle("one_hot")
def rows_of_the_identity(draw):
    xs, V = numbers_to_encode(draw)
    rows = [[float(column == x) for column in range(V)] for x in xs.tolist()]
    same = holds((lambda dtype: dtype == "torch.float32", FLOAT32))
    return {"xenc": torch.tensor(rows), "dtype of xenc": same}


def batch_and_weights(draw: Draw) -> dict[str, Tensor]:
    B, V, K = draw.pick((4, 6, 3), (5, 3, 7), (5, 5, 5))
    return {"xenc": draw.normal(B, V, name="xenc"), "W": draw.normal(V, K, name="W")}


def some_logits(draw: Draw) -> dict[str, Tensor]:
    return {"logits": draw.normal(*draw.pick((5, 7), (6, 4), (5, 5)), name="logits")}


def probabilities_and_labels(draw: Draw) -> dict[str, Tensor]:
    B, V = draw.pick((5, 7), (9, 4), (6, 6))
    probs = draw.give(F.softmax(draw.noise(B, V), 1), "probs")
    return {"probs": probs, "ys": letters_of(draw, V, B, "ys")}


neuron_outputs = differentiable(
    "neuron_outputs", batch_and_weights, oracle=lambda xenc, W: (xenc[:, :, None] * W[None]).sum(1)
)
softmax_rows = differentiable("softmax_rows", some_logits, oracle=lambda logits: F.softmax(logits, 1))
nll_loss = differentiable("nll_loss", probabilities_and_labels)


@oracle("nll_loss")
def nll_and_gradient_by_hand(draw):
    given = probabilities_and_labels(draw)
    right = with_gradients("nll_loss", picked_by_gather, draw, given)
    gradient = right["nll_loss: gradient of probs"]
    # Whoever divides by the row's sum once more, which is 1, is right as well: that adds the same to a whole row.
    divided = with_gradients("nll_loss", lambda probs, ys: F.cross_entropy(probs.log(), ys), draw, given)
    return right | {"nll_loss: gradient of probs": any_of(gradient, divided["nll_loss: gradient of probs"])}


def picked_by_gather(probs: Tensor, ys: Tensor) -> Tensor:
    return -probs.log().gather(1, ys[:, None]).sum() / len(ys)


def network(draw: Draw) -> tuple[Tensor, Tensor, Tensor]:
    """Weights, not handed out yet, and examples in which some characters never occur."""
    V, n = draw.pick((7, 9), (5, 12), (8, 8))
    return draw.noise(V, V), letters_of(draw, V, n, "xs"), letters_of(draw, V, n, "ys")


def weights_and_prices(draw: Draw, W: Tensor) -> list[tuple[str, Tensor, tuple[float, ...]]]:
    """The price of large weights named, or not; and weights of which each guess is even."""
    reg = draw.pick(0.5, 2.0, 0.1)
    return [(f"reg {reg}", W, (reg,)), ("no reg named", W, ()), ("all weights 0", torch.zeros_like(W), (reg,))]


def losses_and_gradients(function: Callable[..., Any], draw: Draw) -> dict[str, object]:
    W, xs, ys = network(draw)
    answers: dict[str, object] = {}
    for name, weights, reg in weights_and_prices(draw, W):
        leaf = weights.clone().requires_grad_()
        answers[f"loss, {name}"] = loss = function(leaf, xs, ys, *reg)
        answers[f"weights afterwards, {name}"] = leaf.detach().clone()
        if isinstance(loss, Tensor) and not loss.dim():
            (gradient,) = torch.autograd.grad(1.5 * loss + (0 * leaf).sum(), leaf)
            answers[f"loss, {name}"] = loss.detach()
            answers[f"gradient of W, {name}"] = gradient
    return answers


@check
def regularized_loss(m, draw):
    return losses_and_gradients(m.regularized_loss, draw)


@oracle("regularized_loss")
def loss_and_price_by_autograd(draw):
    def loss(W: Tensor, xs: Tensor, ys: Tensor, reg: float = 0.01) -> Tensor:
        return F.nll_loss(F.log_softmax(F.embedding(xs, W), 1), ys) + reg * W.square().sum() / W.numel()

    return losses_and_gradients(loss, draw)


STEPS = 3
RATES = (2.0, 1.0, 3.0)  # small enough that whoever goes astray gets to the same place by every form of the loss


def earlier_gradient(draw: Draw, W: Tensor) -> Tensor | None:
    """One of an earlier step, about as large as those to come; or none."""
    return draw.pick(0.2 * draw.noise(*W.shape), None, 0.2 * draw.noise(*W.shape))


@check
def gradient_descent_step(m, draw):
    start, xs, ys = network(draw)
    W = start.requires_grad_()
    W.grad = earlier_gradient(draw, W)
    lr = draw.pick(*RATES)
    losses = [m.gradient_descent_step(W, xs, ys, lr) for _ in range(STEPS)]
    return {"losses": losses, "W": W.detach()}


@oracle("gradient_descent_step")
def descended_by_autograd(draw):
    start, xs, ys = network(draw)
    lr, W, losses = draw.pick(*RATES), start, []
    for _ in range(STEPS):
        W = W.detach().requires_grad_()
        loss = F.nll_loss(F.log_softmax(F.embedding(xs, W), 1), ys)
        (gradient,) = torch.autograd.grad(loss, W)
        losses.append(loss.item())
        W = W - lr * gradient
    return {"losses": losses} | moved({"W": start}, {"W": W.detach()})


# ---- the lecture's exercises -------------------------------------------------------------------------------------


def weights_and_letters(draw: Draw) -> dict[str, Tensor]:
    V, K, B = draw.pick((7, 3, 5), (5, 8, 9), (6, 6, 6))
    return {"W": draw.normal(V, K, name="W"), "xs": letters_of(draw, V, B, "xs")}


select_rows = differentiable("select_rows", weights_and_letters, oracle=lambda W, xs: F.embedding(xs, W))


def logits_of_any_size(draw: Draw) -> dict[str, dict[str, Tensor]]:
    """Near 0; in some rows all near 1000, in the others all near -1000; 1000 apart from each other in a row."""
    B, V = draw.pick((5, 7), (9, 4), (6, 6))
    ys = letters_of(draw, V, B, "ys")
    near = draw.noise(B, V)
    rows = torch.tensor([1000.0 * (-1) ** row for row in draw.shuffled(range(B))]).view(B, 1)
    apart = torch.tensor([1000.0 * draw.whole(-1, 1) for _ in range(B * V)]).view(B, V)
    logits = {"logits near 0": near, "logits near 1000 and -1000": near + rows, "logits 1000 apart": near + apart}
    return {name: {"logits": draw.give(x, "logits"), "ys": ys} for name, x in logits.items()}


@check
def cross_entropy_loss(m, draw):
    answers: dict[str, object] = {}
    for name, given in logits_of_any_size(draw).items():
        answers |= with_gradients(f"loss, {name}", m.cross_entropy_loss, draw, given)
    return answers


@oracle("cross_entropy_loss")
def cross_entropy_in_double_precision(draw):
    def loss(logits: Tensor, ys: Tensor) -> Tensor:
        shifted = logits.double() - logits.detach().double().amax(1, keepdim=True)
        return (shifted.exp().sum(1).log() - shifted.gather(1, ys[:, None])[:, 0]).mean().float()

    expected: dict[str, object] = {}
    for name, given in logits_of_any_size(draw).items():
        expected |= with_gradients(f"loss, {name}", loss, draw, given)
    for name, value in expected.items():  # near 1000 float32 has steps of 6e-5
        expected[name] = close(value, atol=1e-3) if name.endswith("and -1000") else value
    return expected


@check
def count_trigrams(m, draw):
    words, stoi = often_the_same(draw)
    handed, numbers = list(words), dict(stoi)
    N = m.count_trigrams(handed, numbers)
    return {"N": as_doubles(N), "words afterwards": handed, "stoi afterwards": numbers}


@oracle("count_trigrams")
def triples_found_in_texts(draw):
    words, stoi = often_the_same(draw)
    padded = [f"..{word}." for word in words]
    N = torch.zeros(3 * (len(stoi),), dtype=torch.float64)
    for triple, n in Counter(text[i : i + 3] for text in padded for i in range(len(text) - 2)).items():
        N[tuple(stoi[character] for character in triple)] = n
    return {"N": N, "words afterwards": words, "stoi afterwards": stoi}


def counted_triples(draw: Draw) -> list[Any]:
    """Counts, some pairs of which never occur; and a smoothing."""
    V = draw.pick(4, 6, 5)
    counts = (4 * draw.noise(V, V, V).abs()).long() * torch.arange(1, V + 1).view(1, V, 1)
    for first, second in ((0, 1), (2, 3), (3, 0)):
        counts[first, second] = 0
    return [draw.give(counts, "counts"), draw.pick(0.1, 3.0, 0.5)]


def shares_of_triples(counts: Tensor, smoothing: float) -> Tensor:
    return torch.tensor([[shares(row, smoothing) for row in table] for table in counts.tolist()])


trigram_probabilities = calls(counted_triples, oracle=shares_of_triples)


def words_to_split(draw: Draw) -> tuple[list[str], tuple[float, float, float], int]:
    """More than 60 names, sorted, of which one is there twice; shares, and a seed."""
    pairs = [a + b for a in LETTERS for b in LETTERS]
    words = sorted(draw.shuffled(pairs)[: draw.pick(63, 78, 91)])
    return [*words, words[5]], draw.pick((0.6, 0.3, 0.1), (0.5, 0.25, 0.25), (0.7, 0.1, 0.2)), draw.whole(1, 40)


@check
def split_words(m, draw):
    words, fractions, seed = words_to_split(draw)
    handed = list(words)
    split = m.split_words(handed, fractions, seed)
    random.random()  # where torch's or Python's own generators stand makes no difference
    torch.rand(1)
    return {
        "split": split,
        "split into 80, 10 and 10 %": m.split_words(list(words)),
        "the same split again": [split, m.split_words(list(words), fractions, seed)],
        "split without a seed and with 42": [
            m.split_words(list(words), fractions),
            m.split_words(list(words), fractions, 42),
        ],
        "splits with two seeds": [split, m.split_words(list(words), fractions, seed + 1)],
        "words afterwards": handed,
    }


@oracle("split_words")
def random_parts_of_a_whole(draw):
    words, fractions, _ = words_to_split(draw)
    n = len(words)

    def rules(first: float, second: float) -> object:
        most, all_but_test = int(first * n), int((first + second) * n)
        # Whoever shuffles puts the same names first as before, or twice the same, with a chance of 1 / C(64, 51).
        return holds(
            (
                lambda split: len(split) == 3 and all(isinstance(part, (list, tuple)) for part in split),
                "Three lists are asked for: train, dev and test.",
            ),
            (
                lambda split: sorted(word for part in split for word in part) == sorted(words),
                "Put together, your three lists are not the names that came in: each entry should be in exactly one of"
                " them, and one that is there twice should be there twice afterwards.",
            ),
            (
                lambda split: abs(len(split[0]) - most) <= 1 and abs(len(split[0]) + len(split[1]) - all_but_test) <= 1,
                "Your lists are not as long as the fractions say: train, then dev, then what is left.",
            ),
            (
                lambda split: sorted(split[0]) != sorted(words[: len(split[0])]),
                "Your train is the beginning of the list as it came. A list may be in an order that means something, as"
                " the lecture's is in that of how common a name is: shuffle first.",
            ),
        )

    same = "Two calls with the same seed split the names differently: then nothing that is measured can be repeated."
    default = "Left out, the seed should be 42: the split is not the one that 42 makes."
    other = "Two seeds put the same names into train. The seed should decide what goes where."
    return {
        "split": rules(*fractions[:2]),
        "split into 80, 10 and 10 %": rules(0.8, 0.1),
        "the same split again": holds((lambda two: two[0] == two[1], same)),
        "split without a seed and with 42": holds((lambda two: two[0] == two[1], default)),
        "splits with two seeds": holds((lambda two: sorted(two[0][0]) != sorted(two[1][0]), other)),
        "words afterwards": words,
    }


def counted_and_held_out(draw: Draw) -> tuple[Tensor, Tensor, list[float]]:
    """Counts of triples, other triples of the same language, and smoothings; the smallest is seldom the best."""
    V, n, held_out, sharp = draw.pick((5, 150, 60, 2.0), (4, 60, 45, 1.0), (6, 400, 70, 3.0))
    language = F.softmax(sharp * draw.noise(V**3), 0)
    triples = torch.multinomial(language, n + held_out, replacement=True, generator=draw.own_generator())
    counts = torch.bincount(triples[:n], minlength=V**3).view(V, V, V)
    dev_idx = torch.stack((triples[n:] // V**2, triples[n:] // V % V, triples[n:] % V))
    grid = draw.pick([10.0, 0.01, 0.3, 100.0], [0.03, 30.0, 1.0, 5.0, 0.001], [3.0, 0.002, 50.0, 0.05])
    return draw.give(counts, "train_counts"), draw.give(dev_idx, "dev_idx"), grid


@check
def tune_smoothing(m, draw):
    train_counts, dev_idx, grid = counted_and_held_out(draw)
    handed = list(grid)
    return {"best smoothing and its loss": m.tune_smoothing(train_counts, dev_idx, handed), "grid afterwards": handed}


@oracle("tune_smoothing")
def every_smoothing_tried(draw):
    train_counts, dev_idx, grid = counted_and_held_out(draw)

    def surprise(smoothing: float) -> float:
        P = shares_of_triples(train_counts, smoothing)
        return -math.fsum(math.log(P[i, j, k]) for i, j, k in dev_idx.T.tolist()) / dev_idx.shape[1]

    losses = {smoothing: surprise(smoothing) for smoothing in grid}
    good = [k for k, loss in losses.items() if loss < min(losses.values()) + 1e-4]  # float32 may prefer either of two
    answers = [parts(best=k, loss=losses[k]) for k in good]
    return {
        "best smoothing and its loss": answers[0] if len(answers) == 1 else any_of(*answers),
        "grid afterwards": grid,
    }
