"""components / product images / starter / training: the trained models to a stock pipeline folder and back."""

import copy
from pathlib import Path

import torch
from transformers import CLIPTextModel, CLIPTokenizer

from components.recipes.product_images.starter.training.diffusion import new_scheduler
from components.recipes.product_images.starter.training.stock import StableDiffusionPipeline, Stock


def save_base(folder: Path, vae: Stock, text: CLIPTextModel, tokenizer: CLIPTokenizer, unet: Stock) -> None:
    """Write a folder that `StableDiffusionPipeline.from_pretrained` reads; the safetensors hold float16.

    The models handed in stay in float32: it is copies of them that are halved.
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


def load_base(folder: Path) -> Stock:
    """Return the pipeline of a folder in float32, its progress bar off."""
    pipeline = StableDiffusionPipeline.from_pretrained(str(folder), dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
