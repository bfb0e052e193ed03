"""Flows: answers a long request with one version, on the machine of any worker, and keeps the response in MLflow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prefect import flow
from pydantic import BaseModel

from components.core.config import ModelConfig
from components.core.read_request import read_request
from components.core.request_parts import joined, parts_of
from components.core.run_log import QuietLog
from flows.console.progress import flow_log
from flows.parameters import ModelName
from flows.retries import IF_UNAVAILABLE
from flows.task_decorator import task
from flows.tasks import open_run, read_config
from registry.kept_responses import keep_response
from registry.loaded import load_version
from registry.tracking import Run

PART = 16  # outputs between two reports of progress
OUTPUTS = "generate outputs"


@dataclass(frozen=True, slots=True)
class Answered:
    """A response, the number of its outputs, and which version it is from."""

    response: BaseModel
    outputs: int
    origin: Mapping[str, str]


@flow(
    name="generate",
    flow_run_name="generate-{model}",
    description="Answers one request with a version of the model, however many outputs it asks for, and keeps the "
    "response in MLflow. The service starts it for long jobs (docs/service.md).",
)
def generate(model: ModelName, request: dict[str, Any] | None = None, version: str | None = None) -> dict[str, Any]:
    """Return the version that answered, how many outputs it made, and the MLflow run that has the response.

    The same request gives the same response, whichever machine makes it.

    Args:
        model: The model. Each is a YAML file in deployments/models.
        request: The fields of a request to the model, such as {"prompt": "red shoes", "count": 500, "seed": 1}.
            Without any, the model says which it needs.
        version: A number or an alias; by default the version in production.
    """
    config, asked = read_config(model), request or {}

    with open_run(config, "generate") as run:
        answered = answer(config, asked, version, run)
        keep_response(run, asked, answered.response, answered.origin)
        return {**answered.origin, "outputs": answered.outputs, "run": run.id}


@task(task_run_name="generate with {config.model}", **IF_UNAVAILABLE)
def answer(config: ModelConfig, request: Mapping[str, Any], version: str | None, run: Run) -> Answered:
    """Answer a request part by part.

    Raises:
        UsageError: the model refuses the request.
        RegistryError: there is no such version, or none in production.
    """
    loaded = load_version(config, version, QuietLog())
    parts = [read_request(config.model, loaded.predictor.request, fields) for fields in parts_of(request, PART)]
    counts = [int(getattr(part, "count", 1)) for part in parts]
    responses: list[BaseModel] = []
    with flow_log(run) as log:
        for done, part in enumerate(parts):
            log.progress(OUTPUTS, sum(counts[:done]), sum(counts))
            responses.append(loaded.predictor.predict(part))
        log.progress(OUTPUTS, sum(counts), sum(counts))
    return Answered(joined(responses, counts), sum(counts), loaded.origin)
