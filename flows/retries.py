"""Flows: which faults a task is tried again after."""

from typing import Any

from prefect.client.schemas.objects import State, TaskRun

from components.core.errors import AtelierError, UnavailableError, UntriedError


def _is_passing(task: Any, run: TaskRun, state: State[Any]) -> bool:
    """True for faults that may pass by themselves, such as a server that is away; other sentences want a person."""
    error = state.result(raise_on_failure=False)
    if isinstance(error, UntriedError):
        return False
    return isinstance(error, UnavailableError) or not isinstance(error, AtelierError)


RETRIED: dict[str, Any] = {"retries": 3, "retry_delay_seconds": [1, 5, 20], "retry_condition_fn": _is_passing}
