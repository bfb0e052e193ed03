"""Benchmarks / replay: the totals of a simulated time, as one JSON object."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.replay.plan import Event, Plan
from benchmarks.replay.records import Day, History, Outcome
from components.core.records import Verdict
from components.core.retraining import RetrainingAction
from components.drift.verdict import DriftState

AFTER = 14  # days after the end of an event in which it still counts as found


def figures_of(plan: Plan, history: History) -> dict[str, Any]:
    """Return the numbers of looks, verdicts, decisions, false alarms, detections, trainings, promotions and hours."""
    looks = [day for day in history.days if day.verdict]
    unchanged = [day for day in looks if day.unchanged]
    verdicts = Counter(outcome.verdict for outcome in history.outcomes)
    trainings = [outcome.training for outcome in history.outcomes]
    retrainings = [outcome for outcome in history.outcomes if outcome.against is not None]
    return {
        "days": plan.days,
        "looks": len(looks),
        "verdicts": {s.value: sum(d.verdict.state == s for d in looks if d.verdict) for s in DriftState},
        "decisions": {a.value: sum(d.decision.action == a for d in history.days) for a in RetrainingAction},
        "waits": _rules(history.days, RetrainingAction.WAIT),
        "skips": _rules(history.days, RetrainingAction.SKIP),
        "unchanged_looks": len(unchanged),
        "false_alarms": sum(_is_drift(day) for day in unchanged),
        "events": [_found(event, plan, history.days) for event in plan.events],
        "trainings": len(trainings),
        "asked_by_a_person": sum(training.cause == "asked" for training in trainings),
        "promotions": verdicts[Verdict.PROMOTE],
        "held": verdicts[Verdict.HOLD],
        "rejected": verdicts[Verdict.REJECT],
        "retrainings": len(retrainings),
        "with_benefit": sum(o.verdict == Verdict.PROMOTE and o.clear for o in retrainings),
        "held_by_the_white_background": sum(o.rule == "target:white_background" for o in history.outcomes),
        "promoted_with_spoilt_pictures": _promoted_with_spoilt(history.outcomes),
        "gpu_hours": round(sum(training.gpu_hours for training in trainings), 2),
        "gpu_hours_lost": round(sum(training.lost_hours for training in trainings), 2),
        "hours_late": round(sum(t.ends - t.begins - plan.training_hours for t in trainings), 2),
    }


def details_of(plan: Plan, history: History) -> dict[str, Any]:
    """Return every day, every training with its outcome, and Production's scores, as JSON values."""
    return {
        "plan": asdict(plan) | {"start": plan.start.isoformat()},
        "days": [asdict(day) | {"date": plan.date_of(day.day).isoformat()} for day in history.days],
        "outcomes": [asdict(outcome) for outcome in history.outcomes],
        "production": [asdict(point) for point in history.points],
    }


def _rules(days: Sequence[Day], action: RetrainingAction) -> dict[str, int]:
    return dict(sorted(Counter(day.decision.rule for day in days if day.decision.action == action).items()))


def _promoted_with_spoilt(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the share of spoilt training pictures of each promoted version that had some."""
    promoted = [outcome for outcome in outcomes if outcome.verdict == Verdict.PROMOTE and outcome.spoilt > 0]
    return {str(outcome.training.version): round(outcome.spoilt, 3) for outcome in promoted}


def _is_drift(day: Day) -> bool:
    return day.verdict is not None and day.verdict.state == DriftState.DRIFT


def _found(event: Event, plan: Plan, days: Sequence[Day]) -> dict[str, Any]:
    """Return when an event was found: by any column that drifts, and by the column that the verdict names.

    A column that drifted before the event began does not count.
    """
    before = next((set(day.drifting) for day in days if day.day == event.first - 1), set())
    own = set(event.columns) - before
    during = [day for day in days if event.first <= day.day <= event.last + AFTER]

    def first(finds: Callable[[Day], bool]) -> int | None:
        return next((day.day - event.first for day in during if finds(day)), None)

    return {
        "title": event.title,
        "first": plan.date_of(event.first).isoformat(),
        "last": plan.date_of(event.last).isoformat(),
        "days_until_found": first(lambda day: bool(own & set(day.drifting))),
        "days_until_named": first(lambda day: _is_drift(day) and _column(day) in own),
    }


def _column(day: Day) -> str:
    return day.verdict.rule.partition(":")[2] if day.verdict else ""
