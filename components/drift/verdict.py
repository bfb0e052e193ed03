"""Drift: STABLE, WATCH, DRIFT or TOO FEW, a pure function beside the promotion policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from scipy.special import ndtri

from components.core.drift_policy import DriftPolicy
from components.drift.columns import ColumnDrift

# Distances from which a change is large, by method. 0.1 is Evidently's own limit for the first two.
LARGE: Mapping[str, float] = MappingProxyType({"jensenshannon": 0.1, "wasserstein": 0.1, "mmd": 0.1})
WATCH_LEVEL = 0.05  # of a single look
LOOKS = 365  # half of the allowed false alarms belongs to so many looks: a year of daily ones
REACH = float(-ndtri(0.025))  # standard errors from a value to the end of its 95 % interval


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


@dataclass(frozen=True, slots=True)
class Levels:
    """The probabilities by chance below which one of several comparisons counts: as DRIFT, and as WATCH."""

    drift: float
    watch: float


def levels(look: int, parts: int, policy: DriftPolicy) -> Levels:
    """Return the levels of each of `parts` comparisons of one look, 1 being the first since the promotion."""
    return Levels(policy.false_alarms * share_of(look) / max(parts, 1), WATCH_LEVEL / max(parts, 1))


def compared(columns: Sequence[ColumnDrift], policy: DriftPolicy) -> list[ColumnDrift]:
    """Return the columns if there are rows enough, else none."""
    return list(columns) if _rows(columns) >= policy.smallest_n else []


def drift_verdict(
    look: int, columns: Sequence[ColumnDrift], scores: Sequence[ScoreChange], policy: DriftPolicy
) -> DriftVerdict:
    """Return the verdict of one look.

    The first rule that fires decides:

        no-new-rows     TOO FEW  there are no new rows, and no score was compared
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
    enough = compared(columns, policy)
    if not enough and not scores:
        return _without_comparison(_rows(columns), policy)
    allowed = levels(look, len(enough) + len(scores), policy)
    found = (
        _harm(scores, allowed.drift, DriftState.DRIFT, "harm")
        or _shift(enough, allowed.drift, LARGE, DriftState.DRIFT, "shift")
        or _harm(scores, allowed.watch, DriftState.WATCH, "worse")
        or _shift(enough, allowed.watch, LARGE, DriftState.WATCH, "near")
        or _shift(enough, allowed.watch, {}, DriftState.STABLE, "small")
    )
    return found or DriftVerdict(DriftState.STABLE, "none", _nothing(enough, scores, _rows(columns)))


def share_of(look: int) -> float:
    """Return the share of the allowed false alarms that a look gets, the first being 1. All shares sum to 1."""
    return LOOKS / ((LOOKS + look - 1) * (LOOKS + look))


def state_of_column(drift: ColumnDrift, allowed: Levels) -> DriftState:
    """Return what a column alone would give. A small change, and one that chance explains, is STABLE."""
    if drift.distance < LARGE.get(drift.method, 0.0) or drift.p > allowed.watch:
        return DriftState.STABLE
    return DriftState.DRIFT if drift.p <= allowed.drift else DriftState.WATCH


def state_of_score(change: ScoreChange, allowed: Levels) -> DriftState:
    """Return what a score alone would give."""
    if not _is_worse(change, allowed.watch):
        return DriftState.STABLE
    return DriftState.DRIFT if _is_worse(change, allowed.drift) else DriftState.WATCH


def _rows(columns: Sequence[ColumnDrift]) -> int:
    return max((column.n for column in columns), default=0)


def _without_comparison(n: int, policy: DriftPolicy) -> DriftVerdict:
    if n == 0:
        return DriftVerdict(DriftState.TOO_FEW, "no-new-rows", "There are no new rows, and no score was compared")
    sentence = f"{n} new rows, {policy.smallest_n} are needed to tell a change from chance"
    return DriftVerdict(DriftState.TOO_FEW, "too-few", sentence)


def _nothing(columns: Sequence[ColumnDrift], scores: Sequence[ScoreChange], n: int) -> str:
    if columns:
        return f"Nothing changed beyond chance in {len(columns) + len(scores)} comparisons"
    rows = f"{n} new rows are too few to compare" if n else "There are no new rows"
    return f"{rows}; none of {len(scores)} scores is worse than at the promotion beyond its margin"


def _is_worse(change: ScoreChange, level: float) -> bool:
    """Return whether a score is worse by more than its margin, with at most this probability by chance."""
    reach = (change.high - change.low) / 2 * float(-ndtri(level)) / REACH
    return change.value + reach < -change.margin


def _harm(scores: Sequence[ScoreChange], level: float, state: DriftState, rule: str) -> DriftVerdict | None:
    for change in scores:
        if _is_worse(change, level):
            sentence = (
                f"{change.score} is {-change.value:.4g} worse than at the promotion "
                f"(95 % {-change.high:.4g} to {-change.low:.4g}, margin {change.margin:.4g})"
            )
            return DriftVerdict(state, f"{rule}:{change.score}", sentence)
    return None


def _shift(
    columns: Sequence[ColumnDrift], level: float, large: Mapping[str, float], state: DriftState, rule: str
) -> DriftVerdict | None:
    """Return the verdict on the columns that are below the level and at least as large as asked.

    The least probable one gives the rule; the sentence names the others too, since an old change may hide a new one.
    """
    found = [drift for drift in columns if drift.p <= level and drift.distance >= large.get(drift.method, 0.0)]
    if not found:
        return None
    first, *others = sorted(found, key=lambda drift: drift.p)
    limit = large.get(first.method, 0.0)
    size = f"{first.method} {first.distance:.3f}" + (f", large from {limit:g}" if limit else "")
    chance = f"p = {first.p:.2g}, at most {level:.2g} allowed by chance"
    also = f"; also {', '.join(f'{drift.column} ({drift.distance:.3f})' for drift in others)}" if others else ""
    sentence = f"{first.column} changed: {first.change} ({size}; {chance}; n = {first.n:,}){also}"
    return DriftVerdict(state, f"{rule}:{first.column}", sentence)
