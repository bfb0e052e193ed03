"""Flows: the automations that send alerts, brought to Prefect's server from deployments/automations/alerts-*.yaml."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.events import emit_event
from prefect.events.schemas.automations import AutomationCore
from prefect.exceptions import ObjectNotFound

from components.core.config import read_yaml
from flows.temporary_server import explained_loss
from registry.settings import REPOSITORY

FOLDER = REPOSITORY / "deployments" / "automations"
TAG = "atelier"  # of the automations that files make
TEST = "atelier.alert.test"


@dataclass(frozen=True, slots=True)
class Alert:
    """An automation of a file, and what was done: created, changed, unchanged, or left out, and then why."""

    name: str
    done: str
    on: bool = False
    why: str = ""


def set_up(folder: Path = FOLDER) -> list[Alert]:
    """Create or change the automations of the files, on the server of PREFECT_API_URL.

    One that a person switched off in Prefect's page stays off. Without its block an automation is left out.

    Raises:
        AtelierError: the server does not answer.
    """
    with explained_loss(), get_client(sync_client=True) as client:
        return [_apply(client, read_yaml(path)) for path in sorted(folder.glob("alerts-*.yaml"))]


def send_test() -> None:
    """Send an event that every channel passes on."""
    with explained_loss():
        emit_event(
            TEST,
            {"prefect.resource.id": "atelier.alert", "prefect.resource.name": "test"},
            payload={"reason": "This is a test of the alerts."},
        )


def _apply(client: SyncPrefectClient, fields: dict[str, Any]) -> Alert:
    name = str(fields["name"])
    try:
        actions = [_with_block(client, action) for action in fields["actions"]]
    except ObjectNotFound:
        missing = ", ".join(_blocks(fields))
        return Alert(name, "left out", why=f"the block {missing} is not saved")
    wanted = AutomationCore.model_validate({**fields, "actions": actions, "tags": [TAG]})
    found = next(iter(client.read_automations_by_name(name)), None)
    if found is None:
        client.create_automation(wanted)
        return Alert(name, "created", on=True)
    if _content(found) == _content(wanted):
        return Alert(name, "unchanged", found.enabled)
    client.update_automation(found.id, wanted.model_copy(update={"enabled": found.enabled}))
    return Alert(name, "changed", found.enabled)


def _blocks(fields: dict[str, Any]) -> Iterator[str]:
    return (str(action["block"]) for action in fields["actions"] if "block" in action)


def _with_block(client: SyncPrefectClient, action: dict[str, Any]) -> dict[str, Any]:
    """Return an action with the id of the block that it names as `type/name`."""
    kind, _, name = str(action["block"]).partition("/")
    document = client.read_block_document_by_name(name, kind)
    return {**{key: value for key, value in action.items() if key != "block"}, "block_document_id": str(document.id)}


def _content(automation: AutomationCore) -> dict[str, Any]:
    """Return what the file decides; whether it is switched on is a person's decision."""
    return AutomationCore.model_validate(automation.model_dump()).model_dump(mode="json", exclude={"enabled"})
