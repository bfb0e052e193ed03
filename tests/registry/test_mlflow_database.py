"""Registry: a new home begins with the MLflow database that `make install` made."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from mlflow import MlflowClient

from registry.client import connect
from registry.mlflow_database import create_tables, make_template

TIMES = ("creation_time", "last_update_time")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "share" / "made.db"
    make_template(file)
    return file


def rows(file: Path) -> list[str]:
    """All rows as SQL. The order of constraints in a table is another each time that MLflow makes it."""
    with closing(sqlite3.connect(file)) as database:
        database.execute(f"UPDATE experiments SET {', '.join(f'{name} = 0' for name in TIMES)}")
        return [line for line in database.iterdump() if line.startswith("INSERT")]


@pytest.mark.parametrize("root", ["file:///home/a b/artifacts", "s3://bucket/artifacts", "s3://bucket/artifacts?a=b"])
def test_a_copy_is_what_mlflow_makes_itself(made: Path, tmp_path: Path, root: str) -> None:
    create_tables(tmp_path / "copied.db", root, made)
    create_tables(tmp_path / "own.db", root, None)
    assert rows(tmp_path / "copied.db") == rows(tmp_path / "own.db") != []


def test_the_template_is_one_file(made: Path) -> None:
    assert [path.name for path in made.parent.iterdir()] == [made.name]


def test_without_a_template_mlflow_makes_the_tables(tmp_path: Path) -> None:
    create_tables(tmp_path / "mlflow.db", "file:///artifacts", tmp_path / "missing.db")
    first = MlflowClient(f"sqlite:///{tmp_path / 'mlflow.db'}").get_experiment("0")
    assert first.artifact_location == "file:///artifacts/0"


def test_artifacts_of_a_new_home_are_in_it(bare_home: Path) -> None:
    assert connect().get_experiment("0").artifact_location == f"file://{bare_home}/artifacts/0"
