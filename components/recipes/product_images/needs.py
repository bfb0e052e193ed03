"""Product images: the files that a model needs on this machine, found without loading them or importing torch."""

import os
from collections.abc import Sequence
from pathlib import Path

from components.core.errors import AtelierError
from components.core.files import is_readable
from components.core.recipe import Need
from components.data.catalogue.files import check_catalogue
from components.data.drawn_catalogue.folder import DRAWN
from components.recipes.product_images.base_settings import BaseSettings
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.base_folder import base_folder, folder_kind, weight_files
from components.recipes.product_images.score.weight_sources import (
    CACHED_FILE,
    EXTRACTOR_NAMES,
    HUB,
    IMAGE_TEXT_NAMES,
    INCEPTION,
    INCEPTION_V3,
    SQUEEZENET,
    HubWeights,
    Published,
    cache_folder,
    checkpoints_folder,
    file_missing,
    hub_missing,
    published_file,
)
from components.recipes.product_images.starter import VISION_FOLDER
from components.training.hub_models import hub_folder

LPIPS, LPIPS_SCORE = "LPIPS", "lpips_diversity"
STARTER_FILE = "model.safetensors"


def needs(config: ProductImagesConfig, catalogue: Path | None) -> Sequence[Need]:
    """Return the catalogue, the base model and the extractors of a model.

    LPIPS is optional unless a gate uses its score. Without it `evaluate` leaves that score out and reports why.
    """
    scoring, torch_hub = config.evaluate, _torch_hub()
    found = [
        _catalogue(catalogue, config.data.catalogue),
        _base(config.base),
        _extractor("extractor", scoring.extractor, EXTRACTOR_NAMES, torch_hub),
    ]
    if scoring.image_text != scoring.extractor:
        found.append(_extractor("image_text", scoring.image_text, IMAGE_TEXT_NAMES, torch_hub))
    optional = LPIPS_SCORE not in config.promote.scores
    return [*found, Need("extractor", LPIPS, *_published(SQUEEZENET, torch_hub), optional)]


def _catalogue(given: Path | None, configured: str) -> Need:
    if given is None and configured == DRAWN:
        return Need("catalogue", DRAWN, True, "The project draws it when it is first ingested.")
    folder = (given or Path(configured)).expanduser()
    try:
        check_catalogue(folder)
    except AtelierError as error:
        return Need("catalogue", str(folder), False, str(error))
    return Need("catalogue", str(folder), True, f"It is in {folder}.")


def _base(base: BaseSettings) -> Need:
    try:
        folder = base_folder(base)
    except AtelierError as error:
        return Need("base model", base.model, False, str(error))
    expected = folder_kind(folder).with_weights
    missing = [part for part in expected if not any(path.is_file() for path in weight_files(folder, part))]
    if missing:
        sentence = (
            f"The base model in {folder} has no weights of {', '.join(missing)}, expected {missing[0]}/*.safetensors: "
            "download it again, completely."
        )
        return Need("base model", base.model, False, sentence)
    return Need("base model", base.model, True, f"It is in {folder}.")


def _extractor(field: str, name: str, allowed: Sequence[str], torch_hub: Path) -> Need:
    if name not in allowed:
        expected = ", ".join(sorted(allowed))
        return Need("extractor", name, False, f"evaluate.{field} is {name!r}, expected one of {expected}.")
    if name in HUB:
        return Need("extractor", name, *_hub(HUB[name]))
    if name == INCEPTION_V3:
        return Need("extractor", name, *_published(INCEPTION, torch_hub))
    if not (VISION_FOLDER / STARTER_FILE).is_file():
        sentence = f"{VISION_FOLDER} has no {STARTER_FILE}, which comes with the project: install or clone it again."
        return Need("extractor", name, False, sentence)
    return Need("extractor", name, True, f"It is in {VISION_FOLDER}.")


def _hub(weights: HubWeights) -> tuple[bool, str]:
    folder = hub_folder(weights.source, weights.revision)
    if folder is None:
        return False, hub_missing(weights.source, weights.revision, "not in the Hugging Face cache")
    for group in weights.files:
        if not any((folder / name).is_file() for name in group):
            return False, hub_missing(weights.source, weights.revision, f"no {' or '.join(group)} in {folder}")
    return True, f"It is in {folder}."


def _published(weights: Published, torch_hub: Path) -> tuple[bool, str]:
    cached, folder = cache_folder(weights, torch_hub), checkpoints_folder(weights, torch_hub)
    if is_readable(cached / CACHED_FILE):
        return True, f"It is in {cached}."
    file = published_file(weights, folder)
    return (True, f"It is {file}.") if file else (False, file_missing(weights, folder))


def _torch_hub() -> Path:
    """Return the folder of `torch.hub.get_dir` without importing torch, which takes seconds."""
    caches = os.environ.get("XDG_CACHE_HOME", "~/.cache")  # noqa: TID251  # torch reads these variables
    home = os.environ.get("TORCH_HOME", f"{caches}/torch")  # noqa: TID251
    return Path(home).expanduser() / "hub"
