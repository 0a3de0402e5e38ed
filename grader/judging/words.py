"""A claim in words: what came, and what was asked for."""

from typing import Any

from torch import Tensor

from grader.checks.check import Attempt
from grader.sandbox.wire import Bag, Thing, Unsent

SHOWN = 60  # characters of a list that is written out
WHOLE = 1e15  # below it a float holds a whole number to the last digit, and somebody may want to read it


def words(value: Any) -> str:
    """A claim in a few words."""
    match value:
        case None:
            return "None"
        case Unsent(dtype, shape, why):
            return f"a {dtype} tensor of shape {shape} that {why}"
        case Tensor():
            return (
                f"a {dtype_name(value)} tensor of shape {tuple(value.shape)}"
                if value.dim()
                else f"a 0-d {dtype_name(value)} tensor"
            )
        case Thing(kind, more):
            return f"{with_article(kind)} {more}".strip()
        case Attempt():
            return outcome(value)
        case dict():
            return "a dict" if value else "an empty dict"
        case Bag():
            return f"a set of {len(value)}"
        case list() | tuple() if value and _is_plain(value) and len(text := _written(value)) <= SHOWN:
            return text
        case list() | tuple() if value and (every := _every(value)):
            return f"a {type(value).__name__} of {len(value)} {every}"
        case list() | tuple():
            return f"a {type(value).__name__} of {len(value)}" if value else f"an empty {type(value).__name__}"
        case str():
            return repr(value if len(value) < 40 else value[:37] + "...")
        case bool():
            return str(value)
        case int() | float():
            return short(value)
        case _:
            return with_article(type(value).__name__)


def _every(items: Any) -> str:
    """What every one of several is, if they are tensors of one kind: "float32 tensors of shape (2, 3)"."""
    kinds = {(item.dtype, item.shape) if isinstance(item, Tensor) else None for item in items}
    if len(kinds) > 1 or None in kinds:
        return ""
    tensor = items[0]
    return f"{dtype_name(tensor)} tensors of shape {tuple(tensor.shape)}"


def same_kind(one: Any, other: Any) -> bool:
    """Whether two claims, in words, are of one kind and size; in single or double precision, in a list or a tuple."""
    same, as_well = (str(text).replace("float64", "float32").replace("tuple", "list") for text in (one, other))
    return same == as_well


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return len(value) <= SHOWN and all(_is_plain(item) for item in value)
    return value is None or isinstance(value, (str, int, float))


def _written(value: Any) -> str:
    """A list or tuple of plain things, nested ones too, as Python would write it."""
    if isinstance(value, (list, tuple)):
        items = ", ".join(_written(item) for item in value)
        return f"[{items}]" if isinstance(value, list) else f"({items},)" if len(value) == 1 else f"({items})"
    return words(value)


def outcome(value: Any) -> str:
    """What an attempt did: "gives (2, 3)"."""
    if not isinstance(value, Attempt):
        return f"is {words(value)}"
    return f"raises {value.kind}" if value.kind else f"gives {words(value.value)}"


def asked_outcome(attempt: Attempt) -> str:
    """What an attempt should do: "give (2, 3)"."""
    return f"raise {attempt.kind}" if attempt.kind else f"give {words(attempt.value)}"


def asked_for_words(expected: Any) -> str:
    if isinstance(expected, Tensor):
        shape = tuple(expected.shape)
        return f"a tensor of shape {shape}" if shape else "a 0-d tensor"
    return (
        "True or False" if isinstance(expected, bool) else "a whole number" if isinstance(expected, int) else "a number"
    )


def with_article(kind: str) -> str:
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


def dtype_name(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def short(value: Any) -> str:
    """A number with four digits; a whole one in full."""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.0f}" if _is_whole(value) else f"{value:.4g}"


def _is_whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer() and abs(value) < WHOLE


def apart(one: Any, other: Any) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to see that they differ; whole ones in full."""
    if _is_whole(one) and _is_whole(other):
        return short(one), short(other)
    for digits in range(4, 17):
        shown_one, shown_other = (f"{v:.{digits}g}" if isinstance(v, float) else str(v) for v in (one, other))
        if shown_one != shown_other:
            break
    return shown_one, shown_other


def number_of(value: Tensor) -> Any:
    item = value.item()
    return (
        item.real
        if isinstance(item, complex) and not item.imag
        else item
        if not isinstance(item, complex)
        else str(item)
    )


def shown(value: Any) -> float | str | None:
    if isinstance(value, bool) or value is None:
        return str(value)
    return value if isinstance(value, (int, float)) else value if isinstance(value, str) else words(value)


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float, bool))


def as_number(value: Any) -> float | None:
    if is_number(value):
        return float(value)
    if isinstance(value, Tensor) and not value.dim() and not value.dtype.is_complex:
        return float(value.detach())
    return None
