"""components / product images / starter / training: save the models as a folder of diffusers, and load it."""

import copy
from pathlib import Path

import torch
from transformers import CLIPTextModel, CLIPTokenizer

from components.recipes.product_images.starter.training.diffusers_types import DiffusersModel, StableDiffusionPipeline
from components.recipes.product_images.starter.training.diffusion import new_scheduler


def save_base(
    folder: Path, vae: DiffusersModel, text: CLIPTextModel, tokenizer: CLIPTokenizer, unet: DiffusersModel
) -> None:
    """Write a folder that `StableDiffusionPipeline.from_pretrained` reads; the safetensors hold float16.

    The given models stay in float32: copies of them are converted.
    """
    pipeline = StableDiffusionPipeline(
        vae=copy.deepcopy(vae),
        text_encoder=copy.deepcopy(text),
        tokenizer=tokenizer,
        unet=copy.deepcopy(unet),
        scheduler=new_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.to(dtype=torch.float16)
    pipeline.save_pretrained(folder, safe_serialization=True)


def load_base(folder: Path) -> DiffusersModel:
    """Return the pipeline of a folder in float32, its progress bar off."""
    pipeline = StableDiffusionPipeline.from_pretrained(str(folder), dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
