"""Tests: a tiny Stable Diffusion pipeline, made from configuration with random weights."""

from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

WORDS = ("photo", "of", "red", "green", "blue", "shoes", "a")


def make_toy_pipeline(prediction: str = "epsilon", seed: int = 0) -> StableDiffusionPipeline:
    """Return a pipeline of 32 px pictures: UNet (32, 32), a VAE of three levels, a text encoder of one layer."""
    torch.manual_seed(seed)
    tokenizer = make_toy_tokenizer()
    return StableDiffusionPipeline(
        vae=AutoencoderKL(
            block_out_channels=(8, 8, 8),
            down_block_types=("DownEncoderBlock2D",) * 3,
            up_block_types=("UpDecoderBlock2D",) * 3,
            latent_channels=4,
            norm_num_groups=4,
            sample_size=32,
        ),
        text_encoder=CLIPTextModel(_text_config(len(tokenizer))),
        tokenizer=tokenizer,
        unet=UNet2DConditionModel(
            sample_size=8,
            block_out_channels=(32, 32),
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
            layers_per_block=1,
            cross_attention_dim=32,
            attention_head_dim=4,
            norm_num_groups=8,
        ),
        scheduler=DDIMScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            clip_sample=False,
            set_alpha_to_one=False,
            steps_offset=1,
            prediction_type=prediction,
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def make_toy_tokenizer() -> CLIPTokenizer:
    """Return a tokenizer whose tokens are single characters."""
    letters = [chr(code) for code in range(33, 127)]
    symbols = [*letters, *(letter + "</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(vocab={name: n for n, name in enumerate(symbols)}, merges=[], model_max_length=16)


def write_toy_base(folder: Path, prediction: str = "epsilon", seed: int = 0) -> Path:
    make_toy_pipeline(prediction, seed).save_pretrained(folder)
    return folder


def _text_config(words: int, layers: int = 1, **more: int) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=words,
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=layers,
        num_attention_heads=2,
        max_position_embeddings=16,
        bos_token_id=words - 2,
        eos_token_id=words - 1,
        pad_token_id=words - 1,
        **more,
    )


def make_toy_xl_pipeline(seed: int = 0) -> StableDiffusionXLPipeline:
    """Return a pipeline of Stable Diffusion XL's kind: two text encoders, of which the second pools, and sizes."""
    torch.manual_seed(seed)
    parts = make_toy_pipeline(seed=seed)
    config = _text_config(len(parts.tokenizer), layers=2)
    return StableDiffusionXLPipeline(
        vae=parts.vae,
        text_encoder=CLIPTextModel(config),
        text_encoder_2=CLIPTextModelWithProjection(_text_config(len(parts.tokenizer), layers=2, projection_dim=16)),
        tokenizer=parts.tokenizer,
        tokenizer_2=make_toy_tokenizer(),
        unet=UNet2DConditionModel.from_config(
            {
                **{name: value for name, value in parts.unet.config.items() if not name.startswith("_")},
                "cross_attention_dim": 64,
                "addition_embed_type": "text_time",
                "addition_time_embed_dim": 8,
                "projection_class_embeddings_input_dim": 6 * 8 + 16,
            }
        ),
        scheduler=parts.scheduler,
        add_watermarker=False,
    )


def write_toy_xl_base(folder: Path, seed: int = 0) -> Path:
    make_toy_xl_pipeline(seed).save_pretrained(folder)
    return folder
