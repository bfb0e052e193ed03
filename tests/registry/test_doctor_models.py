"""Tests: the doctor says of each model what this machine lacks for it, and when it runs by itself."""

from pathlib import Path

import pytest
import yaml

from components.core.config import read_yaml
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
    needs, schedule = models()
    assert (needs.state, schedule.state) == (State.OK, State.NOTE)
    assert "does not run by itself" in schedule.found
    assert "`make deploy`" in schedule.act


def test_a_missing_base_model_is_a_note_unless_the_model_is_scheduled(folder: Path, tmp_path: Path) -> None:
    write_model(folder, tmp_path / "nowhere")
    needs, _ = models()
    assert (needs.state, str(tmp_path / "nowhere") in needs.found) == (State.NOTE, True)
    add(folder, "schedule", {"lifecycle": "0 3 * * mon"})
    needs, schedule = models()
    assert needs.state is State.PROBLEM
    assert f"`atelier check {MODEL}`" in needs.act
    assert schedule.found == f"{MODEL}: lifecycle at `0 3 * * mon` (UTC)"


def test_a_yaml_that_cannot_be_read_is_a_problem(folder: Path) -> None:
    write_model(folder)
    add(folder, "trian", {})
    (line,) = models()
    assert line.state is State.PROBLEM
    assert "trian" in line.found
