"""Flows: writes the outcome of a promotion into the report of the evaluation that it rests on."""

from components.core.config import ModelConfig
from components.core.records import Snapshot
from flows.retries import WITH_RETRIES
from flows.task_decorator import task
from flows.tasks import TEST_REPORT, TEST_SPLIT
from registry import search
from registry.decisions import decisions_of
from registry.settings import settings


@task(task_run_name="write the outcome into the report of {config.model}", **WITH_RETRIES)
def renew_report(config: ModelConfig, snapshot: Snapshot) -> None:
    """Write the decisions on the versions of this training into the kept report, if it is of this snapshot."""
    from components.evaluation.report.outcome import renew_outcome  # it loads torch

    folder = settings().reports / config.model
    trained = search.trained_versions(config.model, config.training_digest(snapshot.digest))
    beside = {TEST_SPLIT: TEST_REPORT} if (folder / TEST_REPORT).is_file() else {}
    renew_outcome(folder, snapshot.digest, decisions_of(trained), beside)
