"""Metrics: the Frechet distance of two sets of features, called FID if they are from Inception-v3."""

import math

import torch
from torch import Tensor

from components.core.metric_table import METRICS
from components.core.records import Score
from components.metrics.intervals import Clusters, assign_groups, assign_groups_together, jackknife_interval


def fid(generated: Tensor, real: Tensor, others: Tensor, extractor: str, clusters: Clusters, seed: int) -> Score:
    """Return the Frechet distance between generated and real features.

    It is biased upwards (even a perfect generator scores above 0), and more so with fewer pictures, so compare it at
    equal n only. The interval is for the expected score of new pictures at these numbers.

    Args:
        generated: (N, width) features, float.
        real: (M, width) features of the reference pictures.
        others: (K, width) features of other real pictures; the first N give the floor.
        extractor: `name@digest/resize/dtype` of the extractor.
        clusters: the caption of each generated picture, and of each real one.
        seed: of the groups of the jackknife.
    """
    value = frechet_distance(generated, real)
    groups = assign_groups_together(clusters, seed)
    left_out = [frechet_distance(generated[groups[0] != g], real[groups[1] != g]) for g in _all(groups)]
    low, high = jackknife_interval(value, torch.tensor(left_out))
    return Score(
        value=value,
        n=len(generated),
        low=max(low, 0.0),
        high=high,
        extractor=extractor,
        floor=frechet_distance(others[: len(generated)], real) if len(others) > 1 else None,
        honest=min(len(generated), len(real)) >= METRICS["fid"].smallest_honest_n(real.shape[1]),
    )


def fd_infinity(
    generated: Tensor, real: Tensor, others: Tensor, extractor: str, clusters: Clusters, seed: int
) -> Score:
    """Return the Frechet distance, extrapolated to infinitely many pictures. The arguments are those of `fid`.

    It is the value at 1 / N = 0 of the line through the distances of the whole sets and of their halves, over 1 / N.
    Source: Chong and Forsyth, Effectively unbiased FID (2020), who keep 50,000 reference pictures and vary only the
    generated ones; here both sets are small and halved together. The distance is linear in 1 / N if the halves have
    more pictures than features; with fewer a part of the bias remains, and the score is not honest. It can be slightly
    below 0. As for `fid`, the interval is a little too wide if the distance is near 0.
    """
    groups = assign_groups_together(clusters, seed)
    value, left_out = _extrapolated(generated, real, groups)
    low, high = jackknife_interval(value, left_out)
    return Score(
        value=value,
        n=len(generated),
        low=low,
        high=high,
        extractor=extractor,
        floor=_floor(others[: len(generated)], real, seed),
        honest=min(len(generated), len(real)) >= METRICS["fd_infinity"].smallest_honest_n(real.shape[1]),
    )


def frechet_distance(a: Tensor, b: Tensor) -> float:
    """Return |mean a - mean b|^2 + tr(A + B - 2 (A B)^1/2) of features (N, width) and (M, width), A, B covariances.

    With A = X'X and B = Y'Y, tr (A B)^1/2 is the sum of the singular values of X Y', whose sides are at most the number
    of pictures and of features: no square root of a width x width matrix is needed. Computed in float64. NaN for fewer
    than two pictures.
    """
    if min(len(a), len(b)) < 2:
        return math.nan
    mean_a, root_a = _moments(a.double())
    mean_b, root_b = _moments(b.double())
    cross = torch.linalg.svdvals(root_a @ root_b.T).sum()
    distance = (mean_a - mean_b).square().sum() + root_a.square().sum() + root_b.square().sum() - 2 * cross
    return max(float(distance), 0.0)


def _moments(features: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean, and a matrix X with X'X = covariance and at most as many rows as features."""
    mean = features.mean(0)
    root = (features - mean) / (len(features) - 1) ** 0.5
    if len(root) > root.shape[1]:
        root = torch.linalg.qr(root, mode="r").R
    return mean, root


def _extrapolated(a: Tensor, b: Tensor, groups: Clusters) -> tuple[float, Tensor]:
    """Return the distance at 1 / N = 0, and (groups,) those without each group, which changes only its own half."""
    middle = len(_all(groups)) // 2
    halves = (groups[0] < middle, groups[1] < middle), (groups[0] >= middle, groups[1] >= middle)
    first, second = (frechet_distance(a[half], b[other]) for half, other in halves)
    left_out = []
    for group in _all(groups):
        kept = groups[0] != group, groups[1] != group
        whole = frechet_distance(a[kept[0]], b[kept[1]])
        half = halves[int(group >= middle)]
        rest = frechet_distance(a[half[0] & kept[0]], b[half[1] & kept[1]])
        left_out.append(_at_infinity(whole, rest, second if group < middle else first))
    return _at_infinity(frechet_distance(a, b), first, second), torch.tensor(left_out)


def _at_infinity(whole: float, first: float, second: float) -> float:
    """Return the value at 0 of the line through the distances at 2 / N and 1 / N."""
    return 2 * whole - (first + second) / 2


def _floor(others: Tensor, real: Tensor, seed: int) -> float | None:
    """Return the score of real pictures, each in a cluster of its own."""
    if len(others) < 4 or len(real) < 4:
        return None
    apart = torch.arange(len(others)), len(others) + torch.arange(len(real))
    halves = [part < 1 for part in (assign_groups(apart[0], seed, 2), assign_groups(apart[1], seed, 2))]
    first, second = (frechet_distance(others[x], real[y]) for x, y in (halves, [~half for half in halves]))
    return _at_infinity(frechet_distance(others, real), first, second)


def _all(groups: Clusters) -> range:
    return range(1 + int(torch.cat(groups).max()))
