"""Recipe failure_modes: the confidence from which on answers are as precise as asked, and coverage against accuracy."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.metrics.intervals import wilson_interval

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
NEVER = 1.01  # a threshold above every confidence: no answer is given


@dataclass(frozen=True, slots=True)
class Share:
    """A share of n comments, with its 95 % interval (Wilson). The share of none is NaN."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Threshold:
    """The confidence from which on a model answers: the share of right answers, and of comments that get one.

    `reached` is false if no threshold gives the asked precision: then the model never answers.
    """

    asked: float
    confidence: float
    precision: Share
    coverage: Share
    reached: bool


@dataclass(frozen=True, slots=True)
class CoveragePoint:
    """The comments whose confidence is at least this: their share, and the share of right answers among them."""

    confidence: float
    coverage: float
    accuracy: Share


def share(hits: int, n: int) -> Share:
    if n == 0:
        return Share(float("nan"), 0.0, 1.0, 0)
    low, high = wilson_interval(hits / n, n, max(n - 1, 1))
    return Share(hits / n, max(low, 0.0), min(high, 1.0), n)


def threshold_for(precision: float, confidence: Array, right: Bools) -> Threshold:
    """Return the lowest threshold at which at least the asked share of answers is right, on held-out comments.

    The threshold is chosen by the measured precision, whose interval says how sure that is. Comments of equal
    confidence are answered together.

    Args:
        precision: the asked share of right answers.
        confidence: (n,) of the likeliest class, calibrated.
        right: (n,) whether that is the label.
    """
    levels, hits, answered = _by_confidence(confidence, right)
    enough = np.flatnonzero(hits >= precision * answered - 1e-9)
    if not len(enough):
        return Threshold(precision, NEVER, share(0, 0), share(0, len(right)), reached=False)
    at = enough[-1]
    given = int(answered[at])
    return Threshold(precision, float(levels[at]), share(int(hits[at]), given), share(given, len(right)), reached=True)


def coverage_curve(confidence: Array, right: Bools, points: int = 20) -> list[CoveragePoint]:
    """Return how accurate the most confident answers are, from few comments to all (Geifman and El-Yaniv, 2017)."""
    levels, hits, answered = _by_confidence(confidence, right)
    wanted = np.linspace(len(right) / points, len(right), points)
    places = sorted({min(int(np.searchsorted(answered, count)), len(levels) - 1) for count in wanted})
    return [
        CoveragePoint(float(levels[at]), answered[at] / len(right), share(int(hits[at]), int(answered[at])))
        for at in places
    ]


def area_under_coverage(confidence: Array, right: Bools) -> float:
    """Return the mean accuracy over all coverages: 1 is best. It compares models without choosing a threshold."""
    _, hits, answered = _by_confidence(confidence, right)
    sizes = np.diff(answered, prepend=0)
    return float((hits / answered * sizes).sum() / answered[-1])


def saved_share(threshold: Threshold, abstained: Sequence[str]) -> Share:
    """Return the share of comments that no person must classify, of those whose reasons to abstain are given.

    Args:
        threshold: below which the model abstains.
        abstained: the reason of each comment, empty where the model answers.
    """
    answers = sum(not reason for reason in abstained) if threshold.reached else 0
    return share(answers, len(abstained))


def _by_confidence(confidence: Array, right: Bools) -> tuple[Array, Array, Array]:
    """Return for each level of confidence, the highest first: the level, right answers, and answers from it on."""
    order = np.argsort(-confidence, kind="stable")
    ends = np.flatnonzero(np.diff(confidence[order], append=-np.inf))
    hits = np.cumsum(right[order])[ends].astype(float)
    return confidence[order][ends], hits, (ends + 1).astype(float)
