"""Who may import whom, what needs torch, and what no file of the repository names."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from workspaces import ROOT, replaced, solved, untouched, workspace

from grader.course.outline import ORDER

GRADER = ROOT / "grader"
PACKAGES = sorted(path.name for path in GRADER.iterdir() if path.is_dir() and not path.name.startswith("_"))
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(GRADER.rglob("*.py"))
}

# design.md, 1. What is not named here may be imported by nobody but itself.
MAY_IMPORT = {
    "cli": {"watching", "proof", "reports", "judging", "sandbox", "course"},
    "watching": {"reports", "judging", "sandbox", "course"},
    "pytest_plugin": {"reports", "judging", "course"},
    "proof": {"judging", "variants", "course", "pycache"},
    "judging": {"sandbox", "repairs", "variants", "checks", "course"},
    "repairs": {"variants", "course"},
    "variants": {"course"},
    "sandbox": {"checks"},
    "lectures": {"checks"},
    "checks": {"pycache"},
    "course": {"pycache"},
    "reports": {"judging", "proof", "course"},
}
RECORDS = ("grader.judging.verdict", "grader.proof.findings", "grader.course")
WITHOUT_TORCH = [
    name
    for name in MODULES
    if name
    in ("grader", "grader.pycache", "grader.judging.verdict", "grader.judging.submission", "grader.proof.findings")
    or (
        name.split(".")[1:2]
        in (["course"], ["reports"], ["cli"], ["variants"], ["repairs"], ["watching"], ["pytest_plugin"])
        and name != "grader.watching.giving_way"
    )  # it is a sandbox
]


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Full names of all that a file imports, at its top and inside functions, and the lines."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno} imports relatively"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield (full if full in MODULES else str(node.module)), node.lineno


def test_every_package_of_the_grader_has_its_rule() -> None:
    assert set(PACKAGES) == set(MAY_IMPORT)


@pytest.mark.parametrize("name", [name for name in MODULES if name.count(".") > 1])
def test_imports_point_one_way(name: str) -> None:
    package = name.split(".")[1]
    for imported, line in imports_of(MODULES[name]):
        if imported.startswith("grader."):
            other = imported.split(".")[1]
            assert other == package or other in MAY_IMPORT[package], f"{name}:{line} imports {imported}"


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("grader.reports.")])
def test_reports_see_only_records(name: str) -> None:
    for imported, line in imports_of(MODULES[name]):
        if imported.startswith("grader.") and not imported.startswith("grader.reports"):
            assert imported.startswith(RECORDS), f"{name}:{line} imports {imported}"


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("grader.lectures.")])
def test_a_lecture_sees_only_the_checks_language_and_torch(name: str) -> None:
    for imported, line in imports_of(MODULES[name]):
        known = imported.startswith("grader.checks") or imported.split(".")[0] in {"torch", *sys.stdlib_module_names}
        assert known, f"{name}:{line} imports {imported}"


def test_the_scan_of_imports_sees_those_inside_functions(tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    path.write_text("import os\ndef f():\n    from grader.judging import judge\n    import grader.proof.proving as p\n")
    assert list(imports_of(path)) == [("os", 1), ("grader.judging.judge", 3), ("grader.proof.proving", 4)]


@pytest.mark.parametrize("name", WITHOUT_TORCH)
def test_what_needs_no_torch_does_not_import_it(name: str) -> None:
    code = f"import sys, {name}; print([m for m in ('torch', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def modules_after(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    """The exit status of `zth` with these arguments, and what its process had imported when it ended."""
    kept = folder / "modules.json"
    code = f"""
import json, os, runpy, sys
end = os._exit
def write_and_end(status):
    open({str(kept)!r}, "w").write(json.dumps(sorted(sys.modules)))
    end(status)
judge = os.getpid()
os._exit = lambda status: write_and_end(status) if os.getpid() == judge else end(status)
sys.argv = ["zth", *{list(arguments)!r}]
runpy.run_module("grader", run_name="__main__")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, set(json.loads(kept.read_text()))


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ("", 0),
        ("--help", 0),
        ("check --help", 0),
        ("watch --help", 0),
        ("verify --help", 0),
        ("--version", 0),
        ("list", 0),
        ("list part4 --json", 0),
        ("show dcounts", 0),
        ("hint dcounts", 0),
        ("init elsewhere", 0),
        ("solution dcounts", 1),
        ("solution dcounts --reveal", 0),
        ("reset dcounts --yes", 0),
        ("undo", 1),
        ("update", 0),
        ("data", 0),
        ("data fetch nonsense", 2),
        ("stubs --check", 0),
        ("doctor", 0),
        ("replay dcounts", 1),
        ("check", 1),
        ("check part4", 1),
        ("check part4.dcounts micrograd --json --junit-xml out.xml", 1),
        ("check nonsense", 2),
    ],
)
def test_a_command_that_runs_nobodys_code_does_not_import_torch(tmp_path: Path, arguments: str, status: int) -> None:
    workspace(tmp_path, part4=untouched("part4"), micrograd=untouched("micrograd"))
    ended, modules = modules_after(tmp_path, *arguments.split())
    assert ended == status
    assert not modules & {"torch", "numpy", "sympy", "textual", "watchfiles"}
    assert "click" in modules


SLIP = "def dcounts(dprobs, counts_sum_inv, dcounts_sum):\n    return counts_sum_inv * dprobs\n\n\n"


@pytest.mark.parametrize(
    ("lecture", "text"),
    [(lecture, solved(lecture)) for lecture in ORDER] + [("part4", replaced(solved("part4"), SLIP))],
    ids=[*ORDER, "one diagnosed"],
)
def test_grading_does_not_import_sympy(tmp_path: Path, lecture: str, text: str) -> None:
    """The first call of some ways to a gradient, and of torch.optim, imports it: 0.2 to 1.1 s."""
    workspace(tmp_path, **{lecture: text})
    _, modules = modules_after(tmp_path, "check", lecture)
    assert "torch" in modules
    assert "sympy" not in modules


SKIPPED = {"__pycache__", "build", "dist"}
KEPT_HIDDEN = {".ci", ".github", ".gitignore", ".pre-commit-config.yaml"}
MACHINE = re.compile(r"/(?:home|Users|root|work|tmp/pytest-of-\w+)/\w|[A-Z]:\\Users")


def files_of(root: Path) -> Iterator[Path]:
    for path in sorted(root.iterdir()):
        if path.name in SKIPPED or (path.name.startswith(".") and path.name not in KEPT_HIDDEN):
            continue
        if path.is_dir():
            yield from files_of(path)
        elif path.suffix != ".pyc":
            yield path


def test_nothing_in_the_repository_names_a_machine_path() -> None:
    found = []
    own = {str(ROOT), str(Path.home())} - {"/", "/root"}
    for path in files_of(ROOT):
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            if MACHINE.search(line) or any(name in line for name in own):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)
    assert MACHINE.search("cd /" + "home/me/course") and MACHINE.search("C:" + "\\Users\\me")
