"""Tests: alerts arrive at a webhook and by mail on a real Prefect server, and set-up changes nothing twice."""

import json
import smtplib
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.events import emit_event

from components.core.config import read_yaml
from components.core.errors import UsageError
from flows.alert_blocks import save_blocks
from flows.alerts import send_test, set_up
from flows.automations import FOLDER
from flows.events import resource

SECONDS = 60
KINDS = ("webhook", "slack-webhook")  # of blocks

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise imports it


class Received(list[dict[str, str]]):
    def wait(self, is_it: Callable[[dict[str, str]], bool], seconds: float = SECONDS) -> dict[str, str]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := next(filter(is_it, self), None):
                return found
            time.sleep(0.2)
        raise AssertionError(f"it did not arrive: {self}")


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Received]:
    """A receiver of webhooks; its address, with a token, is in the environment."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(json.loads(body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write nothing to standard error."""

    with serving(HTTPServer(("127.0.0.1", 0), Handler)) as port:
        monkeypatch.setenv("ATELIER_ALERT_WEBHOOK", f"http://127.0.0.1:{port}/hook?token=Zq7secret")
        yield received


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Received]:
    """A mail server that takes every mail."""
    received = Received()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 test")
            for line in iter(self.rfile.readline, b""):
                word = line[:4].upper()
                if word == b"DATA":
                    self.say("354 go on")
                    received.append({"mail": b"".join(iter(self.rfile.readline, b".\r\n")).decode()})
                self.say("221 bye" if word == b"QUIT" else "250 ok")
                if word == b"QUIT":
                    return

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        address = f"mailto://127.0.0.1:{port}?from=atelier@example.org&to=ada@example.org&mode=insecure"
        monkeypatch.setenv("ATELIER_ALERT_MAIL", address)
        yield received


@pytest.fixture(autouse=True)
def no_alerts_before(prefect_server: None) -> Iterator[None]:
    """The server of the session has none before a test, and none after it."""
    remove_all()
    yield
    remove_all()


def remove_all() -> None:
    with get_client(sync_client=True) as client:
        for automation in client.read_automations():
            client.delete_automation(automation.id)
        documents = [found for kind in KINDS for found in client.read_block_documents_by_type(kind)]
        for document in documents:
            client.delete_block_document(document.id)


def test_without_addresses_every_alert_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(save_blocks()) == []
    assert {(alert.done, alert.on) for alert in set_up()} == {("left out", False)}


@pytest.mark.parametrize("variable", ["ATELIER_ALERT_WEBHOOK", "ATELIER_ALERT_MAIL"])
def test_what_is_no_address_is_refused_and_not_shown(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "me:Zq7secret@example.org")
    with pytest.raises(UsageError, match=f"{variable} is no address, expected .*://") as caught:
        list(save_blocks())
    assert "Zq7secret" not in str(caught.value)


def test_a_second_run_changes_nothing_and_a_switch_that_a_person_set_stays(webhook: Received) -> None:
    assert list(save_blocks()) == ["ATELIER_ALERT_WEBHOOK"]
    assert sorted(alert.done for alert in set_up()) == ["created", "created", "left out", "left out"]
    with get_client(sync_client=True) as client:
        for automation in client.read_automations():
            client.pause_automation(automation.id)
    again = set_up()
    assert sorted(alert.done for alert in again) == ["left out", "left out", "unchanged", "unchanged"]
    assert [alert.on for alert in again] == [False] * 4


def test_a_changed_file_changes_its_automation(webhook: Received, tmp_path: Path) -> None:
    list(save_blocks())
    fields = read_yaml(FOLDER / "alerts-events-webhook.yaml")
    path = tmp_path / "alerts-a.yaml"
    for description, done in (("one", "created"), ("two", "changed"), ("two", "unchanged")):
        path.write_text(yaml.safe_dump({**fields, "description": description}))
        assert [alert.done for alert in set_up(tmp_path)] == [done]


@flow(name="breaks", retries=0)
def breaks() -> None:
    raise ValueError("it broke")


@pytest.mark.slow
def test_a_failed_flow_drift_and_a_promotion_arrive_at_the_webhook_and_by_mail(
    webhook: Received, mailbox: Received
) -> None:
    list(save_blocks())
    assert {alert.done for alert in set_up()} == {"created"}
    time.sleep(3)  # until the server's triggers are loaded
    send_test()
    assert webhook.wait(lambda alert: alert["event"] == "atelier.alert.test")["reason"] == (
        "This is a test of the alerts."
    )
    emit_event("atelier.drift.detected", resource("starter"), payload={"reason": "The colour moved."}, id=uuid4())
    emit_event("atelier.version.promoted", resource("starter"), payload={"reason": 'Version 2 is "better".'})
    with pytest.raises(ValueError, match="it broke"):
        breaks()
    drift = webhook.wait(lambda alert: alert["event"] == "atelier.drift.detected")
    assert (drift["name"], drift["reason"]) == ("starter", "The colour moved.")
    assert drift["text"] == "Atelier: atelier.drift.detected, starter. The colour moved."
    promoted = webhook.wait(lambda alert: alert["event"] == "atelier.version.promoted")
    assert promoted["reason"] == 'Version 2 is "better".'
    assert "it broke" in webhook.wait(lambda alert: alert["event"] == "prefect.flow-run.Failed")["reason"]
    mail = mailbox.wait(lambda alert: "atelier.drift.detected" in alert["mail"])["mail"]
    assert "ada@example.org" in mail


@pytest.mark.slow
def test_a_monitor_that_is_overdue_arrives_at_the_webhook(webhook: Received, tmp_path: Path) -> None:
    """With ten seconds instead of two days, and the events that Prefect sends of a deployed flow run."""
    list(save_blocks())
    fields = read_yaml(FOLDER / "alerts-overdue-webhook.yaml")
    assert fields["trigger"]["within"] == 2 * 24 * 60 * 60
    trigger = {**fields["trigger"], "within": 10}
    (tmp_path / "alerts-a.yaml").write_text(yaml.safe_dump({**fields, "trigger": trigger}))
    set_up(tmp_path)
    time.sleep(3)  # until the server's triggers are loaded
    emit_event(
        "prefect.flow-run.Completed",
        {"prefect.resource.id": f"prefect.flow-run.{uuid4()}", "prefect.resource.name": "monitor-starter"},
        related=[
            {"prefect.resource.id": "prefect.flow.1", "prefect.resource.role": "flow"}
            | {"prefect.resource.name": "monitor"},
            {"prefect.resource.id": "prefect.deployment.1", "prefect.resource.role": "deployment"}
            | {"prefect.resource.name": "starter"},
        ],
    )
    overdue = webhook.wait(lambda alert: alert["event"] == "atelier.monitor.overdue")
    assert overdue["text"] == "Atelier: no monitor of starter succeeded for two days."


def test_the_test_mail_server_takes_a_mail(mailbox: Received, monkeypatch: pytest.MonkeyPatch) -> None:
    import os
    from urllib.parse import urlsplit

    port = urlsplit(os.environ["ATELIER_ALERT_MAIL"]).port
    with smtplib.SMTP("127.0.0.1", port or 0) as client:
        client.sendmail("a@example.org", "b@example.org", "Subject: x\r\n\r\nhello")
    assert "hello" in mailbox.wait(lambda alert: "hello" in alert["mail"])["mail"]
