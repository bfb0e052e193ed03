"""Tests: a classifier learns visible attributes, reports its accuracy, and is not usable for invisible ones."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score
from torch import Tensor

from components.metrics.attributes import AttributeClassifier, attribute_agreement, fit_attribute

COLOURS = ("black", "red", "white")


def pictures(n: int, seed: int, apart: float) -> tuple[Tensor, list[str]]:
    numbers = torch.Generator().manual_seed(seed)
    kinds = torch.randint(0, 3, (n,), generator=numbers)
    features = torch.randn(n, 12, generator=numbers)
    features[torch.arange(n), kinds] += apart
    return features, [COLOURS[kind] for kind in kinds.tolist()]


def fitted(n: int = 300, apart: float = 4.0) -> AttributeClassifier:
    classifier = fit_attribute(*pictures(n, 1, apart), seed=1)
    assert classifier is not None
    return classifier


def test_a_visible_attribute_is_learnt_and_predicted_on_new_pictures() -> None:
    classifier, (features, values) = fitted(), pictures(2000, 2, 4.0)
    assert classifier.usable
    assert classifier.accuracy.n == 75  # a quarter of 300
    fresh = accuracy_score(values, classifier.predict(features))
    assert classifier.accuracy.low <= fresh <= classifier.accuracy.high
    assert float(classifier.agreement(features, values).mean()) == pytest.approx(fresh)


def test_a_classifier_of_an_invisible_attribute_is_not_usable() -> None:
    assert not fitted(apart=0.0).usable


def test_a_classifier_that_predicts_the_most_frequent_value_is_not_usable() -> None:
    features, _ = pictures(300, 1, 0.0)
    classifier = fit_attribute(features, ["black"] * 280 + ["red"] * 20, seed=1)
    assert classifier is not None
    assert classifier.accuracy.value > 0.8
    assert not classifier.usable


def test_agreement_is_nan_for_values_that_were_not_requested_or_not_learnt() -> None:
    features, values = pictures(300, 1, 4.0)
    classifier = fit_attribute(features, ["pink"] * 7 + values[7:], seed=1)
    assert classifier is not None
    assert classifier.values == COLOURS
    shown = classifier.predict(features[20:24])
    other = next(colour for colour in COLOURS if colour != shown[1])
    found = classifier.agreement(features[20:24], [shown[0], other, "pink", None]).tolist()
    assert found[:2] == [1, 0]
    assert all(math.isnan(value) for value in found[2:])


def test_the_same_seed_gives_the_same_classifier() -> None:
    first, second = (fitted(60, 1.0) for _ in range(2))
    features, _ = pictures(50, 3, 1.0)
    assert first.predict(features) == second.predict(features)
    assert first.accuracy == second.accuracy


@settings(max_examples=10)
@given(counts=st.lists(st.integers(0, 9), min_size=1, max_size=4))
def test_there_is_no_classifier_for_fewer_than_two_frequent_values(counts: list[int]) -> None:
    values = [str(value) for value, count in enumerate(counts) for _ in range(count)]
    classifier = fit_attribute(torch.randn(len(values), 1, generator=torch.Generator().manual_seed(1)), values, seed=1)
    learnt = tuple(str(value) for value, count in enumerate(counts) if count >= 8)
    assert (classifier.values if classifier else ()) == (learnt if len(learnt) > 1 else ())


def test_attribute_agreement_is_the_mean_over_known_attributes() -> None:
    colour = torch.tensor([1.0, 0.0, math.nan, math.nan])
    article = torch.tensor([0.0, 0.0, 1.0, math.nan])
    assert attribute_agreement([colour, article]).tolist() == pytest.approx([0.5, 0, 1, math.nan], nan_ok=True)
