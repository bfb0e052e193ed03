"""Tests: a real Prefect server for the whole session, and homes with toy models for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.testing.utilities import prefect_test_harness

from components.recipes import read_config
from flows.evaluate import evaluate
from flows.ingest import ingest
from flows.lifecycle import lifecycle
from flows.train import train
from registry.environment import process_environment
from registry.settings import settings
from tests.flows.homes import toy_home, use_copy, use_toy
from tests.flows.served import promote_two


@pytest.fixture(scope="session", autouse=True)
def prefect_server() -> Iterator[None]:
    # Prefect joins the heartbeat's thread in steps of a second: without heartbeat a flow takes 60 ms instead of 1 s.
    with (
        prefect_test_harness(server_startup_timeout=600),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield


@pytest.fixture
def toy(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The name of a toy model, in a home in which no flow has run yet."""
    return use_toy(monkeypatch, tmp_path)


@pytest.fixture(scope="session")
def scored_home(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scored")
    with toy_home(template_database, folder) as model:
        ingest(model)
        train(model)
        evaluate(model)
    return folder


@pytest.fixture(scope="session")
def lifecycle_home(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lifecycle")
    with toy_home(template_database, folder) as model:
        lifecycle(model)
    return folder


@pytest.fixture(scope="session")
def served_home(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    with toy_home(template_database, folder) as model:
        promote_two(read_config(settings().models, model, ()), folder)
    return folder


@pytest.fixture
def scored(scored_home: Path, bare_home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a toy model with scored versions, none of them in production."""
    return use_copy(monkeypatch, scored_home, bare_home)


@pytest.fixture
def after_lifecycle(lifecycle_home: Path, bare_home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a toy model after one lifecycle, with a version in production."""
    return use_copy(monkeypatch, lifecycle_home, bare_home)


@pytest.fixture
def served(served_home: Path, bare_home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a toy model with three scored versions, of which 1 and then 2 were promoted without a flow."""
    return use_copy(monkeypatch, served_home, bare_home)


@pytest.fixture
def command_environment(bare_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set for one test the variables that commands set for the whole process; commands keep what is set already."""
    for name, value in {**process_environment(), "COLUMNS": "100", "PREFECT_LOGGING_LEVEL": "INFO"}.items():
        monkeypatch.setenv(name, value)
