"""Failure modes: the columns on which drift is measured: labels, lengths, words."""

from collections.abc import Mapping
from pathlib import Path

from sklearn.feature_extraction.text import HashingVectorizer

from components.core.monitored import Column
from components.recipes.failure_modes.comment import Comments
from components.recipes.failure_modes.config import FailureModesConfig

WIDTH = 64  # of the embeddings: counts of words, each word in one of so many places
MOST = 1000  # comments of a split with an embedding: the kernel test grows with their square


def features(config: FailureModesConfig, snapshot: Comments, split: str, cache: Path) -> Mapping[str, Column]:
    """Return the columns of a split. `words` are embeddings: which words a comment has, by the hash of each."""
    comments = snapshot.splits[split]
    columns: dict[str, Column] = {
        "number of words": [len(comment["text"].split()) for comment in comments],
        "words": _words([comment["text"] for comment in comments]),
    }
    for name in ("label", "asset"):
        if any(comment[name] is not None for comment in comments):
            columns[name] = [comment[name] for comment in comments]
    return columns


def _words(texts: list[str]) -> Column:
    hashed = HashingVectorizer(n_features=WIDTH, alternate_sign=False, norm="l2").transform(texts[:MOST])
    return [*hashed.toarray().tolist(), *[None] * max(0, len(texts) - MOST)]
