"""Tests: the area under the precision-recall curve equals scikit-learn's average precision."""

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import average_precision_score

from components.metrics.classified import Classified, all_once
from components.metrics.pr_auc import pr_auc
from tests.components.metrics.classifications import answers


@given(answers())
def test_it_equals_scikit_learns_mean_over_the_classes_that_occur(found: Classified) -> None:
    known = set(found.labels.tolist())
    expected = [average_precision_score(found.labels == k, found.probabilities[:, k]) for k in known]
    assert pr_auc(found, all_once(len(found.labels))) == pytest.approx([np.mean(expected)])
