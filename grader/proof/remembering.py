"""Proofs that held, kept by the content of what they rest on: solution, alternatives, checks, words, grader, torch."""

import contextlib
import hashlib
import importlib.metadata
import sys
from pathlib import Path

import msgspec

from grader import pycache
from grader.course.blanks import INDEX
from grader.course.root import LECTURES, alternatives_file, solution_file
from grader.proof.findings import Proof

GRADER = LECTURES.parent


def digest(lecture: str, names: list[str]) -> str:
    """What a proof of some exercises rests on, as a few letters."""
    files = [solution_file(lecture), alternatives_file(lecture)]
    files += [LECTURES / f"{lecture}.py", LECTURES / f"{lecture}.toml"]
    for package in ("checks", "course", "judging", "proof", "sandbox", "variants"):
        files += sorted((GRADER / package).rglob("*.py"))
    files.append(INDEX)
    versions = [importlib.metadata.version(package) for package in ("torch", "numpy", "msgspec")]
    content = hashlib.sha256(repr((sys.version, versions, names)).encode())
    for file in files:
        content.update(file.read_bytes() if file.exists() else b"")
        content.update(b"\0")
    return content.hexdigest()[:24]


def remembered(lecture: str, names: list[str]) -> Proof | None:
    """The proof of these exercises, if it held, and nothing has changed since."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.msgpack.decode(_place(lecture, names).read_bytes(), type=Proof)
    return None


def remember(proof: Proof, names: list[str]) -> None:
    """Keep a proof that held. Where nothing can be written, it is proved again the next time."""
    if proof.findings:
        return
    place = _place(proof.lecture, names)
    with contextlib.suppress(OSError):
        for old in place.parent.glob(f"{place.name.rpartition('-')[0]}-*.proof"):  # of the same exercises
            old.unlink(missing_ok=True)
    pycache.keep(place, msgspec.msgpack.encode(proof))


def _place(lecture: str, names: list[str]) -> Path:
    which = hashlib.sha256(repr(names).encode()).hexdigest()[:8]
    return pycache.place(LECTURES / f"{lecture}.py", f"{which}-{digest(lecture, names)}.proof")
