"""Tests: random adapters of the committed base model, made in a second without training."""

from pathlib import Path

import torch
from peft import LoraConfig

from components.core.records import Checkpoint
from components.recipes import read_config
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.generate.base_folder import base_digest, base_folder
from components.recipes.product_images.generate.base_model import base_reference, open_base
from components.training.diffusion.adapter_files import adapter_digest
from components.training.diffusion.lora import add_lora, lora_parameters, remove_lora, save_adapter
from registry.settings import REPOSITORY

TARGETS = ["to_q", "to_k", "to_v", "to_out.0"]


def starter_config() -> ProductImagesConfig:
    config = read_config(REPOSITORY / "deployments" / "models", "starter", ["sampling.steps=2"])
    assert isinstance(config, ProductImagesConfig)
    return config


def random_adapter(config: ProductImagesConfig, folder: Path, strength: float = 0.05, alpha: int = 12) -> Checkpoint:
    """Write an adapter of rank 4 whose B is not zero; alpha is not its rank, so that a lost alpha shows."""
    pipeline = open_base(config)
    add_lora(pipeline.unet, LoraConfig(r=4, lora_alpha=alpha, target_modules=TARGETS), seed=5)
    numbers = torch.Generator().manual_seed(6)
    for parameter in lora_parameters(pipeline.unet).values():
        parameter.data = torch.randn(parameter.shape, generator=numbers) * strength
    folder.mkdir(parents=True)
    save_adapter(pipeline.unet, folder)
    remove_lora(pipeline.unet)
    base = base_folder(config.base)
    return Checkpoint(folder, 10, adapter_digest(folder), base_reference(config), base_digest(base))
