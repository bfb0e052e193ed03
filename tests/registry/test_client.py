"""Tests: the connection to MLflow."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from components.core.errors import RegistryError
from registry.aliases import production
from registry.client import connect
from registry.settings import REPOSITORY
from registry.status import status
from registry.tracking import open_run
from tests.registry.conftest import MODEL
from tests.registry.toy_recipe import Config, toy_config

TEN_FIRST_USES = """
import os
import mlflow.store.model_registry.sqlalchemy_store, mlflow.store.tracking.sqlalchemy_store  # once, not ten times
from registry.client import connect
children = []
for n in range(10):
    child = os.fork()  # before a client exists, which must not be forked
    if child == 0:
        connect().create_experiment(f"by {n}")
        os._exit(0)
    children.append(child)
assert [os.waitpid(child, 0)[1] for child in children] == [0] * 10
"""


def test_ten_processes_that_start_together_create_one_complete_database(bare_home: Path) -> None:
    subprocess.run([sys.executable, "-c", TEN_FIRST_USES], cwd=REPOSITORY, env=dict(os.environ), check=True)
    names = {experiment.name for experiment in connect().search_experiments()}
    assert names == {"Default", *(f"by {n}" for n in range(10))}
    assert not list(bare_home.glob(".unfinished-*"))


def test_a_dead_server_is_an_error_in_one_sentence_within_20_seconds(
    bare_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    started = time.monotonic()
    with pytest.raises(RegistryError, match=r"MLflow does not answer at http://127\.0\.0\.1:9: start it"):
        production(MODEL)
    assert time.monotonic() - started < 20


def test_a_run_cannot_be_opened_on_a_dead_server(
    bare_home: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    with pytest.raises(RegistryError, match="does not answer"), open_run(config, "train", "1"):
        pass


def test_a_home_that_cannot_be_created_is_an_error_in_one_sentence(
    bare_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path / "file"))
    with pytest.raises(RegistryError, match="refused"):
        status(toy_config())


def test_nothing_is_printed(home: Path, config: Config, capfd: pytest.CaptureFixture[str]) -> None:
    with open_run(config, "train", "1") as run:
        run.metrics({"loss": 1.0}, step=1)
    assert capfd.readouterr().out == ""


@pytest.mark.slow
def test_a_new_database_on_postgresql_has_no_experiment_in_a_folder(
    bare_home: Path, new_postgresql: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATELIER_ARTIFACTS_URL", "s3://atelier/mlflow")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", new_postgresql().replace("postgresql://", "postgresql+psycopg2://"))
    assert [found.artifact_location for found in connect().search_experiments()] == ["s3://atelier/mlflow/0"]
