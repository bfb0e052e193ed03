"""Registry: the use of CPU, memory and GPU while a run works, by MLflow's monitors, as its page of a run shows it."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from registry.tracking import Run

SECONDS = 10.0  # between two samples, as MLflow's own logging has it
PREFIX = "system/"  # MLflow's page of a run has a tab for metrics of this prefix


@contextmanager
def system_metrics(run: Run, seconds: float = SECONDS) -> Iterator[None]:
    """Log samples in a thread inside the block; they go through the run's spool, so nothing waits for MLflow."""
    ended = threading.Event()
    thread = threading.Thread(target=_sample, args=(run, ended, seconds), daemon=True, name="system metrics")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(seconds)


def _sample(run: Run, ended: threading.Event, seconds: float) -> None:
    monitors, number = _monitors(), 0
    for monitor in monitors:
        monitor.collect_metrics()  # the first number of the CPU is that since its last call, which there was none of
        monitor.clear_metrics()
    while not ended.wait(seconds):
        run.metrics(_collect(monitors), number)
        number += 1


def _collect(monitors: Sequence[Any]) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for monitor in monitors:
        monitor.collect_metrics()
        found |= {f"{PREFIX}{name}": float(value) for name, value in monitor.aggregate_metrics().items()}
        monitor.clear_metrics()
    return found


def _monitors() -> list[Any]:
    from mlflow.system_metrics.metrics.cpu_monitor import CPUMonitor
    from mlflow.system_metrics.metrics.gpu_monitor import GPUMonitor

    monitors: list[Any] = [CPUMonitor()]  # type: ignore[no-untyped-call]
    with suppress(ImportError, RuntimeError):  # no NVIDIA card, or no library that asks it
        monitors.append(GPUMonitor())  # type: ignore[no-untyped-call]
    return monitors
