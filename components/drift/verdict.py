"""Drift: STABLE, WATCH, DRIFT or TOO FEW, a pure function beside the promotion policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from scipy.stats import norm

from components.core.drift_policy import DriftPolicy
from components.drift.columns import ColumnDrift

# Distances from which a change is large, by method. 0.1 is Evidently's own limit for the first two.
LARGE: Mapping[str, float] = MappingProxyType({"jensenshannon": 0.1, "wasserstein": 0.1, "mmd": 0.1})
WATCH_LEVEL = 0.05  # of a single look
LOOKS = 365  # half of the allowed false alarms belongs to so many looks: a year of daily ones
REACH = float(norm.isf(0.025))  # standard errors from a value to the end of its 95 % interval


class DriftState(StrEnum):
    STABLE = "STABLE"
    WATCH = "WATCH"
    DRIFT = "DRIFT"
    TOO_FEW = "TOO FEW"


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """A score of what Production makes now less the same score at its promotion, signed so that below 0 is worse."""

    score: str
    value: float
    low: float  # of the 95 % interval
    high: float
    margin: float  # a loss of at most this is no harm


@dataclass(frozen=True, slots=True)
class DriftVerdict:
    """The state, the rule that fired, and one sentence with its numbers."""

    state: DriftState
    rule: str
    sentence: str


def drift_verdict(
    look: int, columns: Sequence[ColumnDrift], scores: Sequence[ScoreChange], policy: DriftPolicy
) -> DriftVerdict:
    """Return the verdict of one look.

    The first rule that fires decides:

        too-few         TOO FEW  fewer than `smallest_n` new rows, and no score was compared
        harm:<score>    DRIFT    a score is worse than at promotion by more than its margin, at this look's level
        shift:<column>  DRIFT    a large change that chance does not explain at this look's level
        worse:<score>   WATCH    a score is worse by more than its margin at the level of a single look
        near:<column>   WATCH    a large change that chance does not explain at the level of a single look
        small:<column>  STABLE   a change that chance does not explain, but too small to matter
        none            STABLE   nothing changed beyond chance

    Each look gets a share of `false_alarms`, split evenly over columns and scores. The shares sum to 1, so by the union
    bound the probability that any look ever raises a false DRIFT is at most `false_alarms`, however many looks there
    are and however much their rows overlap. Source: Darling and Robbins, Confidence sequences for mean, variance and
    median (1967), for such a sequence of levels.

    Args:
        look: 1 for the first look since the promotion.
        columns: how far each column of new rows is from the rows that Production was trained on.
        scores: changes of Production's scores.
        policy: the limits.
    """
    few = max((column.n for column in columns), default=0) < policy.smallest_n
    if few and not scores:
        n = max((column.n for column in columns), default=0)
        sentence = f"{n} new rows, {policy.smallest_n} are needed to tell a change from chance"
        return DriftVerdict(DriftState.TOO_FEW, "too-few", sentence)
    compared = [] if few else list(columns)
    parts = len(compared) + len(scores)
    level = policy.false_alarms * share_of(look) / parts
    single = WATCH_LEVEL / parts
    found = (
        _harm(scores, level, DriftState.DRIFT, "harm")
        or _shift(compared, level, LARGE, DriftState.DRIFT, "shift")
        or _harm(scores, single, DriftState.WATCH, "worse")
        or _shift(compared, single, LARGE, DriftState.WATCH, "near")
        or _shift(compared, single, {}, DriftState.STABLE, "small")
    )
    return found or DriftVerdict(DriftState.STABLE, "none", f"Nothing changed beyond chance in {parts} comparisons")


def share_of(look: int) -> float:
    """Return the share of the allowed false alarms that a look gets, the first being 1. All shares sum to 1."""
    return LOOKS / ((LOOKS + look - 1) * (LOOKS + look))


def _harm(scores: Sequence[ScoreChange], level: float, state: DriftState, rule: str) -> DriftVerdict | None:
    for change in scores:
        reach = (change.high - change.low) / 2 * float(norm.isf(level)) / REACH
        if change.value + reach < -change.margin:
            sentence = (
                f"{change.score} is {-change.value:.4g} worse than at the promotion "
                f"(95 % {-change.high:.4g} to {-change.low:.4g}, margin {change.margin:.4g})"
            )
            return DriftVerdict(state, f"{rule}:{change.score}", sentence)
    return None


def _shift(
    columns: Sequence[ColumnDrift], level: float, large: Mapping[str, float], state: DriftState, rule: str
) -> DriftVerdict | None:
    """Return the verdict of the least probable column that is below the level and at least as large as asked."""
    for drift in sorted(columns, key=lambda drift: drift.p):
        limit = large.get(drift.method, 0.0)
        if drift.p <= level and drift.distance >= limit:
            size = f"{drift.method} {drift.distance:.3f}" + (f", large from {limit:g}" if limit else "")
            chance = f"p = {drift.p:.2g}, at most {level:.2g} allowed by chance"
            sentence = f"{drift.column} changed: {drift.change} ({size}; {chance}; n = {drift.n:,})"
            return DriftVerdict(state, f"{rule}:{drift.column}", sentence)
    return None
