"""`zth verify`: everything that must pass goes through the judge, and everything that must not."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations

from grader.course.outline import Exercise
from grader.course.root import alternatives_file, solution_file, stub_file
from grader.course.stubs import StubError, pristine
from grader.judging import behaving, comparing, expecting
from grader.judging.expecting import Fault, Reference
from grader.judging.grading import grade
from grader.judging.judge import CONFIRMING, GRADED, Judge
from grader.judging.submission import Submission, Wanted, open_text
from grader.judging.verdict import Verdict
from grader.proof.completeness import lacks
from grader.proof.findings import Finding, Kind, Mutant, Proof
from grader.proof.mutants import mutants
from grader.variants.alternatives import Alternative, alternatives_of
from grader.variants.authored import rewritten_by
from grader.variants.edits import EditError, apply, in_place

SECONDS = 10.0  # for whatever ends; as much as a learner has
ENDLESS = 1.0  # for what never ends, and for empty functions, some of which never let a check end

Done = Callable[[str], None]
Tried = Iterator[tuple[str, Finding | None]]  # a subject, and what is wrong with it


def prove(judge: Judge, lecture: str, names: tuple[str, ...], done: Done, derived: bool = False) -> Proof:
    """Prove some exercises of a lecture. `done` is told each thing that was tried. derived: derived variants too."""
    tried: Counter[str] = Counter()
    findings: list[Finding] = []
    for subject, finding in _all(judge, lecture, names):
        if subject:
            tried[subject] += 1
            done(f"{lecture}: {subject}")
        if finding:
            findings.append(finding)
    found = _mutants(judge, lecture, names, done) if derived and not findings else {}
    findings += [
        Finding("survived", f"{lecture}.{name}", f"{mutant.operator}: {mutant.words or mutant.change}", SURVIVED)
        for name, all_of_it in found.items()
        for mutant in all_of_it
        if mutant.fate == "survived"
    ]
    return Proof(lecture, dict(tried), tuple(findings), found)


SURVIVED = "passes on every draw: let a draw tell it apart, or say why none can ([[lecture.equivalents]])"


def _mutants(judge: Judge, lecture: str, names: tuple[str, ...], done: Done) -> dict[str, tuple[Mutant, ...]]:
    ref = judge.reference(lecture)
    return {name: tuple(mutants(judge, ref, ref.lecture.exercises[name], done)) for name in names}


def _all(judge: Judge, lecture: str, names: tuple[str, ...]) -> Tried:
    try:
        ref = judge.reference(lecture)
    except Fault as fault:
        yield "", Finding("fault", lecture, "reference", str(fault))
        return
    alternatives, finding = _alternatives(ref)
    yield "", finding
    exercises = [ref.lecture.exercises[name] for name in names]
    for exercise in exercises:
        count = sum(alternative.exercise == exercise.name for alternative in alternatives)
        yield from (("", finding) for finding in lacks(ref, exercise, count))
    playable = [exercise for exercise in exercises if exercise.name in ref.checks.checks]
    broken: set[str] = set()
    for subject, finding in _references(judge, ref, playable):
        yield subject, finding
        if finding and finding.kind == "fault":
            broken.add(finding.exercise)  # what else could be said of it would be false
    playable = [exercise for exercise in playable if exercise.slug not in broken]
    yield from _stubs(judge, ref, playable)
    for exercise in playable:
        yield from _oracle(ref, exercise)
        yield from _misconceptions(judge, ref, exercise)
        for alternative in alternatives:
            if alternative.exercise == exercise.name:
                yield "alternatives", _alternative(judge, ref, exercise, alternative)


def _alternatives(ref: Reference) -> tuple[list[Alternative], Finding | None]:
    path = alternatives_file(ref.lecture.name)
    if not path.exists():
        return [], None
    try:
        return alternatives_of(ref.lecture, path.read_text("utf-8")), None
    except EditError as error:
        return [], Finding("unfinished", ref.lecture.name, "alternatives", str(error))


def _graded(judge: Judge, ref: Reference, text: str, names: list[str], wanted: Wanted) -> tuple[Verdict, ...]:
    path = solution_file(ref.lecture.name)
    submission = Submission(ref.lecture.name, path, path.name, tuple(names))
    return grade(judge, open_text(submission, text), wanted).verdicts


def _references(judge: Judge, ref: Reference, exercises: list[Exercise]) -> Tried:
    for verdict in _graded(judge, ref, ref.source.text, [e.name for e in exercises], Wanted(search=None)):
        kind: Kind = "fault" if verdict.status == "fault" else "false reject"
        wrong = verdict.status != "passed"
        yield "references", Finding(kind, verdict.exercise, "the reference", _told(verdict)) if wrong else None


def _stubs(judge: Judge, ref: Reference, exercises: list[Exercise]) -> Tried:
    """An untouched stub is to do; one in which `return None` stands for the `raise` does not pass."""
    try:
        text = pristine(ref.lecture.name)
    except StubError:  # an exercise is half written: what it lacks is told elsewhere
        path = stub_file(ref.lecture.name)
        text = path.read_text("utf-8") if path.exists() else ""
    names = [e.name for e in exercises]
    for verdict in _graded(judge, ref, text, names, Wanted(search=None)):
        wrong = verdict.status != "todo"
        yield (
            "stubs",
            Finding("false accept", verdict.exercise, "the untouched stub", _told(verdict)) if wrong else None,
        )
    empty = "\n".join(_emptied(line) for line in text.splitlines()) + "\n"
    for verdict in _graded(judge, ref, empty, names, Wanted(seconds=ENDLESS, search=None, diagnose=False, needs=False)):
        wrong = verdict.status == "passed"
        yield "empty", Finding("false accept", verdict.exercise, "an empty function", _told(verdict)) if wrong else None


def _emptied(line: str) -> str:
    code = line.lstrip()
    return line[: len(line) - len(code)] + "return None" if code.startswith("raise NotImplementedError(") else line


def _oracle(ref: Reference, exercise: Exercise) -> Tried:
    """The reference and an independent oracle say the same, and leave the same inputs behind."""
    for seed in GRADED + CONFIRMING:
        try:
            oracle = expecting.independent(ref, exercise.name, seed)
            reference = expecting.as_reference(ref, exercise.name, seed)
        except Fault as fault:
            yield "oracles", Finding("fault", exercise.slug, f"seed {seed}", str(fault))
            return
        if oracle is None:
            return
        quantities = comparing.compare("", oracle.answers, reference.answers)
        quantities += comparing.compare("inputs", [n for n, _ in oracle.inputs], [n for n, _ in reference.inputs])
        for (name, left), (_, found) in zip(oracle.inputs, reference.inputs, strict=False):
            quantities += comparing.compare(name, left, found)
        wrong = [q for q in quantities if not q.ok]
        if wrong:
            words = f"seed {seed}: {wrong[0].name}: {wrong[0].problem}"
            yield "oracles", Finding("disagreement", exercise.slug, "reference and oracle", words)
            return
    yield "oracles", None


def _misconceptions(judge: Judge, ref: Reference, exercise: Exercise) -> Tried:
    """Each is rejected, and named as itself; no two answer alike on every draw."""
    seeds = GRADED + CONFIRMING
    played = behaving.authored(judge, ref, exercise, seeds)
    for misconception in exercise.words.misconceptions:
        try:
            rewritten = rewritten_by(ref.source, exercise, misconception)
        except EditError as error:
            yield "misconceptions", Finding("unfinished", exercise.slug, misconception.name, str(error))
            continue
        text = apply(ref.source, [in_place(ref.source, rewritten)])
        seconds = ENDLESS if misconception.never_ends else SECONDS
        (verdict,) = _graded(judge, ref, text, [exercise.name], Wanted(seconds=seconds, search=None, needs=False))
        finding = None
        if verdict.status in ("passed", "todo", "fault"):
            finding = Finding("false accept", exercise.slug, misconception.name, _told(verdict))
        elif verdict.status == "forbidden":
            pass
        elif not verdict.diagnosis or verdict.diagnosis.name != misconception.name:
            named = f"named {verdict.diagnosis.name!r}" if verdict.diagnosis else "not named"
            finding = Finding("misnamed", exercise.slug, misconception.name, f"{named}; {_told(verdict)}")
        yield "misconceptions", finding
    for one, other in combinations(played, 2):
        if behaving.same(played[one], played[other], seeds):
            words = "answer alike on every draw: one of them is enough"
            yield "", Finding("alike", exercise.slug, f"{one} and {other}", words)


def _alternative(judge: Judge, ref: Reference, exercise: Exercise, alternative: Alternative) -> Finding | None:
    text = apply(ref.source, [in_place(ref.source, rewritten) for rewritten in alternative.rewritten])
    (verdict,) = _graded(judge, ref, text, [exercise.name], Wanted(seconds=SECONDS, search=None, needs=False))
    return (
        Finding("false reject", exercise.slug, alternative.name, _told(verdict)) if verdict.status != "passed" else None
    )


def _told(verdict: Verdict) -> str:
    draw = f" on draw {verdict.draw}" if verdict.draw else ""
    return f"{verdict.status}{draw}. {verdict.message}".strip()
