"""Training: the pipelines whose UNets can be trained, and what their UNets get besides latents, times and texts."""

from collections.abc import Callable
from typing import Any

import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
from torch import Tensor

Pipeline = StableDiffusionPipeline | StableDiffusionXLPipeline

TEXT_AND_SIZES = "text_time"  # diffusers' `addition_embed_type` of Stable Diffusion XL
SIZES = 6  # original height and width, top and left of the crop, target height and width (Podell et al., 2023, 2.2)


def added_conditions(pooled: Tensor, sizes: Tensor) -> dict[str, Tensor] | None:
    """Return what Stable Diffusion XL's UNet gets besides texts; None where texts have no pooled embedding.

    Args:
        pooled: one vector for each text, (texts, pooled width); the width is 0 for other bases.
        sizes: the six sizes of each picture, (texts, 6), in pixels.
    """
    return {"text_embeds": pooled, "time_ids": sizes} if pooled.shape[-1] else None


def pooled_width(unet_config: Any) -> int:
    """Return the width of the pooled text embeddings that a UNet needs; 0 if it needs none."""
    if unet_config.addition_embed_type != TEXT_AND_SIZES:
        return 0
    return int(unet_config.projection_class_embeddings_input_dim) - SIZES * int(unet_config.addition_time_embed_dim)


def placeholder_conditions(
    unet_config: Any, texts: int, make: Callable[..., Tensor] = torch.zeros, **options: Any
) -> dict[str, Tensor] | None:
    """Return added conditions of the right shapes, made by a function such as `torch.randn`, for checks of a UNet."""
    width = pooled_width(unet_config)
    return added_conditions(make((texts, width), **options), make((texts, SIZES), **options))
