"""Product attributes: the columns on which drift is measured: the columns of the rows themselves."""

from collections.abc import Mapping
from pathlib import Path

from components.core.monitored import Column
from components.recipes.product_attributes.config import ProductAttributesConfig
from components.recipes.product_attributes.rows.row import ProductRows


def features(config: ProductAttributesConfig, snapshot: ProductRows, split: str, cache: Path) -> Mapping[str, Column]:
    """Return each column that has a value in the split."""
    rows = snapshot.splits[split]
    found = {name: [row["values"].get(name) for row in rows] for name in config.data.columns}
    return {name: values for name, values in found.items() if any(value is not None for value in values)}
