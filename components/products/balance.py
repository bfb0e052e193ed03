"""Products: the values that a line knows, and constraints that make each value of a column equally frequent."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from components.core.errors import UsageError
from components.products.make import as_texts
from components.products.predictors import LineModel, attributes_request, outputs_of, predict_all

SAMPLE = 500  # rows: a value of 1 % is missed once in 150 samples
MOST_VALUES = 60  # of a column that people can choose from; others are texts or numbers


def known_values(model: LineModel, where: Mapping[str, Any], sample: int = SAMPLE) -> dict[str, dict[str, int]]:
    """Return by column how often each value occurs among rows that the model generates, the most frequent first.

    Columns with more than `MOST_VALUES` values are left out.
    """
    request = attributes_request(model, where, 0).model_copy(update={"count": sample})
    rows = [as_texts(row) for row in outputs_of(model, predict_all(model, [request])[0])]
    columns = dict.fromkeys(column for row in rows for column in row)
    counts = {column: Counter(row[column] for row in rows if column in row) for column in columns}
    return {column: dict(found.most_common()) for column, found in counts.items() if len(found) <= MOST_VALUES}


def balanced(model: LineModel, where: Mapping[str, Any], column: str, count: int) -> list[dict[str, Any]]:
    """Return `count` constraints in which each value of the column occurs equally often, the rarest values first.

    Raises:
        UsageError: the model has no such column with values to choose from.
    """
    values = known_values(model, where)
    if column not in values:
        known = ", ".join(sorted(values))
        raise UsageError(f"The products cannot be balanced by {column!r}", expected=f"one of {known}")
    rarest_first = list(reversed(values[column]))
    return [{**where, column: rarest_first[number % len(rarest_first)]} for number in range(count)]
