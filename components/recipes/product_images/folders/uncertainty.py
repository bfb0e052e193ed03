"""Product images: what chance does to the scores of folders: to real pictures alone, and to a difference of two."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from components.core.differences import deciding_n
from components.core.metric_table import METRICS
from components.core.records import Score
from components.core.seeds import derive_seed
from components.metrics.agreement import cosines
from components.metrics.frechet import frechet_distance
from components.metrics.intervals import GROUPS, Clusters, assign_groups, jackknife_interval
from components.metrics.kernel import kernel_distance
from components.recipes.product_images.score.scores import BY_TEXT, Reference, score_features


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
    """Each extractor as `name@digest`."""

    extractor: str
    image_text: str


def score_views(views: Views, real: Views, labels: Labels, groups: Clusters, seed: int) -> dict[str, Score]:
    """Return FID and KID against the real pictures, and the CLIP score where there are captions; none has a floor.

    `groups` tell which pictures, and which real ones, are left out together for the intervals.
    """
    values = {}
    if views.embeddings is not None and views.texts is not None:
        values["clip_score"] = cosines(views.embeddings, views.texts)
    reference = Reference(
        real=real.features,
        others=real.features[:0],
        clusters=groups,
        labels=lambda name: labels.image_text if name in BY_TEXT else labels.extractor,
        seeds=lambda name: seed,
        floors={},
    )
    return score_features(views.features, values, reference, of_sets=("fid", "kid"))


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


SPLITS = 10  # random splits of the real pictures: they show how far chance goes, in seconds for 2,400 pictures


@dataclass(frozen=True, slots=True)
class Floor:
    """What `n` real pictures score against all the other real ones: the mean of random splits, and the extremes."""

    value: float
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One set's score less another's, both of `n` pictures, with its 95 % interval.

    `honest` is false where n ranks nothing. `deciding_n` is how many pictures of each set would part the interval from
    0 if the difference is what it seems (intervals shrink with the root of n); None where there is no such number.
    """

    value: float
    n: int
    low: float
    high: float
    honest: bool
    deciding_n: int | None

    @property
    def decided(self) -> bool:
        return self.honest and not self.low <= 0 <= self.high


def real_floors(real: Views, n: int, seed: int) -> dict[str, Floor]:
    """Return the floors of FID and KID at n pictures, or at half the real ones where these are fewer than 2 n.

    The floor of the CLIP score is what all the real pictures score with their own captions, if they have any.
    """
    n = min(n, len(real) // 2)
    floors = {}
    if n > 1:
        orders = [_shuffled(len(real), derive_seed(seed, "floor", split)) for split in range(SPLITS)]
        for name in ("fid", "kid"):
            floors[name] = _extent([MEASURES[name](real[order[:n]], real[order[n:]]) for order in orders], n)
    if real.texts is not None:
        floors["clip_score"] = _extent([MEASURES["clip_score"](real, real)], len(real))
    return floors


def differences(first: Views, second: Views, real: Views, seed: int) -> dict[str, Difference]:
    """Return what each score of the first set is above the second's, measured at the same n, since FID depends on n.

    Of the larger set some are picked. A group of all three sets is left out at once, so that what is chance in the real
    pictures, which both are measured against, cancels as it does in the difference itself.
    """
    n = min(len(first), len(second))
    sets = [views[_shuffled(len(views), derive_seed(seed, "equal n"))[:n]] for views in (first, second)]
    names = [name for name in MEASURES if name != "clip_score" or first.texts is not None]
    return {name: _difference(name, [*sets, real], seed) for name in names}


def deal_evenly(sets: Sequence[Views], seed: int) -> list[Tensor]:
    """Deal the clusters of each set out by itself to equally many groups, so that a group has its share of every set.

    A set of 16 pictures dealt out together with 2,000 others would have groups of none and groups of three.
    """
    count = min(GROUPS, *(len(set(views.clusters.tolist())) for views in sets))
    return [
        assign_groups(views.clusters, derive_seed(seed, "groups", place), count) for place, views in enumerate(sets)
    ]


def _difference(name: str, sets: Sequence[Views], seed: int) -> Difference:
    groups = deal_evenly(sets, seed)
    value = _gap(name, sets)
    count = 1 + int(groups[0].max())
    left_out = [_gap(name, [v[g != group] for v, g in zip(sets, groups, strict=True)]) for group in range(count)]
    low, high = jackknife_interval(value, torch.tensor(left_out))
    n = len(sets[0])
    smallest = METRICS[name].smallest_honest_n(sets[0].features.shape[1])
    extracted = n if not METRICS[name].of_sets else min(n, len(sets[-1]))
    enough = deciding_n(n, high - value, abs(value))
    return Difference(value, n, low, high, extracted >= smallest, enough and max(smallest, enough))


def _gap(name: str, sets: Sequence[Views]) -> float:
    first, second, real = sets
    return MEASURES[name](first, real) - MEASURES[name](second, real)


def _extent(values: Sequence[float], n: int) -> Floor:
    return Floor(sum(values) / len(values), n, min(values), max(values))


def _shuffled(n: int, seed: int) -> Tensor:
    return torch.randperm(n, generator=torch.Generator().manual_seed(seed))
