"""Tests: a server with the part of Prefect's REST API that the service uses."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

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


@contextmanager
def prefect_api(patch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, Any]]]:
    """Let PREFECT_API_URL name such a server, and give the runs that it has, by id."""

    class Fresh(Prefect):
        runs = {}

    with ThreadingHTTPServer(("127.0.0.1", 0), Fresh) as server:
        patch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{server.server_port}/api")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Fresh.runs
        server.shutdown()
