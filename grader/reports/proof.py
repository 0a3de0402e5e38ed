"""A proof for an author: what was tried, and what did not hold."""

from typing import get_args

import msgspec

from grader.proof.findings import FATES, SUBJECTS, Kind, Mutant, Proof
from grader.reports.page import Page

LEFT = 10  # columns for the name of a lecture
KINDS: tuple[Kind, ...] = get_args(Kind)


def table(proofs: list[Proof], page: Page) -> list[str]:
    """Counts, a line a lecture, and every exception to them."""
    subjects = [s for s in SUBJECTS if any(s in proof.tried for proof in proofs)]
    wide = page.width >= LEFT + sum(len(s) + 2 for s in subjects)
    lines = []
    if wide:
        lines.append(" " * LEFT + "".join(f"  {s}" for s in subjects))
        for proof in proofs:
            counts = "".join(f"  {proof.tried.get(s, 0):>{len(s)}}" for s in subjects)
            lines.append(f"{proof.lecture:<{LEFT}}{counts}")
    else:
        for proof in proofs:
            lines.append(proof.lecture)
            lines += [f"  {proof.tried.get(s, 0):>5} {s}" for s in subjects]
    lines += _fates(proofs)
    findings = [finding for proof in proofs for finding in proof.findings]
    lines.append("")
    for finding in findings:
        lines.append(page.style(f"{finding.kind}: {finding.exercise}, {finding.what}", fg="red", bold=True))
        lines += [line for text in finding.words.splitlines() for line in page.wrap(text, "  ")] + [""]
    totals: dict[str, int] = {kind: sum(f.kind == kind for f in findings) for kind in KINDS}
    always = [f"{totals['false accept']} false accepts", f"{totals['false reject']} false rejects"]
    always.append(f"{totals['misnamed']} misnamed")
    told = ["false accept", "false reject", "misnamed"]
    if any(proof.mutants for proof in proofs):
        always.append(f"{totals['survived']} survived")
        told.append("survived")
    others = [f"{n} {kind}" for kind, n in totals.items() if n and kind not in told]
    return [page.fit(line) for line in [*lines, *page.wrap(", ".join(always + others))]]


def _fates(proofs: list[Proof]) -> list[str]:
    """What became of the derived variants, a line a lecture."""
    shown = [proof for proof in proofs if proof.mutants]
    if not shown:
        return []
    heads = ("variants", *FATES)
    lines = ["", " " * LEFT + "".join(f"  {head}" for head in heads)]
    for proof in shown:
        fates = [mutant.fate for mutants in proof.mutants.values() for mutant in mutants]
        counts = [len(fates), *(fates.count(fate) for fate in FATES)]
        row = "".join(f"  {n:>{len(head)}}" for head, n in zip(heads, counts, strict=True))
        lines.append(f"{proof.lecture:<{LEFT}}{row}")
    return lines


def why(proofs: list[Proof], page: Page) -> list[str]:
    """The variants of an exercise: what each says, what it changes, and what became of it."""
    lines: list[str] = []
    for proof in proofs:
        for exercise, mutants in proof.mutants.items():
            lines += [page.style(f"{proof.lecture}.{exercise}", bold=True), ""]
            for mutant in mutants:
                lines += _mutant(mutant, page)
    return [page.fit(line) for line in [*lines, *table(proofs, page)]]


def _mutant(mutant: Mutant, page: Page) -> list[str]:
    fate = f"{mutant.fate} on draw {mutant.draw}" if mutant.draw else mutant.fate
    color = {"rejected": "green", "equivalent": "yellow"}.get(mutant.fate, "red")
    lines = page.edges(page.cut(f"{mutant.operator}"), fate, {"fg": color})
    lines += page.wrap(f"... is what comes out {mutant.words}." if mutant.words else "(says nothing)", "  ")
    before, _, after = mutant.change.partition(" -> ")
    lines += [page.cut(f"  {sign} {line}") for sign, line in (("-", before), ("+", after)) if line]
    return lines + (page.wrap(mutant.reason, "  ") if mutant.reason else []) + [""]


def as_json(proofs: list[Proof]) -> str:
    """The proof as one document."""
    document = {"version": 1, "proofs": [msgspec.to_builtins(proof) for proof in proofs]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
