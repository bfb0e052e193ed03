"""Product images: features, embeddings and pixel scores of generated and real pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from components.core.errors import DataError
from components.core.records import Snapshot
from components.data.snapshots import picture_path
from components.evaluation.tensor_cache import cached_tensors
from components.metrics.appearance import blank, centred, sharpness, white_background
from components.recipes.product_images.example import ProductImage, check_split
from components.recipes.product_images.score.extractors import Extractor, ImageClassifier, ImageText, in_batches, label
from components.training.device import choose_device

BY_PIXELS = {"white_background": white_background, "centred": centred, "sharpness": sharpness, "blank": blank}
CLASSES = "probabilities"


@dataclass(frozen=True)
class Extracted:
    """What the extractors compute from N pictures. Scores need only this, so that each picture is read once."""

    features: Tensor  # (N, width)
    embeddings: Tensor  # (N, E), in the same space as those of texts
    pixel_scores: Mapping[str, Tensor]  # (N,) by score: those computed from pixels alone
    probabilities: Tensor | None  # (N, classes), if the extractor is a classifier

    def __len__(self) -> int:
        return len(self.features)

    def __add__(self, more: "Extracted") -> "Extracted":
        """Return the features of both sets, these pictures first."""
        return from_tensors({name: torch.cat([mine, more.tensors()[name]]) for name, mine in self.tensors().items()})

    def tensors(self) -> dict[str, Tensor]:
        classes = {} if self.probabilities is None else {CLASSES: self.probabilities}
        return {"features": self.features, "embeddings": self.embeddings, **self.pixel_scores, **classes}


def from_tensors(tensors: Mapping[str, Tensor]) -> Extracted:
    pixel_scores = {name: tensors[name] for name in BY_PIXELS}
    return Extracted(tensors["features"], tensors["embeddings"], pixel_scores, tensors.get(CLASSES))


@torch.inference_mode()
def extract(pictures: Tensor, extractor: Extractor, image_text: ImageText) -> Extracted:
    """Extract features from uint8 pictures (N, 3, H, W). Class probabilities are computed from the same features."""
    features = features_of(pictures, extractor)
    return Extracted(
        features=features,
        embeddings=in_batches(image_text.image_embeddings, pictures, _batch_size()),
        pixel_scores={name: measure(pictures) for name, measure in BY_PIXELS.items()},
        probabilities=extractor.probabilities(features).cpu() if isinstance(extractor, ImageClassifier) else None,
    )


def features_of(pictures: Tensor, extractor: Extractor) -> Tensor:
    """Return features (N, width) of uint8 pictures (N, 3, H, W)."""
    return in_batches(extractor, pictures, _batch_size())


def _batch_size() -> int:
    """Return the batch size of a network.

    It is small on a CPU, whose caches are small: Inception-v3 takes 0.34 s a picture with 64 at once, 0.24 s with 8.
    """
    return 8 if choose_device().type == "cpu" else 64


# Real pictures of this split give the floors of scores of sets, train the classifiers, and show what was memorised.
TRAIN = "train"
SMALLEST_SPLIT = 2
IN_MEMORY = 256  # pictures in memory
FORMAT = 2  # raise it when extraction changes, so that cached features are extracted again


@dataclass(frozen=True)
class RealPictures:
    """Features of real pictures: everything for the scored split, the extractor's features for the train split."""

    extracted: Extracted  # (M, ...)
    training: Tensor  # (K, width)


def check_examples(snapshot: Snapshot[ProductImage], split: str) -> None:
    """Check that checkpoints can be scored on a split.

    Raises:
        DataError: a field is missing, a caption is empty, or there are fewer than two examples.
    """
    examples = check_split(snapshot, split)
    check_split(snapshot, TRAIN)
    empty = [example["file_name"] for example in examples if not example["caption"].strip()]
    if empty:
        raise DataError(
            f"The caption of {empty[0]} in snapshot {snapshot.digest} is empty",
            expected="a text",
            act="ingest again with a caption template that has fixed words",
        )
    if len(examples) < SMALLEST_SPLIT:
        raise DataError(
            f"The {split} split of snapshot {snapshot.digest} has {len(examples)} pictures",
            expected=f"at least {SMALLEST_SPLIT} to score against",
            act="ingest a larger catalogue",
        )


def extract_real(
    snapshot: Snapshot[ProductImage], split: str, extractor: Extractor, image_text: ImageText, cache: Path
) -> RealPictures:
    """Return the features of real pictures, from `cache` if they are there.

    The key in the cache is the snapshot, the split and the extractors' labels, which hold the digest of their weights.
    """
    training = cached_tensors(
        cache,
        [snapshot.digest, TRAIN, label(extractor), FORMAT],
        lambda: {"features": _features(snapshot, extractor)},
    )
    return RealPictures(extract_split(snapshot, split, extractor, image_text, cache), training["features"])


def extract_split(
    snapshot: Snapshot[ProductImage], split: str, extractor: Extractor, image_text: ImageText, cache: Path
) -> Extracted:
    """Return the features of the real pictures of one split, cached as in `extract_real`."""
    extracted = cached_tensors(
        cache,
        [snapshot.digest, split, label(extractor), label(image_text), FORMAT],
        lambda: extract(read_pictures(snapshot, split, snapshot.splits[split]), extractor, image_text).tensors(),
    )
    return from_tensors(extracted)


def _features(snapshot: Snapshot[ProductImage], extractor: Extractor) -> Tensor:
    """Return the features of the training pictures, with only IN_MEMORY pictures in memory at a time."""
    examples = snapshot.splits[TRAIN]
    parts = (examples[start : start + IN_MEMORY] for start in range(0, len(examples), IN_MEMORY))
    return torch.cat([features_of(read_pictures(snapshot, TRAIN, part), extractor) for part in parts])


def read_pictures(snapshot: Snapshot[ProductImage], split: str, examples: Sequence[ProductImage]) -> Tensor:
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
                f"{example['file_name']} has {width} x {height} pixels",
                expected=f"{pictures[0].shape[2]} x {pictures[0].shape[1]} as {examples[0]['file_name']} has",
                act="ingest again, so that all have one size",
            )
    return torch.stack(pictures)
