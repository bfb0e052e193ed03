"""Product images: the networks that score pictures, in two tables: EXTRACTORS and IMAGE_TEXT."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, runtime_checkable

import torch
from torch import Tensor

from components.core.errors import BaseModelError, ConfigError
from components.recipes.product_images.score.weight_sources import HUB


class Labelled(Protocol):
    """A network with the facts that its scores depend on besides the pictures."""

    name: str
    digest: str  # of the weights, and of the tokenizer where texts are embedded
    resize: str  # how pictures are scaled: filter and side, as `bicubic-224-antialias`
    dtype: str  # of the computation, as `float32`


class Extractor(Labelled, Protocol):
    """Computes `width` features of each picture."""

    width: int

    def __call__(self, pictures: Tensor, /) -> Tensor:
        """Return float32 features (N, width) of uint8 pictures (N, 3, H, W)."""
        ...


@runtime_checkable
class ImageClassifier(Protocol):
    """An extractor that also gives probabilities of classes, which the Inception Score needs."""

    def probabilities(self, features: Tensor, /) -> Tensor:
        """Return float32 probabilities of classes (N, classes) for features (N, width) of this extractor."""
        ...


class ImageText(Labelled, Protocol):
    """Embeds pictures and texts in one space, with length 1, so that a dot product is a cosine."""

    def image_embeddings(self, pictures: Tensor, /) -> Tensor:
        """Return float32 embeddings (N, E) of uint8 pictures (N, 3, H, W)."""
        ...

    def text_embeddings(self, texts: Sequence[str], /) -> Tensor:
        """Return float32 embeddings (N, E); long texts are truncated but keep their end token."""
        ...


Network = TypeVar("Network")


def open_extractor(name: str) -> Extractor:
    """Load a row of EXTRACTORS.

    Raises:
        ConfigError: there is no such row.
        BaseModelError: its weights are not on this machine; the message says how to get them.
    """
    return _open(name, EXTRACTORS, "evaluate.extractor")


def open_image_text(name: str) -> ImageText:
    """Load a row of IMAGE_TEXT; raises as `open_extractor`."""
    return _open(name, IMAGE_TEXT, "evaluate.image_text")


@torch.inference_mode()
def in_batches(extract: Callable[[Tensor], Tensor], pictures: Tensor, batch: int = 64) -> Tensor:
    """Return the results of `extract` for all pictures, computed in batches."""
    return torch.cat([extract(part).float().cpu() for part in torch.split(pictures, batch)])


def label(labelled: Labelled) -> str:
    """Return `name@digest/resize/dtype`: scores are comparable only if their labels are equal."""
    return f"{labelled.name}@{labelled.digest}/{labelled.resize}/{labelled.dtype}"


def _open(name: str, table: Mapping[str, Callable[[], Network]], field: str) -> Network:
    if name not in table:
        raise ConfigError(f"{field} is {name!r}", expected=f"one of {', '.join(sorted(table))}")
    return table[name]()


def _starter_vision() -> Any:
    from components.recipes.product_images.starter.vision import load_vision

    try:
        return load_vision()
    except FileNotFoundError as error:
        raise BaseModelError(str(error)) from None


def _clip_base() -> Any:
    from components.recipes.product_images.score.clip_and_dinov2 import load_clip

    return load_clip(HUB["clip-vit-b-32"].source, HUB["clip-vit-b-32"].revision, "clip-vit-b-32")


def _clip_large() -> Any:
    from components.recipes.product_images.score.clip_and_dinov2 import load_clip

    return load_clip(HUB["clip-vit-l-14"].source, HUB["clip-vit-l-14"].revision, "clip-vit-l-14")


def _dinov2_small() -> Any:
    from components.recipes.product_images.score.clip_and_dinov2 import load_dinov2

    return load_dinov2(HUB["dinov2-small"].source, HUB["dinov2-small"].revision, "dinov2-small")


def _inception() -> Any:
    from components.recipes.product_images.score.inception import load_inception

    return load_inception()


EXTRACTORS: Mapping[str, Callable[[], Extractor]] = {
    "starter-vision": _starter_vision,
    "clip-vit-b-32": _clip_base,
    "clip-vit-l-14": _clip_large,
    "dinov2-small": _dinov2_small,
    "inception-v3": _inception,
}

IMAGE_TEXT: Mapping[str, Callable[[], ImageText]] = {
    "starter-vision": _starter_vision,
    "clip-vit-b-32": _clip_base,
    "clip-vit-l-14": _clip_large,
}
