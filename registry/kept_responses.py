"""Registry: the response to a long request, an artifact of the MLflow run that made it, for whoever asked for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from registry import tags as tag
from registry.tracking import Run, artifact_of, newest_run

FLOW = "generate"
RESPONSE = "response.json"


@dataclass(frozen=True, slots=True)
class KeptResponse:
    """A response as JSON, and which version it is from."""

    body: bytes
    origin: Mapping[str, str]


def keep_response(run: Run, request: Mapping[str, Any], response: BaseModel, origin: Mapping[str, str]) -> None:
    """Log a response with its request; a tag of the run has the sha256."""
    content = {"origin": dict(origin), "request": dict(request), "response": response.model_dump(mode="json")}
    run.record(RESPONSE, content)


def find_response(model: str, flow_run: str) -> KeptResponse | None:
    """Return what a flow run kept; None before it has ended, or if the run was deleted.

    Raises:
        RegistryError: it is not what was kept, or MLflow does not answer.
    """
    content = artifact_of(newest_run(model, {tag.FLOW: FLOW, tag.FLOW_RUN: flow_run}), RESPONSE)
    if content is None:
        return None
    kept = json.loads(content)
    return KeptResponse(json.dumps(kept["response"], separators=(",", ":")).encode(), kept["origin"])
