"""Tests: the doctor says which database is behind its program, ahead of it, or does not answer."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from registry.doctor_databases import databases, migrations, servers
from registry.health import State

OLD = "451aebb31d03"  # a revision of MLflow's, years old


def set_revision(home: Path, revision: str) -> None:
    with closing(sqlite3.connect(home / "mlflow.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_a_database_of_the_installed_mlflow_has_the_newest_revision(home: Path) -> None:
    (line,) = migrations()
    assert line.state is State.OK


def test_an_old_revision_is_named_with_the_command_that_upgrades_it(home: Path) -> None:
    set_revision(home, OLD)
    (line,) = migrations()
    assert line.state is State.PROBLEM
    assert f"`mlflow db upgrade sqlite:///{home}/mlflow.db`" in line.act


def test_a_revision_that_this_mlflow_does_not_know_is_of_another_mlflow(home: Path) -> None:
    set_revision(home, "ffffffffffff")
    (line,) = migrations()
    assert "revision ffffffffffff, which this MLflow does not know" in line.found


def test_prefects_old_database_is_named(home: Path) -> None:
    (home / "prefect").mkdir()
    with closing(sqlite3.connect(home / "prefect" / "prefect.db")) as database, database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR)")
        database.execute("INSERT INTO alembic_version VALUES ('9725c1cbee35')")
    _, line = migrations()
    assert (line.state, line.found.startswith("Prefect's database has revision 9725c1cbee35")) == (State.PROBLEM, True)
    assert "`make ui`" in line.act


def test_a_postgresql_database_that_does_not_answer_is_a_problem_without_its_password(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATELIER_DATABASE_URL", "postgresql://me:secret@127.0.0.1:9/atelier")
    found = [line for line in databases() if line.state is State.PROBLEM]
    assert ["secret" in line.said for line in found] == [False]


def test_a_prefect_server_that_does_not_answer_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    (line,) = servers()
    assert line.said == ("Prefect does not answer at http://127.0.0.1:9: start it (`make ui`), or unset its variable.")
