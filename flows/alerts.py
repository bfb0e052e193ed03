"""Flows: the automations that send alerts, brought to Prefect's server from deployments/automations/alerts-*.yaml."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.events import emit_event

from flows.automations import FOLDER, deploy_automation, read_automations
from flows.deploy_all import explained_refusals

PREFIX = "alerts-"  # of their files
TEST = "atelier.alert.test"


@dataclass(frozen=True, slots=True)
class Alert:
    """An automation of a file, and what was done: created, changed, unchanged, or left out, and then why."""

    name: str
    done: str
    on: bool
    why: str


def set_up(folder: Path = FOLDER) -> list[Alert]:
    """Create or change the automations of the files, on the server of PREFECT_API_URL.

    One that a person switched off in Prefect's page stays off. Without its block an automation is left out.

    Raises:
        AtelierError: the server does not answer, or refuses one.
    """
    with explained_refusals(), get_client(sync_client=True) as client:
        return list(_set_up(client, folder))


def send_test() -> None:
    """Send an event that every channel passes on."""
    resource = {"prefect.resource.id": "atelier.alert", "prefect.resource.name": "test"}
    emit_event(TEST, resource, payload={"reason": "This is a test of the alerts."})


def _set_up(client: SyncPrefectClient, folder: Path) -> Iterator[Alert]:
    for file, fields in read_automations((), folder):
        if file.startswith(PREFIX):
            change = deploy_automation(client, file, fields)
            found = next(iter(client.read_automations_by_name(change.name)), None)
            yield Alert(change.name, change.done, bool(found and found.enabled), change.detail)
