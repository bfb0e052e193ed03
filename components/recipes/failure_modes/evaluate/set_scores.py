"""Failure modes: the scores of a whole set of answers, their intervals, and paired comparisons of two candidates."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.core.records import Comparison, Score
from components.evaluation.subjects import Subject
from components.metrics import comparison
from components.metrics.classified import Classified, resampled_weights
from components.metrics.comparison import Pair
from components.metrics.ece import ece
from components.metrics.f1 import f1_macro
from components.metrics.mcc import mcc
from components.metrics.pr_auc import pr_auc
from components.metrics.roc_auc import roc_auc
from components.metrics.set_scores import SetScore, set_difference, set_score
from components.metrics.top_k import top_3
from components.recipes.failure_modes.evaluate.answers import Answers
from components.recipes.failure_modes.scores import SCORES

SET_SCORES: Mapping[str, SetScore] = {
    "f1_macro": f1_macro,
    "pr_auc": pr_auc,
    "mcc": mcc,
    "roc_auc": roc_auc,
    "top_3": top_3,
    "ece": ece,
}


@dataclass(frozen=True)
class Truth:
    """The failure modes of a snapshot, sorted, the label of each comment, and the group of comments that it is in."""

    names: tuple[str, ...]
    labels: tuple[str, ...]
    groups: NDArray[np.int64]

    def with_answers(self, answers: Answers) -> Classified:
        """Return the labels with the probabilities of the snapshot's failure modes, then those of any others."""
        others = tuple(name for name in answers.classes if name not in self.names)
        return Classified(np.searchsorted(self.names, self.labels), answers.for_classes((*self.names, *others)))


def set_scores(truth: Truth, answers: Answers, seed: int) -> Mapping[str, Score]:
    """Return each score of the set with its interval over resampled groups."""
    found, weights = truth.with_answers(answers), resampled_weights(truth.groups, seed)
    return {name: set_score(SCORES[name], compute, found, weights) for name, compute in SET_SCORES.items()}


def compare_sets(truth: Truth, pair: Pair, ours: Subject[Answers], theirs: Subject[Answers], seed: int) -> Comparison:
    """Compare two candidates on a score of the whole set, on the same resamples of the comments."""
    mine, others = truth.with_answers(ours.outputs), truth.with_answers(theirs.outputs)
    weights = resampled_weights(truth.groups, seed)
    difference, low, _ = set_difference(SET_SCORES[pair.metric], mine, others, weights)
    return comparison.compare_sets(pair, difference, difference - low, len(truth.labels), SCORES)
