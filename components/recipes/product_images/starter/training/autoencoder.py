"""components / product images / starter / training: the VAE, 64 px to 8 x 8 latents of 12 channels."""

import torch
from torch import Tensor
from torch.nn import functional

from components.recipes.product_images.starter.training.diffusers_types import AutoencoderKL, DiffusersModel
from components.recipes.product_images.starter.training.training_loop import Log, TrainingLoop, seeded
from components.recipes.product_images.starter.training.wider_pictures import (
    TEXTURES,
    dead_leaves,
    foreground,
    widened,
)

BATCH = 16
LIFTED = 2.86  # SiLU of 3.0
CHANNELS = 12  # of the latents; with Stable Diffusion's 4, grey and beige products change their hue at this size
CARRIED = 7  # channels whose content is given: 3 colours and 4 covers


def new_autoencoder() -> DiffusersModel:
    """Return an untrained VAE of about 1.7 million parameters, which carries the mean colour of each block already."""
    model = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(16, 24, 64, 96),
        layers_per_block=1,
        latent_channels=CHANNELS,
        norm_num_groups=8,
        sample_size=64,
    )
    for part in (model.encoder, model.decoder, model.quant_conv, model.post_quant_conv):
        carry_colours(part)
    with torch.no_grad():
        model.encoder.conv_out.bias[:3] -= LIFTED
        model.quant_conv.bias[CHANNELS:] -= 5.0  # log variances: noise would hide what is carried
    return model


@torch.no_grad()
def carry_colours(part: torch.nn.Module) -> None:
    """Let the first three channels of every layer carry red, green and blue, averaged 2 x 2 where the side halves.

    Trained from random weights, the VAE has learnt no colour after 400 steps: its norms take a picture's mean away.
    The second convolution of each residual block starts at 0, so that it adds nothing to what is carried.
    """
    for name, layer in part.named_modules():
        if name.endswith("conv2"):
            layer.weight.zero_()
        elif isinstance(layer, torch.nn.Conv2d) and not name.endswith("conv1"):
            _carry(layer)
        elif name.endswith("conv_norm_out"):
            layer.bias[:3] = 3.0  # there SiLU is almost linear, and returns LIFTED


@torch.no_grad()
def match_levels(model: DiffusersModel, truth: Tensor) -> None:
    """Scale and shift the decoder's output in place, so that its mean and spread are those of the pictures."""
    decoded, out = model.decode(model.encode(truth).latent_dist.mean).sample, model.decoder.conv_out
    factor = truth.std((0, 2, 3)) / decoded.std((0, 2, 3))
    out.weight *= factor[:, None, None, None]
    out.bias += truth.mean((0, 2, 3)) - factor * decoded.mean((0, 2, 3)) + (factor - 1.0) * out.bias


def _carry(layer: torch.nn.Conv2d) -> None:
    middle = layer.kernel_size[0] // 2
    layer.weight[:3] = 0.0
    layer.get_parameter("bias")[:3] = 0.0
    for channel in range(3):
        if layer.stride[0] == 2:
            layer.weight[channel, channel, :2, :2] = 0.25
        else:
            layer.weight[channel, channel, middle, middle] = 1.0


def reconstruction_loss(decoded: Tensor, truth: Tensor) -> Tensor:
    """Return the loss of a decoded batch: pixels, hues, 8x8 means and edges, each mostly of the product.

    Most of a product picture is white, so the product weighs x5, and where it is nearly as pale as the background
    up to x10: otherwise a white shoe costs nothing to leave out.
    """
    corner = truth[:, :, :2, :2].mean((2, 3), keepdim=True)
    near = torch.exp(-4.0 * (truth - corner).abs().amax(1, keepdim=True))
    weight = 1.0 + (4.0 + 5.0 * near) * foreground(truth)
    gap = decoded - truth
    pixels = (weight * (gap.abs() + 2.0 * gap**2)).mean()
    hues = (weight * (gap - gap.mean(1, keepdim=True)).abs()).mean()
    blocks = (functional.avg_pool2d(decoded, 8) - functional.avg_pool2d(truth, 8)).abs().mean()
    across = (weight[..., 1:] * (gap[..., 1:] - gap[..., :-1]).abs()).mean()
    down = (weight[..., 1:, :] * (gap[..., 1:, :] - gap[..., :-1, :]).abs()).mean()
    return pixels + 1.0 * hues + 2.0 * blocks + 0.5 * (across + down)


def autoencoder_loss(model: DiffusersModel, truth: Tensor) -> Tensor:
    """Return the loss of a batch in -1..1: its reconstruction, what blocks carry, and a little KL divergence."""
    posterior = model.encode(truth).latent_dist
    decoded = model.decode(posterior.sample()).sample
    mean, logvar = posterior.mean, posterior.logvar
    spread: Tensor = 0.5 * (mean**2 + logvar.exp() - 1.0 - logvar).mean()
    carried = functional.mse_loss(mean[:, :CARRIED], carried_latents(truth))
    return reconstruction_loss(decoded, truth) + 3e-4 * spread + carried


def carried_latents(pictures: Tensor) -> Tensor:
    """Return what the first seven latents of each block are to be, around 0: its mean red, green and blue, and covers.

    A cover is the share of a quarter of the block that shows the product. The colours of a white shoe differ from the
    background's by a fifth of their standard deviation, which a UNet leaves out; its covers are those of a black shoe.
    """
    colours = functional.avg_pool2d(pictures, 8)
    covers = functional.pixel_unshuffle(functional.avg_pool2d(foreground(pictures), 4), 2)
    return torch.cat([2.0 * (colours - 0.6), 1.6 * (covers - 0.4)], dim=1)


def train_autoencoder(pictures: Tensor, steps: int, seed: int, log: Log) -> DiffusersModel:
    """Return a VAE trained on uint8 pictures (N, 3, 64, 64); its latents have the standard deviation 1."""
    textures = dead_leaves(TEXTURES, pictures.shape[-1], seed)
    with seeded(seed) as generator:
        model = new_autoencoder().train().to(memory_format=torch.channels_last)  # 15 % faster on a CPU
        match_levels(model, pictures[:: max(1, len(pictures) // 64)].float() / 127.5 - 1.0)

        def loss_of_batch() -> Tensor:
            rows = torch.randint(len(pictures), (BATCH,), generator=generator)
            return autoencoder_loss(model, widened(pictures[rows].float() / 127.5 - 1.0, textures, generator))

        TrainingLoop("VAE", steps, peak=2e-3).run(model, loss_of_batch, log)
    model = model.to(memory_format=torch.contiguous_format)
    standardise_latents(model.eval(), pictures[:: max(1, len(pictures) // 1024)])
    return model


@torch.no_grad()
def standardise_latents(model: DiffusersModel, pictures: Tensor) -> None:
    """Give every latent channel the mean 0 and the standard deviation 1, in place; decoded pictures stay the same.

    Stable Diffusion has one scaling factor for all channels, under which the quiet ones would drown in noise.
    """
    latents = encode_latents(model, pictures)
    middle, spread = latents.mean((0, 2, 3)), latents.std((0, 2, 3))
    into, out = model.quant_conv, model.post_quant_conv
    out.bias += (out.weight[:, :, 0, 0] * middle).sum(1)
    out.weight *= spread[None, :, None, None]
    into.bias[:CHANNELS] -= middle
    into.weight[:CHANNELS] /= spread[:, None, None, None]
    into.bias[:CHANNELS] /= spread
    into.bias[CHANNELS:] -= 2.0 * spread.log()  # the log variances
    model.register_to_config(scaling_factor=1.0)


@torch.no_grad()
def encode_latents(model: DiffusersModel, pictures: Tensor, batch: int = 128) -> Tensor:
    """Return the unscaled latents (N, 12, 8, 8), means of the posterior, of uint8 pictures (N, 3, 64, 64)."""
    parts = torch.split(pictures, batch)
    return torch.cat([model.encode(part.float() / 127.5 - 1.0).latent_dist.mean for part in parts])


@torch.no_grad()
def psnr(model: DiffusersModel, pictures: Tensor) -> float:
    """Return the mean peak signal-to-noise ratio in dB of the VAE's round trip; higher is better."""
    truth = pictures.float() / 127.5 - 1.0
    decoded = model.decode(model.encode(truth).latent_dist.mean).sample.clamp(-1, 1)
    error = ((decoded - truth) ** 2).mean((1, 2, 3)) / 4.0
    return float((-10.0 * error.log10()).mean())
