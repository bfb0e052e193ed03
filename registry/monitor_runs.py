"""Registry: the MLflow run of the looks at a version: one for each promotion, so that MLflow's page draws lines."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mlflow.entities.model_registry import ModelVersion

from components.core.config import ModelConfig
from registry import tags as tag
from registry.client import connect, translate_errors
from registry.tracking import Run, artifact_of, ending, open_run

MONITOR, PROMOTE = "monitor", "promote"
SAMPLE = "outputs.json"  # what the version made at the promotion


@contextmanager
def open_monitor_run(config: ModelConfig, version: ModelVersion, promotion: int, flow_run_id: str) -> Iterator[Run]:
    """Open the run of a version's looks since a promotion: a new one at the first look, the same one at later looks.

    Each look is a step of its metrics. Between two looks the run has ended.

    Raises:
        RegistryError: MLflow cannot be reached.
    """
    name = _name(version, promotion)
    found = _run_of(config.model, MONITOR, name)
    with _continued(found, flow_run_id) if found else open_run(config, MONITOR, flow_run_id) as run:
        if not found:
            run.tags({tag.PROMOTION: name})
        yield run


@translate_errors()
def read_sample(run: str) -> Mapping[str, Any] | None:
    """Return what a version made, from the run that kept it; None if that kept nothing.

    Raises:
        RegistryError: it is not what was kept.
    """
    content = artifact_of(connect().get_run(run), SAMPLE)
    return json.loads(content) if content else None


def sample_of_promotion(version: ModelVersion, promotion: int) -> Mapping[str, Any] | None:
    """Return what a version made when it was promoted, or None if that promotion kept nothing; raises as above."""
    run = _run_of(str(version.name), PROMOTE, _name(version, promotion))
    return read_sample(run) if run else None


def keep_sample_of_promotion(run: Run, version: ModelVersion, promotion: int, sample: Mapping[str, Any]) -> None:
    """Keep what a version makes with the run that promoted it."""
    keep_sample(run, sample)
    run.tags({tag.PROMOTION: _name(version, promotion)})


def keep_sample(run: Run, sample: Mapping[str, Any]) -> None:
    run.record(SAMPLE, sample)


@contextmanager
def _continued(run_id: str, flow_run_id: str) -> Iterator[Run]:
    """Open a run that has ended once more, or that a killed process left open; it ends as with `open_run`.

    It keeps the parameters with which it began, which MLflow does not change.
    """
    run = Run(run_id)
    with ending(run):
        _reopen(run)
        run.tags({tag.FLOW_RUN: flow_run_id, tag.ERROR: ""})
        yield run


@translate_errors()
def _reopen(run: Run) -> None:
    connect().update_run(run.id, status="RUNNING")


def _name(version: ModelVersion, promotion: int) -> str:
    return f"{version.version}-{promotion}"


@translate_errors()
def _run_of(model: str, flow: str, promotion: str) -> str | None:
    """Return the id of the newest run of a flow for a promotion, whatever became of it; or None."""
    client = connect()
    experiment = client.get_experiment_by_name(model)
    if experiment is None:
        return None
    query = f"{tag.tag_filter(tag.FLOW, flow)} and {tag.tag_filter(tag.PROMOTION, promotion)}"
    order = ["attributes.start_time DESC"]
    found = client.search_runs([experiment.experiment_id], query, max_results=1, order_by=order)
    return str(found[0].info.run_id) if found else None
