"""What crosses between judge and worker: everything arrives as it was sent, and nothing that is sent can do harm."""

import contextlib
import math
import struct
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from grader.checks.check import Attempt
from grader.sandbox import wire
from grader.sandbox.interface import Output
from grader.sandbox.wire import (
    Answer,
    Array,
    BadFrame,
    Bag,
    Items,
    Load,
    Loaded,
    Named,
    Piece,
    Plain,
    Play,
    Reached,
    Report,
    Shortcut,
    Table,
    Thing,
    Tried,
    Trouble,
    Unsent,
    Where,
)  # fmt: skip

settings.register_profile("zth", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("zth")


def sent(value: Any) -> Any:
    """A value as it arrives: packed, framed, cut off the stream, decoded and unpacked."""
    buffer = bytearray(wire.frame(Answer(1, {"y": wire.pack(value)}, [], [], 0.0)))
    report = wire.cut_report(buffer)
    assert isinstance(report, Answer)
    assert not buffer
    return wire.unpack(report.values["y"])


def arrived(report: Report) -> Report | None:
    return wire.cut_report(bytearray(wire.frame(report)))


# ---- plain data ----------------------------------------------------------------------------------------------------

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(-9, 9) | st.none(), inner, max_size=4)
    ),
    max_leaves=12,
)


def same_kinds(a: Any, b: Any) -> bool:
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and all(same_kinds(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same_kinds(a[key], b[key]) for key in a)
    return type(a) is type(b)


@given(PLAIN)
@settings(max_examples=150)
def test_plain_data_arrives_as_it_was(value: Any) -> None:
    came = sent(value)
    assert came == value
    assert same_kinds(value, came)


@given(st.sets(st.integers(-99, 99)) | st.frozensets(st.text(max_size=3)))
def test_a_set_arrives_as_a_bag_of_its_members(value: set[Any]) -> None:
    came = sent(value)
    assert type(came) is Bag
    assert set(came) == value
    assert len(came) == len(value)


@given(st.floats())
def test_every_float_arrives_with_its_bits(value: float) -> None:
    assert struct.pack("d", sent(value)) == struct.pack("d", value) or (math.isnan(value) and math.isnan(sent(value)))
    assert type(sent(np.float64(value))) is float


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**4000])
def test_a_whole_number_that_is_too_long_is_told_of(value: int) -> None:
    assert isinstance(sent(value), Thing)


def test_numpy_numbers_become_pythons_own() -> None:
    for value in (np.float32(0.5), np.int8(3), np.bool_(True), np.str_("a")):
        assert sent(value) == value.item()
        assert type(sent(value)) is type(value.item())


@pytest.mark.parametrize("text", ["", "a", "ä→✗", "\0", "\ud800", "a\udfffb", "\U0010ffff"], ids=ascii)
def test_every_text_of_python_can_be_sent(text: str) -> None:
    assert isinstance(sent(text), str)
    assert isinstance(sent({text: [text]}), dict)
    trouble = arrived(Trouble(1, "ValueError", wire.clean(str(ValueError(text))), None, wire.clean(text), None))
    assert isinstance(trouble, Trouble)


def test_an_attempt_arrives_with_its_kind_and_its_value() -> None:
    assert sent(Attempt("TypeError")) == Attempt("TypeError")
    assert sent(Attempt("", [1.5, "a"])) == Attempt("", [1.5, "a"])


class Sly:
    """Pretends to be whatever is asked for."""

    def __init__(self, kind: type) -> None:
        self.kind = kind

    @property
    def __class__(self) -> Any:  # type: ignore[override]
        return self.kind


class Endless(list[int]):
    def __len__(self) -> int:
        return 1 << 40

    def __iter__(self) -> Iterator[int]:  # type: ignore[override]
        while True:
            yield 1


class Unfriendly(str):
    def __str__(self) -> str:
        raise ValueError

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


class Doubling(int):
    def __int__(self) -> int:
        return 5

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class Lying(Tensor):
    @classmethod
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise ValueError("I am not to be looked at")


def test_a_subclass_arrives_as_what_it_really_holds() -> None:
    assert sent(Endless([1, 2])) == [1, 2]
    assert type(sent(Unfriendly("abc"))) is str
    assert sent(Unfriendly("abc")) == "abc"
    assert torch.equal(sent(torch.ones(3).as_subclass(Lying)), torch.ones(3))
    came = sent(torch.nn.Parameter(torch.ones(2)))
    assert type(came) is Tensor
    assert came.requires_grad


@pytest.mark.parametrize("value", [object(), sent, len, torch, Exception("a"), 1j, b"abc", iter([]), range(3), type])
def test_what_is_no_plain_data_is_only_told_of(value: Any) -> None:
    assert isinstance(sent(value), Thing)


def test_what_goes_round_in_a_circle_has_an_end() -> None:
    circle: list[Any] = []
    circle.append(circle)
    came = sent(circle)
    for _ in range(wire.DEPTH_LIMIT):
        came = came[0]
    assert isinstance(came, Thing)


def test_a_collection_that_is_too_long_is_only_told_of() -> None:
    almost = wire.ITEMS_LIMIT - 9
    assert len(sent([0] * almost)) == almost
    assert isinstance(sent([0] * (wire.ITEMS_LIMIT + 1)), Thing)
    assert isinstance(sent(dict.fromkeys(range(wire.ITEMS_LIMIT + 1))), Thing)


def test_a_long_text_is_cut() -> None:
    assert len(sent("a" * 10**6)) == wire.TEXT_LIMIT


# ---- tensors -------------------------------------------------------------------------------------------------------

VIEWS: dict[str, Callable[[Tensor], Tensor]] = {
    "whole": lambda t: t,
    "turned": lambda t: t.transpose(0, -1) if t.dim() else t,
    "every other": lambda t: t[::2] if t.dim() else t,
    "from the second on": lambda t: t[1:] if t.dim() else t,
    "expanded": lambda t: t.unsqueeze(0).expand(3, *t.shape),
    "flipped": lambda t: t.flip(0) if t.dim() else t,
    "with a dimension of 1": lambda t: t.unsqueeze(-1),
    "one element": lambda t: t.reshape(-1)[:1].squeeze(),
    "no element": lambda t: t.reshape(-1)[:0],
}


@given(
    st.sampled_from(sorted(wire.DTYPES)),
    st.lists(st.integers(1, 4), max_size=4),
    st.sampled_from(sorted(VIEWS)),
    st.integers(0, 2**31),
)
@settings(max_examples=200)
def test_a_tensor_arrives_with_dtype_shape_and_every_bit(name: str, shape: list[int], view: str, seed: int) -> None:
    dtype = wire.DTYPES[name]
    numbers = np.random.default_rng(seed).integers(0, 256, (*shape, 1 if dtype is torch.bool else dtype.itemsize))
    data = (numbers % 2 if dtype is torch.bool else numbers).astype(np.uint8)
    whole = torch.from_numpy(data).view(dtype).reshape(shape)
    value = VIEWS[view](whole)
    came = sent(value)
    assert came.dtype is dtype
    assert came.shape == value.shape
    assert torch.equal(bits(came), bits(value))
    assert not came.requires_grad


def bits(tensor: Tensor) -> Tensor:
    return torch.empty(tensor.numel(), dtype=tensor.dtype).copy_(tensor.reshape(-1)).view(torch.uint8)


def test_views_that_torch_marks_only_are_resolved() -> None:
    value = torch.tensor([1 + 2j, 3 - 4j])
    assert torch.equal(sent(value.conj()), torch.tensor([1 - 2j, 3 + 4j]))
    assert torch.equal(sent(value.conj().imag), torch.tensor([-2.0, 4.0]))


def test_an_attached_tensor_says_so() -> None:
    leaf = torch.ones(2, requires_grad=True)
    assert sent(leaf).requires_grad
    assert sent(leaf * 2).requires_grad
    assert not sent(leaf.detach()).requires_grad


UNSENT: dict[str, tuple[Callable[[], Tensor], str]] = {
    "sparse": (lambda: torch.eye(3).to_sparse(), "sparse"),
    "on no device": (lambda: torch.ones(3, device="meta"), "meta"),
    "too large": (lambda: torch.zeros(1).expand(1 << 15, 1 << 15), "1,073,741,824 elements"),
    "of too many dimensions": (lambda: torch.ones([1] * 9), "9 dimensions"),
    "of a rare dtype": (lambda: torch.ones(3).to(torch.float8_e5m2), "float8"),
}


@pytest.mark.parametrize(("make", "why"), UNSENT.values(), ids=UNSENT.keys())
def test_a_tensor_that_cannot_be_sent_says_why(make: Callable[[], Tensor], why: str) -> None:
    came = sent(make())
    assert isinstance(came, Unsent)
    assert why in came.why


def test_a_generator_arrives_as_its_state() -> None:
    generator = torch.Generator().manual_seed(3)
    before = sent(generator)
    assert torch.equal(before, generator.get_state())
    torch.rand(1, generator=generator)
    assert not torch.equal(before, sent(generator))


def test_an_array_of_numpy_is_told_of_with_its_shape() -> None:
    came = sent(np.zeros((2, 3)))
    assert came == Thing("numpy.ndarray", "of shape (2, 3)")


# ---- reports and orders --------------------------------------------------------------------------------------------

REPORTS: list[Report] = [
    Reached(3),
    Loaded([Trouble(1, "ValueError", "a", 3, "1 + a", Where(1, 2, 3, 4))], {"dW2": Named("Tensor", False)}),
    Answer(7, {"y": Array("float32", (1,), True, b"abcd")}, [("x", Plain(1))], [Shortcut("torch.x", 3)], 0.5),
    Answer(8, {"y": Items("list", [Plain(None), Table([Plain("a")], [Tried("E", Thing("Value", "w"))])])}, [], [], 0.0),
    Trouble(2, "KeyError", "", None, "", None),
]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: type(report).__name__)
def test_a_report_arrives_as_it_was(report: Report) -> None:
    assert arrived(report) == report


@pytest.mark.parametrize(
    "order",
    [
        Play(3, "part4", "dcounts", 12),
        Load("part4", b"/a b/part4.py", 0, (Piece(1, "x = 1\n"),), ("torch.a",), ("dW2",)),
    ],
    ids=lambda order: type(order).__name__,
)
def test_an_order_arrives_as_it_was_and_the_end_is_none(order: wire.Order) -> None:
    stream = memoryview(wire.frame(order))
    place = 0

    def receive(count: int) -> bytes:
        nonlocal place
        place += count
        return bytes(stream[place - count : place])

    assert wire.read_order(receive) == order
    assert wire.read_order(receive) is None


@given(st.lists(st.sampled_from(REPORTS), min_size=1, max_size=5), st.data())
def test_reports_are_cut_off_a_stream_however_it_arrives(reports: list[Report], data: st.DataObject) -> None:
    stream = b"".join(wire.frame(report) for report in reports)
    buffer, came = bytearray(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        buffer += stream[:size]
        stream = stream[size:]
        while (report := wire.cut_report(buffer)) is not None:
            came.append(report)
    assert came == reports
    assert not buffer


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: type(report).__name__)
def test_a_part_of_a_frame_waits_for_the_rest(report: Report) -> None:
    whole = wire.frame(report)
    for size in range(len(whole)):
        buffer = bytearray(whole[:size])
        assert wire.cut_report(buffer) is None
        assert bytes(buffer) == whole[:size]


# ---- frames that somebody made up ----------------------------------------------------------------------------------


def read(data: bytes) -> Any:
    """All that a stream holds, unpacked as the judge does it."""
    buffer = bytearray(data)
    found = []
    while (report := wire.cut_report(buffer)) is not None:
        if isinstance(report, Answer):
            found.append([wire.unpack(raw) for raw in report.values.values()])
            found.append([wire.unpack(raw) for _, raw in report.inputs])
    return found


def harmless(data: bytes) -> None:
    """Whatever comes: it is read, waits for more, or is a BadFrame."""
    with contextlib.suppress(BadFrame):
        read(data)


FRAMES = [wire.frame(report) for report in REPORTS] + [
    wire.frame(
        Answer(1, {"y": wire.pack([torch.ones(2, 3), {"a": (1, 2.5)}, {"b"}, Attempt("E", True)])}, [], [], 0.0)
    ),
    wire.frame(
        Answer(1, {"y": wire.pack(torch.tensor([True, False]))}, [("x", wire.pack(torch.zeros(0, 3)))], [], 0.0)
    ),
]


@given(st.sampled_from(FRAMES), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4))
@settings(max_examples=600)
def test_a_frame_with_changed_bytes_is_harmless(whole: bytes, changes: list[tuple[int, int]]) -> None:
    data = bytearray(whole)
    for place, byte in changes:
        data[4 + place % (len(data) - 4)] = byte
    harmless(bytes(data))


@given(st.sampled_from(FRAMES), st.integers(0, 400), st.integers(0, 12), st.binary(max_size=12))
@settings(max_examples=300)
def test_a_frame_with_bytes_lost_or_put_in_is_harmless(whole: bytes, place: int, lost: int, more: bytes) -> None:
    body = whole[4:]
    place %= len(body)
    body = body[:place] + more + body[place + lost :]
    harmless(struct.pack("<I", len(body)) + body)


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_any_bytes_are_harmless(data: bytes) -> None:
    harmless(data)
    harmless(struct.pack("<I", len(data)) + data)


def framed(message: Any) -> bytes:
    """A frame of whatever MessagePack can say."""
    body = msgspec.msgpack.encode(message)
    return struct.pack("<I", len(body)) + body


def answer(raw: Any) -> bytes:
    return framed(["answer", 1, {"y": raw}, [], [], 0.0])


def tag_of(kind: type) -> Any:
    return kind.__struct_config__.tag  # type: ignore[attr-defined]


T, V, I_, D = tag_of(Array), tag_of(Plain), tag_of(Items), tag_of(Table)
BIG = 1 << 32
CRAFTED: dict[str, bytes] = {
    "no bytes for its shape": answer([T, "float32", [2, 3], False, b""]),
    "one byte too few": answer([T, "float32", [2], False, bytes(7)]),
    "one byte too many": answer([T, "float32", [2], False, bytes(9)]),
    "a negative size": answer([T, "float32", [-2, -2], False, bytes(16)]),
    "a size of minus nothing": answer([T, "float32", [-1, 0], False, b""]),
    "terabytes": answer([T, "float64", [BIG, 128], False, b"abc"]),
    "a product that wraps around": answer([T, "uint8", [BIG, BIG], False, b""]),
    "a size beyond all": answer([T, "uint8", [2**63 - 1], False, b""]),
    "fifty thousand dimensions": answer([T, "uint8", [1] * 50_000, False, b"a"]),
    "a bool that is 2": answer([T, "bool", [2], False, b"\0\2"]),
    "fewer values than keys": answer([D, [[V, "a"], [V, "b"]], [[V, 1]]]),
    "a frame of an unknown kind": framed(["what"]),
    "a dict for a list": framed({}),
    "text that is no UTF-8": struct.pack("<I", 10) + b"\x92\xa7reach\xff\xff\x03",
    "words that are no UTF-8": answer([V, "a"]).replace(b"\xa1a", b"\xa1\xff"),
    "a number for a tensor": answer([T, 3, 3, 3, 3]),
    "true for a number": framed(["reached", True]),
    "one field too many": answer([V, 1, 2]),
    "an extension": answer(msgspec.msgpack.Ext(1, b"abc")),
    "a list of two billion": struct.pack("<I", 5) + b"\xdd\x7f\xff\xff\xff",
    "a map of two billion": struct.pack("<I", 5) + b"\xdf\x7f\xff\xff\xff",
    "bytes of two billion": struct.pack("<I", 5) + b"\xc6\x7f\xff\xff\xff",
    "nothing but brackets": struct.pack("<I", 1 << 20) + b"\x91" * (1 << 20),
    "an empty frame": struct.pack("<I", 0),
    "a frame of four gigabytes": b"\xff\xff\xff\xff",
}


@pytest.mark.parametrize("data", CRAFTED.values(), ids=CRAFTED.keys())
def test_a_frame_that_cannot_be_is_a_bad_frame(data: bytes) -> None:
    with pytest.raises(BadFrame):
        read(data)


@pytest.mark.parametrize("shape", [[0, BIG, BIG], [BIG, BIG, 0], [BIG, 0, BIG], [0] + [BIG] * 7], ids=str)
@pytest.mark.parametrize("name", ["bool", "float64"])
def test_a_tensor_without_elements_may_say_what_sizes_it_likes(name: str, shape: list[int]) -> None:
    harmless(answer([T, name, shape, False, b""]))


@pytest.mark.parametrize("depth", [100, 150, 200, 300, 450, 480, 490, 495, 5000])
def test_nesting_of_any_depth_is_harmless(depth: int) -> None:
    raw = msgspec.msgpack.encode([V, 1])
    for _ in range(depth):
        raw = b"\x93" + msgspec.msgpack.encode(I_) + msgspec.msgpack.encode("list") + b"\x91" + raw
    body = msgspec.msgpack.encode(["answer", 1, {"y": 0}, [], [], 0.0]).replace(b"\xa1y\x00", b"\xa1y" + raw)
    harmless(struct.pack("<I", len(body)) + body)


def test_what_a_frame_says_of_its_size_allocates_nothing() -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for data in CRAFTED.values():
        harmless(data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10  # KiB


def test_a_frame_up_to_the_limit_is_taken_and_none_beyond() -> None:
    whole = wire.frame(Trouble(1, "E", "a" * (wire.FRAME_LIMIT - 100), None, "", None))
    assert wire.cut_report(bytearray(whole)) is not None
    with pytest.raises(BadFrame):
        wire.cut_report(bytearray(wire.frame(Trouble(1, "E", "a" * wire.FRAME_LIMIT, None, "", None))))


def test_keys_that_cannot_be_keys_are_told_as_text() -> None:
    came = wire.unpack(Table([Items("list", [Plain(1)]), Thing("Value")], [Plain(1), Plain(2)]))
    assert list(came.values()) == [1, 2]


def test_who_pretends_to_be_plain_data_can_be_sent_all_the_same() -> None:
    """What `pack` makes must be fit to be sent: a worker that ends in the middle is blamed on the learner."""
    for kind in (bool, str, int, float, list, dict, Tensor, Attempt):
        try:
            packed = wire.pack(Sly(kind))
        except Exception:  # told as the learner's error
            continue
        assert arrived(Answer(1, {"y": packed}, [], [], 0.0)) is not None
    assert type(sent(Doubling(3))) is int


@given(st.lists(st.integers(0, 40), max_size=6))
def test_what_is_printed_belongs_to_its_play_however_it_arrives(cuts: list[int]) -> None:
    stream = b"loading\x00\x011\x00one\x00two\x00\x011\x00\x00\x0122\x00three\x00\x0122\x00"
    output = Output()
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    for start, end in pairwise(places):
        output.take(stream[start:end])
    assert (output.of(0), output.of(1), output.of(22)) == ("loading", "one\0two", "three")
