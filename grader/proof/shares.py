"""A proof in shares, one process each: the exercises have nothing to do with each other."""

import os
import sys
import traceback
from collections.abc import Callable
from typing import IO

import msgspec

from grader.proof.findings import Finding, Proof

Share = dict[str, list[str]]  # lecture -> exercises
Work = Callable[[Share, Callable[[str], None]], list[Proof]]
MOST = 4  # processes; each has a judge and a zygote with torch


def split(wanted: Share) -> list[Share]:
    """Shares of about the same size. One, where forking is not safe."""
    count = min(os.cpu_count() or 1, MOST) if sys.platform == "linux" else 1
    shares = [{lecture: names[i::count] for lecture, names in wanted.items() if names[i::count]} for i in range(count)]
    return [share for share in shares if share]


def in_parallel(shares: list[Share], work: Work, tell: Callable[[str], None]) -> list[Proof]:
    """Do the work for each share in a process of its own, and put the proofs together, a lecture each."""
    if len(shares) == 1:
        return work(shares[0], tell)
    streams = [_fork(share, work) for share in shares]
    proofs: list[Proof] = []
    for share, stream in zip(shares, streams, strict=True):
        told: list[Proof] = []
        for line in stream:
            if line.startswith(b"."):
                tell(line[1:].decode().strip())
            else:
                told = msgspec.json.decode(line, type=list[Proof])
        stream.close()
        proofs += told or [_lost(share, "The process that proved this share was ended before it could tell.")]
    return _together(proofs)


def _lost(share: Share, words: str) -> Proof:
    """A share of which nothing is known: never silently left out."""
    exercises = ", ".join(f"{lecture}.{name}" for lecture, names in share.items() for name in names)
    return Proof(next(iter(share)), {}, (Finding("fault", exercises, "the proof itself", words),))


def _fork(share: Share, work: Work) -> IO[bytes]:
    """Start a process; the stream on which it tells of each step, and at the end of its proofs."""
    read, write = os.pipe()
    if os.fork():
        os.close(write)
        return os.fdopen(read, "rb")
    try:
        os.close(read)
        with os.fdopen(write, "wb", buffering=0) as stream:
            try:
                proofs = work(share, lambda words: _told(stream, words))
            except Exception:
                proofs = [_lost(share, traceback.format_exc())]
            stream.write(msgspec.json.encode(proofs) + b"\n")
    finally:
        os._exit(0)


def _told(stream: IO[bytes], words: str) -> None:
    stream.write(f".{words}\n".encode())


def _together(proofs: list[Proof]) -> list[Proof]:
    merged: dict[str, Proof] = {}
    for proof in proofs:
        known = merged.get(proof.lecture, Proof(proof.lecture, {}, ()))
        subjects = known.tried | proof.tried
        tried = {subject: known.tried.get(subject, 0) + proof.tried.get(subject, 0) for subject in subjects}
        findings = tuple(dict.fromkeys(known.findings + proof.findings))
        merged[proof.lecture] = Proof(proof.lecture, tried, findings, known.mutants | proof.mutants)
    return list(merged.values())
