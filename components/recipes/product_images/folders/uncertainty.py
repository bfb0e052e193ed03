"""Product images: the uncertainty of folders' scores: floors of real pictures, and intervals of differences."""

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
class FolderFeatures:
    """Features (N, width) and clusters (N,) of pictures; with captions also embeddings (N, E) of pictures and texts.

    Intervals treat the pictures of one cluster (for example copies of one file) as one.
    """

    features: Tensor
    clusters: Tensor
    embeddings: Tensor | None = None
    texts: Tensor | None = None

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, chosen: Tensor) -> "FolderFeatures":
        """Return the pictures with these indices, or those where a mask is true."""
        embeddings, texts = (None if part is None else part[chosen] for part in (self.embeddings, self.texts))
        return FolderFeatures(self.features[chosen], self.clusters[chosen], embeddings, texts)


@dataclass(frozen=True)
class Labels:
    """Each extractor as `name@digest`."""

    extractor: str
    image_text: str


def score_folder_features(
    pictures: FolderFeatures, real: FolderFeatures, labels: Labels, groups: Clusters, seed: int
) -> dict[str, Score]:
    """Return FID and KID against the real pictures, and the CLIP score if there are captions; without floors.

    `groups` has the jackknife group of each picture and of each real picture.
    """
    values = {}
    if pictures.embeddings is not None and pictures.texts is not None:
        values["clip_score"] = cosines(pictures.embeddings, pictures.texts)
    reference = Reference(
        real=real.features,
        others=real.features[:0],
        clusters=groups,
        labels=lambda name: labels.image_text if name in BY_TEXT else labels.extractor,
        seeds=lambda name: seed,
        floors={},
    )
    return score_features(pictures.features, values, reference, of_sets=("fid", "kid"))


def _mean_cosine(pictures: FolderFeatures, _: FolderFeatures) -> float:
    if pictures.embeddings is None or pictures.texts is None:
        return math.nan
    return float(cosines(pictures.embeddings, pictures.texts).mean())


# The same scores without intervals, to measure parts of a set many times. NaN if there are no captions.
MEASURES: Mapping[str, Callable[[FolderFeatures, FolderFeatures], float]] = {
    "fid": lambda pictures, real: frechet_distance(pictures.features, real.features),
    "kid": lambda pictures, real: kernel_distance(pictures.features, real.features),
    "clip_score": _mean_cosine,
}


SPLITS = 10  # random splits of the real pictures, which show the spread by chance; seconds for 2,400 pictures


@dataclass(frozen=True, slots=True)
class Floor:
    """The score of `n` real pictures against all other real ones: the mean and the extremes over random splits."""

    value: float
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One set's score minus another's, both of `n` pictures, with its 95 % interval.

    `honest` is false if n is too small to rank. `deciding_n` is the number of pictures of each set at which the
    interval would exclude 0 if this is the true difference (intervals shrink with the root of n), or None.
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


def folder_floors(real: FolderFeatures, n: int, seed: int) -> dict[str, Floor]:
    """Return the floors of FID and KID at n pictures, or at half the real ones if these are fewer than 2 n.

    The floor of the CLIP score is that of all real pictures with their own captions, if they have any.
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


def differences(
    first: FolderFeatures, second: FolderFeatures, real: FolderFeatures, seed: int
) -> dict[str, Difference]:
    """Return each score of the first set minus the second's, at the same n, since FID depends on n.

    A random part of the larger set is used. The jackknife leaves out a group of all three sets at once, so that the
    randomness of the real pictures, which both sets share, cancels as it does in the difference itself.
    """
    n = min(len(first), len(second))
    sets = [pictures[_shuffled(len(pictures), derive_seed(seed, "equal n"))[:n]] for pictures in (first, second)]
    names = [name for name in MEASURES if name != "clip_score" or first.texts is not None]
    return {name: _difference(name, [*sets, real], seed) for name in names}


def deal_evenly(sets: Sequence[FolderFeatures], seed: int) -> list[Tensor]:
    """Return a jackknife group for each picture, dealt in each set separately, so that groups have equal shares of it.

    If 16 pictures were dealt together with 2,000 others, some groups would have none of them and others three.
    """
    count = min(GROUPS, *(len(set(pictures.clusters.tolist())) for pictures in sets))
    return [
        assign_groups(pictures.clusters, derive_seed(seed, "groups", place), count)
        for place, pictures in enumerate(sets)
    ]


def _difference(name: str, sets: Sequence[FolderFeatures], seed: int) -> Difference:
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


def _gap(name: str, sets: Sequence[FolderFeatures]) -> float:
    first, second, real = sets
    return MEASURES[name](first, real) - MEASURES[name](second, real)


def _extent(values: Sequence[float], n: int) -> Floor:
    return Floor(sum(values) / len(values), n, min(values), max(values))


def _shuffled(n: int, seed: int) -> Tensor:
    return torch.randperm(n, generator=torch.Generator().manual_seed(seed))
