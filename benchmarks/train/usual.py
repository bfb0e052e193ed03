"""Benchmarks: the training loops that users write with diffusers and peft, with nothing of the product in a step.

The plain one follows diffusers' `train_text_to_image_lora.py`: the VAE and the text encoder run in every step. kohya's
scripts keep latents. All get the product's order of pictures and its random numbers, so that losses can be compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from accelerate import Accelerator
from diffusers import StableDiffusionPipeline
from diffusers.optimization import get_cosine_schedule_with_warmup
from PIL import Image
from torch import Tensor

from components.recipes.product_images.config import TrainSettings
from components.training.order import batch_indices, generator

Numbers = torch.Generator


@dataclass(frozen=True)
class Pictures:
    paths: Sequence[Path]
    captions: Sequence[str]


@dataclass
class UsualLoop:
    """One of the usual loops. Several share a pipeline: each keeps its own adapter values and its own optimizer."""

    pipeline: StableDiffusionPipeline
    accelerator: Accelerator
    settings: TrainSettings
    pictures: Pictures
    seed: int
    checkpointing: bool
    cached: Sequence[tuple[Tensor, Tensor]] | None = None  # mean and std of the latents of each picture
    values: list[Tensor] = field(default_factory=list)

    def __post_init__(self) -> None:
        unet, settings = self.pipeline.unet, self.settings
        self.parameters = [parameter for parameter in unet.parameters() if parameter.requires_grad]
        self.values = [parameter.detach().clone() for parameter in self.parameters]
        optimizer = torch.optim.AdamW(self.parameters, lr=settings.learning_rate, weight_decay=settings.weight_decay)
        self.optimizer = self.accelerator.prepare(optimizer)
        self.rates = get_cosine_schedule_with_warmup(optimizer, settings.warmup, settings.steps)

    @property
    def unet(self) -> torch.nn.Module:
        unet: torch.nn.Module = self.pipeline.unet
        return unet

    @torch.no_grad()
    def begin(self) -> None:
        """Put this loop's adapter into the shared UNet, before the clock starts."""
        unet = self.pipeline.unet
        unet.train()
        (unet.enable_gradient_checkpointing if self.checkpointing else unet.disable_gradient_checkpointing)()
        for parameter, value in zip(self.parameters, self.values, strict=True):
            parameter.copy_(value)

    @torch.no_grad()
    def end(self) -> None:
        for parameter, value in zip(self.parameters, self.values, strict=True):
            value.copy_(parameter)

    def step(self, number: int) -> float:
        """Take one optimizer step and return its loss."""
        epoch, position, rows = batch_indices(number, len(self.pictures.paths), self.settings.batch, self.seed)
        numbers = generator(self.seed, "micro-batch", epoch, position)
        latents = self._latents(rows.tolist(), numbers)
        noise = torch.randn(latents.shape, generator=numbers).to(latents)
        schedule = self.pipeline.scheduler
        times = torch.randint(schedule.config.num_train_timesteps, (len(rows),), generator=numbers).to(latents.device)
        noisy = schedule.add_noise(latents, noise, times)
        texts = self._texts([self.pictures.captions[row] for row in rows.tolist()])
        with self.accelerator.autocast():
            predicted = self.pipeline.unet(noisy, times, texts, return_dict=False)[0]
            loss = F.mse_loss(predicted.float(), noise.float())
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(self.parameters, self.settings.clip)
        self.optimizer.step()
        self.rates.step()
        self.optimizer.zero_grad()
        return float(loss.detach())

    def _latents(self, rows: Sequence[int], numbers: Numbers) -> Tensor:
        vae = self.pipeline.vae
        if self.cached is None:
            pixels = torch.stack([read_picture(self.pictures.paths[row]) for row in rows]).to(vae.device, vae.dtype)
            latents: Tensor = vae.encode(pixels).latent_dist.sample(numbers)
        else:
            mean, std = (torch.stack([self.cached[row][part] for row in rows]) for part in (0, 1))
            latents = (mean + std * torch.randn(mean.shape, generator=numbers)).to(vae.device, vae.dtype)
        return latents * float(vae.config.scaling_factor)

    def _texts(self, captions: Sequence[str]) -> Tensor:
        tokenizer, encoder = self.pipeline.tokenizer, self.pipeline.text_encoder
        form = {"padding": "max_length", "truncation": True, "return_tensors": "pt"}
        tokens = tokenizer(list(captions), max_length=tokenizer.model_max_length, **form).input_ids
        hidden: Tensor = encoder(tokens.to(encoder.device), return_dict=False)[0]
        return hidden


@torch.no_grad()
def cache_latents(pipeline: StableDiffusionPipeline, pictures: Pictures) -> list[tuple[Tensor, Tensor]]:
    """Encode each picture once. kohya's keeps one sample of each; the distribution is kept here, for equal losses."""
    found = []
    for path in pictures.paths:
        latents = pipeline.vae.encode(read_picture(path)[None].to(pipeline.device, pipeline.vae.dtype)).latent_dist
        found.append((latents.mean[0].float().cpu(), latents.std[0].float().cpu()))
    return found


def read_picture(path: Path) -> Tensor:
    """Return a picture as (3, height, width) in [-1, 1]."""
    with Image.open(path) as picture:
        pixels = np.array(picture.convert("RGB"))
    return torch.from_numpy(pixels).permute(2, 0, 1).float() / 127.5 - 1
