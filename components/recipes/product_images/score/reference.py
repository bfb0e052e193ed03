"""Product images: open the extractors of an evaluation and extract the features of real pictures."""

from pathlib import Path

import torch

from components.core.records import Snapshot
from components.core.seeds import derive_seed
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.prompt_plan import PromptPlan
from components.recipes.product_images.score.attribute_classifiers import fit_classifiers
from components.recipes.product_images.score.extractors import (
    Extractor,
    ImageClassifier,
    ImageText,
    open_extractor,
    open_image_text,
)
from components.recipes.product_images.score.features import TRAIN, extract_real
from components.recipes.product_images.score.lpips import NAME as LPIPS_DIVERSITY
from components.recipes.product_images.score.lpips import find_lpips, real_diversity
from components.recipes.product_images.score.scores import Extractors, real_floors


def _without_classes(extractor: Extractor) -> dict[str, str]:
    if isinstance(extractor, ImageClassifier):
        return {}
    return {"inception_score": f"{extractor.name} gives no probabilities of classes, inception-v3 does"}


def open_extractors(config: ProductImagesConfig) -> tuple[Extractor, ImageText]:
    """Open the extractor and the image-text model that the YAML names.

    Raises:
        ConfigError: the extractor does not exist.
        BaseModelError: its weights are not on this machine.
    """
    return open_extractor(config.evaluate.extractor), open_image_text(config.evaluate.image_text)


def prepare_extractors(
    config: ProductImagesConfig,
    snapshot: Snapshot[ProductImage],
    split: str,
    plan: PromptPlan,
    extractors: tuple[Extractor, ImageText],
    cache: Path,
) -> Extractors:
    """Extract features of real pictures and prompts; fit classifiers of attributes to real pictures."""
    extractor, image_text = extractors
    examples, training = snapshot.splits[split], snapshot.splits[TRAIN]
    real = extract_real(snapshot, split, extractor, image_text, cache)
    classifiers = fit_classifiers(real.training, training, derive_seed(config.seed, "heads"))
    captions = [example["caption"] for example in examples]
    distinct = list(dict.fromkeys(captions))  # includes every prompt, since the plan uses the same examples
    embedded = dict(zip(distinct, image_text.text_embeddings(distinct), strict=True))
    texts = torch.stack([embedded[caption] for caption in captions])
    lpips, missing = find_lpips()
    floors = real_floors(real, examples, texts, classifiers)
    if lpips:
        floors[LPIPS_DIVERSITY] = real_diversity(snapshot, split, plan.clusters[1], lpips, cache)
    numbers = torch.Generator().manual_seed(derive_seed(config.seed, "floor"))
    return Extractors(
        extractor=extractor,
        image_text=image_text,
        real=real,
        classifiers=classifiers,
        others=real.training[torch.randperm(len(real.training), generator=numbers)],
        texts=torch.stack([embedded[prompt] for prompt in plan.prompts]),
        floors=floors,
        lpips=lpips,
        left_out={
            **classifiers.missing,
            **({LPIPS_DIVERSITY: missing} if missing else {}),
            **_without_classes(extractor),
        },
    )
