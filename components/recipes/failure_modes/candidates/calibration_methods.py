"""Recipe failure_modes: methods that turn scores into probabilities, from the simplest on."""

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_softmax, logit, logsumexp, softmax

Array = NDArray[np.float64]
Labels = NDArray[np.int64]

TINY = 1e-6  # probability that no class goes below: one error must not make a log loss infinite
UNPENALISED = 1e4  # scikit-learn's C: one slope needs no penalty, which would flatten it
FEW_ROWS = 10  # of a class, below which it has no calibration of its own


def fit_line(probabilities: Array, labels: Labels) -> Array:
    """Return slope and shift that turn the log odds of the likeliest class into those of being right.

    Source: Gupta and Ramdas, Top-label calibration and multiclass-to-binary reductions (2022). Two numbers for all
    classes, which few rows can support: the methods before it leave margins with a calibration error of 0.15.
    """
    right = probabilities.argmax(1) == labels
    if right.all() or not right.any():
        return np.array([1.0, 0.0])
    slope, shift = _line(logit(probabilities.max(1)), right)
    return np.array([slope, shift] if slope > 0 else [1.0, 0.0])


def apply_line(line: Array, probabilities: Array) -> Array:
    """Return probabilities whose likeliest class has the confidence of the line; the others share the rest as before.

    The likeliest class stays the likeliest.
    """
    rows, top = np.arange(len(probabilities)), probabilities.argmax(1)
    wanted = expit(logit(probabilities[rows, top]) * line[0] + line[1])
    rest = probabilities.copy()
    rest[rows, top] = 0
    rest /= rest.sum(1, keepdims=True)
    second = rest.max(1)
    confidence = np.maximum(wanted, second / (1 + second))
    changed = rest * (1 - confidence)[:, None]
    changed[rows, top] = confidence
    return normalised(changed)


def temperature_log_loss(scores: Array, labels: Labels) -> float:
    """Return the log loss of scores under the temperature that suits them best: comparable whatever their scale."""
    return _log_loss(scores / _fit_temperature(scores, labels)["temperature"][0], labels)


def _fit_temperature(scores: Array, labels: Labels) -> dict[str, Array]:
    """Source: Guo et al., On calibration of modern neural networks (2017)."""

    def loss(log_temperature: float) -> float:
        return _log_loss(scores / math.exp(log_temperature), labels)

    found = minimize_scalar(loss, bounds=(-4.0, 4.0), method="bounded")
    return {"temperature": np.exp(np.array([found.x]))}


def _log_loss(scores: Array, labels: Labels) -> float:
    return -float(log_softmax(scores, axis=1)[np.arange(len(labels)), labels].mean())


def _apply_temperature(arrays: Mapping[str, Array], scores: Array) -> Array:
    found: Array = softmax(scores / arrays["temperature"][0], axis=1)
    return found


def _fit_sigmoid(scores: Array, labels: Labels) -> dict[str, Array]:
    """Source: Platt, Probabilistic outputs for support vector machines (1999), one class against the rest.

    Classes with few rows, or whose own slope would turn high scores into low probabilities, have the line that fits all
    classes together.
    """
    odds, positive = _log_odds(scores), labels[:, None] == np.arange(scores.shape[1])
    common = _line(odds.ravel(), positive.ravel())
    lines = [_own_line(odds[:, k], positive[:, k], common) for k in range(scores.shape[1])]
    return {"slope": np.array([slope for slope, _ in lines]), "shift": np.array([shift for _, shift in lines])}


def _own_line(odds: Array, positive: NDArray[np.bool_], common: tuple[float, float]) -> tuple[float, float]:
    if positive.sum() < FEW_ROWS or positive.all():
        return common
    slope, shift = _line(odds, positive)
    return (slope, shift) if slope > 0 else common


def _line(odds: Array, positive: NDArray[np.bool_]) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression  # slow, and reading any model's YAML imports this file

    model = LogisticRegression(C=UNPENALISED).fit(odds[:, None], positive)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _apply_sigmoid(arrays: Mapping[str, Array], scores: Array) -> Array:
    found: Array = expit(_log_odds(scores) * arrays["slope"] + arrays["shift"])
    return found


def _fit_isotonic(scores: Array, labels: Labels) -> dict[str, Array]:
    """Source: Zadrozny and Elkan, Transforming classifier scores into probabilities (2002); one against the rest."""
    from sklearn.isotonic import IsotonicRegression  # slow, as above

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


def normalised(probabilities: Array) -> Array:
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
