"""Tests: the Frechet distance equals that of scipy and torchmetrics, and behaves like a distance."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm
from torch import Tensor, nn
from torchmetrics.image.fid import FrechetInceptionDistance

from components.metrics.frechet import fd_infinity, fid, frechet_distance


def features(n: int, width: int, seed: int) -> Tensor:
    numbers = torch.Generator().manual_seed(seed)
    mixing = torch.randn(width, width, generator=torch.Generator().manual_seed(width))
    mixed: Tensor = torch.randn(n, width, generator=numbers, dtype=torch.float64) @ mixing.double() / width**0.5
    return mixed


def apart(n: int, m: int) -> tuple[Tensor, Tensor]:
    """Return clusters of one picture each."""
    return torch.arange(n), n + torch.arange(m)


class PrecomputedFeatures(nn.Module):
    """Replaces the network of torchmetrics, with features that are computed already."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.num_features = width

    def forward(self, features: Tensor) -> Tensor:
        return features


def torchmetrics_distance(a: Tensor, b: Tensor) -> float:
    metric = FrechetInceptionDistance(feature=PrecomputedFeatures(b.shape[1]))
    metric.update(b.double(), real=True)
    metric.update(a.double(), real=False)
    return float(metric.compute())


def scipy_distance(a: Tensor, b: Tensor) -> float:
    """Compute the definition, with scipy's square root of the product of the covariances."""
    x, y = a.numpy(), b.numpy()
    cov_x, cov_y = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = sqrtm(cov_x @ cov_y).real
    return float(((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(cov_x + cov_y - 2 * root))


@pytest.mark.parametrize(("n", "m"), [(200, 150), (40, 60)])
def test_the_distance_equals_scipys_to_six_digits(n: int, m: int) -> None:
    a, b = features(n, 24, seed=1), features(m, 24, seed=2) * 1.3 + 0.2
    assert frechet_distance(a, b) == pytest.approx(scipy_distance(a, b), rel=1e-6)
    assert torchmetrics_distance(a, b) == pytest.approx(scipy_distance(a, b), rel=1e-6)


@pytest.mark.parametrize(("n", "m"), [(20, 30), (2, 30), (30, 2), (70, 20)])
def test_the_distance_is_correct_for_fewer_pictures_than_features(n: int, m: int) -> None:
    a, b = features(n, 64, seed=1), features(m, 64, seed=2) + 0.5
    assert frechet_distance(a, b) == pytest.approx(torchmetrics_distance(a, b), rel=1e-5)


@settings(max_examples=25)
@given(n=st.integers(2, 40), width=st.integers(1, 12), seed=st.integers(0, 2**31))
def test_the_distance_of_a_set_to_itself_is_0_in_any_order(n: int, width: int, seed: int) -> None:
    a = features(n, width, seed)
    assert frechet_distance(a, a.flip(0)) == pytest.approx(0, abs=1e-9)


@settings(max_examples=25)
@given(shift=st.floats(0.1, 5), seed=st.integers(0, 2**31))
def test_shifting_a_set_adds_the_squared_shift(shift: float, seed: int) -> None:
    a, b = features(30, 4, seed), features(25, 4, seed + 1)
    b = b - b.mean(0) + a.mean(0)
    assert frechet_distance(a, b + shift) == pytest.approx(frechet_distance(a, b) + 4 * shift**2, rel=1e-9)


def test_a_score_has_the_floor_of_real_pictures() -> None:
    real, others = features(100, 16, seed=1), features(300, 16, seed=2)
    score = fid(features(60, 16, seed=3) + 0.5, real, others, "toy@1", apart(60, 100), seed=1)
    assert score.n == 60
    assert score.extractor == "toy@1"
    assert score.floor == (floor := frechet_distance(others[:60], real))
    assert floor < score.low < score.value < score.high


def test_fid_is_not_honest_with_fewer_pictures_than_features() -> None:
    real = features(100, 16, seed=1)
    scores = [fid(features(n, 16, seed=3), real, real[:0], "toy@1", apart(n, 100), seed=1) for n in (15, 16)]
    assert [score.honest for score in scores] == [False, True]
    assert fid(real, features(15, 16, seed=2), real[:0], "toy@1", apart(100, 15), seed=1).honest is False


def test_two_pictures_have_a_finite_score() -> None:
    score = fid(features(2, 4, seed=1), features(2, 4, seed=2), features(1, 4, seed=3), "toy@1", apart(2, 2), seed=1)
    assert math.isfinite(score.value)
    assert score.floor is None


def test_extrapolation_removes_the_bias_of_few_pictures() -> None:
    truth, runs = 16 * 0.2**2, range(40)
    sets = [(samples(128, 2 * seed) + 0.2, samples(128, 2 * seed + 1)) for seed in runs]
    plain = torch.tensor([frechet_distance(a, b) for a, b in sets])
    scores = [fd_infinity(a, b, b[:0], "toy@1", apart(128, 128), seed) for seed, (a, b) in enumerate(sets)]
    values = torch.tensor([score.value for score in scores])
    assert plain.mean() > 2 * truth
    assert abs(values.mean() - truth) < 3 * values.std() / len(runs) ** 0.5
    assert all(score.honest and score.low < score.value < score.high for score in scores)


def test_extrapolated_distances_within_one_distribution_are_on_both_sides_of_0() -> None:
    sets = [(samples(64, 2 * seed), samples(64, 2 * seed + 1)) for seed in range(30)]
    values = [fd_infinity(a, b, b[:0], "toy@1", apart(64, 64), 1).value for a, b in sets]
    assert min(values) < 0 < max(values)


def test_extrapolation_needs_four_pictures_and_is_honest_with_two_per_feature() -> None:
    real, others = samples(64, 1), samples(64, 2)
    scores = [fd_infinity(samples(n, 3), real, others, "toy@1", apart(n, 64), 1) for n in (2, 31, 32)]
    assert math.isnan(scores[0].value)
    assert (scores[0].low, scores[0].high) == (-math.inf, math.inf)
    assert [score.honest for score in scores] == [False, False, True]
    assert scores[2].floor is not None


def samples(n: int, seed: int) -> Tensor:
    return torch.randn(n, 16, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
