"""Demand: what forecasts of rows are worth to a product: values of its scores, one of each product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from components.metrics.forecast_errors import absolute_scaled_error, root_squared_scaled_error, squared_naive_error
from components.metrics.quantile_loss import inside, mean_quantile_loss, quantile_loss
from components.metrics.ratios import Sums
from components.recipes.demand.evaluate.order_policy import OrderPolicy, from_quantiles, simulate
from components.recipes.demand.evaluate_settings import EvaluateSettings
from components.recipes.demand.forecasters.rows import Array, Rows
from components.recipes.demand.router.losses import scales

MEDIAN = 0.5
INTERVALS: Mapping[str, tuple[float, float]] = {"coverage_80": (0.1, 0.9), "coverage_95": (0.025, 0.975)}


@dataclass(frozen=True)
class Measures:
    """Scores rows of one split, and brings them to products: a product's value is the mean over its folds."""

    rows: Rows
    products: int
    levels: Sequence[float]
    settings: EvaluateSettings

    @cached_property
    def scales(self) -> Array:
        return scales(self.rows.histories)

    @cached_property
    def squared_scales(self) -> Array:
        found = np.array([squared_naive_error(history) for history in self.rows.histories])
        return np.where(np.isnan(found), np.square(self.scales), found)

    def service_losses(self, quantiles: Array) -> Array:
        """Return (n,) the scaled quantile loss at the service level."""
        level = round(self.settings.service_level, 6)
        upper = quantiles[:, :, self.place(level)]
        return np.asarray(np.nanmean(quantile_loss(self.rows.actuals, upper, level), axis=1) / self.scales)

    def values(self, means: Array, quantiles: Array) -> dict[str, Array]:
        """Return (products,) values by score, NaN where a product has none. Medians are judged by absolute errors."""
        actual, median = self.rows.actuals, quantiles[:, :, self.place(MEDIAN)]
        of_rows = {
            "service_loss": self.service_losses(quantiles),
            "rmsse": root_squared_scaled_error(actual, means, self.squared_scales),
            "mase": absolute_scaled_error(actual, median, self.scales),
            "scaled_pinball": np.nanmean(mean_quantile_loss(actual, quantiles, self.levels), axis=1) / self.scales,
            "order_cost": self.order_costs(self.ordered(means, quantiles)),
        }
        for name, (low, high) in INTERVALS.items():
            held = inside(actual, quantiles[:, :, self.place(low)], quantiles[:, :, self.place(high)])
            of_rows[name] = np.nanmean(held, axis=1)
        return {name: self.of_products(found) for name, found in of_rows.items()}

    def ordered(self, means: Array, quantiles: Array) -> OrderPolicy:
        upper = quantiles[:, :, self.place(round(self.settings.service_level, 6))]
        return from_quantiles(means, upper, self.settings.order)

    def order_costs(self, policy: OrderPolicy) -> Array:
        return np.asarray(simulate(self.rows, policy, self.settings.order).cost(self.settings.order) / self.scales)

    def sums(self, means: Array, quantiles: Array) -> dict[str, Sums]:
        """Return the parts (products,) of the scores that are ratios of sums over all products."""
        actual, median = self.rows.actuals, quantiles[:, :, self.place(MEDIAN)]
        demand = self.summed(np.nansum(actual, axis=1))
        off = self.summed(np.nansum(means - actual, axis=1))
        absolute = self.summed(np.nansum(np.abs(median - actual), axis=1))
        return {"bias": Sums(off, demand, absolute=True), "wape": Sums(absolute, demand)}

    def place(self, level: float) -> int:
        return list(self.levels).index(level)

    def of_products(self, values: Array) -> Array:
        """Return (products,) the mean over the rows of each product that have a value."""
        known = np.isfinite(values)
        sums = np.bincount(self.rows.series[known], values[known], self.products)
        counts = np.bincount(self.rows.series[known], minlength=self.products)
        return np.asarray(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))

    def summed(self, values: Array) -> Array:
        return np.asarray(np.bincount(self.rows.series, values, self.products))
