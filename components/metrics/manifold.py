"""Metrics: precision, recall, density and coverage, by distances to the k nearest neighbours."""

import math

import torch
from torch import Tensor

from components.core.metric_table import METRICS
from components.core.records import Score
from components.metrics.intervals import (
    Clusters,
    Range,
    balanced_halves,
    half_sample_variance,
    t_quantile,
    wilson_interval,
)
from components.metrics.neighbours import distances

NAMES = ("precision", "recall", "density", "coverage")
FEW, MANY = 3, 5  # k of the papers: for precision and recall, and for density and coverage


def neighbour_scores(
    generated: Tensor, real: Tensor, others: Tensor, extractor: str, clusters: Clusters, seed: int
) -> dict[str, Score]:
    """Return all four scores, from distances that are computed once.

    The ball of a picture has the distance to its k-th nearest neighbour in its own set as radius. Precision: the share
    of generated pictures in any ball of a real one. Recall: the share of real pictures in any ball of a generated one.
    Density: the mean number of real balls that contain a generated picture, over k. Coverage: the share of real balls
    that contain a generated picture. Sources: Kynkaanniemi et al., Improved precision and recall metric (2019), k = 3;
    Naeem et al., Reliable fidelity and diversity metrics (2020), k = 5.

    All depend on the number of pictures. The intervals are for the expected score of new pictures at these numbers.
    Higher is better. The scores are NaN for fewer than two pictures.

    Args:
        generated: (N, width) features.
        real: (M, width) features of the reference pictures.
        others: (K, width) features of other real pictures; the first N give the floor.
        extractor: `name@digest/resize/dtype` of the extractor.
        clusters: the caption of each generated picture, and of each real one.
        seed: of the half-samples.
    """
    among_real = distances(real, real)
    among, across = distances(generated, generated), distances(generated, real)
    values = _scores(among, among_real, across)
    splits = balanced_halves(clusters, seed)
    halves = [_half(among, among_real, across, a, b) for split in splits for a, b in (split, (~split[0], ~split[1]))]
    variances = half_sample_variance(torch.stack(halves).reshape(-1, 2, 4)) if halves else torch.full((4,), torch.inf)
    floors = _floors(others[: len(generated)], real, among_real)
    independent = min(len(torch.unique(numbers)) for numbers in clusters)
    smallest = min(len(generated), len(real))
    intervals = [
        METRICS[name].within_range(*_interval(name, value, variance, independent, len(splits)))
        for name, value, variance in zip(NAMES, values, variances, strict=True)
    ]
    return {
        name: Score(
            value=float(values[i]),
            n=len(generated),
            low=intervals[i][0],
            high=intervals[i][1],
            extractor=extractor,
            floor=None if floors is None else float(floors[i]),
            honest=smallest >= METRICS[name].smallest_honest_n(real.shape[1]),
        )
        for i, name in enumerate(NAMES)
    }


def _floors(others: Tensor, real: Tensor, among_real: Tensor) -> Tensor | None:
    if len(others) < 2:
        return None
    return _scores(distances(others, others), among_real, distances(others, real))


def _half(among: Tensor, among_real: Tensor, across: Tensor, a: Tensor, b: Tensor) -> Tensor:
    return _scores(among[a][:, a], among_real[b][:, b], across[a][:, b])


def _scores(among: Tensor, among_real: Tensor, across: Tensor) -> Tensor:
    """Return the four scores from distances (N, N), (M, M) and (N, M)."""
    if min(across.shape) < 2:
        return torch.full((4,), torch.nan, dtype=torch.float64)
    near_real = across <= _radii(among_real, FEW)
    near_generated = across <= _radii(among, FEW)[:, None]
    inside = (across <= _radii(among_real, MANY)).double()
    neighbours = min(MANY, len(among_real) - 1)
    return torch.stack(
        [
            near_real.any(1).double().mean(),
            near_generated.any(0).double().mean(),
            inside.sum(1).mean() / neighbours,
            inside.amax(0).mean(),
        ]
    )


def _radii(among: Tensor, neighbours: int) -> Tensor:
    """Return (N,) the distance of each picture to its k-th nearest neighbour, or to the furthest if there are fewer."""
    itself = 1
    return among.kthvalue(min(neighbours + itself, len(among)), dim=1).values


def _interval(name: str, value: Tensor, variance: Tensor, independent: int, freedom: int) -> Range:
    """Return Wilson's interval for a share, which has a width even at 0 and 1, else a symmetric one."""
    if not variance.isfinite() or not value.isfinite():
        return -math.inf, math.inf
    share = float(value)
    if METRICS[name].high > 1:
        reach = t_quantile(freedom) * math.sqrt(float(variance))
        return share - reach, share + reach
    if share in {0, 1} or variance == 0:
        return wilson_interval(share, independent, freedom)
    return wilson_interval(share, share * (1 - share) / float(variance), freedom)
