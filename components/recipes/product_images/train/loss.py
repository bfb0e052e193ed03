"""Product images: the loss of one micro-batch, Stable Diffusion's denoising objective on cached conditioning."""

from dataclasses import dataclass

import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from torch import Tensor

from components.core.errors import BaseModelError
from components.recipes.product_images.train.latent_cache import Conditioning
from components.training.order import batch_indices, generator, seeded_dropout


@dataclass(frozen=True, slots=True)
class Denoising:
    """The inputs of the loss. Its randomness comes from (seed, epoch, position in the epoch) alone."""

    unet: UNet2DConditionModel
    scheduler: DDIMScheduler
    conditioning: Conditioning
    batch: int
    caption_dropout: float  # share of captions replaced by the empty one, for guidance
    lora_dropout: float
    seed: int
    device: torch.device  # both are the UNet's, read once: diffusers walks through all modules to find them
    dtype: torch.dtype

    def loss(self, micro: int) -> Tensor:
        """Return the mean squared error of micro-batch `micro`, a scalar (Ho et al., 2020, eq. 14, or velocities)."""
        epoch, position, rows = batch_indices(micro, len(self.conditioning), self.batch, self.seed)
        numbers = generator(self.seed, "micro-batch", epoch, position)
        latents, noise, times, texts = self._sample(rows, numbers)
        noisy = self.scheduler.add_noise(latents, noise, times)
        with seeded_dropout(self.lora_dropout > 0, self.seed, "dropout", epoch, position):
            predicted = self.unet(noisy.to(self.dtype), times, texts, return_dict=False)[0]
        return torch.nn.functional.mse_loss(predicted.float(), self._target(latents, noise, times))

    def _sample(self, rows: Tensor, numbers: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return latents, noise, timesteps and text embeddings, sampled on the CPU and moved to the UNet's device."""
        known, device = self.conditioning, self.device
        mean = known.mean[rows]
        latents = mean + known.std[rows] * torch.randn(mean.shape, generator=numbers)
        noise = torch.randn(mean.shape, generator=numbers)
        times = torch.randint(self.scheduler.config.num_train_timesteps, (len(rows),), generator=numbers)
        dropped = torch.rand(len(rows), generator=numbers) < self.caption_dropout
        texts = known.texts[torch.where(dropped, known.empty, known.caption_of[rows])]
        return latents.to(device), noise.to(device), times.to(device), texts.to(device)

    def _target(self, latents: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        kind = self.scheduler.config.prediction_type
        if kind == "epsilon":
            return noise
        if kind == "v_prediction":
            velocity: Tensor = self.scheduler.get_velocity(latents, noise, times)
            return velocity
        raise BaseModelError(
            f"The base model predicts {kind!r}",
            expected="'epsilon' or 'v_prediction'",
            act="name another one in base.model",
        )
