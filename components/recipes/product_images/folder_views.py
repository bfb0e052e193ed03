"""Product images: a set of pictures as the judges see it, and what it measures: the use of metrics on folders."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import Tensor

from components.core.records import Score
from components.metrics.agreement import cosines
from components.metrics.frechet import fid, frechet_distance
from components.metrics.intervals import Clusters
from components.metrics.kernel import kernel_distance, kid
from components.metrics.means import mean_score


@dataclass(frozen=True)
class Views:
    """Features (N, width) of pictures and their clusters (N,); where they have captions, embeddings (N, E) of both.

    Pictures of one cluster (one file twice, say) are taken for one when intervals are measured.
    """

    features: Tensor
    clusters: Tensor
    embeddings: Tensor | None = None
    texts: Tensor | None = None

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, chosen: Tensor) -> "Views":
        """Return the pictures of these indices, or those where a mask is true."""
        embeddings, texts = (None if part is None else part[chosen] for part in (self.embeddings, self.texts))
        return Views(self.features[chosen], self.clusters[chosen], embeddings, texts)


@dataclass(frozen=True)
class Labels:
    """Each judge as `name@digest`."""

    extractor: str
    image_text: str


def score_views(views: Views, real: Views, labels: Labels, groups: Clusters, seed: int) -> dict[str, Score]:
    """Return FID and KID against the real pictures, and the CLIP score where there are captions; none has a floor.

    `groups` tell which pictures, and which real ones, are left out together for the intervals.
    """
    against = (real.features, real.features[:0], labels.extractor, groups, seed)
    scores = {"fid": fid(views.features, *against), "kid": kid(views.features, *against)}
    if views.embeddings is not None and views.texts is not None:
        values = cosines(views.embeddings, views.texts)
        scores["clip_score"] = mean_score("clip_score", values, labels.image_text, groups[0], seed)
    return scores


def _mean_cosine(views: Views, _: Views) -> float:
    if views.embeddings is None or views.texts is None:
        return math.nan
    return float(cosines(views.embeddings, views.texts).mean())


# The same without intervals, for who measures parts of a set many times. Not a number where there are no captions.
MEASURES: Mapping[str, Callable[[Views, Views], float]] = {
    "fid": lambda views, real: frechet_distance(views.features, real.features),
    "kid": lambda views, real: kernel_distance(views.features, real.features),
    "clip_score": _mean_cosine,
}
