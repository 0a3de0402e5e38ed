"""`zth doctor`: what zth finds on this machine."""

import contextlib
import os
import platform
import shutil
import sys
from importlib import metadata
from pathlib import Path

import click

from grader import __version__
from grader.cli import editor, options
from grader.course.outline import ORDER
from grader.course.workspace import NoWorkspace, Workspace, find
from grader.reports.doctor import Facts, lines
from grader.reports.page import Page, emit, page

LIBRARIES = ("torch", "numpy", "click", "msgspec", "rich", "textual", "watchfiles", "pytest", "matplotlib")
TERMINAL = ("TERM", "COLORTERM", "TERM_PROGRAM", "NO_COLOR", "COLUMNS", "LANG", "PYTHONUTF8")


@click.command(short_help="Versions, sandbox, terminal, watcher: what a report of a fault should say.")
@options.workspace
@options.looks
def command(workspace: Path | None, color: bool | None, plain: bool) -> int:
    """Say what zth finds on this machine, ready to paste into a report. Nothing is sent, and nothing is written."""
    here = page(color, plain)
    facts: Facts = [
        ("versions", _versions()),
        ("machine", _machine()),
        ("sandbox", _sandbox()),
        ("terminal", _terminal(here)),
        ("your folder", _folder(workspace)),
        ("helpers", _helpers()),
    ]
    emit(lines(facts, here))
    return 0


def _versions() -> list[tuple[str, str]]:
    found = [("zth", __version__), ("python", f"{platform.python_version()} ({platform.python_implementation()})")]
    return found + [(name, _version(name)) for name in LIBRARIES]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not here" + (": `pip install -c constraints.txt -e .` in the clone" if name in LIBRARIES[:4] else "")


def _machine() -> list[tuple[str, str]]:
    release = platform.release()
    system = f"{platform.system()} {release}, {platform.machine()}"
    if "microsoft" in release.lower():
        system += " (WSL)"
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    threads = os.environ.get("OMP_NUM_THREADS", "")
    named = f", OMP_NUM_THREADS={threads}" if threads else ""
    found = [("system", system), ("cores", f"{usable} to be used, of {os.cpu_count()}")]
    found.append(("threads", f"1 for each worker{named}"))
    with contextlib.suppress(OSError, ValueError, StopIteration):
        free = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemAvailable"))
        found.append(("memory free", f"{int(free.split()[1]) / 2**20:.1f} GiB"))
    return found


def _sandbox() -> list[tuple[str, str]]:
    if sys.platform != "linux":
        return [("workers", "started anew"), ("limits", "none on this system: grade your own code alone")]
    spawned = os.environ.get("ZTH_WORKERS") == "spawned"
    from grader.sandbox.limits import in_force

    return [("workers", "started anew (ZTH_WORKERS)" if spawned else "forked"), *in_force().items()]


def _terminal(here: Page) -> list[tuple[str, str]]:
    size = shutil.get_terminal_size((0, 0))
    kind = "a terminal" if sys.stdout.isatty() else "no terminal (a pipe or a file)"
    shows = [name for name, on in (("colour", here.color), ("links", here.links), ("plain signs", here.plain)) if on]
    found = [("output", f"{kind}, {size.columns} x {size.lines}, {sys.stdout.encoding}")]
    found.append(("shows", ", ".join(shows) or "text alone"))
    return found + [(name, os.environ[name]) for name in TERMINAL if name in os.environ]


def _folder(folder: Path | None) -> list[tuple[str, str]]:
    try:
        place = find(folder)
    except NoWorkspace as error:
        return [("exercises", str(error))]
    there = [lecture for lecture in ORDER if os.path.exists(place.file(lecture))]
    found = [("exercises", f"{len(there)} of {len(ORDER)} files: {', '.join(there)}")]
    found.append((".zth", _kept(place)))
    if kind := _file_system(place.root):
        found.append(("file system", kind))
    return found


def _kept(place: Workspace) -> str:
    folder = place.root / ".zth"
    if folder.exists() and not folder.is_dir():
        return "is no folder: progress cannot be kept"
    if not os.access(folder if folder.exists() else place.root, os.W_OK):
        return "cannot be written: progress will not be kept"
    try:
        names = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return ", ".join(names) or "not there yet: the first check makes it"


def _file_system(folder: Path) -> str:
    """The kind of file system a folder is on: on some of them no events come when a file is saved."""
    best = ("", "")
    with contextlib.suppress(OSError):
        for line in Path("/proc/mounts").read_text("utf-8", "replace").splitlines():
            _, at, kind, *_ = line.split()
            if folder.is_relative_to(at) and len(at) >= len(best[0]):
                best = (at, kind)
    return best[1]


def _helpers() -> list[tuple[str, str]]:
    there = "here" if shutil.which("dot") else "not here: graphs are drawn as text"
    events = "watchfiles" if _version("watchfiles")[0].isdigit() else "none: files are looked at again and again"
    try:
        named = editor.named(os.environ)
    except ValueError:
        named = []
    chosen = Path(named[0]).name if named else "none is named: set VISUAL or EDITOR for `zth show --open`"
    return [("watcher", events), ("dot", there), ("editor", chosen)]
