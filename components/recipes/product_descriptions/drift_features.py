"""Product descriptions: the columns on which drift is measured: attributes, length, reading level, words."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from components.core.monitored import Column
from components.metrics.reading_level import reading_level
from components.metrics.words import words_of
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.example import Descriptions

WIDTH = 64  # of the embeddings: words, each in one of so many places
MOST = 1000  # descriptions of a split with an embedding: the kernel test grows with their square
ATTRIBUTES = ("brand", "gender", "articleType", "baseColour", "season", "usage")


def features(
    config: ProductDescriptionsConfig, snapshot: Descriptions, split: str, cache: Path
) -> Mapping[str, Column]:
    """Return the columns of a split. `words` are embeddings: which words a description has, by the hash of each."""
    examples = snapshot.splits[split]
    texts = [example["text"] for example in examples]
    levels = reading_level(texts).tolist()
    return {
        **{name: [example["attributes"].get(name) for example in examples] for name in ATTRIBUTES},
        "number of words": [len(words_of(text)) for text in texts],
        "reading level": [level if np.isfinite(level) else None for level in levels],
        "words": _words(texts),
    }


def _words(texts: Sequence[str]) -> Column:
    if not texts:
        return []
    hashed = HashingVectorizer(n_features=WIDTH, alternate_sign=False, norm="l2").transform(texts[:MOST])
    return [*hashed.toarray().tolist(), *[None] * max(0, len(texts) - MOST)]
