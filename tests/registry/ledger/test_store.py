"""Tests: the ledger keeps what was in production, when and why."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from components.core.errors import RegistryError
from registry.ledger.entries import Action, Move
from registry.ledger.store import append, earlier_production, history, in_production, intent, rows, write_intent
from registry.ledger.verify import chain_findings
from registry.locking.lock import lock
from registry.settings import settings
from tests.registry.ledger.entries import write

# The table of an earlier version of this code.
FORMER = """
CREATE TABLE moves (model VARCHAR(200) NOT NULL, entry INTEGER NOT NULL, time FLOAT NOT NULL, from_version INTEGER,
    to_version INTEGER, verdict VARCHAR(20) NOT NULL, rule VARCHAR(200) NOT NULL, reason TEXT NOT NULL,
    "by" VARCHAR(200) NOT NULL, previous_hash VARCHAR(64) NOT NULL, hash VARCHAR(64) NOT NULL,
    PRIMARY KEY (model, entry), UNIQUE (model, previous_hash));
"""


def test_each_model_has_its_own_moves_in_order(bare_home: Path) -> None:
    for version in (1, 4):
        write(version)
    write(2, model="other")
    moves = [(entry.entry, entry.move.from_version, entry.move.to_version) for entry in history("toy")]
    assert moves == [(1, None, 1), (2, 1, 4)]
    assert (history("toy")[1].move.by, history("toy")[1].move.numbers) == ("run-1", {"kid": 0.25})
    assert history("nobody") == []
    assert list(chain_findings(rows("toy"))) == []


def test_writers_without_the_lock_lose_no_entry_and_break_no_chain(bare_home: Path) -> None:
    def try_to_write(version: int) -> bool:
        try:
            write(version)
        except RegistryError as error:
            assert "run the same command again" in str(error)  # noqa: PT017  the point is that others succeed
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        written = sum(pool.map(try_to_write, range(12)))
    assert len(history("toy")) == written >= 1
    assert list(chain_findings(rows("toy"))) == []


def test_writers_inside_the_lock_all_succeed(bare_home: Path) -> None:
    def write_inside(version: int) -> None:
        with lock(settings().database_url, "production-toy"):
            write(version)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write_inside, range(8)))
    assert [entry.entry for entry in history("toy")] == list(range(1, 9))


def test_an_entry_that_is_no_longer_the_intent_is_not_written(bare_home: Path) -> None:
    slow = write_intent(Move("toy", Action.PROMOTE, None, 1, "PROMOTE", "first", "Slow."))
    write_intent(Move("toy", Action.PROMOTE, None, 2, "PROMOTE", "first", "Quick."))
    with pytest.raises(RegistryError, match="Another command has taken over the ledger of toy: run"):
        append(slow)
    assert history("toy") == []


def test_characters_that_a_database_cannot_keep_are_replaced_in_a_reason(bare_home: Path) -> None:
    announced = write_intent(Move("toy", Action.PROMOTE, None, 1, "PROMOTE", "first", "Half \udcff and NUL \0, naïve."))
    append(announced)
    assert history("toy") == [announced] == [intent("toy")]
    assert announced.move.reason == "Half ? and NUL , naïve."


def test_a_ledger_of_an_earlier_version_can_be_continued(bare_home: Path) -> None:
    bare_home.mkdir()
    former = json.loads((Path(__file__).parent / "ledger_of_before.json").read_text(encoding="utf-8"))
    with sqlite3.connect(bare_home / "atelier.db") as database:
        database.executescript(FORMER)
        for row in former:
            places = ", ".join(f":{name}" for name in row)
            database.execute(f"INSERT INTO moves VALUES ({places})", row)
    database.close()
    assert [entry.move.action for entry in history("toy")] == ["PROMOTE", "PROMOTE", "ROLLBACK"]
    assert in_production(history("toy")) == former[-1]["to_version"]
    write(9)
    assert [entry.form for entry in history("toy")] == [1, 1, 1, 2]
    assert list(chain_findings(rows("toy"))) == []
    with sqlite3.connect(bare_home / "atelier.db") as database:
        database.execute("UPDATE moves SET numbers = '{}' WHERE entry = 2")
    database.close()
    assert [finding.entry for finding in chain_findings(rows("toy"))] == [2]


@pytest.mark.parametrize(
    ("moves", "previous"),
    [
        ([], None),
        ([(1, "PROMOTE")], None),
        ([(1, "PROMOTE"), (4, "PROMOTE")], 1),
        ([(1, "PROMOTE"), (4, "PROMOTE"), (5, "REFUSED")], 1),
        ([(1, "PROMOTE"), (4, "PROMOTE"), (7, "PROMOTE")], 4),
        ([(1, "PROMOTE"), (4, "PROMOTE"), (7, "PROMOTE"), (4, "ROLLBACK")], 1),
        ([(1, "PROMOTE"), (4, "PROMOTE"), (7, "PROMOTE"), (4, "ROLLBACK"), (1, "ROLLBACK")], None),
        ([(1, "PROMOTE"), (4, "PROMOTE"), (1, "ROLLBACK"), (9, "PROMOTE")], 1),
        ([(1, "PROMOTE"), (4, "PROMOTE"), (1, "REPAIR")], None),
        ([(1, "PROMOTE"), (4, "PROMOTE"), (None, "REPAIR")], 4),
        ([(1, "PROMOTE"), (3, "ROLLBACK")], 1),
    ],
)
def test_a_rollback_goes_back_and_never_forward(
    bare_home: Path, moves: list[tuple[int | None, str]], previous: int | None
) -> None:
    for version, action in moves:
        write(version, Action(action))
    assert earlier_production(history("toy"), lambda _: True) == (previous, [])


def test_a_rollback_skips_deleted_versions(bare_home: Path) -> None:
    for version in (1, 4, 6, 7):
        write(version)
    assert earlier_production(history("toy"), lambda version: version < 4) == (1, [6, 4])
