"""Demand: the table of the scores that forecasts of demand have. Each product counts as one example."""

from components.core.metric_table import Interval, Metric, Metrics

INFINITY = float("inf")
EACH, ALL = Interval.BOOTSTRAP, Interval.RESAMPLED
ZERO_WINS = "the zero forecast is good at it where fewer than half of the periods sell: never rank by it alone"
SCALED = "times the naive error"

SCORES: Metrics = {
    "service_loss": Metric(
        "Service loss",
        "quantile loss at the service level, by the product's mean change from period to period",
        *(-1, SCALED, 0, INFINITY, EACH, 16),
    ),
    "bias": Metric(
        "Bias",
        "distance from 0 of the sum of forecast minus demand, as a share of all demand",
        *(-1, "share", 0, INFINITY, ALL, 16),
        note="its sign is in the table of classes",
    ),
    "wape": Metric(
        "WAPE", "sum of absolute errors by the sum of demand", -1, "share", 0, INFINITY, ALL, 16, note=ZERO_WINS
    ),
    "rmsse": Metric(
        "RMSSE", "root of the mean squared error, by the naive one of the history", -1, SCALED, 0, INFINITY, EACH, 16
    ),
    "mase": Metric(
        "MASE",
        "mean absolute error, by the naive one of the history",
        *(-1, SCALED, 0, INFINITY, EACH, 16),
        note=ZERO_WINS,
    ),
    "scaled_pinball": Metric(
        "Scaled pinball",
        "mean quantile loss over all levels, half of the CRPS, by the naive error",
        *(-1, SCALED, 0, INFINITY, EACH, 16),
    ),
    "coverage_80": Metric(
        "Coverage of 80 %",
        "share of the demand inside the 80 % interval",
        *(+1, "share", 0, 1, EACH, 16),
        note="80 % is right; more means that intervals are wider than they need to be",
    ),
    "coverage_95": Metric(
        "Coverage of 95 %",
        "share of the demand inside the 95 % interval",
        *(+1, "share", 0, 1, EACH, 16),
        note="95 % is right; more means that intervals are wider than they need to be",
    ),
    "order_cost": Metric(
        "Order cost",
        "cost of pieces kept and of pieces that lacked, a period, under the rule of ordering of the YAML",
        *(-1, "prices of the naive error", 0, INFINITY, EACH, 16),
    ),
    "regret": Metric(
        "Regret",
        "service loss above that of the oracle, which knows for each forecast the best method",
        *(-1, SCALED, 0, INFINITY, EACH, 16),
    ),
}
SHOWN = (
    "service_loss",
    "bias",
    "regret",
    "wape",
    "rmsse",
    "mase",
    "scaled_pinball",
    "coverage_80",
    "coverage_95",
    "order_cost",
)
