"""Tests: the learning rate schedule equals that of diffusers."""

import pytest
import torch
from diffusers.optimization import get_cosine_schedule_with_warmup

from components.training.schedule import learning_rate


def test_the_rate_is_the_one_that_diffusers_computes() -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    reference = get_cosine_schedule_with_warmup(optimizer, 500, 3000)
    for step in range(3000):
        assert learning_rate(step, 1.0, 500, 3000) == pytest.approx(reference.get_last_lr()[0], abs=1e-12)
        optimizer.step()
        reference.step()
