"""Product attributes: the record of one example, a product with its attributes."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from components.core.records import Snapshot

Value = str | float | int | None


class ProductRow(TypedDict):
    """A product: its key, which no model sees, and its attributes by column. None where the catalogue does not say."""

    key: str
    values: Mapping[str, Value]


ProductRows = Snapshot[ProductRow]


def identity(example: Mapping[str, Any]) -> str:
    """Return what makes a row another one: its key and all its values."""
    values = "\n".join(f"{name}={value}" for name, value in sorted(example["values"].items()))
    return f"{example['key']}\n{values}"
