"""Tests: the average over the steps of a diffusion training."""

import torch

from components.recipes.product_images.starter.training.diffusion import pull


def test_an_averaged_model_follows_its_model() -> None:
    slow, fast = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    wanted = 0.75 * slow.weight.detach() + 0.25 * fast.weight.detach()
    pull(slow, fast, keep=0.75)
    assert torch.allclose(slow.weight, wanted)
