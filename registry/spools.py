"""Registry: where the metrics of runs wait in a home, and how they reach MLflow."""

from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Metric

from registry.client import translate_errors
from registry.metric_spool import MetricSpool, Send, replay
from registry.settings import settings


def new_spool(client: MlflowClient, run_id: str) -> MetricSpool:
    return MetricSpool(_folder() / f"{run_id}.jsonl", _sender(client, run_id))


def replay_spools(client: MlflowClient) -> None:
    """Send what dead processes of this home left."""
    replay(_folder(), lambda run_id: _sender(client, run_id))


def _folder() -> Path:
    return settings().home / "metrics"


def _sender(client: MlflowClient, run_id: str) -> Send:
    def send(metrics: list[Metric]) -> None:
        with translate_errors():
            client.log_batch(run_id, metrics=metrics)

    return send
