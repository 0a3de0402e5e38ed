"""By hand means by hand: a forbidden way is found and told with its line, and an honest solution never is."""

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from workspaces import AT_THE_END, replaced, solved, workspace, zth

from grader.course.blanks import exercise_names
from grader.course.outline import Exercise, Words
from grader.course.source import parse
from grader.course.ways import WAYS as ALL_WAYS
from grader.judging.shortcuts import scan

# ---- right answers by ways that are not allowed --------------------------------------------------------------------

# An exercise as a forward step, its input and the gradient that arrives: then any way to the gradient is one text.
STEPS = {
    "dcounts": (
        "def dcounts(dprobs, counts_sum_inv, dcounts_sum):",
        "forward = lambda counts: torch.cat([counts * counts_sum_inv, counts.sum(1, keepdim=True)], 1)",
        "x, dy = torch.zeros_like(dprobs), torch.cat([dprobs, dcounts_sum], 1)",
    ),
    "dW2": (
        "def dW2(h, dlogits):",
        "forward = lambda W2: h @ W2",
        "x, dy = torch.zeros(h.shape[1], dlogits.shape[1]), dlogits",
    ),
    "dbnvar": (
        "def dbnvar(dbnvar_inv, bnvar, eps=1e-5):",
        "forward = lambda bnvar: (bnvar + eps) ** -0.5",
        "x, dy = bnvar.clone(), dbnvar_inv",
    ),
    "dbnmeani": (
        "def dbnmeani(dbndiff):",
        "forward = lambda bnmeani: torch.zeros_like(dbndiff) - bnmeani",
        "x, dy = torch.zeros(1, dbndiff.shape[1]), dbndiff",
    ),
    "dC": (
        "def dC(demb, Xb, vocab_size):",
        "forward = lambda C: C[Xb]",
        "x, dy = torch.zeros(vocab_size, demb.shape[2]), demb",
    ),
}
HERE = "# HERE"
# way -> the name that is told, and the code. The line that is told carries HERE. {n} keeps helpers apart.
WAYS: dict[str, tuple[str, str]] = {
    "loss.backward()": (
        "backward",
        "x.requires_grad_()\nloss = (forward(x) * dy).sum()\nloss.backward()  # HERE\nreturn x.grad",
    ),
    "backward with a gradient": (
        "backward",
        "x.requires_grad_()\ny = forward(x)\ny.backward(dy)  # HERE\nreturn x.grad",
    ),
    "Tensor.backward": (
        "backward",
        "x.requires_grad_()\nloss = (forward(x) * dy).sum()\ntorch.Tensor.backward(loss)  # HERE\nreturn x.grad",
    ),
    "autograd.backward": (
        "autograd.backward",
        "x.requires_grad_()\nloss = (forward(x) * dy).sum()\ntorch.autograd.backward(loss)  # HERE\nreturn x.grad",
    ),
    "backward by getattr": (
        "backward",
        "x.requires_grad_()\nloss = (forward(x) * dy).sum()\ngetattr(loss, 'back' + 'ward')()  # HERE\nreturn x.grad",
    ),
    "autograd.grad": (
        "autograd.grad",
        "x.requires_grad_()\nreturn torch.autograd.grad((forward(x) * dy).sum(), x)[0]  # HERE",
    ),
    "autograd by getattr": (
        "autograd.grad",
        "x.requires_grad_()\nauto = getattr(torch, 'auto' + 'grad')\n"
        "return getattr(auto, 'gr' + 'ad')((forward(x) * dy).sum(), x)[0]  # HERE",
    ),
    "import under another name": (
        "autograd.grad",
        "import torch.autograd as engine\nx.requires_grad_()\n"
        "return engine.grad((forward(x) * dy).sum(), x)[0]  # HERE",
    ),
    "import from": (
        "autograd.grad",
        "from torch import autograd as engine\nx.requires_grad_()\n"
        "return engine.grad((forward(x) * dy).sum(), x)[0]  # HERE",
    ),
    "import of the function": (
        "autograd.grad",
        "from torch.autograd import grad as back\nx.requires_grad_()\n"
        "return back((forward(x) * dy).sum(), x)[0]  # HERE",
    ),
    "import at the top": (
        "autograd.grad",
        "x.requires_grad_()\nreturn by_machine{n}((forward(x) * dy).sum(), x)[0]  # HERE\n"
        "=====\nfrom torch.autograd import grad as by_machine{n}",
    ),
    "a name at the top": (
        "autograd.grad",
        "x.requires_grad_()\nreturn by_machine{n}((forward(x) * dy).sum(), x)[0]  # HERE\n"
        "=====\nby_machine{n} = torch.autograd.grad",
    ),
    "a helper": (
        "autograd.grad",
        "return helper{n}(forward, x, dy)\n=====\ndef helper{n}(forward, x, dy):\n    x.requires_grad_()\n"
        "    return torch.autograd.grad((forward(x) * dy).sum(), x)[0]  # HERE",
    ),
    "a helper's helper": (
        "backward",
        "return outer{n}(forward, x, dy)\n=====\ndef outer{n}(*given):\n    return inner{n}(*given)\n\n\n"
        "def inner{n}(forward, x, dy):\n    x.requires_grad_()\n    (forward(x) * dy).sum().backward()  # HERE\n"
        "    return x.grad",
    ),
    "a method": (
        "backward",
        "return Engine{n}(forward)(x, dy)\n=====\nclass Engine{n}:\n    def __init__(self, forward):\n"
        "        self.forward = forward\n\n    def __call__(self, x, dy):\n        x.requires_grad_()\n"
        "        (self.forward(x) * dy).sum().backward()  # HERE\n        return x.grad",
    ),
    "func.vjp": ("func.vjp", "_, back = torch.func.vjp(forward, x)  # HERE\nreturn back(dy)[0]"),
    "func.grad": ("func.grad", "return torch.func.grad(lambda x: (forward(x) * dy).sum())(x)  # HERE"),
    "func by import": (
        "func.vjp",
        "from torch.func import vjp as pull\n_, back = pull(forward, x)  # HERE\nreturn back(dy)[0]",
    ),
    "functional.vjp": (
        "autograd.functional.vjp",
        "return torch.autograd.functional.vjp(forward, x, dy)[1]  # HERE",
    ),
    "functional.jacobian": (
        "autograd.functional.jacobian",
        "J = torch.autograd.functional.jacobian(forward, x)  # HERE\n"
        "return (J * dy.reshape(*dy.shape, *[1] * x.dim())).sum(tuple(range(dy.dim())))",
    ),
}


def batches() -> Iterator[dict[str, str]]:
    """Ways, as many at a time as there are exercises: a file for each batch."""
    names = list(WAYS)
    for start in range(0, len(names), len(STEPS)):
        yield dict(zip(STEPS, names[start : start + len(STEPS)], strict=False))


def written(exercise: str, way: str, number: int) -> tuple[str, str]:
    """An exercise done in a way, and what stands at the end of the file for it."""
    code, _, end = WAYS[way][1].replace("{n}", str(number)).partition("\n=====\n")
    first, *body = STEPS[exercise]
    lines = [first, *(f"    {line}" for line in [*body, *code.splitlines()])]
    return "\n".join(lines) + "\n\n\n", f"\n\n{end}\n" if end else ""


def line_of(text: str, exercise: str, number: int) -> int:
    """The line with HERE that belongs to an exercise: in its function, or in its helper."""
    helper = re.search(rf"^(?:def|class) (?:helper|inner|Engine){number}\b", text, re.MULTILINE)
    there = re.search(rf"^def {exercise}\(", text, re.MULTILINE)
    assert there
    start = helper.start() if helper else there.start()
    return text[: text.index(HERE, start)].count("\n") + 1


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, Any], int]]:
    """By way: the verdict, and the line that should be told."""

    files = []
    for batch in batches():
        texts = [written(exercise, way, place) for place, (exercise, way) in enumerate(batch.items())]
        by = "".join(text for text, _ in texts) + AT_THE_END + "".join(end for _, end in texts)
        files.append((batch, replaced(solved("part4"), by)))

    def check(file: tuple[dict[str, str], str]) -> dict[str, tuple[dict[str, Any], int]]:
        batch, text = file
        folder = workspace(tmp_path_factory.mktemp("ways"), part4=text)
        run = zth(folder, "check", *(f"part4.{exercise}" for exercise in batch), "--json")
        assert run.status == 1, run.err
        return {
            way: (run.results[exercise], line_of(text, exercise, place))
            for place, (exercise, way) in enumerate(batch.items())
        }

    with ThreadPoolExecutor(2) as pool:  # each batch has a folder of its own; Python 3.11 cannot parse in two threads
        return {way: told for verdicts in pool.map(check, files) for way, told in verdicts.items()}


@pytest.mark.parametrize("way", WAYS)
def test_a_forbidden_way_is_found_and_told_with_its_line(
    found: dict[str, tuple[dict[str, Any], int]], way: str
) -> None:
    verdict, line = found[way]
    assert verdict["status"] == "forbidden", verdict["message"]
    assert verdict["message"].startswith("Right values.")
    assert "by hand" in verdict["message"]
    assert WAYS[way][0] in verdict["message"]
    assert f"line {line} " in verdict["message"]
    assert verdict["line"] == line
    assert verdict["source_line"].endswith(HERE)


# ---- what `zth show` names is what is found ------------------------------------------------------------------------


@pytest.mark.parametrize("way", ALL_WAYS)
def test_what_an_exercise_names_as_forbidden_is_found(way: str) -> None:
    """By the scan of a use of it, or, for a method of a tensor, by the guards."""
    exercise = Exercise("made", "f", ("f",), (way,), Words("made", 5, ()))
    assert ALL_WAYS[way].named
    for name in ALL_WAYS[way].named:
        if name.startswith("."):
            assert f"torch.Tensor{name.removesuffix('()')}" in ALL_WAYS[way].watched
            continue
        code = (
            f"import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n\ndef f(x):\n    return {name}\n"
        )
        found = scan(parse(code, "made.py"), exercise, [exercise])
        assert found and found.line == 7, name


@pytest.mark.parametrize("way", [way for way in ALL_WAYS if not ALL_WAYS[way].more])
def test_what_is_found_by_its_name_is_named(way: str) -> None:
    short = {name.replace("torch.nn.functional.", "F.").replace("torch.nn.", "nn.") for name in ALL_WAYS[way].scanned}
    assert {name for name in short if "*" not in name} <= set(ALL_WAYS[way].named)
    assert not ALL_WAYS[way].watched


# ---- more of them, each in a file of its own ------------------------------------------------------------------------


def graded(folder: Path, text: str, *targets: str, lecture: str = "part4", **beside: str) -> dict[str, dict[str, Any]]:
    """The verdicts on a file, with other files beside it."""
    workspace(folder, **{lecture: text}, **beside)
    run = zth(folder, "check", *(targets or [lecture]), "--json")
    assert run.status in (0, 1), run.err
    return run.results


EMBEDDING = """def dC(demb, Xb, vocab_size):
    return torch.ops.aten.embedding_dense_backward(demb, Xb, vocab_size, -1, False)


def dbnmeani(dbndiff):
    ones = torch.ones_like(dbndiff)
    return -torch.ops.aten.sigmoid_backward(dbndiff, 0.5 * ones).sum(0, keepdim=True) * 4



"""


def test_the_backward_halves_of_torchs_own_steps_are_forbidden(tmp_path: Path) -> None:
    results = graded(tmp_path, replaced(solved("part4"), EMBEDDING), "dC", "dbnmeani")
    assert {name: result["status"] for name, result in results.items()} == dict.fromkeys(results, "forbidden")
    assert "embedding_dense_backward" in results["dC"]["message"]


BESIDE = """import torch


def answer(demb, Xb, vocab_size):
    C = torch.zeros(vocab_size, demb.shape[2], requires_grad=True)
    (C[Xb] * demb).sum().backward()
    return C.grad
"""
ASKS_BESIDE = """import beside


def dC(demb, Xb, vocab_size):
    return beside.answer(demb, Xb, vocab_size)


"""


def test_a_forbidden_way_in_a_file_beside_is_found_and_no_line_of_the_learners_own_is_blamed(tmp_path: Path) -> None:
    text = replaced(solved("part4"), ASKS_BESIDE)
    verdict = graded(tmp_path, text, "dC", beside=BESIDE)["dC"]
    assert verdict["status"] == "forbidden"
    own = text.splitlines()
    first = own.index("def dC(demb, Xb, vocab_size):") + 1
    if "beside.py" not in verdict["message"]:
        assert verdict["line"] in (first, first + 1), verdict["message"]
    assert verdict["source_line"] in ("", own[first].strip(), "(C[Xb] * demb).sum().backward()")


def test_a_wrong_answer_by_a_forbidden_way_is_told_what_is_wrong_with_it(tmp_path: Path) -> None:
    text = """def dW2(h, dlogits):
    W2 = torch.zeros(h.shape[1], dlogits.shape[1], requires_grad=True)
    return torch.autograd.grad(((h @ W2) * dlogits).sum(), W2)[0].T


"""
    verdict = graded(tmp_path, replaced(solved("part4"), text), "dW2")["dW2"]
    assert verdict["status"] == "failed"
    assert "Right values" not in verdict["message"]


# ---- micrograd is done in plain Python ------------------------------------------------------------------------------

TANH = """import torch


class Value:
    def tanh(self):
        t = torch.tanh(torch.tensor(self.data, dtype=torch.float64)).item()
        out = Value(t, (self,), "tanh")

        def _backward():
            self.grad += (1 - t**2) * out.grad

        out._backward = _backward
        return out
"""
ADD = """import torch


class Value:
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(added(self.data, other.data), (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out


def added(a, b):
    return torch.add(torch.tensor(a, dtype=torch.float64), b).item()
"""


@pytest.mark.parametrize(
    ("text", "exercise", "line", "honest"),
    [
        (TANH, "value_tanh", "t = torch.tanh(", ["value_add", "value_mul", "topological_order", "zero_grad"]),
        (ADD, "value_add", "return torch.add(", ["value_mul", "value_tanh", "topological_order", "zero_grad"]),
    ],
    ids=["in a method", "in a helper"],
)
def test_torch_in_a_value_is_told_where_it_is_and_blames_no_other_exercise(
    tmp_path: Path, text: str, exercise: str, line: str, honest: list[str]
) -> None:
    results = graded(tmp_path, replaced(solved("micrograd"), text), lecture="micrograd")
    verdict = results[exercise]
    assert verdict["status"] == "forbidden"
    assert "plain Python" in verdict["message"]
    assert "torch" in verdict["message"]
    assert verdict["source_line"].startswith(line)
    assert {name: results[name]["status"] for name in honest} == dict.fromkeys(honest, "passed")


# ---- honest solutions ----------------------------------------------------------------------------------------------

NAMES = """def grad(dy, x):
    return x.T @ dy


def backward(dy):
    return -dy.sum(0, keepdim=True)


class Linear:
    def __init__(self, weight):
        self.weight = weight
        self.grad = None

    def backward(self, dy, x):
        self.grad = grad(dy, x)
        return self.grad


class autograd:
    @staticmethod
    def grad(dy, inverse):
        return inverse * dy


def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    func = autograd.grad(dprobs, counts_sum_inv)
    return func + dcounts_sum


def dW2(h, dlogits):
    layer = Linear(torch.zeros(h.shape[1], dlogits.shape[1]))
    layer.backward(dlogits, h)
    return layer.grad


def dbnmeani(dbndiff):
    return backward(dbndiff)


"""
WORDS = '''def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    """What loss.backward() would do; torch.autograd.grad(loss, counts) says the same."""
    # loss.backward()
    # return torch.autograd.grad(loss, counts)[0]
    print("torch.autograd.grad", "loss.backward()", f"{'torch.func.vjp'}")
    return counts_sum_inv * dprobs + dcounts_sum


def dW2(h, dlogits):
    """from torch.autograd import grad"""
    return h.T @ dlogits


'''
MODES = """def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    with torch.no_grad():
        return counts_sum_inv * dprobs.detach() + dcounts_sum


@torch.no_grad()
def dW2(h, dlogits):
    return h.T @ dlogits


@torch.inference_mode()
def dbnmeani(dbndiff):
    return -dbndiff.sum(0, keepdim=True)


def dbnvar(dbnvar_inv, bnvar, eps=1e-5):
    assert bnvar.grad is None and not bnvar.requires_grad
    with torch.set_grad_enabled(False), torch.autograd.no_grad():
        return -0.5 * (bnvar + eps) ** -1.5 * dbnvar_inv


"""
BUILTINS = """def train_manual(params, X, Y, steps, generator, batch_size=32, lr=0.1):
    losses = []
    for _ in range(steps):
        ix = torch.randint(0, X.shape[0], (batch_size,), generator=generator)
        with torch.no_grad():
            loss, cache = mlp_forward(params, X[ix], Y[ix])
            logprobs = F.log_softmax(cache["logits"], 1)
            assert torch.allclose(F.nll_loss(logprobs, Y[ix]), loss, atol=1e-4)
            assert torch.allclose(F.cross_entropy(cache["logits"], Y[ix]), loss, atol=1e-4)
            assert torch.allclose(F.softmax(cache["logits"], 1), cache["probs"], atol=1e-4)
        for p, gradient in zip(params, mlp_backward(params, cache, X[ix], Y[ix])):
            p.grad = gradient
        for p in params:
            p.data -= lr * p.grad
            p.grad = None
        losses.append(loss)
    return losses


"""
AFTERWARDS = """
def cmp(s, dt, t):
    t.retain_grad()
    t.sum().backward()
    print(s, torch.all(dt == t.grad))


from torch import autograd
from torch.autograd import grad as torch_grad

W = torch.randn(3, 3, requires_grad=True)
loss = (W @ W).sum()
loss.backward(retain_graph=True)
autograd.grad(loss, W, retain_graph=True)
compare_grads("W", W.grad, torch_grad(loss, W)[0])
pulled = torch.func.vjp(lambda x: x * 2, torch.ones(2))[1](torch.ones(2))

if __name__ == "__main__":
    loss.backward()
"""
SHADOWS = """from torch import autograd, func
from torch.autograd import backward, grad


def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    autograd = counts_sum_inv * dprobs
    return autograd.add(dcounts_sum)


def dW2(h, dlogits, *, backward=None):
    backward = h.T
    return backward.matmul(dlogits)


def dbnmeani(dbndiff):
    return sum((-grad.unsqueeze(0) for grad in dbndiff), torch.zeros(1, dbndiff.shape[1]))


def dbnvar(dbnvar_inv, bnvar, eps=1e-5):
    def func(power):
        return (bnvar + eps) ** power

    return -0.5 * func(-1.5) * dbnvar_inv


"""
HONEST = {
    "own functions, methods and variables with torch's names": replaced(solved("part4"), NAMES),
    "comments and texts that speak of it": replaced(solved("part4"), WORDS),
    "modes and attributes": replaced(solved("part4"), MODES),
    "torch's own forward functions": replaced(solved("part4"), BUILTINS),
    "experiments at file level": replaced(solved("part4"), AT_THE_END + AFTERWARDS),
    "imports for experiments, and own variables of the same name": replaced(solved("part4"), SHADOWS),
}


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[dict[str, dict[str, Any]]]]]:
    """The verdicts on each honest file. Each has a folder of its own; two run at a time."""

    def check(text: str) -> dict[str, dict[str, Any]]:
        return graded(tmp_path_factory.mktemp("honest"), text)

    with ThreadPoolExecutor(2) as pool:
        yield {name: pool.submit(check, text) for name, text in HONEST.items()}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_solution_is_never_told_that_it_is_not(
    honest: dict[str, Future[dict[str, dict[str, Any]]]], name: str
) -> None:
    results = honest[name].result()
    assert list(results) == list(exercise_names("part4"))
    assert {n: r["message"] for n, r in results.items() if r["status"] != "passed"} == {}


def test_an_exercise_is_not_blamed_for_a_variable_that_is_called_like_another(tmp_path: Path) -> None:
    """mlp_backward has its own variable dW2, as the reference does; only the function dW2 went the forbidden way."""
    text, _ = written("dW2", "autograd.grad", 0)
    results = graded(tmp_path, replaced(solved("part4"), text))
    statuses = {name: result["status"] for name, result in results.items()}
    assert statuses == dict.fromkeys(statuses, "passed") | {"dW2": "forbidden"}


def test_an_exercise_is_not_held_up_by_one_that_only_shares_a_name_with_a_variable(tmp_path: Path) -> None:
    """The same for what is still to do: mlp_backward is wrong by itself, and does not need the function dW2."""
    by = 'def dW2(h, dlogits):\n    raise NotImplementedError("part4.dW2")\n\n\n'
    text = replaced(solved("part4"), by).replace("dhpreact = (1 - h**2) * dh", "dhpreact = (1 - h) * dh")
    assert "(1 - h) * dh" in text
    results = graded(tmp_path, text)
    assert results["dW2"]["status"] == "todo"
    assert results["mlp_backward"]["status"] == "failed"


VALUES = """
import torch
from torch import autograd

a = torch.tensor(2.0, requires_grad=True)
b = a.tanh() * 3
b.backward()


def by_torch(x):
    t = torch.tensor(x, requires_grad=True)
    return autograd.grad(t.tanh(), t)


print(by_torch(0.5), torch.__version__)

if __name__ == "__main__":
    print(torch.tanh(torch.tensor(0.5)))
"""


def test_torch_beside_the_values_is_free(tmp_path: Path) -> None:
    text = replaced(solved("micrograd"), AT_THE_END + VALUES).replace(
        "other: a Value", "other: no torch.Tensor, a Value"
    )
    results = graded(tmp_path, text, lecture="micrograd")
    assert {n: r["message"] for n, r in results.items() if r["status"] != "passed"} == {}
