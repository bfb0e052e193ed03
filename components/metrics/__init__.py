"""Metrics: the table METRICS. Tags, YAML keys, functions and columns carry these names and no others."""

from dataclasses import dataclass
from typing import Any

JACKKNIFE = "delete-a-group jackknife over captions"
BOOTSTRAP = "bootstrap over captions"
WILSON = "Wilson, with the captions' design effect"


@dataclass(frozen=True, slots=True)
class Metric:
    title: str  # what people read
    meaning: str
    better: int  # +1: higher is better, -1: lower is better
    unit: str
    low: float  # the range of possible values
    high: float
    # Below this many examples the score may be shown, but ranks nothing. `per_feature` adds to it for each feature of
    # the extractor: a covariance of width w needs more than w examples to have full rank.
    smallest_n: int = 2
    per_feature: float = 0.0
    needs_real: bool = False  # real pictures to compare with
    needs_captions: bool = False  # what each picture was asked to show
    interval: str = BOOTSTRAP  # how the 95 % interval is made
    note: str = ""  # what people must know before they read it

    def smallest_honest_n(self, width: int) -> int:
        """Return how many examples a score needs at the extractor's feature width (0 where there is none)."""
        return max(self.smallest_n, round(self.per_feature * width))


INFINITY = float("inf")
EQUAL_N = "grows or falls with n: compare at equal n only"
ONE_CATEGORY = "weak for one category: it rewards variety of classes that one category cannot have"


def _of_sets(title: str, meaning: str, better: int, unit: str, **rest: Any) -> Metric:
    """Return a row of a score that compares two sets of features."""
    return Metric(title, meaning, better, unit, **{"low": 0.0, "needs_real": True, "interval": JACKKNIFE, **rest})


def _share(title: str, meaning: str, better: int, **rest: Any) -> Metric:
    """Return a row of a share of pictures."""
    return Metric(title, meaning, better, "share", 0, 1, **{"smallest_n": 32, "interval": WILSON, **rest})


METRICS = {
    "fid": _of_sets(
        "FID",
        "Frechet distance to real features",
        -1,
        "squared feature units",
        high=INFINITY,
        per_feature=1.0,
        note=EQUAL_N,
    ),
    "fd_infinity": _of_sets(
        "FD infinity",
        "Frechet distance extrapolated to endlessly many pictures",
        -1,
        "squared feature units",
        low=-INFINITY,
        high=INFINITY,
        per_feature=1.0,
        note="may fall a little below 0",
    ),
    "kid": _of_sets(
        "KID",
        "kernel distance (unbiased MMD^2, cubic) to real features",
        -1,
        "MMD^2",
        low=-INFINITY,
        high=INFINITY,
        smallest_n=32,
        note="may fall a little below 0",
    ),
    "precision": _of_sets(
        "Precision", "share of pictures that lie among real ones", +1, "share", high=1, smallest_n=64, note=EQUAL_N
    ),
    "recall": _of_sets(
        "Recall", "share of real pictures that lie among drawn ones", +1, "share", high=1, smallest_n=64, note=EQUAL_N
    ),
    "density": _of_sets(
        "Density",
        "in how many real neighbourhoods a picture lies",
        +1,
        "ratio, 1 for real pictures",
        high=INFINITY,
        smallest_n=64,
    ),
    "coverage": _of_sets(
        "Coverage", "share of real neighbourhoods with a picture", +1, "share", high=1, smallest_n=64, note=EQUAL_N
    ),
    "inception_score": Metric(
        "Inception Score",
        "exp of the mean divergence of a picture's classes from all pictures'",
        +1,
        "classes",
        1,
        INFINITY,
        256,
        interval=JACKKNIFE,
        note=ONE_CATEGORY,
    ),
    "lpips_diversity": Metric(
        "LPIPS diversity", "mean perceptual distance of pictures dealt out in pairs", +1, "LPIPS", 0, INFINITY, 32
    ),
    "clip_score": Metric(
        "CLIP score", "mean cosine of picture and prompt", +1, "cosine", -1, 1, 16, needs_captions=True
    ),
    "text_match": _share("Text match", "pictures whose own text is the nearest of all", +1, needs_captions=True),
    "attribute_agreement": Metric(
        "Attribute agreement",
        "attributes shown as asked, by classifiers taught on real pictures",
        +1,
        "share",
        0,
        1,
        32,
        needs_real=True,
        needs_captions=True,
    ),
    "colour_agreement": _share("Colour", "shows the colour asked for", +1, needs_real=True, needs_captions=True),
    "article_agreement": _share("Article", "shows the article asked for", +1, needs_real=True, needs_captions=True),
    "gender_agreement": _share("Gender", "shows the gender asked for", +1, needs_real=True, needs_captions=True),
    "white_background": _share("White background", "border white for 95 % or more", +1),
    "centred": _share("Centred", "product within 10 % of the middle", +1),
    "sharpness": Metric(
        "Sharpness",
        "variance of the luminance's Laplacian",
        +1,
        "grey levels^2",
        0,
        INFINITY,
        32,
        note="compare at one picture size only; nearer to real pictures' is better than more",
    ),
    "near_duplicates": _share("Near duplicates", "pictures too much like another of the batch", -1, needs_real=True),
    "memorised": _share("Memorised", "pictures too much like a training picture", -1, needs_real=True),
    "blank": _share("Blank", "pictures of one flat colour: blank, blocked, or no numbers", -1),
    "accuracy": Metric("Accuracy", "share of examples answered right", +1, "share", 0, 1, 16, interval=WILSON),
}
