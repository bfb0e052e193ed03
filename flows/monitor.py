"""Flows: looks at what changed since the promotion: new rows, and what the version in production makes."""

import time
from typing import Any

from prefect import flow

from flows.monitoring.compare import compare_rows, in_production, open_looks, read_reference
from flows.monitoring.outputs import compare_outputs
from flows.monitoring.publish import keep_look, look_of, publish_look
from flows.monitoring.requests import beside, compare_asked
from flows.monitoring.summary import judge
from flows.parameters import ModelName
from flows.tasks import make_snapshot, read_config


@flow(
    name="monitor",
    flow_run_name="monitor-{model}",
    description="Compares new rows of the catalogue with those that the version in production was trained on, what it "
    "makes with what it made when it was promoted, and the latest requests with earlier ones. Says STABLE, WATCH, "
    "DRIFT or TOO FEW, and changes nothing.",
)
def monitor(model: ModelName, catalogue: str | None = None, overrides: list[str] | None = None) -> dict[str, Any]:
    """Return the verdict, and every column, score and request that was compared.

    Args:
        model: The model. Each is a YAML file in deployments/models.
        catalogue: A folder to read instead of the catalogue in the YAML.
        overrides: Other values for fields of the YAML, such as monitor.smallest_n=100.
    """
    config = read_config(model, overrides)
    watched = in_production(config)

    with open_looks(config, watched) as run:
        current, _ = make_snapshot(config, catalogue, run)
        reference = read_reference(config, watched)
        rows = compare_rows(config, watched, reference, current)
        scores = compare_outputs(config, watched, reference, run)
        found = beside(judge(config, watched, rows, scores), watched, compare_asked(config), config)
        look = look_of(config, watched, current, found, run, time.time())
        keep_look(look, watched, found, run)
        return publish_look(look, found)
