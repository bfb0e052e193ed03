"""Demand: a loaded version as the house calls it: one request, several, or a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.core.errors import UsageError
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.predict.forecaster import Forecaster, open_forecaster
from components.recipes.demand.predict.request import ForecastRequest, ForecastResponse
from components.recipes.demand.predict.table import answer_table


@dataclass(frozen=True, slots=True)
class DemandPredictor:
    """A version that forecasts."""

    forecaster: Forecaster
    request: type[ForecastRequest] = ForecastRequest
    response: type[ForecastResponse] = ForecastResponse

    def predict(self, request: ForecastRequest, /) -> ForecastResponse:
        return self.forecaster.answer([request])[0]

    def predict_together(self, requests: Sequence[ForecastRequest], /) -> Sequence[ForecastResponse]:
        return self.forecaster.answer(requests)

    def predict_table(self, rows: Sequence[Mapping[str, str]], /) -> Sequence[Mapping[str, Any]]:
        return answer_table(self.forecaster, rows)


def load(config: DemandConfig, checkpoint: Checkpoint | None, log: RunLog) -> DemandPredictor:
    """Return the predictor of a version. Raises UsageError for the base model: there is none."""
    if checkpoint is None:
        raise UsageError(f"{config.model} has no base model", expected="the number or alias of a version")
    return DemandPredictor(open_forecaster(checkpoint.folder, config.train.processes))
