"""Registry: the anchor, which says outside of the ledger where the ledger ends: two tags of the registered model.

A chain of hashes shows an edit, but not that its end was cut off, or that somebody has computed it anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from registry import tags as tag
from registry.connection import connect, told_in_a_sentence
from registry.entries import Row


@dataclass(frozen=True, slots=True)
class Anchor:
    """The number of the ledger's last entry, as the tag has it (a text: a person may have edited it), and its hash."""

    entries: str
    head: str


def anchor_at(row: Row) -> Anchor:
    return Anchor(str(row["entry"]), str(row["hash"]))


def anchor_in(tags: Mapping[str, str]) -> Anchor | None:
    """Return the anchor that the tags of a registered model hold. Where one of the two is missing it is empty."""
    if tag.LEDGER_HEAD not in tags and tag.LEDGER_ENTRIES not in tags:
        return None
    return Anchor(tags.get(tag.LEDGER_ENTRIES, ""), tags.get(tag.LEDGER_HEAD, ""))


@told_in_a_sentence()
def drop_anchor(model: str, anchor: Anchor) -> None:
    """Write the anchor. A command may die between its two tags: the entry is still the intent then, which says why."""
    client = connect()
    client.set_registered_model_tag(model, tag.LEDGER_HEAD, anchor.head)
    client.set_registered_model_tag(model, tag.LEDGER_ENTRIES, anchor.entries)
