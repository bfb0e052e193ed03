"""Tests: a registry with versions of the toy, whose thresholds are 60, 100 and 140 g, and services that serve them."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from components.core.records import Checkpoint, Decision, Verdict
from components.recipes import read_config
from deployments.service.app import create_app
from deployments.service.callers import Gate
from deployments.service.serve import running
from deployments.service.service import Service
from registry.production import Promotion, move_production
from registry.service_settings import ServiceSettings
from registry.settings import settings
from registry.tracking import open_run
from registry.versions import register
from tests.flows.homes import use_toy
from tests.toys import RECIPE

MODEL = "fruit"
THRESHOLDS = (60.0, 100.0, 140.0)
FAST: Mapping[str, Any] = {"look_seconds": 0.05, "queue": {"gather_ms": 0}}


def register_fruit(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Register a version for each threshold, and put the first one in production."""
    use_toy(patch, folder)
    config = read_config(settings().models, MODEL)
    for number, threshold in enumerate(THRESHOLDS, start=1):
        with open_run(config, "train", str(number)) as run:
            register(config, run, RECIPE, checkpoint(folder, number, threshold), f"t{number}", "s1")
    promote(1)


def checkpoint(folder: Path, number: int, threshold: float) -> Checkpoint:
    made = folder / f"step-{number}"
    made.mkdir()
    (made / "weights.json").write_text(json.dumps({"threshold": threshold}))
    return Checkpoint(made, number, f"digest{number}")


def promote(version: int) -> None:
    decision = Decision(version, Verdict.PROMOTE, "better", f"Version {version} is the best.")
    move_production(MODEL, Promotion(version), lambda _: decision)


def make_settings(**changed: Any) -> ServiceSettings:
    return ServiceSettings.model_validate({**FAST, **changed})


@contextmanager
def served(gate: Gate | None = None, **changed: Any) -> Iterator[tuple[Service, TestClient]]:
    """Yield a running service with these settings, and a client of it."""
    with (
        running(make_settings(**changed)) as service,
        TestClient(create_app(service, gate), raise_server_exceptions=False) as client,
    ):
        yield service, client


def sort(client: TestClient, grams: int, **options: Any) -> Any:
    return client.post(f"/models/{MODEL}/predict", json={"grams": grams}, **options)


def copy_into(template: Path, home: Path) -> None:
    home.mkdir()
    shutil.copy(template, home / "mlflow.db")
