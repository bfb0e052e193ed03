"""Tests: an altered ledger is restored from a good copy, and gets an entry that says so."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, text, update

from components.core.errors import RegistryError, UsageError
from registry.client import connect
from registry.database import engine
from registry.ledger import store
from registry.ledger.entries import Action, Move, Row, row_of, seal
from registry.ledger.jsonl_copy import check_file, ledger_file, to_jsonl
from registry.ledger.restore import restore
from registry.ledger.state import anchor_at, write_anchor
from registry.ledger.verify import problem, verify
from registry.settings import settings
from registry.tables import INTENTS, MOVES
from tests.registry.conftest import MODEL, promote

WHY = "Somebody edited it."


@pytest.fixture
def before(make_versions: Callable[[int], list[int]]) -> list[Row]:
    """The ledger of three versions that were in production one after the other."""
    for version in make_versions(3):
        promote(version)
    return store.rows(MODEL)


def write_rows(rows: list[Row]) -> None:
    with engine(settings().database_url).begin() as connection:
        connection.execute(delete(MOVES))
        connection.execute(insert(MOVES), [dict(row) for row in rows])


def edit_a_row() -> None:
    with engine(settings().database_url).begin() as connection:
        connection.execute(update(MOVES).where(MOVES.c.entry == 2).values(reason="Another reason."))


def edit_numbers_beyond_reading() -> None:
    with engine(settings().database_url).begin() as connection:
        connection.execute(update(MOVES).where(MOVES.c.entry == 2).values(numbers="{"))


def write_bytes_where_text_was() -> None:
    with engine(settings().database_url).begin() as connection:
        connection.execute(text("UPDATE moves SET reason = x'ff00' WHERE entry = 2"))


def cut_the_tail() -> None:
    write_rows(store.rows(MODEL)[:2])


def delete_all() -> None:
    with engine(settings().database_url).begin() as connection:
        connection.execute(delete(MOVES))


def put_an_entry_behind() -> None:
    rows = store.rows(MODEL)
    forged = Move(MODEL, Action.PROMOTE, 3, 1, "PROMOTE", "better", "Trust me.")
    write_rows([*rows, row_of(seal(forged, 4, 1.0, rows[-1]["hash"]))])


def compute_the_chain_anew() -> None:
    written: list[Row] = []
    for entry in store.history(MODEL):
        move = replace(entry.move, reason="Another reason.")
        written.append(row_of(seal(move, entry.entry, entry.time, written[-1]["hash"] if written else "")))
    write_rows(written)


def forge_an_intent() -> None:
    forged = seal(Move(MODEL, Action.PROMOTE, 3, 3, "PROMOTE", "better", "Trust me."), 2, 1.0, "0" * 64)
    put_intent(forged.hash, "{}")


def forge_the_numbers_of_an_intent() -> None:
    forged = seal(Move(MODEL, Action.PROMOTE, 3, 3, "PROMOTE", "better", "Trust me."), 2, 1.0, "0" * 64)
    put_intent(forged.hash, json.dumps({**row_of(forged), "numbers": "5"}))


def put_intent(digest: str, row: str) -> None:
    with engine(settings().database_url).begin() as connection:
        connection.execute(insert(INTENTS).values(model=MODEL, hash=digest, row=row))


ALTERATIONS = [
    edit_a_row,
    edit_numbers_beyond_reading,
    write_bytes_where_text_was,
    cut_the_tail,
    delete_all,
    put_an_entry_behind,
    compute_the_chain_anew,
    forge_an_intent,
    forge_the_numbers_of_an_intent,
]


@pytest.mark.parametrize("alter", ALTERATIONS)
def test_an_altered_ledger_is_restored_with_an_entry_that_says_so(before: list[Row], alter: Callable[[], None]) -> None:
    alter()
    with pytest.raises(RegistryError, match=r"nothing is moved.*`restore` puts the ledger back"):
        promote(2)
    entry = restore(MODEL, WHY, by="ann")
    assert entry
    assert store.rows(MODEL)[:-1] == before
    assert store.rows(MODEL)[-1] == row_of(entry)
    assert (entry.entry, entry.move.action, entry.move.rule, entry.move.by) == (4, Action.REPAIR, "restored", "ann")
    assert (entry.move.from_version, entry.move.to_version) == (3, 3)
    assert entry.move.reason.startswith("The ledger was altered (")
    assert entry.move.reason.endswith(f": {WHY}")
    assert (verify(MODEL), problem(MODEL), check_file(MODEL)) == ([], None, None)
    assert promote(2).entry == len(before) + 2


def test_an_unaltered_ledger_stays_as_it_is(before: list[Row]) -> None:
    assert restore(MODEL, WHY) is None
    assert restore(MODEL, WHY, kept=before[0]["hash"]) is None
    assert store.rows(MODEL) == before


def test_if_both_copies_are_altered_restore_changes_nothing(before: list[Row]) -> None:
    edit_a_row()
    altered = store.rows(MODEL)
    ledger_file(MODEL).write_text(to_jsonl(MODEL))
    with pytest.raises(RegistryError, match=r"Neither the database nor .* has an unaltered ledger of toy"):
        restore(MODEL, WHY)
    assert store.rows(MODEL) == altered


@pytest.mark.parametrize("content", ["", "{", "[]\n", '{"entry": 1}\n', "\0\n", None])
def test_a_file_that_is_not_a_ledger_is_not_trusted(before: list[Row], content: str | None) -> None:
    edit_a_row()
    file = ledger_file(MODEL)
    file.unlink() if content is None else file.write_text(content)
    with pytest.raises(RegistryError, match="replace the file by a backup, then run the same command again"):
        restore(MODEL, WHY)


@pytest.mark.parametrize("tag", ["ledger.head", "ledger.entries"])
def test_an_altered_anchor_needs_a_hash_that_a_person_kept(before: list[Row], tag: str) -> None:
    connect().set_registered_model_tag(MODEL, tag, "7")
    if tag == "ledger.head":  # with the number altered, the hash still says where the ledger ends
        with pytest.raises(RegistryError, match="expected 7 as the last hash"):
            restore(MODEL, WHY)
    entry = restore(MODEL, WHY, kept=before[-1]["hash"])
    assert entry
    assert store.rows(MODEL) == [*before, row_of(entry)]
    assert verify(MODEL) == []


def test_a_ledger_that_was_forged_everywhere_is_found_and_restored_by_a_kept_hash(before: list[Row]) -> None:
    backup, kept = ledger_file(MODEL).read_text(), before[-1]["hash"]
    compute_the_chain_anew()
    ledger_file(MODEL).write_text(to_jsonl(MODEL))
    write_anchor(MODEL, anchor_at(store.rows(MODEL)[-1]))
    assert verify(MODEL) == []
    assert [str(finding) for finding in verify(MODEL, kept)] == [
        f"The ledger: found no entry with hash {kept[:12]}, expected the entry that was kept."
    ]
    with pytest.raises(RegistryError, match=f"expected {kept} as the last hash"):
        restore(MODEL, WHY, kept)
    ledger_file(MODEL).write_text(backup)
    assert restore(MODEL, WHY, kept)
    assert store.rows(MODEL)[:-1] == before
    assert verify(MODEL, kept) == []


def test_the_restored_ledger_follows_an_alias_that_was_moved_too(before: list[Row]) -> None:
    edit_a_row()
    connect().set_registered_model_alias(MODEL, "Production", "1")
    entry = restore(MODEL, WHY)
    assert entry
    assert (entry.move.from_version, entry.move.to_version) == (3, 1)
    assert (verify(MODEL), problem(MODEL)) == ([], None)


@pytest.mark.parametrize("point", ["is restored", "is written", "is anchored"])
def test_the_next_command_finishes_a_restore_that_died(before: list[Row], point: str) -> None:
    def log(message: str) -> None:
        if point in message:
            raise KeyboardInterrupt

    edit_a_row()
    with pytest.raises(KeyboardInterrupt):
        restore(MODEL, WHY, log=log)
    promote(2)
    rules = [entry.move.rule for entry in store.history(MODEL)]
    assert rules == ["better", "better", "better", "restored", "better"]
    assert verify(MODEL) == []


def test_a_text_that_is_not_a_hash_is_wrong_usage(before: list[Row]) -> None:
    with pytest.raises(UsageError, match="'89c19d6d' is not a hash, expected 64 hexadecimal digits: copy one"):
        restore(MODEL, WHY, kept="89c19d6d")


def test_an_intent_that_was_edited_is_an_alarm(before: list[Row]) -> None:
    fits = seal(Move(MODEL, Action.PROMOTE, 3, 1, "PROMOTE", "better", "Better."), 4, 1.0, before[-1]["hash"])
    put_intent(fits.hash, "no JSON")
    assert [finding.alarm for finding in verify(MODEL)] == [True]
