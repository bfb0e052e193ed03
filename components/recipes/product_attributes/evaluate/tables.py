"""Product attributes: rows as arrays that scores are computed on, and the real rows that they are compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.core.errors import DataError
from components.core.seeds import derive_seed
from components.recipes.product_attributes.config import ProductAttributesConfig
from components.recipes.product_attributes.rows.constraints import Constraints, learn_constraints
from components.recipes.product_attributes.rows.encoding import Codes, Encoding, learn_encoding
from components.recipes.product_attributes.rows.row import ProductRows, Value

Array = NDArray[np.float64]
RowValues = Sequence[Mapping[str, Value]]


@dataclass(frozen=True)
class Table:
    """Rows with their codes (n, columns) and their features (n, columns): codes of categories, numbers as they are.

    A value that no real row has gets the code after the last; a missing number is NaN.
    """

    rows: RowValues
    codes: Codes
    features: Array

    def part(self, places: NDArray[Any]) -> "Table":
        return Table([self.rows[k] for k in places.tolist()], self.codes[places], self.features[places])


@dataclass(frozen=True)
class Reference:
    """The real rows of an evaluation: all training rows, as many of them as are generated, and as many held-out ones.

    Columns and constraints are learnt anew, so that versions of other trainings are measured alike.
    """

    encoding: Encoding
    constraints: Constraints
    training: Table
    sample: Table  # of the training
    held_out: Table

    @property
    def count(self) -> int:
        return len(self.held_out.rows)

    @property
    def is_number(self) -> NDArray[np.bool_]:
        return np.array([column.is_number for column in self.encoding.columns])

    def table(self, rows: RowValues) -> Table:
        return table_of(rows, self.encoding)


def reference_of(config: ProductAttributesConfig, snapshot: ProductRows, split: str) -> Reference:
    """Return the real rows of a split, and of the training; of many, random ones that are always the same.

    Raises:
        DataError: the split or the training has no rows.
    """
    training, held = ([row["values"] for row in snapshot.splits[name]] for name in ("train", split))
    if not training or not held:
        raise DataError(f"The {split} split of snapshot {snapshot.digest} is empty", expected="rows to compare with")
    decimals = {name: column.decimals for name, column in config.data.numbers.items()}
    encoding = learn_encoding([*training, *held], config.data.columns, decimals, config.train.bins)
    every, others = table_of(training, encoding), table_of(held, encoding)
    count = min(config.evaluate.rows, len(training), len(held))
    numbers = np.random.default_rng(derive_seed(config.seed, "real rows", split))
    sample, shown = (np.sort(numbers.choice(len(t.rows), count, replace=False)) for t in (every, others))
    constraints = learn_constraints(encoding, every.codes, config.data)
    return Reference(encoding, constraints, every, every.part(sample), others.part(shown))


def table_of(rows: RowValues, encoding: Encoding) -> Table:
    codes = encoding.encode(rows)
    sizes = np.array(encoding.sizes)
    codes = np.where(codes < 0, sizes, codes)
    features = codes.astype(float)
    for k, column in enumerate(encoding.columns):
        if column.is_number:
            values = [row.get(column.name) for row in rows]
            features[:, k] = [np.nan if value is None else float(value) for value in values]
    return Table(rows, codes, features)
