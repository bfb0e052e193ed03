"""Flows: bring prefect.yaml and Prefect's server to the models, the table of flows and the files of automations."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import PrefectHTTPStatusError

from components.core.config import ModelConfig
from components.core.errors import AtelierError
from components.core.masking import mask
from flows.automations import deploy_automation, read_automations, remove_automations
from flows.deploy import GONE, REMOVED, Change, deploy, deploy_pool
from flows.deployments import TABLE, Entry, entries, full_name
from flows.temporary_server import explained_loss

PAGE = 200  # what Prefect's server gives at most in one answer


def deploy_all(models: Sequence[ModelConfig], dry_run: bool = False, prune: bool = False) -> list[Change]:
    """Create or change what differs on the server of PREFECT_API_URL: work pool, deployments, automations.

    A dry run changes nothing and tells the same. What we made and nothing asks for any more is deleted with `prune`.

    Raises:
        AtelierError: the server does not answer, or refuses something.
        ConfigError: a file of an automation is wrong.
    """
    wanted, prune = entries(models), prune and not dry_run
    with explained_refusals(), get_client(sync_client=True) as client:
        done = [deploy_pool(client, dry_run), *(deploy(client, entry, dry_run) for entry in wanted)]
        return [*done, *_removed(client, wanted, prune), *deploy_automations(client, models, dry_run, prune)]


def deploy_automations(
    client: SyncPrefectClient, models: Sequence[ModelConfig], dry_run: bool = False, prune: bool = False
) -> Iterator[Change]:
    files = list(read_automations([model.model for model in models]))
    for file, fields in files:
        yield deploy_automation(client, file, fields, dry_run)
    yield from remove_automations(client, (fields["name"] for _, fields in files), prune)


@contextmanager
def explained_refusals() -> Iterator[None]:
    """Say in a sentence that Prefect's server does not answer, or what it refused."""
    try:
        with explained_loss():
            yield
    except PrefectHTTPStatusError as error:
        said = mask(" ".join(error.response.text.split()))[:400]
        raise AtelierError(f"Prefect's server refused {error.request.method} {error.request.url}: {said}") from error


def _removed(client: SyncPrefectClient, wanted: Sequence[Entry], prune: bool) -> Iterator[Change]:
    """Yield our deployments that have no entry any more; with `prune` they are deleted. Other people's stay."""
    names = {full_name(entry) for entry in wanted}
    found = {_our_name(deployment): deployment.id for deployment in _all(client)}
    for name in sorted(found.keys() - names - {""}):
        if prune:
            client.delete_deployment(found[name])
        yield Change("deployment", name, REMOVED if prune else GONE)


def _our_name(found: DeploymentResponse) -> str:
    """Return the full name of a deployment that we made for a model, as its parameters say; empty for another one."""
    flow = {row.entrypoint: row.name for row in TABLE}.get(found.entrypoint or "")
    return f"{flow}/{found.name}" if flow and found.parameters.get("model") == found.name else ""


def _all(client: SyncPrefectClient) -> Iterator[DeploymentResponse]:
    start = 0
    while page := client.read_deployments(limit=PAGE, offset=start):
        start += len(page)
        yield from page
