"""Tests: a model says when its flows run next, or in one sentence why they do not."""

from datetime import UTC, datetime
from pathlib import Path

from components.recipes import read_config
from registry.schedules import schedule_status, scheduled, unscheduled, why_unscheduled
from tests import ROOT

MODELS = ROOT / "deployments" / "models"
SUNDAY = datetime(2026, 11, 29, 12, tzinfo=UTC)


def test_the_starter_runs_by_itself_as_all_it_needs_is_in_this_repository() -> None:
    config = read_config(MODELS, "starter", ["schedule.time_zone=Europe/Lisbon"])
    found = schedule_status(config, SUNDAY)
    assert found["none"] is None
    assert {run["flow"]: run["next"] for run in found["runs"]} == {
        "lifecycle": "2026-11-30T03:00:00+00:00",
        "monitor": "2026-11-30T06:00:00+00:00",
    }
    assert [run["in_words"] for run in found["runs"]] == ["at 03:00 on Monday", "at 06:00 every day"]


def test_a_model_without_a_schedule_says_so() -> None:
    config = read_config(MODELS, "starter", ["schedule={}"])
    assert why_unscheduled(config) == "starter.yaml has no schedule."
    assert schedule_status(config, SUNDAY)["runs"] == []


def test_a_model_whose_catalogue_and_base_are_not_here_runs_nothing_by_itself(tmp_path: Path) -> None:
    missing = [f"data.catalogue={tmp_path}/none", "base.model=/nowhere/base"]
    config = read_config(MODELS, "starter", missing)
    assert scheduled(config) == {}
    assert unscheduled([config, read_config(MODELS, "starter")]) == [
        f"starter lacks the catalogue {tmp_path}/none, the base model /nowhere/base: "
        "`atelier check starter` says how to get it."
    ]
