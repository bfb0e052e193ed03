"""Core: the retraining policy, a pure function from what is known of a model to START, WAIT or SKIP."""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Annotated

from pydantic import Field, PositiveInt

from components.core.strict import Positive, Strict, unit

NO_LOOK = "NO LOOK"  # in place of a verdict: nothing was compared since Production moved
COMPLETE = (
    "Nothing new to learn from: this snapshot was trained on, evaluated and decided on with the same settings already."
)


class RetrainingAction(StrEnum):
    START = "START"
    WAIT = "WAIT"  # a reason to retrain exists, and something that passes by itself stands against it
    SKIP = "SKIP"  # no reason to retrain


class RetrainingPolicy(Strict):
    """When the model is retrained. Hours of the day are in the time zone of its schedule."""

    cooldown_days: Annotated[Positive, unit("days")] = 7.0
    """The shortest time between two trainings."""
    oldest_days: Annotated[Positive, unit("days")] = 90.0
    """A version older than this is retrained if there are new rows, even without drift."""
    smallest_new_rows: Annotated[PositiveInt, unit("examples")] = 50
    """With fewer examples that Production was not trained on, there is nothing to learn from."""
    gpu_hours_a_month: Annotated[Positive | None, unit("hours")] = None
    """The hours of training that a calendar month allows; none is no limit."""
    first_hour: Annotated[int, Field(ge=0, le=23), unit("hour of the day")] = 0
    """The hour from which a retraining may start."""
    last_hour: Annotated[int, Field(ge=0, le=24), unit("hour of the day")] = 24
    """The hour from which it may no longer start. Below `first_hour`, the span goes over midnight."""
    settled_share: Annotated[Positive, unit("share")] = 0.5
    """After a retraining that promoted nothing, the same drift starts another one when there are so many more new rows:
    0.5 is half as many again. Other drift, age, and a person start one without that."""
    fruitless: Annotated[PositiveInt, unit("retrainings")] = 3
    """After so many retrainings without benefit in a row, a person is asked. A changed `retrain` or `monitor` section,
    and a lifecycle that a person asks for, begin a new row."""


@dataclass(frozen=True, slots=True)
class RetrainingFacts:
    """What is known of a model when it is asked whether to retrain it."""

    drift: str  # the latest verdict: STABLE, WATCH, DRIFT or TOO FEW; NO_LOOK without one
    reason: str  # the sentence of that verdict
    days_since_training: float | None  # None: never trained
    new_rows: int  # examples that Production was not trained on
    hour: int  # 0 to 23
    drifting: tuple[str, ...] = ()  # the columns and scores that drift, by that verdict
    tried: tuple[str, ...] = ()  # those that drifted when the last retraining began, if that promoted nothing
    tried_rows: int = 0  # its new rows
    gpu_hours_used: float = 0.0  # this month
    challenger: str = ""  # a version that waits for approval, or empty
    running: str = ""  # a run that trains this model now, or empty
    without_benefit: int = 0  # retrainings in a row that promoted nothing, or a version that is not clearly better
    complete: bool = False  # this snapshot with these settings was trained on, evaluated and decided on already
    asked: bool = False  # by a person, whom no policy stops; then the facts above are not looked up, except `hour`


@dataclass(frozen=True, slots=True)
class RetrainingDecision:
    """The action, the rule that fired, and one sentence."""

    action: RetrainingAction
    rule: str
    sentence: str


def decide_retraining(facts: RetrainingFacts, policy: RetrainingPolicy) -> RetrainingDecision:
    """Return whether to retrain now.

    The first rule that fires decides:

    running      WAIT   a run trains this model already
    complete     SKIP   this snapshot was trained on, evaluated and decided on with the same settings
    asked        START  a person asked
    first        START  the model was never trained, and its hours and hours of GPU allow it
    nothing-new  SKIP   fewer new rows than `smallest_new_rows`: training again would give the same model
    settled      SKIP   all that drifts did so at the last retraining, which promoted nothing, and `settled_share` more
                        new rows have not come
    no-reason    SKIP   neither drift nor age asks for it
    challenger   WAIT   a version waits for approval
    fruitless    WAIT   the last retrainings brought no benefit: a threshold is too low
    cooldown     WAIT   the last training is less than `cooldown_days` ago
    gpu-hours    WAIT   the hours of this month are used up
    hours        WAIT   it is outside the hours in which it may run
    drift, age   START
    """
    if facts.running:
        return _wait("running", f"{facts.running} runs the lifecycle of this model already")
    if facts.complete:
        return RetrainingDecision(RetrainingAction.SKIP, "complete", COMPLETE)
    if facts.asked:
        return RetrainingDecision(RetrainingAction.START, "asked", "A person asked for it.")
    due = _due(facts, policy)
    if due.action != RetrainingAction.START:
        return due
    return _obstacle(facts, policy) or due


def _due(facts: RetrainingFacts, policy: RetrainingPolicy) -> RetrainingDecision:
    """Return START with the reason to retrain, or SKIP."""
    if facts.days_since_training is None:
        return RetrainingDecision(RetrainingAction.START, "first", "The model was never trained.")
    if facts.new_rows < policy.smallest_new_rows:
        found = f"{facts.new_rows:,} new rows, {policy.smallest_new_rows:,} are needed to learn from."
        return RetrainingDecision(RetrainingAction.SKIP, "nothing-new", found)
    settled = _settled(facts, policy)
    if facts.drift == "DRIFT" and settled is None:
        return RetrainingDecision(RetrainingAction.START, "drift", f"Drift: {facts.reason.rstrip('. ')}.")
    days = facts.days_since_training
    if days >= policy.oldest_days:
        found = (
            f"The last training is {days:.0f} days ago (at most {policy.oldest_days:g}); {facts.new_rows:,} new rows."
        )
        return RetrainingDecision(RetrainingAction.START, "age", found)
    if settled:
        return settled
    seen = "no look yet" if facts.drift == NO_LOOK else facts.drift
    found = f"No drift ({seen}), and the last training is {days:.0f} days ago (at most {policy.oldest_days:g})."
    return RetrainingDecision(RetrainingAction.SKIP, "no-reason", found)


def _settled(facts: RetrainingFacts, policy: RetrainingPolicy) -> RetrainingDecision | None:
    """Return SKIP for drift that the last retraining saw, and that did not help against it; None for other drift."""
    enough = ceil(facts.tried_rows * (1 + policy.settled_share))
    known = bool(facts.drifting) and set(facts.drifting) <= set(facts.tried)
    if facts.drift != "DRIFT" or not known or facts.new_rows >= enough:
        return None
    found = f"The last retraining was for the same drift ({', '.join(facts.drifting)}) and promoted nothing"
    more = f"it had {facts.tried_rows:,} new rows, {facts.new_rows:,} are there now, and {enough:,} start another one."
    return RetrainingDecision(RetrainingAction.SKIP, "settled", f"{found}: {more}")


def _obstacle(facts: RetrainingFacts, policy: RetrainingPolicy) -> RetrainingDecision | None:
    days, limit = facts.days_since_training, policy.gpu_hours_a_month
    if facts.challenger:
        return _wait("challenger", f"{facts.challenger} waits for approval: approve or refuse it first")
    if facts.without_benefit >= policy.fruitless:
        return _wait("fruitless", _advice(facts, policy))
    if days is not None and days < policy.cooldown_days:
        return _wait("cooldown", f"The last training is {days:.1f} days ago, {policy.cooldown_days:g} must pass")
    if limit is not None and facts.gpu_hours_used >= limit:
        return _wait("gpu-hours", f"{facts.gpu_hours_used:.1f} of {limit:g} GPU hours of this month are used")
    if not _within(facts.hour, policy):
        return _wait("hours", f"It is {facts.hour} h, training runs from {policy.first_hour} to {policy.last_hour} h")
    return None


def _advice(facts: RetrainingFacts, policy: RetrainingPolicy) -> str:
    """Return which threshold to raise. The new rows are all since Production: so many were not enough to improve it."""
    rows = max(facts.new_rows, policy.smallest_new_rows)
    act = [f"raise retrain.smallest_new_rows in the YAML from {policy.smallest_new_rows:,} to {2 * rows:,}"]
    if facts.drift == "DRIFT":
        act.append("make the thresholds of drift in its section `monitor` stricter")
    else:
        act.append(f"raise retrain.oldest_days from {policy.oldest_days:g} to {2 * policy.oldest_days:g}")
    found = f"The last {facts.without_benefit} retrainings brought no benefit with {facts.new_rows:,} new rows"
    return f"{found}: {', or '.join(act)}, or start the lifecycle yourself"


def _within(hour: int, policy: RetrainingPolicy) -> bool:
    first, last = policy.first_hour, policy.last_hour
    return first <= hour < last if first < last else hour >= first or hour < last


def _wait(rule: str, found: str) -> RetrainingDecision:
    return RetrainingDecision(RetrainingAction.WAIT, rule, f"{found}.")
