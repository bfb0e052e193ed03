"""Tests: the looks since one promotion are steps of one run, also after a look that failed or was killed."""

from collections.abc import Callable

import pytest
from mlflow.entities import Run

from registry.client import connect
from registry.monitor_runs import (
    keep_sample,
    keep_sample_of_promotion,
    open_monitor_run,
    read_sample,
    sample_of_promotion,
)
from registry.search import read_version
from registry.tracking import open_run
from tests.registry.toy_recipe import Config


def run_of(run_id: str) -> Run:
    return connect().get_run(run_id)


def test_later_looks_go_on_with_the_run_and_another_promotion_begins_one(
    make_version: Callable[..., int], config: Config
) -> None:
    version = read_version(config.model, make_version())
    ids = []
    for look, promotion in ((1, 1), (2, 1), (1, 4)):
        with open_monitor_run(config, version, promotion, f"flow-{look}") as run:
            assert run_of(run.id).info.status == "RUNNING"
            run.metrics({"verdict": 0.0}, step=look)
        ids.append(run.id)
        assert run_of(run.id).info.status == "FINISHED"
    assert ids[0] == ids[1] != ids[2]
    assert [metric.step for metric in connect().get_metric_history(ids[0], "verdict")] == [1, 2]


def test_a_look_that_failed_is_followed_by_one_in_the_same_run(
    make_version: Callable[..., int], config: Config
) -> None:
    version = read_version(config.model, make_version())
    with pytest.raises(ValueError, match="broken"), open_monitor_run(config, version, 1, "flow-1") as run:
        raise ValueError("broken")
    assert run_of(run.id).info.status == "FAILED"
    with open_monitor_run(config, version, 1, "flow-2") as again:
        pass
    assert (again.id, run_of(run.id).info.status) == (run.id, "FINISHED")
    assert run_of(run.id).data.tags["error"] == ""


def test_the_sample_of_the_promotion_comes_back_to_the_last_digit(
    make_version: Callable[..., int], config: Config
) -> None:
    version, sample = read_version(config.model, make_version()), {"right": [0.1, 1 / 3]}
    with open_monitor_run(config, version, 1, "flow-1") as run:
        assert read_sample(run.id) is None
        keep_sample(run, sample)
    with open_monitor_run(config, version, 1, "flow-2") as run:
        assert read_sample(run.id) == sample


def test_a_promotion_keeps_a_sample_of_its_own(make_version: Callable[..., int], config: Config) -> None:
    version = read_version(config.model, make_version())
    with open_run(config, "promote", "flow-1") as run:
        keep_sample_of_promotion(run, version, 3, {"right": [1.0]})
    assert sample_of_promotion(version, 3) == {"right": [1.0]}
    assert sample_of_promotion(version, 4) is None  # the version was rolled back, and came back
