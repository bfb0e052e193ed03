"""Tests: the doctor says of each model what this machine lacks for it, and when it runs by itself."""

from pathlib import Path

import pytest
import yaml

from components.core.config import read_yaml
from registry.client import connect
from registry.doctor_models import models
from registry.health import State
from tests.registry.homes import MODEL, write_model


@pytest.fixture
def folder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def add(folder: Path, section: str, value: object) -> None:
    path = folder / f"{MODEL}.yaml"
    path.write_text(yaml.safe_dump({**read_yaml(path), section: value}))


def test_a_model_that_has_all_it_needs_is_ok_and_without_a_schedule_that_is_noted(folder: Path) -> None:
    write_model(folder)
    add(folder, "schedule", {})
    needs, schedule = models()
    assert (needs.state, schedule.state) == (State.OK, State.NOTE)
    assert "does not run by itself" in schedule.found
    assert "`make deploy`" in schedule.act


def test_a_schedule_is_told_in_words(folder: Path) -> None:
    write_model(folder)
    add(folder, "schedule", {"lifecycle": "0 3 * * mon"})
    _, schedule = models()
    assert schedule.said == f"{MODEL}: lifecycle at 03:00 on Monday (UTC)."


def test_a_missing_base_model_is_a_note_unless_a_version_is_in_production(folder: Path, tmp_path: Path) -> None:
    write_model(folder, tmp_path / "nowhere")
    add(folder, "schedule", {"lifecycle": "0 3 * * mon"})
    needs, schedule = models()
    assert (needs.state, str(tmp_path / "nowhere") in needs.found) == (State.NOTE, True)
    assert f"`atelier check {MODEL}`" in needs.act
    assert f"does not run by itself: {MODEL} lacks the base model" in schedule.found
    client = connect()
    client.create_registered_model(MODEL)
    client.create_model_version(MODEL, source=str(tmp_path))
    client.set_registered_model_alias(MODEL, "Production", "1")
    needs, _ = models()
    assert needs.state is State.PROBLEM


def test_a_yaml_that_cannot_be_read_is_a_problem(folder: Path) -> None:
    write_model(folder)
    add(folder, "trian", {})
    (line,) = models()
    assert line.state is State.PROBLEM
    assert "trian" in line.found
