"""Metrics: near duplicates and memorised pictures, by distances to nearest neighbours."""

from dataclasses import dataclass

import torch
from torch import Tensor

RARE = 0.01  # the share of real pictures closer than the limit, and so the score of a perfect generator


@dataclass(frozen=True, slots=True)
class NearestNeighbours:
    """The nearest neighbour of each picture: its index and distance (N,), and whether it is within `limit`.

    `values` are 1 or 0, or NaN without pictures to compare with. The index is -1 without a neighbour.
    """

    values: Tensor
    index: Tensor
    distance: Tensor
    limit: float


def near_duplicates(generated: Tensor, real: Tensor) -> NearestNeighbours:
    """Return which generated pictures are too close to another generated one, whatever their captions.

    Too close: closer than all but the closest 1 % of real pictures are to each other. The limit is set by as many real
    pictures as generated ones, if there are that many: in a larger set the nearest neighbours are closer.

    Args:
        generated: (N, width) features.
        real: (M, width) features of real pictures, not sorted by similarity.
    """
    theirs = _nearest(_within(real[: len(generated)]))
    return _marked(_nearest(_within(generated)), theirs)


def memorised(generated: Tensor, training: Tensor, held_out: Tensor) -> NearestNeighbours:
    """Return which generated pictures are too close to a training picture.

    Too close: closer than all but the closest 1 % of held-out real pictures are.

    Args:
        generated: (N, width) features.
        training: (T, width) features of all training pictures.
        held_out: (K, width) features of other real pictures.
    """
    return _marked(_nearest(distances(generated, training)), _nearest(distances(held_out, training)))


def distances(a: Tensor, b: Tensor) -> Tensor:
    """Return Euclidean distances (N, M), float64. Equal features have distance 0, unlike with a matrix product."""
    return torch.cdist(a.double(), b.double(), compute_mode="donot_use_mm_for_euclid_dist")


def _within(features: Tensor) -> Tensor:
    return distances(features, features).fill_diagonal_(torch.inf)


def _nearest(apart: Tensor) -> tuple[Tensor, Tensor]:
    """Return the distance and the index of the nearest of each row; infinity and -1 where there is none."""
    if apart.shape[1] == 0:
        return torch.full((len(apart),), torch.inf, dtype=torch.float64), torch.full((len(apart),), -1)
    distance, index = apart.min(1)
    return distance, index.where(distance.isfinite(), -1)


def _marked(ours: tuple[Tensor, Tensor], theirs: tuple[Tensor, Tensor]) -> NearestNeighbours:
    distance, index = ours
    known = theirs[0][theirs[0].isfinite()]
    limit = float(known.quantile(RARE)) if len(known) else torch.nan
    values = (distance <= limit).double()  # `<=`, since the limit is 0 if real pictures occur twice
    return NearestNeighbours(values.where((index >= 0) & (len(known) > 0), torch.nan), index, distance, limit)
