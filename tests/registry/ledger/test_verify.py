"""Tests: `verify` finds every alteration of a ledger, and its place."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from components.core.errors import RegistryError
from registry.client import connect
from registry.database import engine
from registry.ledger import store
from registry.ledger.entries import Action, Move, row_of, seal
from registry.ledger.state import Anchor, State, anchor_at, write_anchor
from registry.ledger.verify import chain_findings, findings_in, verify
from registry.settings import settings
from registry.tables import MOVES
from tests.registry.conftest import MODEL, promote

CASES = 600
LENGTH = 8

Rows = list[dict[str, Any]]
Forgery = Callable[[random.Random, Rows], Rows]


def chain(moves: Sequence[Move], now: float = 1_700_000_000.5) -> Rows:
    written: Rows = []
    for number, move in enumerate(moves, start=1):
        before = written[-1]["hash"] if written else ""
        written.append(row_of(seal(move, number, now + number, before)))
    return written


def some_moves() -> list[Move]:
    actions = (Action.PROMOTE, Action.REFUSED, Action.PROMOTE, Action.ROLLBACK)
    return [
        Move(
            MODEL,
            actions[n % 4],
            n or None,
            n + 1,
            "PROMOTE",
            "better",
            f"Version {n + 1}.",
            f"run-{n}",
            {"kid": n / 7},
            f"a{n}",
            "r",
        )
        for n in range(LENGTH)
    ]


def edit(rng: random.Random, rows: Rows) -> Rows:
    """Change one field of one entry to something else, of the same kind or not."""
    row, name = rng.choice(rows), rng.choice(sorted(rows[0]))
    others = [
        None,
        "",
        "x",
        0,
        1,
        2,
        3,
        -1,
        0.5,
        b"\xff",
        '{"kid": 1.0}',
        "PROMOTE",
        "REFUSED",
        "0" * 64,
        rng.choice(rows)[name],
    ]
    row[name] = rng.choice([other for other in others if repr(other) != repr(row[name])])
    return rows


def leave_out(rng: random.Random, rows: Rows) -> Rows:
    rows.pop(rng.randrange(len(rows)))
    return rows


def swap(rng: random.Random, rows: Rows) -> Rows:
    one, other = rng.sample(range(len(rows)), 2)
    rows[one], rows[other] = rows[other], rows[one]
    return rows


def swap_contents(rng: random.Random, rows: Rows) -> Rows:
    """Swap two entries and give each the other's number."""
    one, other = rng.sample(range(len(rows)), 2)
    rows[one], rows[other] = rows[other] | {"entry": one + 1}, rows[one] | {"entry": other + 1}
    return rows


def put_in(rng: random.Random, rows: Rows) -> Rows:
    """Insert an entry with a valid hash after the one before it."""
    place = rng.randint(0, len(rows))
    before = rows[place - 1]["hash"] if place else ""
    forged = Move(MODEL, Action.PROMOTE, 1, 99, "PROMOTE", "better", "Trust me.")
    return [*rows[:place], row_of(seal(forged, place + 1, 1.0, before)), *rows[place:]]


def cut_the_end(rng: random.Random, rows: Rows) -> Rows:
    return rows[: rng.randrange(len(rows))]


def compute_anew(rng: random.Random, rows: Rows) -> Rows:
    """Change one move and compute all hashes again, so that the chain itself is valid."""
    moves = some_moves()
    place = rng.randrange(LENGTH)
    moves[place] = replace(moves[place], reason="Another reason.")
    return chain(moves)


FORGERIES: list[Forgery] = [edit, leave_out, swap, swap_contents, put_in, cut_the_end, compute_anew]


def state(rows: Rows, anchor: Anchor | None) -> State:
    return State(MODEL, rows, None, {}, anchor, registered=True)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_every_forgery_is_found(forgery: Forgery) -> None:
    whole = chain(some_moves())
    anchor = anchor_at(whole[-1])
    assert findings_in(state(whole, anchor)) == []
    for case in range(CASES // len(FORGERIES) + 1):
        forged = forgery(random.Random(case), chain(some_moves()))
        findings = findings_in(state(forged, anchor))
        assert any(finding.alarm for finding in findings), (case, forged)


def test_verify_names_the_edited_entry() -> None:
    for number in range(1, LENGTH + 1):
        rows = chain(some_moves())
        rows[number - 1]["reason"] = "Another reason."
        assert [finding.entry for finding in chain_findings(rows)] == [number]


def test_verify_names_the_place_of_a_gap() -> None:
    rows = chain(some_moves())
    del rows[3]
    first = next(chain_findings(rows))
    assert str(first) == "Entry 4: found entry 5 in its place, expected entry 4."


def test_a_cut_that_only_the_anchor_shows_is_found_in_a_real_database(
    make_versions: Callable[[int], list[int]],
) -> None:
    for version in make_versions(3):
        promote(version)
    assert verify(MODEL) == []
    rows = store.rows(MODEL)
    kept = rows[-1]["hash"]
    with engine(settings().database_url).begin() as connection:
        connection.execute(delete(MOVES).where(MOVES.c.entry == 3))
    assert [str(finding) for finding in verify(MODEL)] == [
        f"Entry 3: found an end after 2 entries, expected {kept[:12]}, as anchored."
    ]
    with pytest.raises(RegistryError, match="The ledger of toy was altered, nothing is moved"):
        promote(1)
    write_anchor(MODEL, anchor_at(rows[1]))  # as somebody could who can write to MLflow too
    assert verify(MODEL) == []
    assert [finding.found for finding in verify(MODEL, kept)] == [f"no entry with hash {kept[:12]}"]
    with engine(settings().database_url).begin() as connection:
        connection.execute(insert(MOVES).values(rows[2]))
    assert [str(finding) for finding in verify(MODEL)] == [
        "Entry 3: found an entry after the anchored one, expected the end at entry 2."
    ]


@pytest.mark.parametrize("tag", ["ledger.head", "ledger.entries"])
def test_an_altered_anchor_is_found(make_versions: Callable[[int], list[int]], tag: str) -> None:
    promote(*make_versions(1))
    connect().set_registered_model_tag(MODEL, tag, "7")
    assert any(finding.alarm for finding in verify(MODEL))
    connect().delete_registered_model_tag(MODEL, tag)
    assert any(finding.alarm for finding in verify(MODEL))


def test_numbers_that_are_not_json_are_an_error_in_one_sentence(
    make_versions: Callable[[int], list[int]],
) -> None:
    promote(*make_versions(1))
    with engine(settings().database_url).begin() as connection:
        connection.execute(update(MOVES).values(numbers="{"))
    with pytest.raises(
        RegistryError, match="Entry 1 of the ledger of toy has edited numbers, expected a JSON object: "
    ):
        store.history(MODEL)
    assert [finding.entry for finding in verify(MODEL)] == [1]
