"""Tests: a run has samples of the machine's use while it works, under the names that MLflow's page knows."""

import time
from pathlib import Path

from registry.client import connect
from registry.system_metrics import system_metrics
from registry.tracking import open_run
from tests.registry.toy_recipe import Config


def test_a_run_has_samples_of_cpu_and_memory(home: Path, config: Config) -> None:
    with open_run(config, "train", "1") as run, system_metrics(run, seconds=0.05):
        time.sleep(0.5)
    found = connect().get_run(run.id).data.metrics
    assert {"system/cpu_utilization_percentage", "system/system_memory_usage_percentage"} <= found.keys()
    assert 0 < found["system/system_memory_usage_percentage"] <= 100
    steps = [point.step for point in connect().get_metric_history(run.id, "system/cpu_utilization_percentage")]
    assert len(steps) >= 2
    assert steps == sorted(set(steps))
