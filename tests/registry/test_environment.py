"""Tests: servers.json is believed only where our server of this home answers; the temporary one has a password."""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.environment import HOME_HEADER, home_mark, process_environment, running_servers, servers_file
from tests import ROOT

FORMS = [
    "",
    "{",
    "null",
    "[]",
    '["prefect"]',
    '"http://127.0.0.1:1"',
    "{}",
    '{"prefect": 5, "mlflow": 6}',
    '{"prefect": null, "mlflow": null}',
    '{"prefect": {"url": "x"}, "mlflow": []}',
    '{"prefect": "http://127.0.0.1:1"}',
    '{"prefect": "file:///etc/passwd", "mlflow": "http://127.0.0.1:1"}',
    '{"prefect": "http://evil.example:4200", "mlflow": "http://127.0.0.1:1"}',
    '{"prefect": "http://127.0.0.1:99999", "mlflow": "http://127.0.0.1:1"}',
    "[" * 100_000,
    "\\ud800",
]


@pytest.mark.parametrize("text", FORMS, ids=range(len(FORMS)))
def test_a_file_that_is_not_of_our_form_names_no_servers(bare_home: Path, text: str) -> None:
    bare_home.mkdir()
    servers_file().write_text(text)
    assert running_servers() == {}


def test_a_file_that_is_no_text_names_no_servers(bare_home: Path) -> None:
    bare_home.mkdir()
    servers_file().write_bytes(b"\xff\xfe\x00{")
    assert running_servers() == {}


class Health(http.server.BaseHTTPRequestHandler):
    """Answers as our Prefect server does, with `mark` as its home."""

    mark: str | None = None

    def do_GET(self) -> None:
        self.send_response(200)
        if self.mark:
            self.send_header(HOME_HEADER, self.mark)
        self.end_headers()
        self.wfile.write(b"true")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def answering(bare_home: Path) -> Iterator[dict[str, str]]:
    bare_home.mkdir()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        addresses = dict.fromkeys(("prefect", "mlflow"), f"http://127.0.0.1:{server.server_port}")
        servers_file().write_text(json.dumps(addresses))
        yield addresses
        server.shutdown()


def test_only_the_server_of_this_home_is_used(answering: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for stranger in (None, "0" * 16):
        monkeypatch.setattr(Health, "mark", stranger)
        assert running_servers() == {}
    monkeypatch.setattr(Health, "mark", home_mark())
    assert running_servers() == answering


def test_a_program_that_speaks_no_http_is_not_our_server(bare_home: Path) -> None:
    import socket

    bare_home.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"SSH-2.0-OpenSSH_9\r\n\r\n")

        threading.Thread(target=greet, daemon=True).start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        servers_file().write_text(json.dumps({"prefect": address, "mlflow": address}))
        assert running_servers() == {}


PREPARED = """
import os
from registry.environment import prepare_environment
prepare_environment()
print(os.environ.get("PREFECT_SERVER_API_AUTH_STRING"), os.environ.get("PREFECT_API_AUTH_STRING"))
"""


def passwords(home: Path, **more: str) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment = {**kept, "ATELIER_HOME": str(home), **more}
    done = subprocess.run(
        [sys.executable, "-c", PREPARED], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_each_process_gives_prefects_temporary_server_a_password_of_its_own(tmp_path: Path) -> None:
    (server, client), (other, _) = passwords(tmp_path), passwords(tmp_path)
    assert server == client != other
    assert len(server) > 40


def test_a_server_of_the_users_own_keeps_its_settings(tmp_path: Path) -> None:
    assert passwords(tmp_path, PREFECT_API_URL="http://127.0.0.1:9/api") == ["None", "None"]


def test_prefect_never_hashes_the_inputs_of_our_tasks_wherever_a_command_runs(tmp_path: Path) -> None:
    code = "from prefect.settings import get_current_settings as now; print(now().tasks.default_no_cache)"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment = {**kept, **process_environment(), "PREFECT_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "True", done.stderr
