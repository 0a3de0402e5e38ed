"""The lecture's own numbers, with the reference. Those that hold for its own list of names need that list."""

import hashlib
import importlib.util
import random
from functools import cache
from types import ModuleType

import pytest
import torch
from torch import Tensor
from workspaces import ROOT

NAMES = ROOT / "data" / "lecture" / "names.txt"
SHA256 = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"
FIRST = ["emma", "olivia", "ava", "isabella", "sophia"]


@cache
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("part2_reference", ROOT / "solutions" / "part2.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words() -> list[str]:
    """The lecture's names. Skips the test where its list is not there."""
    if not NAMES.is_file() or hashlib.sha256(NAMES.read_bytes()).hexdigest() != SHA256:
        pytest.skip("The lecture's own list of names is not in data/lecture/names.txt.")
    return NAMES.read_text("utf-8").split()


# ---- numbers that need no file


@pytest.mark.parametrize(("n_embd", "n_hidden", "count"), [(2, 100, 3481), (2, 300, 10_281), (10, 200, 11_897)])
def test_the_models_have_as_many_parameters_as_the_lectures(n_embd: int, n_hidden: int, count: int) -> None:
    m = reference()
    assert m.mlp_num_parameters(3, n_embd, n_hidden, 27) == count
    assert sum(p.numel() for p in m.new_parameters(n_embd, n_hidden, torch.Generator())) == count


def test_the_first_five_names_are_32_examples_with_the_lectures_losses() -> None:
    m = reference()
    params: list[Tensor] = m.new_parameters(2, 100, torch.Generator().manual_seed(2147483647))
    X, Y = m.build_dataset(FIRST, m.STOI, 3)
    assert X.shape == (32, 3)
    assert X[:5].tolist() == [[0, 0, 0], [0, 0, 5], [0, 5, 13], [5, 13, 13], [13, 13, 1]]
    assert Y[:5].tolist() == [5, 13, 13, 1, 0]
    losses = []
    for _ in range(10):
        losses.append(m.evaluate_loss(params, X, Y))
        m.loss_of(params, X, Y).backward()
        m.sgd_update(params, 0.1)
    lectures = [17.7697, 13.6564, 11.2988, 9.4525, 7.9843, 6.8913, 6.1000, 5.4520, 4.8982, 4.4147]
    assert losses == pytest.approx(lectures, abs=1e-3)


def test_the_sweep_is_the_lectures() -> None:
    rates = reference().learning_rate_grid(-3, 0, 1000)
    assert rates.shape == (1000,)
    assert rates[[0, 1, 2, 999]].tolist() == pytest.approx([0.0010, 0.0010069, 0.0010139, 1.0], rel=1e-4)


def test_the_learning_rate_falls_where_the_lectures_does() -> None:
    decay = reference().step_decay
    assert [decay(step) for step in (0, 99_999, 100_000, 199_999)] == pytest.approx([0.1, 0.1, 0.01, 0.01])


# ---- numbers of its own list


def test_there_are_as_many_examples_as_in_the_lecture() -> None:
    X, Y = reference().build_dataset(words(), reference().STOI, 3)
    assert (X.shape, Y.shape) == ((228_146, 3), (228_146,))


def test_the_three_splits_are_as_large_as_the_lectures() -> None:
    m, shuffled = reference(), words()
    random.Random(42).shuffle(shuffled)
    n1, n2 = int(0.8 * len(shuffled)), int(0.9 * len(shuffled))
    parts = (shuffled[:n1], shuffled[n1:n2], shuffled[n2:])
    assert [len(m.build_dataset(part, m.STOI, 3)[0]) for part in parts] == [182_625, 22_655, 22_866]
