"""Recipe failure_modes: the training comments that are nearest to a text, by the characters of their words."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

Array = NDArray[np.float64]
WORD = re.compile(r"[^\W\d_]+")
BATCH = 256  # texts that are compared with all training comments at a time


@dataclass(frozen=True, slots=True)
class Nearest:
    """A training comment, its label, and its cosine similarity to the text in [0, 1]."""

    text: str
    label: str
    similarity: float


@dataclass(frozen=True, slots=True)
class TrainingTexts:
    """The training comments as vectors; `nearest` and `closest` compare texts with them."""

    texts: Sequence[str]
    labels: Sequence[str]
    vectorizer: TfidfVectorizer
    columns: Any  # (features, training comments) sparse, each column of length 1
    known_share: float  # of the words of a training comment, how many occur in another one; the mean

    def nearest(self, texts: Sequence[str], count: int = 3) -> list[list[Nearest]]:
        """Return the most similar training comments of each text, the most similar first."""
        found: list[list[Nearest]] = []
        for row in self._similarities(texts):
            best = np.argsort(-row, kind="stable")[:count]
            found.append([Nearest(self.texts[k], self.labels[k], float(row[k])) for k in best])
        return found

    def closest(self, texts: Sequence[str]) -> Array:
        """Return (n,) the similarity to the most similar training comment."""
        rows = [row.max() for row in self._similarities(texts)]
        return np.array(rows, dtype=np.float64)

    def closest_other(self) -> Array:
        """Return (training comments,) the similarity of each to the most similar other one."""
        found = []
        for number, row in enumerate(self._similarities(self.texts)):
            row[number] = -1.0
            found.append(row.max() if len(row) > 1 else 0.0)
        return np.clip(np.array(found, dtype=np.float64), 0, 1)

    def _similarities(self, texts: Sequence[str]) -> Iterator[NDArray[np.float32]]:
        for at in range(0, len(texts), BATCH):
            yield from (self.vectorizer.transform(list(texts[at : at + BATCH])) @ self.columns).toarray()


def index_texts(texts: Sequence[str], labels: Sequence[str]) -> TrainingTexts:
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True, dtype=np.float32)
    vectors = vectorizer.fit_transform(list(texts))
    # A product with a transposed matrix would sort all of it again, for each text that is compared.
    return TrainingTexts(texts, labels, vectorizer, vectors.T.tocsr(), known_share(texts))


def words_of(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text)]


def known_share(texts: Sequence[str]) -> float:
    """Return the mean share of the words of a text that occur in another one; 0 without words."""
    words = [words_of(text) for text in texts]
    comments_with = Counter(word for of in words for word in set(of))
    shares = [sum(comments_with[word] > 1 for word in of) / len(of) for of in words if of]
    return sum(shares) / len(shares) if shares else 0.0
