"""Recipe failure_modes: accuracy estimated without labels, and the columns in which a change of comments shows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.metrics.intervals import t_quantile

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EstimatedAccuracy:
    """The accuracy that calibrated confidence promises, with its 95 % interval, for n comments without labels."""

    value: float
    low: float
    high: float
    n: int


def estimated_accuracy(confidence: Array) -> EstimatedAccuracy:
    """Return the mean of the calibrated confidence: the expected share of right answers.

    The interval has the chance of right and wrong answers, and the spread of the confidence. It holds while the
    calibration does: for comments of another kind, the value is too high (Guillory et al., Predicting with confidence
    on unseen distributions, 2021), so read it beside drift and the share abstained.
    """
    n = len(confidence)
    if n < 2:
        return EstimatedAccuracy(float(confidence[0]) if n else float("nan"), 0.0, 1.0, n)
    variance = float((confidence * (1 - confidence)).mean() + confidence.var(ddof=1))
    value, reach = float(confidence.mean()), t_quantile(n - 1) * (variance / n) ** 0.5
    return EstimatedAccuracy(value, max(value - reach, 0.0), min(value + reach, 1.0), n)


def monitored(
    probabilities: Array, classes: Sequence[str], reasons: Sequence[str]
) -> dict[str, list[str] | list[float]]:
    """Return the columns on which drift of answers is measured: class, confidence, and whether the model abstained.

    Args:
        probabilities: (n, classes) of the comments.
        classes: the names of the columns.
        reasons: why the model abstained from each comment, empty where it answered.
    """
    return {
        "answer": [classes[k] for k in probabilities.argmax(1)],
        "confidence": probabilities.max(1).tolist(),
        "abstained": [reason or "answered" for reason in reasons],
    }
