"""The way of a file: text -> pieces -> plays -> compared -> diagnosed -> verdicts."""

import ast
import contextlib
import os
import traceback
from typing import TYPE_CHECKING

import msgspec

from grader.course.outline import Exercise, Lecture
from grader.course.source import Source, bound_names, walked
from grader.judging import comparing, expecting, keeping, picturing, shortcuts, telling
from grader.judging.expecting import Fault, Reference
from grader.judging.judge import AGAIN, GRADED, Judge
from grader.judging.submission import Opened, Wanted
from grader.judging.verdict import FileNote, FileVerdicts, Quantity, Verdict
from grader.judging.words import same_kind
from grader.sandbox import wire
from grader.sandbox.interface import SandboxLost
from grader.sandbox.session import Dead, FileLoaded, Late, Lost, Reply, Session

if TYPE_CHECKING:
    from grader.judging.locating import Located

Uses = dict[str, frozenset[str]]

SECONDS = 10.0  # for all draws of an exercise; the same for loading the file


def grade(judge: Judge, opened: Opened, wanted: Wanted) -> FileVerdicts:
    """All verdicts of a file, in the lecture's order."""
    submission = opened.submission
    try:
        ref = judge.reference(submission.lecture)
        uses = _uses(ref.lecture, opened.source) if wanted.needs else {}
        asked = list(submission.exercises)
        names = ref.lecture.with_needs(asked, uses) if wanted.needs else asked
        verdicts, notes, output = _play(judge, ref, opened, names, uses, wanted)
    except (Fault, SandboxLost) as error:
        slugs = [f"{submission.lecture}.{name}" for name in submission.exercises]
        verdicts = {slug.partition(".")[2]: Verdict(slug, "fault", str(error), submission.shown) for slug in slugs}
        notes, output = (), ""
    told = tuple(verdicts[name] for name in submission.exercises if name in verdicts)
    return FileVerdicts(submission.lecture, submission.shown, told, opened.notes + tuple(notes), output)


def _play(
    judge: Judge, ref: Reference, opened: Opened, names: list[str], uses: Uses, wanted: Wanted
) -> tuple[dict[str, Verdict], tuple[FileNote, ...], str]:
    lecture, source = ref.lecture, opened.source
    verdicts = dict(opened.settled)
    playing = [name for name in names if name not in verdicts]
    if not playing:
        return verdicts, (), ""
    seeds = {name: _seeds(ref, source, lecture.exercises[name]) for name in playing}
    numbered = [(name, seed) for name in playing for seed in seeds[name]]
    jobs = [wire.Play(number, lecture.name, name, seed) for number, (name, seed) in enumerate(numbered, 1)]
    allowed = {name: wanted.seconds or lecture.exercises[name].words.timeout or SECONDS for name in playing}
    running = Session(judge.sandbox, order_of(ref, source, playing), jobs, allowed | {"": wanted.seconds or SECONDS})
    try:
        for name, seed in numbered:  # the worker plays meanwhile
            expecting.expected(ref, name, seed)
        loaded = running.load()
        replies: dict[str, list[Reply]] = {}
        arriving = running.replies()
        for name in playing:
            exercise = lecture.exercises[name]
            replies[name] = [next(arriving) for other, _ in numbered if other == name]
            answers = dict(zip(seeds[name], replies[name], strict=True))
            try:
                verdicts[name] = _judge(ref, source, exercise, answers, loaded, opened.submission.shown, running)
            except Exception:  # a slip of ours must not cost the other exercises
                verdicts[name] = Verdict(exercise.slug, "fault", traceback.format_exc(), opened.submission.shown)
            if wanted.stop and name in opened.submission.exercises and verdicts[name].status != "passed":
                running.close()  # what it has still to answer is not asked for any more
                break
        verdicts = _blame_needs(lecture, verdicts, uses, replies)
        if wanted.diagnose or wanted.search:
            by_seed = {name: dict(zip(seeds[name], replies[name], strict=True)) for name in replies}
            wrong = [name for name in opened.submission.exercises if name in replies and _may_be_named(verdicts[name])]
            told = {name: (verdicts[name], by_seed[name]) for name in wrong}
            located = _located(judge, ref, source, told, wanted)
            verdicts |= _diagnosed(judge, ref, told, running, located) if wanted.diagnose else {}
            for name, found in located.items():
                verdicts[name] = msgspec.structs.replace(verdicts.get(name, told[name][0]), place=found.place)
        if wanted.steps:
            for name in replies:
                verdicts[name] = _with_steps(running, lecture.name, verdicts[name], allowed[name])
        notes = telling.notes_of_loading(opened.submission.shown, source, loaded)
    finally:
        running.close()
    return verdicts, notes, loaded.output


def _with_steps(running: Session, lecture: str, verdict: Verdict, seconds: float) -> Verdict:
    """A verdict with the check's own lines, of the draw that failed played once more."""
    if verdict.seed is None or verdict.status not in ("failed", "error"):
        return verdict
    from grader.judging import steps  # rarely needed

    job = wire.Trace(0, lecture, verdict.exercise.partition(".")[2], verdict.seed)
    return msgspec.structs.replace(verdict, steps=steps.chosen(running.traced(job, seconds), verdict))


def _may_be_named(verdict: Verdict) -> bool:
    return verdict.status in ("failed", "error", "timeout")


def _diagnosed(
    judge: Judge,
    ref: Reference,
    wrong: dict[str, tuple[Verdict, dict[int, Reply]]],
    running: Session,
    located: dict[str, "Located"],
) -> dict[str, Verdict]:
    """The verdicts of wrong answers, with what they mean where that is certain."""
    if not wrong:
        return {}
    from grader.judging.diagnosing import diagnose, diagnosing  # a right answer need not load it
    from grader.repairs.inverse import undone_by

    found = {}
    with diagnosing(judge, ref) as here:
        for name, (verdict, replies) in wrong.items():
            with contextlib.suppress(Exception):  # a slip of ours leaves the verdict without words
                undone = undone_by(located[name].repairs[0].operator) if name in located else frozenset()
                found[name] = diagnose(here, name, verdict, replies, running, undone)
    return found


def _located(
    judge: Judge, ref: Reference, source: Source, wrong: dict[str, tuple[Verdict, dict[int, Reply]]], wanted: Wanted
) -> dict[str, "Located"]:
    """Where wrong answers go wrong, as far as one change tells it."""
    if not wrong or wanted.search is None:
        return {}
    from grader.judging.locating import Asked, locate

    found = {}
    for name, (verdict, replies) in wrong.items():
        first = list(replies)[(verdict.draw or 1) - 1]
        seeds = (first, *(seed for seed in replies if seed != first))
        asked = Asked(ref, source, ref.lecture.exercises[name], order_of(ref, source, [name]), seeds)
        with contextlib.suppress(Exception):  # a slip of ours leaves the verdict without a place
            if located := locate(
                judge, asked, verdict, list(replies.values()), wanted.search, wanted.hints.get(verdict.exercise, 0)
            ):
                found[name] = located
    return found


def _seeds(ref: Reference, source: Source, exercise: Exercise) -> tuple[int, ...]:
    seeds = GRADED[: expecting.draws(ref, exercise.name)]
    return (*seeds, AGAIN) if keeping.may_keep(source, exercise) else seeds


def order_of(ref: Reference, source: Source, names: list[str]) -> wire.Load:
    pieces = tuple(wire.Piece(piece.line, piece.text) for piece in source.pieces)
    forbids = {way for name in names for way in ref.lecture.exercises[name].forbids}
    blanks = [blank for exercise in ref.lecture.exercises.values() for blank in exercise.blanks]
    look = tuple(dict.fromkeys(blank.partition(".")[0] for blank in blanks))
    return wire.Load(
        ref.lecture.name,
        os.fsencode(source.path),
        source.flags,
        pieces,
        shortcuts.watched(tuple(sorted(forbids))),
        look,
    )


def _judge(
    ref: Reference,
    source: Source,
    exercise: Exercise,
    replies: dict[int, Reply],
    loaded: FileLoaded,
    shown: str,
    running: Session,
) -> Verdict:
    """One exercise's verdict from its replies, by seed: the first draw that is not right decides."""
    verdict = Verdict(exercise.slug, "passed", file=shown, line=_line_of(source, exercise), draws=len(replies))
    seconds = sum(reply.seconds for reply in replies.values() if isinstance(reply, wire.Answer))
    output = ""
    for draw, (seed, reply) in enumerate(replies.items(), 1):
        output = output or running.output(reply.number)
        match reply:
            case wire.Answer():
                quantities = compared(ref, exercise, seed, reply)
                if verdict.status == "passed" and all(q.ok for q in quantities):
                    continue
                quantities = _properties_told(ref, exercise, seed, quantities)
                verdict = telling.wrong(verdict, exercise, source, ref.source, picturing.seen(quantities))
            case wire.Trouble():
                verdict = telling.raised(verdict, exercise, source, reply, loaded, expecting.check_file(ref))
            case Late():
                verdict = telling.late(verdict, source, reply)
            case Dead():
                verdict = telling.dead(verdict, source, reply)
            case Lost():
                verdict = telling.not_played(verdict)
        verdict = msgspec.structs.replace(verdict, draw=draw, seed=seed)
        output = running.output(reply.number) or output
        break
    if verdict.status == "passed":
        verdict = _by_hand(verdict, ref.lecture, exercise, source, list(replies.values()))
    return msgspec.structs.replace(verdict, seconds=seconds, output=output)


def is_right(ref: Reference, exercise: Exercise, seed: int, reply: Reply) -> bool:
    """Whether a reply is right on a draw: what `compared` tells, without the words."""
    if not isinstance(reply, wire.Answer):
        return False
    right = expecting.expected(ref, exercise.name, seed)
    try:
        return comparing.is_right(
            right.answers, {name: wire.unpack(raw) for name, raw in reply.values.items()}
        ) and all(
            comparing.is_right(before, wire.unpack(after))
            for (_, before), (_, after) in zip(right.inputs, reply.inputs, strict=False)
        )
    except wire.BadFrame:
        return False


def compared(ref: Reference, exercise: Exercise, seed: int, reply: wire.Answer) -> list[Quantity]:
    """Every quantity of an answer beside what is expected on a draw, and the inputs that are not as they should be:
    first those that were changed, since what was worked out from them is wrong because of it.
    """
    right = expecting.expected(ref, exercise.name, seed)
    try:
        answers = {name: wire.unpack(raw) for name, raw in reply.values.items()}
        inputs = [(name, wire.unpack(raw)) for name, raw in reply.inputs]
    except wire.BadFrame as error:
        return [Quantity(exercise.name, False, problem=f"could not be read: {error}")]
    changed: dict[str, Quantity] = {}  # by name: one input may be handed out several times
    for (name, before), (_, after) in zip(right.inputs, inputs, strict=False):
        for quantity in comparing.compare(name, before, after):
            if not quantity.ok:
                changed.setdefault(name, telling.changed(name, quantity))
    named = [name for name in dict.fromkeys(name for name, _ in right.inputs) if name in changed]
    first = [changed[name] for name in named if name != "generator"]
    last = [changed[name] for name in named if name == "generator"]
    return [*first, *comparing.compare("", right.answers, answers), *last]


def _properties_told(ref: Reference, exercise: Exercise, seed: int, quantities: list[Quantity]) -> list[Quantity]:
    """A violated property is told by its sentence, where "is a list of 3" is true of a right answer, too."""
    if not any(q.says and q.problem == f"is {q.got}" for q in quantities):
        return quantities
    expected = expecting.expected(ref, exercise.name, seed).answers
    right = comparing.compare("", expected, expecting.as_reference(ref, exercise.name, seed).answers)
    kinds = {quantity.name: quantity.got for quantity in right}
    return [
        msgspec.structs.replace(q, problem=q.says)
        if q.says and q.problem == f"is {q.got}" and same_kind(q.got, kinds.get(q.name))
        else q
        for q in quantities
    ]


def _by_hand(verdict: Verdict, lecture: Lecture, exercise: Exercise, source: Source, replies: list[Reply]) -> Verdict:
    """Right values: but by a way that the exercise forbids?"""
    notes = [(s.name, s.line) for reply in replies if isinstance(reply, wire.Answer) for s in reply.shortcuts]
    others = list(lecture.exercises.values())
    found = shortcuts.scan(source, exercise, others) or shortcuts.noted(notes, source, exercise, others)
    return telling.forbidden(verdict, source, found) if found else verdict


def _uses(lecture: Lecture, source: Source) -> Uses:
    """Which other exercises' functions the learner's own code of an exercise names."""
    functions = {
        exercise.blanks[0]: name for name, exercise in lecture.exercises.items() if "." not in exercise.blanks[0]
    }
    used: dict[str, frozenset[str]] = {}
    for name, exercise in lecture.exercises.items():
        nodes = [n for b in exercise.blanks if b in source.definitions for n in walked(source.definitions[b])]
        own = {n for b in exercise.blanks if b in source.definitions for n in bound_names(source.definitions[b])}
        names = {functions[n.id] for n in nodes if isinstance(n, ast.Name) and n.id in functions and n.id not in own}
        used[name] = frozenset(names - {name})
    return used


def _blame_needs(
    lecture: Lecture, verdicts: dict[str, Verdict], uses: Uses, replies: dict[str, list[Reply]]
) -> dict[str, Verdict]:
    """A failure that may come from an exercise it needs is that one's: the first of them is named.

    One that is still to do is to blame only if the play ran into it: its stub says so.
    """
    blamed = {}
    for name, verdict in verdicts.items():
        if verdict.status in ("failed", "error", "timeout", "crashed"):
            met = {reply.words for reply in replies.get(name, ()) if isinstance(reply, wire.Trouble)}
            for need in lecture.with_needs([name], uses):
                status = verdicts[need].status if need in verdicts else "passed"
                if need == name or status == "passed" or (status == "todo" and f"{lecture.name}.{need}" not in met):
                    continue
                verdict = telling.blocked(verdict, verdicts[need])
                break
        blamed[name] = verdict
    return blamed


def _line_of(source: Source, exercise: Exercise) -> int | None:
    definition = source.definitions.get(exercise.blanks[0])
    return definition.lineno if definition else None
