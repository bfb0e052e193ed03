"""Demand: the golden sample of a version: forecasts that it must give again after every loading."""

import json
from typing import Any

from components.core.errors import CheckpointError
from components.core.golden import GoldenSample
from components.core.records import Checkpoint
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.predict.forecaster import open_forecaster
from components.recipes.demand.predict.request import ForecastRequest

FILE = "golden.json"
PRODUCTS = 6  # that are forecast
TOLERANCE = 1e-3  # of a quantity's size: optimizers of ETS end in slightly other places on other processors


def make_golden(config: DemandConfig, checkpoint: Checkpoint) -> GoldenSample:
    """Return forecasts and quantiles of some products, evenly spread over all."""
    forecaster = open_forecaster(checkpoint.folder)
    names = list(forecaster.products)
    asked = names[:: max(1, len(names) // PRODUCTS)][:PRODUCTS]
    answers = forecaster.answer([ForecastRequest(id=name) for name in asked])
    content = {
        one.id: {
            "forecast": list(one.forecast),
            **{f"q{level}": list(values) for level, values in one.quantiles.items()},
        }
        for one in answers
    }
    return GoldenSample({FILE: json.dumps(content, indent=1).encode()})


def check_golden(loaded: Any, sample: GoldenSample) -> None:
    """Ask the model that MLflow's pyfunc flavour loaded for the forecasts again.

    Raises:
        CheckpointError: they differ, or the sample cannot be read.
    """
    import pandas as pd  # slow, and only this check needs it

    try:
        golden: dict[str, dict[str, list[float]]] = json.loads(sample.files[FILE])
        found = loaded.predict(pd.DataFrame({"id": list(golden)}))
        pairs = [
            (name, expected, list(row[column]))
            for (name, wanted), (_, row) in zip(golden.items(), found.iterrows(), strict=True)
            for column, expected in wanted.items()
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"The golden sample cannot be read ({error})", act="run `evaluate`") from None
    for name, expected, got in pairs:
        off = max((abs(a - b) / (1 + abs(a)) for a, b in zip(expected, got, strict=False)), default=0.0)
        if len(expected) != len(got) or off > TOLERANCE:
            raise CheckpointError(
                f"The version gives a forecast of {name!r} that is {off:.2g} off the golden one, as a share of it",
                expected=f"{TOLERANCE:g} at most",
                act="its files are not the ones that were scored; train again",
            )
