"""Metrics: the kernel distance of two sets of features (KID), unbiased for any number of pictures."""

import torch
from torch import Tensor
from torchmetrics.image.kid import poly_kernel

from components.core.metric_table import METRICS
from components.core.records import Score
from components.metrics.intervals import Clusters, assign_groups_together, jackknife_interval


def kid(generated: Tensor, real: Tensor, others: Tensor, extractor: str, clusters: Clusters, seed: int) -> Score:
    """Return the unbiased squared MMD between generated and real features, with the kernel (x'y / width + 1)^3.

    Source: Binkowski et al., Demystifying MMD GANs (2018), section 4. It uses all pairs of pictures, where other
    implementations average over random subsets: the same expectation, less noise, and deterministic. It can be below 0.
    Generated and real pictures of one caption are similar, which lowers it by about 1 / M, for all models alike.

    Args:
        generated: (N, width) features, float.
        real: (M, width) features of the reference pictures.
        others: (K, width) features of other real pictures; the first N give the floor.
        extractor: `name@digest/resize/dtype` of the extractor.
        clusters: the caption of each generated picture, and of each real one.
        seed: of the groups of the jackknife.
    """
    value, left_out = _with_left_out(generated, real, assign_groups_together(clusters, seed))
    low, high = jackknife_interval(value, left_out)
    return Score(
        value=value,
        n=len(generated),
        low=low,
        high=high,
        extractor=extractor,
        floor=kernel_distance(others[: len(generated)], real) if len(others) > 1 else None,
        honest=min(len(generated), len(real)) >= METRICS["kid"].smallest_honest_n(real.shape[1]),
    )


def kernel_distance(a: Tensor, b: Tensor) -> float:
    """Return the unbiased squared MMD of features (N, width) and (M, width), computed in float64."""
    within_a, within_b, across = _block_sums(a, b, (torch.zeros(len(a)).long(), torch.zeros(len(b)).long()))
    return float(_distance(within_a, within_b, across, len(a), len(b)))


def _with_left_out(a: Tensor, b: Tensor, groups: Clusters) -> tuple[float, Tensor]:
    """Return the distance, and (groups,) the distances without each group of both sets."""
    within_a, within_b, across = _block_sums(a, b, groups)
    value = _distance(within_a.sum(), within_b.sum(), across.sum(), len(a), len(b))
    n, m = (len(group) - torch.bincount(group, minlength=len(across)) for group in groups)
    return float(value), _distance(_without(within_a), _without(within_b), _without(across), n, m)


def _block_sums(a: Tensor, b: Tensor, groups: Clusters) -> tuple[Tensor, Tensor, Tensor]:
    """Return the kernel summed over pairs per two groups: within a, within b (no picture with itself), and across."""
    a, b = a.double(), b.double()
    count = 1 + int(torch.cat(groups).max())
    in_a, in_b = (torch.nn.functional.one_hot(group, count).double() for group in groups)
    within_a = in_a.T @ poly_kernel(a, a).fill_diagonal_(0) @ in_a
    within_b = in_b.T @ poly_kernel(b, b).fill_diagonal_(0) @ in_b
    return within_a, within_b, in_a.T @ poly_kernel(a, b) @ in_b


def _without(sums: Tensor) -> Tensor:
    """Return the sum over all pairs without each group: minus its row and its column, plus their common entry."""
    return sums.sum() - sums.sum(0) - sums.sum(1) + sums.diagonal()


def _distance(within_a: Tensor, within_b: Tensor, across: Tensor, n: Tensor | int, m: Tensor | int) -> Tensor:
    return within_a / (n * (n - 1)) + within_b / (m * (m - 1)) - 2 * across / (n * m)
