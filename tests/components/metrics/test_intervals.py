"""Tests: intervals of scores of sets have the claimed coverage, in simulations with a known truth."""

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from components.core.records import Score
from components.metrics.frechet import fd_infinity, fid
from components.metrics.inception import inception_score
from components.metrics.intervals import (
    GROUPS,
    assign_groups,
    balanced_halves,
    half_sample_variance,
    jackknife_interval,
    wilson_interval,
)
from components.metrics.kernel import kid
from components.metrics.manifold import neighbour_scores

REPEATS, N, WIDTH = 200, 200, 8
SHIFT = 0.5  # of each feature's mean, in standard deviations
FEWEST, MOST = 181, 199  # of 200 at 95 %: 190 plus and minus three binomial deviations


def samples(seed: int, shift: float) -> Tensor:
    return torch.randn(N, WIDTH, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) + shift


def repeat(score: Callable[..., Score]) -> list[Score]:
    apart = torch.arange(N), N + torch.arange(N)
    no_others = samples(0, 0)[:0]
    return [score(samples(2 * n, SHIFT), samples(2 * n + 1, 0), no_others, "toy@1", apart, n) for n in range(REPEATS)]


def covered(scores: list[Score], truth: float) -> int:
    return sum(score.low <= truth <= score.high for score in scores)


def widths(scores: list[Score]) -> float:
    return sum(score.high - score.low for score in scores)


def true_kid() -> float:
    """Integrate the kernel over both Gaussians: E (x'y / w + 1)^3 with x'y of known moments."""
    w, s = WIDTH, WIDTH * SHIFT**2  # width, and squared length of the mean

    def expected(a: float, b: float, ab: float) -> float:
        """E[(x'y/w + 1)^3] of x ~ N(p, I), y ~ N(q, I), with a = p'p, b = q'q, ab = p'q."""
        second = w + a + b + ab**2
        third = ab**3 + 3 * ab * (w + a + b) + 6 * ab
        return third / w**3 + 3 * second / w**2 + 3 * ab / w + 1

    return expected(s, s, s) + expected(0, 0, 0) - 2 * expected(s, 0, 0)


def test_intervals_of_kid_cover_the_true_distance_19_times_in_20() -> None:
    scores = repeat(kid)
    assert sum(score.value for score in scores) / REPEATS == pytest.approx(true_kid(), rel=0.02)
    assert FEWEST <= covered(scores, true_kid()) <= MOST


def test_intervals_of_fid_cover_its_expectation_at_this_n_19_times_in_20() -> None:
    scores = repeat(fid)
    average = sum(score.value for score in scores) / REPEATS
    assert average > WIDTH * SHIFT**2  # the distance of the distributions themselves: FID is biased upwards
    assert FEWEST <= covered(scores, average) <= MOST


def test_variation_that_generated_and_real_pictures_share_does_not_widen_intervals() -> None:
    scores, independent = [], []
    for seed in range(REPEATS):
        # The caption determines one part of a picture, and the generator the other.
        shown, own = 2 * samples(3 * seed, 0), samples(3 * seed + 1, SHIFT)
        sets = shown + own, shown + samples(3 * seed + 2, 0), shown[:0]
        scores.append(kid(*sets, "toy@1", (torch.arange(N), torch.arange(N)), seed))
        independent.append(kid(*sets, "toy@1", (torch.arange(N), N + torch.arange(N)), seed))
    average = sum(score.value for score in scores) / REPEATS
    assert FEWEST <= covered(scores, average) <= MOST
    assert widths(scores) < 0.7 * widths(independent)


def test_intervals_of_fd_infinity_cover_the_true_distance_19_times_in_20() -> None:
    scores = repeat(fd_infinity)
    assert sum(score.value for score in scores) / REPEATS == pytest.approx(WIDTH * SHIFT**2, rel=0.02)
    assert FEWEST <= covered(scores, WIDTH * SHIFT**2) <= MOST


def test_intervals_of_the_inception_score_cover_its_expectation_19_times_in_20() -> None:
    scores = []
    for seed in range(REPEATS):
        probabilities = (2 * samples(seed, 0)).softmax(1)
        scores.append(inception_score(probabilities, probabilities[:0], "toy@1", torch.arange(N), seed))
    assert FEWEST <= covered(scores, sum(score.value for score in scores) / REPEATS) <= MOST


@pytest.mark.parametrize("shift", [0.0, SHIFT])
def test_intervals_of_neighbour_scores_cover_their_expectations_19_times_in_20(shift: float) -> None:
    apart, scores = (torch.arange(100), 100 + torch.arange(100)), []
    for n in range(REPEATS):
        generated, real = samples(2 * n, shift)[:100], samples(2 * n + 1, 0)[:100]
        scores.append(neighbour_scores(generated, real, real[:0], "toy@1", apart, n))
    for name in scores[0]:
        one = [score[name] for score in scores]
        assert FEWEST <= covered(one, sum(score.value for score in one) / REPEATS) <= MOST, name


@settings(max_examples=50)
@given(clusters=st.lists(st.integers(0, 30), min_size=1, max_size=80), seed=st.integers(0, 2**62))
def test_groups_have_about_equally_many_whole_clusters(clusters: list[int], seed: int) -> None:
    groups = assign_groups(torch.tensor(clusters), seed)
    of_cluster = {
        cluster: {int(g) for c, g in zip(clusters, groups, strict=True) if c == cluster} for cluster in clusters
    }
    assert all(len(found) == 1 for found in of_cluster.values())
    sizes = torch.bincount(torch.tensor([found.pop() for found in of_cluster.values()]))
    assert len(sizes) == min(GROUPS, len(of_cluster))
    assert sizes.max() - sizes.min() <= 1


def test_the_interval_of_a_single_group_is_infinite() -> None:
    assert jackknife_interval(0.5, torch.tensor([0.4])) == (-math.inf, math.inf)


def test_a_constant_score_has_an_interval_of_no_width() -> None:
    assert jackknife_interval(0.5, torch.full((20,), 0.5)) == (0.5, 0.5)


@given(clusters=st.lists(st.integers(0, 40), min_size=1, max_size=80), seed=st.integers(0, 2**62))
def test_halves_are_balanced_and_never_split_a_cluster(clusters: list[int], seed: int) -> None:
    numbers = torch.tensor(clusters)
    splits = balanced_halves((numbers, numbers[:0]), seed)
    assert len(splits) == max(2**k - 1 for k in range(5) if 2**k <= len(set(clusters)))
    for half, none in splits:
        assert len(none) == 0
        assert all(len(half[numbers == cluster].unique()) == 1 for cluster in set(clusters))
        assert 0 < half.sum() < len(half)


def test_half_samples_estimate_the_variance_of_a_mean() -> None:
    found = []
    for seed in range(100):
        values = samples(seed, 0)[:, 0]
        halves = [
            (values[h].mean(), values[~h].mean()) for h, _ in balanced_halves((torch.arange(N), torch.arange(0)), seed)
        ]
        found.append(half_sample_variance(torch.tensor(halves)[..., None]))
    assert float(torch.stack(found).mean()) * N == pytest.approx(1.1**2, rel=0.1)


@given(share=st.floats(0, 1), effective_n=st.floats(0.5, 1e4), freedom=st.integers(1, 500))
def test_wilsons_interval_contains_the_share_within_0_and_1(share: float, effective_n: float, freedom: int) -> None:
    low, high = wilson_interval(share, effective_n, freedom)
    assert -1e-9 <= low <= share <= high <= 1 + 1e-9
    assert low < high
