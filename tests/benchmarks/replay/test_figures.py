"""Tests: when an event counts as found."""

from typing import Any

from benchmarks.replay.figures import figures_of
from benchmarks.replay.plan import Event, Kind, Plan
from benchmarks.replay.records import Day, History
from components.core.retraining import RetrainingAction, RetrainingDecision
from components.drift.verdict import DriftState, DriftVerdict

CAMERA = Event("Camera", "Grey.", Kind.GREY, 4, 6, 1.0, ("white_background", "picture"))
SKIP = RetrainingDecision(RetrainingAction.SKIP, "no-reason", "No.")


def found(*drifting: tuple[str, ...]) -> dict[str, Any]:
    """Return what is found of an event from day 4, with these columns drifting on each day, the first named."""
    days = [
        Day(number, number, 60, verdict_on(columns), columns, SKIP, unchanged=number < 4)
        for number, columns in enumerate(drifting, start=1)
    ]
    return figures_of(Plan((CAMERA,), killed_after=9, days=6), History(tuple(days), (), ()))


def verdict_on(columns: tuple[str, ...]) -> DriftVerdict:
    state = DriftState.DRIFT if columns else DriftState.STABLE
    return DriftVerdict(state, f"shift:{columns[0]}" if columns else "none", "Changed")


def test_an_event_is_found_on_the_first_day_on_which_its_column_drifts() -> None:
    event = found((), (), (), (), ("white_background",), ("white_background",))["events"][0]
    assert (event["days_until_found"], event["days_until_named"]) == (1, 1)


def test_an_older_drift_hides_it_from_the_verdict_but_not_from_the_columns() -> None:
    old, both = ("colour", "picture"), ("colour", "picture", "white_background")
    event = found((), old, old, old, both, both)["events"][0]
    assert (event["days_until_found"], event["days_until_named"]) == (1, None)


def test_drift_while_nothing_has_changed_is_a_false_alarm() -> None:
    figures = found((), ("brand",), (), (), (), ())
    assert (figures["unchanged_looks"], figures["false_alarms"]) == (3, 1)
