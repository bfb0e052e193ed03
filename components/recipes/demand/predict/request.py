"""Demand: what a version is asked, and what it answers."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

LONGEST_HORIZON = 520  # periods
LONGEST_HISTORY = 20_000  # observations


class Observation(BaseModel):
    """What was sold on a day, or in the period that the day is in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: date
    quantity: Annotated[float, Field(allow_inf_nan=False, description="pieces; negative ones are returns")]
    price: Annotated[float | None, Field(gt=0, allow_inf_nan=False, description="of one piece, if known")] = None
    promotion: Annotated[float | None, Field(ge=0, le=1, description="whether one ran, or the share of it")] = None


class ForecastRequest(BaseModel):
    """Asks for the forecast of one product: one that the version knows, or one with a history of its own."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"id": "P0001", "horizon": 4}]}
    )

    id: Annotated[str, Field(min_length=1, max_length=500, description="the product, as in the table")]
    history: Annotated[
        Sequence[Observation] | None,
        Field(max_length=LONGEST_HISTORY, description="what was sold; without it the version's own history is used"),
    ] = None
    horizon: Annotated[
        int | None, Field(ge=1, le=LONGEST_HORIZON, description="periods to forecast; default: as the version learnt")
    ] = None


class ForecastResponse(BaseModel):
    """The forecast of one product, one value a period. `quantiles` has a list for each level, such as `0.95`."""

    model_config = ConfigDict(frozen=True)

    id: str
    frequency: str
    dates: Sequence[str]
    forecast: Sequence[float]
    quantiles: Mapping[str, Sequence[float]]
    demand_class: str
    abc: str
    xyz: str
    method: str
    reason: str

    def files(self, origin: Mapping[str, str], /) -> Mapping[str, bytes]:
        """Return the answer as JSON, and its periods as CSV."""
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(["date", "forecast", *(f"q{level}" for level in self.quantiles)])
        writer.writerows(zip(self.dates, self.forecast, *self.quantiles.values(), strict=True))
        return {"forecast.json": self.model_dump_json(indent=1).encode(), "forecast.csv": table.getvalue().encode()}
