"""Tests: the report of drift that an event names must be one of the model."""

from pathlib import Path

import pytest

from components.core.errors import UsageError
from registry.drift_seen import DriftSeen, drift_of_report, latest_drift
from registry.looks import Look, add_look

MODEL = "toy"


def look(number: int, state: str, *, model: str = MODEL, version: int = 1, run: str = "run") -> Look:
    sentence = f"sentence {number}"
    return Look(model, 100.0 + number, version, "before", "now", number, state, "rule", sentence, 60, run)


def test_a_report_of_the_model_is_drift_with_the_sentence_of_its_newest_drift(home: Path) -> None:
    for made in (look(1, "DRIFT"), look(2, "DRIFT"), look(3, "STABLE")):
        add_look(made)
    assert drift_of_report(MODEL, "run") == DriftSeen("DRIFT", "sentence 2")


def test_a_run_without_drift_or_of_another_model_is_refused(home: Path) -> None:
    add_look(look(1, "STABLE"))
    add_look(look(1, "DRIFT", model="other", run="others"))
    for report in ("run", "others", "none"):
        with pytest.raises(UsageError, match=f"toy has no report of drift '{report}', expected the MLflow run"):
            drift_of_report(MODEL, report)


def test_the_latest_look_counts_only_for_the_version_that_it_was_at(home: Path) -> None:
    assert latest_drift(MODEL, None).state == "NO LOOK"
    add_look(look(1, "WATCH"))
    assert latest_drift(MODEL, 1) == DriftSeen("WATCH", "sentence 1")
    assert latest_drift(MODEL, 2).state == "NO LOOK"
