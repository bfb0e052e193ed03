"""Tests: the table of a database gives the same series as a file; what is wrong with it is one sentence."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from components.core.errors import ConfigError, DataError
from components.recipes.demand.ingest.database import copy_table
from components.recipes.demand.ingest.examples import open_source
from components.recipes.demand.needs import needs
from tests.components.recipes.demand.settings import Log, config_of, read, read_path, steady


def shop(folder: Path, rows: list[str]) -> str:
    """Return the address of a database with the table `sales`."""
    address = f"sqlite:///{folder / 'shop.db'}"
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS sales"))
        connection.execute(text("CREATE TABLE sales (id TEXT, date TEXT, quantity REAL, shelf TEXT)"))
        for row in rows:
            name, day, quantity = row.split(",")
            connection.execute(
                text("INSERT INTO sales VALUES (:id, :date, :quantity, 'x')"),
                {"id": name, "date": day, "quantity": float(quantity)},
            )
    engine.dispose()
    return address


def data(address: str, **more: Any) -> Any:
    return config_of(address, **{"table": "sales", **more}).data


def test_a_table_gives_the_same_series_as_a_file(tmp_path: Path) -> None:
    path = copy_table(data(shop(tmp_path, steady("A", "B"))), tmp_path / "cache")
    assert read_path(path).splits == read(tmp_path, steady("A", "B")).splits


def test_the_order_of_rows_makes_no_other_snapshot_and_a_new_row_does(tmp_path: Path) -> None:
    def fingerprint(rows: list[str]) -> str:
        config = config_of(shop(tmp_path, rows), table="sales")
        return open_source(config, None, tmp_path / "cache", Log()).fingerprint

    rows = steady("A", "B")
    assert fingerprint(rows) == fingerprint(rows[::-1]) != fingerprint(rows[1:])


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"table": "sold"}, DataError, "has no table sold; it has sales"),
        ({"columns": {"quantity": "pieces"}}, DataError, "has no column pieces; it has id, date, quantity, shelf"),
        ({"table": None}, ConfigError, "data.table names no table"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    tmp_path: Path, change: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        copy_table(data(shop(tmp_path, steady("A")), **change), tmp_path)


def test_a_missing_database_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no database"):
        copy_table(data(f"sqlite:///{tmp_path / 'none.db'}"), tmp_path)
    assert not (tmp_path / "none.db").exists()


def test_a_database_without_a_driver_says_which_one(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="The database nosuch has no driver on this machine"):
        copy_table(data("nosuch://host/shop"), tmp_path)


def test_a_file_that_is_no_database_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_bytes(b"no database at all, but some text" * 100)
    with pytest.raises(DataError, match=r"does not answer \(.*not a database"):
        copy_table(data(f"sqlite:///{tmp_path / 'shop.db'}"), tmp_path)


def test_an_address_as_a_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"--catalogue is the address of a database .*--set data.catalogue=ADDRESS"):
        open_source(config_of(), Path("sqlite:///shop.db"), tmp_path, Log())


def test_needs_say_where_the_table_is_without_asking_the_database(tmp_path: Path) -> None:
    there = config_of(shop(tmp_path, steady("A")), table="sales")
    assert needs(there, None)[0].found
    missing = needs(config_of(f"sqlite:///{tmp_path / 'none.db'}", table="sales"), None)[0]
    assert (missing.found, missing.sentence[:20]) == (False, "There is no database")
    assert needs(config_of("drawn"), None)[0].found
    assert not needs(config_of(tmp_path / "none.csv"), None)[0].found


def test_a_foundation_model_that_is_not_there_is_an_optional_need() -> None:
    foundation = needs(config_of("drawn"), None)[1]
    assert (foundation.found, foundation.optional) == (False, True)
    assert foundation.sentence == "train.foundation names no model"
