"""Recipe failure_modes: calibration of scores on held-out data, by the method that the data supports."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from components.recipes.failure_modes.candidates.calibration_methods import (
    METHODS,
    Array,
    Labels,
    apply_line,
    fit_line,
    normalised,
)

# Isotonic regression overfits with fewer rows (Niculescu-Mizil and Caruana, Predicting good probabilities, 2005).
ISOTONIC_FROM = 1000


@dataclass(frozen=True, slots=True)
class Calibration:
    """A method with its numbers, and the sentence that says why it was chosen."""

    method: str
    arrays: Mapping[str, Array]
    reason: str = ""


def calibrated(calibration: Calibration, scores: Array) -> Array:
    """Return (n, classes) probabilities of scores (n, classes); each row sums to 1."""
    return _applied(calibration.method, calibration.arrays, scores)


def fit_calibration(scores: Array, labels: Labels, folds: Labels) -> tuple[Calibration, Array]:
    """Choose and fit a calibration on held-out scores; return it with cross-fitted probabilities (n, classes).

    Each method is followed by a line for the confidence of the likeliest class (`fit_line`). Rule: the simplest method
    (temperature, then sigmoid, then isotonic) whose log loss on rows that it was not fitted on is at most one standard
    error of the paired difference above the best. Isotonic takes part from 1,000 rows on.

    Args:
        scores: (n, classes) each by a model that was fitted without the row.
        labels: (n,) numbers of the true classes.
        folds: (n,) the fold of each row. The probabilities of a fold are calibrated on the other folds.
    """
    names = [name for name in METHODS if name != "isotonic" or len(labels) >= ISOTONIC_FROM]
    crossed = {name: _cross_fitted(name, scores, labels, folds) for name in names}
    losses = {name: _log_losses(found, labels) for name, found in crossed.items()}
    best = min(names, key=lambda name: losses[name].mean())
    chosen = next(name for name in names if _no_worse(losses[name], losses[best]))
    table = ", ".join(f"{name} {losses[name].mean():.3f}" for name in names)
    reason = f"{chosen}: the simplest within one standard error of the lowest log loss on held-out rows ({table})"
    return Calibration(chosen, _fitted(chosen, scores, labels), reason), crossed[chosen]


def _cross_fitted(name: str, scores: Array, labels: Labels, folds: Labels) -> Array:
    result = np.empty_like(scores)
    for fold in np.unique(folds):
        out = folds == fold
        result[out] = _applied(name, _fitted(name, scores[~out], labels[~out]), scores[out])
    return result


def _fitted(name: str, scores: Array, labels: Labels) -> dict[str, Array]:
    fit, apply = METHODS[name]
    arrays = fit(scores, labels)
    return arrays | {"line": fit_line(normalised(apply(arrays, scores)), labels)}


def _applied(name: str, arrays: Mapping[str, Array], scores: Array) -> Array:
    return apply_line(arrays["line"], normalised(METHODS[name][1](arrays, scores)))


def _log_losses(probabilities: Array, labels: Labels) -> Array:
    losses: Array = -np.log(probabilities[np.arange(len(labels)), labels])
    return losses


def _no_worse(losses: Array, best: Array) -> bool:
    gaps = losses - best
    return float(gaps.mean()) <= float(gaps.std()) / math.sqrt(len(gaps))
