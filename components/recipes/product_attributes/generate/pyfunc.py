"""Product attributes: what MLflow's pyfunc flavour loads: `mlflow.pyfunc.load_model(...).predict(conditions)`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from components.recipes.product_attributes.generate.predictor import ERROR, SEED, AttributesPredictor
from components.recipes.product_attributes.model_files import open_version


@dataclass(frozen=True, slots=True)
class Served:
    """A loaded version. MLflow calls `predict`, and passes `params` as its signature names it."""

    predictor: AttributesPredictor

    def predict(self, frame: Any, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Return a generated row for each row of conditions; a missing value is generated, not given.

        The seed of row i is its column `seed` if it has one, else `params["seed"] + i`. A row that cannot be generated
        has its reason in `error`.

        Raises:
            UsageError: no column is one of the model.
        """
        table = pd.DataFrame(frame)
        first = int((params or {}).get(SEED, 0))
        names = [str(name) for name in table.columns]
        self.predictor.known_columns(names)
        rows = [{name: _cell(value) for name, value in zip(names, row, strict=True)} for row in table.to_numpy()]
        seeded = [{**row, SEED: row.get(SEED) or str(first + place)} for place, row in enumerate(rows)]
        answers = self.predictor.predict_table(seeded)
        return pd.DataFrame(answers, index=table.index, columns=[*self.predictor.version.encoding.names, SEED, ERROR])


def _cell(value: Any) -> str:
    if value is None or value != value or value is pd.NA:
        return ""
    return f"{value:.17g}" if isinstance(value, float) else str(value)


def _load_pyfunc(path: str) -> Served:
    """Load a version for MLflow, which looks this function up by its name."""
    return Served(AttributesPredictor(open_version(Path(path))))
