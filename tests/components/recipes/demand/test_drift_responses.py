"""Tests: demand that leaves its past shows in the errors of the version's forecasts; the past itself does not."""

from collections.abc import Mapping
from pathlib import Path
from statistics import mean

import numpy as np

from components.core.monitored import Column
from components.core.records import Snapshot
from components.recipes.demand.drift_responses import BIAS, ERROR, SHORT, responses
from tests.components.recipes.demand.trained import HORIZON, checkpoint, quantities, snapshot, trained

COUNT = 24


def made(found: Snapshot, split: str = "test") -> Mapping[str, Column]:
    return responses(trained()[0], checkpoint("best-single"), found, split, Path())


def shifted(factor: float) -> Snapshot:
    values = {}
    for number in range(COUNT):
        values[number] = quantities(number).copy()
        values[number][-HORIZON:] = factor * np.maximum(values[number][-HORIZON:], 1.0)
    return snapshot(COUNT, values)


def test_a_sudden_rise_shows_as_errors_a_negative_bias_and_more_stock_outs() -> None:
    known, risen = made(trained()[1]), made(shifted(20.0))
    assert {len(column) for column in known.values()} == {COUNT}
    assert mean(risen[ERROR]) > mean(known[ERROR]) + 1
    assert mean(risen[BIAS]) < -2 < mean(known[BIAS])
    assert mean(risen[SHORT]) > 0.6 > mean(known[SHORT])


def test_the_train_split_has_the_errors_of_the_same_products_in_validation() -> None:
    found = trained()[1]
    assert made(found, "train") == made(found, "validation")


def test_a_product_without_a_history_has_no_error() -> None:
    found = trained()[1]
    young = {**found.splits["test"][0], "quantities": [1.0] * HORIZON, "forecast_from": 1}
    alone = Snapshot("toy", Path(), {"test": [young]})
    assert made(alone) == {ERROR: [None], BIAS: [None], SHORT: [None]}
