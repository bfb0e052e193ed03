"""Metrics: how unlike each other pictures are, by a distance that is given."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Partners:
    """Another picture for each picture (N,), and which pictures now hang together (N,): the clusters of an interval."""

    index: Tensor
    clusters: Tensor


def partners(n: int, seed: int) -> Tensor:
    """Return (n,) another picture for each, never itself unless it is the only one: a derangement.

    Pictures are each other's partners, so that `pair_up` of pictures that each show something of their own gives it.
    """
    return pair_up(torch.arange(n), seed).index


def pair_up(clusters: Tensor, seed: int) -> Partners:
    """Return a partner for each picture, of another caption if there is one, and never itself.

    Captions are paired, and pictures of a pair are each other's partners; of an odd number the last three go round in
    a ring. Were all in one ring, each picture's two distances would hang together over all captions, and an interval
    that takes captions for independent would be too narrow, by up to the root of two.

    Args:
        clusters: (N,) the caption of each picture.
        seed: decides which captions meet.
    """
    names, members = torch.unique(clusters, return_inverse=True)
    order = torch.randperm(len(names), generator=torch.Generator().manual_seed(seed)).tolist()
    pictures = [(members == name).nonzero()[:, 0] for name in order]
    index, together = torch.empty_like(members), torch.empty_like(members)
    for number, ring in enumerate(_rings(pictures)):
        for ours, theirs in zip(ring, [*ring[1:], ring[0]], strict=True):
            shift = int(ours is theirs)  # one caption alone: its next picture
            index[ours] = theirs[(torch.arange(len(ours)) + shift) % len(theirs)]
            together[ours] = number
    return Partners(index, together)


def lpips_diversity(pictures: Tensor, lpips: Callable[[Tensor, Tensor], Tensor], index: Tensor) -> Tensor:
    """Return (N,) the distance of each picture to its partner, 0 or more; NaN for a picture without another.

    Higher is more diverse. Source: Zhang et al., The unreasonable effectiveness of deep features (2018).

    Args:
        pictures: (N, 3, H, W) as `lpips` takes them.
        lpips: the distances (N,) of pictures (N, 3, H, W) and (N, 3, H, W).
        index: (N,) the number of each picture's partner.
    """
    alone = index == torch.arange(len(index))
    return lpips(pictures, pictures[index]).double().masked_fill(alone, torch.nan)


def _rings(pictures: list[Tensor]) -> list[list[Tensor]]:
    """Return the captions two by two, and the last three together where their number is odd."""
    starts = list(range(0, max(len(pictures) - 1, 1), 2))
    return [pictures[start:end] for start, end in zip(starts, [*starts[1:], len(pictures)], strict=True)]
