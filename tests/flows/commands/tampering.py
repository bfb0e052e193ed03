"""Tests: functions that alter a model's ledger, ledger file, alias, weights or snapshot, as a person or a fault may."""

import shutil
from dataclasses import replace

from sqlalchemy import delete, insert, update

from registry.client import connect
from registry.database import engine
from registry.ledger.entries import row_of, seal
from registry.ledger.jsonl_copy import ledger_file
from registry.ledger.store import history
from registry.settings import settings
from registry.tables import MOVES
from registry.versions import checkpoint_of


def edit_a_row(model: str) -> None:
    with engine(settings().database_url).begin() as connection:
        connection.execute(update(MOVES).where(MOVES.c.entry == 1).values(reason="Another reason."))


def cut_the_tail(model: str) -> None:
    with engine(settings().database_url).begin() as connection:
        connection.execute(delete(MOVES).where(MOVES.c.entry == 2))


def compute_the_chain_anew(model: str) -> None:
    first, second = history(model)
    forged = seal(replace(first.move, reason="Another reason."), 1, first.time, "")
    behind = seal(second.move, 2, second.time, forged.hash)
    with engine(settings().database_url).begin() as connection:
        connection.execute(delete(MOVES))
        connection.execute(insert(MOVES), [row_of(forged), row_of(behind)])


def edit_the_numbers(model: str) -> None:
    with engine(settings().database_url).begin() as connection:
        connection.execute(update(MOVES).where(MOVES.c.entry == 2).values(numbers="{"))


def cut_the_file_in_half(model: str) -> None:
    file = ledger_file(model)
    file.write_bytes(file.read_bytes()[:-100])


def delete_the_alias(model: str) -> None:
    connect().delete_registered_model_alias(model, "Production")


def flip_a_bit_in_the_weights(model: str) -> None:
    weights = checkpoint_of(connect().get_model_version(model, "2")).folder / "weights.txt"
    content = bytearray(weights.read_bytes())
    content[0] ^= 1
    weights.write_bytes(content)


def delete_the_weights(model: str) -> None:
    (checkpoint_of(connect().get_model_version(model, "2")).folder / "weights.txt").unlink()


def exchange_a_file_of_the_snapshot(model: str) -> None:
    (file,) = settings().snapshots(model).glob("*/validation/1.txt")
    file.write_text("a pear")


def add_a_file_to_the_snapshot(model: str) -> None:
    (file,) = settings().snapshots(model).glob("*/validation/1.txt")
    file.with_name("2.txt").write_text("a pear")


def edit_a_table_of_the_snapshot(model: str) -> None:
    (table,) = settings().snapshots(model).glob("*/validation/metadata.jsonl")
    table.write_text("")


def delete_the_snapshot(model: str) -> None:
    (table,) = settings().snapshots(model).glob("*/snapshot.json")
    shutil.rmtree(table.parent)
