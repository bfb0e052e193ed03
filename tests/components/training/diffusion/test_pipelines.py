"""Tests: what the UNet of each kind of base gets besides latents, times and texts."""

import torch

from components.training.diffusion.pipelines import added_conditions, placeholder_conditions, pooled_width
from tests.components.training.toy_base import make_toy_pipeline, make_toy_xl_pipeline


def test_stable_diffusion_1_5_gets_nothing_more() -> None:
    unet = make_toy_pipeline().unet
    assert pooled_width(unet.config) == 0
    assert placeholder_conditions(unet.config, 2) is None


def test_stable_diffusion_xl_gets_a_pooled_text_and_six_sizes_of_each_picture() -> None:
    pipeline = make_toy_xl_pipeline()
    width = pooled_width(pipeline.unet.config)
    assert width == pipeline.text_encoder_2.config.projection_dim
    added = added_conditions(torch.ones(2, width), torch.ones(2, 6))
    assert added is not None
    inputs = torch.ones(2, 4, 8, 8), torch.tensor([3, 4]), torch.ones(2, 5, 64)
    with torch.no_grad():
        first = pipeline.unet(*inputs, added_cond_kwargs=added)[0]
        other = pipeline.unet(*inputs, added_cond_kwargs={**added, "time_ids": 3 * added["time_ids"]})[0]
    assert not torch.allclose(first, other)
