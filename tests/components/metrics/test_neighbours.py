"""Tests: copies are found, and about one real picture in a hundred counts as a copy."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from components.metrics.means import mean_score
from components.metrics.neighbours import memorised, near_duplicates


def features(n: int, seed: int, width: int = 6) -> Tensor:
    return torch.randn(n, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_nearest_neighbours_equal_those_of_scikit_learn() -> None:
    generated, training = features(40, seed=1), features(60, seed=2)
    away, index = NearestNeighbors(n_neighbors=1).fit(training.numpy()).kneighbors(generated.numpy())
    found = memorised(generated, training, features(30, seed=3))
    assert found.index.tolist() == index[:, 0].tolist()
    assert found.distance.tolist() == pytest.approx(away[:, 0].tolist())
    away, index = NearestNeighbors(n_neighbors=1).fit(generated.numpy()).kneighbors()
    assert near_duplicates(generated, training).index.tolist() == index[:, 0].tolist()


def test_near_duplicates_are_found_with_their_neighbours() -> None:
    generated = features(100, seed=1)
    generated[7], generated[31] = generated[50] + 1e-6, generated[90]
    found = near_duplicates(generated, features(100, seed=2))
    assert {7, 50, 31, 90} <= set(found.values.nonzero()[:, 0].tolist())
    assert [int(found.index[i]) for i in (7, 50, 31, 90)] == [50, 7, 90, 31]
    assert found.distance[31] == 0


def test_memorised_pictures_are_found_with_their_training_pictures() -> None:
    training, generated = features(200, seed=1), features(50, seed=2)
    generated[3] = training[123]
    found = memorised(generated, training, features(100, seed=3))
    assert (float(found.values[3]), int(found.index[3]), float(found.distance[3])) == (1, 123, 0)
    assert found.values.mean() < 0.1


@pytest.mark.parametrize("what", ["near_duplicates", "memorised"])
def test_about_one_percent_of_new_real_pictures_count_as_copies(what: str) -> None:
    shares = []
    for seed in range(60):
        fresh, real, training = (features(200, 3 * seed + i) for i in range(3))
        found = near_duplicates(fresh, real) if what == "near_duplicates" else memorised(fresh, training, real)
        shares.append(mean_score(what, found.values, "toy@1", torch.arange(200), seed).value)
    assert 0.005 < sum(shares) / len(shares) < 0.025


def test_equal_pictures_are_duplicates_even_if_real_ones_occur_twice() -> None:
    real = features(20, seed=1).repeat_interleave(2, 0)
    found = near_duplicates(torch.ones(3, 6), real)
    assert found.limit == 0
    assert found.values.tolist() == [1, 1, 1]


@settings(max_examples=40)
@given(n=st.integers(0, 5), m=st.integers(0, 5), width=st.integers(1, 3), seed=st.integers(0, 2**31))
def test_values_are_nan_without_pictures_to_compare_with(n: int, m: int, width: int, seed: int) -> None:
    generated, real = features(n, seed, width), features(m, seed + 1, width)
    found = near_duplicates(generated, real)
    assert len(found.values) == len(found.index) == n
    assert bool(found.values.isnan().all()) == (min(n, m) < 2)
    assert memorised(generated, real, real[:0]).values.isnan().all()
    assert all(index != i for i, index in enumerate(found.index.tolist()))
