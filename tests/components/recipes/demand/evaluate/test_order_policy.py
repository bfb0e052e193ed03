"""Tests: the simulation of orders, by hand and by what must hold for any demand."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from components.recipes.demand.evaluate.order_policy import OrderPolicy, from_quantiles, plain, simulate
from components.recipes.demand.evaluate_settings import OrderRule
from components.recipes.demand.forecasters.rows import Rows

RULE = OrderRule(review=1, lead_time=1, holding_cost=0.1, stock_out_cost=1.0)


def rows(actuals: list[list[float]]) -> Rows:
    n, zeros = len(actuals), np.zeros(len(actuals), dtype=np.int64)
    return Rows(
        [np.ones(4)] * n,
        zeros,
        np.array(actuals),
        np.arange(n),
        zeros,
        ("smooth",) * n,
        ("A",) * n,
        ("X",) * n,
        zeros > 0,
    )


def level(value: float, steps: int) -> OrderPolicy:
    levels = np.full((1, steps), value)
    return OrderPolicy(levels, levels)


def test_a_short_history_of_orders_by_hand() -> None:
    """Stock 5: 3 sold, 2 kept. 3 are ordered, which arrive a period later: 2 of 4 lack. Then 3 are there: 1 sold."""
    found = simulate(rows([[3.0, 4.0, 1.0]]), level(5.0, 3), RULE)
    assert found.kept[0] == (2 + 0 + 2) / 3
    assert found.lacked[0] == 2 / 3
    assert found.short[0] == 1 / 3
    assert np.isclose(found.cost(RULE)[0], 0.1 * 4 / 3 + 2 / 3)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=12), st.integers(0, 60), st.integers(0, 3), st.integers(1, 3))
def test_a_higher_level_never_lacks_more(demand: list[int], low: int, lead: int, review: int) -> None:
    rule = OrderRule(review=review, lead_time=lead)
    of = rows([[float(value) for value in demand]])
    less, more = (simulate(of, level(float(value), len(demand)), rule) for value in (low, low + 5))
    assert more.lacked[0] <= less.lacked[0]
    assert (less.kept >= 0).all()


def test_no_order_lacks_all_demand_and_keeps_nothing() -> None:
    found = simulate(rows([[2.0, 3.0]]), level(0.0, 2), RULE)
    assert found.lacked[0] == 2.5
    assert found.kept[0] == 0.0


def test_the_quantile_of_a_sum_is_less_than_the_sum_of_quantiles() -> None:
    means, upper = np.full((1, 4), 10.0), np.full((1, 4), 13.0)
    assert np.allclose(from_quantiles(means, upper, RULE).levels, 20 + np.sqrt(2) * 3)


def test_the_plain_rule_is_the_recent_mean_with_a_margin() -> None:
    assert plain([np.full(20, 4.0)], 2, RULE).levels.tolist() == [[12.0, 12.0]]
