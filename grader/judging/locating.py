"""Where it is: the one place in the learner's own code where a change makes the answer right.

Edits are made from the learner's text alone and played in a worker that never grades. They are asked tier by tier; the
first tier with an edit that is right on every draw decides. If all such edits lie in one statement, that is the place;
if they do not, nothing is said.
"""

import ast
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, tee

from grader.checks.expectations import Between, Holds
from grader.course.outline import Exercise
from grader.course.source import Source, parse, text_of, walked
from grader.judging import expecting, shortcuts
from grader.judging.behaving import Stage
from grader.judging.expecting import Reference
from grader.judging.grading import is_right
from grader.judging.judge import CONFIRMING, Judge
from grader.judging.reached import reached
from grader.judging.submission import Budget
from grader.judging.verdict import Place, Verdict
from grader.repairs import editing
from grader.repairs.catalogue import COPYING, TIERS
from grader.repairs.editing import Repair
from grader.repairs.questions import question
from grader.sandbox import wire
from grader.sandbox.session import Dead, Late, Reply, Variants
from grader.variants.changes import Operator
from grader.variants.edits import Rewritten, apply, dedented, in_place

START = 1.0  # seconds for a worker to load the file and to wake torch
ONE = 0.3  # seconds of the processor for one edit, on all draws, at most; one that takes longer never ends
LONGER, LEAST = 20, 0.05  # an edit may take so much longer than the answer itself, and so long in any case
PATIENCE = 4  # edits that may hang or crash; then the rest is not played
BUSY = 2.0  # times as long as planned: edits are counted, and only on a busy machine the clock ends it
SLOW = 0.02  # seconds a play; above it only the first tier is asked
TOUCHES_THE_MACHINE = frozenset({"open", "exec", "eval", "compile", "__import__", "__builtins__", "globals", "vars"})
HARMLESS = frozenset({  # modules; whatever comes from another one could touch the machine
    "__future__", "collections", "copy", "dataclasses", "enum", "functools", "heapq", "itertools", "math", "matplotlib",
    "numbers", "numpy", "operator", "random", "re", "statistics", "string", "torch", "typing",
})  # fmt: skip
WRITES = frozenset({"open", "save", "write", "write_text", "write_bytes", "unlink", "remove", "savefig", "tofile"})
LARGEST = 1500  # parts of a syntax tree; edits of a larger function take too long to make
QUESTION, PASSES = 2, 3  # the hints at which the kind of change is asked about, and at which it is shown
NOT_BY_AN_EDIT = ("SystemExit", "MemoryError", "NotImplementedError")


@dataclass(frozen=True)
class Located:
    """The place, and what makes the answer right there: the first is the best."""

    place: Place
    repairs: tuple[Repair, ...]


@dataclass(frozen=True)
class Asked:
    """A wrong answer whose place is looked for. seeds: the draws it is graded on, the first wrong one first."""

    ref: Reference
    source: Source
    exercise: Exercise
    file: wire.Load
    seeds: tuple[int, ...]


def may_be_located(asked: Asked, verdict: Verdict, replies: Iterable[Reply]) -> bool:
    """Whether a search makes sense: something came, or the learner's code raised; and nothing else can be harmed."""
    if verdict.status not in ("failed", "error") or not all(
        isinstance(reply, (wire.Answer, wire.Trouble)) for reply in replies
    ):
        return False
    if any(isinstance(reply, wire.Trouble) and reply.kind in NOT_BY_AN_EDIT for reply in replies):
        return False
    nodes = [n for _, function in _functions(asked, asked.exercise) for n in walked(function)]
    if any(isinstance(n, (ast.Import, ast.ImportFrom)) for n in nodes):
        return False
    names = {n.id for n in nodes if isinstance(n, ast.Name)} & (TOUCHES_THE_MACHINE | _from_elsewhere(asked.source))
    attributes = {n.attr for n in nodes if isinstance(n, ast.Attribute)}
    return len(nodes) <= LARGEST and not names and not attributes & WRITES


def _from_elsewhere(source: Source) -> frozenset[str]:
    """What a file imports from modules that could touch the machine, by the names that it has in the file."""
    found: set[str] = set()
    for node in ast.walk(source.tree):
        match node:
            case ast.Import(names=names):
                found |= {n.asname or n.name.partition(".")[0] for n in names if _root(n.name) not in HARMLESS}
            case ast.ImportFrom(module=module, names=names) if _root(module or "") not in HARMLESS:
                found |= {n.asname or n.name for n in names}
    return frozenset(found)


def _root(module: str) -> str:
    return module.partition(".")[0]


def _functions(asked: Asked, exercise: Exercise) -> list[tuple[str, ast.AST]]:
    return list(reached(asked.source, exercise, list(asked.ref.lecture.exercises.values())))


def _blanks(asked: Asked) -> list[str]:
    """The functions that may be edited: the exercise's own, and helpers that serve no other exercise."""
    others = [e for e in asked.ref.lecture.exercises.values() if e != asked.exercise]
    theirs = {name for other in others for name, _ in _functions(asked, other)}
    return [name for name, _ in _functions(asked, asked.exercise) if name not in theirs]


def locate(
    judge: Judge, asked: Asked, verdict: Verdict, replies: Sequence[Reply], budget: Budget, hints: int = 0
) -> Located | None:
    """The place, if there is one and no other. hints: how many were read; the more, the more is told of it."""
    if not may_be_located(asked, verdict, replies):
        return None
    end = time.monotonic() + BUSY * budget.seconds
    usual = [reply.seconds for reply in replies if isinstance(reply, wire.Answer)]
    worker = Variants(judge.sandbox, asked.file, min(ONE, max(LEAST, LONGER * max(usual, default=ONE))), START)
    here = Stage(asked.ref, worker, PATIENCE)
    try:
        here.begin(asked.exercise, asked.seeds[0])
        slow = min(usual, default=0.0) > SLOW
        blanks, tried = _blanks(asked), 0
        seen: editing.Seen = set()
        if not _stays_wrong(here, asked, blanks):
            return None
        for operators in _tiers(asked, verdict, slow):
            made = editing.repairs(asked.source, blanks, operators, seen)
            found, played, late = _right(here, asked, islice(made, budget.edits - tried), end)
            tried += played
            if late:
                return None  # what was not tried could be right elsewhere
            if found:
                if not _stays_wrong(here, asked, blanks) or len({repair.blank for repair in found}) > 1:
                    return None
                place = _place(asked.source, found, tried, hints)
                return Located(place, tuple(found)) if place else None
            if tried >= budget.edits:
                return None
    finally:
        worker.close()
    return None


def _stays_wrong(here: Stage, asked: Asked, blanks: list[str]) -> bool:
    """Whether the functions as they stand are wrong, put in place as an edit is: a file may bind a name once more, or
    leave an answer to chance. Then an edit that changes nothing would seem to help.
    """
    own = tuple(Rewritten(blank, dedented(text_of(asked.source, blank))) for blank in blanks)
    seed = asked.seeds[0]
    ((reply,),) = here.replies(asked.exercise, [own], [seed])
    return isinstance(reply, (wire.Answer, wire.Trouble)) and not is_right(asked.ref, asked.exercise, seed, reply)


def _tiers(asked: Asked, verdict: Verdict, slow: bool) -> list[tuple[Operator, ...]]:
    if _values_are_right(asked, verdict):
        return [COPYING]
    return list(TIERS[:1] if slow or _by_chance(asked, verdict) else TIERS)


def _values_are_right(asked: Asked, verdict: Verdict) -> bool:
    """Only an input was changed, or the graph is not as it should be."""
    bad = [q for q in verdict.quantities if not q.ok]
    given = {name for name, _ in expecting.expected(asked.ref, asked.exercise.name, asked.seeds[0]).inputs}
    return bool(bad) and all(q.name in given or "requires_grad" in q.problem for q in bad)


def _by_chance(asked: Asked, verdict: Verdict) -> bool:
    """Whether something else than values decides what is wrong here: a property may hold by accident."""
    answers = expecting.expected(asked.ref, asked.exercise.name, asked.seeds[0]).answers
    properties = tuple(name for name, expected in answers.items() if isinstance(expected, (Holds, Between)))
    wrong = [q.name for q in verdict.quantities if not q.ok]
    return any(name.startswith(properties) for name in wrong) if wrong else bool(properties)


def _right(here: Stage, asked: Asked, repairs: Iterable[Repair], end: float) -> tuple[list[Repair], int, bool]:
    """Those that are right on all draws, fresh ones included; how many were played; whether some could not be, because
    the time was over or too many of them hang.
    """
    alive: list[Repair] = []
    played = lost = 0
    first = asked.seeds[0]
    told, sent = tee(repairs)
    for repair, (reply,) in zip(told, _replies(here, asked, sent, [first]), strict=False):
        played += 1
        if is_right(asked.ref, asked.exercise, first, reply):
            alive.append(repair)
        lost += isinstance(reply, (Late, Dead))
        if lost >= here.patience or time.monotonic() > end:
            here.worker.close()
            return [], played, True
    more = (*asked.seeds, *CONFIRMING)  # the first one again: what was right once may have been so by chance
    found = []
    for repair, replies in zip(alive, _replies(here, asked, alive, more), strict=True):
        if time.monotonic() > end:
            return [], played, True
        right = all(is_right(asked.ref, asked.exercise, s, reply) for s, reply in zip(more, replies, strict=True))
        if right and not _is_forbidden(asked, repair):
            found.append(repair)
    return found, played, False


def _replies(here: Stage, asked: Asked, repairs: Iterable[Repair], seeds: Sequence[int]) -> Iterator[list[Reply]]:
    return here.replies(asked.exercise, ((repair.rewritten,) for repair in repairs), seeds)


def _is_forbidden(asked: Asked, repair: Repair) -> bool:
    """Whether an edit makes the answer right by a way that the exercise forbids."""
    if not asked.exercise.forbids:
        return False
    edited = parse(apply(asked.source, [in_place(asked.source, repair.rewritten)]), asked.source.path)
    return shortcuts.scan(edited, asked.exercise, list(asked.ref.lecture.exercises.values())) is not None


def _place(source: Source, found: list[Repair], tried: int, hints: int) -> Place | None:
    at = editing.marked(source, found[0].blank, found)
    if at is None:
        return None
    line, column, end_line, end_column = editing.file_place(source, found[0].blank, *at)
    return Place(
        line,
        column,
        end_line,
        end_column,
        source_line=source.lines()[line - 1],
        tried=tried,
        passing=len(found),
        question=_question(found) if hints >= QUESTION else "",
        passes=editing.shown(source, found[0]) if hints >= PASSES else "",
    )


def _question(found: list[Repair]) -> str:
    """What all that makes it right has in common, as a question; "" if it is not of one kind."""
    questions = {question(repair.operator) for repair in found}
    return questions.pop() if len(questions) == 1 else ""
