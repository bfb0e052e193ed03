"""Failure modes: the record of one example, a comment with its failure mode."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from components.core.records import Snapshot


class Comment(TypedDict):
    """A maintenance comment, repaired and without personal details, as a model reads it.

    `label` is None where the table has no labels. `date` is an ISO date, or None as `asset` where it is not known.
    """

    text: str
    label: str | None
    date: str | None
    asset: str | None
    before: str | None  # the label that a person's correction replaced; empty if the correction added the comment
    key: str  # equal for texts that differ in case, punctuation and white space only
    group: str  # names the comments that are alike and therefore share a split


Comments = Snapshot[Comment]


def identity(example: Mapping[str, Any]) -> str:
    """Return what makes a comment another one: its words and its label."""
    return f"{example['key']}\n{example['label']}"


def labelled(snapshot: Comments, split: str) -> tuple[list[str], list[str]]:
    """Return the texts and the labels of a split; comments without a label are left out."""
    known = [(comment["text"], comment["label"]) for comment in snapshot.splits[split]]
    pairs = [(text, label) for text, label in known if label is not None]
    return [text for text, _ in pairs], [label for _, label in pairs]
