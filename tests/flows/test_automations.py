"""Tests: automations are files; what is wrong in one is said in a sentence, and a missing block leaves it out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.events.schemas.automations import EventTrigger

from components.core.errors import ConfigError
from flows.automations import FOLDER, deploy_automation, read_automations
from flows.deployments import TABLE

TRIGGER = "trigger: {type: event, posture: Reactive, expect: [atelier.drift.detected], threshold: 1}\n"
ALERT = f"""\
name: "$model: drift is told"
{TRIGGER}actions:
  - {{type: call-webhook, block: webhook/alerts, payload: "$model"}}
"""


@pytest.fixture
def client() -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as client:
        yield client
        for automation in client.read_automations():
            client.delete_automation(automation.id)


def written(folder: Path, text: str) -> Path:
    (folder / "alert.yaml").write_text(text, encoding="utf-8")
    return folder


def read_and_deploy(client: SyncPrefectClient, folder: Path) -> None:
    for file, fields in read_automations(["boots"], folder):
        deploy_automation(client, file, fields)


def test_each_model_has_an_automation_from_its_drift_to_its_lifecycle() -> None:
    found = {fields["name"]: fields for _, fields in read_automations(["boots", "tees"])}
    for model in ("boots", "tees"):
        drift = found[f"{model}: drift starts lifecycle"]
        assert drift["trigger"]["match"] == {"prefect.resource.id": f"atelier.model.{model}"}
        (action,) = drift["actions"]
        assert action["deployment"] == f"lifecycle/{model}"
        assert action["parameters"]["model"] == model
        assert action["parameters"]["reason"] == "drift"
        assert model in drift["tags"]


def test_every_file_starts_deployments_that_exist() -> None:
    flows = {row.name for row in TABLE}
    assert list(FOLDER.glob("*.yaml"))
    for file, fields in read_automations(["boots"]):
        named = [action["deployment"] for action in fields["actions"] if "deployment" in action]
        assert {name.partition("/")[0] for name in named} <= flows, file


def test_an_automation_without_its_block_is_left_out_and_made_once_the_block_is_saved(
    client: SyncPrefectClient, tmp_path: Path
) -> None:
    ((file, fields),) = read_automations(["boots"], written(tmp_path, ALERT))
    left = deploy_automation(client, file, fields)
    assert (left.done, left.detail) == ("left out", "no block webhook/alerts is saved on this server")
    Webhook(url="http://127.0.0.1:1/hook").save("alerts")  # type: ignore[arg-type, unused-coroutine]
    assert [deploy_automation(client, file, fields).done for _ in range(2)] == ["created", "unchanged"]
    (made,) = client.read_automations()
    assert isinstance(made.trigger, EventTrigger)
    assert made.name == "boots: drift is told"


def test_a_changed_file_changes_the_automation_and_keeps_its_id(client: SyncPrefectClient, tmp_path: Path) -> None:
    text = f"name: told\n{TRIGGER}actions: [{{type: do-nothing}}]\n"
    ((file, fields),) = read_automations([], written(tmp_path, text))
    assert deploy_automation(client, file, fields).done == "created"
    (before,) = client.read_automations()
    assert deploy_automation(client, file, {**fields, "description": "Told."}).done == "changed"
    (after,) = client.read_automations()
    assert (after.id, after.description) == (before.id, "Told.")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("trigger: {}\n", "alert.yaml has no name"),
        (f"name: x\ntriger: 1\n{TRIGGER}", "alert.yaml has unknown keys (triger)"),
        (f"name: x\n{TRIGGER}actions: [{{type: ring}}]\n", "alert.yaml is no automation: actions.0"),
        (
            f"name: x\n{TRIGGER}actions: [{{type: run-deployment, deployment: lifecycle/cats}}]\n",
            "starts lifecycle/cats",
        ),
        (
            'name: x\ndescription: "$model"\n',
            "alert.yaml has '$model', expected $model, in a file whose name has it too",
        ),
        ('name: "$model"\ndescription: "$price"\n', "alert.yaml has '$price', expected $model only; $$ writes a $"),
        ("- name\n", "alert.yaml holds a list"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(
    client: SyncPrefectClient, tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read_and_deploy(client, written(tmp_path, text))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
