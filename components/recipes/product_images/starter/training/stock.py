"""components / product images / starter / training: the classes of diffusers, whose types mypy cannot follow."""

from typing import Any

import diffusers

Stock = Any  # a model, scheduler or pipeline of diffusers
AutoencoderKL: Stock = diffusers.AutoencoderKL
DDIMScheduler: Stock = diffusers.DDIMScheduler
StableDiffusionPipeline: Stock = diffusers.StableDiffusionPipeline
UNet2DConditionModel: Stock = diffusers.UNet2DConditionModel
