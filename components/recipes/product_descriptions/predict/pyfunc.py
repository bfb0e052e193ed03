"""Product descriptions: what MLflow's pyfunc flavour loads: `mlflow.pyfunc.load_model(...).predict(frame)`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from components.core.errors import DataError
from components.recipes.product_descriptions.example import ATTRIBUTES
from components.recipes.product_descriptions.predict.requests import parse_attributes
from components.recipes.product_descriptions.predict.writer import Writer, writer_of

GIVEN, SEED = "attributes", "seed"
COLUMNS: Mapping[str, str] = {"text": "string", SEED: "long", "nats": "double"}  # name -> MLflow's name of the type
SETTINGS = ("temperature", "top_p", "repetition_penalty", "longest")


@dataclass(frozen=True, slots=True)
class Served:
    """A loaded version. MLflow calls `predict`, and passes `params` as its signature names it."""

    writer: Writer

    def predict(self, frame: Any, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Return a row for each product: its text, the seed, and how unlikely the text is in nats a token.

        Args:
            frame: products in a column `attributes` of texts such as `articleType=Casual Shoes, baseColour=Red`, or
                with a column for each attribute.
            params: `seed`, of the first row, where each next row has the next one; and settings of generation.

        Raises:
            DataError: the frame has none of these columns, or a row names no attribute.
        """
        given, index = _products(frame)
        settings = {name: value for name, value in (params or {}).items() if name in SETTINGS and value is not None}
        first = int((params or {}).get(SEED, 0))
        seeds = [first + number for number in range(len(given))]
        texts = self.writer.with_settings(**settings).write(given, seeds)
        nats = self.writer.nats(given, texts)
        return pd.DataFrame({"text": texts, SEED: seeds, "nats": nats}, index=index, columns=list(COLUMNS))


def _products(frame: Any) -> tuple[list[dict[str, str]], Any]:
    table = frame if isinstance(frame, pd.DataFrame) else pd.DataFrame(frame)
    if GIVEN not in table.columns and not set(ATTRIBUTES) & set(table.columns):
        found = f"The table has the columns {', '.join(map(str, table.columns)) or 'none'}"
        expected = f"a column {GIVEN}, or columns such as {', '.join(ATTRIBUTES[:3])}"
        raise DataError(found, expected=expected, act="rename them")
    rows = list(table[GIVEN]) if GIVEN in table.columns else table.to_dict("records")
    return [_parsed(row, number) for number, row in enumerate(rows, start=1)], table.index


def _parsed(row: Any, number: int) -> dict[str, str]:
    known = {name: v for name, v in row.items() if v is not None and v == v} if isinstance(row, Mapping) else row
    try:
        return parse_attributes(known)
    except ValueError as error:
        raise DataError(f"Row {number}: {error}", act="correct it") from None


def _load_pyfunc(path: str) -> Served:
    """Load a version for MLflow, which looks this function up by its name."""
    return Served(writer_of(Path(path)))
