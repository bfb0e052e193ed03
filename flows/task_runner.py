"""Flows: where the subjects of an evaluation are worked on: threads of this process, or what a person names."""

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
    """ATELIER_TASK_RUNNER. Its own settings (addresses, numbers of workers) stay with the runner's environment."""

    model_config = SettingsConfigDict(env_prefix="ATELIER_", frozen=True, env_ignore_empty=True)

    task_runner: str = "threads"


def task_runner() -> TaskRunner[Any]:
    """Return the task runner that ATELIER_TASK_RUNNER names.

    Raises:
        UsageError: there is none of that name, or its package is not installed.
    """
    name = RunnerSettings().task_runner
    if name not in RUNNERS:
        raise UsageError(f"ATELIER_TASK_RUNNER is {name!r}, expected one of {', '.join(RUNNERS)}.")
    module, runner = RUNNERS[name]
    try:
        found: TaskRunner[Any] = getattr(import_module(module), runner)()
    except ImportError:
        package = module.replace("_", "-")
        raise UsageError(
            f"ATELIER_TASK_RUNNER is {name}, for which {package} is missing: pip install {package}."
        ) from None
    return found
