"""Training: generate one picture as a stock diffusers client does, with no code of this project."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import diffusers
import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from numpy.typing import NDArray

from components.core.errors import CheckpointError
from components.training.device import limit_threads


@dataclass(frozen=True, slots=True)
class StockSettings:
    """Everything that a picture depends on besides the weights, in a batch of one."""

    prompt: str
    seed: int
    steps: int
    guidance: float
    precision: str  # of the weights, as torch names it: float32
    scheduler: str  # its class in diffusers
    scheduler_config: Mapping[str, Any]


def generate_stock(pipeline: StableDiffusionPipeline, settings: StockSettings) -> NDArray[np.uint8]:
    """Return the picture as pixels (H, W, 3).

    Raises:
        CheckpointError: diffusers does not know the scheduler.
    """
    pipeline.scheduler = _scheduler(settings)
    pipeline.set_progress_bar_config(disable=True)
    with limit_threads(pipeline.device, pipeline.unet.num_parameters()), torch.inference_mode():
        picture = pipeline(
            settings.prompt,
            num_inference_steps=settings.steps,
            guidance_scale=settings.guidance,
            generator=torch.Generator().manual_seed(settings.seed),
            output_type="pt",
        ).images[0]
    levels = (picture.float().cpu() * 255).round().to(torch.uint8)
    return np.asarray(levels.permute(1, 2, 0).numpy())


def _scheduler(settings: StockSettings) -> Any:
    kind = getattr(diffusers, settings.scheduler, None) if settings.scheduler.endswith("Scheduler") else None
    if kind is None:
        found = f"diffusers has no scheduler {settings.scheduler!r}"
        raise CheckpointError(found, expected="that of the golden sample", act="run `evaluate`")
    return kind.from_config(dict(settings.scheduler_config))
