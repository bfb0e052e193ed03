"""Tests: F1 equals scikit-learn's, whatever the answers."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import accuracy_score, f1_score

from components.metrics.classified import Classified, all_once
from components.metrics.f1 import f1_by_class, f1_macro, f1_micro
from tests.components.metrics.classifications import answers


@given(answers())
def test_macro_and_micro_f1_equal_scikit_learns(found: Classified) -> None:
    once = all_once(len(found.labels))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a class without answers, whose F1 is 0
        expected = f1_score(found.labels, found.predicted, average="macro")
    assert f1_macro(found, once) == pytest.approx([expected])
    assert f1_micro(found, once) == pytest.approx([accuracy_score(found.labels, found.predicted)])


def test_a_weight_of_two_counts_an_example_twice() -> None:
    one = Classified(np.array([0, 1, 1]), np.eye(2)[[0, 0, 1]])
    two = Classified(np.array([0, 1, 1, 1]), np.eye(2)[[0, 0, 1, 1]])
    assert f1_macro(one, np.array([[1.0, 1.0, 2.0]])) == pytest.approx(f1_macro(two, all_once(4)))


def test_a_class_that_the_classifier_does_not_know_has_an_f1_of_0() -> None:
    found = Classified(np.array([0, 1, -1]), np.eye(2)[[0, 1, 1]])
    assert f1_by_class(found, all_once(3))[0] == pytest.approx([1, 2 / 3, 0])
    assert f1_macro(found, all_once(3)) == pytest.approx([5 / 9])
