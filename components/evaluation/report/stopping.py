"""Evaluation: after how many looks at the comparisons generation stopped, and why."""

from dataclasses import dataclass
from typing import Literal

from components.evaluation.report.formatting import join_names
from components.evaluation.report.inputs import ReportInputs
from components.evaluation.report.leader import Leader

Reason = Literal["decided", "budget", "unknown"]
REASONS = {
    "decided": "it stopped there because the leader differs clearly from all others",
    "budget": "it stopped there because the budget of {budget:,} {many} was spent, although not everything is decided",
    "unknown": "it stopped there before the budget of {budget:,} {many} was spent, although not everything is decided",
}


@dataclass(frozen=True)
class Stop:
    sentence: str
    reason: Reason


def stop_of(inputs: ReportInputs, lead: Leader) -> Stop:
    """Return why no more examples were generated."""
    count = inputs.looks[-1] if inputs.looks else 0
    reason: Reason = "decided" if lead.decided else "budget" if count >= inputs.budget else "unknown"
    if not inputs.looks:
        return Stop("Generation did not stop early: there was no look at the comparisons before the end.", reason)
    looks = join_names([f"{look:,}" for look in inputs.looks])
    times = "once" if len(inputs.looks) == 1 else f"{len(inputs.looks)} times"
    why = REASONS[reason].format(budget=inputs.budget, many=inputs.noun.many)
    return Stop(f"Looked {times}, after {looks} {inputs.noun.many} of each subject: {why}.", reason)
