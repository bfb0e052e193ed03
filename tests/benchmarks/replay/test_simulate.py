"""Tests: a simulated time says what was planted, and the same each time."""

import json

from benchmarks.replay.figures import details_of
from benchmarks.replay.page import page_of
from benchmarks.replay.simulate import Replay, simulate, starter_config
from tests.benchmarks.replay.conftest import SHORT


def test_the_same_seed_gives_the_same_bytes(short: Replay) -> None:
    again = simulate(SHORT)
    assert page_of(again) == page_of(short)
    assert json.dumps(details_of(SHORT, again.history)) == json.dumps(details_of(SHORT, short.history))


def test_quiet_days_have_looks_and_no_drift(short: Replay) -> None:
    assert (short.figures["unchanged_looks"] >= 20, short.figures["false_alarms"]) == (True, 0)
    assert (short.quiet["looks"], short.quiet["verdicts"]["DRIFT"]) == (59, 0)


def test_planted_events_are_found_in_a_column(short: Replay) -> None:
    days = {event["title"]: event["days_until_found"] for event in short.figures["events"]}
    assert set(days) == {"Colours", "Camera"}
    assert all(delay is not None and 0 < delay <= 14 for delay in days.values())


def test_the_policies_are_those_of_the_starters_file() -> None:
    config = starter_config()
    assert config.promote.primary == ("kid", "attribute_agreement")
    assert (config.retrain.first_hour, config.retrain.last_hour, config.retrain.gpu_hours_a_month) == (22, 6, 9)
