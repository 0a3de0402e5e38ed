"""Variants: what the operators make of a function and say of it, and what relations and exceptions say of an answer."""

import re
from pathlib import Path

import pytest
import torch
from torch import Tensor
from workspaces import ROOT, replaced, solved, workspace, zth

from grader.course.source import parse, read_source
from grader.judging.exceptions import explained
from grader.judging.relating import AFTER, BEFORE, BETWEEN, Case, related
from grader.sandbox import wire
from grader.sandbox.patching import Patched
from grader.variants.catalogue import OPERATORS
from grader.variants.derived import Variant, derive
from grader.variants.edits import Rewritten
from grader.variants.scene import scene

CATALOGUE = (Path(__file__).parent / "variants" / "catalogue.txt").read_text("utf-8")
NOTHING = parse("def nothing():\n    pass\n", "nothing.py")


def sections() -> dict[str, tuple[str, list[str]]]:
    """The catalogue by operator: a function, and what is made of it."""
    found = {}
    for section in re.split(r"\n## ", CATALOGUE)[1:]:
        name, _, rest = section.partition("\n\n")
        lines = rest.split("\n")
        source = "\n".join(line for line in lines if not line.startswith("->")).strip("\n")
        found[name] = (source, [line[3:] for line in lines if line.startswith("->")])
    return found


def made(text: str) -> list[Variant]:
    return derive(NOTHING, (Rewritten("f", text),))


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: str(operator.__name__))
def test_an_operator_makes_what_the_catalogue_shows(operator: object) -> None:
    name = operator.__name__  # type: ignore[attr-defined]
    source, expected = sections()[name]
    found = []
    for variant in made(source):
        if variant.operator == name.replace("_", " ") and not re.search(" everywhere| in one of", variant.words):
            after = next(
                b for a, b in zip(source.split("\n"), variant.rewritten[0].text.split("\n"), strict=False) if a != b
            )
            found.append(f"{after.strip()} | {variant.words}")
    shown = [line for line in expected if not line.endswith("| ")]
    assert shown, "an operator that never says anything has no place among those that speak"
    missing = [line for line in shown if line not in found]
    stage = scene(source, NOTHING)
    assert stage.text == source
    elsewhere = {v.rewritten[0].text.strip() for v in made(source)}  # another operator made the same text first
    assert all(any(line.partition(" | ")[0] in text for text in elsewhere) for line in missing), missing


def test_the_catalogue_has_every_operator_once() -> None:
    assert list(sections()) == [operator.__name__ for operator in OPERATORS]


def test_every_change_leaves_something_that_compiles() -> None:
    for source, _ in sections().values():
        for variant in made(source):
            compile(variant.rewritten[0].text, "variant", "exec")


def test_no_text_is_made_twice_and_none_is_the_original() -> None:
    for source, _ in sections().values():
        texts = [variant.rewritten[0].text for variant in made(source)]
        assert len(texts) == len(set(texts))
        assert source not in texts


def test_neither_docstring_nor_annotations_are_changed() -> None:
    source = 'def f(x: dict[str, int], n: int = 2) -> dict[str, int]:\n    """Sum 1 + 2 - 3."""\n    return n - 1'
    for variant in made(source):
        lines = variant.rewritten[0].text.split("\n")
        assert lines[:2] == source.split("\n")[:2]


def words(source: str) -> set[str]:
    return {variant.words for variant in made(source)}


def test_the_same_change_at_all_like_places_is_a_variant_too() -> None:
    both = "def f(self, other):\n    out = self\n    self.grad += out.grad\n    other.grad += out.grad\n"
    assert "with `self.grad` overwritten, not added to everywhere" in words(both)


def test_the_same_words_at_two_places_claim_only_one_of_them() -> None:
    assert "with the sin in place of the cos" in words("def f(x: float):\n    return math.cos(x)")
    twice = words("def f(x: float):\n    return math.cos(x) + math.cos(2 * x)")
    assert "with the sin in place of the cos, in one of 2 places" in twice
    assert "with the sin in place of the cos" not in twice


def test_a_local_variable_is_called_by_what_it_is_made_of() -> None:
    source = "def f(h: Tensor, dh: Tensor) -> Tensor:\n    slope = 1 - h**2\n    return slope * dh"
    assert "without the factor made of `h`" in words(source)
    assert not any("slope" in said for said in words(source))


def test_of_an_alternatives_own_variables_nothing_is_said() -> None:
    reference = 'def f(x: Tensor) -> Tensor:\n    """Double x."""\n    return 2 * x'
    other = "def f(x):\n    level = {x: 0}\n    return level[x] + x"
    found = derive(NOTHING, (Rewritten("f", other),), {"f": reference})
    assert not any("level" in variant.words for variant in found)


# ---- relations


def case(right: object, got: object, **inputs: Tensor) -> Case:
    def tensor(value: object) -> Tensor:
        return torch.as_tensor(value).double()

    return Case(10, "answer", tensor(right), tensor(got), inputs, None, frozenset())


X = torch.tensor([[1.0, -2.0, 3.0], [4.0, 5.5, -6.0]])
D = torch.tensor([[0.5, 1.5, -0.7], [0.3, -1.1, 2.0]])
COLUMN = torch.tensor([[2.0], [3.0]])
RELATED = [
    (X, torch.zeros(2, 3), {}, "is 0 everywhere"),
    (X, torch.full((2, 3), 1.7), {}, "is the same number everywhere"),
    (X, torch.full((2, 3), float("nan")), {}, "is NaN everywhere"),
    (X.sum(1, keepdim=True), X, {}, "would be right if it were summed over dim 1"),
    (X.sum(0), X, {}, "would be right if it were summed over dim 0"),
    (X.mean(0), X, {}, "would be right if it were averaged over dim 0"),
    (COLUMN.expand(2, 3), COLUMN, {}, "has the right numbers, but is not stretched to the shape that is asked for"),
    (X, X.reshape(6), {}, "holds the right numbers in the wrong shape"),
    (X, X.T, {}, "is right, but transposed"),
    (X, -X, {}, "is exactly the negative of what is asked for"),
    (X, D, {"dprobs": D}, "is `dprobs`, unchanged"),
    (X * D, X, {"dh": D}, "lacks the factor `dh`"),
    (X, X * D, {"dh": D}, "has a factor `dh` that does not belong there"),
    (X + COLUMN, X, {"dcounts_sum": COLUMN}, "would be right if `dcounts_sum` were added to it"),
    (X, X + COLUMN, {"dcounts_sum": COLUMN}, "would be right if `dcounts_sum` were taken away from it"),
    (X + COLUMN, X - COLUMN, {"dcounts_sum": COLUMN}, "would be right if twice `dcounts_sum` were added to it"),
    (X, 2 * X, {"h": torch.ones(5, 7)}, "is twice what is asked for"),
    (X, 5 * X, {"h": torch.ones(5, 7)}, "is too large by a factor: size 0 of `h`"),
    (X, X / 6, {"h": torch.ones(5, 7)}, "is too small by a factor: one less than size 1 of `h`"),
    (X, X.square(), {}, "is the square of what is asked for"),
    (X, X.tanh(), {}, "is the tanh of what is asked for"),
    (X, 1 - X, {}, "is one minus what is asked for"),
    (X.abs(), X.abs(), {}, ""),
    (X, X.sum(0), {}, "is the sum of what is asked for, over dim 0"),
    (X, torch.cat([X[:1] + 1, X[1:]]), {}, ""),
    (torch.cat([X, D]), torch.cat([X, D])[[3, 0, 2, 1]], {}, "holds the right numbers, but in other places"),
    (torch.cat([X, D]), torch.cat([X, D]).flip(0), {}, "is right, but in reverse along dim 0"),
    (torch.cat([X, D]), torch.cat([X + 1, D])[[0, 1, 2, 3]] * 1.0, {}, ""),
    (torch.cat([X, D]), torch.cat([X[:1] + 1, X[1:], D]), {}, "is right but for its first row"),
    (torch.cat([X, D]), torch.cat([X, D[:1], D[1:] * 0]), {}, "is right but for its last row"),
    (X, X + 0.1 * D.square(), {"dh": D}, ""),
]


@pytest.mark.parametrize(("right", "got", "inputs", "expected"), RELATED)
def test_a_relation_is_said_where_it_holds(
    right: Tensor, got: Tensor, inputs: dict[str, Tensor], expected: str
) -> None:
    said = [words for _, words in related([case(right, got, **inputs)], BEFORE + BETWEEN + AFTER)]
    assert expected in said if expected else not [words for words in said if "times what" not in words]


def test_a_relation_must_hold_of_every_wrong_quantity() -> None:
    assert related([case(X, -X), case(X, 2 * X)], BEFORE) == []


def test_what_an_earlier_call_gave_is_told_as_such() -> None:
    stale = Case(11, "answer", X.double(), D.double(), {}, D.double(), frozenset())
    assert ("stale", "is what an earlier call gave: something is kept from one call to the next") in related(
        [stale], BEFORE
    )


# ---- exceptions

TOLD = [
    (
        wire.Trouble(
            1, "RuntimeError", "mat1 and mat2 shapes cannot be multiplied (6x7 and 5x7)", 9, shapes={"W2": (5, 7)}
        ),
        "return dlogits @ W2",
        "The inner sizes of a matrix product must agree: (6, 7) @ (5, 7) has 7 beside 5. Here `W2` is (5, 7).",
    ),
    (
        wire.Trouble(1, "AttributeError", "'float' object has no attribute 'data'", 9),
        "return self.data + other.data",
        "A plain number comes by here, where your code expects a Value: a number has no `.data`. "
        "Make it a Value first.",
    ),
    (
        wire.Trouble(1, "TypeError", "'NoneType' object is not callable", None, "node._backward()"),
        "",
        "`_backward` holds None. A function with () behind it runs at once, and what is kept is what it returned.",
    ),
    (wire.Trouble(1, "ValueError", "a word of its own", 9), "raise ValueError('a word of its own')", ""),
]


@pytest.mark.parametrize(("trouble", "line", "expected"), TOLD)
def test_an_exception_is_told_in_the_learners_terms(trouble: wire.Trouble, line: str, expected: str) -> None:
    assert explained(trouble, line, trouble.expression, values=True) == expected


# ---- all together


def test_unlisted_answers_are_named_and_the_evidence_is_shown(tmp_path: Path) -> None:
    wrong = "def dbnraw(dhpreact, bngain):\n    return bngain + dhpreact\n\n\n"
    wrong += "def dh(dlogits, W2):\n    return dlogits @ W2[:, :-1]\n\n\n"
    folder = workspace(tmp_path, part4=replaced(solved("part4"), wrong))
    told = " ".join(zth(folder, "check", "dbnraw", "dh", "--verbose").out.split())
    assert "is what comes out with `bngain` and `dhpreact` added, not multiplied" in told
    assert "the same on 9 draws, 6 of them fresh" in told
    assert re.search(r"on draw 1, dbnraw\[\d, \d\]: yours (\S+), the variant's \1", told)
    assert "The inner sizes of a matrix product must agree" in told
    assert "`dlogits` is (6, 7) and `W2` is (5, 7)" in told


def test_a_patch_is_taken_back_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "ours.py"
    path.write_text("class A:\n    def f(self):\n        return 1\n\n\ndef g():\n    return 2\n")
    module = type(re)("ours")
    exec(path.read_text(), vars(module))
    patched = Patched(module, wire.Import("ours", str(path).encode(), 0))
    patched.apply(wire.Patch((wire.Definition("A", "f", "def f(self):\n    return 10"),)))
    assert (module.A().f(), module.g()) == (10, 2)
    patched.apply(
        wire.Patch((wire.Definition("", "g", "def helper():\n    return 20\n\ndef g():\n    return helper()"),))
    )
    assert (module.A().f(), module.g()) == (1, 20)
    patched.apply(wire.Patch((wire.Definition("", "g", "def g(:"),)))
    with pytest.raises(SyntaxError):
        patched.must_be_sound()
    assert module.g() == 2
    assert not hasattr(module, "helper")


def test_a_method_that_is_patched_still_finds_the_class_above_its_own(tmp_path: Path) -> None:
    path = tmp_path / "ours.py"
    path.write_text(
        "class A:\n    def f(self):\n        return 1\n\n\nclass B(A):\n    def f(self):\n        return 2\n"
    )
    module = type(re)("ours")
    exec(path.read_text(), vars(module))
    patched = Patched(module, wire.Import("ours", str(path).encode(), 0))
    patched.apply(wire.Patch((wire.Definition("B", "f", "def f(self):\n    return 10 * super().f()"),)))
    assert module.B().f() == 10
    patched.apply(wire.Patch(()))
    assert module.B().f() == 2
    assert "method_of" not in vars(module.B)


@pytest.mark.parametrize("lecture", ["micrograd", "part4"])
def test_no_words_give_a_solution_line_away(lecture: str) -> None:
    source = read_source(ROOT / "solutions" / f"{lecture}.py")
    lines = {line.strip() for line in source.lines() if len(line.strip()) > 30}
    for name, node in source.definitions.items():
        if type(node).__name__ == "FunctionDef":
            text = "\n".join(source.lines()[node.lineno - 1 : node.end_lineno])
            own = text[: len(text) - len(text.lstrip())]
            text = "\n".join(line.removeprefix(own) for line in text.split("\n"))
            for variant in derive(source, (Rewritten(name, text),)):
                assert not any(line in variant.words for line in lines)
