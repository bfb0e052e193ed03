"""components / product images / starter / training: the VAE, 64 px to 4 x 8 x 8 latents."""

import torch
from torch import Tensor
from torch.nn import functional

from components.recipes.product_images.starter.training.diffusers_types import AutoencoderKL, DiffusersModel
from components.recipes.product_images.starter.training.training_loop import Log, TrainingLoop, seeded

BATCH = 32


def new_autoencoder() -> DiffusersModel:
    """Return an untrained VAE of about 1.0 million parameters."""
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(16, 32, 64, 64),
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=8,
        sample_size=64,
    )


def augmented(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Return the batch with some pictures mirrored and some recoloured, so that the VAE fits other catalogues too."""
    count = len(pictures)
    mirrored = torch.rand(count, generator=generator) < 0.25
    recoloured = torch.rand(count, generator=generator) < 0.15
    pictures = torch.where(mirrored[:, None, None, None], pictures.flip(3), pictures)
    order = torch.randperm(3, generator=generator)
    return torch.where(recoloured[:, None, None, None], pictures[:, order], pictures)


def foreground(pictures: Tensor) -> Tensor:
    """Return 1 where a picture (N, 3, H, W in -1..1) or a pixel beside differs from its corner's colour, else 0."""
    corner = pictures[:, :, :2, :2].mean((2, 3), keepdim=True)
    apart = ((pictures - corner).abs().amax(1, keepdim=True) > 0.06).float()
    return functional.max_pool2d(apart, 3, stride=1, padding=1)


def reconstruction_loss(decoded: Tensor, truth: Tensor) -> Tensor:
    """Return the loss of a decoded batch: foreground x5, L1 of 8x8 means, and L1 of the edges.

    The first two make the colours right, since most of a product picture is white.
    """
    weight = 1.0 + 4.0 * foreground(truth)
    gap = decoded - truth
    pixels = (weight * (gap.abs() + 2.0 * gap**2)).mean()
    blocks = (functional.avg_pool2d(decoded, 8) - functional.avg_pool2d(truth, 8)).abs().mean()
    across = (gap[..., 1:] - gap[..., :-1]).abs().mean() + (gap[..., 1:, :] - gap[..., :-1, :]).abs().mean()
    return pixels + 2.0 * blocks + 1.0 * across


def autoencoder_loss(model: DiffusersModel, truth: Tensor) -> Tensor:
    """Return the loss of a batch in -1..1: its reconstruction, plus a little KL divergence from N(0, 1)."""
    with torch.autocast("cpu", torch.bfloat16):
        posterior = model.encode(truth).latent_dist
        decoded = model.decode(posterior.sample()).sample
    mean, logvar = posterior.mean.float(), posterior.logvar.float()
    spread: Tensor = 0.5 * (mean**2 + logvar.exp() - 1.0 - logvar).mean()
    return reconstruction_loss(decoded.float(), truth) + 3e-4 * spread


def train_autoencoder(pictures: Tensor, steps: int, seed: int, log: Log) -> DiffusersModel:
    """Return a VAE trained on uint8 pictures (N, 3, 64, 64), its `scaling_factor` set to 1 / std of its latents."""
    with seeded(seed) as generator:
        model = new_autoencoder().train()

        def loss_of_batch() -> Tensor:
            rows = torch.randint(len(pictures), (BATCH,), generator=generator)
            return autoencoder_loss(model, augmented(pictures[rows].float() / 127.5 - 1.0, generator))

        TrainingLoop("VAE", steps, peak=2e-3).run(model, loss_of_batch, log)
    model.eval()
    latents = encode_latents(model, pictures[:: max(1, len(pictures) // 1024)])
    model.register_to_config(scaling_factor=round(1.0 / float(latents.std()), 4))
    return model


def finetune_decoder(model: DiffusersModel, pictures: Tensor, steps: int, seed: int, log: Log) -> None:
    """Train only the decoder further, in place. Latents do not change, so the UNet trained on them stays valid."""
    decoder = torch.nn.ModuleList([model.post_quant_conv, model.decoder]).train()
    with seeded(seed) as generator:

        def loss_of_batch() -> Tensor:
            rows = torch.randint(len(pictures), (BATCH,), generator=generator)
            return decoder_loss(model, augmented(pictures[rows].float() / 127.5 - 1.0, generator))

        TrainingLoop("decoder", steps, peak=1.2e-3).run(decoder, loss_of_batch, log)
    model.eval()


def decoder_loss(model: DiffusersModel, truth: Tensor) -> Tensor:
    """Return the reconstruction loss of a batch in -1..1 from noisy latents, similar to those of a UNet."""
    noise = 0.06 / model.config.scaling_factor  # standard deviation; that of the latents is 1 / scaling_factor
    with torch.autocast("cpu", torch.bfloat16):
        with torch.no_grad():
            latents = model.encode(truth).latent_dist.mean
        decoded = model.decode(latents + noise * torch.randn_like(latents)).sample
    return reconstruction_loss(decoded.float(), truth)


@torch.no_grad()
def encode_latents(model: DiffusersModel, pictures: Tensor, batch: int = 128) -> Tensor:
    """Return the unscaled latents (N, 4, 8, 8), means of the posterior, of uint8 pictures (N, 3, 64, 64)."""
    parts = torch.split(pictures, batch)
    return torch.cat([model.encode(part.float() / 127.5 - 1.0).latent_dist.mean for part in parts])


@torch.no_grad()
def psnr(model: DiffusersModel, pictures: Tensor) -> float:
    """Return the mean peak signal-to-noise ratio in dB of the VAE's round trip; higher is better."""
    truth = pictures.float() / 127.5 - 1.0
    decoded = model.decode(model.encode(truth).latent_dist.mean).sample.clamp(-1, 1)
    error = ((decoded - truth) ** 2).mean((1, 2, 3)) / 4.0
    return float((-10.0 * error.log10()).mean())
