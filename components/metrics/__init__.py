"""Metrics: the table METRICS. Tags, YAML keys, functions and columns carry these names and no others."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    meaning: str
    better: int  # +1: higher is better, -1: lower is better
    unit: str
    low: float  # the range of possible values
    high: float
    # Below this many examples the score may be shown, but ranks nothing. `per_feature` adds to it for each feature of
    # the extractor: a covariance of width w needs more than w examples to have full rank.
    smallest_n: int = 2
    per_feature: float = 0.0

    def smallest_honest_n(self, width: int) -> int:
        """Return how many examples a score needs at the extractor's feature width (0 where there is none)."""
        return max(self.smallest_n, round(self.per_feature * width))


INFINITY = float("inf")

METRICS = {
    "fid": Metric("Frechet distance of generated to real features", -1, "squared feature units", 0, INFINITY, 2, 1.0),
    "kid": Metric("kernel distance (unbiased MMD^2, cubic) to real features", -1, "MMD^2", -INFINITY, INFINITY, 32),
    "clip_score": Metric("mean cosine of picture and prompt", +1, "cosine", -1, 1, 16),
    "accuracy": Metric("share of examples answered right", +1, "share", 0, 1, 16),
}
