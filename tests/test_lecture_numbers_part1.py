"""The lecture's own numbers, with the reference. Those that hold for its own list of names need that list."""

import hashlib
import importlib.util
import math
from functools import cache
from types import ModuleType

import pytest
import torch
from torch import Tensor
from workspaces import ROOT

NAMES = ROOT / "data" / "lecture" / "names.txt"
SHA256 = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"
SEED = 2147483647


@cache
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("part1_reference", ROOT / "solutions" / "part1.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def lecture() -> tuple[list[str], dict[str, int], Tensor]:
    """The lecture's names, their numbers and their counts. Skips the test where its list is not there."""
    if not NAMES.is_file() or hashlib.sha256(NAMES.read_bytes()).hexdigest() != SHA256:
        pytest.skip("The lecture's own list of names is not in data/lecture/names.txt.")
    words = NAMES.read_text("utf-8").split()
    stoi, _ = reference().build_vocab(words)
    return words, stoi, reference().count_bigrams(words, stoi).float()


def alphabet() -> dict[str, int]:
    stoi, _ = reference().build_vocab(["abcdefghijklmnopqrstuvwxyz"])
    assert isinstance(stoi, dict)
    return stoi


# ---- numbers that need no file


def test_emma_is_five_pairs_and_five_triples() -> None:
    m, stoi = reference(), alphabet()
    xs, ys = m.bigram_pairs(["emma"], stoi)
    assert xs.tolist() == [0, 5, 13, 13, 1]
    assert ys.tolist() == [5, 13, 13, 1, 0]
    assert m.count_bigrams(["emma"], stoi).sum() == m.count_trigrams(["emma"], stoi).sum() == 5


def test_the_first_losses_of_emma_are_the_lectures() -> None:
    m = reference()
    xs, ys = m.bigram_pairs(["emma"], alphabet())
    W = torch.randn((27, 27), generator=torch.Generator().manual_seed(SEED), requires_grad=True)
    losses = [m.gradient_descent_step(W, xs, ys, 0.1) for _ in range(5)]
    assert losses[:2] == pytest.approx([3.7693, 3.7492], abs=1e-4)
    assert losses[4] == pytest.approx(3.6892, abs=1e-4)


def test_weights_of_zero_guess_evenly() -> None:
    W = torch.zeros((27, 27), requires_grad=True)
    loss = reference().regularized_loss(W, *reference().bigram_pairs(["emma"], alphabet()))
    assert loss.item() == pytest.approx(math.log(27)) == pytest.approx(3.2958, abs=1e-4)


def test_a_softmax_of_a_perfect_guess_costs_236() -> None:
    perfect = torch.eye(27)[:1]
    assert reference().cross_entropy_loss(perfect, torch.tensor([0])).item() == pytest.approx(2.36, abs=0.01)


# ---- numbers of its own list


def test_the_counts_are_the_lectures() -> None:
    words, stoi, N = lecture()
    assert len(words) == 32_033
    assert int(N.sum()) == len(reference().bigram_pairs(words, stoi)[0]) == 228_146
    assert int((N > 0).sum()) == 627
    assert int(N[0, 1]) == 4410
    assert N[0, 1].item() / N[0].sum().item() == pytest.approx(0.1377, abs=1e-4)


@pytest.mark.parametrize(
    ("smoothing", "loss"), [(0.0, 2.45401), (1.0, 2.45458), (10.0, 2.4621), (100.0, 2.5375), (1000.0, 2.8523)]
)
def test_the_losses_of_counting_are_the_lectures(smoothing: float, loss: float) -> None:
    words, stoi, N = lecture()
    P = reference().normalize_rows(N, smoothing)
    assert reference().average_nll(P, words, stoi) == pytest.approx(loss, abs=6e-5)


def test_some_names_are_as_unlikely_as_in_the_lecture() -> None:
    words, stoi, N = lecture()
    m = reference()
    assert m.average_nll(m.normalize_rows(N, 0.0), words[:3], stoi) == pytest.approx(2.4241, abs=1e-4)
    assert m.average_nll(m.normalize_rows(N, 0.0), ["andrejq"], stoi) == math.inf
    assert m.average_nll(m.normalize_rows(N, 1.0), ["andrejq"], stoi) == pytest.approx(3.4834, abs=1e-4)


def test_the_loss_does_not_see_the_lost_keepdim() -> None:
    words, stoi, N = lecture()
    assert torch.equal(N.sum(0), N.sum(1))
    right, wrong = (reference().average_nll(P, words, stoi) for P in (N / N.sum(1, keepdim=True), N / N.sum(1)))
    assert wrong == pytest.approx(right, abs=1e-6)


def test_descent_is_as_far_after_100_steps_as_in_the_lecture() -> None:
    words, stoi, _ = lecture()
    m = reference()
    xs, ys = m.bigram_pairs(words, stoi)
    W = torch.randn((27, 27), generator=torch.Generator().manual_seed(SEED), requires_grad=True)
    assert m.regularized_loss(W, xs, ys).item() == pytest.approx(3.7686, abs=1e-4)
    assert m.regularized_loss(W, xs, ys, 0.0).item() == pytest.approx(3.7590, abs=1e-4)
    for _ in range(100):
        m.gradient_descent_step(W, xs, ys, 50.0)
    assert m.cross_entropy_loss(m.select_rows(W, xs), ys).item() == pytest.approx(2.4748, abs=1e-3)


@pytest.mark.parametrize(("smoothing", "loss"), [(0.01, 2.18618), (0.1, 2.18954), (1.0, 2.21258)])
def test_the_losses_of_trigrams(smoothing: float, loss: float) -> None:
    words, stoi, _ = lecture()
    m = reference()
    counts = m.count_trigrams(words, stoi).long()
    assert int(counts.sum()) == 228_146
    _, found = m.tune_smoothing(counts, each_triple(counts), [smoothing])
    assert found == pytest.approx(loss, abs=6e-5)


def test_trigrams_along_the_wrong_axis_look_better() -> None:
    words, stoi, _ = lecture()
    counts = reference().count_trigrams(words, stoi).double()
    P = counts / counts.sum(1, keepdim=True)
    assert -P[tuple(each_triple(counts))].log().mean().item() == pytest.approx(1.87, abs=0.01)


def test_the_parts_are_as_large_as_the_lectures() -> None:
    words, _, _ = lecture()
    assert [len(part) for part in reference().split_words(words)] == [25_626, 3203, 3204]


def each_triple(counts: Tensor) -> Tensor:
    """All triples as often as they were counted, (3, n)."""
    return counts.nonzero().repeat_interleave(counts[counts > 0].long(), 0).T
