"""Metrics: the Frechet distance of two sets of features, which is called FID where they come from Inception-v3."""

import math

import torch
from torch import Tensor

from components.core.metric_table import METRICS
from components.core.records import Score
from components.metrics.intervals import Clusters, assign_groups, assign_groups_together, jackknife_interval


def fid(generated: Tensor, real: Tensor, others: Tensor, extractor: str, clusters: Clusters, seed: int) -> Score:
    """Return the Frechet distance of generated to real features.

    It depends on the number of pictures (a perfect generator scores above 0, the more so the fewer they are), so it
    is compared at the same n only. The interval holds what fresh pictures of the same numbers would score on average.

    Args:
        generated: (N, width) features, float.
        real: (M, width) features of the reference pictures.
        others: (K, width) features of other real pictures, the first N of which give the floor.
        extractor: `name@digest/resize/dtype` of what computed the features.
        clusters: the caption of each generated picture, and of each real one.
        seed: decides the groups of the jackknife.
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
    """Return what the Frechet distance would be of endlessly many pictures, generated and real. Arguments as of `fid`.

    The line through the distances of the whole sets and of their halves, in 1 / N, at 1 / N = 0. Source: Chong and
    Forsyth, Effectively unbiased FID (2020), who keep 50,000 reference pictures and vary the generated ones alone; here
    both sets are small and shrink together. It is a line where the halves have more pictures than features; with fewer
    the rest of the bias stays, and below that the score is not honest. It may fall slightly below 0. The interval is
    a little too wide, as that of `fid` is, where the distance is near 0.
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

    With A = X'X and B = Y'Y, tr (A B)^1/2 is the sum of the singular values of X Y', a matrix of the smaller of
    pictures and features: no square root of a width x width matrix is taken. Computed in float64.
    Not a number for fewer than two pictures.
    """
    if min(len(a), len(b)) < 2:
        return math.nan
    mean_a, root_a = _moments(a.double())
    mean_b, root_b = _moments(b.double())
    cross = torch.linalg.svdvals(root_a @ root_b.T).sum()
    distance = (mean_a - mean_b).square().sum() + root_a.square().sum() + root_b.square().sum() - 2 * cross
    return max(float(distance), 0.0)


def _moments(features: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean, and a matrix X of few rows with X'X = covariance."""
    mean = features.mean(0)
    root = (features - mean) / (len(features) - 1) ** 0.5
    if len(root) > root.shape[1]:
        root = torch.linalg.qr(root, mode="r").R
    return mean, root


def _extrapolated(a: Tensor, b: Tensor, groups: Clusters) -> tuple[float, Tensor]:
    """Return the distance at 1 / N = 0, and (groups,) those without each group, which changes its own half alone."""
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
    """Return where the line through the distances at 2 / N and 1 / N meets 0."""
    return 2 * whole - (first + second) / 2


def _floor(others: Tensor, real: Tensor, seed: int) -> float | None:
    """Return what real pictures score, none of which belong together."""
    if len(others) < 4 or len(real) < 4:
        return None
    apart = torch.arange(len(others)), len(others) + torch.arange(len(real))
    halves = [part < 1 for part in (assign_groups(apart[0], seed, 2), assign_groups(apart[1], seed, 2))]
    first, second = (frechet_distance(others[x], real[y]) for x, y in (halves, [~half for half in halves]))
    return _at_infinity(frechet_distance(others, real), first, second)


def _all(groups: Clusters) -> range:
    return range(1 + int(torch.cat(groups).max()))
