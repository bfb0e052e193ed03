"""Tests: precision, recall, density and coverage equal a direct implementation of the papers' formulas."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from components.core.records import Score
from components.metrics.manifold import NAMES, neighbour_scores


def features(n: int, seed: int, width: int = 4) -> Tensor:
    return torch.randn(n, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def scores_of(generated: Tensor, real: Tensor, others: Tensor | None = None) -> dict[str, Score]:
    apart = torch.arange(len(generated)), len(generated) + torch.arange(len(real))
    return neighbour_scores(generated, real, real[:0] if others is None else others, "toy@1", apart, seed=1)


def by_the_papers(generated: Tensor, real: Tensor) -> dict[str, float]:
    """Equations 1 and 2 of Kynkaanniemi et al., and 3 and 4 of Naeem et al., one pair at a time."""
    x, y = real.numpy(), generated.numpy()

    def radii(points: np.ndarray, k: int) -> list[float]:
        return [
            sorted(np.linalg.norm(p - q) for j, q in enumerate(points) if j != i)[k - 1] for i, p in enumerate(points)
        ]

    def inside(these: np.ndarray, points: np.ndarray, k: int) -> np.ndarray:
        reach = radii(points, k)
        return np.array([[np.linalg.norm(p - q) <= r for q, r in zip(points, reach, strict=True)] for p in these])

    in_real = inside(y, x, 5)
    return {
        "precision": float(inside(y, x, 3).any(1).mean()),
        "recall": float(inside(x, y, 3).any(1).mean()),
        "density": float(in_real.sum() / (5 * len(y))),
        "coverage": float(in_real.any(0).mean()),
    }


@pytest.mark.parametrize(("n", "m", "shift"), [(24, 17, 0.0), (11, 20, 0.8), (9, 9, 3.0)])
def test_the_scores_equal_the_formulas_of_the_papers(n: int, m: int, shift: float) -> None:
    generated, real = features(n, seed=1) + shift, features(m, seed=2)
    ours = {name: score.value for name, score in scores_of(generated, real).items()}
    assert ours == pytest.approx(by_the_papers(generated, real), abs=1e-12)


def test_pictures_far_away_score_0_and_copies_score_1() -> None:
    real = features(70, seed=1)
    far, copies = scores_of(real + 100, real), scores_of(real.clone(), real)
    assert [far[name].value for name in NAMES] == [0, 0, 0, 0]
    assert [copies[name].value for name in ("precision", "recall", "coverage")] == [1, 1, 1]
    assert far["precision"].high > 0
    assert copies["recall"].low < 1
    assert far["density"].low == 0


def test_one_repeated_picture_has_high_precision_and_low_recall_and_coverage() -> None:
    real = features(70, seed=1)
    scores = scores_of(real[:1].repeat(70, 1), real)
    assert scores["precision"].value == 1
    assert scores["recall"].value < 0.05
    assert scores["coverage"].value < 0.3


@settings(max_examples=40)
@given(n=st.integers(2, 20), m=st.integers(2, 20), width=st.integers(1, 3), seed=st.integers(0, 2**31))
def test_few_or_equal_pictures_have_scores_in_their_range(n: int, m: int, width: int, seed: int) -> None:
    for generated in (features(n, seed, width), torch.zeros(n, width)):
        for name, score in scores_of(generated, features(m, seed + 1, width).round()).items():
            assert 0 <= score.low <= score.value <= score.high, name
            assert name == "density" or score.high <= 1
            assert not score.honest


def test_the_scores_of_one_picture_are_nan() -> None:
    assert all(math.isnan(score.value) for score in scores_of(features(1, 1), features(9, 2)).values())


def test_scores_have_a_floor_and_are_not_honest_with_too_few_pictures() -> None:
    real, others = features(64, seed=1), features(90, seed=2)
    scores = scores_of(features(64, seed=3), real, others)
    assert {name: score.floor for name, score in scores.items()} == pytest.approx(by_the_papers(others[:64], real))
    assert all(score.honest and score.n == 64 for score in scores.values())
    assert not any(score.honest for score in scores_of(features(63, seed=3), real).values())
