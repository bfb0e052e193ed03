"""Tests: the production alias and the only road on which it moves."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from components.core.errors import RegistryError
from components.core.records import Decision, Verdict
from registry.aliases import aliases, move_production, production, roll_back
from registry.connection import connect
from registry.ledger import altered, history
from tests.registry.conftest import MODEL

MakeVersion = Callable[..., int]


def promote(version: int, rule: str = "better") -> Decision:
    return Decision(version, Verdict.PROMOTE, rule, f"Version {version} is the best.")


def served() -> int | None:
    version = production(MODEL)
    return None if version is None else int(version.version)


def test_nothing_is_in_production_before_the_first_promotion(home: Path, make_version: MakeVersion) -> None:
    assert served() is None
    make_version()
    assert served() is None
    assert aliases(MODEL) == {}


def test_a_promotion_moves_the_alias_and_stands_in_the_ledger(make_version: MakeVersion) -> None:
    first, second = make_version(10), make_version(20)
    move_production(MODEL, promote(first, "first"), expected=None, by="run-1")
    move_production(MODEL, promote(second), expected=first, by="run-2")
    assert aliases(MODEL) == {"Production": second}
    moves = [(move.from_version, move.to_version, move.rule, move.by) for move in (e.move for e in history(MODEL))]
    assert moves == [(None, first, "first", "run-1"), (first, second, "better", "run-2")]


def test_a_promotion_made_against_another_champion_is_refused(make_version: MakeVersion) -> None:
    first, second, third = make_version(10), make_version(20), make_version(30)
    move_production(MODEL, promote(first), expected=None)
    move_production(MODEL, promote(second), expected=first)
    with pytest.raises(RegistryError, match=f"Version {second} of toy is in production by now, expected {first}"):
        move_production(MODEL, promote(third), expected=first)
    assert served() == second


def test_a_promotion_that_is_repeated_moves_nothing_twice(make_version: MakeVersion) -> None:
    first = make_version()
    for _ in range(2):
        move_production(MODEL, promote(first), expected=None)
    assert len(history(MODEL)) == 1


def test_a_move_that_died_before_the_ledger_was_written_is_caught_up(make_version: MakeVersion) -> None:
    first = make_version()
    connect().set_registered_model_alias(MODEL, "Production", str(first))
    move_production(MODEL, promote(first), expected=None)
    assert [entry.move.to_version for entry in history(MODEL)] == [first]


def test_of_promotions_that_race_only_one_wins(make_version: MakeVersion) -> None:
    versions = [make_version(step) for step in (10, 20, 30, 40)]

    def try_to_promote(version: int) -> bool:
        try:
            move_production(MODEL, promote(version), expected=None)
        except RegistryError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(try_to_promote, versions)) == 1
    assert [entry.move.to_version for entry in history(MODEL)] == [served()]
    assert altered(history(MODEL)) is None


def test_another_spelling_is_refused(make_version: MakeVersion) -> None:
    first = make_version()
    connect().set_registered_model_alias(MODEL, "production", str(first))
    with pytest.raises(RegistryError, match="has an alias 'production', expected 'Production' alone"):
        move_production(MODEL, promote(first))
    assert served() is None


def test_a_version_that_is_not_there_is_named(make_version: MakeVersion) -> None:
    make_version()
    with pytest.raises(RegistryError, match="toy has no version 99: `python -m flows status toy`"):
        move_production(MODEL, promote(99))
    assert history(MODEL) == []


def test_a_rollback_goes_to_what_was_there_before(make_version: MakeVersion) -> None:
    first, second = make_version(10), make_version(20)
    move_production(MODEL, promote(first, "first"), expected=None)
    move_production(MODEL, promote(second), expected=first)
    assert roll_back(MODEL, None, "It draws three shoes.", by="run-3") == first
    assert served() == first
    last = history(MODEL)[-1].move
    assert (last.from_version, last.to_version, last.rule, last.reason) == (
        second,
        first,
        "rollback",
        "It draws three shoes.",
    )


def test_a_rollback_with_nothing_to_go_back_to_says_so(make_version: MakeVersion) -> None:
    move_production(MODEL, promote(make_version()), expected=None)
    with pytest.raises(RegistryError, match="No earlier version of toy was in production: name one"):
        roll_back(MODEL, None, "why not")


def test_a_rollback_of_a_model_that_never_was_says_so(home: Path) -> None:
    with pytest.raises(RegistryError, match="nobody has no version 3"):
        roll_back("nobody", 3, "why not")
