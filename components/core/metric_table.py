"""Core: the table METRICS. Tags, YAML keys, functions and columns carry these names and no others."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Interval(StrEnum):
    """How the 95 % interval of a score is made. Each takes what shares a caption as one observation."""

    JACKKNIFE = "delete-a-group jackknife"
    HALVES = "balanced half-samples"  # k nearest neighbours are not smooth: the jackknife is up to twice too wide there
    BOOTSTRAP = "bootstrap over captions"
    PAIRS = "bootstrap over pairs of captions"
    WILSON = "Wilson with design effect"


@dataclass(frozen=True, slots=True)
class Metric:
    title: str  # the label on pages
    meaning: str
    better: int  # +1: higher is better, -1: lower is better
    unit: str
    low: float  # the range of possible values
    high: float
    interval: Interval
    # Below this many examples the score may be shown, but ranks nothing. `per_feature` adds to it for each feature of
    # the extractor: a covariance of width w needs more than w examples to have full rank.
    smallest_n: int = 2
    needs: tuple[str, ...] = ()  # what it is measured against, besides the examples themselves
    per_feature: float = 0.0
    decimals: int = 3  # of values in tables whose columns all have the same number of them
    design_effect: float = 1.0  # of a Wilson interval, at least
    note: str = ""  # what people must be warned of

    @property
    def of_sets(self) -> bool:
        """Whether only a whole set of examples has it: no example has it by itself, and slices are not compared."""
        return self.interval in {Interval.JACKKNIFE, Interval.HALVES, Interval.PAIRS}

    def smallest_honest_n(self, width: int) -> int:
        """Return how many examples a score needs at the extractor's feature width (0 where there is none)."""
        return max(self.smallest_n, round(self.per_feature * width))

    def within_range(self, low: float, high: float) -> tuple[float, float]:
        """Return an interval cut to the range of possible values."""
        return max(low, self.low), min(high, self.high)


Metrics = Mapping[str, Metric]  # by name; a recipe may add rows of its own to METRICS


def _share(title: str, meaning: str, better: int, interval: Interval, *more: Any, **named: Any) -> Metric:
    """Return a metric that is a share of examples, in [0, 1]; `more` are the fields from `smallest_n` on."""
    return Metric(title, meaning, better, "share", 0, 1, interval, *more, **named)


INFINITY = float("inf")
JACKKNIFE, HALVES, BOOTSTRAP, PAIRS, WILSON = Interval
REAL, CAPTIONS, BOTH = ("real examples",), ("captions",), ("real examples", "captions")
EQUAL_N = "compare at equal n only: fewer pictures score otherwise"

METRICS: Metrics = {
    # Whole sets of pictures against real ones
    "fid": Metric(
        "FID",
        "Frechet distance of generated to real features",
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
        "Frechet distance, extrapolated to endless pictures",
        -1,
        "squared feature units",
        -INFINITY,
        INFINITY,
        JACKKNIFE,
        smallest_n=8,
        needs=REAL,
        per_feature=2.0,
        decimals=2,
        note="may fall slightly below 0",
    ),
    "kid": Metric(
        "KID",
        "kernel distance (unbiased MMD^2, cubic) to real features",
        -1,
        "MMD^2",
        -INFINITY,
        INFINITY,
        JACKKNIFE,
        smallest_n=32,
        needs=REAL,
        decimals=4,
        note="may fall below 0",
    ),
    "precision": _share("Precision", "share of pictures that lie among real ones", +1, HALVES, 64, REAL, note=EQUAL_N),
    "recall": _share(
        "Recall", "share of real pictures that lie among the drawn ones", +1, HALVES, 64, REAL, note=EQUAL_N
    ),
    "density": Metric(
        "Density",
        "how densely real pictures surround the drawn ones",
        +1,
        "times that of real ones",
        0,
        INFINITY,
        HALVES,
        smallest_n=64,
        needs=REAL,
        note="above 1 where pictures crowd in the middle of the real ones",
    ),
    "coverage": _share(
        "Coverage", "share of real pictures with a drawn one near by", +1, HALVES, 64, REAL, note=EQUAL_N
    ),
    # Whole sets of pictures by themselves
    "inception_score": Metric(
        "Inception Score",
        "how surely and how variously pictures are classified",
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
        "mean LPIPS distance of two pictures",
        +1,
        "LPIPS",
        0,
        INFINITY,
        PAIRS,
        smallest_n=16,
        note="noise is diverse too: compare with real pictures",
    ),
    # Pictures and their captions
    "clip_score": Metric(
        "CLIP score", "mean cosine of picture and prompt", +1, "cosine", -1, 1, BOOTSTRAP, smallest_n=16, needs=CAPTIONS
    ),
    "text_match": _share(
        "Text match",
        "share of pictures most similar to their own caption",
        +1,
        WILSON,
        16,
        CAPTIONS,
        note="compare with the same captions only: more of them are harder to tell apart",
    ),
    "attribute_agreement": _share(
        "Attribute agreement", "share of the asked-for attributes that pictures show", +1, WILSON, 16, BOTH
    ),
    "colour_agreement": _share("Colour agreement", "share of pictures of the asked-for colour", +1, WILSON, 16, BOTH),
    "article_agreement": _share(
        "Article agreement", "share of pictures of the asked-for article", +1, WILSON, 16, BOTH
    ),
    "gender_agreement": _share("Gender agreement", "share of pictures for the asked-for gender", +1, WILSON, 16, BOTH),
    # Each picture as a product photograph
    "white_background": _share("White background", "share of pictures whose border is white", +1, WILSON, 16),
    "centred": _share("Centred", "share of pictures whose product is in the middle", +1, WILSON, 16),
    "sharpness": Metric(
        "Sharpness",
        "variance of the Laplacian of luminance",
        +1,
        "grey levels^2 at the size drawn",
        0,
        INFINITY,
        BOOTSTRAP,
        smallest_n=16,
        note="noise is sharp too: compare with real pictures, at one size",
    ),
    # What must not happen
    "near_duplicates": _share(
        "Near duplicates",
        "share of pictures nearer to another than real ones are",
        -1,
        WILSON,
        64,
        REAL,
        design_effect=2.0,
        note="about 1 % of real pictures count as near duplicates, by definition",
    ),
    "memorised": _share(
        "Memorised",
        "share of pictures nearer to a training picture than real ones are",
        -1,
        WILSON,
        64,
        REAL,
        note="about 1 % of real pictures count as memorised, by definition",
    ),
    "blank": _share("Blank", "share of pictures of one flat colour", -1, WILSON, 16),
    # Answers
    "accuracy": _share("Accuracy", "share of examples answered right", +1, WILSON, 16),
}
