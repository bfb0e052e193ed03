"""Benchmarks / replay: the rows of the timeline: what happened in the world, verdicts, decisions, versions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from benchmarks.replay.plan import Plan
from benchmarks.replay.records import Day, Outcome
from components.core.records import Verdict
from components.core.retraining import RetrainingAction

# State -> its height, so that a verdict can be read without its colour.
HEIGHTS = {"STABLE": 8, "TOO FEW": 3, "WATCH": 15, "DRIFT": 24, "SKIP": 5, "WAIT": 13, "START": 24}
WIDE = 3.0  # days: a START of one day would be too thin to see


@dataclass(frozen=True, slots=True)
class Bar:
    """Days in a row with the same state. `x` and `width` are days from the first midnight."""

    x: float
    width: float
    state: str
    tip: str

    @property
    def height(self) -> int:
        return HEIGHTS[self.state]


@dataclass(frozen=True, slots=True)
class Mark:
    """A version's mark, at a share of the time in percent."""

    at: float
    label: str
    verdict: str
    tip: str


def verdict_bars(plan: Plan, days: Sequence[Day]) -> list[Bar]:
    """Return the verdicts, days in a row with the same one as one bar."""
    seen = [(day, day.verdict.state.value, day.verdict.sentence) for day in days if day.verdict]
    return list(_bars(plan, seen))


def decision_bars(plan: Plan, days: Sequence[Day]) -> list[Bar]:
    """Return the decisions; each START is widened, and comes last, so that it is on top."""
    seen = [(day, day.decision.action.value, day.decision.sentence) for day in days]
    bars = list(_bars(plan, seen))
    starts = [bar for bar in bars if bar.state == RetrainingAction.START]
    return [bar for bar in bars if bar not in starts] + [Bar(b.x, WIDE, b.state, b.tip) for b in starts]


def version_marks(plan: Plan, outcomes: Sequence[Outcome]) -> list[Mark]:
    """Return a mark for each version; only promoted ones have a label, so that labels do not overlap."""
    return [
        Mark(
            at=share(plan, outcome.day),
            label=f"v{outcome.training.version}" if outcome.verdict == Verdict.PROMOTE else "",
            verdict=outcome.verdict,
            tip=f"{plan.date_of(outcome.day):%d %b}: {outcome.reason}",
        )
        for outcome in outcomes
    ]


def share(plan: Plan, day: float) -> float:
    """Return where the middle of a day is in the time, in percent."""
    return round((day - 0.5) / plan.days * 100, 3)


def months(plan: Plan) -> list[tuple[float, str]]:
    """Return where each month begins, in percent, and its name."""
    firsts = [day for day in range(1, plan.days + 1) if plan.date_of(day).day == 1]
    return [(round((day - 1) / plan.days * 100, 3), f"{plan.date_of(day):%b}") for day in firsts]


def _bars(plan: Plan, seen: Iterable[tuple[Day, str, str]]) -> Iterable[Bar]:
    for state, group in groupby(seen, key=lambda one: one[1]):
        days = list(group)
        first, last = days[0][0].day, days[-1][0].day
        span = f"{plan.date_of(first):%d %b}" + (f" to {plan.date_of(last):%d %b}" if last > first else "")
        yield Bar(first - 1, last - first + 1, state, f"{span}: {state}. {days[0][2]}")
