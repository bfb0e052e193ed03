"""components / product images / starter / training: the classes of diffusers, which mypy cannot type."""

from typing import Any

import diffusers

DiffusersModel = Any  # a model, scheduler or pipeline of diffusers
AutoencoderKL: DiffusersModel = diffusers.AutoencoderKL
DDIMScheduler: DiffusersModel = diffusers.DDIMScheduler
StableDiffusionPipeline: DiffusersModel = diffusers.StableDiffusionPipeline
UNet2DConditionModel: DiffusersModel = diffusers.UNet2DConditionModel
