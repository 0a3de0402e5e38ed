"""The lecture's own numbers: those that need no file, and those that hold for its own names.txt only."""

import hashlib
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
import torch
from workspaces import ROOT

NAMES = ROOT / "data" / "lecture" / "names.txt"
SHA256 = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"


@pytest.fixture(scope="module")
def part5() -> ModuleType:
    spec = importlib.util.spec_from_file_location("solution_part5", ROOT / "solutions" / "part5.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words() -> list[str]:
    """The lecture's names, if its file is there and is the one."""
    if not NAMES.exists() or hashlib.sha256(NAMES.read_bytes()).hexdigest() != SHA256:
        pytest.skip("these numbers hold for the lecture's own names.txt only, and it is not in data/lecture/")
    return NAMES.read_text("utf-8").split()


@pytest.mark.parametrize(("n_embd", "n_hidden", "count"), [(10, 68, 22397), (24, 128, 76579)])
def test_the_models_have_as_many_parameters_as_the_lectures(
    part5: ModuleType, n_embd: int, n_hidden: int, count: int
) -> None:
    model = part5.build_wavenet(27, n_embd, n_hidden)
    assert part5.num_parameters(model.parameters()) == count


def test_with_a_bias_before_every_batchnorm_there_are_204_more(part5: ModuleType) -> None:
    assert part5.num_parameters(part5.build_wavenet(27, 10, 68).parameters()) + 3 * 68 == 22601


def test_the_flat_model_has_as_many_parameters_as_the_lectures(part5: ModuleType) -> None:
    p = part5
    layers = [p.Embedding(27, 10), p.FlattenConsecutive(8), p.Linear(80, 200, bias=False), p.BatchNorm1d(200)]
    assert p.num_parameters(p.Sequential([*layers, p.Tanh(), p.Linear(200, 27)]).parameters()) == 22097


def test_the_shapes_are_the_lectures(part5: ModuleType) -> None:
    traced = part5.trace_shapes(part5.build_wavenet(27, 10, 68), torch.randint(27, (4, 8)))
    assert list(dict.fromkeys(shape for _, shape in traced)) == [
        *[(4, 8, 10), (4, 4, 20), (4, 4, 68), (4, 2, 136), (4, 2, 68), (4, 136), (4, 68), (4, 27)]
    ]


def test_the_three_parts_of_the_names_are_as_large_as_the_lectures(part5: ModuleType) -> None:
    shapes = [tuple(part5.build_dataset(part, 8)[0].shape) for part in part5.split(words())]
    assert shapes == [(182625, 8), (22655, 8), (22866, 8)]


def test_a_file_that_is_not_the_lectures_is_not_taken_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "names.txt"
    other.write_text("emma\n", "utf-8")
    monkeypatch.setitem(globals(), "NAMES", other)
    with pytest.raises(pytest.skip.Exception):
        words()
