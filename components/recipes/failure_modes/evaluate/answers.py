"""Failure modes: what a candidate answers to the comments of a split: probabilities, and the time that each took."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from components.core.records import Checkpoint
from components.recipes.failure_modes.candidates.model import FittedModel
from components.recipes.failure_modes.predict.classifier import open_classifier

TIMED = 32  # comments that are answered one by one, to measure how long an answer takes

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """Probabilities (n, classes) of the failure modes in `classes`, and milliseconds (n,), NaN where not measured.

    `uncalibrated` are the probabilities (n, classes) before calibration. `threshold` is the confidence below which the
    candidate abstains.
    """

    classes: tuple[str, ...]
    probabilities: Array
    milliseconds: Array
    uncalibrated: Array | None = None
    threshold: float = 0.0

    @property
    def predicted(self) -> list[str]:
        return [self.classes[place] for place in self.probabilities.argmax(1)]

    @property
    def confidence(self) -> Array:
        found: Array = self.probabilities.max(1)
        return found

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Return (n,) whether the candidate is sure enough to answer."""
        found: NDArray[np.bool_] = self.confidence >= self.threshold
        return found

    def for_classes(self, names: Sequence[str]) -> Array:
        """Return the probabilities (n, names) of the named failure modes; 0 where the candidate knows none."""
        known = {name: column for column, name in enumerate(self.classes)}
        empty = np.zeros(len(self.probabilities))
        columns = [self.probabilities[:, known[name]] if name in known else empty for name in names]
        return np.stack(columns, axis=1)


def answer(texts: Sequence[str], checkpoint: Checkpoint | None) -> Answers:
    """Return the answers of a checkpoint. There is no base model: None is an error of the caller."""
    if checkpoint is None:
        raise ValueError("classifiers of comments have no base model")
    classifier = open_classifier(checkpoint.folder)
    model = classifier.model
    milliseconds = np.full(len(texts), np.nan)
    for place in range(min(TIMED + 1, len(texts))):
        began = perf_counter()
        classifier.answers([texts[place]])
        milliseconds[place] = 1000 * (perf_counter() - began)
    milliseconds[:1] = np.nan  # the first answer loads what later ones have
    before = softmax(model.scorer.scores(list(texts)), axis=1) if isinstance(model, FittedModel) else None
    return Answers(model.classes, model.probabilities(list(texts)), milliseconds, before, classifier.threshold)
