"""Tests: the record of a series: its periods, its origins, and what makes it a new one."""

from typing import Any

import numpy as np

from components.core.records import Snapshot
from components.data.new_examples import new_examples
from components.recipes.demand.series import history_of, identity, origins, periods_of
from tests.components.recipes.demand.settings import read, snapshot_of, steady


def series(**fields: Any) -> Any:
    return {"id": "A", "split": "test", "start": "2024-01-01", "quantities": [1.0] * 20, "forecast_from": 12, **fields}


def test_the_periods_of_a_series_begin_where_its_frequency_says() -> None:
    weeks = periods_of(series(frequency="weekly"))
    months = periods_of(series(frequency="monthly"))
    assert [str(day.date()) for day in weeks[:2]] == ["2024-01-01", "2024-01-08"]
    assert [str(day.date()) for day in months[:2]] == ["2024-01-01", "2024-02-01"]


def test_a_history_ends_before_the_periods_that_are_forecast() -> None:
    one = series(quantities=[float(at) for at in range(20)])
    assert history_of(one).tolist() == np.arange(12.0).tolist()
    assert history_of(one, 15).tolist() == np.arange(15.0).tolist()


def test_each_origin_has_a_whole_horizon_after_it() -> None:
    assert list(origins(series(), horizon=4, step=2)) == [12, 14, 16]
    assert list(origins(series(forecast_from=20), horizon=4, step=2)) == []


def test_a_grown_table_makes_each_known_product_new_once_and_a_new_product_in_each_split(tmp_path: Any) -> None:
    grown = steady("A", "B")
    before = snapshot_of(read(tmp_path, [row for row in grown if row.split(",")[1] < "2024-09-01"]), tmp_path)
    now = snapshot_of(read(tmp_path, [*grown, *steady("C")]), tmp_path)
    fresh: Snapshot[Any] = new_examples(before, now, identity)
    assert {split: [one["id"] for one in part] for split, part in fresh.splits.items()} == {
        "train": ["C"],
        "validation": ["C"],
        "test": ["A", "B", "C"],
    }
    assert sum(new_examples(now, now, identity).sizes.values()) == 0
