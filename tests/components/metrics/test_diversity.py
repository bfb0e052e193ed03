"""Tests: every picture has a partner, and the interval of the mean distance covers the truth."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from components.metrics.diversity import lpips_diversity, pair_up, partners
from components.metrics.means import mean_score


def distance(a: Tensor, b: Tensor) -> Tensor:
    return (a - b).flatten(1).square().mean(1)


@given(n=st.integers(2, 60), seed=st.integers(0, 2**62))
def test_every_picture_is_the_partner_of_another(n: int, seed: int) -> None:
    index = partners(n, seed)
    assert sorted(index.tolist()) == list(range(n))
    assert all(partner != picture for picture, partner in enumerate(index.tolist()))
    assert index.tolist() == partners(n, seed).tolist()


@given(captions=st.lists(st.integers(0, 9), min_size=2, max_size=60), seed=st.integers(0, 2**62))
def test_partners_have_another_caption_and_share_a_cluster(captions: list[int], seed: int) -> None:
    clusters = torch.tensor(captions)
    found = pair_up(clusters, seed)
    assert (found.index != torch.arange(len(clusters))).all()
    assert (found.clusters[found.index] == found.clusters).all()
    if len(set(captions)) > 1:
        assert (clusters[found.index] != clusters).all()
    for caption in set(captions):
        assert len(found.clusters[clusters == caption].unique()) == 1


def test_the_diversity_of_one_picture_is_nan() -> None:
    assert lpips_diversity(torch.zeros(1, 3, 4, 4), distance, partners(1, seed=1)).isnan().all()


def test_the_values_are_the_distances_to_the_partners() -> None:
    pictures = torch.arange(4.0)[:, None, None, None].expand(4, 3, 2, 2)
    index = partners(4, seed=1)
    assert lpips_diversity(pictures, distance, index).tolist() == [(i - int(j)) ** 2 for i, j in enumerate(index)]


@pytest.mark.parametrize("each", [1, 4])
def test_intervals_cover_the_true_mean_distance_19_times_in_20(each: int) -> None:
    clusters, held = torch.arange(96) // each, 0
    for seed in range(300):
        numbers = torch.Generator().manual_seed(seed)
        shared = torch.randn(96, 3, 2, 2, generator=numbers, dtype=torch.float64)[clusters]
        pictures = shared + torch.randn(96, 3, 2, 2, generator=numbers, dtype=torch.float64)
        found = pair_up(clusters, seed)
        values = lpips_diversity(pictures, distance, found.index)
        score = mean_score("lpips_diversity", values, "toy@1", found.clusters, seed)
        held += score.low <= 4 <= score.high  # the difference of two pictures has variance 2 + 2
    assert 274 <= held <= 296  # of 300 at 95 %: 285 plus and minus three binomial deviations of 3.8
