"""Metrics: pictures that are nearer to another picture than real ones ever are to each other."""

from dataclasses import dataclass

import torch
from torch import Tensor

RARE = 0.01  # the share of real pictures that lie nearer than the limit, and so what a perfect generator scores


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest other picture of each picture: its number and distance (N,), and whether it is nearer than `limit`.

    `values` are 1 or 0, and NaN where there is nothing to compare with; the number is -1 where there is no other.
    """

    values: Tensor
    index: Tensor
    distance: Tensor
    limit: float


def near_duplicates(generated: Tensor, real: Tensor) -> Nearest:
    """Return which pictures have another one of their batch too near, whatever their captions.

    Too near: nearer than 1 % of real pictures are to another. As many real pictures as generated ones set the limit, if
    there are so many: among more pictures the nearest is nearer.

    Args:
        generated: (N, width) features.
        real: (M, width) features of real pictures, in any order but by likeness.
    """
    theirs = _nearest(_to_others(real[: len(generated)]))
    return _marked(_nearest(_to_others(generated)), theirs)


def memorised(generated: Tensor, training: Tensor, held_out: Tensor) -> Nearest:
    """Return which pictures lie too near to a picture that was trained on.

    Too near: nearer than 1 % of held-out real pictures do.

    Args:
        generated: (N, width) features.
        training: (T, width) features of all pictures that were trained on.
        held_out: (K, width) features of real pictures that were not.
    """
    return _marked(_nearest(distances(generated, training)), _nearest(distances(held_out, training)))


def distances(a: Tensor, b: Tensor) -> Tensor:
    """Return Euclidean distances (N, M), float64. Equal features are exactly 0 apart, as no matrix product has them."""
    return torch.cdist(a.double(), b.double(), compute_mode="donot_use_mm_for_euclid_dist")


def _to_others(features: Tensor) -> Tensor:
    return distances(features, features).fill_diagonal_(torch.inf)


def _nearest(away: Tensor) -> tuple[Tensor, Tensor]:
    """Return the distance and the number of the nearest of each row; infinitely far and -1 where there is none."""
    if away.shape[1] == 0:
        return torch.full((len(away),), torch.inf, dtype=torch.float64), torch.full((len(away),), -1)
    distance, index = away.min(1)
    return distance, index.where(distance.isfinite(), -1)


def _marked(ours: tuple[Tensor, Tensor], theirs: tuple[Tensor, Tensor]) -> Nearest:
    distance, index = ours
    known = theirs[0][theirs[0].isfinite()]
    limit = float(known.quantile(RARE)) if len(known) else torch.nan
    values = (distance <= limit).double()  # of a limit of 0 too: real pictures may be there twice
    return Nearest(values.where((index >= 0) & (len(known) > 0), torch.nan), index, distance, limit)
