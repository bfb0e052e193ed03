"""Registry: the snapshots of a model in this home, and their copies at ATELIER_SNAPSHOTS_URL for other machines.

Without that variable everything is in this home, and nothing is fetched.
"""

from pathlib import Path

from components.core.masking import mask_address
from components.core.records import Snapshot
from components.data import snapshot_store, snapshots
from components.data.snapshots import LATEST
from registry.settings import settings


def read_snapshot(model: str, digest: str = LATEST) -> Snapshot:
    """Read a snapshot of this home; one that is missing here is fetched. `latest` is the latest of all machines.

    Raises:
        DataError: there is none with this digest, it is damaged, or the address does not answer.
    """
    return snapshots.read_snapshot(fetch_snapshot(model, digest), digest)


def fetch_snapshot(model: str, digest: str = LATEST) -> Path:
    """Fetch a snapshot that another machine has made; return the folder of this home's snapshots of the model."""
    folder, store = settings().snapshots(model), settings().snapshot_store(model)
    if store and digest == LATEST:
        snapshot_store.fetch_latest(folder, store)
    elif store:
        snapshot_store.fetch_snapshot(folder, store, digest)
    return folder


def fetch_history(model: str) -> Path:
    """Fetch all snapshots of the model before a new one is made; return the folder of this home's snapshots."""
    folder, store = settings().snapshots(model), settings().snapshot_store(model)
    if store:
        snapshot_store.fetch_history(folder, store)
    return folder


def share(model: str) -> None:
    """Copy the snapshots that other machines lack to ATELIER_SNAPSHOTS_URL, if it is set."""
    store = settings().snapshot_store(model)
    if store:
        snapshot_store.upload_snapshots(settings().snapshots(model), store)


def address_of(model: str, snapshot: Snapshot, folder: Path) -> str:
    """Return where a snapshot is found, for the records of runs: a folder of this machine only if no other reads them.

    MLflow keeps one address of a snapshot, the first one that any run names.
    """
    store = settings().snapshot_store(model)
    return mask_address(snapshot_store.address_of(store, snapshot.digest)) if store else str(folder)
