"""A proof for an author: what was tried, and what did not hold."""

import msgspec

from grader.proof.findings import SUBJECTS, Proof
from grader.reports.page import Page

LEFT = 10  # columns for the name of a lecture
KINDS = ("false accept", "false reject", "misnamed", "alike", "disagreement", "unfinished", "fault")


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
    findings = [finding for proof in proofs for finding in proof.findings]
    lines.append("")
    for finding in findings:
        lines.append(page.style(f"{finding.kind}: {finding.exercise}, {finding.what}", fg="red", bold=True))
        lines += [line for text in finding.words.splitlines() for line in page.wrap(text, "  ")] + [""]
    totals = {kind: sum(f.kind == kind for f in findings) for kind in KINDS}
    always = [f"{totals['false accept']} false accepts", f"{totals['false reject']} false rejects"]
    always.append(f"{totals['misnamed']} misnamed")
    others = [
        f"{n} {kind}" for kind, n in totals.items() if n and kind not in ("false accept", "false reject", "misnamed")
    ]
    return [page.fit(line) for line in [*lines, *page.wrap(", ".join(always + others))]]


def as_json(proofs: list[Proof]) -> str:
    """The proof as one document."""
    document = {"version": 1, "proofs": [msgspec.to_builtins(proof) for proof in proofs]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
