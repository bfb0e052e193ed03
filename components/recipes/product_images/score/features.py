"""Product images: features, embeddings and pixel scores of pictures, generated or real."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from components.core.errors import DataError
from components.core.records import Example, Snapshot
from components.data.snapshots import picture_path
from components.evaluation.tensor_cache import remember
from components.metrics.appearance import blank, centred, sharpness, white_background
from components.recipes.product_images.score.extractors import Classifier, Extractor, ImageText, in_batches, label
from components.training.device import choose_device

BY_PIXELS = {"white_background": white_background, "centred": centred, "sharpness": sharpness, "blank": blank}
CLASSES = "probabilities"


@dataclass(frozen=True)
class Extracted:
    """What the extractors say about N pictures. Only this is scored, so that each picture is read once."""

    features: Tensor  # (N, width)
    embeddings: Tensor  # (N, E), in one space with those of texts
    pixel_scores: Mapping[str, Tensor]  # (N,) by score: what pixels alone say of each picture
    probabilities: Tensor | None  # (N, classes), where the extractor names classes

    def __len__(self) -> int:
        return len(self.features)

    def __add__(self, more: "Extracted") -> "Extracted":
        """Return both, these pictures first."""
        return from_tensors({name: torch.cat([mine, more.tensors()[name]]) for name, mine in self.tensors().items()})

    def tensors(self) -> dict[str, Tensor]:
        classes = {} if self.probabilities is None else {CLASSES: self.probabilities}
        return {"features": self.features, "embeddings": self.embeddings, **self.pixel_scores, **classes}


def from_tensors(tensors: Mapping[str, Tensor]) -> Extracted:
    pixel_scores = {name: tensors[name] for name in BY_PIXELS}
    return Extracted(tensors["features"], tensors["embeddings"], pixel_scores, tensors.get(CLASSES))


@torch.inference_mode()
def extract(pictures: Tensor, extractor: Extractor, image_text: ImageText) -> Extracted:
    """Extract from uint8 pictures (N, 3, H, W). The extractor runs once; classes are computed from its features."""
    features = features_of(pictures, extractor)
    return Extracted(
        features=features,
        embeddings=in_batches(image_text.image_embeddings, pictures, _at_once()),
        pixel_scores={name: measure(pictures) for name, measure in BY_PIXELS.items()},
        probabilities=extractor.probabilities(features).cpu() if isinstance(extractor, Classifier) else None,
    )


def features_of(pictures: Tensor, extractor: Extractor) -> Tensor:
    """Return features (N, width) of uint8 pictures (N, 3, H, W)."""
    return in_batches(extractor, pictures, _at_once())


def _at_once() -> int:
    """Return how many pictures a network gets at once.

    A CPU's caches hold few: Inception-v3 takes 0.34 s a picture with 64 at once, 0.24 s with 8.
    """
    return 8 if choose_device().type == "cpu" else 64


# Its real pictures give the floor of scores of sets, train the classifiers, and say what was memorised.
TRAIN = "train"
SMALLEST_SPLIT = 2
AT_ONCE = 256  # pictures in memory
FORM = 2  # raise it when extraction changes, so that what the cache holds is extracted again


@dataclass(frozen=True)
class Real:
    """What was extracted from real pictures: those of the scored split, and the training pictures' features."""

    extracted: Extracted  # (M, ...)
    training: Tensor  # (K, width)


def check_examples(snapshot: Snapshot, split: str) -> None:
    """Raise unless a split can be scored against.

    Raises:
        DataError: a caption is empty, or there are fewer than two examples.
    """
    examples = snapshot.splits[split]
    empty = [str(example["file_name"]) for example in examples if not str(example["caption"]).strip()]
    if empty:
        raise DataError(
            f"The caption of {empty[0]} in snapshot {snapshot.digest} is empty, expected a text: ingest again with a "
            "caption template that says something."
        )
    if len(examples) < SMALLEST_SPLIT:
        raise DataError(
            f"The {split} split of snapshot {snapshot.digest} has {len(examples)} pictures, expected at least "
            f"{SMALLEST_SPLIT} to score against: ingest a larger catalogue."
        )


def extract_real(snapshot: Snapshot, split: str, extractor: Extractor, image_text: ImageText, cache: Path) -> Real:
    """Return what the extractors say about real pictures, from `cache` if it is there.

    What is kept is named by the snapshot, the split and the extractors' labels, which hold the digest of their weights.
    """
    training = remember(
        cache,
        [snapshot.digest, TRAIN, label(extractor), FORM],
        lambda: {"features": _features(snapshot, extractor)},
    )
    return Real(extract_split(snapshot, split, extractor, image_text, cache), training["features"])


def extract_split(
    snapshot: Snapshot, split: str, extractor: Extractor, image_text: ImageText, cache: Path
) -> Extracted:
    """Return what the extractors say about the real pictures of one split, cached as in `extract_real`."""
    extracted = remember(
        cache,
        [snapshot.digest, split, label(extractor), label(image_text), FORM],
        lambda: extract(read_pictures(snapshot, split, snapshot.splits[split]), extractor, image_text).tensors(),
    )
    return from_tensors(extracted)


def _features(snapshot: Snapshot, extractor: Extractor) -> Tensor:
    """Return features of the training pictures, a few at a time: there are many, and they may be large."""
    examples = snapshot.splits[TRAIN]
    parts = (examples[start : start + AT_ONCE] for start in range(0, len(examples), AT_ONCE))
    return torch.cat([features_of(read_pictures(snapshot, TRAIN, part), extractor) for part in parts])


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
