"""Tests: a home of its own for each test, with a real MLflow database; the real catalogue where it is at hand."""

import os
import shutil
from pathlib import Path

import pytest

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported; processes that tests start inherit it

from registry.client import connect

SHARED = Path(os.environ.get("ATELIER_SHARED") or Path(__file__).resolve().parents[2] / "shared")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the real catalogue; tests that ask for it are marked `shared_data`."""
    if not (SHARED / "data" / "fashion-dataset" / "styles.csv").is_file():
        pytest.skip("the real catalogue is not here: name its folder in ATELIER_SHARED")
    return SHARED


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MLflow takes seconds to make a database, so that it is made once and copied."""
    folder = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATELIER_HOME", str(folder))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        connect()
    return folder / "mlflow.db"


@pytest.fixture
def bare_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An ATELIER_HOME in which nothing has been done yet."""
    home = tmp_path / "home"
    monkeypatch.setenv("ATELIER_HOME", str(home))
    for name in ("ATELIER_DATABASE_URL", "ATELIER_MODELS", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def home(bare_home: Path, template_database: Path) -> Path:
    bare_home.mkdir()
    shutil.copy(template_database, bare_home / "mlflow.db")
    return bare_home
