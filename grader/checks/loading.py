"""A lecture's checks, with its oracles for the judge or without them for the sandbox."""

import ast
import contextlib
import importlib
import marshal
import sys
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from grader import pycache
from grader.checks.check import Check, Oracle

LECTURES = Path(__file__).parent.parent / "lectures"


@dataclass(frozen=True)
class Checks:
    """The checks and the oracles of one lecture, by the name of the exercise."""

    checks: dict[str, Check]
    oracles: dict[str, Oracle]


def for_the_judge(lecture: str) -> Checks:
    """Everything that `grader/lectures/<lecture>.py` defines."""
    return _collect(vars(importlib.import_module(f"grader.lectures.{lecture}")))


def for_the_sandbox(lecture: str) -> dict[str, Check]:
    """The checks alone. The oracles, and what only they use, are cut out before anything is compiled.

    So there is nothing to forget afterwards: a worker never holds an answer.
    """
    path = LECTURES / f"{lecture}.py"
    namespace: dict[str, Any] = {"__name__": f"grader.lectures.{lecture}", "__file__": str(path)}
    exec(_code_without_oracles(path), namespace)
    collected = _collect(namespace).checks
    for name in collected:  # what a check expects goes with it; only how it is played stays
        del namespace[name]
    return {name: Check(check.play, draws=check.draws) for name, check in collected.items()}


def _code_without_oracles(path: Path) -> CodeType:
    """A lecture's code, cut and compiled. As Python does with its modules, it is kept in `__pycache__`: cutting takes
    20 to 50 ms, which every learner would wait for.
    """
    stamp = pycache.stamp(path, Path(__file__))
    kept = pycache.place(path, f"without-oracles.{sys.implementation.cache_tag}")
    with contextlib.suppress(OSError, EOFError, ValueError, TypeError):
        found, place, code = marshal.loads(kept.read_bytes())
        if found == stamp and place == str(path) and isinstance(code, CodeType):
            return code
    made: CodeType = compile(without_oracles(ast.parse(path.read_text("utf-8"))), str(path), "exec")
    if not sys.dont_write_bytecode:
        pycache.keep(kept, marshal.dumps((stamp, str(path), made)))
    return made


def without_oracles(tree: ast.Module) -> ast.Module:
    """A lecture's code without `@oracle` functions, `oracle=` arguments, and helpers that nothing else uses."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            node.keywords = [k for k in node.keywords if k.arg != "oracle"]
    body = [node for node in tree.body if not _is_oracle(node)]
    functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef) and not node.decorator_list}
    used: set[str] = set()
    fresh = {name for node in body if node not in functions.values() for name in _names(node)}
    while fresh:
        used |= fresh
        fresh = {n for name in fresh & functions.keys() for n in _names(functions[name])} - used
    return ast.Module([n for n in body if n not in functions.values() or n.name in used], type_ignores=[])  # type: ignore[attr-defined]


def _is_oracle(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(d, ast.Call) and isinstance(d.func, ast.Name) and d.func.id == "oracle" for d in node.decorator_list
    )


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _collect(namespace: dict[str, Any]) -> Checks:
    checks = {name: value.named(name) for name, value in namespace.items() if isinstance(value, Check)}
    oracles = {value.exercise: value for value in namespace.values() if isinstance(value, Oracle)}
    return Checks(checks, oracles)
