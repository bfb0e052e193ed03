"""Tests: one toy pipeline per test file; the adapter of a test is removed after it."""

from collections.abc import Iterator

import pytest
from diffusers import StableDiffusionPipeline

from components.training.diffusion.lora import remove_lora
from tests.components.training.toy_base import make_toy_pipeline


@pytest.fixture(scope="module")
def made_pipeline() -> StableDiffusionPipeline:
    return make_toy_pipeline()


@pytest.fixture
def pipeline(made_pipeline: StableDiffusionPipeline) -> Iterator[StableDiffusionPipeline]:
    yield made_pipeline
    remove_lora(made_pipeline.unet)
