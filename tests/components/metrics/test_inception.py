"""Tests: the Inception Score equals that of torchmetrics, and is between 1 and the number of classes."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torchmetrics.image.inception import InceptionScore

from components.metrics.inception import inception_score, inception_score_of


def logits(n: int, seed: int, classes: int = 7) -> Tensor:
    return 2 * torch.randn(n, classes, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.filterwarnings("ignore:Metric `InceptionScore` will save:UserWarning")
@pytest.mark.filterwarnings("ignore:std:UserWarning")  # of its one part, which is not looked at
def test_the_score_equals_that_of_torchmetrics_in_one_part() -> None:
    metric = InceptionScore(feature=nn.Identity(), splits=1)
    metric.update(logits(60, seed=1))
    assert inception_score_of(logits(60, seed=1).softmax(1)) == pytest.approx(float(metric.compute()[0]), rel=1e-6)


def test_sure_and_balanced_classes_score_their_number_and_a_single_class_scores_1() -> None:
    sure = torch.eye(7)[torch.arange(70) % 7]
    assert inception_score_of(sure) == pytest.approx(7)
    assert inception_score_of(sure[:1].repeat(70, 1)) == 1


@given(n=st.integers(1, 30), classes=st.integers(1, 6), seed=st.integers(0, 2**31))
def test_a_score_is_in_its_range(n: int, classes: int, seed: int) -> None:
    probabilities = logits(n, seed, classes).softmax(1)
    score = inception_score(probabilities, probabilities[:0], "toy@1", torch.arange(n), seed)
    assert 1 <= score.low <= score.value + 1e-9
    assert score.value - 1e-9 <= score.high <= classes
    assert (score.n, score.floor, score.honest) == (n, None, False)


def test_real_pictures_give_the_floor() -> None:
    drawn, real = logits(64, seed=1).softmax(1), logits(90, seed=2).softmax(1)
    score = inception_score(drawn, real, "toy@1", torch.arange(64), seed=1)
    assert (score.floor, score.honest) == (inception_score_of(real[:64]), True)
