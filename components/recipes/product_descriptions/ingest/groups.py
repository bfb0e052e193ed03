"""Product descriptions: which texts are alike and share a split, and the split of each group."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from components.core.files import digest_of
from components.data.near_duplicates import group_alike
from components.data.snapshots import history
from components.data.splits import split_by_hash
from components.recipes.product_descriptions.example import Descriptions
from components.recipes.product_descriptions.ingest.boilerplate import key_of

NAME = "productDisplayName"


@dataclass(frozen=True, slots=True)
class Described:
    """What makes texts alike: their words, and the name of the product."""

    text: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    split: str
    group: str  # 12 digits


def place(
    rows: Sequence[Described], previous: Descriptions | None, threshold: float, shares: Mapping[str, int]
) -> list[Place]:
    """Return the split and the group of each row. Texts that are alike, or are of one name, share both.

    A group keeps the split that one of its texts has in an earlier snapshot, of several the first in `shares`: what a
    version was trained on is never scored later. A new group gets its split from its own content.
    """
    earlier = _earlier(previous)
    every = list(dict.fromkeys([*earlier, *rows]))
    heads = dict(zip(every, _heads(every, threshold), strict=True))
    had: dict[int, set[str]] = defaultdict(set)
    names: dict[int, str] = {}
    for row, split in earlier.items():
        had[heads[row]].add(split)
    for row in sorted(rows, key=lambda row: (row.text, row.name)):
        names.setdefault(heads[row], digest_of([row.text, row.name]))
    splits = {head: _split(had[head], name, shares) for head, name in names.items()}
    return [Place(splits[heads[row]], names[heads[row]][:12]) for row in rows]


def _split(had: set[str], name: str, shares: Mapping[str, int]) -> str:
    return next((split for split in shares if split in had), None) or split_by_hash(name, shares)


def _heads(rows: Sequence[Described], threshold: float) -> list[int]:
    """Return the number of the group of each row, the place of its first member."""
    alike = group_alike([key_of(row.text) for row in rows], threshold)
    parent = list(range(len(rows)))
    first: dict[str, int] = {}
    for at, row in enumerate(rows):
        _join(parent, at, alike[at])
        _join(parent, at, first.setdefault(row.name, at) if row.name else at)
    return [_root(parent, at) for at in range(len(rows))]


def _join(parent: list[int], one: int, other: int) -> None:
    a, b = _root(parent, one), _root(parent, other)
    parent[max(a, b)] = min(a, b)


def _root(parent: list[int], at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at


def _earlier(previous: Descriptions | None) -> dict[Described, str]:
    """Return the split of every text of all snapshots of the model; of several, the first one in their order."""
    found: dict[Described, str] = {}
    for split, snapshot in product(("train", "validation", "test"), history(previous) if previous else ()):
        for example in snapshot.splits.get(split, ()):
            found.setdefault(Described(example["text"], example["attributes"].get(NAME, "")), split)
    return found
