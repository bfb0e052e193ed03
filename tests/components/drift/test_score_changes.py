"""Tests: a change of a score is signed so that below 0 is worse, with the margin of the promotion policy."""

import pytest

from components.core.config import PromotionPolicy
from components.core.metric_table import METRICS
from components.core.records import Comparison, Score
from components.drift.score_changes import score_changes

PROMOTED = {"accuracy": Score(0.9, 100, 0.85, 0.95), "kid": Score(0.01, 64, -0.03, 0.05)}


def comparison(metric: str, difference: float, low: float, high: float) -> Comparison:
    return Comparison(metric, "now", "before", difference, low, high, 0.5, 64, None, "paired bootstrap")


def test_a_lower_kid_is_better_and_a_lower_accuracy_worse() -> None:
    found = [comparison("accuracy", -0.2, -0.3, -0.1), comparison("kid", -0.2, -0.3, -0.1)]
    accuracy, kid = score_changes(found, PROMOTED, PromotionPolicy(primary="kid"), METRICS)
    assert (accuracy.value, accuracy.low, accuracy.high) == (-0.2, -0.3, -0.1)
    assert (kid.value, kid.low, kid.high) == (0.2, 0.1, 0.3)


def test_the_margin_is_the_policys_else_the_tolerated_share_and_at_least_what_the_promotion_could_tell() -> None:
    policy = PromotionPolicy(primary="accuracy", margins={"clip_score": 0.02}, tolerated_loss=0.1)
    found = [comparison(name, 0, 0, 0) for name in ("clip_score", "accuracy", "kid", "centred")]
    margins = [change.margin for change in score_changes(found, PROMOTED, policy, METRICS)]
    assert margins == pytest.approx([0.02, 0.09, 0.04, 0.0])
