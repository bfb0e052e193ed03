"""Registry: what is known of drift when it is asked whether to retrain: the report of an event, or the latest look."""

from dataclasses import dataclass

from mlflow.exceptions import MlflowException

from components.core.errors import UsageError
from components.core.retraining import NO_LOOK
from registry.client import connect, is_not_found, translate_errors

DRIFT = "DRIFT"


@dataclass(frozen=True, slots=True)
class DriftSeen:
    """The verdict of a look (STABLE, WATCH, DRIFT, TOO FEW, or NO LOOK without one), and its sentence."""

    state: str
    sentence: str


@translate_errors()
def drift_of_report(model: str, report: str) -> DriftSeen:
    """Return DRIFT, with the sentence of the MLflow run that reported it.

    Raises:
        UsageError: there is no such run, or it is not one of this model.
    """
    try:
        run = connect().get_run(report)
    except MlflowException as error:
        if not is_not_found(error):
            raise
        raise _unknown(model, report) from None
    experiment = connect().get_experiment_by_name(model)
    if experiment is None or run.info.experiment_id != experiment.experiment_id:
        raise _unknown(model, report)
    return DriftSeen(DRIFT, run.data.tags.get(SENTENCE) or f"reported by run {report}")


def latest_drift(model: str, version: int | None) -> DriftSeen:
    """Return the verdict of the newest look at this version in production."""
    return DriftSeen(NO_LOOK, "")


SENTENCE = "drift.sentence"


def _unknown(model: str, report: str) -> UsageError:
    return UsageError(
        f"{model} has no report of drift {report!r}",
        expected="the MLflow run of `monitor` that found drift",
        act="take it from the event atelier.drift.detected, or leave reason and report empty",
    )
