"""Demand: the table of the scores that forecasts of demand have."""

from components.core.metric_table import Interval, Metric, Metrics

INFINITY = float("inf")

SCORES: Metrics = {
    "service_loss": Metric(
        "Service loss",
        "quantile loss at the service level, scaled by the product's mean demand",
        -1,
        "times the mean demand",
        0,
        INFINITY,
        Interval.BOOTSTRAP,
        smallest_n=16,
    ),
}
SHOWN = ("service_loss",)
