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


def prove(judge: Judge, lecture: str, name: str, done: Done, derived: bool = False) -> Proof:
    """Prove an exercise of a lecture. `done` is told each thing that was tried. derived: derived variants too."""
    tried: Counter[str] = Counter()
    findings: list[Finding] = []
    for subject, finding in _all(judge, lecture, name):
        if subject:
            tried[subject] += 1
            done(f"{lecture}: {subject}")
        if finding:
            findings.append(finding)
    found: dict[str, tuple[Mutant, ...]] = {}
    if derived and not findings:
        ref = judge.reference(lecture)
        found = {name: tuple(mutants(judge, ref, ref.lecture.exercises[name], done))}
        findings += [
            Finding("survived", f"{lecture}.{name}", f"{mutant.operator}: {mutant.words or mutant.change}", SURVIVED)
            for mutant in found[name]
            if mutant.fate == "survived"
        ]
    return Proof(lecture, dict(tried), tuple(findings), found)


SURVIVED = "passes on every draw: let a draw tell it apart, or say why none can ([[lecture.equivalents]])"


def _all(judge: Judge, lecture: str, name: str) -> Tried:
    try:
        ref = judge.reference(lecture)
    except Fault as fault:
        yield "", Finding("fault", lecture, "reference", str(fault))
        return
    exercise = ref.lecture.exercises[name]
    alternatives, finding = _alternatives(ref)
    alternatives = [alternative for alternative in alternatives if alternative.exercise == name]
    yield "", finding
    yield from (("", finding) for finding in lacks(ref, exercise, len(alternatives)))
    if name not in ref.checks.checks:
        return
    finding = _reference(judge, ref, exercise)
    yield "references", finding
    if finding and finding.kind == "fault":  # what else could be said of it would be false
        return
    yield from _stubs(judge, ref, exercise)
    yield from _oracle(ref, exercise)
    yield from _misconceptions(judge, ref, exercise)
    for alternative in alternatives:
        yield "alternatives", _alternative(judge, ref, exercise, alternative)


def _alternatives(ref: Reference) -> tuple[list[Alternative], Finding | None]:
    path = alternatives_file(ref.lecture.name)
    if not path.exists():
        return [], None
    try:
        return alternatives_of(ref.lecture, path.read_text("utf-8")), None
    except EditError as error:
        return [], Finding("unfinished", ref.lecture.name, "alternatives", str(error))


def _graded(judge: Judge, ref: Reference, text: str, exercise: Exercise, wanted: Wanted) -> Verdict:
    path = solution_file(ref.lecture.name)
    submission = Submission(ref.lecture.name, path, path.name, (exercise.name,))
    (verdict,) = grade(judge, open_text(submission, text), wanted).verdicts
    return verdict


def _reference(judge: Judge, ref: Reference, exercise: Exercise) -> Finding | None:
    verdict = _graded(judge, ref, ref.source.text, exercise, Wanted(search=None))
    kind: Kind = "fault" if verdict.status == "fault" else "false reject"
    return None if verdict.status == "passed" else Finding(kind, verdict.exercise, "the reference", _told(verdict))


def _stubs(judge: Judge, ref: Reference, exercise: Exercise) -> Tried:
    """An untouched stub is to do; one in which `return None` stands for the `raise` does not pass."""
    try:
        text = pristine(ref.lecture.name)
    except StubError:  # an exercise is half written: what it lacks is told elsewhere
        path = stub_file(ref.lecture.name)
        text = path.read_text("utf-8") if path.exists() else ""

    def accepted(what: str, verdict: Verdict, wrong: bool) -> Finding | None:
        return Finding("false accept", verdict.exercise, what, _told(verdict)) if wrong else None

    verdict = _graded(judge, ref, text, exercise, Wanted(search=None))
    yield "stubs", accepted("the untouched stub", verdict, verdict.status != "todo")
    empty = "\n".join(_emptied(line) for line in text.splitlines()) + "\n"
    brief = Wanted(seconds=ENDLESS, search=None, diagnose=False, needs=False)
    verdict = _graded(judge, ref, empty, exercise, brief)
    yield "empty", accepted("an empty function", verdict, verdict.status == "passed")


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
        verdict = _graded(judge, ref, text, exercise, Wanted(seconds=seconds, search=None, needs=False))
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
    verdict = _graded(judge, ref, text, exercise, Wanted(seconds=SECONDS, search=None, needs=False))
    return (
        Finding("false reject", exercise.slug, alternative.name, _told(verdict)) if verdict.status != "passed" else None
    )


def _told(verdict: Verdict) -> str:
    draw = f" on draw {verdict.draw}" if verdict.draw else ""
    return f"{verdict.status}{draw}. {verdict.message}".strip()
