"""Tests: each split sees its own past only, and what it forecasts is held back from the earlier splits."""

from pathlib import Path

import pytest

from components.core.errors import DataError
from components.recipes.demand.series import origins
from tests.components.recipes.demand.settings import WEEKS, by_id, config_of, read, sales, steady, week

H, FOLDS = 4, 2  # of the config


def test_the_test_has_the_last_horizon_and_validation_the_folds_before_it(tmp_path: Path) -> None:
    found = read(tmp_path, steady("A", "B"))
    train, validation, test = (by_id(found, split)["A"] for split in ("train", "validation", "test"))
    assert (len(test["quantities"]), test["forecast_from"]) == (WEEKS, WEEKS - H)
    assert (len(validation["quantities"]), validation["forecast_from"]) == (WEEKS - H, WEEKS - H - FOLDS * H)
    assert (len(train["quantities"]), train["forecast_from"]) == (WEEKS - H - FOLDS * H,) * 2
    assert test["quantities"][: len(validation["quantities"])] == validation["quantities"]


def test_a_changed_future_changes_nothing_that_an_earlier_split_has(tmp_path: Path) -> None:
    """What is after a split's end is multiplied by a thousand; nothing of the split may notice."""
    rows = [*steady("A", "B"), *sales("C", [0, 3, 0, 0, 8] * 8)]
    for split, end in (("train", WEEKS - H - FOLDS * H), ("validation", WEEKS - H)):
        changed = [f"{row}000" if row.split(",")[1] >= week(end) else row for row in rows]
        assert changed != rows
        assert read(tmp_path, changed).splits[split] == read(tmp_path, rows).splits[split]


def test_the_classes_and_outliers_of_an_example_do_not_read_what_it_forecasts(tmp_path: Path) -> None:
    rows = [*steady("A", "B"), *sales("C", [0, 3, 0, 0, 8] * 8)]
    changed = [f"{row}000" if row.split(",")[1] >= week(WEEKS - H) else row for row in rows]
    for before, after in zip(read(tmp_path, rows).splits["test"], read(tmp_path, changed).splits["test"], strict=True):
        assert before["quantities"] != after["quantities"]
        assert {**before, "quantities": []} == {**after, "quantities": []}


def test_a_product_that_is_too_young_for_a_split_is_in_the_later_ones(tmp_path: Path) -> None:
    found = read(tmp_path, [*steady("A"), *sales("NEW", [4] * 8, first=WEEKS - 8)])
    assert [name in by_id(found, split) for split in ("train", "validation", "test") for name in ("NEW",)] == [
        False,
        False,
        True,
    ]


def test_a_product_that_is_too_young_for_the_first_fold_is_in_the_later_folds(tmp_path: Path) -> None:
    young = by_id(read(tmp_path, [*steady("A"), *sales("NEW", [4] * 11, first=WEEKS - 11)]), "validation")["NEW"]
    assert list(origins(young, H, H)) == [3]


def test_a_step_below_the_horizon_makes_overlapping_folds(tmp_path: Path) -> None:
    found = read(tmp_path, steady("A"), folds=3, step=1)
    assert list(origins(by_id(found, "validation")["A"], H, 1)) == [WEEKS - H - 6, WEEKS - H - 5, WEEKS - H - 4]


def test_a_horizon_that_is_longer_than_the_history_is_refused_in_one_sentence(tmp_path: Path) -> None:
    said = r"The table has 40 weeks .* 0 for train .* with 92 weeks for a horizon of 30 and 2 folds: lower data.horizon"
    with pytest.raises(DataError, match=said):
        read(tmp_path, steady("A", "B"), horizon=30)


def test_another_horizon_is_another_training_of_the_same_snapshot() -> None:
    assert config_of(season=13).training_digest("s") != config_of(season=26).training_digest("s")
    assert config_of(season=13).evaluation_digest("s") != config_of(season=26).evaluation_digest("s")
    assert config_of(season=13).training_digest("s") == config_of("other.csv", season=13).training_digest("s")
