"""Tests: a wrong cron expression or time zone is refused when the YAML is read; Prefect reads a right one alike."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prefect.client.schemas.schedules import CronSchedule
from prefect.server.schemas.schedules import CronSchedule as ServedSchedule

from components.core.errors import ConfigError
from components.core.schedule import Schedule, check_cron
from components.recipes import read_config
from tests import ROOT

MODELS = ROOT / "deployments" / "models"
NOON = datetime(2026, 11, 29, 12, 30, 1, tzinfo=UTC)
NO_CRON = ("", "0 3 * *", "0 3 * * mon 5", "@weekly", "0 3 * * moon", "61 3 * * *", "0 3 L * *", "0 3 * * mon#1")
NO_CRON += (
    "0 3 ? * *",
    "0 3 31 2 *",
    "0 3 * * fri-mon",
    "3-3 * * * *",
    "*,5 * * * *",
    "0 3 13 * fri",
    "five past noon",
)


def field(low: int, high: int, names: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    value = st.integers(low, high).map(str) | (st.sampled_from(names) if names else st.nothing())
    span = st.tuples(st.integers(low, high), st.integers(low, high)).map(lambda ends: f"{min(ends)}-{max(ends)}")
    stepped = st.tuples(st.just("*") | span, st.integers(1, high)).map(lambda parts: f"{parts[0]}/{parts[1]}")
    listed = st.lists(value | span, min_size=2, max_size=3).map(",".join)
    return st.just("*") | value | span | stepped | listed


DAYS = st.tuples(field(1, 31), st.just("*")) | st.tuples(st.just("*"), field(0, 7, ("mon", "SUN")))
CRON = st.tuples(field(0, 59), field(0, 23), DAYS, field(1, 12, ("jan", "Dec"))).map(
    lambda parts: f"{parts[0]} {parts[1]} {parts[2][0]} {parts[3]} {parts[2][1]}"
)


@settings(max_examples=150, deadline=None)
@given(CRON)
def test_what_is_accepted_means_the_same_to_prefect(expression: str) -> None:
    try:
        check_cron(expression)
    except ValueError:
        return
    CronSchedule(cron=expression, timezone="UTC")  # what a deployment gets
    theirs = asyncio.run(ServedSchedule(cron=expression, timezone="UTC").get_dates(3, start=NOON))
    ours, after = [], NOON
    for _ in theirs:
        after = Schedule(monitor=expression).next_run("monitor", after)
        ours.append(after.timestamp())
    assert ours == [time.timestamp() for time in theirs]


@pytest.mark.parametrize("expression", NO_CRON)
def test_what_is_no_cron_expression_is_refused_in_one_sentence(expression: str) -> None:
    override = f"schedule.lifecycle={expression!r}"
    with pytest.raises(ConfigError, match=r"^starter\.yaml: schedule\.lifecycle: .* is no cron expression") as caught:
        read_config(MODELS, "starter", [override])
    assert repr(expression) in str(caught.value)
    assert "expected five fields (minute, hour, day of the month, month, day of the week)" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "hint"), [("Europe/Lisabon", "Europe/Lisbon"), ("europe/lisbon", "Europe/Lisbon"), ("GMT+25", "")]
)
def test_an_unknown_time_zone_is_refused_and_close_ones_are_named(name: str, hint: str) -> None:
    with pytest.raises(
        ConfigError, match=rf"schedule\.time_zone: no time zone is called '{name.replace('+', '.')}'.*{hint}"
    ):
        read_config(MODELS, "starter", [f"schedule.time_zone={name}"])


def test_a_schedule_is_in_its_own_time_zone_in_summer_and_in_winter() -> None:
    daily = Schedule(monitor="0 6 * * *", time_zone="Europe/Lisbon")
    summer, winter = datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert daily.next_run("monitor", summer).astimezone(UTC).hour == 5
    assert daily.next_run("monitor", winter).astimezone(UTC).hour == 6


def test_the_models_of_this_repository_are_asked_weekly_and_watched_daily() -> None:
    for path in sorted(MODELS.glob("*.yaml")):
        schedule = read_config(MODELS, path.stem).schedule
        first = {flow: schedule.next_run(flow, NOON) for flow in schedule.expressions}
        second = {flow: schedule.next_run(flow, time) for flow, time in first.items()}
        assert {flow: (second[flow] - first[flow]).days for flow in first} == {"lifecycle": 7, "monitor": 1}


def test_a_schedule_changes_no_digest(tmp_path: Path) -> None:
    usual, other = (read_config(MODELS, "starter", sets) for sets in ([], ["schedule.lifecycle=5 5 * * *"]))
    assert usual.schedule != other.schedule
    assert usual.training_digest("s") == other.training_digest("s")
