"""Metrics: pictures too much like each other or the training pictures; real pictures say what is too much."""

from dataclasses import dataclass

import torch
from torch import Tensor

RARE = 0.01  # so many of the real pictures are as near to each other as what is called too near


@dataclass(frozen=True, slots=True)
class Alike:
    """For each picture: 1 where it is too much like another, else 0; which is nearest, and how far away that is."""

    values: Tensor  # (N,) float64
    nearest: Tensor  # (N,) index
    distances: Tensor  # (N,)


def near_duplicates(generated: Tensor, real: Tensor) -> Alike:
    """Tell which pictures have a near duplicate in their batch, whatever the prompt.

    Too near is what lies within the distance that one real picture in 100 has to its nearest other real one.

    Args:
        generated: (N, width) features.
        real: (M, width) features of real pictures, two at least.
    """
    return _alike(_apart(generated), _apart(real))


def memorised(generated: Tensor, training: Tensor, held_out: Tensor) -> Alike:
    """Tell which pictures repeat a training picture: nearer to it than 99 of 100 real held-out pictures are to any.

    Args:
        generated: (N, width) features.
        training: (K, width) features of the pictures that were trained on.
        held_out: (M, width) features of real pictures that were not.
    """
    return _alike(torch.cdist(generated.double(), training.double()), torch.cdist(held_out.double(), training.double()))


def _alike(distances: Tensor, usual: Tensor) -> Alike:
    nearest = distances.min(1)
    too_near = torch.quantile(usual.min(1).values, RARE)
    return Alike((nearest.values < too_near).double(), nearest.indices, nearest.values)


def _apart(features: Tensor) -> Tensor:
    """Return the distances of all pairs; none has a distance to itself."""
    values = features.double()
    return torch.cdist(values, values).fill_diagonal_(torch.inf)
