"""Tests: what is known of a model when it is asked whether to retrain it."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from components.core.errors import DataError
from components.core.recipe import Examples
from components.core.records import Decision, Ingestion, Verdict
from components.core.retraining import RetrainingFacts
from components.core.schedule import Schedule
from components.data.snapshots import build_snapshot
from registry.client import connect
from registry.retraining_facts import (
    Beside,
    fruitless_retrainings,
    gather_facts,
    hours_of_training,
    last_tried,
    policy_of,
)
from registry.retrainings import Asked, retrainings, write_outcome
from registry.scorecards import write_decision
from registry.settings import settings
from registry.tracking import open_run
from tests.registry.conftest import MODEL, promote
from tests.registry.test_retrainings import FACTS, POLICY, finish, keep
from tests.registry.toy_recipe import Config

ALONE = Beside(running="", complete=False, approval_rule="approval")


def make_snapshot(*ids: int) -> str:
    counts = Ingestion(rows=len(ids), selected=len(ids), kept=len(ids), repaired={}, quarantined={})
    examples = Examples({"train": [{"id": number} for number in ids]}, counts)
    return build_snapshot(settings().snapshots(MODEL), {}, lambda _, folder: examples)[0].digest


def facts(config: Config, snapshot: str, now: float | None = None, beside: Beside = ALONE) -> RetrainingFacts:
    asked = Asked(MODEL, time.time() if now is None else now, "schedule", "", "k1")
    return gather_facts(config, snapshot, asked, beside)


def trained(config: Config, began: datetime, ended: datetime | None) -> None:
    with open_run(config, "train", "flow-run") as run:
        pass
    client, tags = connect(), dict(connect().get_run(run.id).data.tags)
    again = client.create_run(
        client.get_run(run.id).info.experiment_id, start_time=int(began.timestamp() * 1000), tags=tags
    )
    client.delete_run(run.id)
    if ended:
        client.set_terminated(again.info.run_id, "FINISHED", int(ended.timestamp() * 1000))


def test_a_model_that_was_never_trained_has_all_rows_new(home: Path, config: Config) -> None:
    found = facts(config, make_snapshot(1, 2, 3))
    assert (found.days_since_training, found.new_rows, found.gpu_hours_used) == (None, 3, 0.0)
    assert (found.drift, found.challenger, found.running, found.without_benefit) == ("NO LOOK", "", "", 0)


def test_new_rows_are_those_that_productions_snapshot_lacks(make_version: Callable[..., int], config: Config) -> None:
    before = make_snapshot(1, 2, 3)
    promote(make_version(snapshot=before))
    assert facts(config, before).new_rows == 0
    assert facts(config, make_snapshot(2, 3, 4, 5)).new_rows == 2


def test_a_snapshot_of_production_that_was_deleted_is_an_error_in_one_sentence(
    make_version: Callable[..., int], config: Config
) -> None:
    promote(make_version(snapshot="gone"))
    with pytest.raises(DataError) as error:
        facts(config, make_snapshot(1))
    assert "version 1 in production was trained on gone. No snapshot in " in str(error.value)
    assert str(error.value).endswith(": restore it from a copy, or run `python -m flows lifecycle toy` yourself.")


def test_a_person_needs_no_facts(make_version: Callable[..., int], config: Config) -> None:
    promote(make_version(snapshot="gone"))
    found = gather_facts(config, make_snapshot(1), Asked(MODEL, time.time(), "", "", "k1"), ALONE)
    assert (found.asked, found.new_rows, found.days_since_training) == (True, 0, None)


def test_days_count_from_the_newest_version(make_version: Callable[..., int], config: Config) -> None:
    make_version()
    found = facts(config, make_snapshot(1), now=time.time() + 3 * 86_400)
    assert found.days_since_training == pytest.approx(3, abs=0.01)


def test_the_hour_is_that_of_the_schedules_time_zone(home: Path, config: Config) -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp()
    there = config.model_copy(update={"schedule": Schedule(time_zone="Asia/Tokyo")})
    assert (facts(config, make_snapshot(1), noon).hour, facts(there, make_snapshot(1), noon).hour) == (12, 21)


def test_hours_of_training_count_from_the_first_of_the_month_in_its_time_zone(home: Path, config: Config) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    # The month begins at 15 h UTC of the day before.
    trained(config, datetime(2026, 6, 30, 14, tzinfo=UTC), datetime(2026, 6, 30, 17, tzinfo=UTC))
    trained(config, datetime(2026, 7, 2, 1, tzinfo=UTC), datetime(2026, 7, 2, 2, 30, tzinfo=UTC))
    trained(config, datetime(2026, 7, 3, 1, tzinfo=UTC), None)
    with open_run(config, "evaluate", "flow-run"):
        pass
    now = datetime(2026, 7, 4, tzinfo=zone)
    assert hours_of_training(MODEL, now) == pytest.approx(2 + 1.5)
    assert hours_of_training(MODEL, datetime(2026, 8, 1, tzinfo=zone)) == 0.0
    assert hours_of_training("never", now) == 0.0


def test_a_version_of_the_newest_training_waits_for_approval(make_version: Callable[..., int], config: Config) -> None:
    earlier, newer = make_version(step=10), make_version(step=20, training="t2")
    held = Decision(earlier, Verdict.HOLD, "approval", "A person must approve it.")
    asks = config.model_copy(update={"promote": config.promote.model_copy(update={"approval": True})})
    snapshot = make_snapshot(1)
    write_decision(MODEL, held)
    assert facts(asks, snapshot).challenger == ""
    write_decision(MODEL, Decision(newer, Verdict.HOLD, "approval", "A person must approve it."))
    assert facts(asks, snapshot).challenger == f"Version {newer}"
    assert facts(config, snapshot).challenger == ""


def test_retrainings_without_benefit_are_counted_back_to_one_with_a_benefit(home: Path) -> None:
    for benefit in (False, True, False, False):
        finish(keep(), benefit)
    keep()  # it runs, or was killed
    write_outcome(keep(), {"error": "no space left"})
    assert len(fruitless_retrainings(retrainings(MODEL), POLICY)) == 2


def test_a_person_or_another_policy_begins_a_new_row(home: Path) -> None:
    for _ in range(3):
        finish(keep(), benefit=False)
    assert len(fruitless_retrainings(retrainings(MODEL), POLICY)) == 3
    assert len(fruitless_retrainings(retrainings(MODEL), {**POLICY, "monitor": {"smallest_n": 100}})) == 0
    finish(keep(reason=""), benefit=False)
    assert len(fruitless_retrainings(retrainings(MODEL), POLICY)) == 0


def test_the_last_retraining_that_promoted_nothing_says_what_drifted_when_it_began(home: Path) -> None:
    finish(keep(replace(FACTS, drifting=("brand",), new_rows=300)), benefit=False)
    finish(keep(replace(FACTS, drifting=("colour",))), benefit=False)
    keep(replace(FACTS, drifting=("season",)))  # it runs, or was killed
    found = last_tried(retrainings(MODEL), POLICY)
    assert found is not None
    assert (found.drifting, found.new_rows) == (("colour",), 400)
    assert last_tried(retrainings(MODEL), {**POLICY, "monitor": {"smallest_n": 100}}) is None
    write_outcome(keep(), {"versions": [1], "promoted": 1, "entry": 1, "benefit": False})  # Production has these rows
    assert last_tried(retrainings(MODEL), POLICY) is None


def test_the_policy_has_the_sections_that_decide(config: Config) -> None:
    found = policy_of(config)
    assert found["retrain"]["fruitless"] == 3
    assert found["monitor"] == config.monitor.model_dump(mode="json")
