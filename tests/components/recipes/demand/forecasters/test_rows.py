"""Tests: the forecasts to make: which origins there are, and that no row sees what it forecasts."""

import numpy as np

from components.recipes.demand.forecasters.rows import last_rows, period_number, split_rows, training_rows
from tests.components.recipes.demand.trained import FOLDS, HORIZON, PERIODS, config, quantities, snapshot


def test_each_fold_of_a_split_forecasts_what_follows_its_history() -> None:
    rows = split_rows(snapshot(2).splits["validation"], config().data)
    assert len(rows) == 2 * FOLDS
    for row in range(len(rows)):
        whole = quantities(int(rows.series[row]))
        end = len(rows.histories[row])
        assert np.array_equal(rows.histories[row], whole[:end])
        assert np.array_equal(rows.actuals[row], whole[end : end + HORIZON])


def test_the_test_split_has_one_fold_that_ends_with_the_table() -> None:
    rows = split_rows(snapshot(2).splits["test"], config().data)
    assert [len(history) for history in rows.histories] == [PERIODS - HORIZON] * 2


def test_past_origins_end_before_the_validation_begins() -> None:
    found = snapshot(2)
    rows = training_rows(found.splits["train"], config().data, folds=3)
    first = split_rows(found.splits["validation"], config().data).ends.min()
    assert rows.ends.max() + HORIZON <= first
    assert not np.isnan(rows.actuals).any()


def test_a_young_series_has_only_the_origins_before_which_it_has_a_history() -> None:
    found = snapshot(1).splits["train"][0]
    young = {**found, "quantities": found["quantities"][: HORIZON + 3]}
    assert len(training_rows([young], config().data, folds=3)) == 1  # type: ignore[list-item]
    short = {**found, "quantities": found["quantities"][: HORIZON + 1]}
    assert len(training_rows([short], config().data, folds=3)) == 0  # type: ignore[list-item]


def test_periods_of_all_series_are_counted_from_the_same_day() -> None:
    assert period_number("2024-01-08", "weekly") - period_number("2024-01-01", "weekly") == 1
    assert period_number("2024-04-01", "quarterly") - period_number("2023-10-01", "quarterly") == 2


def test_the_last_row_of_a_series_has_all_of_it_and_an_unknown_future() -> None:
    rows = last_rows(snapshot(1).splits["test"], config().data)
    assert len(rows.histories[0]) == PERIODS
    assert np.isnan(rows.actuals).all()


def test_rows_at_places_keep_all_that_belongs_to_them() -> None:
    rows = split_rows(snapshot(4).splits["validation"], config().data)
    part = rows.at(np.array([5, 1]))
    assert np.array_equal(part.histories[0], rows.histories[5])
    assert part.classes[1] == rows.classes[1]
    assert part.ends.tolist() == rows.ends[[5, 1]].tolist()
