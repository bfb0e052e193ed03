"""Tests: flows run on a real Prefect server that lives for the whole session."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.testing.utilities import prefect_test_harness

from components.recipes import RECIPES
from flows.lifecycle import lifecycle
from tests.toys import toy_model_yaml


@pytest.fixture(scope="session", autouse=True)
def prefect_server() -> Iterator[None]:
    # The heartbeat's thread is joined in steps of a second: without it a flow takes 60 ms instead of 1 s.
    with (
        prefect_test_harness(server_startup_timeout=180),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield


def use_toy(patch: pytest.MonkeyPatch, folder: Path) -> str:
    """Return the name of a model of a kind that has nothing to do with pictures; adding a kind is adding a row."""
    patch.setitem(RECIPES, "toy", "tests.toys")
    models = folder / "models"
    models.mkdir()
    patch.setenv("ATELIER_MODELS", str(models))
    return toy_model_yaml(models).stem


@contextmanager
def toy_home(template_database: Path, folder: Path) -> Iterator[str]:
    """Hold a home in `folder` for the tests of a module; give the toy's name."""
    home = folder / "home"
    home.mkdir()
    shutil.copy(template_database, home / "mlflow.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATELIER_HOME", str(home))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        yield use_toy(patch, folder)


@pytest.fixture
def toy(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    return use_toy(monkeypatch, tmp_path)


@pytest.fixture(scope="module")
def after_a_round(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A toy that has gone the whole round once; a module's tests tell what happens to it next, in their order."""
    with toy_home(template_database, tmp_path_factory.mktemp("round")) as model:
        lifecycle(model)
        yield model
