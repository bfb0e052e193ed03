"""Tests: ATELIER_TASK_RUNNER names the task runner of an evaluation; every runner gives the same results."""

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from prefect import flow
from prefect.task_runners import ProcessPoolTaskRunner, ThreadPoolTaskRunner
from prefect_dask import DaskTaskRunner

from components.core.errors import UsageError
from components.core.recipe import RunLog
from flows.console.progress import FlowLog, flow_log
from flows.evaluate import evaluate
from flows.ingest import ingest
from flows.task_runner import task_runner
from flows.tasks import spread
from flows.train import train
from registry.settings import settings
from tests.flows.test_starter import SMALL


@dataclass(frozen=True)
class Weighing:
    """Work as an evaluation spreads it: settings and the flow's log, called with each subject."""

    heavier: int
    log: RunLog

    def __call__(self, subject: str | None) -> tuple[str, int, int]:
        """Return the subject's name, its weight, and the id of the process."""
        name = subject or "the base"
        self.log.progress(f"weighing {name}", 1, 1)
        return name, len(name) + self.heavier, os.getpid()


@flow
def weigh(subjects: Sequence[str | None]) -> list[tuple[str, int, int]]:
    with flow_log(None) as log:
        return spread(Weighing(100, log), subjects)


def test_an_unknown_runner_is_refused_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_TASK_RUNNER", "slurm")
    with pytest.raises(UsageError, match="is 'slurm', expected one of threads, processes, dask") as found:
        task_runner()
    assert str(found.value).count(".") == 1


def test_the_default_runner_uses_threads_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_TASK_RUNNER", "")
    assert isinstance(task_runner(), ThreadPoolTaskRunner)


def test_processes_return_the_results_of_threads_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_TASK_RUNNER", "processes")
    runner = task_runner()
    assert isinstance(runner, ProcessPoolTaskRunner)
    subjects = [None, "step 20"]
    here = weigh(subjects)
    there = weigh.with_options(task_runner=runner)(subjects)
    assert [(name, weight) for name, weight, _ in there] == [(name, weight) for name, weight, _ in here]
    assert [weight for _, weight, _ in there] == [108, 107]
    assert {process for _, _, process in here} == {os.getpid()}
    assert os.getpid() not in {process for _, _, process in there}


def test_a_pickled_log_has_no_bars_and_no_run() -> None:
    constructor, arguments = FlowLog(run=object(), bars=object()).__reduce__()  # type: ignore[arg-type]  # neither can be pickled
    assert (constructor, arguments) == (FlowLog, (None, None, ""))
    constructor(*arguments).metrics({"kid": 0.1}, 1)


@pytest.fixture
def dask(monkeypatch: pytest.MonkeyPatch) -> Iterator[DaskTaskRunner]:
    """The runner of a Dask cluster of two processes on this machine."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        monkeypatch.setenv("ATELIER_TASK_RUNNER", "dask")
        monkeypatch.setenv("ATELIER_DASK_ADDRESS", cluster.scheduler_address)
        runner = task_runner()
        assert isinstance(runner, DaskTaskRunner)
        yield runner


@pytest.mark.slow
def test_a_dask_cluster_returns_the_results_of_threads_in_the_same_order(dask: DaskTaskRunner) -> None:
    there = weigh.with_options(task_runner=dask)([None, "step 20"])
    assert [(name, weight) for name, weight, _ in there] == [("the base", 108), ("step 20", 107)]
    assert os.getpid() not in {process for _, _, process in there}


@pytest.mark.slow
def test_a_dask_cluster_gives_the_scores_of_this_process_to_the_last_digit(home: Path, dask: DaskTaskRunner) -> None:
    ingest("starter")
    train("starter", overrides=SMALL)
    here = evaluate.with_options(task_runner=ThreadPoolTaskRunner())("starter", overrides=SMALL)
    shutil.rmtree(settings().caches)  # otherwise the second evaluation generates nothing
    there = evaluate.with_options(task_runner=dask)("starter", overrides=SMALL)
    assert len(here.trained) == 2
    assert there == here
