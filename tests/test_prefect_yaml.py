"""Tests: prefect.yaml has one deployment of each flow for each model."""

from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import Flow
from prefect.flows import load_flow_from_entrypoint

from deployments.worker import POOL
from flows.cli import app
from tests import ROOT

FLOW_COMMANDS = ("flows.commands.lifecycle", "flows.commands.promotion")  # modules of the commands that run a flow
TAGS = {"rollback": ["promote"]}  # it moves Production too; every other flow is tagged with its own name


def read_deployments() -> list[Mapping[str, Any]]:
    return list(yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"])


def read_models() -> list[str]:
    return sorted(path.stem for path in (ROOT / "deployments" / "models").glob("*.yaml"))


def flows_of_a_model() -> dict[str, str]:
    """Return the entrypoint of each flow that takes a model, by its name."""
    modules = [f"flows.{path.stem}" for path in sorted((ROOT / "flows").glob("[a-z]*.py"))]
    found = [value for module in modules for value in vars(import_module(module)).values() if isinstance(value, Flow)]
    return {flow.name: entrypoint(flow) for flow in found if takes_model(flow)}


def entrypoint(flow: Flow[Any, Any]) -> str:
    return f"{flow.fn.__module__.replace('.', '/')}.py:{flow.fn.__name__}"


def takes_model(flow: Flow[Any, Any]) -> bool:
    return "model" in flow.parameters.properties


def mismatches(deployed: Iterable[tuple[str, str]], models: Iterable[str], flows: Iterable[str]) -> list[str]:
    """Return a sentence for each pair of flow and model with missing, duplicate or unneeded deployments."""
    wanted = {(flow, model) for model in models for flow in flows}
    counts = Counter(deployed)
    add = [
        f"prefect.yaml has {counts[flow, model]} deployments of {flow} for {model}, expected 1: keep one line "
        f"`- {{<<: *{flow}, name: {model}, parameters: {{model: {model}}}}}`."
        for flow, model in sorted(wanted)
        if counts[flow, model] != 1
    ]
    remove = [
        f"prefect.yaml has a deployment of {flow} for {model}, expected a file deployments/models/{model}.yaml and a "
        "flow of that name: add what is missing, or remove the line."
        for flow, model in sorted(counts.keys() - wanted)
    ]
    return add + remove


def pairs() -> list[tuple[str, str]]:
    return [(entry["entrypoint"].rpartition(":")[2], entry["name"]) for entry in read_deployments()]


def test_each_model_has_one_deployment_of_each_flow() -> None:
    assert read_models()
    assert mismatches(pairs(), read_models(), flows_of_a_model()) == []


def test_each_flow_command_is_a_flow_that_takes_a_model() -> None:
    commands = {
        str(command.name)
        for command in app.registered_commands
        if command.callback and command.callback.__module__ in FLOW_COMMANDS
    }
    assert {"ingest", "train", "evaluate", "promote", "rollback", "lifecycle"} <= commands
    assert commands <= flows_of_a_model().keys()


def test_a_model_without_deployments_is_reported_line_by_line() -> None:
    found = mismatches(pairs(), [*read_models(), "boots"], flows_of_a_model())
    assert len(found) == len(flows_of_a_model())
    assert (
        "prefect.yaml has 0 deployments of ingest for boots, expected 1: keep one line "
        "`- {<<: *ingest, name: boots, parameters: {model: boots}}`."
    ) in found


def test_unneeded_and_duplicate_deployments_are_reported() -> None:
    first, *others = read_models()
    gone = mismatches(pairs(), others, flows_of_a_model())
    assert len(gone) == len(flows_of_a_model())
    assert all(f"for {first}, expected a file deployments/models/{first}.yaml" in sentence for sentence in gone)
    (twice,) = mismatches([*pairs(), ("train", first)], read_models(), flows_of_a_model())
    assert f"has 2 deployments of train for {first}, expected 1" in twice


@pytest.mark.parametrize("entry", read_deployments(), ids=lambda entry: f"{entry['entrypoint']} {entry['name']}")
def test_each_deployment_runs_its_flow_on_our_work_pool_with_valid_parameters(
    entry: Mapping[str, Any],
) -> None:
    flow = load_flow_from_entrypoint(str(ROOT / entry["entrypoint"]))
    assert entry["entrypoint"] == flows_of_a_model()[flow.name]
    assert entry["parameters"]["model"] == entry["name"]
    assert entry["parameters"].keys() <= flow.parameters.properties.keys()
    assert set(flow.parameters.required) <= entry["parameters"].keys()
    flow.validate_parameters(dict(entry["parameters"]))
    assert entry["tags"] == TAGS.get(flow.name, [flow.name])
    assert entry["work_pool"] == {"name": POOL}


def test_each_yaml_has_the_model_name_of_its_file() -> None:
    files = {model: Path(ROOT / "deployments" / "models" / f"{model}.yaml") for model in read_models()}
    assert {model: yaml.safe_load(file.read_text(encoding="utf-8"))["model"] for model, file in files.items()} == {
        model: model for model in files
    }
