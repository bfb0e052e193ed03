"""Evaluation: after which look at the comparisons the drawing of pictures stopped, and why."""

from dataclasses import dataclass
from typing import Literal

from components.evaluation.report.formatting import listed
from components.evaluation.report.inputs import Material
from components.evaluation.report.leader import Lead

Reason = Literal["decided", "budget", "unknown"]
REASONS = {
    "decided": "it stopped there because the leader was told from all others",
    "budget": "it stopped there because the budget of {budget:,} pictures was spent, not because all was decided",
    "unknown": "it stopped there before the budget of {budget:,} pictures was spent, and not all was decided",
}


@dataclass(frozen=True)
class Stop:
    sentence: str
    reason: Reason


def stop_of(material: Material, lead: Lead) -> Stop:
    """Return why no more pictures were drawn."""
    pictures = material.looks[-1] if material.looks else 0
    reason: Reason = "decided" if lead.decided else "budget" if pictures >= material.budget else "unknown"
    if not material.looks:
        return Stop("The comparisons were not looked at while pictures were drawn.", reason)
    looks = listed([f"{look:,}" for look in material.looks])
    times = "once" if len(material.looks) == 1 else f"{len(material.looks)} times"
    why = REASONS[reason].format(budget=material.budget)
    return Stop(f"Looked {times}, after {looks} pictures of each subject: {why}.", reason)
