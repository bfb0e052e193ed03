"""Data: the split of each picture, assigned permanently by its content, not by its id."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.core.seeds import derive_seed
from components.data.pictures.near_duplicates import group_near_duplicates


@dataclass(frozen=True, slots=True)
class PictureHashes:
    """What identifies a picture: the sha256 of its file, and its perceptual hash in hex."""

    content: str
    phash: str


@dataclass(frozen=True, slots=True)
class SplitAssignment:
    """The split of a picture, and its group, named by the smallest content digest in it (12 digits)."""

    split: str
    group: str


def assign_splits(
    pictures: Sequence[PictureHashes], earlier: Mapping[PictureHashes, str], shares: Mapping[str, int], bits: int
) -> list[SplitAssignment]:
    """Return the split and the group of each picture. Near duplicates (up to `bits` of the hash) share both.

    A group inherits the split of its members and of near duplicates among earlier pictures. If these were in several
    splits, the first in the order of `shares` wins: with train first, a training picture is never scored, but a scored
    picture may become a training picture. A new group gets its split from its own hash (the smallest content digest in
    it), in proportion to `shares`, so that neither the order nor other rows matter.
    """
    every = list(dict.fromkeys([*earlier, *pictures]))
    heads = _heads(every, bits)
    members: dict[int, list[PictureHashes]] = defaultdict(list)
    for picture in every:
        members[heads[picture]].append(picture)
    present = set(pictures)
    assignments = {head: _assignment(group, present, earlier, shares) for head, group in members.items()}
    return [assignments[heads[picture]] for picture in pictures]


def split_by_hash(content: str, shares: Mapping[str, int]) -> str:
    """Return the split of a content digest: a pseudo-random choice in proportion to the shares.

    >>> split_by_hash("any", {"train": 1, "test": 0})
    'train'
    """
    point = derive_seed("split", content) / 2**63 * sum(shares.values())
    for split, share in shares.items():
        point -= share
        if point < 0:
            return split
    return list(shares)[-1]


def _heads(every: Sequence[PictureHashes], bits: int) -> dict[PictureHashes, int]:
    """Return the group of each picture. Entries with the same file use the same hash, so that all hashes compare."""
    phash_of = {picture.content: picture.phash for picture in every}
    return dict(zip(every, group_near_duplicates([phash_of[picture.content] for picture in every], bits), strict=True))


def _assignment(
    group: Sequence[PictureHashes],
    present: set[PictureHashes],
    earlier: Mapping[PictureHashes, str],
    shares: Mapping[str, int],
) -> SplitAssignment:
    name = min(picture.content for picture in group if picture in present) if not present.isdisjoint(group) else ""
    had = {earlier[picture] for picture in group if picture in earlier}
    inherited = next((split for split in shares if split in had), None)
    return SplitAssignment(inherited or split_by_hash(name, shares), name[:12])
