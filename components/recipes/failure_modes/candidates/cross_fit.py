"""Recipe failure_modes: fits a candidate, and its calibration on predictions of rows that were held out."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from components.core.errors import DataError
from components.recipes.failure_modes.candidates.calibration import fit_calibration
from components.recipes.failure_modes.candidates.folds import ACT, assign_folds
from components.recipes.failure_modes.candidates.model import Array, FittedModel, Scorer
from components.recipes.failure_modes.candidates.settings import LadderSettings

UNSEEN = -20.0  # log probability of a class that a fold's training rows lack, relative to the likeliest
FitScorer = Callable[[Sequence[str], Sequence[str]], tuple[Scorer, tuple[str, ...]]]


def fit_model(
    name: str, fit: FitScorer, texts: Sequence[str], labels: Sequence[str], settings: LadderSettings, seed: int
) -> FittedModel:
    """Fit on all rows, and calibrate on the scores of models that were fitted without the rows that they score."""
    classes = known_classes(labels)
    folds = assign_folds(texts, labels, settings.folds, seed)
    numbers = np.searchsorted(classes, labels)
    calibration, held_out = fit_calibration(out_of_fold(fit, texts, labels, folds), numbers, folds)
    scorer, _ = fit(texts, labels)
    return FittedModel(name, classes, scorer, calibration, held_out)


def known_classes(labels: Sequence[str]) -> tuple[str, ...]:
    classes = tuple(sorted(set(labels)))
    if len(classes) < 2:
        found = f"All {len(labels)} rows have the label {classes[0]!r}" if classes else "There are no rows"
        raise DataError(found, expected="two classes at least", act=ACT)
    return classes


def out_of_fold(fit: FitScorer, texts: Sequence[str], labels: Sequence[str], folds: NDArray[np.int64]) -> Array:
    """Return (n, classes) the scores of each row by a model that was fitted without its fold."""
    classes = known_classes(labels)
    scores = np.empty((len(texts), len(classes)))
    for fold in np.unique(folds):
        rest, out = np.flatnonzero(folds != fold).tolist(), np.flatnonzero(folds == fold).tolist()
        scorer, seen = fit([texts[i] for i in rest], [labels[i] for i in rest])
        scores[out] = aligned(scorer.scores([texts[i] for i in out]), seen, classes)
    return scores


def aligned(scores: Array, seen: tuple[str, ...], classes: tuple[str, ...]) -> Array:
    """Return scores in the columns of all classes. Classes that were not seen are very unlikely."""
    full = np.repeat(scores.max(1, keepdims=True) + UNSEEN, len(classes), axis=1)
    full[:, [classes.index(name) for name in seen]] = scores
    return full
