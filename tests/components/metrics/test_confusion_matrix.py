"""Tests: the confusion matrix equals scikit-learn's."""

import numpy as np
from hypothesis import given
from sklearn.metrics import confusion_matrix as expected_matrix

from components.metrics.classified import Classified, all_once
from components.metrics.confusion_matrix import confusion_matrix
from tests.components.metrics.classifications import answers


@given(answers())
def test_it_equals_scikit_learns(found: Classified) -> None:
    k = found.probabilities.shape[1]
    table = confusion_matrix(found, all_once(len(found.labels)))[0]
    assert np.array_equal(table[:k, :k], expected_matrix(found.labels, found.predicted, labels=range(k)))
    assert table.sum() == len(found.labels)


def test_unknown_labels_are_in_the_last_row() -> None:
    found = Classified(np.array([-1, 0, -1]), np.eye(2)[[1, 0, 1]])
    assert confusion_matrix(found, all_once(3))[0].tolist() == [[1, 0, 0], [0, 0, 0], [0, 2, 0]]
