"""Demand: what MLflow's pyfunc flavour loads: `mlflow.pyfunc.load_model(...).predict(frame)`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from components.core.errors import DataError
from components.core.packages import ANY
from components.recipes.demand.predict.forecaster import Forecaster, open_forecaster
from components.recipes.demand.predict.table import DATE, HORIZON, ID, PRICE, PROMOTION, QUANTITY, answer_table

INPUTS: Mapping[str, str] = {ID: "string", DATE: "string", QUANTITY: "double", PRICE: "double", PROMOTION: "double"}
TEXTS: Mapping[str, str] = {  # name of an answer's column -> MLflow's name of its type
    **{"demand_class": "string", "abc": "string", "xyz": "string", "method": "string", "reason": "string"},
    **{"problem": "string", "dates": ANY, "forecast": ANY},
}


@dataclass(frozen=True, slots=True)
class Served:
    """A loaded version. MLflow calls `predict`, and passes `params` as its signature names it."""

    forecaster: Forecaster

    def predict(self, frame: Any, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Return a row for each row of a table with the column id, or a history: id, date, quantity, price, promotion.

        A history is answered at the last row of each product; its other rows have empty answers.

        Raises:
            DataError: it is no table, or lacks a column.
        """
        if not isinstance(frame, pd.DataFrame):
            raise DataError(f"The input is a {type(frame).__name__}", expected=f"a table with the column {ID}")
        horizon = str((params or {}).get(HORIZON, "") or "")
        rows = [
            {**{name: _text(value) for name, value in row.items()}, **({HORIZON: horizon} if horizon else {})}
            for row in frame[[name for name in INPUTS if name in frame]].to_dict("records")
        ]
        answers = answer_table(self.forecaster, rows)
        levels = [f"q{level:g}" for level in self.forecaster.version.levels]
        names = ["forecast", *levels, *(name for name in TEXTS if name != "forecast")]
        return pd.DataFrame(
            [{n: one.get(n, _empty(n)) for n in names} for one in answers], index=frame.index, columns=names
        )


def _empty(name: str) -> Any:
    return "" if TEXTS.get(name) == "string" else []


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value)


def _load_pyfunc(path: str) -> Served:
    """Load a version for MLflow, which looks this function up by its name."""
    return Served(open_forecaster(Path(path)))
