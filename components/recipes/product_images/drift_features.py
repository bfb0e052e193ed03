"""Product images: the columns that drift of a snapshot is measured on."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.core.records import Snapshot
from components.recipes.product_images.config import ProductImagesConfig

COLUMNS = ("baseColour", "gender", "season", "usage", "brand", "year", "width", "height", "white_background")


def features(config: ProductImagesConfig, snapshot: Snapshot, split: str) -> Mapping[str, Sequence[Any]]:
    """Return the columns of a split, each with a value an example: texts, or numbers (year, sizes in pixels, share)."""
    examples = snapshot.splits[split]
    return {column: [example.get(column) for example in examples] for column in COLUMNS}
