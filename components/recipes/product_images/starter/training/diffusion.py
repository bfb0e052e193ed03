"""components / product images / starter / training: the UNet with its text encoder, trained to predict noise."""

import copy
import random
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from components.recipes.product_images.starter.training.autoencoder import CHANNELS
from components.recipes.product_images.starter.training.captions import caption
from components.recipes.product_images.starter.training.diffusers_types import (
    DDIMScheduler,
    DiffusersModel,
    UNet2DConditionModel,
)
from components.recipes.product_images.starter.training.training_loop import Log, TrainingLoop, seeded

BATCH = 48
DROPOUT = 0.12  # share of captions left empty, for classifier-free guidance (Ho and Salimans, 2022)


def new_unet() -> DiffusersModel:
    """Return an untrained UNet of about 3.4 million parameters; `attention_head_dim` 4 means 4 heads here."""
    return UNet2DConditionModel(
        sample_size=8,
        in_channels=CHANNELS,
        out_channels=CHANNELS,
        block_out_channels=(64, 112),
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        layers_per_block=1,
        attention_head_dim=4,
        cross_attention_dim=64,
        norm_num_groups=8,
    )


def new_text_encoder(tokenizer: CLIPTokenizer) -> CLIPTextModel:
    """Return an untrained text encoder: 2 layers, 64 wide, 77 positions."""
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=256,
        projection_dim=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=77,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return CLIPTextModel(config)


def new_scheduler() -> DiffusersModel:
    """Return Stable Diffusion's noise schedule, with the options set explicitly that conversions get wrong."""
    return DDIMScheduler(
        num_train_timesteps=1000,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
        timestep_spacing="trailing",
        prediction_type="epsilon",
    )


def token_ids(tokenizer: CLIPTokenizer, captions: Sequence[str]) -> Tensor:
    """Return the token ids (N, 77), padded as StableDiffusionPipeline pads them."""
    ids = tokenizer(list(captions), padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids
    return torch.as_tensor(ids)


def update_average(average: torch.nn.Module, model: torch.nn.Module, keep: float) -> None:
    """Update an exponential moving average of the weights: average = keep * average + (1 - keep) * model."""
    with torch.no_grad():
        for slow, fast in zip(average.parameters(), model.parameters(), strict=True):
            slow.lerp_(fast, 1.0 - keep)


def train_diffusion(
    latents: Tensor, words: Sequence[tuple[str, str]], tokenizer: CLIPTokenizer, steps: int, seed: int, log: Log
) -> tuple[DiffusersModel, CLIPTextModel]:
    """Return the averaged UNet and text encoder, trained together on scaled latents (N, 12, 8, 8).

    `words` are (article, colour) of each latent; each step uses a new random caption.
    """
    with seeded(seed):
        unet, text = new_unet().train(), new_text_encoder(tokenizer).train()
        both = torch.nn.ModuleList([unet, text])
        average = copy.deepcopy(both).eval()
        rng, scheduler = random.Random(seed), new_scheduler()

        def loss_of_batch() -> Tensor:
            rows = torch.randint(len(latents), (BATCH,))
            some = [words[row] for row in rows.tolist()]
            ids = token_ids(tokenizer, [caption(article, colour, rng, DROPOUT) for article, colour in some])
            return noise_loss(unet, text(ids).last_hidden_state, scheduler, latents[rows])

        def average_weights(step: int) -> None:
            update_average(average, both, keep=min(0.997, (1 + step) / (10 + step)))

        TrainingLoop("UNet", steps, peak=1.2e-3, decay=1e-2).run(both, loss_of_batch, log, average_weights)
    update_average(both, average, keep=0.0)
    return unet.eval(), text.eval()


def noise_loss(unet: DiffusersModel, states: Tensor, scheduler: DiffusersModel, latents: Tensor) -> Tensor:
    """Return the mean squared error of the predicted noise (Ho et al., 2020, equation 14)."""
    noise = torch.randn_like(latents)
    times = torch.randint(0, scheduler.config.num_train_timesteps, (len(latents),))
    noisy = scheduler.add_noise(latents, noise, times)
    return functional.mse_loss(unet(noisy, times, states).sample, noise)
