"""Product images: the columns on which drift of a snapshot is measured."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.core.records import Snapshot
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.example import ATTRIBUTES, ProductImage

COLUMNS = (
    *(ATTRIBUTES[name] for name in ("colour", "gender", "season", "usage", "brand", "year")),
    *("width", "height", "white_background"),
)


def features(config: ProductImagesConfig, snapshot: Snapshot[ProductImage], split: str) -> Mapping[str, Sequence[Any]]:
    """Return the columns of a split, with a value for each example: texts, or numbers (year, pixels, share)."""
    examples = snapshot.splits[split]
    return {column: [example.get(column) for example in examples] for column in COLUMNS}
