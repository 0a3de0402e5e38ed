"""What crosses between judge and worker: typed frames of MessagePack, plain data and tensors only.

What comes from a worker is a *claim*: it is capped, checked while it is decoded, and never unpickled.
"""

import math
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor

from grader.checks.check import Attempt

FRAME_LIMIT = 16 << 20  # bytes
ARRAY_LIMIT = 4 << 20  # bytes; a larger tensor is told by shape alone
TEXT_LIMIT = 1 << 16  # characters
ITEMS_LIMIT = 100_000
DEPTH_LIMIT = 12
RANK_LIMIT = 8
DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
        torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128,
    )
}  # fmt: skip


class _Frame(msgspec.Struct, array_like=True, forbid_unknown_fields=True): ...


# Judge to worker.


class Piece(_Frame):
    """Some statements at file level, and the line on which they begin."""

    line: int
    text: str


class Load(_Frame, tag="load"):
    """A file, already cut. `watch`: functions of torch whose use is noted. `look`: names to describe."""

    name: str
    encoded_path: bytes  # a path need not be text
    flags: int
    pieces: tuple[Piece, ...]
    watch: tuple[str, ...] = ()
    look: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return os.fsdecode(self.encoded_path)


class Play(_Frame, tag="play"):
    """One play of one check."""

    number: int
    lecture: str
    exercise: str
    seed: int


class Trace(_Frame, tag="trace"):
    """One play of one check, whose lines are to be told."""

    number: int
    lecture: str
    exercise: str
    seed: int


class Import(_Frame, tag="import"):
    """A file of ours that has been compiled before: a reference, for the variants of it."""

    name: str
    encoded_path: bytes
    flags: int

    @property
    def path(self) -> str:
        return os.fsdecode(self.encoded_path)


class Definition(_Frame):
    """What stands for the function `name` of `owner`, a class of the file, or "" for the file itself."""

    owner: str
    name: str
    text: str


class Patch(_Frame, tag="patch"):
    """Definitions that take the place of the file's own, until the next patch."""

    definitions: tuple[Definition, ...]


Order = Load | Play | Trace | Import | Patch


# Worker to judge.


class Plain(_Frame, tag="v"):
    value: bool | int | float | str | None


class Items(_Frame, tag="i"):
    kind: str
    items: "list[Raw]"


class Table(_Frame, tag="d"):
    keys: "list[Raw]"
    values: "list[Raw]"


class Array(_Frame, tag="t"):
    """A tensor. Without data if it is too large, or has none that could be read; then `why` says so."""

    dtype: str
    shape: tuple[int, ...]
    requires_grad: bool
    data: bytes
    why: str = ""


class Thing(_Frame, tag="o"):
    """Anything else: only told of."""

    kind: str
    words: str = ""


class Tried(_Frame, tag="a"):
    kind: str
    value: "Raw"


Raw = Plain | Items | Table | Array | Thing | Tried


class Where(_Frame):
    """A stretch of a source text; columns count from 0."""

    line: int
    column: int
    end_line: int
    end_column: int


class Trouble(_Frame, tag="trouble"):
    """An exception. `line`: the innermost line of the learner's file; `shapes`: what tensors were at hand there.
    `check`: the check's expression.
    """

    number: int
    kind: str
    words: str
    line: int | None
    expression: str = ""
    check: Where | None = None
    shapes: dict[str, tuple[int, ...]] = {}


class Shortcut(_Frame):
    """A watched function was called from this line of the learner's."""

    name: str
    line: int


class Answer(_Frame, tag="answer"):
    """Raw answers by name, and what the check handed out, as it was afterwards."""

    number: int
    values: dict[str, Raw]
    inputs: list[tuple[str, Raw]]
    shortcuts: list[Shortcut]
    seconds: float


class Step(_Frame):
    """A line of a check that was run, and what it made. answers: what it answered, by name.

    depth: in how many functions of the check it stands. line: in the lecture's file, or 0.
    """

    depth: int
    line: int
    text: str
    made: tuple[str, ...]
    answers: dict[str, str]


class Traced(_Frame, tag="traced"):
    """The steps of a play, as far as it came."""

    number: int
    steps: list[Step]


class Ready(_Frame, tag="ready"):
    """The worker waits for orders."""


class Reached(_Frame, tag="reached"):
    """A piece of the file is about to run."""

    piece: int


class Named(_Frame):
    """What a name of the learner's module is."""

    kind: str
    callable: bool


class Loaded(_Frame, tag="loaded"):
    """The file is loaded; `troubles` by the number of the piece."""

    troubles: list[Trouble]
    names: dict[str, Named]


Report = Ready | Reached | Loaded | Answer | Trouble | Traced

_encode = msgspec.msgpack.Encoder().encode
_decode_order: Callable[[bytes], Order] = msgspec.msgpack.Decoder(Order).decode
_decode_report: Callable[[bytes], Report] = msgspec.msgpack.Decoder(Report).decode


class BadFrame(Exception):
    """What came is not a frame."""


def frame(message: Order | Report) -> bytes:
    """A message with its length in front."""
    data = _encode(message)
    return struct.pack("<I", len(data)) + data


def read_order(receive: Callable[[int], bytes]) -> Order | None:
    """The next order, or None at the end. receive: n -> exactly n bytes, fewer at the end."""
    head = receive(4)
    if len(head) < 4:
        return None
    return _decode_order(receive(struct.unpack("<I", head)[0]))


def cut_report(buffer: bytearray) -> Report | None:
    """Take one report off the front of what has arrived, or None if it is not yet whole. Raises BadFrame."""
    if len(buffer) < 4:
        return None
    (length,) = struct.unpack("<I", buffer[:4])
    if length > FRAME_LIMIT:
        raise BadFrame(f"a frame of {length} bytes")
    if len(buffer) < 4 + length:
        return None
    data = bytes(buffer[4 : 4 + length])
    del buffer[: 4 + length]
    try:
        return _decode_report(data)
    except (ValueError, RecursionError) as error:  # msgspec's own errors are ValueErrors too
        raise BadFrame(str(error)) from None


# A learner's values to raw ones (in the worker).


def pack(value: Any) -> Raw:
    """A value as plain data. Never raises for what a learner's code may answer; objects are only told of."""
    return _pack(value, [ITEMS_LIMIT + 1], 0)


def clean(text: str) -> str:
    """A text that can be sent: of bounded length, without half characters."""
    return str.encode(text[:TEXT_LIMIT], "utf-8", "replace").decode("utf-8")


def _pack(value: Any, room: list[int], depth: int) -> Raw:
    """room: how many items may still be sent, in all."""
    kind = type(value)  # not isinstance: an object may say of itself what it likes
    room[0] -= 1
    if value is None or kind is bool:
        return Plain(value)
    if issubclass(kind, str):
        return Plain(clean(str.__str__(value)))
    if issubclass(kind, int):
        return (
            Plain(int.__int__(value))
            if -(2**63) <= int.__int__(value) < 2**63
            else Thing("int", "of more than 63 bits")
        )
    if issubclass(kind, float):
        return Plain(float.__float__(value))
    if issubclass(kind, Tensor):
        return _pack_tensor(value)
    if issubclass(kind, np.generic):
        return _pack(value.item(), room, depth)
    if issubclass(kind, np.ndarray):
        return Thing("numpy.ndarray", f"of shape {np.ndarray.shape.__get__(value)}")
    if issubclass(kind, torch.Generator):
        return _pack_tensor(value.get_state())
    if kind is Attempt:
        return Tried(clean(value.kind), _pack(value.value, room, depth + 1))
    if issubclass(kind, (list, tuple, set, frozenset, dict)):
        return _pack_collection(value, room, depth)
    return Thing(clean(kind.__name__))


def _pack_collection(value: Any, room: list[int], depth: int) -> Raw:
    kind: Any = next(k for k in (list, tuple, set, frozenset, dict) if issubclass(type(value), k))
    if depth >= DEPTH_LIMIT or kind.__len__(value) > room[0]:
        return Thing(clean(type(value).__name__), "that is too deep or too long to be sent")
    if kind is dict:
        keys = [_pack(key, room, depth + 1) for key in dict.keys(value)]
        return Table(keys, [_pack(item, room, depth + 1) for item in dict.values(value)])
    items = [_pack(item, room, depth + 1) for item in kind.__iter__(value)]
    return Items("set" if kind is frozenset else kind.__name__, items)


def _pack_tensor(value: Tensor) -> Raw:
    with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
        dtype, shape = str(value.dtype).removeprefix("torch."), tuple(value.shape)
        grad = bool(value.requires_grad)
        if len(shape) > RANK_LIMIT:
            return Array(dtype, shape[:RANK_LIMIT], grad, b"", f"has {len(shape)} dimensions")
        if value.layout is not torch.strided:
            return Array(dtype, shape, grad, b"", "is sparse")
        if value.device.type != "cpu":
            return Array(dtype, shape, grad, b"", f"is on the device '{value.device.type}'")
        if dtype not in DTYPES:
            return Array(dtype, shape, grad, b"", f"has dtype {dtype}")
        if math.prod(shape) * value.element_size() > ARRAY_LIMIT:
            return Array(dtype, shape, grad, b"", f"has {math.prod(shape):,} elements")
        plain = value.detach().resolve_conj().resolve_neg()
        if plain.dtype == torch.bfloat16:  # numpy has no such numbers: only their bits are sent
            plain = plain.view(torch.int16)
        return Array(dtype, shape, grad, plain.numpy().tobytes())


# Raw values to values again (in the judge).


@dataclass(frozen=True)
class Unsent:
    """A tensor that was only told of."""

    dtype: str
    shape: tuple[int, ...]
    why: str


def unpack(raw: Raw) -> Any:
    """A claim as Python and torch values: `Thing` and `Unsent` stand for what was not sent. Raises BadFrame."""
    match raw:
        case Plain(value):
            return value
        case Items(kind, items):
            values = [unpack(item) for item in items]
            return tuple(values) if kind == "tuple" else Bag(values) if kind == "set" else values
        case Table(keys, values):
            if len(keys) != len(values):
                raise BadFrame("a table with fewer keys than values")
            return {_key(unpack(k)): unpack(v) for k, v in zip(keys, values, strict=True)}
        case Tried(kind, value):
            return Attempt(kind, unpack(value))
        case Array():
            return _unpack_array(raw)
        case Thing():
            return raw


class Bag(list[Any]):
    """A set's items (which need not be hashable here), in the order in which they came."""


def _key(key: Any) -> Any:
    return key if isinstance(key, (str, int, float, bool, type(None))) else str(key)


def _unpack_array(raw: Array) -> Tensor | Unsent:
    dtype = DTYPES.get(raw.dtype)
    if raw.why or dtype is None:
        return Unsent(raw.dtype, raw.shape, raw.why or f"has dtype {raw.dtype}")
    if len(raw.shape) > RANK_LIMIT or any(size < 0 for size in raw.shape) or math.prod(raw.shape) > FRAME_LIMIT:
        raise BadFrame(f"a tensor of shape {raw.shape}")
    if not raw.data and math.prod(max(size, 1) for size in raw.shape) > FRAME_LIMIT:
        raise BadFrame(f"a tensor of shape {raw.shape}")
    if math.prod(raw.shape) * dtype.itemsize != len(raw.data):
        raise BadFrame(f"a tensor of shape {raw.shape} in {len(raw.data)} bytes")
    if dtype is torch.bool and raw.data.translate(None, b"\0\1"):
        raise BadFrame("a bool that is neither 0 nor 1")
    if not raw.data:
        tensor = torch.empty(raw.shape, dtype=dtype)
    else:
        tensor = torch.frombuffer(bytearray(raw.data), dtype=dtype).reshape(raw.shape)
    return tensor.requires_grad_() if raw.requires_grad and dtype.is_floating_point else tensor
