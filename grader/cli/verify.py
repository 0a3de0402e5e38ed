"""`zth verify`: prove the grader."""

import os
import sys
from collections.abc import Callable

import click

from grader.cli import options
from grader.cli.opening import sandbox_for
from grader.course import targets
from grader.course.outline import ORDER, exercise_names
from grader.course.outline import lecture as read_lecture
from grader.proof.findings import Proof
from grader.reports import proof as report
from grader.reports.page import emit, emit_json, page


@click.command(short_help="Prove the grader: right answers pass, wrong ones do not.")
@click.argument("target", nargs=-1, shell_complete=options.target)
@options.as_json
@options.looks
def command(target: tuple[str, ...], json: bool, color: bool | None, plain: bool) -> int:
    """Prove the grader on TARGET: lectures or exercises; all, if you name none.

    Through the judge that grades learners go every reference (must pass), every untouched stub (must be to
    do), every misconception (must be rejected, and named as itself) and every alternative (must pass). What
    a half-written exercise still lacks is listed.
    """
    wanted: dict[str, set[str]] = {}
    for text in target or ORDER:
        found = _resolved(text)
        wanted.setdefault(found.lecture, set()).update(found.exercises or read_lecture(found.lecture).exercises)
    ordered = {name: [e for e in read_lecture(name).exercises if e in wanted[name]] for name in ORDER if name in wanted}
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from grader.proof.shares import in_parallel, split

    tell = _telling()
    proofs = in_parallel(split(ordered), _prove, tell)
    tell("")
    if json:
        emit_json(report.as_json(proofs))
    else:
        emit(report.table(proofs, page(color, plain)))
    return 1 if any(proof.findings for proof in proofs) else 0


def _prove(share: dict[str, list[str]], tell: Callable[[str], None]) -> list[Proof]:
    """A share of the proof, with a sandbox and a judge of its own."""
    from grader.judging.judge import Judge
    from grader.proof.proving import prove

    with sandbox_for(list(share)) as sandbox:
        judge = Judge(sandbox)
        return [prove(judge, lecture, tuple(names), tell) for lecture, names in share.items()]


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
