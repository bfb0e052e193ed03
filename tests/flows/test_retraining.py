"""Tests: who asks for a lifecycle, what is decided, what Prefect shows of it, and what is kept."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL

from components.core.errors import DataError, RegistryError, UsageError
from components.data.snapshots import read_tables
from flows.ingest import ingest
from flows.lifecycle import lifecycle
from flows.tasks import read_config
from registry import aliases, tags
from registry.benefits import benefits
from registry.ledger.store import history
from registry.locking.lock import lock_work
from registry.looks import Look, add_look
from registry.retrainings import last_retraining, outcome_of, retrainings
from registry.settings import settings
from registry.version_record import kept
from tests import ROOT
from tests.flows.traces import page, runs
from tests.toys import CATALOGUE

FLOWS = ("ingest", "train", "evaluate", "promote")


def count_runs(model: str) -> list[int]:
    return [len(runs(model, flow)) for flow in FLOWS]


def grow(model: str, folder: Path, rows: int) -> str:
    """Write a catalogue with `rows` new fruits more; return its folder."""
    old = Path(read_config(model).data.model_dump()["catalogue"])
    fruits = [f"{300 + n},apple" for n in range(rows)]
    (folder / CATALOGUE).write_text("\n".join([*(old / CATALOGUE).read_text().splitlines(), *fruits]) + "\n")
    return str(folder)


def report_drift(model: str) -> str:
    """Keep a look that found drift, and return the MLflow run that an event would name."""
    add_look(Look(model, time.time(), 1, "before", "now", 1, "DRIFT", "shift:grams", "grams changed", 60, "look"))
    return "look"


def test_a_lifecycle_that_is_complete_does_nothing_and_prefect_shows_why(after_lifecycle: str) -> None:
    before = count_runs(after_lifecycle)
    state = lifecycle(after_lifecycle, return_state=True)
    assert state.is_completed()
    assert state.name == "Skipped"
    assert str(state.message).startswith("SKIP: Nothing new to learn from: this snapshot was trained on")
    assert count_runs(after_lifecycle) == before
    assert lifecycle(after_lifecycle) == []
    assert "# SKIP (complete)" in page(f"{after_lifecycle}-retraining")


def test_a_schedule_and_a_drift_after_it_train_once(toy: str) -> None:
    assert lifecycle(toy, reason="schedule")
    report = report_drift(toy)
    for reason, named in (("schedule", ""), ("drift", report), ("schedule", "")):
        assert lifecycle(toy, reason=reason, report=named) == []
    assert count_runs(toy) == [1, 1, 1, 1]
    assert [(one.action, one.rule, one.reason) for one in retrainings(toy)] == [
        ("START", "first", "schedule"),
        ("SKIP", "complete", "schedule"),
        ("SKIP", "complete", "drift"),
        ("SKIP", "complete", "schedule"),
    ]


def test_the_policy_stops_a_schedule_and_drift_starts_it_and_both_decisions_are_kept(
    after_lifecycle: str, tmp_path: Path
) -> None:
    report, catalogue = report_drift(after_lifecycle), grow(after_lifecycle, tmp_path, rows=60)
    state = lifecycle(after_lifecycle, catalogue, reason="schedule", return_state=True)
    assert (state.name, "no look yet" in str(state.message)) == ("Skipped", True)
    assert count_runs(after_lifecycle) == [2, 1, 1, 1]
    soon = ["retrain.cooldown_days=0"]
    assert lifecycle(after_lifecycle, catalogue, overrides=soon, reason="drift", report=report)
    assert [one.rule for one in retrainings(after_lifecycle)] == ["asked", "no-reason", "drift"]

    made = last_retraining(after_lifecycle)
    assert made is not None
    facts, policy = json.loads(made.facts), json.loads(made.policy)
    assert (made.action, made.report) == ("START", report)
    assert (facts["drift"], facts["new_rows"], facts["running"], facts["asked"]) == ("DRIFT", 60, "", False)
    assert 0 <= facts["days_since_training"] < 1
    assert 0 < facts["gpu_hours_used"] < 1
    assert policy["retrain"]["cooldown_days"] == 0
    outcome = outcome_of(made)
    assert outcome is not None
    assert len(outcome["versions"]) == 4


def test_fewer_new_rows_than_the_policy_needs_are_nothing_new_even_with_drift(
    after_lifecycle: str, tmp_path: Path
) -> None:
    catalogue = grow(after_lifecycle, tmp_path, rows=49)
    assert lifecycle(after_lifecycle, catalogue, reason="drift", report=report_drift(after_lifecycle)) == []
    made = last_retraining(after_lifecycle)
    assert made is not None
    assert (made.action, made.rule) == ("SKIP", "nothing-new")
    assert made.sentence == "49 new rows, 50 are needed to learn from."


def test_while_a_lifecycle_runs_a_schedule_waits_and_a_person_is_told(toy: str) -> None:
    ingest(toy)
    with lock_work(toy, "lifecycle"):
        state = lifecycle(toy, reason="schedule", return_state=True)
        assert state.name == "Skipped"
        assert str(state.message).startswith("WAIT: lifecycle, process ")
        with pytest.raises(
            RegistryError, match=r"fruit is being worked on by lifecycle, process .* wait until that process"
        ):
            lifecycle(toy)
    assert [one.rule for one in retrainings(toy)] == ["running"]
    assert count_runs(toy)[1:] == [0, 0, 0]


def test_a_retraining_that_fails_keeps_its_error_and_frees_the_lease(toy: str) -> None:
    with pytest.raises(Exception, match="No version of fruit was trained"):
        lifecycle(toy, overrides=["train.steps=0"], reason="schedule")
    made = last_retraining(toy)
    assert made is not None
    assert "error" in (outcome_of(made) or {})
    with lock_work(toy, "lifecycle"):
        pass


@pytest.mark.parametrize(
    ("reason", "report", "sentence"),
    [
        (
            "weather",
            "",
            "'weather' is no reason for a lifecycle, expected schedule, drift, or nothing where a person asks.",
        ),
        ("drift", " ", "The reason is drift, without a report, expected the MLflow run of `monitor`: the event"),
        ("schedule", "1", "A report was given with the reason schedule, expected the reason drift."),
        ("drift", "none", "fruit has no report of drift 'none', expected the MLflow run of `monitor` that found drift"),
    ],
)
def test_a_wrong_reason_or_report_is_refused_in_one_sentence(
    after_lifecycle: str, reason: str, report: str, sentence: str
) -> None:
    with pytest.raises(UsageError) as error:
        lifecycle(after_lifecycle, reason=reason, report=report)
    assert str(error.value).startswith(sentence)
    assert [one.rule for one in retrainings(after_lifecycle)] == ["asked"]


def test_a_report_of_another_model_is_refused(after_lifecycle: str) -> None:
    report = report_drift("boots")
    with pytest.raises(UsageError, match=f"fruit has no report of drift '{report}'"):
        lifecycle(after_lifecycle, reason="drift", report=report)


def test_a_deleted_snapshot_of_production_is_named(after_lifecycle: str, tmp_path: Path) -> None:
    version = aliases.production(after_lifecycle)
    assert version is not None
    trained_on = str(kept(version)[tags.TRAINED_ON])
    catalogue = grow(after_lifecycle, tmp_path, rows=60)
    ingest(after_lifecycle, catalogue)
    read_tables(settings().snapshots(after_lifecycle), trained_on).folder.rename(tmp_path / "away")
    with pytest.raises(DataError, match=rf"was trained on {trained_on}\. No snapshot in .*: restore it from a copy"):
        lifecycle(after_lifecycle, catalogue, reason="schedule")


def test_a_first_promotion_is_compared_with_the_base_model(after_lifecycle: str) -> None:
    (entry,) = [one for one in history(after_lifecycle) if one.move.moved]
    found = benefits(after_lifecycle)[entry.entry]
    assert (found["against"], found["clear"], found["hash"]) == ("base", True, entry.hash)
    (score,) = found["scores"]
    assert score["score"] == "accuracy"
    assert score["difference"] == pytest.approx(score["new"] - score["old"])
    assert 0 < score["low"] <= score["difference"] <= score["high"]
    (made,) = retrainings(after_lifecycle)
    assert (outcome_of(made) or {})["benefit"] is True


def ask(model: str, *words: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.flows.slow_toys", "train", "6", "lifecycle", model, *words]
    server = {"PREFECT_API_URL": str(PREFECT_API_URL.value())}
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **server}, stdout=subprocess.DEVNULL)


@pytest.mark.slow
def test_a_schedule_and_drift_at_once_are_one_run_in_two_processes(toy: str) -> None:
    asked = [ask(toy, "--reason", "schedule"), ask(toy, "--reason", "drift", "--report", report_drift(toy))]
    assert [process.wait(timeout=600) for process in asked] == [0, 0]
    first, second = retrainings(toy)
    assert {first.reason, second.reason} == {"schedule", "drift"}
    assert first.key == second.key
    assert (first.action, first.rule) == ("START", "first")
    assert second.rule in {"running", "complete"}
    assert count_runs(toy)[1:] == [1, 1, 1]
    assert len((outcome_of(first) or {})["versions"]) == 4


@pytest.mark.slow
def test_a_killed_lifecycle_frees_its_lease_and_the_next_one_starts(toy: str) -> None:
    killed = ask(toy, "--reason", "schedule")
    until = time.monotonic() + 300
    while not retrainings(toy):
        assert time.monotonic() < until
        time.sleep(0.2)
    killed.kill()
    killed.wait()
    assert lifecycle(toy, reason="schedule")
    assert [one.rule for one in retrainings(toy)] == ["first", "first"]
    assert [outcome_of(one) is None for one in retrainings(toy)] == [True, False]
