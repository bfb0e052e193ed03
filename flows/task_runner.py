"""Flows: the Prefect task runner that runs the subjects of an evaluation, as ATELIER_TASK_RUNNER names it."""

from importlib import import_module
from typing import Any

from prefect.task_runners import TaskRunner
from pydantic_settings import BaseSettings, SettingsConfigDict

from components.core.errors import UsageError

RUNNERS = {
    "threads": ("prefect.task_runners", "ThreadPoolTaskRunner"),
    "processes": ("prefect.task_runners", "ProcessPoolTaskRunner"),
    "dask": ("prefect_dask", "DaskTaskRunner"),  # pip install prefect-dask
    "ray": ("prefect_ray", "RayTaskRunner"),  # pip install prefect-ray
}


class RunnerSettings(BaseSettings):
    """ATELIER_TASK_RUNNER. A runner reads its own settings (addresses, workers) from its own environment variables."""

    model_config = SettingsConfigDict(env_prefix="ATELIER_", frozen=True, env_ignore_empty=True)

    task_runner: str = "threads"


def task_runner() -> TaskRunner[Any]:
    """Return the task runner that ATELIER_TASK_RUNNER names.

    Raises:
        UsageError: no runner has that name, or its package is not installed.
    """
    name = RunnerSettings().task_runner
    if name not in RUNNERS:
        raise UsageError(f"ATELIER_TASK_RUNNER is {name!r}", expected=f"one of {', '.join(RUNNERS)}")
    module, runner = RUNNERS[name]
    try:
        found: TaskRunner[Any] = getattr(import_module(module), runner)()
    except ImportError:
        package = module.replace("_", "-")
        raise UsageError(
            f"ATELIER_TASK_RUNNER is {name}, but the package {package} is missing", act=f"pip install {package}"
        ) from None
    return found
