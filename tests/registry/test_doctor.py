"""Tests: the doctor says what is wrong with a home, and nothing about a whole one."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from registry.client import connect
from registry.database import engine
from registry.doctor import examine
from registry.health import Line, State
from registry.locking.lock import lock
from registry.settings import settings
from registry.verify_model import check
from registry.version_files import verified_files
from tests.registry.conftest import promote
from tests.registry.homes import BUNDLED, MODEL, register_version, write_model


@pytest.fixture
def version(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A version on a base model in a folder of its own."""
    shutil.copytree(BUNDLED, tmp_path / "base")
    write_model(tmp_path / "models", tmp_path / "base")
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr("tests.registry.conftest.MODEL", MODEL)
    return register_version(tmp_path / "models", tmp_path / "step", str(tmp_path / "base"))


MACHINE = {"disk", "memory", "versions", "device"}  # of the machine that runs the tests


def problems() -> list[Line]:
    return [line for line in examine() if line.state is State.PROBLEM and line.part not in MACHINE]


def complaints(part: str) -> list[str]:
    found = problems()
    assert {line.part for line in found} == {part}
    assert [line.said for line in found if not line.act] == []
    return [line.said for line in found]


def test_a_whole_home_has_a_line_for_each_part_and_no_problem(version: int) -> None:
    engine(settings().database_url)
    assert problems() == []
    parts = {line.part for line in examine()}
    assert parts == {*MACHINE, "database", "migrations", "servers", "locks", "paths", "files", "model", "schedule"}


def test_an_mlflow_server_that_does_not_answer_is_one_line_and_the_rest_is_looked_at(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:secret@127.0.0.1:9")
    found = {line.part: line.said for line in problems()}
    assert found["servers"].startswith("MLflow does not answer at http://***@127.0.0.1:9: start it (`make ui`)")
    assert "secret" not in str(examine())
    assert found.keys() == {"servers", "MLflow"}


def test_a_missing_base_model_is_named_with_its_digest(version: int, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "base")
    (said,) = complaints("base model")
    assert f"Version 1 of starter needs the base model in {tmp_path / 'base'}, which is missing" in said


def test_another_base_model_in_its_place_is_an_alarm_of_verify_too(version: int, tmp_path: Path) -> None:
    promote(version)
    assert check(MODEL).whole
    shutil.copytree(tmp_path / "base", tmp_path / "other")
    config = tmp_path / "other" / "scheduler" / "scheduler_config.json"
    config.write_text(config.read_text() + "\n")
    description = verified_files(connect().get_model_version(MODEL, "1")).folder / "MLmodel"
    description.write_text(description.read_text().replace(str(tmp_path / "base"), str(tmp_path / "other")))
    (remark,) = check(MODEL).remarks
    assert f"needs the base model in {tmp_path / 'other'}, which has digest" in remark.said
    assert complaints("base model") == [remark.said]


def test_missing_files_are_named_with_their_folder(version: int) -> None:
    folder = verified_files(connect().get_model_version(MODEL, "1")).folder
    shutil.rmtree(folder)
    (said,) = complaints("files")
    assert said.startswith(f"Version 1 of starter has no files in {folder}: ")


def test_an_experiment_outside_the_home_is_named(home: Path) -> None:
    connect().create_experiment("elsewhere", "file:///somewhere/else")
    (said,) = complaints("paths")
    assert said.startswith("Files of the experiment elsewhere are in /somewhere/else, outside this home: ")


def test_servers_that_do_not_answer_are_named(home: Path) -> None:
    connect()
    address = "http://127.0.0.1:9"
    (home / "servers.json").write_text(json.dumps({"prefect": address, "mlflow": address}))
    (said,) = complaints("servers")
    assert "names servers that do not answer" in said


def test_a_damaged_database_is_named(home: Path) -> None:
    connect()
    with closing(sqlite3.connect(home / "atelier.db")) as database, database:
        database.execute("CREATE TABLE t (x)")
    (home / "atelier.db").write_bytes((home / "atelier.db").read_bytes()[:4096] + os.urandom(4096))
    (said,) = complaints("database")
    assert str(home / "atelier.db") in said


def test_the_note_of_a_dead_holder_is_named_and_that_of_a_living_one_is_not(home: Path) -> None:
    connect()
    with lock(settings().database_url, "training"):
        assert [line for line in problems() if line.part == "locks"] == []
    (home / "atelier.db.locks" / "training.holder").write_text("process 1 on nowhere")
    (said,) = complaints("locks")
    assert "training.holder is of a process that died" in said
