"""Product attributes: columns as codes: each category, each bin of numbers and a missing value has a number."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.core.errors import DataError
from components.recipes.product_attributes.rows.row import Value

Codes = NDArray[np.int64]  # (rows, columns)
Uniforms = NDArray[np.float64]
UNKNOWN = -1  # the code of a value that the training does not have
Bin = tuple[tuple[float, int], ...]  # the different values of a bin, ascending, each with its number of rows


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Code k is the k-th value or bin; if values are missing in the training, the last code says so."""

    name: str
    values: tuple[str, ...] = ()  # of a column of categories, the most frequent first
    bins: tuple[Bin, ...] = ()  # of a column of numbers, ascending
    decimals: int = 0
    missing: bool = False

    @property
    def is_number(self) -> bool:
        return bool(self.bins)

    @property
    def known(self) -> int:
        """The number of codes that are no missing value."""
        return len(self.bins) if self.is_number else len(self.values)

    @property
    def size(self) -> int:
        return self.known + self.missing

    def code_of(self, value: Value) -> int:
        """Return the code of a value; UNKNOWN for a category or a number outside of what the training has."""
        if value is None:
            return self.known if self.missing else UNKNOWN
        if not self.is_number:
            return self.values.index(str(value)) if value in self.values else UNKNOWN
        number = float(value)
        fits = [k for k, found in enumerate(self.bins) if found[0][0] <= number]
        if not fits or number > self.bins[-1][-1][0]:
            return UNKNOWN
        return fits[-1]

    def codes(self, values: Sequence[Value]) -> Codes:
        table = {value: self.code_of(value) for value in set(values)}
        return np.array([table[value] for value in values], dtype=np.int64)

    def decode(self, codes: Codes, uniforms: Uniforms) -> list[Value]:
        """Return the value of each code; of a bin one of its values, as often as the training has it."""
        if not self.is_number:
            return [self.values[code] if code < self.known else None for code in codes.tolist()]
        found: list[Value] = [None] * len(codes)
        for code in np.unique(codes[codes < self.known]).tolist():
            points = self.bins[code]
            ends = np.cumsum([count for _, count in points]) / sum(count for _, count in points)
            for row in np.flatnonzero(codes == code).tolist():
                value = points[min(int(np.searchsorted(ends, uniforms[row], side="right")), len(points) - 1)][0]
                found[row] = int(value) if self.decimals == 0 else value
        return found

    def title_of(self, code: int) -> str:
        """Return what people read for a code."""
        if code >= self.known:
            return "(missing)"
        if not self.is_number:
            return self.values[code]
        low, high = self.bins[code][0][0], self.bins[code][-1][0]
        return f"{low:g}" if low == high else f"{low:g} to {high:g}"


@dataclass(frozen=True, slots=True)
class Encoding:
    """The columns of a table, in the order in which rows are written."""

    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(column.size for column in self.columns)

    def place(self, name: str) -> int:
        return self.names.index(name)

    def encode(self, rows: Sequence[Mapping[str, Value]]) -> Codes:
        """Return (rows, columns) codes, UNKNOWN for a value that the training does not have."""
        return np.stack([column.codes([row.get(column.name) for row in rows]) for column in self.columns], axis=1)

    def decode(self, codes: Codes, uniforms: Uniforms) -> list[dict[str, Value]]:
        """Return rows; `uniforms` (rows, columns) in [0, 1) choose the numbers within their bins."""
        parts = [column.decode(codes[:, k], uniforms[:, k]) for k, column in enumerate(self.columns)]
        return [dict(zip(self.names, row, strict=True)) for row in zip(*parts, strict=True)]


def learn_encoding(
    rows: Sequence[Mapping[str, Value]], columns: Sequence[str], decimals: Mapping[str, int], most_bins: int
) -> Encoding:
    """Return the encoding of the training rows. Columns without any value are left out.

    Numbers with at most `most_bins` different values have a bin each; others have bins of about equally many rows.

    Raises:
        DataError: no column has a value.
    """
    found = [_column([row.get(name) for row in rows], name, decimals.get(name), most_bins) for name in columns]
    kept = tuple(column for column in found if column.known)
    if not kept:
        raise DataError("No column of the training has a value", expected="one at least", act="name other columns")
    return Encoding(kept)


def _column(values: Sequence[Value], name: str, decimals: int | None, most_bins: int) -> Column:
    counts = Counter(value for value in values if value is not None)
    missing = any(value is None for value in values)
    if decimals is None:
        ordered = sorted(counts, key=lambda value: (-counts[value], str(value)))
        return Column(name, tuple(map(str, ordered)), missing=missing)
    points = [(float(value), counts[value]) for value in sorted(counts, key=lambda value: float(value or 0))]
    return Column(name, bins=tuple(_bins(points, most_bins)), decimals=decimals, missing=missing)


def _bins(points: Sequence[tuple[float, int]], most: int) -> list[Bin]:
    if len(points) <= most:
        return [(point,) for point in points]
    before = np.concatenate([[0], np.cumsum([count for _, count in points])])[:-1]
    places = (before * most / (before[-1] + points[-1][1])).astype(int)
    return [tuple(points[i] for i in np.flatnonzero(places == place).tolist()) for place in np.unique(places)]


def as_json(encoding: Encoding) -> list[dict[str, Any]]:
    return [
        {
            "name": c.name,
            "values": list(c.values),
            "bins": [list(map(list, points)) for points in c.bins],
            "decimals": c.decimals,
            "missing": c.missing,
        }
        for c in encoding.columns
    ]


def from_json(content: Sequence[Mapping[str, Any]]) -> Encoding:
    return Encoding(
        tuple(
            Column(
                c["name"],
                tuple(c["values"]),
                tuple(tuple((float(value), int(count)) for value, count in points) for points in c["bins"]),
                c["decimals"],
                c["missing"],
            )
            for c in content
        )
    )
