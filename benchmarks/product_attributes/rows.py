"""Benchmarks: the rows of a real styles.csv as codes, parted at random into rows to train on and held-out ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from components.core.errors import DataError
from components.recipes.product_attributes.rows.encoding import Codes, Encoding, learn_encoding

COLUMNS = ("gender", "masterCategory", "subCategory", "articleType", "baseColour", "season", "usage")
PATH = ("masterCategory", "subCategory", "articleType")


@dataclass(frozen=True, slots=True)
class Parted:
    """One partition of the rows."""

    encoding: Encoding
    train: Codes
    held_out: Codes


def read_rows(path: Path) -> list[Mapping[str, str | None]]:
    """Return the rows of a table; a line with a comma too many is left out, as pandas does it."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, on_bad_lines="skip")
    return [dict(zip(COLUMNS, [cell or None for cell in row], strict=True)) for row in frame[list(COLUMNS)].to_numpy()]


def parted(rows: Sequence[Mapping[str, str | None]], train: int, seed: int) -> Parted:
    """Return a random partition. Columns are learnt from all rows: a value that only held-out rows have has a code.

    Raises:
        DataError: there are no rows left to hold out.
    """
    if len(rows) <= train:
        raise DataError(f"The table has {len(rows):,} rows", expected=f"more than {train:,}", act="lower --train")
    encoding = learn_encoding(rows, COLUMNS, {}, 2)
    codes = encoding.encode(rows)[np.random.default_rng(seed).permutation(len(rows))]
    return Parted(encoding, codes[:train], codes[train:])
