"""Core: functions that are imported when they are called."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class _Lazy:
    module: str
    name: str

    def __call__(self, *args: Any) -> Any:
        return self.resolved()(*args)

    def resolved(self) -> Callable[..., Any]:
        found: Callable[..., Any] = getattr(import_module(self.module), self.name)
        return found


def lazy(reference: str) -> F:  # type: ignore[type-var]  # F is the Protocol of the field that it is assigned to
    """Return a function that imports `module:name` when it is called.

    A recipe can name its functions this way without importing torch. tests/components/core/test_recipe.py checks that
    their parameters are those of the Protocol.
    """
    module, _, name = reference.partition(":")
    found: Any = _Lazy(module, name)
    return found  # type: ignore[no-any-return]


def resolved(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function itself, importing it if it is lazy."""
    return function.resolved() if isinstance(function, _Lazy) else function
