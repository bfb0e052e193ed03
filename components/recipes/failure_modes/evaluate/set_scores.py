"""Failure modes: the scores of a whole set of answers, their intervals, and paired comparisons of two candidates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from components.core.records import Comparison, Score
from components.evaluation.subjects import Subject
from components.metrics.comparison import RESAMPLES, Pair, compare_resampled
from components.recipes.failure_modes.evaluate.answers import Answers
from components.recipes.failure_modes.scores import SCORES

Array = NDArray[np.float64]
MOST_NUMBERS, FEWEST = 10_000_000, 300  # in the resamples of many comments, so that they fit into memory
BINS = 10  # of confidence


OfClass = Callable[[Array, NDArray[np.bool_], Array], Array]  # scores, which are positive, weights -> a score each


@dataclass(frozen=True)
class Truth:
    """The failure modes of a snapshot, sorted, the label of each comment, and the group of comments that it is in."""

    names: tuple[str, ...]
    labels: tuple[str, ...]
    groups: NDArray[np.int64]

    @property
    def numbers(self) -> NDArray[np.int64]:
        return np.searchsorted(self.names, self.labels)


def set_scores(truth: Truth, answers: Answers, seed: int) -> Mapping[str, Score]:
    """Return each score of the set with its percentile interval over resampled groups."""
    return {name: _score(name, truth, answers, seed) for name in SET_SCORES}


def compare_sets(truth: Truth, pair: Pair, ours: Subject[Answers], theirs: Subject[Answers], seed: int) -> Comparison:
    """Compare two candidates on a score of the whole set, on the same resamples of the comments."""
    both = [_resampled(pair.metric, truth, subject.outputs, seed) for subject in (ours, theirs)]
    values = both[0][0], both[1][0]
    resampled = torch.from_numpy(np.stack([found for _, found in both]))
    return compare_resampled(pair, values, resampled, len(truth.labels), SCORES)


def _score(name: str, truth: Truth, answers: Answers, seed: int) -> Score:
    value, resampled = _resampled(name, truth, answers, seed)
    metric, n = SCORES[name], len(truth.labels)
    low, high = metric.within_range(*(float(bound) for bound in np.nanquantile(resampled, (0.025, 0.975))))
    smallest = metric.smallest_n
    return Score(value, n, min(low, value), max(high, value), honest=n >= smallest, smallest_n=smallest)


def _resampled(name: str, truth: Truth, answers: Answers, seed: int) -> tuple[float, Array]:
    """Return the score, and the scores (resamples,) of resampled groups of comments."""
    weights = _weights(truth.groups, seed)
    found = SET_SCORES[name](truth, answers, np.concatenate([np.ones((1, len(truth.labels))), weights]))
    return float(found[0]), found[1:]


def _weights(groups: NDArray[np.int64], seed: int) -> Array:
    """Return (resamples, n) how often each comment is in a resample: a group is picked with all its comments."""
    count = int(groups.max()) + 1
    resamples = min(RESAMPLES, max(FEWEST, MOST_NUMBERS // len(groups)))
    picks = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=resamples)
    return picks[:, groups].astype(np.float64)


def _f1_macro(truth: Truth, answers: Answers, weights: Array) -> Array:
    """Return the mean F1 over the failure modes that occur among the labels or answers of each resample."""
    table = _tables(truth, answers, weights)
    hits = np.diagonal(table, axis1=1, axis2=2)
    either = table.sum(1) + table.sum(2)
    f1 = np.divide(2 * hits, either, out=np.full_like(hits, np.nan), where=either > 0)
    return _mean_of_known(f1)


def _mcc(truth: Truth, answers: Answers, weights: Array) -> Array:
    """Source: Gorodkin, Comparing two K-category assignments by a K-category correlation coefficient (2004)."""
    table = _tables(truth, answers, weights)
    labels, found, total = table.sum(2), table.sum(1), table.sum((1, 2))
    hits = np.trace(table, axis1=1, axis2=2)
    cov = hits * total - (labels * found).sum(1)
    spread = np.sqrt((total**2 - (labels**2).sum(1)) * (total**2 - (found**2).sum(1)))
    scores: Array = np.divide(cov, spread, out=np.zeros_like(cov), where=spread > 0)
    return scores


def _mean_of_known(values: Array) -> Array:
    """Return (resamples,) the mean over columns without NaN; NaN where a resample has nothing else."""
    known = np.isfinite(values)
    return _divided(np.where(known, values, 0).sum(1), known.sum(1).astype(np.float64))


def _divided(sums: Array, by: Array) -> Array:
    """Return the quotients, NaN where there is nothing to divide by."""
    found: Array = np.divide(sums, by, out=np.full(len(sums), np.nan), where=by > 0)
    return found


def _tables(truth: Truth, answers: Answers, weights: Array) -> Array:
    """Return (resamples, k, k) how many comments of each label (rows) got each answer (columns)."""
    names = sorted({*truth.names, *answers.classes})
    rows, columns = (np.searchsorted(names, values) for values in (truth.labels, answers.predicted))
    cells = np.zeros((len(truth.labels), len(names) ** 2))
    cells[np.arange(len(rows)), rows * len(names) + columns] = 1
    return (weights @ cells).reshape(-1, len(names), len(names))


def _ece(truth: Truth, answers: Answers, weights: Array) -> Array:
    """Return the calibration error over bins of equal width.

    Source: Guo et al., On calibration of modern neural networks (2017).
    """
    confidence = answers.confidence
    right = np.array([found == label for found, label in zip(answers.predicted, truth.labels, strict=True)])
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = (right - confidence)[:, None] * (bins[:, None] == np.arange(BINS))
    scores: Array = np.abs(weights @ gaps).sum(1) / weights.sum(1)
    return scores


def _roc_auc(truth: Truth, answers: Answers, weights: Array) -> Array:
    return _over_classes(_areas_under_roc, truth, answers, weights)


def _pr_auc(truth: Truth, answers: Answers, weights: Array) -> Array:
    return _over_classes(_average_precisions, truth, answers, weights)


def _over_classes(of_class: OfClass, truth: Truth, answers: Answers, weights: Array) -> Array:
    """Return the mean over the failure modes that a resample has; one against the rest."""
    probabilities, labels = answers.for_classes(truth.names), truth.numbers
    found = [
        of_class(probabilities[:, k], labels == k, weights) for k in range(len(truth.names)) if (labels == k).any()
    ]
    return _mean_of_known(np.stack(found, axis=1))


def _areas_under_roc(score: Array, positive: NDArray[np.bool_], weights: Array) -> Array:
    """Return (resamples,) the probability that a positive comment has a higher score; ties count half."""
    hits, misses = _at_thresholds(score, positive, weights)
    below = misses.sum(1, keepdims=True) - np.cumsum(misses, axis=1) + misses / 2
    pairs = hits.sum(1) * misses.sum(1)
    return _divided((hits * below).sum(1), pairs)


def _average_precisions(score: Array, positive: NDArray[np.bool_], weights: Array) -> Array:
    """Return (resamples,) the average precision: precision at each threshold, weighted by the recall it adds."""
    hits, misses = _at_thresholds(score, positive, weights)
    found = np.cumsum(hits, axis=1)
    answered = found + np.cumsum(misses, axis=1)
    precision = np.divide(found, answered, out=np.zeros_like(found), where=answered > 0)
    total = hits.sum(1)
    return _divided((hits * precision).sum(1), total)


def _at_thresholds(score: Array, positive: NDArray[np.bool_], weights: Array) -> tuple[Array, Array]:
    """Return (resamples, thresholds) the positive and the negative weight at each score, the highest first."""
    _, place = np.unique(-score, return_inverse=True)
    starts = np.flatnonzero(np.diff(np.sort(place), prepend=-1))
    order = np.argsort(place, kind="stable")
    hits = np.add.reduceat((weights * positive)[:, order], starts, axis=1)
    misses = np.add.reduceat((weights * ~positive)[:, order], starts, axis=1)
    return hits, misses


SetScore = Callable[[Truth, Answers, Array], Array]
SET_SCORES: Mapping[str, SetScore] = {
    "f1_macro": _f1_macro,
    "pr_auc": _pr_auc,
    "mcc": _mcc,
    "roc_auc": _roc_auc,
    "ece": _ece,
}
