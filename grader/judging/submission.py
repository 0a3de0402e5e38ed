"""A file that is handed in: read, cut, and judged as far as that needs no run. No torch here."""

import ast
from dataclasses import dataclass, field
from pathlib import Path

from grader.course.blanks import blanks_by_exercise, exercise_names, given_statements
from grader.course.source import IN_TWO_VERSIONS, FileTrouble, Problem, Source, parse, read, statements, stub_marks
from grader.judging.verdict import FileNote, FileVerdicts, Verdict


@dataclass(frozen=True)
class Submission:
    """A learner's file for one lecture, and which of its exercises are asked for."""

    lecture: str
    path: Path
    shown: str
    exercises: tuple[str, ...]


@dataclass(frozen=True)
class Budget:
    """How much may be spent on finding where a mistake is: seconds, and edits, so that little hangs on the clock."""

    seconds: float
    edits: int


AT_CHECK, AT_HINT = Budget(0.15, 400), Budget(1.0, 2500)


@dataclass(frozen=True)
class Wanted:
    """How to grade: seconds an exercise may take (None: as the lecture says), whether to say what a mistake means, how
    long to look for where it is (None: not at all), how many hints of which exercises were read, whether the exercises
    that are needed are graded too, whether to stop at the first that does not pass, whether the check's own lines
    are shown.
    """

    seconds: float | None = None
    diagnose: bool = True
    search: Budget | None = AT_CHECK
    hints: dict[str, int] = field(default_factory=dict)
    needs: bool = True
    stop: bool = False
    steps: bool = False


@dataclass(frozen=True)
class Opened:
    """A file that was read and cut, and what can be said of its exercises before anything runs."""

    submission: Submission
    source: Source
    settled: dict[str, Verdict]
    notes: tuple[FileNote, ...]
    unreadable: str = ""


def open_file(submission: Submission) -> Opened:
    """Read a file, and settle what needs no run: unreadable, untouched, not compiling."""
    try:
        text = read(submission.path, submission.shown)
    except FileTrouble as error:
        slugs = {name: f"{submission.lecture}.{name}" for name in exercise_names(submission.lecture)}
        said = {name: Verdict(slug, "error", str(error), submission.shown) for name, slug in slugs.items()}
        return Opened(submission, parse("", str(submission.path)), said, (), str(error))
    return open_text(submission, text)


def open_text(submission: Submission, text: str) -> Opened:
    """The same for a text that is already read."""
    slug = f"{submission.lecture}.{{}}".format
    source = parse(text, str(submission.path))
    marks = stub_marks(source)
    settled = {}
    for name in exercise_names(submission.lecture):
        if source.problems and (problem := _broken(source, blanks_by_exercise(submission.lecture)[name])):
            settled[name] = _does_not_compile(slug(name), submission.shown, problem)
        elif slug(name) in marks:
            settled[name] = _still_to_do(slug(name), submission.shown, source, marks[slug(name)])
    notes = tuple(_note_of_problem(submission.shown, problem) for problem in source.problems)
    return Opened(submission, source, settled, notes)


def _broken(source: Source, blanks: tuple[str, ...]) -> Problem | None:
    for problem in source.problems:
        if any(blank in problem.names or blank.partition(".")[0] in problem.names for blank in blanks):
            return problem
    return None


def _does_not_compile(slug: str, shown: str, problem: Problem) -> Verdict:
    message = f"This part of the file does not compile: line {problem.line}, {problem.words}."
    return Verdict(slug, "error", message, shown, problem.line, source_line=problem.text.rstrip())


def _still_to_do(slug: str, shown: str, source: Source, marks: dict[str, int]) -> Verdict:
    """marks: which functions still have the stub's `raise`, and where."""
    begun = [name for name in marks if _has_code(slug.partition(".")[0], name, source)]
    waiting = [name for name in marks if name not in begun]
    line = marks[(begun or waiting)[0]]
    alone = waiting == [slug.partition(".")[2]]
    message = "Still to do." if alone else f"Still to do: {', '.join(waiting)}."
    if begun:
        many = len(begun) > 1
        lines = f"Line{'s' if many else ''} {' and '.join(str(marks[name]) for name in begun)}"
        there = f"{lines} still {'have' if many else 'has'} the stub's `raise`: delete {'them' if many else 'it'}"
        message = f"{there}. {message}" if waiting else f"{there}, and your code will be graded."
    return Verdict(slug, "todo", message, shown, line)


def _has_code(lecture: str, blank: str, source: Source) -> bool:
    """Whether something was added to a function that still has its `raise`. A stub may have statements of its own."""
    *above, last = statements(source.definitions[blank])
    return len(above) > given_statements(lecture, blank) or not isinstance(last, ast.Raise)


def _note_of_problem(shown: str, problem: Problem) -> FileNote:
    names = ", ".join(sorted(problem.names)) or "This part"
    what = problem.words[0].upper() + problem.words[1:]
    words = f"{what}. {names} cannot be graded until it compiles; the rest of the file is graded."
    if problem.words == IN_TWO_VERSIONS and not problem.names:
        words = f"{what}. Here both were read, and python cannot run the file."
    return FileNote(shown, problem.line, words, problem.text.rstrip(), problem.column)


def settled_verdicts(opened: Opened) -> FileVerdicts | None:
    """The verdicts, if nothing of what is asked for needs a run."""
    submission = opened.submission
    if not all(name in opened.settled for name in submission.exercises):
        return None
    verdicts = tuple(opened.settled[name] for name in submission.exercises)
    return FileVerdicts(submission.lecture, submission.shown, verdicts, opened.notes, unreadable=opened.unreadable)
