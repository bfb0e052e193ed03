"""Tests: Prefect's form offers the models as a choice and describes every parameter and every flow."""

from importlib import import_module
from pathlib import Path

import pytest
from prefect import Flow

from components.recipes import model_names
from flows.ingest import ingest
from registry.settings import settings

NAMES = ("ingest", "train", "evaluate", "promote", "rollback", "lifecycle")
FLOWS: list[Flow[..., object]] = [getattr(import_module(f"flows.{name}"), name) for name in NAMES]


@pytest.mark.parametrize("flow", FLOWS, ids=NAMES)
def test_every_parameter_is_described_in_a_sentence(flow: Flow[..., object]) -> None:
    described = {name: str(field.get("description")) for name, field in flow.parameters.properties.items()}
    assert len(described) >= 3
    assert [name for name, text in described.items() if not (text[0].isupper() and text.endswith("."))] == []


@pytest.mark.parametrize("flow", FLOWS, ids=NAMES)
def test_the_model_is_a_choice_of_the_yaml_files(flow: Flow[..., object]) -> None:
    assert flow.parameters.properties["model"]["enum"] == list(model_names(settings().models))
    assert flow.parameters.required == ["model"]


@pytest.mark.parametrize("flow", FLOWS, ids=NAMES)
def test_a_flow_is_described_for_people(flow: Flow[..., object]) -> None:
    description = flow.description or ""
    assert "Return" not in description
    assert "Args" not in description
    assert 60 < len(description) < 300


def test_the_choice_is_read_when_the_form_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.utilities.callables import parameter_schema

    (tmp_path / "boots.yaml").write_text("model: boots\n")
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path))
    assert parameter_schema(ingest.fn).properties["model"]["enum"] == ["boots"]
