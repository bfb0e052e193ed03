"""Drift: changes of Production's scores, as the verdict takes them, from paired comparisons."""

from collections.abc import Mapping, Sequence

from components.core.config import PromotionPolicy
from components.core.metric_table import Metrics
from components.core.records import Comparison, Score
from components.drift.verdict import ScoreChange


def score_changes(
    comparisons: Sequence[Comparison], promoted: Mapping[str, Score], policy: PromotionPolicy, metrics: Metrics
) -> list[ScoreChange]:
    """Return how much better (above 0) or worse (below 0) each score is than at the promotion.

    The margin is that of the promotion policy, the same loss that a promotion may have: `margins`, else
    `tolerated_loss` of the score. It is at least half the width of the score's interval at the promotion: a smaller
    loss cannot be told from the choice of the examples.

    Args:
        comparisons: of what Production makes now with what it made when it was promoted.
        promoted: the scores of its scorecard.
        policy: the promotion policy.
        metrics: the recipe's table, for the direction of each score.
    """
    return [_change(found, promoted.get(found.metric), policy, metrics) for found in comparisons]


def _change(found: Comparison, promoted: Score | None, policy: PromotionPolicy, metrics: Metrics) -> ScoreChange:
    better = metrics[found.metric].better
    low, high = sorted((better * found.low, better * found.high))
    margin = policy.margins.get(found.metric)
    if margin is None:
        margin = _tolerated(promoted, policy.tolerated_loss)
    value, low, high = (number + 0.0 for number in (better * found.difference, low, high))  # 0.0 instead of -0.0
    return ScoreChange(found.metric, value, low, high, margin)


def _tolerated(promoted: Score | None, share: float) -> float:
    if promoted is None:
        return 0.0
    return max(share * abs(promoted.value), (promoted.high - promoted.low) / 2)
