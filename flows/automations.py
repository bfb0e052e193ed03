"""Flows: bring Prefect's server to the automations in deployments/automations: each is created, changed, or left."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.events.schemas.automations import Automation, AutomationCore
from prefect.exceptions import ObjectNotFound
from pydantic import ValidationError

from components.core.config import read_yaml
from components.core.errors import ConfigError
from flows.deploy import CHANGED, CREATED, GONE, LEFT_OUT, REMOVED, UNCHANGED, Change, find_deployment
from registry.settings import REPOSITORY

FOLDER = REPOSITORY / "deployments" / "automations"
OURS = "atelier"  # the tag of the automations that these files make
MODEL = "model"  # in the files: $model
LISTS = ("actions", "actions_on_trigger", "actions_on_resolve")
KEYS = frozenset({"name", "description", "trigger", *LISTS})

Fields = dict[str, Any]


class MissingBlockError(LookupError):
    """An automation names a block, such as a webhook's address, that nobody has saved on this server."""


def read_automations(models: Sequence[str], folder: Path = FOLDER) -> Iterator[tuple[str, Fields]]:
    """Yield the file and the fields of each automation; a file with $model in its name gives one for each model.

    Raises:
        ConfigError: a file is not YAML, or has unknown keys.
    """
    for path in sorted(folder.glob("[!.]*.yaml")):
        fields = read_yaml(path)
        _check_keys(path.name, fields)
        each: Iterable[str | None] = models if f"${MODEL}" in fields["name"] else (None,)
        for model in each:
            yield path.name, {**_filled(fields, path.name, model), "tags": [OURS, *([model] if model else [])]}


def deploy_automation(client: SyncPrefectClient, file: str, fields: Fields, dry_run: bool = False) -> Change:
    """Create an automation, or change it if it differs. One that a person switched off in Prefect's page stays off.

    Raises:
        ConfigError: the file has a value that Prefect does not know, or names a deployment that does not exist.
    """
    name = fields["name"]
    try:
        wanted = _automation(file, {**fields, **_resolved(client, file, fields, dry_run)})
    except MissingBlockError as error:
        return Change("automation", name, LEFT_OUT, str(error))
    found = next(iter(client.read_automations_by_name(name)), None)
    if found is None:
        if not dry_run:
            client.create_automation(wanted)
        return Change("automation", name, CREATED)
    if _compared(found) == _compared(wanted):
        return Change("automation", name, UNCHANGED)
    if not dry_run:
        client.update_automation(found.id, wanted.model_copy(update={"enabled": found.enabled}))
    return Change("automation", name, CHANGED)


def remove_automations(client: SyncPrefectClient, wanted: Iterable[str], prune: bool) -> Iterator[Change]:
    """Yield the automations that we made and no file asks for any more; with `prune` they are deleted."""
    names = set(wanted)
    for found in [found for found in client.read_automations() if OURS in found.tags and found.name not in names]:
        if prune:
            client.delete_automation(found.id)
        yield Change("automation", found.name, REMOVED if prune else GONE)


def _check_keys(file: str, fields: Fields) -> None:
    unknown = ", ".join(sorted(map(str, fields.keys() - KEYS)))
    if unknown or not isinstance(fields.get("name"), str):
        found = f"{file} has unknown keys ({unknown})" if unknown else f"{file} has no name"
        raise ConfigError(found, expected=f"a name, and of {', '.join(sorted(KEYS))}", act="correct the file")


def _filled(value: Any, file: str, model: str | None) -> Any:
    """Return the value with $model replaced in every text in it."""
    if isinstance(value, Mapping):
        return {key: _filled(inner, file, model) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, file, model) for inner in value]
    if not isinstance(value, str):
        return value
    try:
        return Template(value).substitute({MODEL: model} if model else {})
    except (KeyError, ValueError):
        expected = "$model, in a file whose name has it too" if model is None else "$model only; $$ writes a $"
        raise ConfigError(f"{file} has {value!r}", expected=expected, act="correct the file") from None


def _resolved(client: SyncPrefectClient, file: str, fields: Fields, dry_run: bool) -> Fields:
    """Return the lists of actions with the ids of what they name."""
    return {key: [_with_ids(client, file, action, dry_run) for action in fields[key]] for key in LISTS if key in fields}


def _with_ids(client: SyncPrefectClient, file: str, action: Fields, dry_run: bool) -> Fields:
    action = dict(action)
    if "deployment" in action:
        name = str(action.pop("deployment"))
        found = find_deployment(client, name)
        if found is None and not dry_run:
            raise ConfigError(f"{file} starts {name}", expected="a deployment on this server", act="correct the name")
        action |= {"source": "selected", "deployment_id": str(found.id) if found else "0" * 32}
    if "block" in action:
        kind, _, name = str(action.pop("block")).partition("/")
        try:
            action["block_document_id"] = str(client.read_block_document_by_name(name, kind).id)
        except ObjectNotFound:
            raise MissingBlockError(f"no block {kind}/{name} is saved on this server") from None
    return action


def _automation(file: str, fields: Fields) -> AutomationCore:
    try:
        return AutomationCore.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{file} is no automation: {place}: {first['msg']}", act="correct the file") from None


def _compared(automation: Automation | AutomationCore) -> Any:
    """Return what the file decides, without order, as Prefect has sets there. `enabled` is a switch in its page too."""
    return _ordered(AutomationCore.model_validate(automation.model_dump()).model_dump(mode="json", exclude={"enabled"}))


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _ordered(inner) for key, inner in value.items()}
    if not isinstance(value, list):
        return value
    return sorted(value) if all(isinstance(inner, str) for inner in value) else [_ordered(inner) for inner in value]
