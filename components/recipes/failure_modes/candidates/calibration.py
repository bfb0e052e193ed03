"""Recipe failure_modes: calibration of scores on held-out data, by the method that the data supports."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_softmax, logsumexp, softmax
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

Array = NDArray[np.float64]
Labels = NDArray[np.int64]

TINY = 1e-6  # probability that no class goes below: one error must not make a log loss infinite
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
    return _normalised(METHODS[calibration.method][1](calibration.arrays, scores))


def fit_calibration(scores: Array, labels: Labels, folds: Labels) -> tuple[Calibration, Array]:
    """Choose and fit a calibration on held-out scores; return it with cross-fitted probabilities (n, classes).

    Rule: the simplest method (temperature, then sigmoid, then isotonic) whose log loss on rows that it was not fitted
    on is at most one standard error of the paired difference above the best. Isotonic takes part from 1,000 rows on.

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
    return Calibration(chosen, METHODS[chosen][0](scores, labels), reason), crossed[chosen]


def _cross_fitted(name: str, scores: Array, labels: Labels, folds: Labels) -> Array:
    fit, apply = METHODS[name]
    result = np.empty_like(scores)
    for fold in np.unique(folds):
        out = folds == fold
        result[out] = apply(fit(scores[~out], labels[~out]), scores[out])
    return _normalised(result)


def _log_losses(probabilities: Array, labels: Labels) -> Array:
    losses: Array = -np.log(probabilities[np.arange(len(labels)), labels])
    return losses


def _no_worse(losses: Array, best: Array) -> bool:
    gaps = losses - best
    return float(gaps.mean()) <= float(gaps.std()) / math.sqrt(len(gaps))


def _fit_temperature(scores: Array, labels: Labels) -> dict[str, Array]:
    """Source: Guo et al., On calibration of modern neural networks (2017)."""

    def loss(log_temperature: float) -> float:
        log_p = log_softmax(scores / np.exp(log_temperature), axis=1)
        return -float(log_p[np.arange(len(labels)), labels].mean())

    found = minimize_scalar(loss, bounds=(-4.0, 4.0), method="bounded")
    return {"temperature": np.exp(np.array([found.x]))}


def _apply_temperature(arrays: Mapping[str, Array], scores: Array) -> Array:
    found: Array = softmax(scores / arrays["temperature"][0], axis=1)
    return found


def _fit_sigmoid(scores: Array, labels: Labels) -> dict[str, Array]:
    """Source: Platt, Probabilistic outputs for support vector machines (1999), one class against the rest.

    Classes without a row, or with every row, keep the slope 1 and the shift 0.
    """
    odds = _log_odds(scores)
    lines = [_line(odds[:, k], labels == k) for k in range(scores.shape[1])]
    return {"slope": np.array([slope for slope, _ in lines]), "shift": np.array([shift for _, shift in lines])}


def _line(odds: Array, positive: NDArray[np.bool_]) -> tuple[float, float]:
    if positive.all() or not positive.any():
        return 1.0, 0.0
    model = LogisticRegression().fit(odds[:, None], positive)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _apply_sigmoid(arrays: Mapping[str, Array], scores: Array) -> Array:
    found: Array = expit(_log_odds(scores) * arrays["slope"] + arrays["shift"])
    return found


def _fit_isotonic(scores: Array, labels: Labels) -> dict[str, Array]:
    """Source: Zadrozny and Elkan, Transforming classifier scores into probabilities (2002); one against the rest."""
    before = softmax(scores, axis=1)
    arrays: dict[str, Array] = {}
    for k in range(scores.shape[1]):
        model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(before[:, k], labels == k)
        arrays[f"x{k}"], arrays[f"y{k}"] = model.X_thresholds_.astype(float), model.y_thresholds_.astype(float)
    return arrays


def _apply_isotonic(arrays: Mapping[str, Array], scores: Array) -> Array:
    before = softmax(scores, axis=1)
    columns = [np.interp(before[:, k], arrays[f"x{k}"], arrays[f"y{k}"]) for k in range(scores.shape[1])]
    return np.stack(columns, axis=1)


def _log_odds(scores: Array) -> Array:
    """Return the log odds of each class against the rest, for the softmax of scores."""
    log_p = log_softmax(scores, axis=1)
    rest = [logsumexp(np.delete(log_p, k, axis=1), axis=1) for k in range(scores.shape[1])]
    odds: Array = np.clip(log_p - np.stack(rest, axis=1), -30, 30)
    return odds


def _normalised(probabilities: Array) -> Array:
    kept = np.maximum(probabilities, TINY)
    normalised: Array = kept / kept.sum(1, keepdims=True)
    return normalised


Fit = Callable[[Array, Labels], dict[str, Array]]
Apply = Callable[[Mapping[str, Array], Array], Array]
METHODS: dict[str, tuple[Fit, Apply]] = {  # from the simplest on
    "temperature": (_fit_temperature, _apply_temperature),
    "sigmoid": (_fit_sigmoid, _apply_sigmoid),
    "isotonic": (_fit_isotonic, _apply_isotonic),
}
