"""Tests: a separate home with a real MLflow database for each test, and the real catalogue where it is available."""

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from weakref import WeakSet

import pytest
from absl import logging as absl_logging
from sqlalchemy import Engine, event

os.environ["OMP_NUM_THREADS"] = "1"  # set before torch is imported; child processes inherit it
gc.disable()  # until all is imported: it would search some million objects again and again

from registry.client import connect  # noqa: E402
from registry.home import move_in  # noqa: E402

collect_ignore = ["deployments/site/sitecustomize.py"]  # it registers a recipe when it is imported
ENGINES: WeakSet[Engine] = WeakSet()  # of all databases that this process has opened, MLflow's too
event.listen(Engine, "engine_connect", lambda connection: ENGINES.add(connection.engine))
# rouge-score brings absl, whose log handler closes the stream that it found, pytest's, when Prefect configures logging.
absl_logging.get_absl_handler().python_handler.stream = sys.__stderr__
SHARED = Path(os.environ.get("ATELIER_SHARED") or Path(__file__).resolve().parents[2] / "shared")


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the real catalogue. Tests that use it are marked `shared_data`."""
    if not (SHARED / "data" / "fashion-dataset" / "styles.csv").is_file():
        pytest.skip("the real catalogue is missing: name its folder in ATELIER_SHARED")
    return SHARED


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MLflow database, made once and copied for each test: MLflow takes seconds to make one."""
    folder = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATELIER_HOME", str(folder))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        connect()
    return folder / "mlflow.db"


@pytest.fixture
def bare_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An ATELIER_HOME that does not exist yet."""
    home = tmp_path / "home"
    monkeypatch.setenv("ATELIER_HOME", str(home))
    for name in ("ATELIER_DATABASE_URL", "ATELIER_MODELS", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    yield home
    forget_databases(tmp_path)


def forget_databases(folder: Path) -> None:
    """Close the databases in a folder, and free what was compiled for them: MLflow keeps its stores for ever.

    Without this each home costs some 3 MB and 4 open files, of which a process may have 256 on some machines.
    """
    for engine in tuple(ENGINES):
        if str(engine.url.database).startswith(str(folder)):
            engine.dispose()
            engine.clear_compiled_cache()


@pytest.fixture
def home(bare_home: Path, template_database: Path) -> Path:
    bare_home.mkdir()
    shutil.copy(template_database, bare_home / "mlflow.db")
    move_in()  # its paths are those of the template's home
    return bare_home
