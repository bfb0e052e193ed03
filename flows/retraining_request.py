"""Flows: who asks for a lifecycle. Imports no Prefect, so that a wrong request fails at once."""

from dataclasses import dataclass

from components.core.errors import UsageError

PERSON, SCHEDULE, DRIFT = "", "schedule", "drift"  # who asks


@dataclass(frozen=True, slots=True)
class RetrainingRequest:
    """Who asks for a lifecycle, and the MLflow run of the look that found drift.

    Raises:
        UsageError: the reason is unknown, drift has no report, or another reason has one.
    """

    reason: str = PERSON
    report: str = ""

    def __post_init__(self) -> None:
        if self.reason not in {PERSON, SCHEDULE, DRIFT}:
            known = f"{SCHEDULE}, {DRIFT}, or nothing where a person asks"
            raise UsageError(f"{self.reason!r} is no reason for a lifecycle", expected=known)
        if self.reason == DRIFT and not self.report.strip():
            act = "the event atelier.drift.detected has it in its payload, as `report`"
            raise UsageError("The reason is drift, without a report", expected="the MLflow run of `monitor`", act=act)
        if self.reason != DRIFT and self.report.strip():
            asked = self.reason or "a person's"
            raise UsageError(f"A report was given with the reason {asked}", expected=f"the reason {DRIFT}")
