"""Tests: keys and values of a text are computed once, and no bit of a picture changes."""

import torch
from diffusers import StableDiffusionPipeline

from components.recipes.product_images.config import SamplingSettings
from components.recipes.product_images.generate.generate import generate_pictures
from components.training.diffusion.remembered_texts import TEXT_ATTENTION, remembered_texts
from tests.components.training.diffusion.adapters import add_random_adapter


def keys_computed(pipeline: StableDiffusionPipeline, seen: list[torch.Tensor]) -> torch.utils.hooks.RemovableHandle:
    """Append what the first layer of text keys is really applied to; a LoRA layer calls its base layer."""
    block = next(module for name, module in pipeline.unet.named_modules() if name.endswith(TEXT_ATTENTION))
    return block.to_k.get_base_layer().register_forward_hook(lambda layer, given, output: seen.append(given[0]))


def test_pictures_are_the_same_bits_and_each_batch_of_texts_is_computed_once(pipeline: StableDiffusionPipeline) -> None:
    add_random_adapter(pipeline.unet)
    sampling, seen = SamplingSettings(steps=3, guidance=2.0, batch=2), list[torch.Tensor]()
    prompts, seeds = ["red shoes", "blue shoes", "red shoes"], [1, 2, 3]
    plain = generate_pictures(pipeline, prompts, seeds, sampling)
    with keys_computed(pipeline, seen), remembered_texts(pipeline.unet):
        fast = generate_pictures(pipeline, prompts, seeds, sampling)
    assert fast.equal(plain)
    assert [len(texts) for texts in seen] == [4, 2]  # with the empty text of each picture, at one of three steps
    assert generate_pictures(pipeline, prompts, seeds, sampling).equal(plain)
