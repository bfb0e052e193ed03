"""Product images: the columns on which drift is measured: attributes, facts of the pictures, and embeddings."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from components.core.monitored import Column
from components.core.records import Snapshot
from components.core.seeds import derive_seed
from components.drift.kernel_test import ROWS
from components.evaluation.tensor_cache import cached_tensors
from components.metrics.appearance import brightness, sharpness
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.example import ATTRIBUTES, ProductImage
from components.recipes.product_images.score.extractors import ImageText, in_batches, label, open_image_text
from components.recipes.product_images.score.features import read_pictures

COMPARED = ("colour", "gender", "season", "usage", "brand", "year")
STORED = ("width", "height", "white_background")  # facts of the pictures that ingest has written down
PRICE = "price"
MEASURED, EMBEDDED = ("brightness", "sharpness"), ("picture", "caption")
IN_MEMORY = 256  # pictures
FORMAT = 1  # raise it when the columns are computed differently, so that kept ones are computed again


def features(
    config: ProductImagesConfig, snapshot: Snapshot[ProductImage], split: str, cache: Path
) -> Mapping[str, Column]:
    """Return the columns: texts, or numbers (year, price, pixels, shares), or embeddings.

    `brightness` is the mean luminance in [0, 1], and `sharpness` the natural logarithm of the variance of the
    Laplacian, whose distribution is skewed; both of the square pictures, so that they do not depend on the size of the
    original. `picture` and `caption` are embeddings by the image-text model, of at most 1,000 examples over all splits.
    """
    examples = snapshot.splits[split]
    columns: dict[str, Column] = {name: [example.get(ATTRIBUTES[name]) for example in examples] for name in COMPARED}
    if not examples or any(PRICE in example for example in examples):  # snapshots of before have no prices
        columns[PRICE] = [example.get(PRICE) for example in examples]
    columns |= {name: [example.get(name) for example in examples] for name in STORED}
    chosen = _chosen(config, snapshot, split)
    measured = _measured(config, snapshot, split, chosen, cache) if examples else {}
    for name in MEASURED:
        columns[name] = measured[name].tolist() if measured else []
    for name in EMBEDDED:
        columns[name] = _placed(measured.get(name), chosen, len(examples))
    return columns


def _chosen(config: ProductImagesConfig, snapshot: Snapshot[ProductImage], split: str) -> list[int]:
    """Return which examples of a split get embeddings: its share of ROWS, at random."""
    count, total = len(snapshot.splits[split]), sum(snapshot.sizes.values())
    numbers = torch.Generator().manual_seed(derive_seed(config.seed, "drift", snapshot.digest, split))
    order: list[int] = torch.randperm(count, generator=numbers).tolist()
    return sorted(order[: count if total <= ROWS else round(ROWS * count / total)])


def _measured(
    config: ProductImagesConfig, snapshot: Snapshot[ProductImage], split: str, chosen: Sequence[int], cache: Path
) -> dict[str, Tensor]:
    """Return what is computed from pictures and captions, from `cache` if it is there."""
    examples, image_text = snapshot.splits[split], _image_text(config.evaluate.image_text)
    some = [examples[place] for place in chosen]

    def compute() -> dict[str, Tensor]:
        starts = range(0, len(examples), IN_MEMORY)
        parts = [_of_pictures(snapshot, split, examples[start : start + IN_MEMORY]) for start in starts]
        found = {name: torch.cat([part[name] for part in parts]) for name in MEASURED}
        return found | (_embedded(snapshot, split, some, image_text) if some else {})

    names = [example["file_name"] for example in examples]
    return cached_tensors(cache / "drift", [snapshot.digest, split, FORMAT, label(image_text), names, chosen], compute)


@lru_cache(maxsize=1)
def _image_text(name: str) -> ImageText:
    return open_image_text(name)


def _of_pictures(snapshot: Snapshot[ProductImage], split: str, examples: Sequence[ProductImage]) -> dict[str, Tensor]:
    pictures = read_pictures(snapshot, split, examples)
    return {"brightness": brightness(pictures), "sharpness": sharpness(pictures).log1p()}


@torch.inference_mode()
def _embedded(
    snapshot: Snapshot[ProductImage], split: str, examples: Sequence[ProductImage], image_text: ImageText
) -> dict[str, Tensor]:
    pictures = [
        in_batches(image_text.image_embeddings, read_pictures(snapshot, split, examples[start : start + IN_MEMORY]))
        for start in range(0, len(examples), IN_MEMORY)
    ]
    texts = image_text.text_embeddings([example["caption"] for example in examples])
    return {"picture": torch.cat(pictures), "caption": texts}


def _placed(embeddings: Tensor | None, chosen: Sequence[int], count: int) -> list[Any]:
    """Return a column in which the examples without an embedding have None."""
    column: list[Any] = [None] * count
    for place, embedding in zip(chosen, embeddings.tolist() if embeddings is not None else [], strict=True):
        column[place] = embedding
    return column
