"""Product attributes: the rows that a candidate generates to be scored."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.core.records import Checkpoint
from components.recipes.product_attributes.evaluate.tables import RowValues
from components.recipes.product_attributes.generate.generate import decode_rows, generate_codes
from components.recipes.product_attributes.generate.where import Conditions
from components.recipes.product_attributes.model_files import open_version


@dataclass(frozen=True)
class GeneratedRows:
    """Rows, and (rows,) whether the first proposal of each met every constraint."""

    rows: RowValues
    at_once: NDArray[np.bool_]


def generate_rows(first: int, count: int, checkpoint: Checkpoint | None) -> GeneratedRows:
    """Return rows of the seeds from `first` on. There is no base model: None is an error of the caller."""
    if checkpoint is None:
        raise ValueError("generators of rows have no base model")
    version, seeds = open_version(checkpoint.folder), range(first, first + count)
    found = generate_codes(version, Conditions(), seeds)
    return GeneratedRows(decode_rows(version.encoding, found.codes, seeds), found.at_once)
