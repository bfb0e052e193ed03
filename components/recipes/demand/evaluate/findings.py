"""Demand: what the panels of the report say: regret, methods, classes, orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
import torch

from components.core.errors import DataError
from components.core.records import Score
from components.core.seeds import derive_seed
from components.evaluation.subjects import Subject
from components.metrics.comparison import Pair, compare_means
from components.metrics.forecast_errors import absolute_percentage_error
from components.metrics.means import mean_score
from components.metrics.ratios import ratio_score
from components.recipes.demand.classes.demand_class import CLASSES
from components.recipes.demand.evaluate.answers import Shared
from components.recipes.demand.evaluate.order_policy import plain
from components.recipes.demand.evaluate.setup import EvaluationSetup, Scored
from components.recipes.demand.forecasters.methods import ENSEMBLES, ZERO
from components.recipes.demand.forecasters.rows import Array
from components.recipes.demand.scores import SCORES

ORACLE = "oracle"
OF_METHODS = ("service_loss", "regret", "bias", "rmsse", "coverage_80", "coverage_95", "order_cost")
Table = Mapping[str, Mapping[str, Score]]  # method -> score -> value


def method_scores(setup: EvaluationSetup, shared: Shared, oracle: Array) -> dict[str, dict[str, Score]]:
    """Return the scores of every single method, of both ensembles, of the zero forecast, and the oracle's loss."""
    found = {name: _scores(setup, shared, name, oracle) for name in (ZERO, *shared.methods, *ENSEMBLES)}
    ours = setup.measures.of_products(oracle)
    return {**found, ORACLE: {"service_loss": _mean(setup, "service_loss", ours)}}


def _scores(setup: EvaluationSetup, shared: Shared, name: str, oracle: Array) -> dict[str, Score]:
    means, quantiles = shared.means[name], shared.quantiles[name]
    values = setup.measures.values(means, quantiles)
    values["regret"] = setup.measures.of_products(setup.measures.service_losses(quantiles) - oracle)
    bias = ratio_score(SCORES["bias"], setup.measures.sums(means, quantiles)["bias"], setup.config.seed)
    scores = {n: _mean(setup, n, v) for n, v in values.items() if n in OF_METHODS}
    return {n: {**scores, "bias": bias}[n] for n in OF_METHODS}


def _mean(setup: EvaluationSetup, name: str, values: Array) -> Score:
    seed, everyone = derive_seed(setup.config.seed, "scores"), torch.arange(len(values))
    return mean_score(name, torch.from_numpy(np.asarray(values)), "", everyone, seed, metrics=SCORES)


@dataclass(frozen=True)
class ClassRow:
    """One demand class: its products, the best single method, and each candidate's service loss and signed bias."""

    name: str
    n: int
    best: str
    losses: Mapping[str, float]
    biases: Mapping[str, float]


def class_rows(setup: EvaluationSetup, subjects: Sequence[Subject[Scored]], shared: Shared) -> list[ClassRow]:
    """Return a row for each demand class that the split has."""
    classes = np.array([one["demand_class"] for one in setup.series])
    of_methods = {
        name: setup.measures.of_products(setup.measures.service_losses(shared.quantiles[name]))
        for name in shared.methods
    }
    return [
        ClassRow(
            name=name,
            n=int(at.sum()),
            best=min(of_methods, key=lambda method: _known_mean(of_methods[method][at])),
            losses={s.title: _known_mean(s.values["service_loss"].numpy()[at]) for s in subjects},
            biases={s.title: _signed(s.outputs, at) for s in subjects},
        )
        for name in CLASSES
        if (at := classes == name).any()
    ]


def _known_mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else inf


def _signed(scored: Scored, at: Any) -> float:
    sums = scored.sums["bias"]
    below = float(sums.below[at].sum())
    return float(sums.above[at].sum()) / below if below > 0 else float("nan")


def order_rows(setup: EvaluationSetup, subjects: Sequence[Subject[Scored]]) -> tuple[Score, dict[str, Any]]:
    """Return the cost of the plain rule of ordering, and of each candidate how its cost differs, on the same demand."""
    rows, rule = setup.rows, setup.config.evaluate.order
    theirs = setup.measures.of_products(setup.measures.order_costs(plain(rows.histories, rows.horizon, rule)))
    seed, everyone = derive_seed(setup.config.seed, "orders"), torch.arange(len(theirs))
    against = {
        s.title: compare_means(
            Pair("order_cost", s.digest, "plain rule"),
            s.values["order_cost"],
            torch.from_numpy(theirs),
            everyone,
            seed,
            SCORES,
        )
        for s in subjects
    }
    return _mean(setup, "order_cost", theirs), against


def mape_sentence(setup: EvaluationSetup, means: Array) -> str:
    """Return the MAPE, or the sentence that says why there is none."""
    actual = setup.rows.actuals
    known = np.isfinite(actual)
    try:
        return f"MAPE {absolute_percentage_error(actual[known], means[known]).mean():.1%}."
    except DataError as error:
        return str(error)
