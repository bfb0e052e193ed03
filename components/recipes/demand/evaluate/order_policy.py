"""Demand: simulates a buyer who orders up to a level, by the quantiles of a forecast or by a plain rule."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.recipes.demand.evaluate_settings import OrderRule
from components.recipes.demand.forecasters.rows import Array, Rows

PLAIN_PERIODS = 8  # periods whose mean demand the plain rule takes
PLAIN_SAFETY = 1.5  # times that mean for each period until the next order arrives: a common rule of thumb
PLAIN_RULE = (
    f"order up to {PLAIN_SAFETY:g} times the mean demand of the last {PLAIN_PERIODS} periods, for each period until "
    "the next order arrives"
)


@dataclass(frozen=True)
class Simulated:
    """Of each row, means over its periods, (n,): pieces kept, pieces that lacked, and whether a period lacked some."""

    kept: Array
    lacked: Array
    short: Array

    def cost(self, rule: OrderRule) -> Array:
        """Return (n,) the cost a period, in prices of one piece."""
        return np.asarray(self.kept * rule.holding_cost + self.lacked * rule.stock_out_cost)


@dataclass(frozen=True)
class OrderPolicy:
    """Reorder at each review, if stock and orders are below `points` (n, steps), up to `levels` (n, steps)."""

    points: Array
    levels: Array


def cover(rule: OrderRule) -> int:
    """Return the periods that an order must cover: until the next one arrives."""
    return rule.lead_time + rule.review


def from_quantiles(means: Array, upper: Array, rule: OrderRule) -> OrderPolicy:
    """Return order-up-to levels from a forecast's means and service-level quantiles, both (n, steps).

    The quantile of a sum of periods is their mean plus the root of the summed squares of quantile minus mean, as if
    errors of periods were independent; beyond the horizon the last step is repeated. The reorder point is that of the
    lead time and one review.
    """
    return OrderPolicy(_summed(means, upper, cover(rule)), _summed(means, upper, cover(rule)))


def plain(histories: Sequence[Array], steps: int, rule: OrderRule) -> OrderPolicy:
    """Return the levels of the plain rule."""
    recent = np.array([history[-PLAIN_PERIODS:].mean() for history in histories])
    levels = np.repeat((PLAIN_SAFETY * recent * cover(rule))[:, None], steps, axis=1)
    return OrderPolicy(levels, levels)


def _summed(means: Array, upper: Array, periods: int) -> Array:
    steps = means.shape[1]
    places = np.minimum(np.arange(steps)[:, None] + np.arange(periods)[None, :], steps - 1)
    spread = np.maximum(upper - means, 0.0)
    return np.asarray(means[:, places].sum(2) + np.sqrt(np.square(spread[:, places]).sum(2)))


def simulate(rows: Rows, policy: OrderPolicy, rule: OrderRule) -> Simulated:
    """Return what would have come of a policy on the actual demand. What lacks is lost, not delivered later.

    Stock begins at the first level. At each review what is below the level is ordered in whole pieces, and it arrives
    after the lead time, before that period's demand. Steps with unknown demand are taken as without any.
    """
    demand = np.nan_to_num(rows.actuals)
    n, steps = demand.shape
    stock, coming = np.ceil(policy.levels[:, 0]), np.zeros((n, steps + rule.lead_time + 1))
    kept, lacked = np.zeros((n, steps)), np.zeros((n, steps))
    for step in range(steps):
        if step and step % rule.review == 0:
            position = stock + coming[:, step:].sum(1)
            wanted = np.where(position < policy.points[:, step], policy.levels[:, step] - position, 0.0)
            coming[:, step + rule.lead_time] += np.ceil(np.maximum(wanted, 0.0))
        stock = stock + coming[:, step]
        coming[:, step] = 0.0
        lacked[:, step] = np.maximum(demand[:, step] - stock, 0.0)
        stock = np.maximum(stock - demand[:, step], 0.0)
        kept[:, step] = stock
    return Simulated(kept.mean(1), lacked.mean(1), (lacked > 0).mean(1))
