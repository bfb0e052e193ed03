"""Core: the table METRICS. Its keys are the names of tags, YAML keys, functions and columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Interval(StrEnum):
    """How the 95 % interval of a score is computed. Examples of one group, such as a caption, are one observation."""

    JACKKNIFE = "delete-a-group jackknife"
    HALVES = "balanced half-samples"  # scores of nearest neighbours are not smooth: a jackknife is up to twice too wide
    BOOTSTRAP = "bootstrap over groups of examples"
    PAIRS = "bootstrap over pairs of groups"
    WILSON = "Wilson with design effect"
    RESAMPLED = "bootstrap over groups of examples, of the whole set"


@dataclass(frozen=True, slots=True)
class Metric:
    title: str  # the label in reports
    meaning: str
    better: int  # +1: higher is better, -1: lower is better
    unit: str
    low: float  # the range of possible values
    high: float
    interval: Interval
    # With fewer examples the score is shown, but does not rank versions. `per_feature` is the number of examples needed
    # per feature of the extractor: a covariance of width w has full rank only with more than w examples.
    smallest_n: int = 2
    needs: tuple[str, ...] = ()  # what it is measured against, besides the examples themselves
    per_feature: float = 0.0
    decimals: int = 3  # of its values in tables
    design_effect: float = 1.0  # of a Wilson interval: its lower bound
    note: str = ""  # a warning for readers of reports

    @property
    def of_sets(self) -> bool:
        """Whether only a set of examples has the score: single examples have no value, and slices are not compared."""
        return self.interval in {Interval.JACKKNIFE, Interval.HALVES, Interval.PAIRS, Interval.RESAMPLED}

    def smallest_honest_n(self, width: int) -> int:
        """Return how many examples the score needs, for an extractor of this feature width (0 without an extractor)."""
        return max(self.smallest_n, round(self.per_feature * width))

    def within_range(self, low: float, high: float) -> tuple[float, float]:
        """Return an interval clipped to the range of possible values."""
        return max(low, self.low), min(high, self.high)


Metrics = Mapping[str, Metric]  # by name; a recipe may add its own rows to METRICS


@dataclass(frozen=True, slots=True)
class Measures:
    """The scores of one kind of model: their table, and the names of those that its report has targets for."""

    metrics: Metrics
    targets: tuple[str, ...] = ()


def _share(title: str, meaning: str, better: int, interval: Interval, *more: Any, **named: Any) -> Metric:
    """Return a metric that is a share of examples, in [0, 1]. `more` are the fields from `smallest_n` on."""
    return Metric(title, meaning, better, "share", 0, 1, interval, *more, **named)


INFINITY = float("inf")
JACKKNIFE, HALVES, BOOTSTRAP, PAIRS, WILSON, RESAMPLED = Interval
REAL, CAPTIONS, BOTH = ("real examples",), ("captions",), ("real examples", "captions")
EQUAL_N = "compare at equal n only: the value depends on the number of pictures"

METRICS: Metrics = {
    # Sets of generated pictures against real ones
    "fid": Metric(
        "FID",
        "Frechet distance between generated and real features",
        -1,
        "squared feature units",
        0,
        INFINITY,
        JACKKNIFE,
        needs=REAL,
        per_feature=1.0,
        decimals=2,
        note="compare at equal n only: fewer pictures score higher",
    ),
    "fd_infinity": Metric(
        "FD-infinity",
        "Frechet distance, extrapolated to infinitely many pictures",
        -1,
        "squared feature units",
        -INFINITY,
        INFINITY,
        JACKKNIFE,
        smallest_n=8,
        needs=REAL,
        per_feature=2.0,
        decimals=2,
        note="can be slightly below 0",
    ),
    "kid": Metric(
        "KID",
        "kernel distance (unbiased MMD^2, cubic kernel) to real features",
        -1,
        "MMD^2",
        -INFINITY,
        INFINITY,
        JACKKNIFE,
        smallest_n=32,
        needs=REAL,
        decimals=4,
        note="can be below 0",
    ),
    "precision": _share(
        "Precision", "share of generated pictures inside the real manifold", +1, HALVES, 64, REAL, note=EQUAL_N
    ),
    "recall": _share(
        "Recall", "share of real pictures inside the generated manifold", +1, HALVES, 64, REAL, note=EQUAL_N
    ),
    "density": Metric(
        "Density",
        "how densely real pictures surround the generated ones",
        +1,
        "times the density of real pictures",
        0,
        INFINITY,
        HALVES,
        smallest_n=64,
        needs=REAL,
        note="above 1 where generated pictures cluster where real ones are dense",
    ),
    "coverage": _share(
        "Coverage", "share of real pictures with a generated one nearby", +1, HALVES, 64, REAL, note=EQUAL_N
    ),
    # Sets of generated pictures by themselves
    "inception_score": Metric(
        "Inception Score",
        "how confidently and into how many classes pictures are classified",
        +1,
        "classes",
        1,
        INFINITY,
        JACKKNIFE,
        smallest_n=64,
        note="weak for one category: it rewards classes that one category cannot have",
    ),
    "lpips_diversity": Metric(
        "LPIPS diversity",
        "mean LPIPS distance between two pictures",
        +1,
        "LPIPS",
        0,
        INFINITY,
        PAIRS,
        smallest_n=16,
        note="noise scores high too: compare with real pictures",
    ),
    # Pictures and their captions
    "clip_score": Metric(
        "CLIP score",
        "mean cosine similarity of picture and prompt",
        +1,
        "cosine",
        -1,
        1,
        BOOTSTRAP,
        smallest_n=16,
        needs=CAPTIONS,
    ),
    "text_match": _share(
        "Text match",
        "share of pictures that are more similar to their own caption than to any other",
        +1,
        WILSON,
        16,
        CAPTIONS,
        note="compare for the same captions only: more captions are harder to tell apart",
    ),
    "attribute_agreement": _share(
        "Attribute agreement", "share of the requested attributes that pictures show", +1, WILSON, 16, BOTH
    ),
    "colour_agreement": _share("Colour agreement", "share of pictures in the requested colour", +1, WILSON, 16, BOTH),
    "article_agreement": _share(
        "Article agreement", "share of pictures of the requested article", +1, WILSON, 16, BOTH
    ),
    "gender_agreement": _share("Gender agreement", "share of pictures for the requested gender", +1, WILSON, 16, BOTH),
    # Single pictures as product photographs
    "white_background": _share("White background", "share of pictures with a white border", +1, WILSON, 16),
    "centred": _share("Centred", "share of pictures with the product in the middle", +1, WILSON, 16),
    "sharpness": Metric(
        "Sharpness",
        "variance of the Laplacian of luminance",
        +1,
        "grey levels^2 at the generated size",
        0,
        INFINITY,
        BOOTSTRAP,
        smallest_n=16,
        note="noise scores high too: compare with real pictures of the same size",
    ),
    # Defects of single pictures
    "near_duplicates": _share(
        "Near duplicates",
        "share of pictures closer to another one than real pictures are to each other",
        -1,
        WILSON,
        64,
        REAL,
        design_effect=2.0,
        note="about 1 % of real pictures count as near duplicates, by definition",
    ),
    "memorised": _share(
        "Memorised",
        "share of pictures closer to a training picture than held-out real ones are",
        -1,
        WILSON,
        64,
        REAL,
        note="about 1 % of real pictures count as memorised, by definition",
    ),
    "blank": _share("Blank", "share of pictures in one flat colour", -1, WILSON, 16),
    # Classification
    "accuracy": _share("Accuracy", "share of examples that are classified correctly", +1, WILSON, 16),
}
