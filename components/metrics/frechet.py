"""Metrics: the Frechet distance of two sets of features, which is called FID where they come from Inception-v3."""

import math

import torch
from torch import Tensor

from components.core.records import Score
from components.core.seeds import derive_seed
from components.metrics import METRICS
from components.metrics.intervals import Clusters, deal_both, jackknife_interval

PARTS = (0.5, 0.6, 0.75, 0.85, 1.0)  # of the pictures, on which the line to endlessly many is fitted


def fid(generated: Tensor, real: Tensor, others: Tensor, extractor: str, clusters: Clusters, seed: int) -> Score:
    """Return the Frechet distance of generated to real features.

    It depends on the number of pictures (a perfect generator scores above 0, the more so the fewer they are), so it
    is compared at the same n only. The interval holds what fresh pictures of the same numbers would score on average.

    Args:
        generated: (N, width) features, float.
        real: (M, width) features of the reference pictures.
        others: (K, width) features of other real pictures, the first N of which give the floor.
        extractor: `name@digest` of what computed the features.
        clusters: which caption each generated picture was drawn from, and which each real one has.
        seed: decides the groups of the jackknife.
    """
    value = frechet_distance(generated, real)
    groups = deal_both(clusters, seed)
    left_out = [frechet_distance(generated[groups[0] != g], real[groups[1] != g]) for g in _all(groups)]
    low, high = jackknife_interval(value, torch.tensor(left_out))
    floor = frechet_distance(others[: len(generated)], real) if len(others) > 1 else None
    return _score("fid", value, (max(low, 0.0), high), (generated, real), extractor, floor)


def fd_infinity(
    generated: Tensor, real: Tensor, others: Tensor, extractor: str, clusters: Clusters, seed: int
) -> Score:
    """Return the Frechet distance that endlessly many pictures would have: the line through 1 / n, at 0.

    Source: Chong and Forsyth, Effectively unbiased FID and Inception Score and where to find them (2020). Both sets are
    made smaller in proportion, since both bias the distance. It may fall a little below 0. Arguments as for `fid`.
    """
    groups = deal_both(clusters, seed)
    left_out = [
        _extrapolated(generated[groups[0] != g], real[groups[1] != g], derive_seed(seed, g)) for g in _all(groups)
    ]
    value = _extrapolated(generated, real, seed)
    low, high = jackknife_interval(value, torch.tensor(left_out))
    floor = _extrapolated(others[: len(generated)], real, seed) if len(others) > 1 else None
    return _score("fd_infinity", value, (low, high), (generated, real), extractor, floor)


def frechet_distance(a: Tensor, b: Tensor) -> float:
    """Return |mean a - mean b|^2 + tr(A + B - 2 (A B)^1/2) of features (N, width) and (M, width), A, B covariances.

    With A = X'X and B = Y'Y, tr (A B)^1/2 is the sum of the singular values of X Y', a matrix of the smaller of
    pictures and features: no square root of a width x width matrix is taken.
    Not a number for fewer than two pictures.
    """
    if min(len(a), len(b)) < 2:
        return math.nan
    mean_a, root_a = _moments(a.double())
    mean_b, root_b = _moments(b.double())
    cross = torch.linalg.svdvals(root_a @ root_b.T).sum()
    distance = (mean_a - mean_b).square().sum() + root_a.square().sum() + root_b.square().sum() - 2 * cross
    return max(float(distance), 0.0)


def _extrapolated(generated: Tensor, real: Tensor, seed: int) -> float:
    """Fit a line to the distances of random parts of both sets over 1 / n, and return where it meets 0."""
    numbers = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(len(values), generator=numbers) for values in (generated, real)]
    rows, distances = [], []
    for share in PARTS:
        few = [
            values[order[: max(2, round(share * len(values)))]]
            for values, order in zip((generated, real), orders, strict=True)
        ]
        rows.append([1.0, 1 / len(few[0])])
        distances.append(frechet_distance(few[0], few[1]))
    line = torch.linalg.lstsq(torch.tensor(rows, dtype=torch.float64), torch.tensor(distances, dtype=torch.float64))
    return float(line.solution[0])


def _score(
    name: str,
    value: float,
    interval: tuple[float, float],
    sets: tuple[Tensor, Tensor],
    extractor: str,
    floor: float | None,
) -> Score:
    smallest, n = METRICS[name].smallest_honest_n(sets[1].shape[1]), len(sets[0])
    honest = min(n, len(sets[1])) >= smallest
    return Score(value, n, *interval, extractor, floor, honest, smallest)


def _moments(features: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean, and a matrix X of few rows with X'X = covariance."""
    mean = features.mean(0)
    root = (features - mean) / (len(features) - 1) ** 0.5
    if len(root) > root.shape[1]:
        root = torch.linalg.qr(root, mode="r").R
    return mean, root


def _all(groups: Clusters) -> range:
    return range(1 + int(torch.cat(groups).max()))
