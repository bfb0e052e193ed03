"""Recipe failure_modes: fits a candidate, and its calibration on predictions of rows that were held out."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from components.core.errors import AtelierError, DataError
from components.recipes.failure_modes.candidates.calibration import fit_calibration
from components.recipes.failure_modes.candidates.folds import ACT
from components.recipes.failure_modes.candidates.model import Array, FittedModel
from components.recipes.failure_modes.candidates.search import search
from components.recipes.failure_modes.candidates.training import Method, Params, Training

UNSEEN = -20.0  # log probability of a class that a fold's training rows lack, relative to the likeliest
Wide = Callable[[Params, Training, NDArray[np.int64], NDArray[np.int64]], Array]


def fit_method(name: str, method: Method, training: Training) -> FittedModel:
    """Search parameters if the settings ask for it, fit on all rows, and calibrate on held-out rows.

    Each held-out row is scored by a model that was fitted without it and without equal texts.

    Raises:
        DataError: fewer than two classes, or the library refuses these texts.
    """
    classes = known_classes(training.labels)
    folds = training.folds()
    try:
        found = search(name, method, training, held_out_scores)
        scores = np.empty((len(folds), len(classes)))
        for fold in np.unique(folds):
            scores[folds == fold] = held_out_scores(method, found.params, training, folds == fold)
        calibration, held_out = fit_calibration(scores, np.searchsorted(classes, training.labels), folds)
        scorer, _ = method.fit(found.params, training)
    except ValueError as error:  # scikit-learn's, such as an empty vocabulary
        if isinstance(error, AtelierError):
            raise
        raise DataError(f"{name} cannot be fitted to these {len(folds)} texts ({error})", act=ACT) from error
    return FittedModel(name, classes, scorer, calibration, held_out, found.notes)


def known_classes(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the classes, sorted. Raises DataError if there are fewer than two."""
    classes = tuple(sorted(set(labels)))
    if len(classes) < 2:
        found = f"All {len(labels)} rows have the label {classes[0]!r}" if classes else "There are no rows"
        raise DataError(found, expected="two classes at least", act=ACT)
    return classes


def held_out_scores(method: Method, params: Params, training: Training, out: NDArray[np.bool_]) -> Array:
    """Return (held-out rows, classes) the scores of rows by a scorer that was fitted to the other rows.

    A class that those lack is very unlikely; a single class among them is certain.
    """
    classes = known_classes(training.labels)
    rest, held_out = training.rows(np.flatnonzero(~out)), training.rows(np.flatnonzero(out))
    known = tuple(sorted(set(rest.labels)))
    if len(known) < 2:
        return _in_columns(np.zeros((len(held_out.texts), 1)), known, classes)
    scorer, seen = method.fit(params, rest)
    return _in_columns(scorer.scores(held_out.texts), seen, classes)


def _in_columns(scores: Array, seen: tuple[str, ...], classes: tuple[str, ...]) -> Array:
    full = np.repeat(scores.max(1, keepdims=True) + UNSEEN, len(classes), axis=1)
    full[:, [classes.index(name) for name in seen]] = scores
    return full
