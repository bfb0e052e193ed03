"""Tests: reads what flows wrote: MLflow runs, Prefect artifacts and events."""

from time import sleep
from typing import Any

from mlflow.entities import Run
from prefect.client.orchestration import get_client

from components.core.records import Verdict
from flows.promote import promote
from registry.client import connect
from registry.ledger.store import history
from registry.production import ledger_end


def runs(model: str, flow: str) -> list[Run]:
    client = connect()
    experiment = client.get_experiment_by_name(model)
    assert experiment is not None
    return list(client.search_runs([experiment.experiment_id], filter_string=f"tags.flow = '{flow}'"))


def first_choice(model: str) -> int:
    """Return the version that the policy would promote now."""
    (best,) = [d.version for d in promote(model, dry_run=True) if d.verdict is Verdict.PROMOTE]
    return best


def end_line(model: str) -> str:
    """Return the line with the number and hash of the ledger's last entry."""
    end = ledger_end(model)
    assert end is not None
    return f"Ledger: entry {end['entry']}, hash `{end['hash']}`."


def page(key: str) -> str:
    """Return the text of all Prefect artifacts of a key."""
    with get_client(sync_client=True) as client:
        return "\n".join(str(found.data) for found in client.read_artifacts() if found.key == key)


def events(model: str, enough: int) -> list[dict[str, Any]]:
    """Return the events of a model's ledger entries. Prefect's server shows them seconds later: wait for `enough`."""
    wanted = {"resource": {"id": [f"atelier.model.{model}"]}, "event": {"prefix": ["atelier."]}}
    hashes = {entry.hash for entry in history(model)}
    found: list[dict[str, Any]] = []
    for _ in range(120):
        with get_client(sync_client=True) as client:
            received = client.request("POST", "/events/filter", json={"filter": wanted}).json()["events"]
        found = [event for event in received if event["payload"].get("hash") in hashes]
        if len(found) >= enough:
            break
        sleep(0.5)
    return found
