"""The page of `zth check --html`: parsed, complete, of one piece, and text is text in it."""

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from workspaces import AT_THE_END, Run, replaced, solved, untouched, workspace, zth

VOID = {"meta", "br", "img", "link", "input", "hr"}
TAGS = "</script></pre></style><script>alert(1)</script><img src=x onerror=alert(1)><!--"
EVIL = TAGS + ' \x1b[31m \x00 \u202e \u2066 &lt; "'
HOSTILE = f"""def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    print({EVIL!r})
    return counts_sum_inv * dprobs


def dW2(h, dlogits):
    raise ValueError({EVIL!r})


def dprobs(dlogprobs, probs):
    return {EVIL!r}


def dbnmeani(dbndiff):
    return torch.full((1, dbndiff.shape[1]), math.nan)


def dbnvar(dbnvar_inv, bnvar, eps=1e-5):
    v = bnvar.clone().requires_grad_()
    return torch.autograd.grad(((v + eps) ** -0.5 * dbnvar_inv).sum(), v)[0]


{AT_THE_END}
print({EVIL!r})
raise RuntimeError({EVIL!r})
"""
LATE = """class Value:
    def backward(self):
        self.grad = 1.0
        self._backward()
"""


def joined(text: str) -> str:
    return " ".join(text.replace("`", "").split())


class Read(HTMLParser):
    """A page as a reader has it: its elements, its text, and whether every one that is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.comments: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts.setdefault(tag, []).append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def text(self, tag: str) -> str:
        return "".join(self.texts.get(tag, []))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    texts = {"part4": replaced(solved("part4"), HOSTILE), "micrograd": replaced(solved("micrograd"), LATE)}
    return workspace(tmp_path_factory.mktemp("hostile"), **texts)


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    return zth(folder, "check", "--json", "--junit-xml", "report.xml", "--html", "page.html")


@pytest.fixture(scope="module")
def source(folder: Path, run: Run) -> str:
    return (folder / "page.html").read_text("utf-8")


@pytest.fixture(scope="module")
def page(source: str) -> Read:
    return Read(source)


def test_the_page_says_what_the_document_says(run: Run, page: Read, folder: Path) -> None:
    assert run.status == 1
    assert (folder / "report.xml").exists()
    results = run.document["results"]
    assert page.text("h1") == f"{run.document['summary']['passed']} of {len(results)} passed"
    wrong = {r["exercise"]: r for r in results if r["status"] not in ("passed", "todo")}
    assert [a["id"] for tag, a in page.tags if tag == "article"] == list(wrong)
    said = joined(page.text("article"))
    for result in wrong.values():
        assert f"{result['file']}:{result['line']}" in said
        if result["diagnosis"]:
            assert joined(result["diagnosis"]["says"]) in said
        if result["status"] not in ("passed", "failed") and "<" not in result["message"]:
            assert joined(result["message"]) in said
    listed = set(page.texts["li"])
    assert {r["exercise"].partition(".")[2] for r in results if r["status"] == "passed"} <= listed


def test_the_page_is_of_one_piece_and_refers_to_nothing(source: str, page: Read) -> None:
    assert page.open == []
    assert source.startswith("<!DOCTYPE html>")
    names = {name for _, attributes in page.tags for name in attributes}
    assert names <= {"lang", "charset", "http-equiv", "content", "name", "class", "id", "max", "value", "scope"}
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "img", "iframe", "object", "base", "form", "a"})
    assert not re.search(r"url\(|@import|https?:|//", page.text("style"))
    assert "prefers-color-scheme: dark" in page.text("style")
    policy = next(a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy and policy.startswith("default-src 'none'")


def test_what_a_learner_prints_raises_or_returns_stays_text(source: str, page: Read) -> None:
    assert page.comments == []
    assert page.text("pre").count(TAGS) >= 3  # printed by an exercise and by the file, a line of code
    assert page.text("p").count("<script>alert(1)") >= 2  # an exception's words, an answer's
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", source)
    assert "<U+202E>" in page.text("pre")


def test_a_wrong_tensor_is_a_heat_map_with_its_numbers(run: Run, page: Read) -> None:
    assert page.texts["caption"] == ["expected", "yours", "yours − expected"] * 2  # dcounts, dbnmeani
    (dcounts,) = run.results["dcounts"]["quantities"]
    assert f"{dcounts['picture']['got'][0][0]:.3g}".replace("-", "−") in page.texts["td"]
    assert page.texts["td"].count("NaN") == 2 * 5
    assert dcounts["pattern"] in page.text("p")
    shades = {a["class"] for tag, a in page.tags if tag == "td" and "class" in a}
    assert all(f".heat .{shade} " in page.text("style") for shade in shades)


def test_the_graph_is_drawn(page: Read) -> None:
    assert "├─ " in page.text("pre")
    assert "is the first that is wrong" in page.text("p")


def test_the_place_is_marked(tmp_path: Path) -> None:
    slip = "def dprobs(dlogprobs, probs):\n    return dlogprobs * probs  # </pre><script>alert(2)</script> \u202e\n\n\n"
    workspace(tmp_path, part4=replaced(untouched("part4"), slip))
    zth(tmp_path, "check", "dprobs")
    zth(tmp_path, "hint", "dprobs")  # a longer search, so that it is found however busy the machine is
    zth(tmp_path, "check", "dprobs", "--html", "page.html")
    page = Read((tmp_path / "page.html").read_text("utf-8"))
    assert page.text("mark") == "dlogprobs * probs"
    assert "return dlogprobs * probs  # </pre><script>alert(2)</script> <U+202E>" in page.text("pre")
    assert "one change here makes your answer right" in page.text("figcaption")


def test_without_json_the_command_says_where_the_page_is(tmp_path: Path) -> None:
    workspace(tmp_path, part4=untouched("part4"))
    run = zth(tmp_path, "check", "dcounts", "--html", "page.html")
    assert "page.html" in run.out.splitlines()[-1]
    assert Read((tmp_path / "page.html").read_text("utf-8")).text("h1") == "0 of 1 passed"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--html nowhere/page.html", "there is no folder nowhere"),
        ("--html exercises/part4.py", "ends in .html"),
        ("--html part4", "ends in .html"),
        ("--html folder.html", "is a directory"),
        ("--dot exercises/part4.py", "ends in .dot"),
    ],
)
def test_a_page_that_cannot_be_written_is_told_before_anything_is_graded(
    tmp_path: Path, option: str, words: str
) -> None:
    text = untouched("part4")
    workspace(tmp_path, part4=text)
    (tmp_path / "folder.html").mkdir()
    run = zth(tmp_path, "check", "dcounts", *option.split())
    assert (run.status, run.out) == (2, "")
    assert words in run.err
    assert (tmp_path / "exercises" / "part4.py").read_text("utf-8") == text


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_leaves_the_page_of_before(tmp_path: Path) -> None:
    workspace(tmp_path, part4=untouched("part4"))
    (tmp_path / "page.html").symlink_to("/dev/full")
    run = zth(tmp_path, "check", "dcounts", "--html", "page.html")
    assert run.status == 2
    assert "page.html cannot be written: No space left on device" in run.err
    assert "Traceback" not in run.err


def test_a_page_is_replaced_whole_and_through_a_link(tmp_path: Path) -> None:
    workspace(tmp_path, part4=untouched("part4"))
    (tmp_path / "real.html").write_text("old")
    (tmp_path / "page.html").symlink_to("real.html")
    zth(tmp_path, "check", "dcounts", "--html", "page.html")
    assert (tmp_path / "page.html").is_symlink()
    assert (tmp_path / "real.html").read_text("utf-8").endswith("</html>\n")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".real")]
