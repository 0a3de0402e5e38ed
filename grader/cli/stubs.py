"""`zth stubs`: for authors."""

import click

from grader.cli import options
from grader.course.outline import ORDER, OutlineError, lecture
from grader.course.root import solution_file, stub_file
from grader.course.stubs import StubError, cut
from grader.reports.page import emit


@click.command(short_help="For authors: cut exercises/ from solutions/.")
@click.option("--check", is_flag=True, help="Write nothing; fail if exercises/ is not what solutions/ gives.")
@options.looks
def command(check: bool, color: bool | None, plain: bool) -> int:
    """Cut the learner's files in exercises/ from the reference in solutions/.

    What stands between `# BEGIN SOLUTION` and `# END SOLUTION` becomes one line that raises.
    """
    stale = []
    for name in ORDER:
        try:
            text = cut(solution_file(name).read_text("utf-8"), lecture(name))
        except StubError as error:
            raise OutlineError(str(error)) from None
        path = stub_file(name)
        if path.exists() and path.read_bytes() == text.encode():
            continue
        stale.append(f"exercises/{name}.py")
        if not check:
            path.write_bytes(text.encode())
    if not stale:
        emit("exercises/ is what solutions/ gives.")
    elif check:
        emit(f"{', '.join(stale)}: not what solutions/ gives. `zth stubs` cuts them afresh.")
    else:
        emit(f"Cut {', '.join(stale)}.")
    return 1 if stale and check else 0
