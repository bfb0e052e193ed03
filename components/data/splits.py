"""Data: which split a picture belongs to, for ever, by its content and never by its id."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.core.seeds import derive_seed
from components.data.pictures.near_duplicates import group_near_duplicates


@dataclass(frozen=True, slots=True)
class PictureHashes:
    """What a picture is known by: the sha256 of its file, and its perceptual hash in hex."""

    content: str
    phash: str


@dataclass(frozen=True, slots=True)
class SplitAssignment:
    """Where a picture stands: its split, and its group, named by the smallest content digest in it (12 digits)."""

    split: str
    group: str


def assign_splits(
    looks: Sequence[PictureHashes], earlier: Mapping[PictureHashes, str], shares: Mapping[str, int], bits: int
) -> list[SplitAssignment]:
    """Return the place of each picture; identical and nearly identical ones (up to `bits` of the hash) stand together.

    A group inherits the split that any member, or any earlier picture as near, had before. Where these had several,
    the first in the order of `shares` wins: with train first, what was trained on is never scored, and a picture that
    was scored may become one to train on. A group that has no past is drawn by its own hash (the smallest content
    digest in it), in proportion to `shares`: so neither the order nor other rows matter.
    """
    every = list(dict.fromkeys([*earlier, *looks]))
    heads = _heads(every, bits)
    members: dict[int, list[PictureHashes]] = defaultdict(list)
    for look in every:
        members[heads[look]].append(look)
    present = set(looks)
    places = {head: _place(group, present, earlier, shares) for head, group in members.items()}
    return [places[heads[look]] for look in looks]


def split_by_hash(content: str, shares: Mapping[str, int]) -> str:
    """Return the split that a content digest draws, in proportion to the shares.

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
    """Return the group of each look. Hashes of equal length are comparable; the same file is the same picture."""
    phash_of = {look.content: look.phash for look in every}
    return dict(zip(every, group_near_duplicates([phash_of[look.content] for look in every], bits), strict=True))


def _place(
    group: Sequence[PictureHashes],
    present: set[PictureHashes],
    earlier: Mapping[PictureHashes, str],
    shares: Mapping[str, int],
) -> SplitAssignment:
    name = min(look.content for look in group if look in present) if not present.isdisjoint(group) else ""
    had = {earlier[look] for look in group if look in earlier}
    inherited = next((split for split in shares if split in had), None)
    return SplitAssignment(inherited or split_by_hash(name, shares), name[:12])
