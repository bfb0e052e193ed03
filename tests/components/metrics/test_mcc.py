"""Tests: Matthews' correlation equals scikit-learn's and torchmetrics'."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from sklearn.metrics import matthews_corrcoef
from torchmetrics.functional.classification import multiclass_matthews_corrcoef

from components.metrics.classified import Classified, all_once
from components.metrics.mcc import mcc
from tests.components.metrics.classifications import answers, simulated


@given(answers())
def test_it_equals_scikit_learns(found: Classified) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of labels and answers that are all equal
        expected = matthews_corrcoef(found.labels, found.predicted)
    assert mcc(found, all_once(len(found.labels))) == pytest.approx([expected], abs=1e-12)


def test_it_equals_torchmetrics() -> None:
    found = simulated(300, 7, seed=1)
    expected = multiclass_matthews_corrcoef(torch.from_numpy(found.predicted), torch.from_numpy(found.labels), 7)
    assert mcc(found, all_once(300)) == pytest.approx([float(expected)], abs=1e-6)


def test_answers_that_are_all_equal_have_0() -> None:
    assert mcc(Classified(np.array([0, 1]), np.eye(2)[[0, 0]]), all_once(2)) == [0]
