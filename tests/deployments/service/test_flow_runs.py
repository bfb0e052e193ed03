"""Tests: a flow run is started by its deployment's name, belongs to its caller, and can be cancelled."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deployments.service.callers import Gate
from registry.service_keys import make_key
from tests.deployments.service.fruit import served

RUN = "11111111-2222-3333-4444-555555555555"


class Prefect(BaseHTTPRequestHandler):
    """The part of Prefect's REST API that is used, with one deployment, in the form in which Prefect 3.8 answers."""

    runs: dict[str, dict[str, Any]]

    def do_GET(self) -> None:
        if self.path in ("/api/deployments/name/monitor/fruit", "/api/deployments/name/generate/fruit"):
            self._answer(200, {"id": "d1"})
        elif self.path == f"/api/flow_runs/{RUN}" and RUN in self.runs:
            self._answer(200, self.runs[RUN])
        else:
            self._answer(404, {"detail": "not found"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/create_flow_run") and body["parameters"].get("model") == "cats":
            self._answer(409, {"detail": "Validation failed for field 'model'."})
        elif self.path.endswith("/create_flow_run"):
            state = {"type": "SCHEDULED", "name": "Scheduled", "message": None}
            self.runs[RUN] = {"id": RUN, "state": state, "tags": body["tags"], "parameters": body["parameters"]}
            self._answer(201, self.runs[RUN])
        elif self.path.endswith("/set_state"):
            self.runs[RUN]["state"] = {**body["state"], "name": body["state"]["type"].title(), "message": None}
            self._answer(201, {"status": "ACCEPT"})
        elif self.path == "/api/artifacts/filter":
            self._answer(200, [{"data": 25.0}])
        elif tags := body["flow_runs"]["tags"]["all_"][1:]:  # of one job
            found = [run for run in self.runs.values() if set(tags) <= set(run["tags"])]
            self._answer(200, found[-1:])
        else:
            self._answer(200, [{"id": "another", "tags": ["outputs:100"]}, {"id": RUN}])

    def log_message(self, *_: object) -> None: ...

    def _answer(self, status: int, content: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())


@pytest.fixture
def prefect(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, Any]]]:
    class Fresh(Prefect):
        runs = {}

    with ThreadingHTTPServer(("127.0.0.1", 0), Fresh) as server:
        monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{server.server_port}/api")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Fresh.runs
        server.shutdown()


@pytest.fixture
def locked(fruit: object, prefect: object) -> Iterator[TestClient]:
    with served(Gate(required=True), flows=["monitor/fruit", "monitor/gone"]) as (_, client):
        yield client


def test_a_flow_is_started_looked_at_and_cancelled_by_its_caller_alone(
    locked: TestClient, prefect: dict[str, dict[str, Any]]
) -> None:
    mine, theirs = ({"Authorization": f"Bearer {make_key(name)}"} for name in ("ada", "bob"))
    asked = {"flow": "monitor/fruit", "parameters": {"model": "fruit"}}
    accepted = locked.post("/jobs", json=asked, headers=mine)
    place = accepted.headers["location"]
    assert (accepted.status_code, place) == (202, f"/jobs/flow-{RUN}")
    assert prefect[RUN]["parameters"] == {"model": "fruit"}
    looked = locked.get(place, headers=mine).json()
    assert (looked["state"], looked["position"]) == ("waiting", 1)
    assert locked.get(place, headers=theirs).status_code == 404
    assert locked.delete(place, headers=theirs).status_code == 404
    assert locked.delete(place, headers=mine).json()["state"] == "cancelled"
    assert locked.get(f"{place}/result", headers=mine).status_code == 409


def test_what_prefect_refuses_is_one_sentence(locked: TestClient) -> None:
    mine = {"Authorization": f"Bearer {make_key('ada')}"}
    gone = locked.post("/jobs", json={"flow": "monitor/gone"}, headers=mine)
    assert (gone.status_code, gone.json()["detail"].startswith("Prefect knows no such deployment")) == (404, True)
    wrong = locked.post("/jobs", json={"flow": "monitor/fruit", "parameters": {"model": "cats"}}, headers=mine)
    assert wrong.status_code == 422
    assert wrong.json()["detail"].startswith("Prefect refuses the run (Validation failed for field 'model'.)")
