"""Tests: the committed weights load with diffusers, are small, and follow prompts."""

from typing import Any

import pytest
import torch

from components.recipes.product_images.starter import BASE_FOLDER
from components.recipes.product_images.starter.training.grid import sample
from components.recipes.product_images.starter.vision import StarterVision, load_vision

SIZE_LIMIT = 12e6  # bytes of all safetensors together


@pytest.fixture(scope="module")
def pipeline() -> Any:
    from diffusers import StableDiffusionPipeline

    stock = StableDiffusionPipeline.from_pretrained(str(BASE_FOLDER), dtype=torch.float32)
    stock.set_progress_bar_config(disable=True)
    return stock


@pytest.fixture(scope="module")
def vision() -> StarterVision:
    return load_vision()


def test_the_weights_are_half_precision_and_at_most_12_mb() -> None:
    from safetensors import safe_open

    files = [*BASE_FOLDER.parent.rglob("*.safetensors")]
    assert len(files) == 4
    assert sum(file.stat().st_size for file in files) <= SIZE_LIMIT
    for file in files:
        with safe_open(file, "pt") as weights:
            assert {weights.get_slice(name).get_dtype() for name in weights.keys()} == {"F16"}  # noqa: SIM118


def test_the_pipeline_has_the_scheduler_options_that_conversions_get_wrong(pipeline: Any) -> None:
    assert type(pipeline.scheduler).__name__ == "DDIMScheduler"
    assert pipeline.scheduler.config.clip_sample is False
    assert pipeline.scheduler.config.timestep_spacing == "trailing"
    assert pipeline.safety_checker is None
    assert pipeline.tokenizer.model_max_length == 77


def test_the_tokenizer_accepts_any_text_and_keeps_the_catalogues_words_whole(pipeline: Any) -> None:
    words = pipeline.tokenizer.convert_ids_to_tokens(pipeline.tokenizer("navy blue casual shoes").input_ids)
    assert words[1:-1] == ["navy</w>", "blue</w>", "casual</w>", "shoes</w>"]
    assert len(pipeline.tokenizer('Éclair 日本 3.5" — schön').input_ids) > 10
    assert len(pipeline.tokenizer("shoe " * 200, truncation=True).input_ids) == 77


def test_a_generated_picture_has_the_colour_of_its_prompt(pipeline: Any) -> None:
    prompts = [f"a professional product photo of {colour} heels" for colour in ("red", "blue", "green")]
    pictures = sample(pipeline, prompts * 2, seed=5).float()
    ink = 255 - pictures.amin(1)  # how far each pixel is from white
    tint = (pictures * (ink > 60)[:, None]).sum((2, 3)) / (ink > 60).sum((1, 2))[:, None]
    red, blue, green = tint[0::3].mean(0), tint[1::3].mean(0), tint[2::3].mean(0)
    assert red[0] - red[2] > blue[0] - blue[2] + 80  # grey levels, red minus blue
    assert green[1] - green[0] > red[1] - red[0] + 80


def test_a_generated_picture_shows_the_article_of_its_prompt(pipeline: Any, vision: StarterVision) -> None:
    names = ["boots", "tshirts", "handbags", "heels", "caps", "watches", "backpacks", "sandals"]
    prompts = [f"a professional product photo of red {name}" for name in names]
    cosines = vision.image_embeddings(sample(pipeline, prompts, seed=1)) @ vision.text_embeddings(prompts).T
    assert (cosines.argmax(1) == torch.arange(len(names))).sum() >= len(names) - 1


def test_the_same_seed_generates_the_same_picture(pipeline: Any) -> None:
    first, again, other = (sample(pipeline, ["red boots"], seed, steps=4) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
