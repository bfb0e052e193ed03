"""Failure modes: what the report says beside the scores: classes, calibration, abstention, top-k, errors."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from components.core.records import Score
from components.metrics.classified import Array, Classified, all_once, resampled_weights
from components.metrics.confusion_matrix import confusion_matrix
from components.metrics.ece import ece, reliability_diagram
from components.metrics.f1 import f1_by_class
from components.metrics.means import mean_score
from components.metrics.set_scores import set_score
from components.metrics.top_k import top_k
from components.recipes.failure_modes.evaluate.answers import Answers
from components.recipes.failure_modes.evaluate.set_scores import Truth
from components.recipes.failure_modes.scores import SCORES

SHARE, TOPS = SCORES["accuracy"], (1, 2, 3, 5)
MOST_ERRORS = 30


@dataclass(frozen=True)
class ClassScores:
    """One failure mode: its comments, its answers, and F1, precision and recall, each with its interval."""

    name: str
    n: int
    answered: int
    f1: Score
    precision: Score
    recall: Score


@dataclass(frozen=True)
class Coverage:
    """At a threshold of confidence: the share of comments that is answered, and the share of answers that is right."""

    threshold: float
    share: Score
    right: Score | None  # None without an answer


def class_scores(truth: Truth, answers: Answers, seed: int) -> list[ClassScores]:
    """Return the scores of each failure mode among the labels, the most frequent first."""
    found, weights = truth.with_answers(answers), resampled_weights(truth.groups, seed)
    right, clusters = torch.from_numpy(found.right).double(), torch.from_numpy(truth.groups)

    def share(at: NDArray[np.bool_]) -> Score:
        places = torch.from_numpy(at)
        return mean_score("accuracy", right[places], "", clusters[places], seed, metrics=SCORES)

    every = [
        ClassScores(
            name,
            n=int((found.labels == k).sum()),
            answered=int((found.predicted == k).sum()),
            f1=set_score(SHARE, partial(_f1_of, k), found, weights),
            precision=share(found.predicted == k),
            recall=share(found.labels == k),
        )
        for k, name in enumerate(truth.names)
    ]
    return sorted((one for one in every if one.n), key=lambda one: (-one.n, one.name))


def _f1_of(k: int, found: Classified, weights: Array) -> Array:
    column: Array = f1_by_class(found, weights)[:, k]
    return column


def confusion(truth: Truth, answers: Answers) -> NDArray[np.int64]:
    """Return (names, names): how many comments of each failure mode (rows) were answered as each (columns)."""
    found = truth.with_answers(answers)
    size = len(truth.names)
    table: NDArray[np.int64] = confusion_matrix(found, all_once(len(found.labels)))[0, :size, :size].astype(np.int64)
    return table


def calibration(truth: Truth, answers: Answers, seed: int) -> dict[str, Any]:
    """Return the calibration error before and after calibration, and the bins of confidence of both."""
    weights = resampled_weights(truth.groups, seed)
    after = truth.with_answers(answers)
    states = {"after": after, **({"before": _before(truth, answers)} if answers.uncalibrated is not None else {})}
    return {
        state: {
            "ece": asdict(set_score(SCORES["ece"], ece, found, weights)),
            "bins": [asdict(bin_) for bin_ in reliability_diagram(found)],
        }
        for state, found in states.items()
    }


def _before(truth: Truth, answers: Answers) -> Classified:
    raw = answers.uncalibrated if answers.uncalibrated is not None else answers.probabilities
    return truth.with_answers(Answers(answers.classes, raw, answers.milliseconds))


def coverage(truth: Truth, answers: Answers, thresholds: Sequence[float], seed: int) -> list[Coverage]:
    """Return the share that is answered at each threshold, and how often that is right."""
    right = torch.tensor([a == b for a, b in zip(answers.predicted, truth.labels, strict=True)], dtype=torch.float64)
    clusters = torch.from_numpy(truth.groups)
    score = partial(mean_score, "accuracy", extractor="", seed=seed, metrics=SCORES)
    found = []
    for threshold in thresholds:
        sure = torch.from_numpy(answers.confidence >= threshold)
        correct = score(right[sure], clusters=clusters[sure]) if sure.any() else None
        found.append(Coverage(float(threshold), score(sure.double(), clusters=clusters), correct))
    return found


def top_scores(truth: Truth, answers: Answers, seed: int) -> dict[int, Score]:
    """Return the share of comments whose label is among the k likeliest failure modes."""
    found, weights = truth.with_answers(answers), resampled_weights(truth.groups, seed)
    return {
        k: set_score(SHARE, partial(top_k, k=k), found, weights) for k in TOPS if k <= max(1, len(answers.classes) - 1)
    }


def errors(texts: Sequence[str], truth: Truth, answers: Answers) -> list[dict[str, Any]]:
    """Return the wrong answers, the most confident first."""
    rows = [
        {"text": text, "label": label, "answer": found, "confidence": float(confidence), "abstains": not sure}
        for text, label, found, confidence, sure in zip(
            texts, truth.labels, answers.predicted, answers.confidence, answers.answered, strict=True
        )
        if label != found
    ]
    return sorted(rows, key=lambda row: (-float(str(row["confidence"])), str(row["text"])))[:MOST_ERRORS]
