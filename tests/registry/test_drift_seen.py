"""Tests: the report of drift that an event names must be one of the model."""

from pathlib import Path

import pytest

from components.core.errors import UsageError
from registry.drift_seen import DriftSeen, drift_of_report, latest_drift
from registry.tracking import open_run
from tests.registry.conftest import MODEL
from tests.registry.toy_recipe import Config, toy_config


def test_a_report_of_the_model_is_drift(home: Path, config: Config) -> None:
    with open_run(config, "monitor", "flow-run") as run:
        pass
    assert drift_of_report(MODEL, run.id) == DriftSeen("DRIFT", f"reported by run {run.id}")
    run.tag("drift.sentence", "black from 30 to 60 %")
    assert drift_of_report(MODEL, run.id).sentence == "black from 30 to 60 %"


def test_an_unknown_run_or_one_of_another_model_is_refused(home: Path, config: Config) -> None:
    with open_run(toy_config("other"), "monitor", "flow-run") as run:
        pass
    for report in (run.id, "none", "0" * 32):
        with pytest.raises(UsageError, match=f"toy has no report of drift '{report}', expected the MLflow run"):
            drift_of_report(MODEL, report)


def test_without_a_look_nothing_is_known(home: Path) -> None:
    assert latest_drift(MODEL, None).state == "NO LOOK"
