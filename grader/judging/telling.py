"""What happened, in the learner's terms: the messages of verdicts. They name a line and what to do."""

import ast
import re
from pathlib import Path

import msgspec

from grader.course.blanks import exercise_names
from grader.course.outline import Exercise
from grader.course.source import Source, walked
from grader.judging.shortcuts import Found
from grader.judging.verdict import FileNote, Quantity, Verdict
from grader.sandbox import wire
from grader.sandbox.session import Dead, FileLoaded, Late

replace = msgspec.structs.replace
CHANGED = "was changed in place; the caller still needs it. Work on a copy"
REQUIRES_GRAD = "was made to require grad; leave what you are given as it came"
CHANGES = (CHANGED, REQUIRES_GRAD)
UNWRITTEN = ". What `torch.empty` hands out counts as NaN until it is written to"
AT_FILE_LEVEL = 'Put what you try out under `if __name__ == "__main__":`, so that it runs only when you run the file.'


def _at(source: Source, line: int | None) -> str:
    lines = source.lines()
    return lines[line - 1].strip() if line and line <= len(lines) else ""


# The file itself.


def notes_of_loading(shown: str, source: Source, loaded: FileLoaded) -> tuple[FileNote, ...]:
    """What code at file level did: an exception is told of once, however many exercises there are."""
    notes = []
    for index, trouble in sorted(loaded.troubles.items()):
        piece = source.pieces[index]
        within = trouble.line and piece.line <= trouble.line < piece.line + piece.text.count("\n")
        line = trouble.line if within else piece.line  # of the file itself, not of the function it called
        match trouble:
            case wire.Trouble(_, kind, words) if _not_compiled(trouble):
                names = ", ".join(_names_in(source, index)) or "This line"
                said = (
                    f"{_kind(kind, words)}. {names} cannot be graded until it compiles; the rest of the file is graded."
                )
            case wire.Trouble(_, "SystemExit", _):
                said = "This line at file level calls exit()."
            case wire.Trouble(_, "EOFError", _):
                said = "This line at file level asks for input, and nobody is there to type."
            case wire.Trouble(_, kind, words):
                said = f"This line at file level raised {_kind(kind, words)}."
            case Late(_, seconds):
                said = f"This line at file level did not end within {seconds:g} s, and was left out."
            case Dead(_, how):
                said = f"This line at file level ended the whole program ({how}), and was left out."
        module = _missing_module(trouble)
        free = _not_compiled(trouble) or _is_import(trouble)
        mend = f"`pip install {module}`, or do without it." if module else "" if free else AT_FILE_LEVEL
        notes.append(FileNote(shown, line, f"{said} {mend}".strip(), _at(source, line)))
    return tuple(notes)


def _is_import(trouble: object) -> bool:
    return isinstance(trouble, wire.Trouble) and trouble.kind == "ImportError"


def _missing_module(trouble: object) -> str:
    if isinstance(trouble, wire.Trouble) and trouble.kind == "ModuleNotFoundError":
        found = re.search(r"No module named '([\w.]+)'", trouble.words)
        return found.group(1) if found else ""
    return ""


# Exceptions, hangs, crashes.


def raised(
    verdict: Verdict, exercise: Exercise, source: Source, trouble: wire.Trouble, loaded: FileLoaded, check_file: Path
) -> Verdict:
    """An exception: in the learner's code, or in what the check did with an answer."""
    expression = trouble.expression or _text_at(check_file, trouble.check)
    line = trouble.line
    message, place = _name_trouble(exercise, source, loaded, expression)
    if message:
        line = place or verdict.line
    elif trouble.kind == "SystemExit":
        message = "Your code calls exit() here. An exercise returns its answer; it never ends the program."
    elif trouble.kind == "EOFError" and line:
        message = "Your code asks for input here, and nobody is there to type. Remove the input()."
    elif trouble.kind in ("MemoryError", "bad_alloc") or "allocate memory" in trouble.words:
        message = "Your code asks for more memory than there is (2 GiB). Look at the sizes it makes here."
    elif trouble.kind == "BdbQuit":
        message = "Your code stops in the debugger here, and nobody is there to type. Remove it for the check."
    elif trouble.kind == "NotImplementedError" and not trouble.words:
        message = "Your code still raises NotImplementedError here."
    elif trouble.kind == "UnboundLocalError" and (name := _own_name(source, trouble)):
        message = (
            f"`{name}` is a function of your file, and here it is also assigned to: then Python takes it for a "
            "variable of this function, which has no value yet. Call the variable something else."
        )
    elif trouble.kind == "RecursionError":
        message = "RecursionError: your code calls itself without an end."
        if expression:
            message += f" It began with `{expression}`."
    elif line is None and (counts := _parameters(exercise, source, trouble)):
        message = counts
    else:
        message = f"{_kind(trouble.kind, trouble.words)}."
        if expression and line is None:
            message = f"`{expression}` raised {message}"
        elif expression:
            message += f" It came from `{expression}`."
    return replace(
        verdict,
        status="error",
        message=message,
        line=line or verdict.line,
        source_line=_at(source, line),
        expression=expression,
    )


def _own_name(source: Source, trouble: wire.Trouble) -> str:
    """The name that is both a function of the file and a local variable."""
    found = re.search(r"variable '(\w+)'", trouble.words)
    return found.group(1) if found and found.group(1) in source.definitions else ""


def _kind(kind: str, words: str) -> str:
    words = " ".join(words.split()).rstrip(".")
    return f"{kind}: {words[:300]}" if words else kind


def _name_trouble(exercise: Exercise, source: Source, loaded: FileLoaded, expression: str) -> tuple[str, int | None]:
    """Why a name is missing, or is no longer what the check calls; and the line."""
    root = exercise.blanks[0].partition(".")[0]
    for index, trouble in loaded.troubles.items():
        if isinstance(trouble, wire.Trouble) and root in _names_in(source, index):
            words = _kind(trouble.kind, trouble.words)
            if _not_compiled(trouble):
                return f"This part of the file does not compile: line {trouble.line}, {words}.", trouble.line
            return f"`{root}` could not be defined: line {trouble.line} raised {words}.", trouble.line
    if root not in loaded.names:
        return _missing(exercise, source, root)
    for name, named in loaded.names.items():
        if not named.callable and (name == root or f"{name}(" in expression):
            line = _rebound(source, name)
            where = f"Line {line} assigns" if line else "Your file assigns"
            article = "an" if named.kind[:1].lower() in "aeiou" else "a"
            gone = "class" if isinstance(source.definitions.get(name), ast.ClassDef) else "function"
            return f"{where} {article} {named.kind} to `{name}`, so the {gone} is gone. Give it another name.", line
    return "", None


def _missing(exercise: Exercise, source: Source, root: str) -> tuple[str, int | None]:
    asked = f" ({exercise.blanks[0]} is asked for)" if exercise.blanks[0] != root else ""
    mend = f"`zth show {exercise.slug}` prints its first line."
    others = {name.lower(): name for name in source.definitions if "." not in name}
    import difflib  # only for a name that is missing

    near = difflib.get_close_matches(root.lower(), list(others), n=1, cutoff=0.8)
    if near and others[near[0]] not in exercise_names(exercise.lecture):
        line = source.definitions[others[near[0]]].lineno
        return f"Your file has no `{root}`{asked}. Is it `{others[near[0]]}` in line {line}? {mend}", line
    return f"Your file has no `{root}` any more{asked}. {mend}", None


def _not_compiled(trouble: object) -> bool:
    """Some errors are seen only when a piece is compiled, such as an argument that comes twice."""
    return isinstance(trouble, wire.Trouble) and trouble.kind in ("SyntaxError", "IndentationError", "TabError")


def _names_in(source: Source, index: int) -> list[str]:
    """What a piece of the file would have defined."""
    first = source.pieces[index].line
    last = first + source.pieces[index].text.count("\n")
    return [name for name, node in source.definitions.items() if "." not in name and first <= node.lineno < last]


def _rebound(source: Source, name: str) -> int | None:
    """The last line at file level that binds a name to something other than a definition."""
    lines = [
        node.lineno
        for node in ast.walk(ast.Module([n for n in source.tree.body if not _is_definition(n)], type_ignores=[]))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name
    ]
    return lines[-1] if lines else None


def _is_definition(node: ast.stmt) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))


def _parameters(exercise: Exercise, source: Source, trouble: wire.Trouble) -> str:
    """A call that does not fit the parameters of the function that Python names."""
    called = re.match(r"(?:.*<locals>\.)?([\w.]+)\(\) (?:takes|missing|got)", trouble.words)
    if trouble.kind != "TypeError" or not called:
        return ""
    definition = source.definitions.get(called.group(1))
    mend = f"`zth show {exercise.slug}` has the first line as it should be."
    if not isinstance(definition, ast.FunctionDef) or "<locals>" in trouble.words:
        return f"TypeError: {trouble.words}. {mend}"
    names = [a.arg for a in definition.args.posonlyargs + definition.args.args]
    return (
        f"{called.group(1)}({', '.join(names)}) does not take the arguments that the exercise gives it: "
        f"{trouble.words}. {mend}"
    )


def _text_at(path: Path, where: wire.Where | None) -> str:
    """The check's expression that led to the exception."""
    if where is None or not where.line:
        return ""
    lines = path.read_text("utf-8").splitlines()[where.line - 1 : where.end_line]
    if not lines:
        return ""
    lines[-1] = lines[-1].encode()[: where.end_column].decode("utf-8", "ignore")
    lines[0] = lines[0].encode()[where.column :].decode("utf-8", "ignore")
    return " ".join(" ".join(lines).split()).replace("m.", "")


def late(verdict: Verdict, source: Source, reply: Late) -> Verdict:
    message = f"No answer within {reply.seconds:g} s (for all draws together)."
    if reply.line:
        message += f" When the time was up, your code stood in line {reply.line}."
    line = reply.line or verdict.line
    return replace(verdict, status="timeout", message=message, line=line, source_line=_at(source, reply.line))


def dead(verdict: Verdict, source: Source, reply: Dead) -> Verdict:
    end = "?" if reply.how.startswith("it") else "."
    message = f"The process that ran your code ended in the middle of it: {reply.how}{end}"
    if reply.how.startswith("exit status"):
        message += " Is there an os._exit() in it?"
    line = reply.line or verdict.line
    return replace(verdict, status="crashed", message=message, line=line, source_line=_at(source, reply.line))


def not_played(verdict: Verdict) -> Verdict:
    return replace(
        verdict, status="error", message="Your file could not be loaded: what it does at file level is told above."
    )


# Wrong answers.


def wrong(
    verdict: Verdict, exercise: Exercise, source: Source, reference: Source, quantities: list[Quantity]
) -> Verdict:
    if _returns(reference, exercise) and not _returns(source, exercise):
        lacking = f". There is no `return` in {exercise.blanks[0]}"
        quantities = [replace(q, problem=q.problem + lacking) if q.got == "None" else q for q in quantities]
    if (first := next((q for q in quantities if "NaN" in q.problem), None)) and _hands_out_memory(source, exercise):
        quantities = [replace(q, problem=q.problem + UNWRITTEN) if q is first else q for q in quantities]
    bad = [q for q in quantities if not q.ok]
    message = f"{bad[0].name}: {bad[0].problem}" if bad else ""
    return replace(verdict, status="failed", message=message, quantities=tuple(quantities))


def _hands_out_memory(source: Source, exercise: Exercise) -> bool:
    """Whether the exercise's functions ask torch for memory as it is."""
    nodes = [n for b in exercise.blanks if b in source.definitions for n in walked(source.definitions[b])]
    asked = {ast.unparse(n.func) for n in nodes if isinstance(n, ast.Call)}
    return bool(asked & {"torch.empty", "torch.empty_like"}) or any(name.endswith(".new_empty") for name in asked)


def _returns(source: Source, exercise: Exercise) -> bool:
    """Whether the exercise's function gives something back anywhere."""
    definition = source.definitions.get(exercise.blanks[0])
    return bool(definition) and any(isinstance(n, ast.Return) and n.value for n in walked(definition))


def changed(name: str, quantity: Quantity) -> Quantity:
    """An input that is not afterwards as it should be."""
    if name == "generator":
        problem = "is not where it should be: draw from it what the docstring says, and nothing else"
    elif "requires_grad" in quantity.problem:
        problem = REQUIRES_GRAD
    else:
        problem = CHANGED
    return replace(quantity, name=name, problem=problem, exact=None, close=None, maxdiff=None)  # it is no answer


def forbidden(verdict: Verdict, source: Source, found: Found) -> Verdict:
    message = f"Right values. But line {found.line} uses {found.name}, and this exercise {found.words}."
    return replace(verdict, status="forbidden", message=message, line=found.line, source_line=_at(source, found.line))


def blocked(verdict: Verdict, need: Verdict) -> Verdict:
    name = need.exercise.partition(".")[2]
    state = "is still to do" if need.status == "todo" else "does not pass yet"
    message = f"This needs {name}, which {state}: do that one first (`zth show {name}`)."
    return replace(verdict, status="blocked", message=message, quantities=(), source_line="", draw=None, seed=None)
