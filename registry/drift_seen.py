"""Registry: what is known of drift when it is asked whether to retrain: the report of an event, or the latest look."""

from dataclasses import dataclass

from components.core.errors import UsageError
from components.core.retraining import NO_LOOK
from registry.looks import last_look, looks

DRIFT = "DRIFT"


@dataclass(frozen=True, slots=True)
class DriftSeen:
    """The verdict of a look (STABLE, WATCH, DRIFT, TOO FEW, or NO LOOK without one), its sentence, and what drifts."""

    state: str
    sentence: str
    drifting: tuple[str, ...] = ()


def drift_of_report(model: str, report: str) -> DriftSeen:
    """Return DRIFT, with the sentence of the newest look of that MLflow run that found it.

    Raises:
        UsageError: no look of this model that found drift is of that run.
    """
    found = [look for look in looks(model) if look.run == report and look.state == DRIFT]
    if not found:
        raise UsageError(
            f"{model} has no report of drift {report!r}",
            expected="the MLflow run of `monitor` that found drift",
            act="take it from the event atelier.drift.detected, or leave reason and report empty",
        )
    return DriftSeen(DRIFT, found[-1].sentence, found[-1].drifting)


def latest_drift(model: str, version: int | None) -> DriftSeen:
    """Return the verdict of the newest look, if it was at this version in production."""
    look = last_look(model)
    if look is None or look.version != version:
        return DriftSeen(NO_LOOK, "")
    return DriftSeen(look.state, look.sentence, look.drifting)
