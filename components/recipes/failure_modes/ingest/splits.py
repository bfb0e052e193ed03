"""Failure modes: the split of each group of comments: by failure mode, by date, or as the table says."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from components.core.seeds import derive_seed

GIVEN = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "development": "validation",
    "test": "test",
    "testing": "test",
}
Shares = Mapping[str, int]  # in the order train, validation, test


@dataclass(frozen=True, slots=True)
class Group:
    """Comments that are alike. `earlier` and `given` are the splits that some of them have already, or are given."""

    name: str  # of its content, so that the order of rows does not matter
    label: str  # the most frequent one
    date: str  # the earliest, empty without one
    size: int
    earlier: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()


def assign(groups: Sequence[Group], by: str, shares: Shares) -> dict[str, str]:
    """Return the split of each group by its name.

    A group keeps the split that one of its comments has in an earlier snapshot, of several the first in `shares`: what
    a version was trained on is never scored later.
    """
    kept = {group.name: _first(group.earlier, shares) for group in groups if group.earlier}
    new = [group for group in groups if group.name not in kept]
    return {**kept, **BY[by](new, shares, kept, groups)}


def _by_label(new: Sequence[Group], shares: Shares, kept: Mapping[str, str], groups: Sequence[Group]) -> dict[str, str]:
    """Fill the splits of each failure mode in proportion to the shares, in an order that depends on content alone."""
    known: dict[str, Counter[str]] = defaultdict(Counter)
    for group in groups:
        if group.name in kept:
            known[group.label][kept[group.name]] += 1
    found: dict[str, str] = {}
    for group in sorted(new, key=lambda group: derive_seed("split", group.name)):
        counts = known[group.label]
        split = _most_wanting(counts, shares)
        counts[split] += 1
        found[group.name] = split
    return found


def _most_wanting(counts: Mapping[str, int], shares: Shares) -> str:
    total = sum(counts.values()) + 1
    return max(shares, key=lambda split: total * shares[split] / 100 - counts.get(split, 0))


def _by_date(new: Sequence[Group], shares: Shares, kept: Mapping[str, str], groups: Sequence[Group]) -> dict[str, str]:
    """Put the oldest groups into the first split, and so on; groups without a date are for training."""
    first = next(iter(shares))
    dated = sorted((group for group in new if group.date), key=lambda group: (group.date, group.name))
    found = {group.name: first for group in new if not group.date}
    total, before = sum(group.size for group in dated), 0
    for group in dated:
        found[group.name] = _at(100 * before / total, shares)
        before += group.size
    return found


def _at(percent: float, shares: Shares) -> str:
    for split, share in shares.items():
        percent -= share
        if percent < 0:
            return split
    return list(shares)[-1]


def _as_given(new: Sequence[Group], shares: Shares, kept: Mapping[str, str], groups: Sequence[Group]) -> dict[str, str]:
    """Take the given splits. A split that is never given gets its share of the training groups, by failure mode."""
    named = {split for group in groups for split in group.given}
    train, *others = shares
    found = {group.name: _first(group.given, shares) for group in new}
    missing = [split for split in others if split not in named]
    if not missing:
        return found
    rest = [group for group in new if found[group.name] == train]
    some = {train: 100 - sum(shares[split] for split in missing), **{split: shares[split] for split in missing}}
    return found | _by_label(rest, some, kept, groups)


def _first(splits: frozenset[str], shares: Shares) -> str:
    """Return the first split in the order of the shares; train without any."""
    return next((split for split in shares if split in splits), next(iter(shares)))


By = Callable[[Sequence[Group], Shares, Mapping[str, str], Sequence[Group]], dict[str, str]]
BY: Mapping[str, By] = {"label": _by_label, "date": _by_date, "given": _as_given}
