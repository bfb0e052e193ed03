"""Product images: open the base model; it is never trained, and never downloaded here."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers import DDIMScheduler
from diffusers.utils.logging import disable_progress_bar as _quiet_diffusers
from transformers.utils.logging import disable_progress_bar as _quiet_transformers

from components.core.errors import BaseModelError
from components.recipes.product_images.base_settings import STARTER
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.base_folder import (
    CHOOSE,
    EXPECTED,
    base_folder,
    folder_kind,
    weight_files,
)
from components.training.device import choose_device
from components.training.diffusion.pipelines import Pipeline
from components.training.precision import Precision, choose_precision

QUIET: tuple[Callable[[], None], ...] = (_quiet_diffusers, _quiet_transformers)  # we show our own progress bars
BYTES_A_PARAMETER = 2  # the least that a parameter takes on disk; only the order of magnitude matters here


def open_base(config: ProductImagesConfig) -> Pipeline:
    """Return the frozen base on the chosen device in the chosen precision, with DDIM as its sampler.

    The process keeps the last base, and another call returns the same object. Its adapter, if any, is the one that
    `swap_adapter` put there last.

    Raises:
        BaseModelError: it is missing, or of a kind that cannot be trained.
        ConfigError: the precision does not work on this device.
    """
    return _open(base_folder(config.base), choose_device(), precision_of(config).dtype)


def precision_of(config: ProductImagesConfig) -> Precision:
    """Return the precision of the base on this machine, and why.

    Raises:
        BaseModelError: the base is missing, or of a kind that cannot be trained.
        ConfigError: the precision does not work on this device.
    """
    weights = weight_files(base_folder(config.base), "unet")[:1]
    parameters = sum(path.stat().st_size for path in weights) // BYTES_A_PARAMETER
    return choose_precision(config.train.precision, choose_device(), parameters)


def base_reference(config: ProductImagesConfig) -> str:
    """Return how a checkpoint names its base.

    `starter` comes with the project, wherever that is; others are `org/name@revision`, or an absolute folder.
    """
    folder = base_folder(config.base)
    if config.base.model == STARTER:
        return STARTER
    is_hub = folder.parent.name == "snapshots" and folder.parent.parent.name.startswith("models--")
    return f"{config.base.model}@{folder.name}" if is_hub and "/" in config.base.model else str(folder)


@lru_cache(maxsize=1)
def _open(folder: Path, device: torch.device, dtype: torch.dtype) -> Pipeline:
    for quiet in QUIET:
        quiet()
    kind = folder_kind(folder)
    variant = "fp16" if any(".fp16." in path.name for path in weight_files(folder, "unet")[:1]) else None
    try:
        pipeline: Any = getattr(diffusers, kind.pipeline).from_pretrained(
            folder, dtype=dtype, variant=variant, use_safetensors=True, local_files_only=True, **kind.options
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise BaseModelError(
            f"The base model in {folder} does not load ({_brief(error)})", expected=EXPECTED, act=CHOOSE
        ) from None
    pipeline.scheduler = _sampling_scheduler(pipeline.scheduler.config)
    for part in kind.with_weights:
        getattr(pipeline, part).requires_grad_(False).eval()
    pipeline.set_progress_bar_config(disable=True)
    opened: Pipeline = pipeline.to(device)
    return opened


def _sampling_scheduler(found: Mapping[str, Any]) -> DDIMScheduler:
    """Return DDIM with the base's noise schedule. From a PNDM config it would clip samples, so `clip_sample` is set."""
    spacing = found.get("timestep_spacing") or "leading"
    scheduler: DDIMScheduler = DDIMScheduler.from_config(found, clip_sample=False, timestep_spacing=spacing)
    return scheduler


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")
