"""`zth verify`: prove the grader."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import click

from grader.cli import options
from grader.cli.opening import sandbox_for
from grader.course import targets
from grader.course.blanks import exercise_names
from grader.course.outline import ORDER
from grader.course.outline import lecture as read_lecture
from grader.proof.findings import Proof
from grader.reports import proof as report
from grader.reports.page import emit, emit_json, page


@click.command(short_help="Prove the grader: right answers pass, wrong ones do not.")
@click.argument("target", nargs=-1, shell_complete=options.target)
@click.option("--mutants", is_flag=True, help="Also every variant that the operators derive from a right answer.")
@click.option("--why", metavar="EXERCISE", help="Show the variants of one exercise, what they say, and their fates.")
@click.option("--fresh", is_flag=True, help="Prove even what has been proved and has not changed since.")
@options.as_json
@options.looks
def command(
    target: tuple[str, ...], mutants: bool, why: str | None, fresh: bool, json: bool, color: bool | None, plain: bool
) -> int:
    """Prove the grader on TARGET: lectures or exercises; all, if you name none.

    Through the judge that grades learners go every reference (must pass), every untouched stub (must be to
    do), every misconception (must be rejected, and named as itself) and every alternative (must pass). What
    a half-written exercise still lacks is listed.

    With --mutants, so does everything that is one typical slip away from a right answer (a term dropped, a sum
    over the other dim): it must be rejected, or a reason why nothing can tell it apart stands in the lecture's
    file. What held is remembered until something that it rests on changes.
    """
    if why:
        target, mutants = (why,), True
    wanted: dict[str, set[str]] = {}
    for text in target or ORDER:
        found = _resolved(text)
        wanted.setdefault(found.lecture, set()).update(found.exercises or read_lecture(found.lecture).exercises)
    ordered = {name: [e for e in read_lecture(name).exercises if e in wanted[name]] for name in ORDER if name in wanted}
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    proofs = _proofs_with_mutants(ordered, fresh) if mutants else _proofs(ordered, False)
    if json:
        emit_json(report.as_json(proofs))
    elif why:
        emit(report.why(proofs, page(color, plain)))
    else:
        emit(report.table(proofs, page(color, plain)))
    return 1 if any(proof.findings for proof in proofs) else 0


def _proofs_with_mutants(wanted: dict[str, list[str]], fresh: bool) -> list[Proof]:
    """Of each lecture the proof that is remembered, or one that is made now."""
    from grader.proof.remembering import remember, remembered

    known = {name: remembered(name, names) for name, names in wanted.items() if not fresh}
    missing = {name: names for name, names in wanted.items() if not known.get(name)}
    made = {proof.lecture: proof for proof in _proofs(missing, True)} if missing else {}
    for proof in made.values():
        remember(proof, wanted[proof.lecture])
    return [known.get(name) or made[name] for name in wanted if known.get(name) or name in made]


def _proofs(wanted: dict[str, list[str]], derived: bool) -> list[Proof]:
    import torch._dynamo
    import torch.testing  # noqa: F401  # torch loads both when they are used: once here, not in each worker

    from grader.proof.shares import in_parallel, processes

    tell = _telling()
    pieces = [(lecture, name) for lecture, names in wanted.items() for name in names]
    proofs = in_parallel(pieces, min(processes(), len(pieces)), partial(_prove, derived, list(wanted)), tell)
    tell("")
    return proofs


def _prove(
    derived: bool, lectures: list[str], pieces: Iterable[tuple[str, str]], tell: Callable[[str], None]
) -> Iterator[Proof]:
    """The proofs of some exercises, with a sandbox and a judge of their own."""
    from grader.judging.judge import Judge
    from grader.proof.proving import prove

    with sandbox_for(lectures) as sandbox:
        judge = Judge(sandbox)
        for lecture, name in pieces:
            yield prove(judge, lecture, name, tell, derived)


def _resolved(text: str) -> targets.Target:
    """As everywhere; but an author's exercise may be in the toml before it has a stub."""
    try:
        return targets.resolve(text)
    except targets.UnknownTarget:
        for lecture in ORDER:
            name = text.removeprefix(f"{lecture}.")
            if name in read_lecture(lecture).exercises and name not in exercise_names(lecture):
                return targets.Target(lecture, (name,))
        raise


def _telling() -> Callable[[str], None]:
    """Progress on one line of a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        return lambda words: None
    count = 0

    def tell(words: str) -> None:
        nonlocal count
        count += bool(words)
        line = f"{count} tried  {words}" if words else ""
        click.echo(f"\r\033[K{line}", nl=False, err=True)

    return tell
