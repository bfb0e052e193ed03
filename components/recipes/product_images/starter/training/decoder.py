"""components / product images / starter / training: the VAE's decoder, trained further on latents like a UNet's."""

from collections.abc import Callable

import torch
from torch import Tensor

from components.recipes.product_images.starter.training.autoencoder import BATCH, reconstruction_loss
from components.recipes.product_images.starter.training.diffusers_types import DiffusersModel
from components.recipes.product_images.starter.training.discriminator import Discriminator
from components.recipes.product_images.starter.training.training_loop import Log, TrainingLoop, seeded
from components.recipes.product_images.starter.training.wider_pictures import (
    TEXTURES,
    dead_leaves,
    foreground,
    widened,
)

RECONSTRUCTION_SHARE = 0.4  # of the steps; the rest has the discriminator
ADVERSARIAL_SHARE = 0.4  # of the reconstruction loss's gradient
GRAIN, TINT = 0.15, 0.35  # at most, in standard deviations of the latents


def finetune_decoder(model: DiffusersModel, pictures: Tensor, steps: int, seed: int, log: Log) -> DiffusersModel:
    """Return the VAE, its decoder alone trained further. Latents do not change, so a UNet trained on them fits.

    First it learns to reconstruct pictures from noisy latents. That alone blurs edges, since the mean of all likely
    edges has the smallest error; so a discriminator then asks for edges like those of real pictures.
    """
    textures = dead_leaves(TEXTURES, pictures.shape[-1], seed)
    model = model.to(memory_format=torch.channels_last)
    decoder = torch.nn.ModuleList([model.post_quant_conv, model.decoder]).train()
    first = max(1, round(RECONSTRUCTION_SHARE * steps))
    with seeded(seed) as generator:

        def batch() -> Tensor:
            rows = torch.randint(len(pictures), (BATCH,), generator=generator)
            truth = pictures[rows].float() / 127.5 - 1.0
            return widened(truth, textures, generator) if rows[0] % 2 else truth

        TrainingLoop("decoder", first, peak=1.2e-3).run(decoder, lambda: decoder_loss(*decoded(model, batch())), log)
        if steps > first:
            TrainingLoop("crisp decoder", steps - first, peak=6e-4).run(decoder, crisp_loss(model, batch), log)
    return model.eval().to(memory_format=torch.contiguous_format)


def crisp_loss(model: DiffusersModel, batch: Callable[[], Tensor]) -> Callable[[], Tensor]:
    """Return a function that trains a new discriminator by one batch and returns the decoder's loss of that batch."""
    discriminator = Discriminator()

    def loss_of_batch() -> Tensor:
        made, truth = decoded(model, batch())
        discriminator.learn(truth, made.detach())
        loss = decoder_loss(made, truth)
        return loss + ADVERSARIAL_SHARE * discriminator.adversarial_loss(made, loss, model.decoder.conv_out.weight)

    return loss_of_batch


def decoded(model: DiffusersModel, truth: Tensor) -> tuple[Tensor, Tensor]:
    """Return what the VAE decodes from noisy latents of a batch in -1..1, and the batch."""
    with torch.no_grad():
        latents = model.encode(truth).latent_dist.mean
    return model.decode(noisy(latents)).sample, truth


def decoder_loss(made: Tensor, truth: Tensor) -> Tensor:
    """Return the reconstruction loss of a decoded batch, with errors of the background counted twice more."""
    background = 1.0 - foreground(truth)
    return reconstruction_loss(made, truth) + 2.0 * (background * (made - truth).abs()).mean()


def noisy(latents: Tensor) -> Tensor:
    """Return latents of the standard deviation 1 with some grain and a tint, by chance more or less in each picture.

    An adapter shifts whole channels a little. A decoder that has seen such shifts still draws the background white.
    """
    count = len(latents)
    grain = GRAIN * torch.rand(count, 1, 1, 1) * torch.randn_like(latents)
    tint = TINT * torch.rand(count, 1, 1, 1) * torch.randn(count, latents.shape[1], 1, 1)
    return latents + grain + tint
