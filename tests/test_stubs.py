"""Stubs are cut from the reference and nothing else; a learner's broken file is cut so that the rest can be graded."""

import ast
import functools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workspaces import ROOT, solved, untouched

from grader.course.outline import ORDER, Exercise, Lecture, LectureWords, Words
from grader.course.outline import lecture as read_lecture
from grader.course.source import FileTrouble, Source, parse, read, stub_marks, text_of
from grader.course.stubs import StubError, cut, fill

settings.register_profile("zth", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("zth")

MARKS = ("# BEGIN SOLUTION", "# END SOLUTION")


def solution(lecture: str) -> str:
    return (ROOT / "solutions" / f"{lecture}.py").read_text("utf-8")


def functions(text: str) -> dict[str, ast.FunctionDef]:
    return {n: d for n, d in parse(text, "").definitions.items() if isinstance(d, ast.FunctionDef)}


def head(text: str, definition: ast.FunctionDef) -> str:
    """A function up to its first statement, or the mark before it: decorators, signature, docstring."""
    first = min([definition.lineno, *(d.lineno for d in definition.decorator_list)])
    body = definition.body
    last = body[0].end_lineno if ast.get_docstring(definition) is not None else body[0].lineno - 1
    lines = text.splitlines()[first - 1 : last]
    marked = [n for n, line in enumerate(lines) if line.strip() == MARKS[0]]
    return "\n".join(lines[: marked[0]] if marked else lines)


def blanks(lecture: str) -> dict[str, str]:
    """Every function that a lecture asks for, and its exercise."""
    return {blank: e.slug for e in read_lecture(lecture).exercises.values() for blank in e.blanks}


@functools.cache
def whole(lecture: str) -> Source:
    """A lecture's file with every exercise done, parsed."""
    return parse(solved(lecture), "")


# ---- the course's own stubs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lecture", ORDER)
def test_a_stub_keeps_signature_and_docstring_and_raises_once(lecture: str) -> None:
    stub, reference = cut(solution(lecture), read_lecture(lecture)), solution(lecture)
    theirs, ours = functions(stub), functions(reference)
    for name, slug in blanks(lecture).items():
        assert head(stub, theirs[name]) == head(reference, ours[name])
        rest = [n for n in theirs[name].body if not isinstance(n, ast.Expr)]
        assert [ast.unparse(n) for n in rest] == [f"raise NotImplementedError({slug!r})"]
        assert ast.get_docstring(theirs[name]), name


@pytest.mark.parametrize("lecture", ORDER)
def test_what_is_no_blank_is_in_the_stub_as_it_is_in_the_reference(lecture: str) -> None:
    stub, reference = cut(solution(lecture), read_lecture(lecture)), solution(lecture)
    asked = blanks(lecture)
    given_away = [name for name in functions(reference) if name not in asked]
    assert [text_of(parse(stub, ""), name) for name in given_away] == [
        text_of(parse(reference, ""), name) for name in given_away
    ]
    top = reference.partition("\ndef ")[0].partition("\nclass ")[0]
    assert stub.startswith(top)


@pytest.mark.parametrize("lecture", ORDER)
def test_a_stub_compiles_and_has_no_mark_and_no_line_of_a_solution(lecture: str) -> None:
    stub = cut(solution(lecture), read_lecture(lecture))
    compile(stub, lecture, "exec")
    assert "SOLUTION" not in stub
    assert set(stub_marks(parse(stub, ""))) == {e.slug for e in read_lecture(lecture).exercises.values()}
    inside = re.findall(r"# BEGIN SOLUTION\n(.*?)# END SOLUTION", solution(lecture), re.DOTALL)
    lines = {line.strip() for block in inside for line in block.splitlines() if len(line.strip()) > 25}
    assert len(lines) > 15
    assert lines & {line.strip() for line in stub.splitlines()} == set()


@pytest.mark.parametrize("lecture", ORDER)
def test_what_is_committed_is_what_is_cut(lecture: str) -> None:
    assert (ROOT / "exercises" / f"{lecture}.py").read_bytes().decode() == cut(solution(lecture), read_lecture(lecture))


@pytest.mark.parametrize("lecture", ORDER)
def test_filled_in_with_everything_a_stub_is_the_reference_without_its_marks(lecture: str) -> None:
    names = list(read_lecture(lecture).exercises)
    assert fill(untouched(lecture), solution(lecture), read_lecture(lecture), names) == solved(lecture)
    assert fill(untouched(lecture), solution(lecture), read_lecture(lecture), []) == untouched(lecture)


@pytest.mark.parametrize(("lecture", "name"), [(each, name) for each in ORDER for name in read_lecture(each).exercises])
def test_filled_in_with_one_exercise_only_that_one_is_done(lecture: str, name: str) -> None:
    there = read_lecture(lecture)
    text = fill(untouched(lecture), solution(lecture), there, [name])
    compile(text, lecture, "exec")
    assert set(stub_marks(parse(text, ""))) == {e.slug for e in there.exercises.values()} - {f"{lecture}.{name}"}
    for blank in there.exercises[name].blanks:
        assert text_of(parse(text, ""), blank) == text_of(whole(lecture), blank)


# ---- any reference -------------------------------------------------------------------------------------------------

WORDS = LectureWords("made for a test", "video", "1:00:00")


def lecture_of(*blanks_of: tuple[str, ...]) -> Lecture:
    """A lecture with an exercise for each tuple of blanks; it is called like the last part of the first."""
    exercises = {}
    for each in blanks_of:
        name = each[0].rpartition(".")[2]
        exercises[name] = Exercise("made", name, each, (), Words("title", 5, ()))
    return Lecture("made", WORDS, exercises)


SIGNATURES = ["()", "(x)", "(x, *, y=1)", "(\n    x,\n    y,  # a comment\n)", '(x: "a):" = "# BEGIN") -> int']
DOCSTRINGS = [
    '"""One line."""',
    '"""Two\n\n    lines, `# like a comment`.\n    """',
    "'''raise NotImplementedError'''",
    "",
]
BODIES = [
    "return 1", "x = [\n        1,\n    ]\n    return x", "# only a comment\n    pass", "return 'ä→'  # ✗",
    "def inner():\n        return 1\n    return inner", "for i in range(3):\n        if i:\n            break",
    's = """\n# no mark\n"""\n    return s',
]  # fmt: skip


@st.composite
def references(draw: st.DrawFn) -> tuple[str, Lecture]:
    """A file of functions, some of them blanks, some of these methods."""
    texts, asked = ["import math\n"], []
    for number in range(draw(st.integers(1, 5))):
        signature, docstring, body = (draw(st.sampled_from(each)) for each in (SIGNATURES, DOCSTRINGS, BODIES))
        name, blank, method = f"f{number}", draw(st.booleans()), draw(st.booleans())
        body = f"# BEGIN SOLUTION\n    {body}\n    # END SOLUTION" if blank else body
        text = f"def {name}{signature}:\n    {docstring}\n    {body}\n"
        if draw(st.booleans()):
            text = f"@staticmethod\n{text}"
        if method and '"""\n#' not in text:
            text = f"class C{number}:\n    a = 1\n\n" + "".join(f"    {line}\n" for line in text.splitlines())
        if blank:
            asked.append((f"C{number}.{name}" if text.startswith("class") else name,))
        texts.append(text)
    return "\n\n".join(texts), lecture_of(*asked)


@given(references())
@settings(max_examples=200)
def test_cutting_any_reference_keeps_all_but_the_solutions(made: tuple[str, Lecture]) -> None:
    text, there = made
    compile(text, "made", "exec")
    stub = cut(text, there)
    compile(stub, "made", "exec")
    ours, theirs = functions(text), functions(stub)
    asked = {e.blanks[0]: e.slug for e in there.exercises.values()}
    assert list(theirs) == [name for name in ours if name.count(".") == 0 or name in theirs]
    for name in asked:
        assert head(stub, theirs[name]) == head(text, ours[name])
        assert ast.unparse(theirs[name].body[-1]) == f"raise NotImplementedError({asked[name]!r})"
        assert len(theirs[name].body) == 1 + (ast.get_docstring(theirs[name]) is not None)
    for name in set(theirs) - set(asked):
        assert text_of(parse(stub, ""), name) == text_of(parse(text, ""), name)
    marks = {name for of_one in stub_marks(parse(stub, "")).values() for name in of_one}
    assert marks == set(asked)
    assert not any(line.strip() in MARKS for line in stub.splitlines())


@given(references(), st.data())
@settings(max_examples=100)
def test_filling_any_stub_does_only_what_is_asked(made: tuple[str, Lecture], data: st.DataObject) -> None:
    text, there = made
    stub = cut(text, there)
    names = data.draw(st.lists(st.sampled_from(sorted(there.exercises)), unique=True)) if there.exercises else []
    filled = fill(stub, text, there, names)
    compile(filled, "made", "exec")
    assert set(stub_marks(parse(filled, ""))) == {f"made.{name}" for name in there.exercises if name not in names}


WRONG_MARKS = {
    "none": "def f():\n    return 1\n",
    "no end": "def f():\n    # BEGIN SOLUTION\n    return 1\n",
    "no begin": "def f():\n    return 1\n    # END SOLUTION\n",
    "two": "def f():\n" + "    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n" * 2,
    "no such function": "def g():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION\n",
    "in another function too": "def f():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION\n\n\n"
    "def g():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION\n",
    "the end before the begin": "def f():\n    # END SOLUTION\n    # BEGIN SOLUTION\n    return 1\n",
    "begin in one and end in the next": "def f():\n    # BEGIN SOLUTION\n    return 1\n\n\n"
    "def g():\n    # END SOLUTION\n    pass\n",
    "does not compile": "def f():\n    # BEGIN SOLUTION\n    return (1\n    # END SOLUTION\n",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG_MARKS.values(), ids=WRONG_MARKS.keys())
def test_a_reference_whose_marks_are_wrong_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(StubError) as error:
        cut(text, lecture_of(("f",)))
    assert "made.py" in str(error.value)


# ---- zth stubs -----------------------------------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what a clone has, to write in."""
    for name in ("grader", "exercises", "solutions", "data"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored) if (ROOT / name).is_dir() else None
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def stubs(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the copy's own `zth stubs`."""
    command = [sys.executable, "-m", "grader", "stubs", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_repositorys_stubs_are_what_its_solutions_give(copy: Path) -> None:
    assert stubs(copy, "--check")[0] == 0
    assert stubs(ROOT, "--check")[0] == 0


def test_a_change_of_a_solution_is_noticed_and_cut(copy: Path) -> None:
    path = copy / "solutions" / "part4.py"
    path.write_text(path.read_text("utf-8").replace('"""Backpropagate', '"""Now backpropagate', 1), "utf-8")
    status, said = stubs(copy, "--check")
    assert (status, "exercises/part4.py" in said, "zth stubs" in said) == (1, True, True)
    assert "micrograd" not in said
    assert stubs(copy)[0] == 0
    assert stubs(copy, "--check")[0] == 0
    assert "Now backpropagate" in (copy / "exercises/part4.py").read_text("utf-8")


def test_what_somebody_wrote_into_a_stub_is_noticed_and_never_overwritten(copy: Path) -> None:
    path = copy / "exercises" / "part4.py"
    path.write_text(solved("part4"), "utf-8")
    for arguments in (("--check",), ()):
        status, said = stubs(copy, *arguments)
        assert (status, "exercises/part4.py" in said, "zth stubs" in said) == (1, True, True)
        assert path.read_text("utf-8") == solved("part4")


def test_a_clones_own_exercises_may_be_filled_in(copy: Path) -> None:
    (copy / "exercises" / "part4.py").write_text(solved("part4"), "utf-8")
    for arguments in (("check", "--json"), ("check", "dcounts", "--json"), ("check", "part4.dcounts", "--json")):
        ran = subprocess.run(
            [sys.executable, "-m", "grader", *arguments], cwd=copy, capture_output=True, text=True, check=False
        )
        verdicts = json.loads(ran.stdout)["results"]
        assert {v["status"] for v in verdicts} == {"passed"}
        assert len(verdicts) == (1 if len(arguments) == 3 else len(read_lecture("part4").exercises))


def test_a_solution_that_changes_inside_its_marks_changes_no_stub(copy: Path) -> None:
    path = copy / "solutions/part4.py"
    path.write_text(path.read_text("utf-8").replace("return h.T @ dlogits", "return (dlogits.T @ h).T"), "utf-8")
    assert stubs(copy, "--check")[0] == 0


def test_a_missing_stub_is_noticed_and_cut(copy: Path) -> None:
    (copy / "exercises/part4.py").unlink()
    assert stubs(copy, "--check")[0] == 1
    assert stubs(copy)[0] == 0
    assert (copy / "exercises/part4.py").read_text("utf-8") == untouched("part4")


def test_missing_marks_are_told_with_file_and_function(copy: Path) -> None:
    path = copy / "solutions/part4.py"
    text = path.read_text("utf-8")
    place = text.index("def dW2(")
    path.write_text(text[:place] + text[place:].replace("    # END SOLUTION\n", "", 1), "utf-8")
    status, said = stubs(copy)
    assert status == 3
    assert "solutions/part4.py" in said
    assert "dW2" in said
    assert "END SOLUTION" in " ".join(said.split())
    assert "Traceback" not in said
    assert (copy / "exercises/part4.py").read_text("utf-8") == untouched("part4")


# ---- broken files --------------------------------------------------------------------------------------------------


def cut_up(text: str) -> Source:
    """A text in pieces; each piece compiles, and stands where it says it does, but for methods that were left out."""
    source = parse(text, "made.py")
    lines = source.text.split("\n")
    for piece in source.pieces:
        own = piece.text.removesuffix("\n").split("\n")
        there = lines[piece.line - 1 : piece.line - 1 + len(own)]
        assert [line for line in own if line.strip() not in ("", "pass")] == [
            line for line, kept in zip(there, own, strict=True) if kept.strip() not in ("", "pass")
        ]
        ast.parse(piece.text)
    return source


F, G, H = "def f():\n    return 1\n", "def g():\n    return 2\n", "def h():\n    return 3\n"
BROKEN = {
    "an open bracket": (F + "\ndef bad():\n    return (1\n\n" + G, {"f", "g"}, {"bad"}, 5),
    "an open text": (F + '\ndef bad():\n    """Doc.\n    return 1\n\n' + G, {"f", "g"}, {"bad"}, 5),
    "a slip": (F + "\ndef bad():\n    retrun 1\n\n" + G, {"f", "g"}, {"bad"}, 5),
    "no colon": (F + "\ndef bad()\n    return 1\n\n" + G, {"f", "g"}, {"bad"}, 4),
    "no body": (F + "\ndef bad():\n\n" + G, {"f", "g"}, {"bad"}, None),
    "a body that is not indented": (F + "\ndef bad():\nreturn 1\n\n" + G, {"f", "g"}, {"bad"}, 5),
    "tabs and spaces": (F + "\ndef bad():\n    x = 1\n\treturn x\n\n" + G, {"f", "g"}, {"bad"}, 6),
    "indented too far": (F + "\ndef bad():\n    x = 1\n        return x\n\n" + G, {"f", "g"}, {"bad"}, 6),
    "a bracket too many": (F + "\ndef bad():\n    return 1)\n\n" + G, {"f", "g"}, {"bad"}, 5),
    "the first": ("def bad():\n    return (1\n\n" + F + G, {"f", "g"}, {"bad"}, 2),
    "the last": (F + G + "\ndef bad():\n    return (1\n", {"f", "g"}, {"bad"}, 7),
    "two": ("def bad():\n    return (1\n\n" + F + "def worse():\n    return [2\n" + G, {"f", "g"}, {"bad", "worse"}, 2),
    "a decorator": (F + "\n@deco(\ndef bad():\n    return 1\n\n" + G, {"f", "g"}, {"bad"}, 4),
    "under a decorator": (F + "\n@deco\ndef bad():\n    return (1\n\n" + G, {"f", "g"}, {"bad"}, 6),
    "the imports": ("import a b\n\n" + F + G, {"f", "g"}, set(), 1),
    "a class": ("class Bad:\n    x = (1\n\n" + F, {"f"}, {"Bad"}, 2),
    "async": (F + "async def bad():\n    return (1\n\n" + G, {"f", "g"}, {"bad"}, 4),
    "a conflict of git": (F + "\ndef bad():\n<<<<<<< HEAD\n    return 1\n=======\n    return 2\n>>>>>>> b\n\n" + G,
                          {"f", "g"}, {"bad"}, 5),
}  # fmt: skip


@pytest.mark.parametrize(("text", "whole", "broken", "line"), BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_one_broken_function_costs_that_function(
    text: str, whole: set[str], broken: set[str], line: int | None, end: str
) -> None:
    source = cut_up(text.replace("\n", end))
    assert set(source.definitions) == whole
    assert {name for problem in source.problems for name in problem.names} == broken
    assert line is None or source.problems[0].line == line
    for name in whole:
        assert source.definitions[name].lineno == 1 + text[: text.index(f"def {name}(")].count("\n")


CLASS = """class A:
    x = 1

    def f(self):
        return 1

{bad}
    def h(self):
        return 3


def g():
    return 2
"""
METHODS = {
    "an open bracket": "    def bad(self):\n        return (1\n",
    "a slip": "    def bad(self):\n        retrun 1\n",
    "an open text": '    def bad(self):\n        """Doc.\n        return 1\n',
    "under a decorator": "    @property\n    def bad(self):\n        return (1\n",
    "a decorator": "    @property(\n    def bad(self):\n        return 1\n",
    "tabs and spaces": "    def bad(self):\n        x = 1\n\treturn x\n",
    "no colon": "    def bad(self)\n        return 1\n",
    "with a function inside": "    def bad(self):\n        def inner():\n            return (1\n        return inner\n",
}


@pytest.mark.parametrize("bad", METHODS.values(), ids=METHODS.keys())
def test_one_broken_method_costs_that_method(bad: str) -> None:
    source = cut_up(CLASS.format(bad=bad))
    assert set(source.definitions) == {"A", "A.f", "A.h", "g"}
    assert [problem.names for problem in source.problems] == [{"A.bad"}]
    assert source.definitions["A.h"].lineno == 1 + source.text[: source.text.index("def h")].count("\n")


def test_two_broken_methods_cost_two_methods() -> None:
    bad = "    def bad(self):\n        return (1\n\n    def worse(self):\n        return [2\n"
    source = cut_up(CLASS.format(bad=bad))
    assert set(source.definitions) == {"A", "A.f", "A.h", "g"}
    assert {name for problem in source.problems for name in problem.names} == {"A.bad", "A.worse"}


@given(
    st.sampled_from(ORDER), st.integers(0, 10**6), st.sampled_from(["(", "'''", ")", "\t", ":", "def ", "\\", "\n  x"])
)
@settings(max_examples=60)  # each parses a whole lecture
def test_a_sign_put_in_anywhere_leaves_most_of_a_file(lecture: str, place: int, sign: str) -> None:
    text = solved(lecture)
    place %= len(text)
    source = cut_up(text[:place] + sign + text[place:])
    complete = {name for name, node in whole(lecture).definitions.items() if isinstance(node, ast.FunctionDef)}
    missing = complete - source.definitions.keys()
    assert len({name.partition(".")[0] for name in missing}) <= 2
    assert source.problems or not missing


@pytest.mark.parametrize("lecture", ORDER)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
def test_ends_of_lines_and_a_bom_change_nothing(tmp_path: Path, lecture: str, end: str, bom: bytes) -> None:
    path = tmp_path / "made.py"
    path.write_bytes(bom + solved(lecture).replace("\n", end).encode())
    assert cut_up(read(path)).pieces == cut_up(solved(lecture)).pieces


ODD = ["\x0c", "\x0b", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("sign", ODD, ids=ascii)
def test_signs_that_only_look_like_ends_of_lines_cut_nothing(sign: str) -> None:
    source = cut_up(f'def f():\n    return "a{sign}b"\n\n\n# a comment {sign} with one\ndef g():\n    return 2\n')
    assert [problem.words for problem in source.problems] == []
    assert text_of(source, "g") == "def g():\n    return 2"
    assert len(source.pieces) == 2


TROUBLES = {
    "empty": (b"", "empty"),
    "blank": (b" \n\n", "empty"),
    "not UTF-8": ("x = 1\ny = 'ü'\n".encode("latin-1"), "line 2"),
    "UTF-16": ("x = 1\n".encode("utf-16"), "UTF-8"),
    "a NUL": (b"x = 1\ny = 2\0\n", "line 2"),
}


@pytest.mark.parametrize(("data", "said"), TROUBLES.values(), ids=TROUBLES.keys())
def test_a_file_that_is_no_text_is_told_where(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "part4.py"
    path.write_bytes(data)
    with pytest.raises(FileTrouble) as trouble:
        read(path)
    assert said in str(trouble.value)
    assert "part4.py" in str(trouble.value)
