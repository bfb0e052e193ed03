"""Flows: the decorator of tasks. Prefect does not search what is inside their arguments."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import prefect
from prefect.utilities.annotations import opaque

P = ParamSpec("P")
R = TypeVar("R")

_OF_PREFECT = frozenset({"return_state", "wait_for"})


def task(**options: Any) -> Callable[[Callable[P, R]], prefect.Task[P, R]]:
    """Return a decorator that makes a function a Prefect task with these options, as `prefect.task` does.

    Prefect looks for futures in all that is inside an argument, twice a task: 4 s a task for a snapshot of 360
    products of 120 weeks. Our arguments are values, so each is `opaque`: only the argument itself may be a future.
    """

    def decorate(function: Callable[P, R]) -> prefect.Task[P, R]:
        return _Task(function, **options)

    return decorate


def _not_searched(method: Any) -> Any:
    @wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        closed = {name: value if name in _OF_PREFECT else opaque(value) for name, value in kwargs.items()}
        return method(self, *(opaque(value) for value in args), **closed)

    return call


class _Task(prefect.Task[P, R]):
    __call__: Any = _not_searched(prefect.Task.__call__)
    submit: Any = _not_searched(prefect.Task.submit)
