"""Tests: intervals of paired comparisons have the claimed coverage, and their fields are consistent."""

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torchmetrics.image.kid import poly_mmd

from components.core.records import BASE, Comparison
from components.metrics.comparison import Pair, compare_jackknife, compare_kernel_distances, compare_means
from tests.components.metrics.simulate import (
    KERNELS_GAP,
    MEANS_GAP,
    World,
    allowance,
    drawn_shoes,
    found,
    kernels,
    means,
    misses,
    numbers,
    predicted,
    typical,
)

REPEATS = 200
MOST_ERRORS = 0.05 + allowance(0.05, REPEATS)  # 9.6 %
FEWEST_ERRORS = 0.05 - allowance(0.05, REPEATS)  # 0.4 %
N, WIDTH, NEAR, FAR = 60, 8, 0.3, 0.5  # how far the means of both generators lie from the real one
CLIP, KID, FID = (Pair(metric, "0123456789ab", BASE) for metric in ("clip_score", "kid", "fid"))


def share_of_errors(comparisons: list[Comparison], truth: float) -> float:
    return sum(misses(comparison, truth) for comparison in comparisons) / len(comparisons)


def mean_difference(comparisons: list[Comparison]) -> float:
    return sum(comparison.difference for comparison in comparisons) / len(comparisons)


def shifted(n: int, shift: float, seed: int) -> Tensor:
    return numbers(n, WIDTH, seed=seed) + shift


def true_kid(shift: float) -> float:
    """Integrate (x'y / w + 1)^3 over two standard Gaussians, one of them moved by `shift` in each of w features."""
    w = WIDTH

    def expected(a: float, b: float, ab: float) -> float:
        second = w + a + b + ab**2
        return (ab**3 + 3 * ab * (w + a + b) + 6 * ab) / w**3 + 3 * second / w**2 + 3 * ab / w + 1

    s = w * shift**2
    return expected(s, s, s) + expected(0, 0, 0) - 2 * expected(s, 0, 0)


def test_intervals_of_means_cover_the_truth_19_times_in_20_if_captions_differ() -> None:
    comparisons = []
    for seed in range(REPEATS):
        captions = torch.arange(120) % 40
        gaps = 0.2 + numbers(40, seed=2 * seed)[captions] + numbers(120, seed=2 * seed + 1)
        comparisons.append(compare_means(CLIP, gaps, torch.zeros(120), captions, seed))
    assert FEWEST_ERRORS <= share_of_errors(comparisons, 0.2) <= MOST_ERRORS
    as_if_apart = [compare_means(CLIP, gaps, torch.zeros(120), torch.arange(120), 1)]
    assert reach(as_if_apart[0]) < 0.8 * reach(comparisons[-1])


def test_intervals_of_kid_cover_the_true_difference_19_times_in_20() -> None:
    apart = torch.arange(N), N + torch.arange(N)
    comparisons = []
    for seed in range(REPEATS):
        noise = numbers(N, WIDTH, seed=2 * seed) * 0.5  # both generators share the noise of a seed
        ours, theirs = ((numbers(N, WIDTH, seed=seed + k) * 0.75**0.5 + noise) for k in (10_000, 20_000))
        sets = ours + NEAR, theirs + FAR, shifted(N, 0, 2 * seed + 1)
        comparisons.append(compare_kernel_distances(KID, *sets, apart, seed))
    truth = true_kid(NEAR) - true_kid(FAR)
    assert mean_difference(comparisons) == pytest.approx(truth, rel=0.05)
    assert FEWEST_ERRORS <= share_of_errors(comparisons, truth) <= MOST_ERRORS


def frechet(a: Tensor, b: Tensor) -> Tensor:
    """Return Frechet distances (sets,) of features (sets, n, width), by eigenvalues of the product of covariances."""
    (mean_a, cov_a), (mean_b, cov_b) = ((x.mean(-2), covariance(x)) for x in (a, b))
    roots = torch.linalg.eigvals(cov_a @ cov_b).real.clamp(min=0).sqrt().sum(-1)
    traces = (cov_a + cov_b).diagonal(dim1=-2, dim2=-1).sum(-1)
    return (mean_a - mean_b).square().sum(-1) + traces - 2 * roots


def covariance(x: Tensor) -> Tensor:
    centred = x - x.mean(-2, keepdim=True)
    return centred.mT @ centred / (x.shape[-2] - 1)


def test_intervals_of_fid_cover_the_expected_difference_at_this_n_19_times_in_20() -> None:
    groups = torch.arange(N) % 20
    kept = torch.stack([(groups != group).nonzero().flatten() for group in range(20)])
    comparisons = []
    for seed in range(REPEATS):
        ours, theirs, real = (shifted(N, shift, 3 * seed + k) for k, shift in enumerate((NEAR, FAR, 0.0)))
        values = float(frechet(ours, real)), float(frechet(theirs, real))
        left_out = frechet(ours[kept], real[kept]), frechet(theirs[kept], real[kept])
        comparisons.append(compare_jackknife(FID, values, left_out, N))
    assert FEWEST_ERRORS <= share_of_errors(comparisons, mean_difference(comparisons)) <= MOST_ERRORS
    assert {comparison.method for comparison in comparisons} == {"paired jackknife"}


def test_two_samples_of_one_generator_differ_1_time_in_20() -> None:
    """At most 9.6 % of 200 repeats: 5 % and three binomial deviations. The drawn shoes are split into random halves."""
    assert sum(means(0, seed)(60).decided for seed in range(REPEATS)) / REPEATS <= MOST_ERRORS
    assert sum(drawn_shoes(0, seed)(78).decided for seed in range(REPEATS)) / REPEATS <= MOST_ERRORS


@pytest.mark.parametrize(("world", "gap"), [(means, MEANS_GAP), (kernels, KERNELS_GAP)])
def test_a_simulated_loss_is_found_as_often_as_enough_predicts(world: World, gap: float) -> None:
    """A single look finds it 1 time in 2 at `enough` pictures, by construction, and 9 times in 10 at 2.75 as many."""
    enough = typical(world, gap, 60, 40).enough
    assert enough is not None
    for times, at_least in ((1, 0.5), (2.75, 0.9)):
        assert predicted(times) == pytest.approx(at_least, abs=0.005)
        assert found(world, gap, round(times * enough), REPEATS // 2) >= at_least - allowance(at_least, REPEATS // 2)


def reach(comparison: Comparison) -> float:
    return (comparison.high - comparison.low) / 2


def test_the_difference_of_kernel_distances_equals_torchmetrics() -> None:
    ours, theirs, real = shifted(50, 0.3, 1), shifted(50, 0.6, 2), shifted(50, 0, 3)
    comparison = compare_kernel_distances(KID, ours, theirs, real, (torch.arange(50), 10 + torch.arange(50)), seed=1)
    assert comparison.difference == pytest.approx(float(poly_mmd(real, ours) - poly_mmd(real, theirs)), rel=1e-9)


def test_lower_is_better_where_the_metric_says_so() -> None:
    values, worse, captions = (
        numbers(60, seed=1),
        numbers(60, seed=1) - 0.1 * numbers(60, seed=2).abs(),
        torch.arange(60),
    )
    higher = compare_means(CLIP, values, worse, captions, seed=1)
    lower = compare_means(replace(CLIP, metric="kid"), values, worse, captions, seed=1)
    assert higher.decided
    assert higher.better > 0.975
    assert higher.better + lower.better == pytest.approx(1)


def test_variation_of_prompts_cancels() -> None:
    shown = 5 * numbers(60, seed=1)
    comparison = compare_means(CLIP, shown + 0.1 * numbers(60, seed=2) + 0.1, shown, torch.arange(60), seed=1)
    assert reach(comparison) < 0.05
    assert comparison.decided


def test_the_same_pictures_have_no_difference() -> None:
    same, captions = shifted(40, 0.3, 1), torch.arange(40) // 2
    comparison = compare_kernel_distances(KID, same, same, shifted(30, 0, 2), (captions, torch.arange(30)), seed=1)
    assert (comparison.difference, comparison.better, comparison.decided, comparison.enough) == (0, 0.5, False, None)


def test_pairs_with_nan_are_left_out() -> None:
    ours, theirs, captions = numbers(40, seed=1), numbers(40, seed=2), torch.arange(40)
    ours[3], theirs[7] = math.nan, math.nan
    there = ~(ours - theirs).isnan()
    without = compare_means(CLIP, ours[there], theirs[there], captions[there], seed=1)
    assert compare_means(CLIP, ours, theirs, captions, seed=1) == without
    assert without.n == 38


@pytest.mark.parametrize("captions", [[], [0], [0, 0, 0, 0], [0, 1], [0, 0, 1, 1]])
def test_too_few_prompts_decide_nothing(captions: list[int]) -> None:
    clusters = torch.tensor(captions, dtype=torch.long)
    a, b = shifted(len(captions), 9, 1), shifted(len(captions), 0, 2)
    for comparison in (
        compare_means(CLIP, a.sum(1), b.sum(1), clusters, seed=1),
        compare_kernel_distances(KID, a, b, shifted(30, 0, 3), (clusters, torch.arange(30)), seed=1),
        compare_jackknife(FID, (1.0, 2.0), (torch.tensor([1.0]), torch.tensor([2.0])), n=1),
    ):
        assert (comparison.low, comparison.high, comparison.better) == (-math.inf, math.inf, 0.5)
        assert (comparison.decided, comparison.enough) == (False, None)


def test_a_constant_difference_is_decided() -> None:
    comparison = compare_jackknife(FID, (1.0, 2.0), (torch.full((20,), 1.0), torch.full((20,), 2.0)), n=64)
    assert (comparison.low, comparison.high, comparison.better, comparison.enough) == (-1, -1, 1, 2)


def test_copies_of_a_picture_of_one_prompt_count_as_one() -> None:
    captions = torch.arange(30).repeat(4)
    ours, theirs = (shifted(30, shift, seed).repeat(4, 1) for shift, seed in ((0.3, 1), (0.5, 2)))
    real = shifted(60, 0, 3), 100 + torch.arange(60)
    four_times = compare_kernel_distances(KID, ours, theirs, real[0], (captions, real[1]), seed=1)
    apart = compare_kernel_distances(KID, ours, theirs, real[0], (1000 + torch.arange(120), real[1]), seed=1)
    assert reach(four_times) > 1.5 * reach(apart)


@settings(max_examples=25)
@given(
    gaps=st.lists(st.floats(-3, 3), min_size=3, max_size=20),
    prompts=st.integers(1, 20),
    scale=st.floats(0.01, 100),
)
def test_the_fields_of_a_comparison_are_consistent(gaps: list[float], prompts: int, scale: float) -> None:
    ours = torch.tensor(gaps, dtype=torch.float64)
    clusters = torch.arange(len(gaps)) % prompts
    comparison = compare_means(replace(CLIP, part="colour=white"), ours, torch.zeros(len(gaps)), clusters, seed=1)
    assert comparison.low <= comparison.difference <= comparison.high
    assert 0 <= comparison.better <= 1
    assert comparison.decided == (abs(comparison.better - 0.5) > 0.475)
    assert comparison.enough is None or comparison.decided == (comparison.enough <= max(comparison.n, 2))
    assert comparison.part == "colour=white"
    swapped = compare_means(CLIP, torch.zeros(len(gaps)), ours * scale, clusters, seed=1)
    assert swapped.difference == pytest.approx(-scale * comparison.difference)
    assert swapped.better == pytest.approx(1 - comparison.better, abs=1e-6)
