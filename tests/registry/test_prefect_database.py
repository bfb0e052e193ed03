"""Registry: a new home begins with the Prefect database that `make install` made."""

import sqlite3
from contextlib import closing
from pathlib import Path

import prefect.server.database as database_package
import pytest
from alembic.script import ScriptDirectory

from registry.prefect_database import NAME, URL, begin_database, make_template


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "share" / "made.db"
    make_template(file)
    return file


def tables(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as database:
        return {str(name) for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_a_new_home_begins_with_prefects_tables_and_no_row(made: Path, tmp_path: Path) -> None:
    begin_database(tmp_path / "prefect", made)
    assert {"flow_run", "task_run", "deployment", "alembic_version"} <= tables(tmp_path / "prefect" / NAME)
    with closing(sqlite3.connect(tmp_path / "prefect" / NAME)) as database:
        assert database.execute("SELECT count(*) FROM flow_run").fetchone() == (0,)
    assert sorted(path.name for path in (tmp_path / "prefect").iterdir()) == [NAME]
    assert sorted(path.name for path in made.parent.iterdir()) == [made.name]


def test_prefect_finds_nothing_left_to_migrate(made: Path) -> None:
    migrations = Path(database_package.__file__).parent / "_migrations"
    scripts = ScriptDirectory(str(migrations), version_locations=[str(migrations / "versions" / "sqlite")])
    with closing(sqlite3.connect(made)) as database:
        found = [name for (name,) in database.execute("SELECT version_num FROM alembic_version")]
    assert found == scripts.get_heads()


def test_a_database_that_is_there_is_kept(made: Path, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"of an earlier run")
    begin_database(tmp_path, made)
    assert (tmp_path / NAME).read_bytes() == b"of an earlier run"


def test_without_a_template_or_with_another_database_prefect_does_it_itself(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_database(tmp_path / "a", tmp_path / "missing.db")
    monkeypatch.setenv(URL, "postgresql+asyncpg://atelier@database/prefect")
    begin_database(tmp_path / "b", made)
    assert list(tmp_path.iterdir()) == []
