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
    title: str = ""  # what people read
    interval: str = ""  # how its interval is made
    note: str = ""

    def smallest_honest_n(self, width: int) -> int:
        """Return how many examples a score needs at the extractor's feature width (0 where there is none)."""
        return max(self.smallest_n, round(self.per_feature * width))


INFINITY = float("inf")

JACKKNIFE, BOOTSTRAP = "delete-a-group jackknife over prompts", "bootstrap over prompts"

METRICS = {
    "fid": Metric(
        "Frechet distance of generated to real features",
        -1,
        "squared feature units",
        0,
        INFINITY,
        2,
        1.0,
        title="FID",
        interval=JACKKNIFE,
    ),
    "kid": Metric(
        "kernel distance (unbiased MMD^2, cubic) to real features",
        -1,
        "MMD^2",
        -INFINITY,
        INFINITY,
        32,
        title="KID",
        interval=JACKKNIFE,
    ),
    "recall": Metric("share of real pictures that lie among the generated ones", +1, "share", 0, 1, 32, title="Recall"),
    "coverage": Metric("share of real pictures with a generated one in reach", +1, "share", 0, 1, 32, title="Coverage"),
    "inception_score": Metric("exp of the mean divergence of labels", +1, "", 1, INFINITY, 32, title="Inception score"),
    "clip_score": Metric(
        "mean cosine of picture and prompt", +1, "cosine", -1, 1, 16, title="CLIP score", interval=BOOTSTRAP
    ),
    "text_match": Metric("share of pictures nearest to their own prompt", +1, "share", 0, 1, 16, title="Text match"),
    "attribute_agreement": Metric(
        "share of attributes drawn as asked", +1, "share", 0, 1, 16, title="Attribute agreement", interval=BOOTSTRAP
    ),
    "colour_agreement": Metric(
        "share of pictures in the colour asked", +1, "share", 0, 1, 16, title="Colour agreement"
    ),
    "article_agreement": Metric(
        "share of pictures of the type asked", +1, "share", 0, 1, 16, title="Type agreement", interval=BOOTSTRAP
    ),
    "white_background": Metric(
        "share of pictures on white", +1, "share", 0, 1, 16, title="White background", interval=BOOTSTRAP
    ),
    "centred": Metric(
        "share of pictures with the product in the middle", +1, "share", 0, 1, 16, title="Centred", interval=BOOTSTRAP
    ),
    "memorised": Metric(
        "share of pictures nearer to a training picture than real ones are", -1, "share", 0, 1, 16, title="Memorised"
    ),
    "accuracy": Metric("share of examples answered right", +1, "share", 0, 1, 16, title="Accuracy"),
}
