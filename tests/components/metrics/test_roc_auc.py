"""Tests: the area under the ROC curve equals scikit-learn's, with ties and without."""

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import roc_auc_score

from components.metrics.classified import Classified, all_once
from components.metrics.roc_auc import roc_auc
from tests.components.metrics.classifications import answers, simulated


@given(answers())
def test_it_equals_scikit_learns_mean_over_the_classes_that_occur(found: Classified) -> None:
    known = [k for k in set(found.labels.tolist()) if not (found.labels == k).all()]
    expected = [roc_auc_score(found.labels == k, found.probabilities[:, k]) for k in known]
    value = roc_auc(found, all_once(len(found.labels)))
    assert value == pytest.approx([np.mean(expected) if expected else np.nan], nan_ok=True)


def test_it_equals_scikit_learns_for_all_classes() -> None:
    found = simulated(200, 5, seed=2)
    expected = roc_auc_score(found.labels, found.probabilities, multi_class="ovr", average="macro")
    assert roc_auc(found, all_once(200)) == pytest.approx([expected])
