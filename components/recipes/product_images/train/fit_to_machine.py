"""Product images: what a training decides by the machine: gradient checkpointing and compilation, with reasons."""

from typing import Any

import torch
from diffusers import UNet2DConditionModel
from peft import LoraConfig

from components.core.notes import note
from components.core.recipe import RunLog
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.base_model import precision_of
from components.training.device import free_memory
from components.training.diffusion.activations import Batch, MemoryPlan, estimate_kept, plan_memory
from components.training.diffusion.lora import NAME
from components.training.diffusion.merged_training import train_merged
from components.training.diffusion.pipelines import Pipeline


def fit_to_machine(config: ProductImagesConfig, pipeline: Pipeline, lora: LoraConfig, log: RunLog) -> MemoryPlan:
    """Turn gradient checkpointing on or off, and note why, and why the base has its precision.

    On CPUs, adapters in fp32 train on merged weights, which is 5 % faster on a tiny base (docs/speed.md).
    """
    side = config.data.size // pipeline.vae_scale_factor
    batch = Batch(config.train.batch, side, pipeline.tokenizer.model_max_length)
    kept = estimate_kept(pipeline.unet, lora, batch)
    plan = plan_memory(config.train.gradient_checkpointing, kept, free_memory(pipeline.device))
    if plan.checkpointing:
        pipeline.unet.enable_gradient_checkpointing()
    else:
        pipeline.unet.disable_gradient_checkpointing()
    if pipeline.device.type == "cpu":
        train_merged(pipeline.unet, NAME)
    note(log, "precision", str(precision_of(config)))
    note(log, "gradient checkpointing", str(plan))
    return plan


def compiled(unet: UNet2DConditionModel, device: torch.device, wanted: bool) -> Any:
    """Return the UNet with the same weights, compiled if that is wanted and the device is CUDA."""
    return torch.compile(unet) if wanted and device.type == "cuda" else unet
