"""Numbers of the lecture on GPT that hold for its own file only: they run where that file is."""

import hashlib
from types import ModuleType

import pytest
import torch
from workspaces import ROOT

from grader.judging.expecting import reference

FILE = ROOT / "data" / "lecture" / "shakespeare.txt"
SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"


@pytest.fixture(scope="module")
def gpt() -> ModuleType:
    return reference("gpt").module


@pytest.fixture(scope="module")
def text() -> str:
    if not FILE.exists():
        pytest.skip("the lecture's own shakespeare.txt is not in data/lecture/")
    read = FILE.read_bytes()
    if hashlib.sha256(read).hexdigest() != SHA256:
        pytest.skip("data/lecture/shakespeare.txt is another file than the lecture's")
    return read.decode("utf-8")


def test_the_text_has_65_different_characters(gpt: ModuleType, text: str) -> None:
    encode, decode, vocab_size = gpt.char_codec(text)
    assert len(text) == 1_115_394
    assert vocab_size == 65
    assert encode("hii there") == [46, 47, 47, 1, 58, 46, 43, 56, 43]
    assert decode(encode("hii there")) == "hii there"


def test_nine_tenths_of_it_are_trained_on(gpt: ModuleType, text: str) -> None:
    encode, _, _ = gpt.char_codec(text)
    train, val = gpt.split_data(torch.tensor(encode(text)))
    assert (len(train), len(val)) == (1_003_854, 111_540)


def test_a_model_that_knows_nothing_has_the_loss_of_an_even_guess(gpt: ModuleType) -> None:
    x = torch.randint(65, (4, 8), generator=torch.Generator().manual_seed(1337))
    _, loss = gpt.bigram_forward(torch.zeros(65, 65), x, x)
    assert loss.item() == pytest.approx(4.1744, abs=1e-4)


def test_the_scale_keeps_the_variance_at_one(gpt: ModuleType) -> None:
    generator = torch.Generator().manual_seed(1337)
    q, k = (torch.randn(4, 8, 16, generator=generator) for _ in range(2))
    # the variance of 256 scores strays by about a tenth
    assert gpt.attention_scores(q, k).var().item() == pytest.approx(1.0, abs=0.4)
    assert (q @ k.mT).var().item() == pytest.approx(16.0, abs=6.4)


def test_a_counted_bigram_is_as_good_as_a_trained_one(gpt: ModuleType, text: str) -> None:
    encode, _, V = gpt.char_codec(text)
    train, val = gpt.split_data(torch.tensor(encode(text)))
    counts = torch.bincount(train[:-1] * V + train[1:], minlength=V * V).view(V, V) + 1.0
    table = (counts / counts.sum(1, keepdim=True)).log()
    _, loss = gpt.bigram_forward(table, val[None, :-1], val[None, 1:])
    assert table.numel() == 4225
    assert loss.item() == pytest.approx(2.482, abs=1e-3)


def test_the_models_of_the_lecture_have_so_many_parameters(gpt: ModuleType) -> None:
    assert gpt.gpt_num_parameters(65, 256, 384, 6, 6) == 10_788_929
    assert gpt.gpt_num_parameters(65, 32, 64, 4, 4) == 209_729
    model = gpt.GPT(65, 32, 64, 4, 4, 0.2)
    assert sum(p.numel() for p in model.parameters()) == 209_729


def test_large_scores_make_a_softmax_choose(gpt: ModuleType) -> None:
    scores = torch.tensor([0.1, -0.2, 0.3, -0.2, 0.5])
    for scale, shares in ((1, [0.1925, 0.1426, 0.2351, 0.1426, 0.2872]), (8, [0.0326, 0.0030, 0.1615, 0.0030, 0.8000])):
        last = torch.zeros(1, 5, 5)
        last[0, -1] = scale * scores
        assert gpt.causal_attention_weights(last)[0, -1].tolist() == pytest.approx(shares, abs=5e-5)
        # with one number for a query and for a key the scale is 1, and a value of one number is handed on as it is
        x, context, one = torch.full((1, 1, 1), float(scale)), scores.view(1, 5, 1), torch.ones(1, 1)
        wei = torch.tensor(shares) @ scores
        assert gpt.cross_attention(x, context, one, one, one).item() == pytest.approx(wei.item(), abs=1e-4)


def test_a_new_model_knows_little_more_than_an_even_guess(gpt: ModuleType) -> None:
    torch.manual_seed(1337)
    model = gpt.GPT(65, 8, 32, 4, 3, 0.2)
    model.eval()
    idx, targets = torch.randint(65, (2, 16, 8))
    _, loss = model(idx, targets)
    assert loss.item() == pytest.approx(4.1744, abs=0.4)
