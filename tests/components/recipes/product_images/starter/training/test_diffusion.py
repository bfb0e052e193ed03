"""Tests: the average of the weights over a diffusion training."""

import torch

from components.recipes.product_images.starter.training.diffusion import update_average


def test_the_average_moves_towards_the_model() -> None:
    slow, fast = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    wanted = 0.75 * slow.weight.detach() + 0.25 * fast.weight.detach()
    update_average(slow, fast, keep=0.75)
    assert torch.allclose(slow.weight, wanted)
