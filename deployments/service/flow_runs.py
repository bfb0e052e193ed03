"""Deployments: long work as flow runs on Prefect's server, started over its REST API by a deployment's name."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from deployments.service.problems import ProblemError
from registry.environment import running_servers

SECONDS = 10.0
TAG, CALLER = "service", "caller:"
WAITING = ("SCHEDULED", "PENDING", "PAUSED")
# Prefect's states in the words of our jobs.
STATES = {"RUNNING": "running", "CANCELLING": "running", "COMPLETED": "done", "CANCELLED": "cancelled"}


@dataclass(frozen=True, slots=True)
class FlowRun:
    """A flow run: its id, its state in the words of our jobs, what Prefect says of it, and seconds that it has run."""

    id: str
    state: str
    message: str
    tags: tuple[str, ...] = ()
    model: str = ""
    seconds: float = 0.0

    @property
    def caller(self) -> str:
        return self.tag(CALLER)

    def tag(self, begin: str) -> str:
        """Return the rest of the first tag that begins like this; empty if there is none."""
        return next((tag.removeprefix(begin) for tag in self.tags if tag.startswith(begin)), "")


def start_flow_run(deployment: str, parameters: Mapping[str, Any], caller: str, tags: Sequence[str] = ()) -> FlowRun:
    """Start a run of a deployment such as `monitor/starter`.

    Raises:
        ProblemError: there is no such deployment, Prefect refuses the parameters, or does not answer.
    """
    flow, _, name = deployment.partition("/")
    found = _call("GET", f"/deployments/name/{quote(flow, safe='')}/{quote(name, safe='')}")
    body = {"parameters": dict(parameters), "tags": [TAG, f"{CALLER}{caller}", *tags]}
    return _flow_run(_call("POST", f"/deployments/{found['id']}/create_flow_run", body))


def read_flow_run(run: str) -> FlowRun:
    """Return a run. Raises ProblemError: there is no such run (404), or Prefect does not answer."""
    try:
        return _flow_run(_call("GET", f"/flow_runs/{quote(run, safe='')}"))
    except ProblemError as problem:
        if problem.status in (404, 422):  # 422: it is no id of Prefect's
            raise ProblemError(404, "There is no such job") from None
        raise


def cancel_flow_run(run: str) -> FlowRun:
    """Ask for the end of a run: one that waits ends at once, one that runs when its worker has ended it."""
    state = "CANCELLED" if read_flow_run(run).state == "waiting" else "CANCELLING"
    _call("POST", f"/flow_runs/{quote(run, safe='')}/set_state", {"state": {"type": state}})
    return read_flow_run(run)


def runs_before(run: str) -> list[FlowRun]:
    """Return the runs of ours that wait to be started before this one."""
    state = {"type": {"any_": list(WAITING)}}
    found = _runs({"state": state, "tags": {"all_": [TAG]}}, "EXPECTED_START_TIME_ASC", 200)
    order = [one.id for one in found]
    return found[: order.index(run)] if run in order else []


def newest_with(tag: str) -> FlowRun | None:
    """Return the newest run that has a tag."""
    return next(iter(_runs({"tags": {"all_": [TAG, tag]}}, "EXPECTED_START_TIME_DESC", 1)), None)


def progress(run: str) -> float:
    """Return how much of its work a run has reported as done, in percent; 0 before it says anything."""
    of_run = {"flow_run_id": {"any_": [run]}, "type": {"any_": ["progress"]}}
    found = _call("POST", "/artifacts/filter", {"artifacts": of_run, "sort": "UPDATED_DESC", "limit": 1})
    return float(found[0]["data"] or 0) if found else 0.0


def _runs(wanted: Mapping[str, Any], sort: str, most: int) -> list[FlowRun]:
    return [
        _flow_run(one) for one in _call("POST", "/flow_runs/filter", {"flow_runs": wanted, "sort": sort, "limit": most})
    ]


def _flow_run(found: Mapping[str, Any]) -> FlowRun:
    state = found.get("state") or {}
    kind = str(state.get("type") or found.get("state_type") or "PENDING")
    word = "waiting" if kind in WAITING else STATES.get(kind, "failed")
    said = str(state.get("message") or state.get("name") or "")
    model = str((found.get("parameters") or {}).get("model") or "")
    seconds = float(found.get("estimated_run_time") or 0.0)
    return FlowRun(str(found["id"]), word, said, tuple(found.get("tags", ())), model, seconds)


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
        return ProblemError(404, "Prefect knows no such deployment", act="`make deploy` makes the deployments")
    try:
        said = str(json.loads(error.read()).get("detail", ""))[:200]
    except (OSError, ValueError, AttributeError):
        said = str(error.reason)
    return ProblemError(422, f"Prefect refuses the run ({said or error.reason})", act="correct the parameters")
