"""Product images: the loss of one micro-batch, Stable Diffusion's denoising objective on cached conditioning."""

from dataclasses import dataclass

import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from torch import Tensor

from components.core.errors import BaseModelError
from components.recipes.product_images.train.latent_cache import Conditioning, Conditions
from components.recipes.product_images.train.loss_options import PLAIN, LossOptions, Where
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
    options: LossOptions = PLAIN

    def loss(self, micro: int) -> Tensor:
        """Return the mean squared error of micro-batch `micro`, a scalar (Ho et al., 2020, eq. 14, or velocities)."""
        epoch, position, rows = self.batch_rows(micro)
        where = (self.seed, epoch, position)
        latents, noise, times, (texts, added) = self._sample(rows, where)
        noisy = self.scheduler.add_noise(latents, noise, times)
        with seeded_dropout(self.lora_dropout > 0, self.seed, "dropout", epoch, position):
            predicted = self.unet(noisy.to(self.dtype), times, texts, added_cond_kwargs=added, return_dict=False)[0]
        wanted = target(self.scheduler, latents, noise, times)
        return self.options.error(predicted.float(), wanted, self.scheduler, times, self.options.weights(rows, where))

    def batch_rows(self, micro: int) -> tuple[int, int, Tensor]:
        """Return (epoch, position, rows (batch,) of the train split) of micro-batch `micro`."""
        rows = self.options.rows
        count = len(self.conditioning) if rows is None else len(rows)
        epoch, position, found = batch_indices(micro, count, self.batch, self.seed)
        return epoch, position, found if rows is None else rows[found]

    def _sample(self, rows: Tensor, where: Where) -> tuple[Tensor, Tensor, Tensor, Conditions]:
        """Return latents, noise, timesteps and conditions, sampled on the CPU and moved to the UNet's device."""
        known, device, numbers = self.conditioning, self.device, generator(where[0], "micro-batch", *where[1:])
        mean, std = self.options.moments(rows, where, known.mean, known.std)
        latents = mean + std * torch.randn(mean.shape, generator=numbers)
        noise = torch.randn(mean.shape, generator=numbers)
        times = torch.randint(self.scheduler.config.num_train_timesteps, (len(rows),), generator=numbers)
        dropped = torch.rand(len(rows), generator=numbers) < self.caption_dropout
        captions = torch.where(dropped, known.empty, known.caption_of[rows])
        noise = self.options.offset(noise, where)
        return latents.to(device), noise.to(device), times.to(device), known.conditions(captions, rows, device)


def target(scheduler: DDIMScheduler, latents: Tensor, noise: Tensor, times: Tensor) -> Tensor:
    """Return what the UNet should predict: the noise, or the velocity."""
    kind = scheduler.config.prediction_type
    if kind == "epsilon":
        return noise
    if kind == "v_prediction":
        velocity: Tensor = scheduler.get_velocity(latents, noise, times)
        return velocity
    raise BaseModelError(
        f"The base model predicts {kind!r}",
        expected="'epsilon' or 'v_prediction'",
        act="name another one in base.model",
    )
