"""Tests: forecasts of the past: they see nothing of the future, and every method's quantiles hold."""

import numpy as np
import pytest

from components.core.errors import DataError
from components.recipes.demand.forecasters.methods import levels_with
from components.recipes.demand.forecasters.past import before, past_forecasts
from components.recipes.demand.forecasters.rows import last_rows, training_rows
from tests.components.recipes.demand.settings import Log
from tests.components.recipes.demand.trained import METHODS, config, quantities, snapshot


def test_what_comes_after_the_first_past_origin_changes_no_forecast_made_there() -> None:
    settings, whole = config(), snapshot()
    first = int(min(len(h) for h in training_rows(whole.splits["train"], settings.data, 3).histories))
    other = {k: np.concatenate([quantities(k)[:first], 3 * quantities(k)[first:] + 7]) for k in range(24)}
    found, shifted = (past_forecasts(settings, s.splits["train"], Log()) for s in (whole, snapshot(24, other)))
    at_first = found.rows.folds == 0
    assert at_first.any()
    assert not np.array_equal(found.rows.actuals, shifted.rows.actuals)
    for name in (*METHODS, "mean-ensemble"):
        known, moved = (past.bases[name].base(8)[at_first] for past in (found, shifted))
        assert np.array_equal(known, moved), name


def test_a_later_past_changes_the_forecasts_made_after_it() -> None:
    settings, whole = config(), snapshot()
    other = {k: np.concatenate([quantities(k)[:40], 3 * quantities(k)[40:] + 7]) for k in range(24)}
    found, shifted = (past_forecasts(settings, s.splits["train"], Log()) for s in (whole, snapshot(24, other)))
    last = found.rows.folds == found.rows.folds.max()
    assert not np.array_equal(found.bases["naive"].means[last], shifted.bases["naive"].means[last])


def test_quantiles_of_the_past_hold_about_as_often_as_they_say() -> None:
    found = past_forecasts(config(), snapshot(60).splits["train"], Log())
    place = levels_with(0.95).index(0.95)
    for name in (*METHODS, "median-ensemble"):
        held = (found.rows.actuals <= found.quantiles[name][:, :, place]).mean()
        assert 0.93 <= held <= 1.0, name
    assert not found.quantiles["zero"].any()


def test_a_train_split_without_one_origin_is_refused_in_a_sentence() -> None:
    short = [{**one, "quantities": one["quantities"][:5]} for one in snapshot(2).splits["train"]]
    with pytest.raises(DataError, match="No series of the train split has 6 periods"):
        past_forecasts(config(), short, Log())  # type: ignore[arg-type]


def test_histories_before_a_period_have_nothing_from_it_on() -> None:
    rows = last_rows(snapshot(2).splits["train"], config().data)
    found = before(rows, int(rows.ends[0]) - 10)
    assert [len(h) for h in found.histories] == [len(h) - 10 for h in rows.histories]
    assert found.ends.tolist() == [int(rows.ends[0]) - 10] * 2
