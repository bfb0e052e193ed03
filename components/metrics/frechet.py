"""Metrics: the Frechet distance of two sets of features, which is called FID where they come from Inception-v3."""

import math

import torch
from torch import Tensor, nn
from torchmetrics.image.fid import FrechetInceptionDistance

from components.core.records import Score
from components.metrics import METRICS
from components.metrics.intervals import Clusters, deal_both, jackknife_interval


class Given(nn.Module):
    """Stands where torchmetrics expects a network: the features were computed before, once."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.num_features = width

    def forward(self, features: Tensor) -> Tensor:
        return features


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
    value = measured_distance(generated, real)
    groups = deal_both(clusters, seed)
    left_out = [frechet_distance(generated[groups[0] != g], real[groups[1] != g]) for g in _all(groups)]
    low, high = jackknife_interval(value, torch.tensor(left_out))
    return Score(
        value=value,
        n=len(generated),
        low=max(low, 0.0),
        high=high,
        extractor=extractor,
        floor=measured_distance(others[: len(generated)], real) if len(others) > 1 else None,
        honest=min(len(generated), len(real)) >= METRICS["fid"].smallest_honest_n(real.shape[1]),
    )


def measured_distance(generated: Tensor, real: Tensor) -> float:
    """Return torchmetrics' Frechet distance of features (N, width) and (M, width), computed in float64."""
    metric = FrechetInceptionDistance(feature=Given(real.shape[1]))
    metric.update(real.double(), real=True)
    metric.update(generated.double(), real=False)
    return max(float(metric.compute()), 0.0)


def frechet_distance(a: Tensor, b: Tensor) -> float:
    """Return |mean a - mean b|^2 + tr(A + B - 2 (A B)^1/2) of features (N, width) and (M, width), A, B covariances.

    With A = X'X and B = Y'Y, tr (A B)^1/2 is the sum of the singular values of X Y', a matrix of the smaller of
    pictures and features: no square root of a width x width matrix is taken. Equal to `measured_distance`.
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


def _all(groups: Clusters) -> range:
    return range(1 + int(torch.cat(groups).max()))
