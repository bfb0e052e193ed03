"""Metrics: the diversity of pictures, as distances between pairs of them."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Partners:
    """The partner of each picture (N,), and the cluster of each picture (N,): pictures of one cluster are dependent."""

    index: Tensor
    clusters: Tensor


def partners(n: int, seed: int) -> Tensor:
    """Return (n,) the partner of each picture, a derangement: never the picture itself, unless it is the only one.

    It is the result of `pair_up` if every picture has its own caption.
    """
    return pair_up(torch.arange(n), seed).index


def pair_up(clusters: Tensor, seed: int) -> Partners:
    """Return a partner for each picture: never itself, and of another caption if there is one.

    Captions are paired, and the pictures of a pair are each other's partners. If their number is odd, the last three
    form a ring. In one ring of all captions every picture would be in two distances, so that neighbouring captions
    depend on each other: an interval that treats captions as independent would be too narrow, by up to the root of two.

    Args:
        clusters: (N,) the caption of each picture.
        seed: of the pairing.
    """
    names, members = torch.unique(clusters, return_inverse=True)
    order = torch.randperm(len(names), generator=torch.Generator().manual_seed(seed)).tolist()
    pictures = [(members == name).nonzero()[:, 0] for name in order]
    index, together = torch.empty_like(members), torch.empty_like(members)
    for number, ring in enumerate(_rings(pictures)):
        for ours, theirs in zip(ring, [*ring[1:], ring[0]], strict=True):
            shift = int(ours is theirs)  # a single caption: the next picture
            index[ours] = theirs[(torch.arange(len(ours)) + shift) % len(theirs)]
            together[ours] = number
    return Partners(index, together)


def lpips_diversity(pictures: Tensor, lpips: Callable[[Tensor, Tensor], Tensor], index: Tensor) -> Tensor:
    """Return (N,) the distance of each picture to its partner, 0 or more; NaN for a single picture.

    Higher is more diverse. Source: Zhang et al., The unreasonable effectiveness of deep features (2018).

    Args:
        pictures: (N, 3, H, W), in the form that `lpips` expects.
        lpips: returns the distances (N,) between pictures (N, 3, H, W) and (N, 3, H, W).
        index: (N,) the number of each picture's partner.
    """
    alone = index == torch.arange(len(index))
    return lpips(pictures, pictures[index]).double().masked_fill(alone, torch.nan)


def _rings(pictures: list[Tensor]) -> list[list[Tensor]]:
    """Return the captions in pairs, with the last three together if their number is odd."""
    starts = list(range(0, max(len(pictures) - 1, 1), 2))
    return [pictures[start:end] for start, end in zip(starts, [*starts[1:], len(pictures)], strict=True)]
