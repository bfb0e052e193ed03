"""Tests: a quota is never passed, whoever asks at once, and what was used is counted by key, month and model."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from registry.service_usage import Usage, cost, count_usage, give_back, month_of, reserve, usage

MONTH = "2026-11"


def test_a_quota_is_not_passed_by_callers_at_once(bare_home: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: reserve("shop", MONTH, 2, quota=9), range(12)))
    assert taken.count(True) == 4
    assert reserve("shop", MONTH, 1, quota=9)
    assert not reserve("shop", MONTH, 1, quota=9)
    assert reserve("shop", "2026-12", 9, quota=9)
    assert reserve("other", MONTH, 9, quota=9)


def test_what_was_not_made_is_given_back(bare_home: Path) -> None:
    assert reserve("shop", MONTH, 9, quota=9)
    give_back("shop", MONTH, 4)
    assert reserve("shop", MONTH, 4, quota=9)
    assert not reserve("shop", MONTH, 1, quota=9)


def test_without_a_quota_any_number_may_be_taken(bare_home: Path) -> None:
    assert all(reserve("shop", MONTH, 1000, quota=0) for _ in range(3))


def test_usage_is_summed_by_key_month_and_model(bare_home: Path) -> None:
    for model, outputs in (("fruit", 2), ("fruit", 3), ("starter", 1)):
        count_usage(Usage("shop", MONTH, model, 1, outputs, 0.5))
    assert usage() == [Usage("shop", MONTH, "fruit", 2, 5, 1.0), Usage("shop", MONTH, "starter", 1, 1, 0.5)]
    assert usage("2026-10") == []
    assert [cost(used, {"fruit": 0.1}) for used in usage()] == [pytest.approx(0.5), 0.0]


def test_a_month_is_that_of_utc() -> None:
    assert [month_of(moment) for moment in (1_796_083_199, 1_796_083_200)] == ["2026-11", "2026-12"]
