"""Metrics: a classifier two-sample test: how well a classifier tells the rows of two samples apart."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold

from components.core.one_thread import one_thread
from components.metrics.classified import Array
from components.metrics.roc_auc import roc_auc_of_class

MOST_CATEGORIES = 254  # of a feature that scikit-learn's boosted trees split as categories


def tell_apart(ours: Array, theirs: Array, categories: NDArray[np.bool_], folds: int, seed: int) -> tuple[Array, Array]:
    """Return (n,) and (m,) the probability that each row is one of ours, by boosted trees that never saw the row.

    Source: Lopez-Paz and Oquab, Revisiting classifier two-sample tests (2017), with boosted trees and cross-validation.

    Args:
        ours: (n, features); categories are codes from 0 on, the most frequent first.
        theirs: (m, features).
        categories: (features,) which features are categories; others are numbers, where NaN is missing.
        folds: of the cross-validation.
        seed: of the folds.
    """
    rows = pooled(np.concatenate([ours, theirs]).astype(float), categories)
    is_ours = np.arange(len(rows)) < len(ours)
    found = np.empty(len(rows))
    for seen, held in StratifiedKFold(folds, shuffle=True, random_state=seed % 2**32).split(rows, is_ours):
        trees = fit_boosted_trees(rows[seen], is_ours[seen], categories, seed)
        found[held] = trees.predict_proba(rows[held])[:, 1]
    return found[: len(ours)], found[len(ours) :]


def pooled(rows: Array, categories: NDArray[np.bool_]) -> Array:
    """Return features whose rarest categories count as one, as many as boosted trees of scikit-learn can split."""
    found: Array = np.where(categories, np.minimum(rows, MOST_CATEGORIES), rows)
    return found


def fit_boosted_trees(
    rows: Array, labels: NDArray[Any], categories: NDArray[np.bool_], seed: int
) -> HistGradientBoostingClassifier:
    """Return boosted trees with few leaves, fitted: rows of many categories are few for each of their values."""
    trees = HistGradientBoostingClassifier(
        max_iter=80,
        learning_rate=0.1,
        max_leaf_nodes=15,
        l2_regularization=1.0,
        categorical_features=categories,
        random_state=seed % 2**32,
    )
    with one_thread():
        return trees.fit(rows, labels)


def c2st(ours: Array, theirs: Array, our_weights: Array, their_weights: Array) -> Array:
    """Return (resamples,) the area under the ROC curve of the probabilities: 0.5 is best for a generator.

    Args:
        ours: (n,) probabilities from `tell_apart`.
        theirs: (m,).
        our_weights: (resamples, n) how often each row counts.
        their_weights: (resamples, m).
    """
    probability = np.concatenate([ours, theirs])
    positive = np.arange(len(probability)) < len(ours)
    return roc_auc_of_class(probability, positive, np.concatenate([our_weights, their_weights], axis=1))
