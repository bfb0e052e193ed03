"""Product images: what checks of generated pictures compare them with: real pictures of the model's own snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from components.core.files import digest_of
from components.core.records import Snapshot
from components.core.seeds import derive_seed
from components.data.pictures.looks import Look, look_of
from components.data.snapshots import picture_path
from components.evaluation.tensor_cache import cached_tensors
from components.metrics.agreement import cosines
from components.metrics.appearance import foreground_share
from components.metrics.attributes import AttributeClassifier
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.generate.check_article import (
    MOST,
    OTHER_TYPES,
    ArticleByCaption,
    right_by_caption,
)
from components.recipes.product_images.generate.check_visible import VisibleProducts
from components.recipes.product_images.score.attribute_classifiers import fit_classifiers
from components.recipes.product_images.score.extractors import Extractor, ImageText, label
from components.recipes.product_images.score.features import TRAIN, extract_real
from components.recipes.product_images.score.reference import open_extractors

SPLIT = "validation"  # whose pairs of picture and caption give the threshold: nothing was trained on them
CLASSIFIED = ("article", "colour")  # gender can hardly be seen
LOOKS_FORMAT = 1
ARTICLE_FORMAT = 1
VISIBLE_FORMAT = 1
KEPT = 4  # prepared references in this process

_PREPARED: dict[str, "CheckReference"] = {}
_LOCK = Lock()


@dataclass(frozen=True)
class CheckReference:
    """Extractors with what they find in real pictures, and the looks of the training pictures.

    `threshold` is the cosine of picture and caption that all but a quantile of the `pairs` real pairs reach. `article`
    checks article types where no classifier can, such as where all training pictures have one type. `visible` checks
    that the product stands out from the background.
    """

    extractor: Extractor
    image_text: ImageText
    classifiers: Mapping[str, AttributeClassifier]
    threshold: float
    quantile: float
    pairs: int
    looks: list[Look]
    names: list[str]
    article: ArticleByCaption | None = None
    visible: VisibleProducts | None = None


@dataclass(frozen=True, slots=True)
class RealExamples:
    """Where the real pictures are, with the folder in which what is found in them is cached."""

    snapshot: Snapshot[ProductImage]
    cache: Path
    quantile: float

    def reference(self, config: ProductImagesConfig) -> CheckReference:
        """Return what checks need. It is prepared once in a process, and its features are kept on disk.

        Raises:
            BaseModelError: the weights of an extractor are not on this machine.
            DataError: the snapshot is damaged.
        """
        scoring, caption = config.evaluate.model_dump(mode="json"), config.data.caption
        key = digest_of([self.snapshot.digest, str(self.cache), self.quantile, config.seed, scoring, caption])
        with _LOCK:
            found = _PREPARED.pop(key, None) or _prepare(config, self)
            _PREPARED[key] = found  # the last one used is the last one to go
            for oldest in list(_PREPARED)[:-KEPT]:
                del _PREPARED[oldest]
            return found


def _prepare(config: ProductImagesConfig, real: RealExamples) -> CheckReference:
    extractor, image_text = open_extractors(config)
    snapshot = real.snapshot
    found = extract_real(snapshot, SPLIT, extractor, image_text, real.cache)
    texts = image_text.text_embeddings([example["caption"] for example in snapshot.splits[SPLIT]])
    similar = cosines(found.extracted.embeddings, texts)
    training = snapshot.splits[TRAIN]
    fitted = fit_classifiers(found.training, training, derive_seed(config.seed, "heads")).by_attribute
    usable = {name: fitted[name] for name in CLASSIFIED if name in fitted and fitted[name].usable}
    return CheckReference(
        extractor=extractor,
        image_text=image_text,
        classifiers=usable,
        threshold=float(torch.quantile(similar, real.quantile)),
        quantile=real.quantile,
        pairs=len(similar),
        looks=_looks(snapshot, real.cache),
        names=[example["file_name"] for example in training],
        article=None if "article" in usable else _article(config, real, image_text, found.extracted.embeddings),
        visible=_visible(snapshot, real),
    )


def _visible(snapshot: Snapshot[ProductImage], real: RealExamples) -> VisibleProducts:
    key = [snapshot.digest, TRAIN, "visible", VISIBLE_FORMAT]
    kept = cached_tensors(real.cache, key, lambda: {"shares": _shares(snapshot)})
    colours = [str(example["baseColour"] or "") for example in snapshot.splits[TRAIN]]
    return VisibleProducts(kept["shares"].tolist(), colours, real.quantile)


def _shares(snapshot: Snapshot[ProductImage]) -> Tensor:
    """Return (n,) how much of each training picture is not background."""
    found = []
    for example in snapshot.splits[TRAIN]:
        with Image.open(picture_path(snapshot, TRAIN, example)) as picture:
            pixels = torch.from_numpy(np.array(picture.convert("RGB"))).permute(2, 0, 1)
        found.append(foreground_share(pixels[None]))
    return torch.cat(found)


def _article(
    config: ProductImagesConfig, real: RealExamples, image_text: ImageText, embeddings: Tensor
) -> ArticleByCaption | None:
    """Return what checks article types by captions, None if it is wrong about more than a quantile of real pictures."""
    template, examples = config.data.caption, real.snapshot.splits[SPLIT][:MOST]
    key = [real.snapshot.digest, SPLIT, label(image_text), template, list(OTHER_TYPES), ARTICLE_FORMAT]
    kept = cached_tensors(
        real.cache,
        key,
        lambda: {"right": right_by_caption(template, image_text, examples, embeddings[: len(examples)])},
    )
    right = kept["right"][~kept["right"].isnan()]
    share = float(right.mean()) if len(right) else 0.0
    return ArticleByCaption(template, image_text, share, len(right)) if share >= 1 - real.quantile else None


def _looks(snapshot: Snapshot[ProductImage], cache: Path) -> list[Look]:
    """Return the looks of the training pictures as they were trained on: square, and of the model's size."""
    kept = cached_tensors(cache, [snapshot.digest, TRAIN, "looks", LOOKS_FORMAT], lambda: _looks_of(snapshot))
    return [Look(phash.numpy(), colours.numpy()) for phash, colours in zip(kept["phash"], kept["colours"], strict=True)]


def _looks_of(snapshot: Snapshot[ProductImage]) -> dict[str, Tensor]:
    looks = []
    for example in snapshot.splits[TRAIN]:
        with Image.open(picture_path(snapshot, TRAIN, example)) as picture:
            looks.append(look_of(picture.convert("RGB")))
    return {
        "phash": torch.from_numpy(np.stack([look.phash for look in looks])),
        "colours": torch.from_numpy(np.stack([look.colours for look in looks])),
    }
