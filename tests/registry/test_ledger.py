"""Tests: what was in production when, and why."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from components.core.errors import RegistryError
from registry.home import settings
from registry.ledger import ROLLBACK, Move, altered, append, history, previous_production
from registry.locks import lock


def move(to: int | None, rule: str = "better", model: str = "toy") -> Move:
    earlier = history(model)
    return Move(model, earlier[-1].move.to_version if earlier else None, to, "PROMOTE", rule, f"Version {to}.", "run-1")


def test_moves_are_told_in_order_and_for_each_model(bare_home: Path) -> None:
    for version in (1, 4):
        append(move(version))
    append(move(2, model="other"))
    moves = [(entry.entry, entry.move.from_version, entry.move.to_version) for entry in history("toy")]
    assert moves == [(1, None, 1), (2, 1, 4)]
    assert history("toy")[1].move.by == "run-1"
    assert history("nobody") == []


def test_an_altered_ledger_is_noticed(bare_home: Path) -> None:
    for version in (1, 2, 3):
        append(move(version))
    entries = history("toy")
    assert altered(entries) is None
    forged = replace(entries[1], move=replace(entries[1].move, reason="Another reason."))
    assert altered([entries[0], forged, entries[2]]) == 2
    assert altered([entries[0], entries[2]]) == 2


def test_writers_without_the_lock_lose_no_entry(bare_home: Path) -> None:
    def write(version: int) -> bool:
        try:
            append(move(version))
        except RegistryError as error:
            assert "written by somebody else" in str(error)  # noqa: PT017  the others' success is the point
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        written = sum(pool.map(write, range(12)))
    assert len(history("toy")) == written >= 1
    assert altered(history("toy")) is None


def test_writers_inside_the_lock_all_succeed(bare_home: Path) -> None:
    def write(version: int) -> None:
        with lock(settings().database_url, "production-toy"):
            append(move(version))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(8)))
    assert [entry.entry for entry in history("toy")] == list(range(1, 9))


@pytest.mark.parametrize(
    ("moves", "previous"),
    [
        ([], None),
        ([(1, "first")], None),
        ([(1, "first"), (4, "better")], 1),
        ([(1, "first"), (4, "better"), (7, "better")], 4),
        ([(1, "first"), (4, "better"), (7, "better"), (4, ROLLBACK)], 1),
        ([(1, "first"), (4, "better"), (7, "better"), (4, ROLLBACK), (1, ROLLBACK)], None),
        ([(1, "first"), (4, "better"), (1, ROLLBACK), (9, "better")], 1),
        ([(1, "first"), (3, ROLLBACK)], 1),
    ],
)
def test_a_rollback_goes_back_and_never_forth(
    bare_home: Path, moves: list[tuple[int, str]], previous: int | None
) -> None:
    for version, rule in moves:
        append(move(version, rule))
    assert previous_production("toy") == previous
