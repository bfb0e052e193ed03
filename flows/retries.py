"""Flows: the retry settings of tasks, and which errors are retried."""

from typing import Any

from prefect.client.schemas.objects import State, TaskRun

from components.core.errors import AtelierError, UnavailableError, UntriedError


def _is_transient(task: Any, run: TaskRun, state: State[Any]) -> bool:
    """Return True for errors that may pass, such as a server that is away. Other AtelierErrors need a person."""
    error = state.result(raise_on_failure=False)
    if isinstance(error, UntriedError):
        return False
    return isinstance(error, UnavailableError) or not isinstance(error, AtelierError)


WITH_RETRIES: dict[str, Any] = {"retries": 3, "retry_delay_seconds": [1, 5, 20], "retry_condition_fn": _is_transient}
