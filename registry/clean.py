"""Registry: old versions leave MLflow for an archive, whole, so that disks do not fill up."""

from dataclasses import dataclass

from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

from components.core.errors import CheckpointError, RegistryError, UsageError
from registry import tags as tag
from registry.aliases import aliases, has_version
from registry.archive import archived_bytes, is_archived, write_archive
from registry.client import connect, missing, translate_errors
from registry.ledger import store
from registry.locking.lock import lock_production
from registry.search import PAGE, search_versions
from registry.version_files import verified


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What was archived and deleted, or would be; versions oldest first."""

    model: str
    versions: tuple[int, ...]
    bytes: int  # of their files
    damaged: tuple[int, ...]  # left as they are: their files are not what was registered
    dry_run: bool


@translate_errors()
def clean(model: str, keep: int, dry_run: bool = False) -> Cleaning:
    """Move all but the newest versions of a model into `<home>/archive/<model>/<version>.tar`.

    A version with an alias stays, and so does the one that a rollback would go back to. The ledger is not touched. Each
    version's archive is whole and read back before anything of it is deleted, and the version itself goes last: what an
    interruption leaves, the same call finishes.

    Args:
        model: whose versions.
        keep: how many of the newest stay, at least 1.
        dry_run: only say what would be done.

    Raises:
        UsageError: fewer than one would stay.
        RegistryError: MLflow does not answer.
        DiskSpaceError: the archive has no room.
    """
    if keep < 1:
        raise UsageError(f"{keep} versions of {model} would stay, expected at least 1: `--keep 1` or more.")
    done: list[int] = []
    damaged: list[int] = []
    size = 0
    for version in _old(model, keep):
        number = int(version.version)
        try:
            size += _bytes(version) if dry_run else _archive(version)
            done.append(number)
        except CheckpointError:
            damaged.append(number)
    return Cleaning(model, tuple(done), size, tuple(damaged), dry_run)


def _old(model: str, keep: int) -> list[ModelVersion]:
    """Return the versions that may go, oldest first. The server is asked for the newest `keep`, then for older ones."""
    newest = search_versions(model, {}, keep)
    if len(newest) < keep:
        return []
    held = _held(model)
    query = f"name = {tag.quoted(model)} and version_number < {int(newest[-1].version)}"
    client, token, found = connect(), None, list[ModelVersion]()
    while True:
        page = client.search_model_versions(query, PAGE, ["version_number ASC"], token)
        found += [version for version in page if int(version.version) not in held]
        token = page.token
        if not token:
            return found


def _held(model: str) -> set[int]:
    back, _ = store.earlier_production(store.history(model), lambda version: has_version(model, version))
    return {*aliases(model).values(), *([] if back is None else [back])}


def _bytes(version: ModelVersion) -> int:
    """Return the bytes of a version's files.

    Raises:
        CheckpointError: they are not what was registered, nor archived already.
    """
    return archived_bytes(version) if is_archived(version) else verified(version).bytes


def _archive(version: ModelVersion) -> int:
    """Archive one version under the lock under which aliases move, and delete it; return the bytes of its files."""
    model, number = version.name, int(version.version)
    with lock_production(model) as held:
        if number in _held(model):
            raise RegistryError(f"Version {number} of {model} has got an alias meanwhile: run `clean` again.")
        if not is_archived(version):
            write_archive(version, verified(version))
        size = archived_bytes(version)
        held.require()
        _delete(version)
    return size


def _delete(version: ModelVersion) -> None:
    """Delete the files, their LoggedModel and at last the version; what an earlier try has deleted is no error."""
    if not _is_shared(version):
        _delete_files(str(version.source).removeprefix("models:/"))
    connect().delete_model_version(version.name, str(version.version))


def _delete_files(model_id: str) -> None:
    client = connect()
    try:
        location = client.get_logged_model(model_id).artifact_location
        get_artifact_repository(location).delete_artifacts()  # type: ignore[no-untyped-call]
        client.delete_logged_model(model_id)
    except MlflowException as error:
        if not missing(error):
            raise


def _is_shared(version: ModelVersion) -> bool:
    """Tell whether somebody registered the same files as another version too, perhaps of another model."""
    found = connect().search_model_versions(f"source_path = {tag.quoted(str(version.source))}", 2)
    return len(found) > 1
