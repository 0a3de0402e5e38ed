"""An answer against what is expected: nothing wrong passes, nothing right is held up, and the words are true."""

import math
import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor

from grader.checks.check import Attempt
from grader.checks.expectations import Between, Close, any_of, between, close, each, holds, moved, parts, raises
from grader.judging import comparing
from grader.judging.alike import alike
from grader.judging.verdict import Quantity
from grader.sandbox.wire import Bag, Thing, Unsent

settings.register_profile("zth", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("zth")

SHAPES = st.lists(st.integers(1, 4), max_size=3).map(tuple)
NUMBERS = st.floats(-1e3, 1e3, width=32)
FLOATS = (torch.float32, torch.float64)
RTOL, ATOL = 1e-4, 1e-6


@st.composite
def tensors(draw: st.DrawFn, shapes: st.SearchStrategy[tuple[int, ...]] = SHAPES) -> Tensor:
    shape = draw(shapes)
    count = math.prod(shape)
    numbers = draw(st.lists(NUMBERS, min_size=count, max_size=count))
    return torch.tensor(numbers, dtype=draw(st.sampled_from(FLOATS))).reshape(shape)


@st.composite
def places(draw: st.DrawFn, tensor: Tensor) -> tuple[int, ...]:
    return tuple(draw(st.integers(0, size - 1)) for size in tensor.shape)


def compare(name: str, expected: Any, got: Any) -> list[Quantity]:
    """Every quantity; and what only asks whether all of them are right says the same."""
    quantities = comparing.compare(name, expected, got)
    assert comparing.is_right(expected, got) == all(quantity.ok for quantity in quantities)
    return quantities


def one(expected: Any, got: Any) -> Quantity:
    """The only quantity of a comparison."""
    (quantity,) = compare("y", expected, got)
    return quantity


def right(expected: Any, got: Any) -> bool:
    return all(quantity.ok for quantity in compare("y", expected, got))


def problem(expected: Any, got: Any) -> str:
    """The first thing that is wrong; "" if nothing is."""
    return next((quantity.problem for quantity in compare("y", expected, got) if not quantity.ok), "")


# ---- tensors -------------------------------------------------------------------------------------------------------


@given(tensors())
def test_an_equal_tensor_is_right_and_exact(expected: Tensor) -> None:
    for got in (expected.clone(), expected.to(torch.float64), expected.t() if expected.dim() == 2 else expected):
        if got.shape == expected.shape and torch.equal(got.to(torch.float64), expected.to(torch.float64)):
            quantity = one(expected, got)
            assert (quantity.ok, quantity.exact, quantity.close, quantity.maxdiff) == (True, True, True, 0.0)
            assert quantity.problem == ""


@given(tensors(), tensors())
def test_a_tensor_of_another_shape_is_never_right(expected: Tensor, got: Tensor) -> None:
    assume(expected.shape != got.shape)
    quantity = one(expected, got)
    assert not quantity.ok
    assert "differ, worst at" not in quantity.problem
    assert quantity.got_shape == tuple(got.shape)


@given(tensors(), st.data())
def test_what_torch_would_stretch_is_not_right(expected: Tensor, data: st.DataObject) -> None:
    assume(expected.dim())
    dim = data.draw(st.integers(0, expected.dim() - 1))
    constant = expected.select(dim, 0).unsqueeze(dim)
    stretched = constant.expand_as(expected).clone()
    for got in (constant, constant.squeeze(dim)):
        if got.shape != stretched.shape:
            assert not right(stretched, got)


@given(tensors(), st.sampled_from(["flat", "a row", "a column", "more", "turned"]))
def test_right_values_in_a_wrong_shape_are_told_as_such(expected: Tensor, how: str) -> None:
    shapes = {
        "flat": (-1,),
        "a row": (1, -1),
        "a column": (-1, 1),
        "more": (*expected.shape, 1),
        "turned": expected.shape[::-1],
    }
    got = expected.reshape(shapes[how])
    assume(got.shape != expected.shape)
    quantity = one(expected, got)
    assert quantity.problem.startswith("has the right values in the wrong shape")
    assert str(tuple(got.shape)) in quantity.problem
    assert str(tuple(expected.shape)) in quantity.problem


def test_a_wrong_shape_is_told_without_a_warning_where_a_graph_hangs_on_it(recwarn: pytest.WarningsRecorder) -> None:
    expected = torch.rand(2, 3, requires_grad=True)
    assert "wrong shape" in one(expected, 1.00001 * expected.flatten()).problem
    assert not recwarn.list


@given(tensors(), tensors())
def test_wrong_values_in_a_wrong_shape_are_not_called_right(expected: Tensor, got: Tensor) -> None:
    assume(expected.shape != got.shape)
    said = problem(expected, got)
    if expected.numel() != got.numel() or not right(expected, got.reshape(expected.shape).to(expected.dtype)):
        assert "right values" not in said
        assert "dimension" in said or "has shape" in said


@given(tensors(), st.data(), st.sampled_from([1, -1]))
def test_one_element_beyond_the_tolerance_is_wrong_and_is_named(
    expected: Tensor, data: st.DataObject, sign: int
) -> None:
    expected = expected.to(torch.float64)
    place = data.draw(places(expected))
    got = expected.clone()
    got[place] += sign * 1.01 * (RTOL * expected.abs().max().item() + ATOL)
    quantity = one(expected, got)
    assert not quantity.ok
    assert quantity.exact is False
    assert quantity.worst == (place if expected.dim() else None)
    if expected.dim():
        assert f"1 of {expected.numel()} differ, worst at {list(place)}" in quantity.problem


@given(tensors(), st.data(), st.sampled_from([1, -1]), st.floats(0, 0.98))
def test_elements_within_the_tolerance_are_right(expected: Tensor, data: st.DataObject, sign: int, part: float) -> None:
    expected = expected.to(torch.float64)
    got = expected + sign * part * (RTOL * expected.abs().max().item() + ATOL)
    assert right(expected, got)
    got = expected.clone()
    got[data.draw(places(expected))] += sign * part * (RTOL * expected.abs().max().item() + ATOL)
    assert right(expected, got)


@given(tensors(), st.data(), st.sampled_from([math.nan, math.inf, -math.inf]))
def test_a_number_that_is_not_finite_is_wrong_and_is_named(expected: Tensor, data: st.DataObject, odd: float) -> None:
    place = data.draw(places(expected))
    got = expected.clone()
    got[place] = odd
    quantity = one(expected, got)
    assert not quantity.ok
    assert ("NaN" if math.isnan(odd) else "inf") in quantity.problem
    if expected.dim():
        assert str(list(place)) in quantity.problem
    assert quantity.maxdiff is not None
    assert not math.isfinite(quantity.maxdiff) or quantity.maxdiff < 1e300, "a distance nobody computed"


@given(tensors(), st.data(), st.sampled_from([math.nan, math.inf, -math.inf]))
def test_a_number_that_should_not_be_finite_must_be_just_that(
    expected: Tensor, data: st.DataObject, odd: float
) -> None:
    place = data.draw(places(expected))
    finite = expected.clone()
    expected[place] = odd
    assert right(expected, expected.clone())
    assert not right(expected, finite)
    assert not right(expected, torch.where(expected.isfinite(), expected, torch.tensor(-odd if odd == odd else 1.0)))


def test_one_huge_element_does_not_hide_a_nan_elsewhere() -> None:
    assert not right(torch.tensor([math.inf, 1.0]), torch.tensor([math.inf, math.nan]))
    assert not right(torch.tensor([math.inf, 1.0]), torch.tensor([math.inf, 2.0]))
    assert not right(torch.tensor([math.nan, 1.0]), torch.tensor([math.nan, 2.0]))


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0, 4)])
def test_tensors_without_elements_are_compared_by_shape(shape: tuple[int, ...]) -> None:
    assert right(torch.empty(shape), torch.empty(shape))
    assert not right(torch.empty(shape), torch.empty(*shape, 1))


DTYPES = {
    "float32": [torch.float32, torch.float64],
    "float64": [torch.float32, torch.float64],
    "int64": [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64],
    "bool": [torch.bool],
    "complex64": [torch.complex64, torch.complex128],
}
EVERY = (
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
    torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128,
)  # fmt: skip


@pytest.mark.parametrize("name", DTYPES)
@pytest.mark.parametrize("got", EVERY, ids=str)
def test_the_kind_of_numbers_counts_and_not_their_width(name: str, got: torch.dtype) -> None:
    expected = torch.tensor([[1, 0, 1]], dtype=getattr(torch, name))
    answer = torch.tensor([[1, 0, 1]]).to(got)
    assert right(expected, answer) == (got in DTYPES[name])
    if got not in DTYPES[name]:
        assert str(got).removeprefix("torch.") in problem(expected, answer)
        assert "differ" not in problem(expected, answer)


def test_what_is_wrong_is_told_in_this_order() -> None:
    expected = torch.ones(2, 3)
    nan = torch.full((2, 3), math.nan)
    assert "is None" in problem(expected, None)
    assert "3 dimensions" in problem(expected, nan.half().reshape(1, 2, 3))
    assert "has shape (3, 2)" in problem(expected, nan.half().reshape(3, 2))
    assert "float16" in problem(expected, nan.half())
    assert "NaN" in problem(expected, nan * torch.tensor([1.0, 1.0, 2.0]))
    assert "differ" in problem(expected, expected * 2)


def test_a_tensor_that_is_still_attached_is_told_so() -> None:
    assert "graph" in problem(torch.ones(2), torch.ones(2, requires_grad=True))
    assert right(torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True))
    assert right(torch.ones(2, requires_grad=True), torch.ones(2))


@pytest.mark.parametrize(
    "got",
    [
        None, "3", [], (), {}, Bag(), [[1.0, 2.0]], {"a": 1.0}, Attempt("ValueError"), Attempt("", 1.0), Thing("Value"),
        Thing("numpy.ndarray", "of shape (3,)"), Unsent("float32", (3,), "is sparse"), 1.0, True,
    ],
    ids=repr,
)  # fmt: skip
def test_no_other_kind_is_right_for_a_tensor_and_each_is_named(got: Any) -> None:
    for expected in (torch.ones(3), torch.ones(()), torch.ones(0)):
        assert len(problem(expected, got)) > 10


# ---- numbers -------------------------------------------------------------------------------------------------------


@given(NUMBERS)
def test_a_number_may_come_in_any_form_of_number(x: float) -> None:
    assert right(x, x)
    assert right(x, torch.tensor(x, dtype=torch.float64))
    assert right(x, torch.tensor(x, dtype=torch.float32))
    assert right(float(int(x)), int(x))
    assert right(float(int(x)), torch.tensor(int(x)))
    assert right(int(x), torch.tensor(int(x)))


@given(NUMBERS, st.sampled_from([1, -1]))
def test_numbers_have_the_tolerance_of_tensors(x: float, sign: int) -> None:
    allowed = RTOL * abs(x) + ATOL
    for form in (float, lambda y: torch.tensor(y, dtype=torch.float64)):
        assert right(x, form(x + sign * 0.98 * allowed))
        assert not right(x, form(x + sign * 1.02 * allowed))


@given(st.integers(-(10**6), 10**6), st.sampled_from([1, -1]))
def test_whole_numbers_are_right_or_wrong(x: int, sign: int) -> None:
    assert right(x, x)
    assert not right(x, x + sign)
    assert not right(x, torch.tensor(x + sign))


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=6), st.data())
def test_whole_numbers_in_a_tensor_are_right_or_wrong(numbers: list[int], data: st.DataObject) -> None:
    expected = torch.tensor(numbers)
    got = expected.clone()
    assert right(expected, got)
    got[data.draw(st.integers(0, len(numbers) - 1))] += 1
    assert not right(expected, got)


ONE_AS = {
    "a float": (1.0, [1.0, 1, torch.tensor(1.0), torch.tensor(1)], [True, "1", None, torch.tensor(True), [1.0]]),
    "a whole number": (1, [1, torch.tensor(1)], [True, 1.0, "1", None, torch.tensor(1.0), torch.tensor(True), [1]]),
    "a truth": (True, [True, torch.tensor(True)], [1, 1.0, "True", None, torch.tensor(1), torch.tensor(1.0), [True]]),
    "text": ("1", ["1"], [1, None, ["1"], torch.tensor(1), "2", ""]),
    "nothing": (None, [None], [0, "", [], torch.tensor(0), False]),
}


@pytest.mark.parametrize(("expected", "fine", "wrong"), ONE_AS.values(), ids=ONE_AS.keys())
def test_a_single_value_has_its_kind(expected: Any, fine: list[Any], wrong: list[Any]) -> None:
    assert [got for got in fine if not right(expected, got)] == []
    assert [got for got in wrong if right(expected, got)] == []


@pytest.mark.parametrize("shape", [(1,), (1, 1), (1, 1, 1)])
@pytest.mark.parametrize("expected", [1.5, 3, True, math.inf])
def test_a_number_in_a_tensor_with_dimensions_is_told_of_its_shape(expected: float, shape: tuple[int, ...]) -> None:
    for got in (torch.full(shape, expected), torch.full(shape, 2.5)):
        said = problem(expected, got)
        assert str(shape) in said
        assert "entries" not in said


@pytest.mark.parametrize("got", [True, torch.tensor(True)])
def test_a_truth_for_a_number_is_told_in_python_words(got: object) -> None:
    assert "float64 will do" not in problem(1.0, got), "nobody asked for a tensor"


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_itself_and_nothing_else(odd: float) -> None:
    assert right(odd, odd)
    assert right(odd, torch.tensor(odd))
    for other in (0.0, 1e300, -odd if odd == odd else math.inf, True, None):
        assert not right(odd, other)
        assert not right(1.0, odd)


# ---- collections ---------------------------------------------------------------------------------------------------


@given(st.lists(NUMBERS, min_size=1, max_size=6), st.data())
def test_a_list_of_numbers_is_compared_number_by_number(numbers: list[float], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(numbers) - 1))
    other = list(numbers)
    other[place] += 1.01 * (RTOL * max(map(abs, numbers)) + ATOL) + 1e-5
    assert right(numbers, numbers)
    assert right(numbers, tuple(numbers))
    assert right(numbers, [torch.tensor(x, dtype=torch.float64) for x in numbers])
    assert not right(numbers, other)
    assert not right(numbers, numbers[:-1])
    assert not right(numbers, [*numbers, 0.0])
    assert "entries" in problem(numbers, [*numbers, 0.0])


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=5) | st.lists(st.booleans(), min_size=1, max_size=5))
def test_a_list_of_whole_numbers_or_truths_equals_itself(items: list[int]) -> None:
    assert right(items, list(items))
    assert right(items, tuple(items))
    assert not right(items, [*items[:-1], 7.25])


LISTS = {
    "None in it": ([1.0, 2.0], [1.0, None], "None at [1]"),
    "a word in it": ([1.0, 2.0], ["1", 2.0], "[0]"),
    "a list in it": ([1.0, 2.0], [1.0, [2.0]], "[1]"),
    "truths": ([1.0, 0.0], [True, False], "True"),
    "a set": ([1.0, 2.0], Bag([1.0, 2.0]), "a set"),
    "a tensor": ([1.0, 2.0], torch.tensor([1.0, 2.0]), "tensor"),
    "a number": ([1.0], 1.0, "is 1"),
    "nothing": ([1.0], None, "None"),
    "empty": ([1.0], [], "entries"),
}


@pytest.mark.parametrize(("expected", "got", "said"), LISTS.values(), ids=LISTS.keys())
def test_what_is_no_list_of_those_numbers_is_told_what_it_is(expected: Any, got: Any, said: str) -> None:
    assert said in problem(expected, got)


def test_a_sequence_is_compared_entry_by_entry() -> None:
    expected = [torch.ones(2), "a", {"b": 1.0}]
    assert right(expected, [torch.ones(2), "a", {"b": 1.0}])
    assert right(expected, (torch.ones(2), "a", {"b": 1.0}))
    names = [q.name for q in compare("y", expected, [torch.zeros(2), "b", {"b": 2.0}]) if not q.ok]
    assert names == ["y[0]", "y[1]", "y[2]['b']"]
    assert "entries" in problem(expected, expected[:2])
    assert not right(expected, Bag(expected))


@pytest.mark.parametrize("expected", [[], (), {}, set(), [[], []], {"a": []}], ids=repr)
def test_something_empty_is_not_right_for_whatever_comes(expected: Any) -> None:
    for got in (None, 3, "abc", [1.0], torch.ones(2), Thing("Value")):
        assert not right(expected, got), got


def test_a_table_asks_for_its_keys_and_lets_others_be() -> None:
    expected = {"a": 1.0, "b": torch.ones(2)}
    assert right(expected, {"a": 1.0, "b": torch.ones(2), "name": "more"})
    assert problem(expected, {"a": 1.0}) == "is missing"
    assert problem(expected, {"b": torch.ones(2)}) == "is missing"
    assert "should be a dict" in problem(expected, [1.0, torch.ones(2)])
    assert [q.name for q in compare("", expected, {"a": 2.0, "b": torch.zeros(2)})] == ["a", "b"]


def test_a_set_is_compared_by_its_members_whatever_their_order() -> None:
    assert right({"a", "b"}, Bag(["b", "a"]))
    assert right({1, 2}, Bag([2, 1]))
    assert right(set(), Bag())
    for got in (Bag(["a"]), Bag(["a", "b", "c"]), Bag(["a", "a"]), Bag(), None, "ab", {"a": 1, "b": 2}):
        assert not right({"a", "b"}, got), got
    assert re.search(r"should be \{'?a'?, '?b'?\}, and is \{'?a'?\}", problem({"a", "b"}, Bag(["a"])))
    assert not right({1}, Bag(["1"])), "a number is no word"


def test_an_attempt_is_compared_by_kind_and_value() -> None:
    assert right(Attempt("", 1.0), Attempt("", 1.0))
    assert right(Attempt("TypeError"), Attempt("TypeError"))
    assert not right(Attempt("", 1.0), Attempt("", 2.0))
    assert not right(Attempt("", 1.0), 1.0)
    assert "raises ValueError" in problem(Attempt("TypeError"), Attempt("ValueError"))
    assert "raises ValueError" in problem(Attempt("", 1.0), Attempt("ValueError"))


ATTEMPTS = [
    (Attempt("", (0,)), Attempt("ValueError"), "should give (0,), and raises ValueError"),
    (Attempt("ValueError"), Attempt("", (2, 3)), "should raise ValueError, and gives (2, 3)"),
    (Attempt("ValueError"), Attempt("TypeError"), "should raise ValueError, and raises TypeError"),
    (Attempt("TypeError"), None, "should raise TypeError, and is None"),
]


@pytest.mark.parametrize(("expected", "got", "said"), ATTEMPTS)
def test_an_attempt_is_told_in_a_sentence(expected: Attempt, got: Any, said: str) -> None:
    assert problem(expected, got) == said


WHOLE = {
    "large": (10788929, 10788928, "yours 10788928, expected 10788929"),
    "far apart": (22397, 226, "yours 226, expected 22397"),
    "in a tensor": (torch.tensor([3, 123456]), torch.tensor([3, 123457]), "[1]: yours 123457, expected 123456"),
    "as floats": (22397.0, 22600.0, "yours 22600, expected 22397"),
    "too large for a float to hold": (1e30, 2e30, "yours 2e+30, expected 1e+30"),
    "not whole": (0.5, 22600.25, "yours 2.26e+04, expected 0.5"),
}


@pytest.mark.parametrize(("expected", "got", "said"), WHOLE.values(), ids=WHOLE.keys())
def test_whole_numbers_are_told_in_full(expected: Any, got: Any, said: str) -> None:
    assert problem(expected, got).endswith(said)


# ---- expectations --------------------------------------------------------------------------------------------------

SAYS = "That sentence."


def test_every_expectation_accepts_what_it_names_and_tells_its_sentence_otherwise() -> None:
    cases: list[tuple[Any, list[Any], list[Any]]] = [
        (close(100.0, rtol=0.1, atol=0.0, says=SAYS), [100.0, 109.0, 91.0], [111.0, None, "100", True, math.nan]),
        (between(1.0, 2.0, says=SAYS), [1, 1.0, 2.0, torch.tensor(1.5)], [0.99, 2.01, None, math.nan, "1", [1.5]]),
        (each(2.0, says=SAYS), [[2.0], [2.0, 2.0]], [[], None, 2.0, [2.0, 3.0], [2.0, None]]),
        (any_of(1.0, "one", says=SAYS), [1.0, "one"], [2.0, "two", None]),
        (raises("TypeError", "KeyError", says=SAYS), [Attempt("TypeError")], [Attempt("", 1), Attempt("E"), None, 3]),
        (holds((lambda y: y > 1, SAYS)), [2, 2.5], [1, None, "2", [3]]),
    ]
    for expected, fine, wrong in cases:
        assert [got for got in fine if not right(expected, got)] == []
        for got in wrong:
            bad = [quantity for quantity in compare("y", expected, got) if not quantity.ok]
            assert bad, (expected, got)
            no_number = isinstance(expected, Close | Between) and (got is None or isinstance(got, str | list))
            assert bad[0].says == ("" if no_number else SAYS), (expected, got)  # a sentence on values is for values
            assert bad[0].problem


def test_a_truth_is_no_number_between_two_others() -> None:
    assert not right(between(0.0, 2.0), True)


def nothing(_: object) -> bool:
    raise ValueError


@pytest.mark.parametrize("rule", [nothing, lambda y: y["no"], lambda y: 1 / 0, lambda y: y.none])
def test_a_rule_that_raises_is_violated(rule: Callable[..., bool]) -> None:
    assert compare("y", holds((lambda y: True, "first"), (rule, SAYS)), [1.0])[0].says == SAYS


def test_the_first_rule_that_is_violated_speaks() -> None:
    rules = holds((lambda y: y > 1, "small"), (lambda y: y > 2, "still small"), (lambda y: y > 3, "too small"))
    assert [compare("y", rules, y)[0].says for y in (1, 2, 3, 4)] == ["small", "still small", "too small", ""]


def test_parts_have_names_and_only_a_tuple_or_list_has_parts() -> None:
    expected = parts(dW=torch.ones(2), db=1.0)
    assert right(expected, (torch.ones(2), 1.0))
    assert right(expected, [torch.ones(2), 1.0])
    assert [q.name for q in compare("y", expected, (torch.zeros(2), 2.0)) if not q.ok] == ["dW", "db"]
    for got in (torch.ones(2), (torch.ones(2),), (torch.ones(2), 1.0, 2.0), None, Bag([torch.ones(2), 1.0]), {}):
        assert "dW, db" in problem(expected, got)


@given(tensors(), st.floats(1e-3, 10), st.data())
def test_steps_are_judged_by_how_far_they_go(before: Tensor, step: float, data: st.DataObject) -> None:
    before = before.to(torch.float64)
    after = before + step
    expected = moved({"p": before}, {"p": after})["p"]
    place = data.draw(places(before))
    assert right(expected, after)
    assert right(expected, after + 0.9e-3 * step)
    wrong = after.clone()
    wrong[place] += 1.1e-3 * step + 1e-9
    assert not right(expected, wrong)
    assert not right(expected, before)
    assert not right(expected, after.unsqueeze(0))
    assert not right(expected, None)


def test_a_parameter_that_should_stay_may_jitter_by_a_hundredth_of_the_largest_step() -> None:
    expected = moved({"p": torch.zeros(2), "q": torch.zeros(2)}, {"p": torch.ones(2), "q": torch.zeros(2)})
    assert right(expected, {"p": torch.ones(2), "q": torch.full((2,), 0.9e-5)})
    assert not right(expected, {"p": torch.ones(2), "q": torch.full((2,), 1.1e-5)})


# ---- whatever a worker may send ------------------------------------------------------------------------------------

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(width=64), st.text(max_size=3),
    st.builds(Thing, st.text(max_size=3)), st.just(Unsent("float32", (3,), "is sparse")), tensors(),
    st.sampled_from([torch.tensor(True), torch.tensor(1j), torch.zeros(0), torch.tensor([1]), torch.tensor(math.inf)]),
)  # fmt: skip
CLAIMS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.lists(inner, max_size=3).map(Bag)
        | st.dictionaries(st.sampled_from(["a", "b", 1]), inner, max_size=2)
        | st.builds(Attempt, st.sampled_from(["", "TypeError"]), inner)
    ),
    max_leaves=6,
)
EXPECTATIONS: list[Any] = [
    torch.ones(2, 3), torch.tensor(1.0), torch.tensor([True]), torch.tensor([1]), torch.ones(2, dtype=torch.complex64),
    1.0, 1, True, "a", None, [1.0, 2.0], [1, 2], ["a", 1.0], {"a": 1.0}, {"a", "b"}, Attempt("", 1.0), math.nan, [], (),
    close(1.0), close([1.0, 2.0]), between(0, 1), each(1.0), each(torch.ones(2)), parts(a=1.0, b=torch.ones(2)),
    any_of(1.0, raises("TypeError")), raises("TypeError"), holds((lambda y: y[0] > 1, "rule")),
    moved({"p": torch.zeros(2)}, {"p": torch.ones(2)})["p"], moved({"p": [0.0, 0.0]}, {"p": [1.0, 2.0]})["p"],
]  # fmt: skip


@given(CLAIMS)
@settings(max_examples=150)
def test_no_claim_brings_the_comparer_down(got: Any) -> None:
    for expected in EXPECTATIONS:
        for quantity in compare("y", expected, got):
            assert quantity.ok or quantity.problem
            assert not (quantity.ok and quantity.problem)


# ---- two claims ----------------------------------------------------------------------------------------------------


@given(CLAIMS)
@settings(max_examples=150)
def test_a_claim_is_like_itself(claim: Any) -> None:
    assert alike(claim, claim)


@given(CLAIMS, CLAIMS)
@settings(max_examples=150)
def test_likeness_goes_both_ways(one: Any, other: Any) -> None:
    assert alike(one, other) == alike(other, one)


@given(tensors(), st.data())
def test_two_tensors_are_alike_to_a_small_part_of_their_scale(tensor: Tensor, data: st.DataObject) -> None:
    tensor = tensor.to(torch.float64)
    scale = tensor.abs().max().item()
    place = data.draw(places(tensor))
    for off, same in ((0.5e-5 * scale, True), (3e-5 * scale + 3e-6, False)):
        other = tensor.clone()
        other[place] += off
        assert alike(tensor, other) is same


UNLIKE = {
    "inf and a number": (math.inf, 5.0),
    "inf and its negative": (math.inf, -math.inf),
    "NaN and a number": (math.nan, 5.0),
    "NaN and inf": (math.nan, math.inf),
    "inf and its negative, in tensors": (torch.tensor([math.inf]), torch.tensor([-math.inf])),
    "inf and a number, in tensors": (torch.tensor([math.inf]), torch.tensor([5.0])),
    "NaN and a number, in tensors": (torch.tensor([math.nan]), torch.tensor([5.0])),
    "shapes": (torch.ones(2), torch.ones(2, 1)),
    "kinds of numbers": (torch.ones(2), torch.ones(2, dtype=torch.int64)),
    "attached or not": (torch.ones(2), torch.ones(2, requires_grad=True)),
    "a truth and a number": (True, 1),
    "a truth and 1.0": (True, 1.0),
    "None and 0": (None, 0),
    "a word and a number": ("1", 1),
    "lengths": ([1.0], [1.0, 1.0]),
    "keys": ({"a": 1.0}, {"b": 1.0}),
    "kinds of exceptions": (Attempt("TypeError"), Attempt("ValueError")),
    "a value and an exception": (Attempt("", 1.0), Attempt("TypeError", 1.0)),
    "members": (Bag([1, 2]), Bag([1, 3])),
    "deep inside": ([{"a": (1.0, [2.0])}], [{"a": (1.0, [2.1])}]),
}


@pytest.mark.parametrize(("one", "other"), UNLIKE.values(), ids=UNLIKE.keys())
def test_what_differs_is_not_alike(one: Any, other: Any) -> None:
    assert not alike(one, other)
    assert not alike(other, one)


def test_what_is_the_same_in_another_form_is_alike() -> None:
    assert alike(1.0, torch.tensor(1.0))
    assert alike(1, 1.0)
    assert alike(Bag([1, 2]), Bag([2, 1]))
    assert alike([1.0, "a"], [1.0 + 1e-9, "a"])
    assert alike(torch.tensor([math.nan, math.inf, 1.0]), torch.tensor([math.nan, math.inf, 1.0]))
