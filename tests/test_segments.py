"""A learner's file in segments, and three versions of it made one: what the learner wrote stays, byte for byte."""

import ast
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workspaces import replaced, solved, untouched

from grader.course.blanks import blanks_by_exercise
from grader.course.merging import merge
from grader.course.outline import ORDER
from grader.course.segments import put, split
from grader.course.source import parse, span

ENDS = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}
BOM = b"\xef\xbb\xbf"


def dressed(text: str, end: str, bom: bool) -> bytes:
    return (BOM if bom else b"") + text.replace("\n", end).encode()


# ---- segments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lecture", ORDER)
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("bom", [False, True], ids=["", "BOM"])
def test_the_segments_of_a_file_are_the_file_and_every_function_is_one(lecture: str, end: str, bom: bool) -> None:
    data = dressed(solved(lecture), end, bom)
    file = split(data)
    assert file.encoded() == data
    blanks = {blank for names in blanks_by_exercise(lecture).values() for blank in names}
    assert blanks <= file.names().keys()


@given(st.sampled_from(ORDER), st.integers(0, 10**6), st.text("(){}'\"\\\n\t #:@\x0cdef=\ufeff", max_size=12))
@settings(max_examples=60, deadline=None)
def test_whatever_was_typed_the_segments_are_the_file(lecture: str, at: int, typed: str) -> None:
    text = solved(lecture)
    at %= len(text)
    data = (text[:at] + typed + text[at:]).encode()
    assert split(data).encoded() == data


@given(st.sampled_from(ORDER), st.integers(0, 10**6), st.integers(0, 40), st.sampled_from(["", "\x0c", "\u2028"]))
@settings(max_examples=60, deadline=None)
def test_a_merge_in_two_versions_costs_what_it_touches(lecture: str, at: int, count: int, odd: str) -> None:
    lines = solved(lecture).split("\n")
    lines[5] += f"  # {odd}"
    whole = parse("\n".join(lines), "")
    first = max((node.end_lineno or 0 for node in whole.tree.body if isinstance(node, ast.ImportFrom)), default=0)
    at = first + at % (len(lines) - first - 1)
    last = min(at + count, len(lines) - 1)
    part = lines[at:last]
    text = "\n".join([*lines[:at], "<<<<<<< HEAD", *part, "=======", *part, ">>>>>>> evening", *lines[last:]])
    source = parse(text, "")
    assert split(text.encode()).encoded().decode() == text
    told = [problem.line for problem in source.problems if "a merge left two versions" in problem.words]
    assert told == ([at + 1] if source.problems else [])  # in a docstring it is only text
    spans = {name: span(node) for name, node in whole.definitions.items()}
    apart = {name for name, (start, end) in spans.items() if end <= at or start > last}
    assert apart <= source.definitions.keys()
    code = {number for number in range(at + 1, last + 1) if not re.match(r"\s*(#|$)", lines[number - 1])}
    functions = {name for name, node in whole.definitions.items() if isinstance(node, ast.FunctionDef)}
    halved = {name for name in functions if code & set(range(spans[name][0], spans[name][1] + 1))}
    assert not (halved & source.definitions.keys() if source.problems else set())


BROKEN = {
    "an open bracket": "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n    return (1\n",
    "no colon": "def dcounts(dprobs, counts_sum_inv, dcounts_sum)\n    a = 1\n\n    return a\n",
    "over several lines": "def dcounts(\n    dprobs,\n):\n    x = [\n    return x\n",
    "a decorator": "@torch.no_grad()\ndef dcounts(dprobs, counts_sum_inv, dcounts_sum):\n    retrun 1\n",
    "nothing under it": "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n",
    "two versions of a merge": (
        "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n"
        "<<<<<<< HEAD\n    a = 1\n    return a\n=======\n    return 2\n>>>>>>> evening\n"
    ),
}


@pytest.mark.parametrize("code", BROKEN.values(), ids=BROKEN)
def test_a_function_that_does_not_compile_can_be_put_back(code: str) -> None:
    broken = replaced(solved("part4"), code)
    stub = split(untouched("part4").encode())
    text = put(split(broken.encode()), stub, ("dcounts",)).encoded().decode()
    ast.parse(text)
    assert text == put(split(solved("part4").encode()), stub, ("dcounts",)).encoded().decode()


def test_a_method_that_does_not_compile_can_be_put_back() -> None:
    broken = replaced(solved("micrograd"), "class Value:\n    def __add__(self, other):\n        return (1\n\n")
    assert broken != solved("micrograd")
    text = put(split(broken.encode()), split(untouched("micrograd").encode()), ("Value.__add__",)).encoded().decode()
    ast.parse(text)
    assert split(text.encode()).names()["Value.__mul__"] == split(solved("micrograd").encode()).names()["Value.__mul__"]
    assert 'raise NotImplementedError("micrograd.value_add")' in text


@pytest.mark.parametrize("lecture", ORDER)
def test_a_function_that_was_deleted_goes_back_to_its_place(lecture: str) -> None:
    whole = split(solved(lecture).encode())
    for blanks in blanks_by_exercise(lecture).values():
        without = split("".join(s.text for s in whole.segments if s.name not in blanks).encode())
        again = split(put(without, whole, blanks).encoded())
        ast.parse(again.encoded())
        assert [name for name in again.names() if name] == [name for name in whole.names() if name]


def test_what_is_defined_again_further_down_is_put_back_too() -> None:
    again = solved("part4") + "\n\ndef dcounts(a, b, c):\n    return 'again'\n"
    text = put(split(again.encode()), split(untouched("part4").encode()), ("dcounts",)).encoded().decode()
    assert "again" not in text
    assert text.count('raise NotImplementedError("part4.dcounts")') == 2


# ---- three become one ----------------------------------------------------------------------------------------------

COURSE = '''"""A lecture."""

import math

import torch


def first(x):
    """One."""
    raise NotImplementedError("first")


# ---- the second part ----


class Value:
    """A number."""

    size = 3

    def add(self, other):
        """Add."""
        raise NotImplementedError("add")

    def mul(self, other):
        """Multiply."""
        raise NotImplementedError("mul")


def second(x):
    """Two."""
    raise NotImplementedError("second")


if __name__ == "__main__":
    print(first(1))
'''
NEWER = (
    COURSE.replace('"""One."""', '"""One, told better."""')
    .replace('"""Add."""', '"""Add, told better."""')
    .replace("import math\n", "import math\nimport random\n")
    .replace("def second", 'def between(x):\n    """New."""\n    raise NotImplementedError("between")\n\n\ndef second')
    .replace(
        '("mul")\n', '("mul")\n\n    def neg(self):\n        """New."""\n        raise NotImplementedError("neg")\n'
    )
    .replace("print(first(1))", "print(first(2))")
)

# What the learner did to the course's file; what of it must be found again; what of the newer course must be there.
MERGES: dict[str, tuple[tuple[tuple[str, str], ...], tuple[str, ...], tuple[str, ...]]] = {
    "nothing": ((), (), (NEWER,)),
    "a function": (
        (('raise NotImplementedError("first")', "return x + 1"),),
        ('def first(x):\n    """One."""\n    return x + 1\n',),
        ("told better", "import random", "def between", "def neg", "first(2)"),
    ),
    "a method": (
        (('raise NotImplementedError("add")', "return 1  # mine"),),
        ("return 1  # mine",),
        ("One, told better", "def neg"),
    ),
    "a helper": (
        (("# ---- the second", "def helper():\n    return 1\n\n\n# ---- the second"),),
        ("def helper():\n    return 1\n",),
        ("One, told better", "def between", "def neg", "import random", "first(2)"),
    ),
    "a helper at the end": (
        (("    print(first(1))\n", "    print(first(1))\n\n\ndef helper():\n    return 1\n"),),
        ("def helper():\n    return 1\n",),
        ("first(2)", "def between"),
    ),
    "an import": ((("import torch\n", "import torch\nimport mine\n"),), ("import mine\n",), ("import random\n",)),
    "an import at the same place": (
        (("import math\n", "import math\nimport mine\n"),),
        ("import mine\n",),
        ("import random\n",),
    ),
    "the experiment": ((("print(first(1))", "print('mine')"),), ("print('mine')",), ("def between",)),
    "a line in a class": ((("size = 3\n", "size = 3\n    mine = 4\n"),), ("    mine = 4\n",), ("Add, told better",)),
    "notes in a docstring": ((('"""One."""', '"""One. Mine: x."""'),), ("Mine: x",), ("Add, told better",)),
    "a function like the new one": (
        (("def second", "def between(x):\n    return 'mine'\n\n\ndef second"),),
        ("def between(x):\n    return 'mine'\n",),
        ("One, told better",),
    ),
    "functions in another order": (
        (("def second", "def moved"), ("def first", "def second"), ("def moved", "def first")),
        ('def second(x):\n    """One."""\n    raise NotImplementedError("first")\n',),
        ("def neg",),
    ),
    "something that does not compile": (
        (('raise NotImplementedError("first")', "return (x"),),
        ("    return (x\n",),
        ("Add, told better", "def between"),
    ),
    "no end of the last line": ((("print(first(1))\n", "print(first(1))  # mine"),), ("# mine",), ("def between",)),
}


@pytest.mark.parametrize("name", MERGES)
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("bom", [False, True], ids=["", "BOM"])
def test_a_newer_course_comes_in_around_what_the_learner_wrote(name: str, end: str, bom: bool) -> None:
    edits, mine, theirs = MERGES[name]
    text = COURSE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    data = dressed(text, end, bom)
    came = merge(COURSE.encode(), data, NEWER.encode()).data
    assert came.startswith(BOM) == bom
    plain = came.removeprefix(BOM).decode()
    assert set(re.findall("\r\n|\r|\n", plain)) == {end}
    plain = plain.replace(end, "\n")
    for wanted in (*mine, *theirs):
        assert wanted in plain, plain
    assert plain.count("def between") == plain.count("def neg") == 1
    if "compile" not in name:
        ast.parse(plain)
    assert merge(COURSE.encode(), came, NEWER.encode()).data == came, "a second time changes nothing"
    assert merge(NEWER.encode(), came, NEWER.encode()).data == came


def test_what_the_learner_deleted_stays_deleted_and_is_named() -> None:
    text = re.sub(r"def first.*?\n\n\n", "", COURSE, flags=re.DOTALL)
    merged = merge(COURSE.encode(), text.encode(), NEWER.encode())
    assert b"def first" not in merged.data
    assert merged.missing == ("first",)


def test_what_the_course_has_no_more_goes_only_if_it_is_untouched() -> None:
    shorter = re.sub(r"def second.*?\n\n\n", "", COURSE, flags=re.DOTALL)
    mine = COURSE.replace('raise NotImplementedError("first")', "return x")
    merged = merge(COURSE.encode(), mine.encode(), shorter.encode())
    assert (b"def second" in merged.data, merged.gone) == (False, ("second",))
    mine = COURSE.replace('raise NotImplementedError("second")', "return x")
    assert merge(COURSE.encode(), mine.encode(), shorter.encode()).data == mine.encode()


def functions(data: bytes) -> dict[str, str]:
    return {name: segment.text for name, segment in split(data).names().items()}


@st.composite
def versions(draw: st.DrawFn) -> tuple[bytes, bytes, bytes]:
    """A lecture's file as handed out, as a learner made it, and as a newer course hands it out."""
    lecture = draw(st.sampled_from(ORDER))
    base, done = split(untouched(lecture).encode()), functions(solved(lecture).encode())
    end, bom = draw(st.sampled_from(list(ENDS.values()))), draw(st.booleans())
    mine, theirs = [], []
    for segment in base.segments:
        own = done[segment.name] if segment.name and draw(st.integers(0, 3)) == 0 else segment.text
        match draw(st.integers(0, 12)) if segment.name else 0:
            case 1:
                own += f"\n\ndef helper_{len(mine)}():\n    return 'mine'\n" if "." not in segment.name else ""
            case 2:
                own = own.replace("return ", "return 1 + ", 1)
            case 3:
                own = own.replace(":\n", ":\n    (\n", 1) if not segment.name.startswith("class") else own
        mine.append(own)
        new = segment.text
        match draw(st.integers(0, 8)) if segment.name else 0:
            case 1:
                new = new.replace('"""', '"""Told better. ', 1)
            case 2 if "." not in segment.name and not segment.name.startswith("class"):
                new = f"def new_{len(theirs)}(x):\n    raise NotImplementedError('new')\n\n\n" + new
        theirs.append(new)
    return base.encoded(), dressed("".join(mine), end, bom), "".join(theirs).encode()


def bare(text: str) -> str:
    """A text without what line ends it has and how many blank ones follow it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


@given(versions())
@settings(max_examples=40, deadline=None)
def test_every_edited_function_stays_and_every_untouched_one_is_renewed(made: tuple[bytes, bytes, bytes]) -> None:
    base, mine, theirs = made
    came = functions(merge(base, mine, theirs).data)
    old, own, new = functions(base), functions(mine), functions(theirs)
    for name, text in own.items():
        if bare(text) != bare(old.get(name, "")):
            assert came[name] == text
        elif name in new:
            assert bare(came[name]) == bare(new[name])
    assert {name for name in new if name not in old} <= came.keys()
    assert merge(base, mine, base).data == mine
