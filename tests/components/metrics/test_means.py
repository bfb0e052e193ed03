"""Tests: intervals of means have the claimed coverage, whether pictures share captions or not."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from torch import Tensor

from components.core.metric_table import METRICS, Interval
from components.core.records import Score
from components.metrics.means import INTERVALS, mean_score
from components.recipes import get_recipe

REPEATS = 300
FEWEST, MOST = 274, 296  # of 300 at 95 %: 285 plus and minus three binomial deviations of 3.8
CAPTIONS, EACH = 64, 4
CLUSTERS = torch.arange(CAPTIONS).repeat_interleave(EACH)


def alike(seed: int, together: float) -> Tensor:
    """Return normal numbers of variance 1, with the correlation `together` within a caption."""
    numbers = torch.Generator().manual_seed(seed)
    shared = torch.randn(CAPTIONS, generator=numbers, dtype=torch.float64)[CLUSTERS]
    own = torch.randn(len(CLUSTERS), generator=numbers, dtype=torch.float64)
    mixed: Tensor = together**0.5 * shared + (1 - together) ** 0.5 * own
    return mixed


def covered(scores: list[Score], truth: float) -> int:
    return sum(score.low <= truth <= score.high for score in scores)


@pytest.mark.parametrize("together", [0.0, 0.5, 1.0])
def test_intervals_of_the_clip_score_cover_the_true_mean_19_times_in_20(together: float) -> None:
    scores = [mean_score("clip_score", 0.1 * alike(s, together) + 0.3, "toy@1", CLUSTERS, s) for s in range(REPEATS)]
    assert FEWEST <= covered(scores, 0.3) <= MOST


def test_intervals_of_the_skewed_sharpness_cover_the_true_mean_19_times_in_20() -> None:
    scores = [mean_score("sharpness", (0.5 * alike(s, 0.3)).exp(), "", CLUSTERS, s) for s in range(REPEATS)]
    assert FEWEST <= covered(scores, math.exp(0.5**2 / 2)) <= MOST


@pytest.mark.parametrize("truth", [0.05, 0.5, 0.97])
@pytest.mark.parametrize("together", [0.0, 0.5])
def test_intervals_of_shares_near_0_and_1_cover_the_truth_19_times_in_20(truth: float, together: float) -> None:
    limit = math.sqrt(2) * torch.erfinv(torch.tensor(2 * truth - 1, dtype=torch.float64))
    samples = [(alike(s, together) < limit).double() for s in range(REPEATS)]
    scores = [mean_score("centred", values, "", CLUSTERS, s) for s, values in enumerate(samples)]
    assert FEWEST <= covered(scores, truth) <= MOST + 3  # shares come in steps


def test_the_interval_of_a_share_of_many_clusters_equals_scipys() -> None:
    values = (torch.arange(20_000) < 400).double()
    score = mean_score("blank", values, "", torch.arange(20_000), seed=1)
    theirs = binomtest(400, 20_000).proportion_ci(method="wilson")
    assert (score.low, score.high) == pytest.approx((theirs.low, theirs.high), rel=1e-3)


def test_the_interval_of_0_of_128_has_a_positive_upper_end() -> None:
    apart = mean_score("blank", torch.zeros(128), "", torch.arange(128), seed=1)
    shared = mean_score("blank", torch.zeros(128), "", torch.arange(128) // 4, seed=1)
    assert (apart.value, apart.low) == (0, 0)
    assert 0.02 < apart.high < 0.04 < 3 * apart.high < shared.high < 0.15


def test_duplicates_come_in_pairs_so_that_their_interval_is_wider() -> None:
    values = (torch.arange(200) < 20).double()
    pairs, single = (mean_score(name, values, "", torch.arange(200), 1) for name in ("near_duplicates", "memorised"))
    assert pairs.high - pairs.low > 1.3 * (single.high - single.low)


def test_pictures_with_nan_are_left_out() -> None:
    values = torch.tensor([1.0, 0.0, torch.nan] * 20)
    score = mean_score("centred", values, "", torch.arange(60), seed=1)
    assert (score.value, score.n, score.honest) == (0.5, 40, True)
    nothing = mean_score("centred", values * torch.nan, "toy@1", torch.arange(60), seed=1, floor=0.9)
    assert math.isnan(nothing.value)
    assert (nothing.n, nothing.low, nothing.high, nothing.floor, nothing.honest) == (0, 0, 1, 0.9, False)


@given(
    name=st.sampled_from([name for name, metric in METRICS.items() if metric.interval in INTERVALS]),
    values=st.lists(st.sampled_from([0.0, 0.5, 1.0, math.nan]), min_size=1, max_size=40),
    captions=st.integers(1, 40),
)
def test_every_interval_contains_its_mean_within_its_range(name: str, values: list[float], captions: int) -> None:
    score = mean_score(name, torch.tensor(values), "", torch.arange(len(values)) % captions, seed=1)
    if score.n:
        assert METRICS[name].low <= score.low <= score.high <= METRICS[name].high
        assert score.low - 1e-12 <= score.value <= score.high + 1e-12


def test_every_kind_of_interval_is_used_and_titles_are_unique() -> None:
    measures = [*METRICS.values(), *get_recipe("failure-modes").metrics.values()]
    assert {metric.interval for metric in measures} == set(Interval)
    assert len({metric.title for metric in METRICS.values()}) == len(METRICS)
    assert METRICS["inception_score"].note.startswith("weak for one category")
