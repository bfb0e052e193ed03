"""Tests: a copied or moved home is noticed when it is used, once, and by one process."""

import logging
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from registry.client import connect
from registry.environment import running_servers
from registry.home_paths import former_home, has_own_database, local_path
from registry.settings import REPOSITORY
from tests.registry.homes import stored_paths, use

CONNECT = "from registry.client import connect; connect()"


def test_connecting_changes_the_paths_of_a_copy_and_says_so_once(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    connect()
    shutil.copytree(home, tmp_path / "copy")
    caplog.clear()
    use(monkeypatch, tmp_path / "copy")
    connect()
    connect()
    (said,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert said.startswith(f"The home {tmp_path / 'copy'} was copied from {home}, which is left as it is: ")
    assert connect().get_experiment("0").artifact_location == (tmp_path / "copy" / "artifacts" / "0").as_uri()
    assert all(str(tmp_path / "copy") in path for path in stored_paths(tmp_path / "copy" / "mlflow.db"))


def test_a_home_reached_through_a_link_is_not_changed(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect()
    (tmp_path / "link").symlink_to(home)
    use(monkeypatch, tmp_path / "link")
    connect()
    assert connect().get_experiment("0").artifact_location == (home / "artifacts" / "0").as_uri()


def test_servers_of_the_original_are_not_taken_for_those_of_a_copy(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect()
    (home / "servers.json").write_text('{"prefect": "http://127.0.0.1:9", "mlflow": "http://127.0.0.1:9"}')
    shutil.copytree(home, tmp_path / "copy")
    use(monkeypatch, tmp_path / "copy")
    assert running_servers() == {}
    assert not (tmp_path / "copy" / "servers.json").exists()


def test_processes_that_start_at_once_in_a_moved_home_all_work(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect()
    home.rename(tmp_path / "moved")
    use(monkeypatch, tmp_path / "moved")
    command = [sys.executable, "-c", CONNECT]
    started = [subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=300)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0]
    assert sum(text.count("was moved from") for text in said) == 1


def test_a_relative_address_of_the_homes_database_is_the_same_database(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///home/mlflow.db")
    assert has_own_database()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///other/mlflow.db")
    assert not has_own_database()


def test_another_database_than_the_homes_is_left_alone(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect()
    shutil.copytree(home, tmp_path / "copy")
    use(monkeypatch, tmp_path / "copy")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{home}/mlflow.db")
    before = stored_paths(home / "mlflow.db")
    connect()
    assert stored_paths(home / "mlflow.db") == before


@pytest.mark.parametrize(
    "location", ["s3://bucket/artifacts/0", "mlflow-artifacts:/0", "file:///own/place", "./mlruns/0", "file:///a/b/0"]
)
def test_artifacts_that_no_home_made_name_no_former_home(location: str) -> None:
    assert former_home(("0", "Default", location), Path("/home/me/.atelier")) is None


def test_a_location_is_a_path_only_on_this_machine() -> None:
    assert local_path("file:///a%20b/c") == Path("/a b/c")
    assert local_path("/a b") == Path("/a b")
    assert local_path("mlflow-artifacts:/1") is None
    assert local_path("file://server/share") is None
