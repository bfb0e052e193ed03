"""Tests: the kernel distance equals its definition and that of torchmetrics, and is unbiased."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torchmetrics.image.kid import KernelInceptionDistance, poly_mmd

from components.metrics.kernel import kernel_distance, kid


def features(n: int, seed: int, width: int = 8) -> Tensor:
    return torch.randn(n, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def apart(n: int, m: int) -> tuple[Tensor, Tensor]:
    """Return clusters of one picture each."""
    return torch.arange(n), n + torch.arange(m)


def by_the_book(a: list[list[float]], b: list[list[float]]) -> float:
    """Compute equation 4 of Demystifying MMD GANs, one pair at a time."""

    def kernel(x: list[float], y: list[float]) -> float:
        return float((sum(p * q for p, q in zip(x, y, strict=True)) / len(x) + 1) ** 3)

    def within(rows: list[list[float]]) -> float:
        pairs = list(itertools.permutations(rows, 2))
        return sum(kernel(x, y) for x, y in pairs) / len(pairs)

    return within(a) + within(b) - 2 * sum(kernel(x, y) for x in a for y in b) / (len(a) * len(b))


def test_the_distance_equals_its_definition() -> None:
    a, b = features(17, seed=1), features(11, seed=2) + 0.3
    assert kernel_distance(a, b) == pytest.approx(by_the_book(a.tolist(), b.tolist()), rel=1e-12)


def test_the_distance_of_sets_of_equal_size_equals_torchmetrics() -> None:
    a, b = features(50, seed=1), features(50, seed=2) + 0.3
    assert kernel_distance(a, b) == pytest.approx(float(poly_mmd(b, a)), rel=1e-12)


class PrecomputedFeatures(nn.Module):
    """Replaces the network of torchmetrics, with features that are computed already."""

    num_features = 8

    def forward(self, features: Tensor) -> Tensor:
        return features


@pytest.mark.filterwarnings("ignore:Metric `Kernel Inception Distance` will save:UserWarning")
def test_kid_equals_torchmetrics_kernel_inception_distance_with_one_subset() -> None:
    a, b = features(50, seed=1), features(50, seed=2) + 0.3
    metric = KernelInceptionDistance(feature=PrecomputedFeatures(), subsets=1, subset_size=50)
    metric.update(a, real=False)
    metric.update(b, real=True)
    assert kernel_distance(a, b) == pytest.approx(float(metric.compute()[0]), rel=1e-5)


def test_pictures_of_one_distribution_score_0_on_average() -> None:
    scores = torch.tensor([kernel_distance(features(10, seed), features(25, 1000 + seed)) for seed in range(300)])
    error = scores.std() / len(scores) ** 0.5
    assert abs(scores.mean()) < 3 * error
    assert scores.min() < 0  # unbiased, so some fall below


@settings(max_examples=25)
@given(near=st.floats(0, 1), further=st.floats(0.2, 2), seed=st.integers(0, 2**31))
def test_shifting_a_set_increases_the_distance(near: float, further: float, seed: int) -> None:
    a, b = features(60, seed).abs(), features(60, seed + 1).abs()
    assert kernel_distance(a, b + near) < kernel_distance(a, b + near + further) or near < 0.2


def test_the_order_of_pictures_does_not_matter() -> None:
    a, b = features(30, seed=1), features(20, seed=2) + 0.5
    clusters = torch.arange(30) // 2, torch.arange(20)
    straight = kid(a, b, b[:0], "toy@1", clusters, seed=1)
    assert kid(a, b, b[:0], "toy@1", clusters, seed=1) == straight
    assert kernel_distance(a.flip(0), b.flip(0)) == pytest.approx(straight.value, rel=1e-12)


def test_a_score_has_a_floor_and_is_not_honest_with_too_few_pictures() -> None:
    real, others = features(100, seed=1), features(200, seed=2)
    score = kid(features(64, seed=3) + 1, real, others, "toy@1", apart(64, 100), seed=1)
    assert score.floor == (floor := kernel_distance(others[:64], real))
    assert floor < score.low < score.value < score.high
    assert score.honest
    assert not kid(features(31, seed=3), real, others, "toy@1", apart(31, 100), seed=1).honest
