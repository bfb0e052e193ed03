"""Tests: what the simulated clock does around a training."""

from dataclasses import replace

from benchmarks.replay.pictures import measure
from benchmarks.replay.rows import make_rows
from benchmarks.replay.simulate import Replay, starter_config
from benchmarks.replay.year import Year
from components.core.retraining import RetrainingFacts
from components.recipes.product_images.starter.vision import load_vision
from tests.benchmarks.replay.conftest import SHORT

DRIFT = RetrainingFacts("DRIFT", "colour changed", days_since_training=20, new_rows=90, hour=2)


def test_the_first_day_trains_the_first_version_and_promotes_it(short: Replay) -> None:
    first = short.history.outcomes[0]
    assert (first.day, first.training.cause, first.verdict) == (1, "first", "PROMOTE")
    assert (short.history.days[0].verdict, short.history.days[1].look) == (None, 1)


def test_while_a_killed_training_is_not_back_another_one_waits(short: Replay) -> None:
    killed = [outcome for outcome in short.history.outcomes if outcome.training.dies is not None]
    assert len(killed) == 1
    day = killed[0].training.day
    assert (killed[0].day, short.history.days[day].decision.rule) == (day + 1, "running")


def test_looks_are_counted_from_the_promotion(short: Replay) -> None:
    promoted = {outcome.day for outcome in short.history.outcomes if outcome.verdict == "PROMOTE"}
    later = [day for day in short.history.days if day.day - 1 in promoted]
    assert later
    assert {day.look for day in later} == {1}


def test_drift_that_the_last_retraining_could_not_help_starts_no_other_one() -> None:
    config = starter_config()
    facts = measure(make_rows(replace(SHORT, days=1, lifetime=2)), load_vision(), config.data.caption)
    year = Year(SHORT, config, [], facts, [], newest=0.0, tried=replace(DRIFT, drifting=("colour",)))
    found = year._facts(20, None, [])
    assert (found.tried, found.tried_rows) == (("colour",), 90)
    year.tried = None
    assert (year._facts(20, None, []).tried, year._facts(20, None, []).tried_rows) == ((), 0)
