"""Tests: each rule of the retraining policy."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.retraining import NO_LOOK, RetrainingAction, RetrainingFacts, RetrainingPolicy, decide_retraining

DRIFT = RetrainingFacts("DRIFT", "colour changed", days_since_training=30, new_rows=400, hour=3)
NIGHT = RetrainingPolicy(first_hour=22, last_hour=6, gpu_hours_a_month=10)
START, WAIT, SKIP = RetrainingAction.START, RetrainingAction.WAIT, RetrainingAction.SKIP

TABLE: list[tuple[str, dict[str, Any], RetrainingAction]] = [
    ("running", {"running": "Run 7", "days_since_training": None}, WAIT),
    ("running", {"running": "Run 7", "complete": True, "asked": True}, WAIT),
    ("complete", {"complete": True, "days_since_training": None}, SKIP),
    ("complete", {"complete": True, "asked": True}, SKIP),
    ("asked", {"asked": True, "new_rows": 0, "challenger": "Version 3", "hour": 12, "gpu_hours_used": 99.0}, START),
    ("first", {"days_since_training": None, "new_rows": 0}, START),
    ("nothing-new", {"new_rows": 49}, SKIP),
    ("settled", {"drifting": ("colour",), "tried": ("brand", "colour"), "tried_rows": 300}, SKIP),
    ("settled", {"drifting": ("colour",), "tried": ("colour",), "tried_rows": 300, "days_since_training": 89.9}, SKIP),
    ("drift", {"drifting": ("colour", "year"), "tried": ("colour",), "tried_rows": 300}, START),
    ("drift", {"drifting": ("colour",), "tried": ("colour",), "tried_rows": 266}, START),
    ("drift", {"drifting": (), "tried": (), "tried_rows": 0}, START),
    ("age", {"drifting": ("a",), "tried": ("a",), "tried_rows": 300, "days_since_training": 90}, START),
    ("asked", {"drifting": ("a",), "tried": ("a",), "tried_rows": 300, "asked": True}, START),
    ("no-reason", {"drift": "WATCH", "drifting": ("a",), "tried": ("a",), "tried_rows": 300}, SKIP),
    ("no-reason", {"drift": "WATCH"}, SKIP),
    ("challenger", {"challenger": "Version 3"}, WAIT),
    ("fruitless", {"without_benefit": 3}, WAIT),
    ("cooldown", {"days_since_training": 6.9}, WAIT),
    ("gpu-hours", {"gpu_hours_used": 10.0}, WAIT),
    ("hours", {"hour": 6}, WAIT),
    ("drift", {}, START),
    ("drift", {"hour": 22}, START),
    ("age", {"drift": "STABLE", "days_since_training": 90}, START),
]


@pytest.mark.parametrize(("rule", "changes", "action"), TABLE, ids=[f"{row[0]}-{i}" for i, row in enumerate(TABLE)])
def test_the_first_rule_that_fires_decides(rule: str, changes: dict[str, Any], action: RetrainingAction) -> None:
    found = decide_retraining(replace(DRIFT, **changes), NIGHT)
    assert (found.rule, found.action) == (rule, action)
    assert found.sentence.endswith(".")


@given(
    st.builds(
        RetrainingFacts,
        drift=st.sampled_from(["STABLE", "WATCH", "DRIFT", "TOO FEW"]),
        reason=st.just("colour changed"),
        days_since_training=st.none() | st.floats(0, 1000),
        new_rows=st.integers(0, 1000),
        drifting=st.lists(st.sampled_from(["a", "b"]), unique=True).map(tuple),
        tried=st.lists(st.sampled_from(["a", "b"]), unique=True).map(tuple),
        tried_rows=st.integers(0, 1000),
        hour=st.integers(0, 23),
        gpu_hours_used=st.floats(0, 100),
        challenger=st.sampled_from(["", "Version 3"]),
        running=st.sampled_from(["", "Run 7"]),
        without_benefit=st.integers(0, 5),
        complete=st.booleans(),
        asked=st.booleans(),
    )
)
def test_a_start_has_a_reason_and_nothing_against_it(facts: RetrainingFacts) -> None:
    found = decide_retraining(facts, NIGHT)
    if found.action != START:
        return
    assert not (facts.running)
    assert not (facts.complete)
    if facts.asked:
        return
    assert not (facts.challenger)
    assert facts.days_since_training is None or facts.new_rows >= NIGHT.smallest_new_rows
    assert facts.hour >= 22 or facts.hour < 6
    if found.rule == "drift" and facts.drifting and set(facts.drifting) <= set(facts.tried):
        assert facts.new_rows >= 1.5 * facts.tried_rows
    assert facts.gpu_hours_used < 10


def test_retrainings_without_benefit_advise_other_thresholds() -> None:
    found = decide_retraining(replace(DRIFT, without_benefit=3), NIGHT)
    assert found.sentence == (
        "The last 3 retrainings brought no benefit with 400 new rows: raise retrain.smallest_new_rows in the YAML from "
        "50 to 800, or make the thresholds of drift in its section `monitor` stricter, or start the lifecycle yourself."
    )
    aged = replace(DRIFT, drift="STABLE", days_since_training=90, without_benefit=4)
    assert "or raise retrain.oldest_days from 90 to 180, or start" in decide_retraining(aged, NIGHT).sentence


def test_settled_drift_says_how_many_new_rows_start_another_retraining() -> None:
    found = decide_retraining(replace(DRIFT, drifting=("colour",), tried=("colour",), tried_rows=301), NIGHT)
    assert found.sentence == (
        "The last retraining was for the same drift (colour) and promoted nothing: it had 301 new rows, 400 are there "
        "now, and 452 start another one."
    )


def test_the_sentence_of_a_look_ends_with_one_full_stop() -> None:
    assert decide_retraining(replace(DRIFT, reason="Black rose."), NIGHT).sentence == "Drift: Black rose."


def test_without_a_look_there_is_no_drift() -> None:
    found = decide_retraining(replace(DRIFT, drift=NO_LOOK, reason=""), NIGHT)
    assert found.sentence == "No drift (no look yet), and the last training is 30 days ago (at most 90)."
