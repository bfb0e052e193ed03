"""Metrics: scores that are means over pictures, with intervals that know that pictures of one caption are alike."""

import math

import torch
from scipy.stats import t as student
from torch import Tensor

from components.core.records import Score
from components.metrics import METRICS
from components.metrics.intervals import COVERAGE

RESAMPLES = 2000


def mean_score(
    name: str, values: Tensor, extractor: str, clusters: Tensor, seed: int, floor: float | None = None
) -> Score:
    """Return the Score of a mean. Pictures about which the score says nothing (NaN) are left out of it and of n.

    Values of a share are 0 or 1, and get Wilson's interval with the design effect of their captions: the bootstrap
    would have no width at 0 of 128. Other means get a bootstrap over captions, studentised by Student's t.

    Args:
        name: a row of METRICS.
        values: (N,) one for each picture.
        extractor: the label of what looked at the pictures, empty where nothing did.
        clusters: (N,) which caption each picture was drawn from.
        seed: decides the resamples.
        floor: what real pictures score.
    """
    there = values.isfinite()
    found, members = values[there].double(), torch.unique(clusters[there], return_inverse=True)[1]
    n, metric = len(found), METRICS[name]
    value = float(found.mean()) if n else math.nan
    is_share = bool(((found == 0) | (found == 1)).all())
    error = _error(found, members, seed) if n else math.inf
    low, high = _wilson(value, n, error) if is_share and n else _student(value, error, int(members.max()) if n else 0)
    smallest = metric.smallest_honest_n(0)
    return Score(
        value=value,
        n=n,
        low=max(low, metric.low),
        high=min(high, metric.high),
        extractor=extractor,
        floor=floor,
        honest=n >= smallest,
        smallest_n=smallest,
    )


def _error(values: Tensor, clusters: Tensor, seed: int) -> float:
    """Return the standard error of the mean by a bootstrap over clusters; infinite for a single one."""
    sums = torch.zeros(int(clusters.max()) + 1, dtype=torch.float64).index_add(0, clusters, values)
    sizes, count = torch.bincount(clusters).double(), int(clusters.max()) + 1
    if count < 2:
        return math.inf
    picks = torch.randint(count, (RESAMPLES, count), generator=torch.Generator().manual_seed(seed))
    means = sums[picks].sum(1) / sizes[picks].sum(1)
    return float(means.std()) * math.sqrt(count / (count - 1))


def _student(value: float, error: float, freedom: int) -> tuple[float, float]:
    if not math.isfinite(error) or freedom < 1:
        return -math.inf, math.inf
    reach = float(student.ppf((1 + COVERAGE) / 2, freedom)) * error
    return value - reach, value + reach


def _wilson(share: float, n: int, error: float) -> tuple[float, float]:
    """Return Wilson's interval (Probable inference, 1927) at the effective n: what independent pictures would be worth.

    The design effect (Kish, Survey Sampling, 1965) is the variance that was seen over that of independent pictures,
    and never below 1.
    """
    independent = share * (1 - share) / n
    effect = max(1.0, error**2 / independent) if independent > 0 and math.isfinite(error) else 1.0
    size, z2 = n / effect, float(student.ppf((1 + COVERAGE) / 2, 1e9)) ** 2
    centre = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = math.sqrt(z2 * share * (1 - share) / size + z2**2 / (4 * size**2)) / (1 + z2 / size)
    return centre - half, centre + half
