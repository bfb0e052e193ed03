"""Tests: looks are kept, counted since the promotion, and never twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from components.core.errors import RegistryError
from registry.looks import Look, add_look, last_look, looks, next_look, promotion_of

FIRST = Look(
    "shoes", 1000.0, 2, "aaa", "bbb", 1, "STABLE", "none", "Nothing changed", 80, "r1", {"colour": 0.01}, ("colour",)
)


def test_looks_come_back_in_their_order(home: Path) -> None:
    second = replace(FIRST, look=2, time=2000.0, state="DRIFT")
    for look in (FIRST, second, replace(FIRST, model="bags")):
        add_look(look, promotion=3)
    assert looks("shoes") == [FIRST, second]
    assert last_look("shoes") == second
    assert last_look("hats") is None


def test_the_count_begins_again_at_each_promotion(home: Path) -> None:
    add_look(FIRST, promotion=3)
    add_look(replace(FIRST, look=2), promotion=3)
    assert next_look("shoes", 2, promotion=3) == 3
    assert next_look("shoes", 2, promotion=5) == next_look("shoes", 4, promotion=3) == 1


def test_the_same_look_again_changes_nothing_and_another_of_the_same_number_is_refused(home: Path) -> None:
    add_look(FIRST, promotion=3)
    add_look(FIRST, promotion=3)  # as a retried task does
    assert looks("shoes") == [FIRST]
    with pytest.raises(RegistryError, match="Another monitor of shoes made look 1 meanwhile: run the same command"):
        add_look(replace(FIRST, time=1001.0), promotion=3)


def test_without_a_ledger_the_promotion_is_0(home: Path) -> None:
    assert promotion_of("shoes", 2) == 0
