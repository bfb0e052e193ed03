"""Flows: the Prefect task runner that runs the subjects of an evaluation, as ATELIER_TASK_RUNNER names it."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from prefect.task_runners import TaskRunner
from pydantic_settings import BaseSettings, SettingsConfigDict

from components.core.errors import UsageError

RUNNERS = {
    "threads": ("prefect.task_runners", "ThreadPoolTaskRunner"),
    "processes": ("prefect.task_runners", "ProcessPoolTaskRunner"),
    "dask": ("prefect_dask", "DaskTaskRunner"),
}
LOCAL_CLUSTER = {"threads_per_worker": 1, "dashboard_address": None}  # one subject a process, no page for the network


class RunnerSettings(BaseSettings):
    """ATELIER_TASK_RUNNER, and ATELIER_DASK_ADDRESS, the scheduler of a Dask cluster; without it one starts here."""

    model_config = SettingsConfigDict(env_prefix="ATELIER_", frozen=True, env_ignore_empty=True)

    task_runner: str = "threads"
    dask_address: str = ""


def task_runner() -> TaskRunner[Any]:
    """Return the task runner that ATELIER_TASK_RUNNER names.

    Raises:
        UsageError: no runner has that name.
    """
    settings = RunnerSettings()
    if settings.task_runner not in RUNNERS:
        raise UsageError(f"ATELIER_TASK_RUNNER is {settings.task_runner!r}", expected=f"one of {', '.join(RUNNERS)}")
    module, runner = RUNNERS[settings.task_runner]  # imported on demand: Dask takes a second
    found: TaskRunner[Any] = getattr(import_module(module), runner)(**_options(settings))
    return found


def _options(settings: RunnerSettings) -> Mapping[str, Any]:
    if settings.task_runner != "dask":
        return {}
    return {"address": settings.dask_address} if settings.dask_address else {"cluster_kwargs": dict(LOCAL_CLUSTER)}
