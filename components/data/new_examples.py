"""Data: the examples of a snapshot that another one does not have."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from components.core.records import Snapshot

Identify = Callable[[Any], str]


def new_examples(known: Snapshot, now: Snapshot, identity: Identify) -> Snapshot:
    """Return `now` with only the examples that no split of `known` has; of several equal ones, only the surplus.

    Where an example is in the other snapshot does not matter: a version is trained on one split, and chosen by another.
    """
    seen = Counter(identity(example) for examples in known.splits.values() for example in examples)
    fresh = {split: [e for e in examples if _is_new(identity(e), seen)] for split, examples in now.splits.items()}
    return replace(now, splits=fresh)


def _is_new(name: str, seen: "Counter[str]") -> bool:
    """Return whether no example of this name is left, and take one away if there is."""
    left = seen[name] > 0
    seen[name] -= left
    return not left
