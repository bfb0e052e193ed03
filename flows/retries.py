"""Flows: the retry settings of tasks, and which errors are retried."""

from typing import Any

from prefect.client.schemas.objects import State, TaskRun

from components.core.errors import AtelierError, UnavailableError, UntriedError


def _is_transient(task: Any, run: TaskRun, state: State[Any]) -> bool:
    """Return True for errors that may pass, such as a server that is away. Other AtelierErrors need a person."""
    error = state.result(raise_on_failure=False)
    return _is_unavailable(task, run, state) or not isinstance(error, AtelierError)


def _is_unavailable(task: Any, run: TaskRun, state: State[Any]) -> bool:
    """Return True for a server, a database or a disk that did not answer."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, UnavailableError) and not isinstance(error, UntriedError)


_THREE_TIMES: dict[str, Any] = {"retries": 3, "retry_delay_seconds": [1, 5, 20]}
WITH_RETRIES: dict[str, Any] = {**_THREE_TIMES, "retry_condition_fn": _is_transient}
# For tasks that compute for minutes: an error of their own would come again, after minutes.
IF_UNAVAILABLE: dict[str, Any] = {**_THREE_TIMES, "retry_condition_fn": _is_unavailable}
