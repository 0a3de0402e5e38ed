"""`zth stubs`: for authors."""

import click
import msgspec

from grader.cli import options
from grader.course.blanks import INDEX, is_untouched
from grader.course.outline import ORDER, OutlineError, lecture
from grader.course.root import stub_file
from grader.course.stubs import StubError, indexed, pristine
from grader.reports.page import emit


@click.command(short_help="For authors: cut exercises/ from solutions/.")
@click.option("--check", is_flag=True, help="Write nothing; fail if exercises/ is not what solutions/ gives.")
@options.looks
def command(check: bool, color: bool | None, plain: bool) -> int:
    """Cut the learner's files in exercises/ from the reference in solutions/.

    What stands between `# BEGIN SOLUTION` and `# END SOLUTION` becomes one line that raises. A file that somebody has
    filled in is left alone.
    """
    try:
        texts = {name: pristine(name) for name in ORDER}
    except StubError as error:
        raise OutlineError(str(error)) from None
    stale: list[str] = []
    filled: list[str] = []
    for name, text in texts.items():
        path = stub_file(name)
        if path.exists() and path.read_bytes() == text.encode():
            continue
        edited = path.exists() and not is_untouched(name, path.read_bytes())
        (filled if edited else stale).append(f"exercises/{name}.py")
        if not (check or edited):
            path.write_bytes(text.encode())
    index = msgspec.json.encode({name: indexed(lecture(name), text) for name, text in texts.items()})
    written = msgspec.json.format(index) + b"\n"
    if not INDEX.exists() or INDEX.read_bytes() != written:
        stale.append(f"grader/course/{INDEX.name}")
        if not check:
            INDEX.write_bytes(written)
    if check and (stale or filled):
        emit(f"{', '.join([*filled, *stale])}: not what solutions/ gives. `zth stubs` cuts them afresh.")
    elif filled:
        emit(f"{', '.join(filled)}: filled in, and left alone. Move it away, and `zth stubs` cuts it afresh.")
    if not (stale or filled):
        emit("exercises/ is what solutions/ gives.")
    elif stale and not check:
        emit(f"Cut {', '.join(stale)}.")
    return 1 if filled or (stale and check) else 0
