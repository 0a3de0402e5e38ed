"""The lecture's own numbers, with the reference. Those that hold for its own list of names need that list."""

import hashlib
import importlib.util
import math
import random
from functools import cache
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor
from workspaces import ROOT

NAMES = ROOT / "data" / "lecture" / "names.txt"
SHA256 = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"


@cache
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("part3_reference", ROOT / "solutions" / "part3.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parameters(layers: list[Any]) -> int:
    return 27 * 10 + sum(p.numel() for layer in layers for p in layer.parameters())


def test_the_deep_network_has_the_lectures_parameters() -> None:
    m, sizes = reference(), [30, 100, 100, 100, 100, 100, 27]
    plain = [m.Linear(a, b) for a, b in pairwise(sizes)]
    assert parameters(plain) == 46_497
    normalised = [layer for a, b in pairwise(sizes) for layer in (m.Linear(a, b, False), m.BatchNorm1d(b))]
    assert parameters(normalised) == 47_024


def test_sums_of_products_grow_with_the_root_of_how_many_there_are() -> None:
    m, g = reference(), torch.Generator().manual_seed(1)
    x = torch.randn(10_000, 10, generator=g)
    assert (x @ torch.randn(10, 200, generator=g)).std().item() == pytest.approx(math.sqrt(10), abs=0.15)
    assert (x @ m.kaiming_weight(10, 200, 1.0, g)).std().item() == pytest.approx(1, abs=0.05)


@cache
def dataset() -> tuple[Tensor, Tensor]:
    """The lecture's training set, from its own list. Skips the test where that is not there."""
    if not NAMES.is_file() or hashlib.sha256(NAMES.read_bytes()).hexdigest() != SHA256:
        pytest.skip("The lecture's own list of names is not in data/lecture/names.txt.")
    words = NAMES.read_text("utf-8").split()
    random.Random(42).shuffle(words)
    X, Y = reference().build_dataset(words[: int(0.8 * len(words))])
    return X, Y


def first_batch() -> tuple[list[Tensor], Tensor, Tensor]:
    """The lecture's parameters as it draws them, and its first 32 examples."""
    X, Y = dataset()
    g = torch.Generator().manual_seed(2147483647)
    shapes = ((27, 10), (30, 200), (200,), (200, 27), (27,))
    params = [torch.randn(shape, generator=g) for shape in shapes]
    ix = torch.randint(0, len(X), (32,), generator=g)
    return params, X[ix], Y[ix]


def test_the_first_losses_are_the_lectures() -> None:
    m, ((C, W1, b1, W2, b2), Xb, Yb) = reference(), first_batch()

    def loss(*params: Tensor) -> float:
        return float(m.hidden_and_loss(list(params), Xb, Yb)[1])

    assert len(dataset()[0]) == 182_625
    assert loss(C, W1, b1, W2, b2) == pytest.approx(27.8817, abs=2e-3)
    assert loss(C, W1, b1, *m.scale_output_layer(W2, b2, 0.1)) == pytest.approx(4.2326, abs=2e-3)
    assert loss(C, W1, b1, *m.scale_output_layer(W2, b2)) == pytest.approx(3.3221, abs=2e-3)
    assert loss(C, W1 * 0.2, b1 * 0.01, *m.scale_output_layer(W2, b2)) == pytest.approx(3.3135, abs=2e-3)
    gain = m.activation_gain("tanh") / math.sqrt(30)
    assert loss(C, W1 * gain, b1 * 0.01, *m.scale_output_layer(W2, b2)) == pytest.approx(3.3179, abs=2e-3)


def test_saturation_is_the_lectures_and_nobody_is_dead() -> None:
    m, ((C, W1, b1, W2, b2), Xb, Yb) = reference(), first_batch()
    for scale, bias, share in ((1.0, 1.0, 0.61), (0.2, 0.01, 0.01), (5 / 3 / math.sqrt(30), 0.01, 0.08)):
        h, _ = m.hidden_and_loss([C, W1 * scale, b1 * bias, W2, b2], Xb, Yb)
        assert m.saturation_fraction(h, 0.99) == pytest.approx(share, abs=0.01)
        assert not m.dead_neurons(h).any()


def test_beginning_at_zero_training_reaches_only_how_often_letters_come() -> None:
    words = NAMES.read_text("utf-8").split() if dataset() else []
    X, Y = reference().build_dataset(words)
    counts = torch.bincount(Y, minlength=27).double()
    logits = counts.log().expand(len(Y), -1)
    assert len(X) == 228_146
    assert float(F.cross_entropy(logits, Y)) == pytest.approx(2.8227, abs=5e-3)
