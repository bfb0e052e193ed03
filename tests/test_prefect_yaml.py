"""Tests: prefect.yaml, the models, the table of flows and the flows agree; a new YAML is a new row of each."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import Flow

from components.recipes import model_names
from deployments.worker import POOL
from flows.cli import app
from flows.deployments import TABLE, entries, flow_of, full_name, read_models
from flows.lifecycle import lifecycle
from flows.prefect_yaml import prefect_yaml
from registry.settings import settings
from tests import ROOT

FLOW_COMMANDS = ("flows.commands.lifecycle", "flows.commands.promotion")  # modules of the commands that run a flow
UP_TO_DATE = "prefect.yaml is out of date: run `make deploy` or `python -m flows deploy --file`"
HERE = ("schedules",)  # depends on what this machine has


def in_file() -> list[Mapping[str, Any]]:
    return list(yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"])


def flows_of_a_model() -> dict[str, Flow[..., Any]]:
    """Return each flow that takes a model, by its name."""
    modules = [f"flows.{path.stem}" for path in sorted((ROOT / "flows").glob("[a-z]*.py"))]
    found = [value for module in modules for value in vars(import_module(module)).values() if isinstance(value, Flow)]
    return {flow.name: flow for flow in found if "model" in flow.parameters.properties}


def without(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in HERE}


def test_prefect_yaml_is_what_models_and_table_give() -> None:
    wanted = yaml.safe_load(prefect_yaml(entries(read_models())))["deployments"]
    assert [without(entry) for entry in in_file()] == [without(entry) for entry in wanted], UP_TO_DATE


def test_each_flow_of_a_model_has_one_deployment_for_each_model() -> None:
    wanted = {f"{flow}/{model}" for flow in flows_of_a_model() for model in model_names(settings().models)}
    names = [full_name(dict(entry)) for entry in in_file() if "model" in entry["parameters"]]
    assert sorted(names) == sorted(wanted), f"add the flow to TABLE in flows/deployments.py. {UP_TO_DATE}"


def test_each_schedule_in_prefect_yaml_is_that_of_its_yaml() -> None:
    schedules = {model.model: model.schedule for model in read_models()}
    for entry in in_file():
        for schedule in entry.get("schedules", []) if "model" in entry["parameters"] else []:
            of_model, flow = schedules[entry["name"]], full_name(dict(entry)).partition("/")[0]
            assert (schedule["cron"], schedule["timezone"]) == (of_model.expressions[flow], of_model.time_zone)
            assert schedule["slug"] == flow


def test_a_new_yaml_is_a_new_row_of_deployments_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = entries(read_models())
    for name in model_names(settings().models):
        (tmp_path / f"{name}.yaml").write_bytes((settings().models / f"{name}.yaml").read_bytes())
    text = (tmp_path / "starter.yaml").read_text(encoding="utf-8")
    (tmp_path / "boots.yaml").write_text(text.replace("model: starter", "model: boots", 1), encoding="utf-8")
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path))
    after = entries(read_models())
    new = [entry for entry in after if entry["name"] == "boots"]
    assert {full_name(entry) for entry in new} == {f"{flow}/boots" for flow in flows_of_a_model()}
    assert [entry for entry in after if entry["name"] != "boots"] == before
    assert next(entry for entry in new if entry["tags"][0] == "lifecycle")["schedules"][0]["cron"] == "0 3 * * mon"


def test_each_flow_command_is_a_flow_of_a_model() -> None:
    commands = {
        str(command.name)
        for command in app.registered_commands
        if command.callback and command.callback.__module__ in FLOW_COMMANDS
    }
    assert {"ingest", "train", "evaluate", "promote", "rollback", "lifecycle"} <= commands
    assert commands <= flows_of_a_model().keys()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_each_row_names_a_flow_of_the_same_name(row: Any) -> None:
    flow = row.load()
    assert flow.name == flow.fn.__name__ == row.name
    assert (ROOT / f"flows/{row.name}.py").is_file()


@pytest.mark.parametrize("entry", in_file(), ids=lambda entry: f"{entry['entrypoint']} {entry['name']}")
def test_each_deployment_runs_its_flow_on_our_work_pool_with_valid_parameters(entry: dict[str, Any]) -> None:
    flow = flow_of(entry)
    assert set(flow.parameters.required or ()) <= entry["parameters"].keys()
    flow.validate_parameters(dict(entry["parameters"]))
    if "model" in entry["parameters"]:
        assert entry["parameters"] == {"model": entry["name"]}
        assert entry["tags"] == [flow.name, entry["name"], settings_recipe(entry["name"])]
    assert str(entry["description"]).startswith(str(flow.description))
    assert entry["work_pool"] == {"name": POOL}


@pytest.mark.skipif("reason" not in lifecycle.parameters.properties, reason="lifecycle takes no reason yet")
@pytest.mark.parametrize("row", [row for row in TABLE if row.scheduled], ids=lambda row: row.name)
def test_what_a_schedule_gives_to_a_flow_is_taken_by_it(row: Any) -> None:
    assert row.scheduled.keys() <= row.load().parameters.properties.keys()


def settings_recipe(model: str) -> str:
    return next(config.recipe for config in read_models() if config.model == model)


def test_each_yaml_has_the_model_name_of_its_file() -> None:
    assert [model.model for model in read_models()] == model_names(settings().models)
