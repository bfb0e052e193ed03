"""Demand: errors of forecasts as actual demand comes in, as columns on which drift is measured."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from components.core.monitored import Column
from components.core.records import Checkpoint
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.forecasters.rows import training_rows
from components.recipes.demand.predict.version import Version, open_version
from components.recipes.demand.series import TRAIN, VALIDATION, Series, SeriesSnapshot

ERROR, BIAS, SHORT = "forecast error, log(1 + x)", "forecast bias", "share above the service level"
MOST = 5.0  # times the mean demand: a bias beyond it is one of a product that hardly sold


def responses(
    config: DemandConfig, checkpoint: Checkpoint, snapshot: SeriesSnapshot, split: str, cache: Path
) -> Mapping[str, Column]:
    """Return how far the version's forecasts of the last horizon are from the demand that came, for each product.

    They are made from what was known before that horizon. A product without any history before has no value. For the
    train split they are those of the same products in validation: a version knows the last periods of its training.
    """
    version, examples = open_version(checkpoint.folder, config.train.processes), snapshot.splits[split]
    if split != TRAIN:
        return _columns(config, version, examples)
    later = {series["id"]: series for series in snapshot.splits.get(VALIDATION, ())}
    return _columns(config, version, [later.get(series["id"], series) for series in examples])


def _columns(config: DemandConfig, version: Version, examples: Sequence[Series]) -> Mapping[str, Column]:
    columns: dict[str, list[float | None]] = {name: [None] * len(examples) for name in (ERROR, BIAS, SHORT)}
    rows = training_rows(examples, config.data, folds=1)
    if not len(rows):
        return columns
    chosen, _ = version.choose(rows)
    means, quantiles = version.forecast(rows, chosen)
    level = int(np.argmin(np.abs(np.array(version.levels) - config.evaluate.service_level)))
    scale = np.array([max(float(history.mean()), 1 / len(history)) for history in rows.histories])
    error = np.log1p(np.abs(rows.actuals - means).mean(axis=1) / scale)
    bias = np.clip((means - rows.actuals).mean(axis=1) / scale, -MOST, MOST)
    short = (rows.actuals > quantiles[:, :, level]).mean(axis=1)
    for name, values in ((ERROR, error), (BIAS, bias), (SHORT, short)):
        for place, value in zip(rows.series.tolist(), values.tolist(), strict=True):
            columns[name][place] = value
    return columns
