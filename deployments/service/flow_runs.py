"""Deployments: long work as flow runs on Prefect's server, started over its REST API by a deployment's name."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from deployments.service.problems import ProblemError
from registry.environment import running_servers

SECONDS = 10.0
TAG = "service"
WAITING = ("SCHEDULED", "PENDING", "PAUSED")
# Prefect's states in the words of our jobs.
STATES = {"RUNNING": "running", "CANCELLING": "running", "COMPLETED": "done", "CANCELLED": "cancelled"}


@dataclass(frozen=True, slots=True)
class FlowRun:
    """A flow run: its id, its state in the words of our jobs, and what Prefect says of it."""

    id: str
    state: str
    message: str
    caller: str


def start_flow_run(deployment: str, parameters: Mapping[str, Any], caller: str) -> FlowRun:
    """Start a run of a deployment such as `monitor/starter`.

    Raises:
        ProblemError: there is no such deployment, Prefect refuses the parameters, or does not answer.
    """
    flow, _, name = deployment.partition("/")
    found = _call("GET", f"/deployments/name/{quote(flow, safe='')}/{quote(name, safe='')}")
    body = {"parameters": dict(parameters), "tags": [TAG, f"caller:{caller}"]}
    return _flow_run(_call("POST", f"/deployments/{found['id']}/create_flow_run", body))


def read_flow_run(run: str) -> FlowRun:
    """Return a run; raises as `start_flow_run` does."""
    return _flow_run(_call("GET", f"/flow_runs/{quote(run, safe='')}"))


def cancel_flow_run(run: str) -> FlowRun:
    """Ask for the end of a run: one that waits ends at once, one that runs when its worker has ended it."""
    state = "CANCELLED" if read_flow_run(run).state == "waiting" else "CANCELLING"
    _call("POST", f"/flow_runs/{quote(run, safe='')}/set_state", {"state": {"type": state}})
    return read_flow_run(run)


def runs_before(run: str) -> int:
    """Return how many runs of ours wait to be started before this one."""
    waiting = {"type": {"any_": list(WAITING)}}
    tags = {"tags": {"all_": [TAG]}}
    body = {"flow_runs": {"state": waiting, **tags}, "sort": "EXPECTED_START_TIME_ASC", "limit": 200}
    order = [found["id"] for found in _call("POST", "/flow_runs/filter", body)]
    return order.index(run) if run in order else 0


def _flow_run(found: Mapping[str, Any]) -> FlowRun:
    state = found.get("state") or {}
    kind = str(state.get("type") or found.get("state_type") or "PENDING")
    word = "waiting" if kind in WAITING else STATES.get(kind, "failed")
    tags = [tag.removeprefix("caller:") for tag in found.get("tags", []) if tag.startswith("caller:")]
    return FlowRun(str(found["id"]), word, str(state.get("message") or state.get("name") or ""), "".join(tags[:1]))


def _call(method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    address = os.environ.get("PREFECT_API_URL") or _own_server()
    content = json.dumps(body).encode() if body is not None else None
    headers = {"Content-Type": "application/json"}
    asked = urllib.request.Request(f"{address.rstrip('/')}{path}", content, headers, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        raise _refused(error) from None
    except (OSError, ValueError) as error:
        raise ProblemError(503, f"Prefect's server does not answer ({error})", act="start it with `make ui`") from None


def _own_server() -> str:
    address = running_servers().get("prefect")
    if not address:
        raise ProblemError(503, "No Prefect server runs for this home", act="start it with `make ui`")
    return f"{address}/api"


def _refused(error: urllib.error.HTTPError) -> ProblemError:
    if error.code == 404:
        return ProblemError(404, "Prefect knows no such deployment or run", act="`make deploy` makes the deployments")
    try:
        said = str(json.loads(error.read()).get("detail", ""))[:200]
    except (OSError, ValueError, AttributeError):
        said = str(error.reason)
    return ProblemError(422, f"Prefect refuses the run ({said or error.reason})", act="correct the parameters")
