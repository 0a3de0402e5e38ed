"""Functions of a module exchanged for others, and put back: many variants of a file are played in one worker."""

import ast
import functools
from types import ModuleType
from typing import Any

from grader.sandbox.wire import Definition, Import, Load, Patch

ABSENT = object()


class Patched:
    """A module whose functions can be patched, one patch at a time."""

    def __init__(self, module: ModuleType | None = None, file: Import | Load | None = None) -> None:
        self._module, self._file = module, file
        self._before: list[tuple[Any, str, object]] = []
        self._unsound: Exception | None = None

    def apply(self, patch: Patch) -> None:
        """Take the last patch back, and put this one in. What does not compile is told when it is played."""
        assert self._module and self._file
        self._restore()
        try:
            for definition in patch.definitions:
                owner = functools.reduce(getattr, filter(None, definition.owner.split(".")), self._module)
                made = self._made(definition, owner)
                for name, value in ({definition.name: ABSENT} | made).items():
                    self._before.append((owner, name, vars(owner).get(name, ABSENT)))
                    _put(owner, name, value)
        except Exception as error:
            self._unsound = error

    def is_patched(self) -> bool:
        """Whether it is a variant that is being played."""
        return self._module is not None

    def must_be_sound(self) -> None:
        """Raise what the patch itself raised."""
        if self._unsound:
            raise self._unsound

    def _made(self, definition: Definition, owner: Any) -> dict[str, object]:
        """What a definition's text defines. `super()` in a method finds its class in a cell around the method."""
        assert self._module and self._file
        if not (definition.owner and "super()" in definition.text):
            return self._executed(definition.text)
        around = ast.parse("def method_of(__class__):\n    return locals()")
        around.body[0].body[:0] = ast.parse(definition.text).body  # type: ignore[attr-defined]
        method_of: Any = self._executed(around)["method_of"]
        return {name: value for name, value in method_of(owner).items() if name != "__class__"}

    def _executed(self, code: str | ast.Module) -> dict[str, object]:
        assert self._module and self._file
        made: dict[str, object] = {}
        exec(compile(code, self._file.path, "exec", self._file.flags, dont_inherit=True), vars(self._module), made)
        return made

    def _restore(self) -> None:
        for owner, name, value in reversed(self._before):
            _put(owner, name, value)
        self._before.clear()
        self._unsound = None


def _put(owner: Any, name: str, value: object) -> None:
    if value is not ABSENT:
        setattr(owner, name, value)
    elif name in vars(owner):
        delattr(owner, name)
