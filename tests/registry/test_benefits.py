"""Tests: benefits are kept behind ledger entries, which stay as they are."""

import math
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import update

from components.core.benefit import Benefit, ScoreBenefit
from registry.benefits import add_benefit, benefit_in, benefits
from registry.database import engine
from registry.ledger.verify import verify
from registry.settings import settings
from registry.tables import BENEFITS
from tests.registry.conftest import MODEL, promote

SCORE = ScoreBenefit("accuracy", 0.9, 0.8, 0.1, 0.05, 0.15, 0.1, 100, "paired bootstrap")


def test_a_benefit_is_found_by_its_entry_and_the_ledger_stays_whole(make_versions: Callable[[int], list[int]]) -> None:
    make_versions(2)
    first, second = promote(1), promote(2)
    add_benefit(second, "1", "s1", Benefit(True, [SCORE]))
    known = benefits(MODEL)
    assert benefit_in(known, first) is None
    found = benefit_in(known, second)
    assert found is not None
    assert (found["against"], found["version"], found["clear"], found["snapshot"]) == ("1", 2, True, "s1")
    assert found["scores"][0]["difference"] == 0.1
    assert verify(MODEL) == []


def test_a_second_benefit_of_an_entry_changes_nothing(make_versions: Callable[[int], list[int]]) -> None:
    make_versions(1)
    entry = promote(1)
    add_benefit(entry, "base", "s1", Benefit(True, [SCORE]))
    add_benefit(entry, "base", "s2", Benefit(False, []))
    assert benefits(MODEL)[1]["snapshot"] == "s1"


def test_a_benefit_of_another_entry_with_the_same_number_is_not_shown(
    make_versions: Callable[[int], list[int]],
) -> None:
    make_versions(1)
    entry = promote(1)
    add_benefit(replace(entry, hash="of a ledger that was replaced"), "base", "s1", Benefit(True, [SCORE]))
    assert benefit_in(benefits(MODEL), entry) is None


def test_numbers_that_are_not_finite_are_none_and_edited_scores_an_empty_list(
    make_versions: Callable[[int], list[int]],
) -> None:
    make_versions(1)
    add_benefit(promote(1), "base", "s1", Benefit(False, [replace(SCORE, low=-math.inf, high=math.nan)]))
    (score,) = benefits(MODEL)[1]["scores"]
    assert (score["low"], score["high"], score["n"]) == (None, None, 100)
    with engine(settings().database_url).begin() as connection:
        connection.execute(update(BENEFITS).values(scores="{"))
    assert benefits(MODEL)[1]["scores"] == []
