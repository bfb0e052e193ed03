"""Tests: tables: a row for each product, and long histories."""

import pytest

from components.core.errors import UsageError
from components.recipes.demand.predict.forecaster import open_forecaster
from components.recipes.demand.predict.histories import product_of
from components.recipes.demand.predict.request import ForecastRequest, Observation
from components.recipes.demand.predict.table import answer_table
from tests.components.recipes.demand.trained import checkpoint


@pytest.fixture(scope="module")
def forecaster():  # type: ignore[no-untyped-def]
    return open_forecaster(checkpoint("router").folder)


def test_each_id_has_its_answer_in_the_order_of_the_rows(forecaster) -> None:  # type: ignore[no-untyped-def]
    found = answer_table(forecaster, [{"id": "P03"}, {"id": "nobody"}, {"id": "P01", "horizon": "2"}])
    wanted = forecaster.answer([ForecastRequest(id="P03"), ForecastRequest(id="P01", horizon=2)])
    assert [found[0]["forecast"], found[2]["forecast"]] == [list(one.forecast) for one in wanted]
    assert list(found[1]) == ["problem"]
    assert "No product of this version is called 'nobody'" in found[1]["problem"]


def test_a_long_history_is_answered_at_the_last_row_of_each_product(forecaster) -> None:  # type: ignore[no-untyped-def]
    rows = [{"id": name, "date": f"2024-01-{day:02d}", "quantity": "3"} for day in (1, 8, 15, 22, 29) for name in "ab"]
    found = answer_table(forecaster, rows)
    assert found[:8] == [{}] * 8
    assert all(one["dates"][0] == "2024-02-05" for one in found[8:])


def test_a_date_or_quantity_that_cannot_be_read_is_a_problem_of_its_product_alone(forecaster) -> None:  # type: ignore[no-untyped-def]
    good = [{"id": "a", "date": f"2024-01-{day:02d}", "quantity": "3"} for day in (1, 8, 15, 22)]
    found = answer_table(forecaster, [*good, {"id": "b", "date": "8.1.24", "quantity": "many"}])
    assert "forecast" in found[3]
    assert found[4]["problem"].startswith("'b' has the date '8.1.24' with the quantity 'many', expected a date such as")


@pytest.mark.parametrize("row", [{"name": "P00"}, {"id": "P00", "date": "2024-01-01"}])
def test_missing_columns_are_named(forecaster, row) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match="expected id, or id, date and quantity"):
        answer_table(forecaster, [row])


def test_an_empty_table_and_a_bad_horizon_are_answered(forecaster) -> None:  # type: ignore[no-untyped-def]
    assert answer_table(forecaster, []) == []
    assert "horizon is refused" in answer_table(forecaster, [{"id": "P00", "horizon": "soon"}])[0]["problem"]


def test_prices_and_promotions_of_a_history_are_those_of_its_periods() -> None:
    history = [
        Observation(date="2024-01-01", quantity=1, price=4, promotion=1),
        Observation(date="2024-01-02", quantity=1, price=2),
        Observation(date="2024-01-16", quantity=1),
    ]
    found = product_of("own", history, "weekly", (0.5, 1.0)).beside
    assert found is not None
    assert found.prices.tolist() == [3.0, 3.0, 3.0]
    assert found.promotions.tolist() == [1.0, 0.0, 0.0]
