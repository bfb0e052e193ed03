"""Metrics: with whom each picture is compared where the variety of a batch is measured in pairs."""

import torch
from torch import Tensor


def partners(count: int, seed: int) -> Tensor:
    """Return (N,) another picture for each, all of them once: one random ring through all."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    return torch.empty_like(order).scatter(0, order, order.roll(1))
