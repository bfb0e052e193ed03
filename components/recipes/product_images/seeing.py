"""Product images: what the judges see in the pictures of one subject, drawn or real."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from components.metrics.appearance import blank, centred, sharpness, white_background
from components.recipes.product_images.extractors import Classifier, Extractor, ImageText, in_batches
from components.training.device import choose_device

LOOKS = {"white_background": white_background, "centred": centred, "sharpness": sharpness, "blank": blank}
CLASSES = "probabilities"


@dataclass(frozen=True)
class Seen:
    """What N pictures look like. Only this is scored, so that pictures need to be looked at once."""

    features: Tensor  # (N, width)
    embeddings: Tensor  # (N, E), in one space with those of texts
    looks: Mapping[str, Tensor]  # (N,) by score: what each picture looks like by itself
    probabilities: Tensor | None  # (N, classes), where the extractor names classes

    def __len__(self) -> int:
        return len(self.features)

    def __add__(self, more: "Seen") -> "Seen":
        """Return both, these pictures first."""
        return from_tensors({name: torch.cat([mine, more.tensors()[name]]) for name, mine in self.tensors().items()})

    def tensors(self) -> dict[str, Tensor]:
        classes = {} if self.probabilities is None else {CLASSES: self.probabilities}
        return {"features": self.features, "embeddings": self.embeddings, **self.looks, **classes}


def from_tensors(tensors: Mapping[str, Tensor]) -> Seen:
    looks = {name: tensors[name] for name in LOOKS}
    return Seen(tensors["features"], tensors["embeddings"], looks, tensors.get(CLASSES))


@torch.inference_mode()
def look_at(pictures: Tensor, extractor: Extractor, image_text: ImageText) -> Seen:
    """Look at uint8 pictures (N, 3, H, W). The extractor sees them once; what it names is told from its features."""
    features = features_of(pictures, extractor)
    return Seen(
        features=features,
        embeddings=in_batches(image_text.image_embeddings, pictures, _at_once()),
        looks={name: look(pictures) for name, look in LOOKS.items()},
        probabilities=extractor.probabilities(features).cpu() if isinstance(extractor, Classifier) else None,
    )


def features_of(pictures: Tensor, extractor: Extractor) -> Tensor:
    """Return features (N, width) of uint8 pictures (N, 3, H, W)."""
    return in_batches(extractor, pictures, _at_once())


def _at_once() -> int:
    """Return how many pictures a network sees at once.

    A CPU's caches hold few: Inception-v3 takes 0.34 s a picture with 64 at once, 0.24 s with 8.
    """
    return 8 if choose_device().type == "cpu" else 64
