"""Tests: a version that answers: known products, histories of one's own, and requests that cannot be answered."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from components.core.errors import UsageError
from components.recipes.demand.predict.forecaster import Forecaster, open_forecaster
from components.recipes.demand.predict.request import ForecastRequest, Observation
from tests.components.recipes.demand.trained import HORIZON, PERIODS, START, checkpoint, quantities, trained


@pytest.fixture(scope="module")
def forecaster() -> Forecaster:
    return open_forecaster(checkpoint("router").folder)


def history(values: Any, days: int = 7) -> list[Observation]:
    begin = date.fromisoformat(START)
    return [Observation(date=begin + timedelta(days=days * k), quantity=float(v)) for k, v in enumerate(values)]


def test_a_forecast_begins_after_the_last_known_period(forecaster: Forecaster) -> None:
    answer = forecaster.answer([ForecastRequest(id="P00")])[0]
    begin = date.fromisoformat(START) + timedelta(weeks=PERIODS)
    assert list(answer.dates) == [(begin + timedelta(weeks=k)).isoformat() for k in range(HORIZON)]
    assert len(answer.forecast) == HORIZON
    assert answer.frequency == "weekly"


def test_quantiles_ascend_and_the_answer_says_why(forecaster: Forecaster) -> None:
    answer = forecaster.answer([ForecastRequest(id="P02")])[0]
    values = np.array(list(answer.quantiles.values()))
    assert (np.diff(values, axis=0) >= 0).all()
    assert list(answer.quantiles) == [f"{q:g}" for q in forecaster.version.levels]
    assert "of the weeks have no sale" in answer.reason
    assert "past folds of like products" in answer.reason


def test_the_same_history_gives_the_same_forecast_as_the_known_product(forecaster: Forecaster) -> None:
    for name, number in (("P00", 0), ("P01", 1), ("P02", 2), ("P03", 3)):
        known, own = forecaster.answer(
            [ForecastRequest(id=name), ForecastRequest(id=name, history=history(quantities(number)))]
        )
        assert (known.demand_class, known.dates) == (own.demand_class, own.dates)
        assert known.method != own.method or known.forecast == own.forecast


@pytest.mark.parametrize("name", ["zero", "best-single", "mean-ensemble", "median-ensemble", "class-rule", "router"])
def test_each_candidate_answers_together_what_it_answers_alone(name: str) -> None:
    version = open_forecaster(checkpoint(name).folder)
    requests = [ForecastRequest(id=f"P{k:02d}", horizon=2 + k % 2) for k in range(6)]
    assert version.answer(requests) == [version.answer([request])[0] for request in requests]


ODD = {
    "one observation": [3.0],
    "all zeros": [0.0] * 20,
    "a constant": [5.0] * 20,
    "returns": [4.0, -9.0, 4.0, 2.0, 1.0],
}


@pytest.mark.parametrize("odd", ODD)
def test_every_odd_history_gets_a_finite_forecast_that_is_not_below_zero(odd: str) -> None:
    for one in trained()[2]:
        answer = open_forecaster(one.folder).answer([ForecastRequest(id="x", history=history(ODD[odd]))])[0]
        found = np.array([answer.forecast, *answer.quantiles.values()])
        assert np.isfinite(found).all(), one.name
        assert (found >= 0).all(), one.name


def test_days_are_summed_into_weeks_and_gaps_sold_nothing(forecaster: Forecaster) -> None:
    sparse = [Observation(date=date(2024, 1, day), quantity=1.0) for day in (1, 3, 7, 22)]
    product = forecaster.product(ForecastRequest(id="x", history=sparse))
    assert product.quantities.tolist() == [3.0, 0.0, 0.0, 1.0]
    assert product.start == "2024-01-01"


def test_a_horizon_longer_than_the_history_is_refused(forecaster: Forecaster) -> None:
    with pytest.raises(UsageError, match="A horizon of 73 weeks was asked for 'P00', whose history has 72"):
        forecaster.answer([ForecastRequest(id="P00", horizon=73)])


def test_an_unknown_product_is_refused_with_some_that_are_known(forecaster: Forecaster) -> None:
    with pytest.raises(UsageError, match="called 'shoe', expected one of 24, such as P00, P01, P02: or give its"):
        forecaster.answer([ForecastRequest(id="shoe")])


def test_an_id_with_other_spaces_or_letter_case_is_the_same_product(forecaster: Forecaster) -> None:
    assert forecaster.answer([ForecastRequest(id=" p 00")])[0].id == "P00"


def test_an_empty_history_and_one_of_four_centuries_are_refused(forecaster: Forecaster) -> None:
    far = [Observation(date=date(1600, 1, 1), quantity=1.0), Observation(date=date(2024, 1, 1), quantity=1.0)]
    for given, said in (([], "has an empty history"), (far, "spans 22,125 weeks")):
        with pytest.raises(UsageError, match=said):
            forecaster.answer([ForecastRequest(id="x", history=given)])
