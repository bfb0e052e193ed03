"""Tests: top-k accuracy equals torchmetrics', and k classes or more always have the label."""

import pytest
import torch
from hypothesis import given
from sklearn.metrics import top_k_accuracy_score

from components.metrics.classified import Classified, all_once
from components.metrics.f1 import f1_micro
from components.metrics.top_k import top_3, top_5, top_k
from tests.components.metrics.classifications import answers, simulated


def test_it_equals_scikit_learns_and_torchmetrics() -> None:
    from torchmetrics.functional.classification import multiclass_accuracy

    found = simulated(300, 7, seed=3)
    probabilities, labels = torch.from_numpy(found.probabilities), torch.from_numpy(found.labels)
    for compute, k in ((top_3, 3), (top_5, 5)):
        value = compute(found, all_once(300))
        assert value == pytest.approx([top_k_accuracy_score(found.labels, found.probabilities, k=k)])
        expected = float(multiclass_accuracy(probabilities, labels, 7, average="micro", top_k=k))
        assert value == pytest.approx([expected], abs=1e-6)


@given(answers())
def test_one_is_the_accuracy_and_all_classes_are_certain(found: Classified) -> None:
    once = all_once(len(found.labels))
    assert top_k(found, once, 1) == pytest.approx(f1_micro(found, once))
    assert top_k(found, once, found.probabilities.shape[1]) == [1]
