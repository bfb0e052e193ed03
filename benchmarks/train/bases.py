"""Benchmarks: base models of three sizes with random weights, and drawn pictures to train on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from benchmarks.setting import MODELS, SEED, TRAIN, real_pictures
from components.core.records import Snapshot
from components.recipes import read_config
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.starter import BASE_FOLDER

SCHEDULE: Mapping[str, Any] = {  # of Stable Diffusion 1.5
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}


@dataclass(frozen=True)
class Size:
    """The shapes of a base model, and the batch that it is trained on."""

    channels: Sequence[int]  # of the UNet's levels; all but the last have attention
    layers: int  # of each level of the UNet and of the VAE
    vae: Sequence[int]
    text: tuple[int, int, int]  # width, layers, heads
    groups: int  # of the norms
    side: int  # of the pictures, pixels
    batch: int


SIZES: Mapping[str, Size] = {
    "toy": Size((32, 64), 1, (8, 8, 8), (32, 1, 2), 8, 32, 2),
    "tiny": Size((64, 128, 256), 2, (32, 64, 128, 128), (128, 4, 4), 16, 128, 4),
    "sd15": Size((320, 640, 1280, 1280), 2, (128, 256, 512, 512), (768, 12, 12), 32, 256, 1),
}


def write_base(size: Size, folder: Path) -> Path:
    """Write a base in diffusers' layout in half precision, as bases are published. Opening it converts the weights."""
    torch.manual_seed(SEED)
    tokenizer = CLIPTokenizer.from_pretrained(BASE_FOLDER / "tokenizer", model_max_length=77)
    pipeline = StableDiffusionPipeline(
        vae=_vae(size),
        text_encoder=CLIPTextModel(_text_config(size, len(tokenizer))),
        tokenizer=tokenizer,
        unet=_unet(size),
        scheduler=DDIMScheduler(**SCHEDULE),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.to(dtype=torch.float16).save_pretrained(folder)
    return folder


def config_of(size: Size, base: Path, settings: Mapping[str, object]) -> ProductImagesConfig:
    """Return the starter's config with another base and other settings of `train`."""
    config = read_config(MODELS, "starter")
    assert isinstance(config, ProductImagesConfig)
    train = {**config.train.model_dump(), "batch": size.batch, "caption_dropout": 0.0, **settings}
    content = config.model_dump()
    changed = {"base": {"model": str(base)}, "data": {**content["data"], "size": size.side}, "train": train}
    return ProductImagesConfig.model_validate({**content, **changed})


def draw_snapshot(size: Size, folder: Path, pictures: int) -> Snapshot[ProductImage]:
    """Draw pictures of the right size, so that no way has to scale them."""
    return Snapshot("benchmark", folder, {TRAIN: real_pictures(folder / TRAIN, pictures, size.side)})


def _unet(size: Size) -> UNet2DConditionModel:
    attention = len(size.channels) - 1
    return UNet2DConditionModel(
        sample_size=size.side // 2 ** (len(size.vae) - 1),
        block_out_channels=size.channels,
        down_block_types=("CrossAttnDownBlock2D",) * attention + ("DownBlock2D",),
        up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * attention,
        layers_per_block=size.layers,
        cross_attention_dim=size.text[0],
        attention_head_dim=8,
        norm_num_groups=size.groups,
    )


def _vae(size: Size) -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=size.vae,
        down_block_types=("DownEncoderBlock2D",) * len(size.vae),
        up_block_types=("UpDecoderBlock2D",) * len(size.vae),
        latent_channels=4,
        layers_per_block=size.layers,
        norm_num_groups=min(size.groups, size.vae[0]),
        sample_size=size.side,
        scaling_factor=0.18215,
    )


def _text_config(size: Size, words: int) -> CLIPTextConfig:
    width, layers, heads = size.text
    return CLIPTextConfig(
        vocab_size=words,
        hidden_size=width,
        intermediate_size=4 * width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        max_position_embeddings=77,
        bos_token_id=words - 2,
        eos_token_id=words - 1,
        pad_token_id=words - 1,
    )
