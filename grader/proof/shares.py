"""A proof in several processes: each takes the next exercise when it is done with one."""

import os
import selectors
import struct
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import IO

import msgspec

from grader.proof.findings import Finding, Proof

Piece = tuple[str, str]  # a lecture, and an exercise of it
Work = Callable[[Iterable[Piece], Callable[[str], None]], Iterator[Proof]]  # a proof for each piece, in order
MOST = 4  # processes; each has a judge and a zygote with torch
NUMBER = struct.Struct("H")  # of a piece


def processes() -> int:
    """How many make sense. One, where forking is not safe."""
    return min(os.cpu_count() or 1, MOST) if sys.platform == "linux" else 1


def in_parallel(pieces: list[Piece], count: int, work: Work, tell: Callable[[str], None]) -> list[Proof]:
    """Do the work for all pieces, in some processes, and put the proofs together, a lecture each."""
    if count == 1:
        return _together(work(pieces, tell))
    streams = _forked(pieces, count, work)
    proofs: dict[int, Proof] = {}
    for line in _lines(streams):
        if line.startswith(b"."):
            tell(line[1:].decode().strip())
        else:
            number, proof = msgspec.json.decode(line, type=tuple[int, Proof])
            proofs[number] = proof
    return _together(proofs.get(number) or _lost(piece) for number, piece in enumerate(pieces))


def _lost(piece: Piece, words: str = "The process that proved it was ended before it could tell.") -> Proof:
    """A piece of which nothing is known: never silently left out."""
    return Proof(piece[0], {}, (Finding("fault", ".".join(piece), "the proof itself", words),))


def _forked(pieces: list[Piece], count: int, work: Work) -> list[IO[bytes]]:
    """Start the processes; the streams on which they tell of each step, and of the proof of each piece."""
    waiting, fill = os.pipe()  # the numbers of the pieces that nobody has taken
    os.write(fill, b"".join(NUMBER.pack(number) for number in range(len(pieces))))
    os.close(fill)
    streams: list[IO[bytes]] = []
    for _ in range(count):
        read, write = os.pipe()
        if os.fork() == 0:
            try:
                with os.fdopen(write, "wb", buffering=0) as stream:
                    _work(pieces, waiting, stream, work)
            finally:
                os._exit(0)
        os.close(write)
        streams.append(os.fdopen(read, "rb"))
    os.close(waiting)
    return streams


def _work(pieces: list[Piece], waiting: int, stream: IO[bytes], work: Work) -> None:
    taken: list[int] = []

    def next_ones() -> Iterator[Piece]:
        while number := os.read(waiting, NUMBER.size):
            taken.append(*NUMBER.unpack(number))
            yield pieces[taken[-1]]

    def tell(number: int, proof: Proof) -> None:
        stream.write(msgspec.json.encode((number, proof)) + b"\n")

    try:
        for proof in work(next_ones(), lambda words: _told(stream, words)):
            tell(taken[-1], proof)
    except Exception:
        for number in taken[-1:]:
            tell(number, _lost(pieces[number], traceback.format_exc()))


def _told(stream: IO[bytes], words: str) -> None:
    stream.write(f".{words}\n".encode())


def _lines(streams: list[IO[bytes]]) -> Iterator[bytes]:
    """The lines of several streams, as they come."""
    begun = {stream.fileno(): b"" for stream in streams}
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            selector.register(stream, selectors.EVENT_READ)
        while begun:
            for key, _ in selector.select():
                data = os.read(key.fd, 1 << 16)
                *whole, begun[key.fd] = (begun[key.fd] + data).split(b"\n")
                yield from whole
                if not data:
                    selector.unregister(key.fd)
                    del begun[key.fd]


def _together(proofs: Iterable[Proof]) -> list[Proof]:
    """One proof a lecture."""
    merged: dict[str, Proof] = {}
    for proof in proofs:
        known = merged.get(proof.lecture, Proof(proof.lecture, {}, ()))
        tried = known.tried | {subject: known.tried.get(subject, 0) + number for subject, number in proof.tried.items()}
        findings = tuple(dict.fromkeys(known.findings + proof.findings))
        merged[proof.lecture] = Proof(proof.lecture, tried, findings, known.mutants | proof.mutants)
    return list(merged.values())
