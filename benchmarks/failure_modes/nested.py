"""Benchmarks: nested cross-validation: each comment is answered by models that were chosen and fitted without it."""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from components.core.metric_table import Interval, Metric
from components.core.records import Score
from components.metrics.classified import Classified, all_once, resampled_weights
from components.metrics.ece import ece
from components.metrics.f1 import f1_macro, f1_micro
from components.metrics.mcc import mcc
from components.metrics.pr_auc import pr_auc
from components.metrics.roc_auc import roc_auc
from components.metrics.set_scores import SetScore, set_score
from components.metrics.top_k import top_3
from components.recipes.failure_modes.analysis.abstention import Share, share, threshold_for
from components.recipes.failure_modes.candidates import LADDER, LadderSettings, TextModel, fit_candidate
from components.recipes.failure_modes.candidates.folds import assign_folds
from components.recipes.failure_modes.candidates.model import FittedModel

PRECISION = 0.9  # asked of the answers that no person checks
SCORES: Mapping[str, SetScore] = {
    "f1_micro": f1_micro,
    "f1_macro": f1_macro,
    "mcc": mcc,
    "pr_auc": pr_auc,
    "roc_auc": roc_auc,
    "top_3": top_3,
    "ece": ece,
}


@dataclass(frozen=True, slots=True)
class Result:
    """The answers of one candidate to all comments, its scores, and its answers above the threshold."""

    found: Classified
    scores: Mapping[str, Score]
    answered: Share
    precision: Share
    seconds: float
    folds_macro: float  # macro F1 of each fold, averaged: a class counts in the folds in which it occurs


@dataclass(frozen=True, slots=True)
class Results:
    n: int
    by_candidate: Mapping[str, Result]
    skipped: Mapping[str, str] = field(default_factory=dict)

    @property
    def best(self) -> str:
        """The candidate with the highest macro F1."""
        return max(self.by_candidate, key=lambda name: self.by_candidate[name].scores["f1_macro"].value)


def nested(
    names: Sequence[str],
    texts: Sequence[str],
    labels: Sequence[str],
    settings: LadderSettings,
    folds: int,
    seed: int,
) -> Results:
    """Fit every candidate in every fold, with its own search, calibration and threshold inside, and score all rows."""
    skipped = {name: reason for name in names if (reason := LADDER[name].missing(settings))}
    wanted = [name for name in names if name not in skipped]
    classes = sorted(set(labels))
    outer = assign_folds(texts, labels, folds, seed)
    probabilities = {name: np.zeros((len(texts), len(classes))) for name in wanted}
    answers = {name: np.zeros(len(texts), dtype=bool) for name in wanted}
    seconds = dict.fromkeys(wanted, 0.0)
    for fold in np.unique(outer):
        rest, out = np.flatnonzero(outer != fold).tolist(), np.flatnonzero(outer == fold).tolist()
        done: list[TextModel] = []
        for name in wanted:
            start = time.process_time()
            model = fit_candidate(name, [texts[i] for i in rest], [labels[i] for i in rest], settings, seed, done)
            seconds[name] += time.process_time() - start
            done.append(model)
            found = model.probabilities([texts[i] for i in out])
            columns = [classes.index(known) for known in model.classes]
            probabilities[name][np.ix_(out, columns)] = found
            answers[name][out] = found.max(1) >= inner_threshold(model, [labels[i] for i in rest])
        print(f"fold {fold + 1} of {folds}", file=sys.stderr, flush=True)  # noqa: T201 - a benchmark's progress
    numbers = np.searchsorted(classes, labels)
    results = {}
    for name in wanted:
        every = Classified(numbers, probabilities[name])
        results[name] = scored(every, answers[name], (seconds[name], mean_of_folds(every, outer)), seed)
    return Results(len(texts), results, skipped)


def mean_of_folds(found: Classified, folds: NDArray[np.int64]) -> float:
    """Return the mean of the macro F1 of the folds, as `cross_val_score` gives it.

    It is above the macro F1 of all rows together where classes are rare: one with a single comment counts in one fold.
    """
    parts = [Classified(found.labels[folds == fold], found.probabilities[folds == fold]) for fold in np.unique(folds)]
    return float(np.mean([f1_macro(part, all_once(len(part.labels)))[0] for part in parts]))


def by_partition(
    name: str, texts: Sequence[str], labels: Sequence[str], settings: LadderSettings, seeds: Sequence[int]
) -> list[Result]:
    """Return the results of one candidate for several partitions into five folds: how much chance is in one."""
    return [nested([name], texts, labels, settings, 5, seed).by_candidate[name] for seed in seeds]


def inner_threshold(model: FittedModel, labels: Sequence[str]) -> float:
    """Return the confidence that gives the asked precision on held-out rows of the training rows."""
    right = model.held_out.argmax(1) == np.searchsorted(model.classes, labels)
    return threshold_for(PRECISION, model.held_out.max(1), right).confidence


def scored(found: Classified, answered: NDArray[np.bool_], facts: tuple[float, float], seed: int) -> Result:
    """Return the scores; `facts` are the seconds and the macro F1 of the folds."""
    weights = resampled_weights(np.arange(len(found.labels)), seed)
    scores = {name: set_score(metric(name), compute, found, weights) for name, compute in SCORES.items()}
    hits, given = int((found.right & answered).sum()), int(answered.sum())
    return Result(found, scores, share(given, len(found.labels)), share(hits, given), *facts)


def metric(name: str) -> Metric:
    return Metric(name, name, -1 if name == "ece" else +1, "", -1 if name == "mcc" else 0, 1, Interval.BOOTSTRAP)
