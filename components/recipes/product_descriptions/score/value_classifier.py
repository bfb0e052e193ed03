"""Product descriptions: a classifier of the value of one attribute, for texts that state it in other words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline

FOLDS = 5
FEWEST = 10  # texts of a value, to learn it
PRECISION = 0.95  # of the answers that count, on held-out texts


@dataclass(frozen=True)
class ValueClassifier:
    """Answers with a value if its probability is at least `threshold`. `accuracy` is that of its held-out answers.

    `answered` is the share that it answers of the texts without a word for the value; at the threshold at least 95 % of
    these answers are right. Of a text whose words it mostly does not know, such as a broken one, it says nothing.
    """

    pipeline: Pipeline
    threshold: float
    accuracy: float
    commonest: float  # the accuracy of always answering the most frequent value
    answered: float

    def values(self, texts: Sequence[str]) -> list[str]:
        """Return the value of each text, or an empty text where it is not sure."""
        if not texts:
            return []
        found = self.pipeline.predict_proba(texts)
        names, sure = self.pipeline.classes_[found.argmax(1)], found.max(1) >= self.threshold
        return [
            str(name) if is_sure and self._knows(text) else ""
            for name, is_sure, text in zip(names, sure, texts, strict=True)
        ]

    def _knows(self, text: str) -> bool:
        vectorizer = self.pipeline[0]
        words = vectorizer.build_analyzer()(text)
        return 2 * sum(word in vectorizer.vocabulary_ for word in words) >= len(words) > 0


def fit_classifier(
    texts: Sequence[str], values: Sequence[str], asked: Sequence[bool], seed: int
) -> ValueClassifier | None:
    """Return a classifier of the values of these texts, or None if it would know too little to answer.

    Values of fewer than 10 texts are left out. Its threshold is set on held-out answers of 5 folds, and only on the
    texts for which it will be `asked`: those with no word for the value, which are harder than the others.
    """
    counts = Counter(values)
    kept = [at for at, value in enumerate(values) if value and counts[value] >= FEWEST]
    known, labels = [texts[at] for at in kept], np.array([values[at] for at in kept])
    judged = np.array([asked[at] for at in kept], dtype=bool)
    if len(set(labels.tolist())) < 2:
        return None
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed % 2**32)
    found = cross_val_predict(_pipeline(), known, labels, cv=folds, method="predict_proba")
    sure, right = found.max(1), np.unique(labels)[found.argmax(1)] == labels
    threshold = _threshold(sure[judged], right[judged])
    if threshold is None:
        return None
    commonest = max(Counter(labels.tolist()).values()) / len(labels)
    answered = float((sure[judged] >= threshold).mean())
    return ValueClassifier(_pipeline().fit(known, labels), threshold, float(right.mean()), commonest, answered)


def _pipeline() -> Pipeline:
    words = TfidfVectorizer(sublinear_tf=True, min_df=2, max_features=2000)
    return make_pipeline(words, SGDClassifier(loss="log_loss", alpha=1e-4, max_iter=50, tol=1e-3, random_state=0))


def _threshold(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float | None:
    """Return the lowest confidence from which on the answers are right often enough; None if there is none."""
    order = np.argsort(-confidence, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= PRECISION)
    enough = enough[enough >= FEWEST - 1]
    return float(confidence[order][enough[-1]]) if len(enough) else None
