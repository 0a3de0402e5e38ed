"""Somebody's file, already cut into pieces, becomes a module."""

import functools
import importlib.util
import sys
from collections.abc import Callable
from types import CodeType, ModuleType

from grader.sandbox.wire import Import, Load


@functools.lru_cache(maxsize=4096)
def compiled(text: str, line: int, path: str, flags: int) -> CodeType:
    """A piece's code, with the line numbers of its file."""
    code: CodeType = compile("\n" * (line - 1) + text, path, "exec", flags, dont_inherit=True)
    return code


def load(file: Load, reached: Callable[[int], None], failed: Callable[[int, BaseException], None]) -> ModuleType:
    """Run the pieces one after the other. One that raises is left out; the others still run."""
    module = ModuleType(file.name)
    module.__file__ = file.path
    sys.modules[file.name] = module
    for index, piece in enumerate(file.pieces):
        reached(index)
        try:
            exec(compiled(piece.text, piece.line, file.path, file.flags), vars(module))
        except BaseException as error:
            failed(index, error)
    return module


def bring(file: Import) -> ModuleType:
    """A file of ours as a module, from its bytecode where there is some."""
    spec = importlib.util.spec_from_file_location(file.name, file.path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.name] = module
    spec.loader.exec_module(module)
    return module
