"""Tests: adapters that have an effect, and the output of a UNet with them."""

import torch
from diffusers import UNet2DConditionModel
from peft import LoraConfig

from components.training.diffusion.lora import add_lora
from components.training.order import generator

TARGETS = ["to_q", "to_k", "to_v", "to_out.0"]


def add_random_adapter(unet: UNet2DConditionModel, seed: int = 1, rank: int = 2, alpha: int = 6) -> None:
    """Add an adapter that has an effect, since its B is random too."""
    parameters = add_lora(unet, LoraConfig(r=rank, lora_alpha=alpha, target_modules=TARGETS), seed)
    numbers = generator(seed, "test")
    with torch.no_grad():
        for parameter in parameters:
            parameter.add_(0.05 * torch.randn(parameter.shape, generator=numbers))


@torch.no_grad()
def output(unet: UNet2DConditionModel) -> torch.Tensor:
    numbers = generator(0, "answer")
    latents, texts = torch.randn(1, 4, 8, 8, generator=numbers), torch.randn(1, 4, 32, generator=numbers)
    predicted: torch.Tensor = unet(latents, torch.tensor([300]), texts, return_dict=False)[0]
    return predicted
