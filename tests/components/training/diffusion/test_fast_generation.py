"""Tests: the form for generation changes pictures by a grey level at most, and leaves no bit changed."""

import pytest
import torch
from diffusers import StableDiffusionPipeline

from components.recipes.product_images.config import SamplingSettings
from components.recipes.product_images.generate.generate import generate_pictures
from components.training.diffusion.fast_generation import fast_generation
from tests.components.training.diffusion.adapters import add_random_adapter


def weights(pipeline: StableDiffusionPipeline) -> dict[str, torch.Tensor]:
    parts = {"unet": pipeline.unet, "vae": pipeline.vae}
    return {f"{part}.{name}": w.clone() for part, m in parts.items() for name, w in m.state_dict().items()}


def test_pictures_differ_by_a_grey_level_at_most_and_no_weight_differs(pipeline: StableDiffusionPipeline) -> None:
    add_random_adapter(pipeline.unet)
    before, sampling = weights(pipeline), SamplingSettings(steps=2, guidance=2.0)
    plain = generate_pictures(pipeline, ["red shoes"] * 2, [1, 2], sampling)
    with fast_generation(pipeline):
        assert not all(weight.equal(before[name]) for name, weight in weights(pipeline).items())
        fast = generate_pictures(pipeline, ["red shoes"] * 2, [1, 2], sampling)
    assert int((plain.int() - fast.int()).abs().max()) <= 1
    assert all(weight.equal(before[name]) for name, weight in weights(pipeline).items())
    assert generate_pictures(pipeline, ["red shoes"] * 2, [1, 2], sampling).equal(plain)


def test_an_exception_leaves_no_weight_changed(pipeline: StableDiffusionPipeline) -> None:
    add_random_adapter(pipeline.unet)
    before = weights(pipeline)
    with pytest.raises(RuntimeError), fast_generation(pipeline):
        raise RuntimeError
    assert all(weight.equal(before[name]) for name, weight in weights(pipeline).items())
