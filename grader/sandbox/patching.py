"""Functions of a module exchanged for others, and put back: many variants of a file are played in one worker."""

import functools
from types import ModuleType
from typing import Any

from grader.sandbox.wire import Import, Patch

ABSENT = object()


class Patched:
    """A module whose functions can be patched, one patch at a time."""

    def __init__(self, module: ModuleType | None = None, file: Import | None = None) -> None:
        self._module, self._file = module, file
        self._before: list[tuple[Any, str, object]] = []
        self._unsound: Exception | None = None

    def apply(self, patch: Patch) -> None:
        """Take the last patch back, and put this one in. What does not compile is told when it is played."""
        assert self._module and self._file
        self._restore()
        try:
            for definition in patch.definitions:
                code = compile(definition.text, self._file.path, "exec", self._file.flags, dont_inherit=True)
                made: dict[str, object] = {}
                exec(code, vars(self._module), made)
                owner = functools.reduce(getattr, filter(None, definition.owner.split(".")), self._module)
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
