"""Product images: how unlike each other a subject's pictures are, by LPIPS where its weights are at hand."""

from pathlib import Path

import torch
from torch import Tensor

from components.core.errors import BaseModelError
from components.core.records import Score, Snapshot
from components.core.seeds import derive_seed
from components.metrics.diversity import lpips_diversity, pair_up
from components.metrics.means import mean_score
from components.recipes.product_images.extractors import label
from components.recipes.product_images.real_pictures import read_pictures
from components.recipes.product_images.squeezenet import Lpips, load_lpips
from components.recipes.product_images.stored import remember

NAME = "lpips_diversity"


def find_lpips() -> tuple[Lpips | None, str]:
    """Return LPIPS, or None and the sentence that says where its weights are expected."""
    try:
        return load_lpips(), ""
    except BaseModelError as error:
        return None, str(error)


def score_variety(pictures: Tensor, clusters: Tensor, lpips: Lpips, floor: float, seed: int) -> Score:
    """Return the mean LPIPS of pictures in pairs of unlike captions.

    Args:
        pictures: uint8 (N, 3, H, W).
        clusters: (N,) which caption each was drawn from.
        lpips: the distance.
        floor: what real pictures score.
        seed: decides the pairs.
    """
    pairs = pair_up(clusters, seed)
    values = lpips_diversity(pictures, lpips.distances, pairs.index)
    return mean_score(NAME, values, label(lpips), pairs.clusters, derive_seed(seed, NAME), floor)


def real_variety(snapshot: Snapshot, split: str, clusters: Tensor, lpips: Lpips, cache: Path) -> float:
    """Return what the split's real pictures score, from `cache` where that was measured before."""

    def measure() -> dict[str, Tensor]:
        pictures = read_pictures(snapshot, split, snapshot.splits[split])
        index = pair_up(clusters, derive_seed(snapshot.digest, split)).index
        return {"values": lpips_diversity(pictures, lpips.distances, index)}

    values = remember(cache, [snapshot.digest, split, label(lpips), NAME], measure)["values"]
    return float(values[torch.isfinite(values)].mean())
