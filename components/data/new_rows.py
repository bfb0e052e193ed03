"""Data: counts the examples of one snapshot that another lacks."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from components.core.files import digest_of
from components.core.records import Snapshot

IDENTITIES = ("content", "id")  # fields that name an example whatever its caption or file is called, the first counts


def new_rows(snapshot: Snapshot, earlier: Snapshot) -> int:
    """Return how many examples of a snapshot the earlier one lacks, over all splits.

    An example is the same if its content is, else its id, else every field. Equal examples are counted.
    """
    return (_identities(snapshot) - _identities(earlier)).total()


def _identities(snapshot: Snapshot) -> Counter[str]:
    return Counter(_identity(example) for examples in snapshot.splits.values() for example in examples)


def _identity(example: Mapping[str, Any]) -> str:
    name = next((name for name in IDENTITIES if example.get(name)), None)
    return f"{name} {example[name]}" if name else digest_of(dict(example))
