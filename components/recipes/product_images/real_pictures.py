"""Product images: what real pictures look like to those who score. Measured once a snapshot, and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from components.core.errors import DataError
from components.core.records import Example, Snapshot
from components.core.seeds import derive_seed
from components.data.snapshots import picture_path
from components.metrics.agreement import mean_cosine
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.extractors import Extractor, ImageText, in_batches, label
from components.recipes.product_images.stored import remember

OTHERS = "train"  # the split whose real pictures are scored against the evaluated split's, which gives the floor


@dataclass(frozen=True)
class Real:
    """Features of the evaluated split, and of other real pictures, as many as are drawn; their own CLIP score."""

    features: Tensor  # (M, width)
    others: Tensor  # (K, width)
    clip_score: float


def captions_of(snapshot: Snapshot, split: str) -> list[str]:
    """Return the captions of a split.

    Raises:
        DataError: a caption is empty, or there are fewer than two.
    """
    captions = [str(example["caption"]) for example in snapshot.splits[split]]
    empty = [str(e["file_name"]) for e in snapshot.splits[split] if not str(e["caption"]).strip()]
    if empty:
        raise DataError(
            f"The caption of {empty[0]} in snapshot {snapshot.digest} is empty, expected a text: ingest again with a "
            "caption template that says something."
        )
    if len(captions) < 2:
        raise DataError(
            f"The {split} split of snapshot {snapshot.digest} has {len(captions)} pictures, expected at least 2 to "
            "score against: ingest a larger catalogue."
        )
    return captions


def measure_real(
    config: ProductImagesConfig, snapshot: Snapshot, extractor: Extractor, image_text: ImageText, cache: Path
) -> Real:
    """Return the features of real pictures, from `cache` where they have been computed before."""
    split, count = config.evaluate.split, config.evaluate.pictures
    numbers = torch.Generator().manual_seed(derive_seed(config.seed, "floor"))
    chosen = torch.randperm(len(snapshot.splits[OTHERS]), generator=numbers)[:count].tolist()
    others = [snapshot.splits[OTHERS][i] for i in chosen]
    examples = snapshot.splits[split]
    embeddings = remember(
        cache,
        [snapshot.digest, split, label(image_text), "embeddings"],
        lambda: in_batches(image_text.image_embeddings, read_pictures(snapshot, split, examples)),
    )
    return Real(
        features=remember(
            cache,
            [snapshot.digest, split, label(extractor), "features"],
            lambda: in_batches(extractor, read_pictures(snapshot, split, examples)),
        ),
        others=remember(
            cache,
            [snapshot.digest, OTHERS, label(extractor), chosen],
            lambda: in_batches(extractor, read_pictures(snapshot, OTHERS, others)),
        ),
        clip_score=mean_cosine(embeddings, image_text.text_embeddings([str(e["caption"]) for e in examples])),
    )


def read_pictures(snapshot: Snapshot, split: str, examples: Sequence[Example]) -> Tensor:
    """Return the examples' pictures as uint8 (N, 3, H, W).

    Raises:
        DataError: they are of several sizes.
    """
    pictures: list[Tensor] = []
    for example in examples:
        with Image.open(picture_path(snapshot, split, example)) as picture:
            pictures.append(torch.from_numpy(np.array(picture.convert("RGB"))).permute(2, 0, 1))
        if pictures[-1].shape != pictures[0].shape:
            height, width = pictures[-1].shape[1:]
            raise DataError(
                f"{example['file_name']} has {width} x {height} pixels, expected {pictures[0].shape[2]} x "
                f"{pictures[0].shape[1]} as {examples[0]['file_name']} has: ingest again, so that all have one size."
            )
    return torch.stack(pictures)
