"""Registry: old versions are archived and deleted from MLflow, so that disks do not fill up."""

from dataclasses import dataclass

from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

from components.core.errors import CheckpointError, RegistryError, UsageError
from registry import tags as tag
from registry.aliases import aliases, has_version
from registry.archive import archived_bytes, is_archived, write_archive
from registry.client import connect, is_not_found, translate_errors
from registry.ledger import store
from registry.locking.lock import lock_production
from registry.search import PAGE, search_versions
from registry.version_files import verified_files


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What `clean` archived and deleted, or would in a dry run; versions oldest first."""

    model: str
    versions: tuple[int, ...]
    bytes: int  # total size of their files
    damaged: tuple[int, ...]  # kept, since their files are not what was registered
    dry_run: bool


@translate_errors()
def clean(model: str, keep: int, dry_run: bool = False) -> Cleaning:
    """Move all but the newest versions of a model to `<home>/archive/<model>/<version>.tar`.

    Versions with an alias stay, and so does the one that a rollback would restore. The ledger does not change. Each
    archive is complete and read back before anything is deleted, and the version itself is deleted last, so the same
    call finishes what an interruption left.

    Args:
        model: whose versions.
        keep: how many of the newest versions stay, at least 1.
        dry_run: report what would be done, and do nothing.

    Raises:
        UsageError: `keep` is below 1.
        RegistryError: MLflow does not answer.
        DiskSpaceError: the disk has too little room for the archive.
    """
    if keep < 1:
        raise UsageError(f"{keep} versions of {model} would stay", expected="at least 1", act="`--keep 1` or more")
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
    """Return the versions that may be archived, oldest first: a query for the newest `keep`, then one for the older."""
    newest = search_versions(model, {}, keep)
    if len(newest) < keep:
        return []
    protected = _protected_versions(model)
    query = f"name = {tag.quoted(model)} and version_number < {int(newest[-1].version)}"
    client, token, found = connect(), None, list[ModelVersion]()
    while True:
        page = client.search_model_versions(query, PAGE, ["version_number ASC"], token)
        found += [version for version in page if int(version.version) not in protected]
        token = page.token
        if not token:
            return found


def _protected_versions(model: str) -> set[int]:
    """Return the versions with an alias, and the one that a rollback would restore."""
    earlier, _ = store.earlier_production(store.history(model), lambda version: has_version(model, version))
    return {*aliases(model).values(), *([] if earlier is None else [earlier])}


def _bytes(version: ModelVersion) -> int:
    """Return the bytes of a version's files.

    Raises:
        CheckpointError: they are not what was registered, and no complete archive exists.
    """
    return archived_bytes(version) if is_archived(version) else verified_files(version).bytes


def _archive(version: ModelVersion) -> int:
    """Archive one version and delete it, inside the lock of the alias; return the total size of its files in bytes."""
    model, number = version.name, int(version.version)
    with lock_production(model) as held:
        if number in _protected_versions(model):
            raise RegistryError(f"Version {number} of {model} has an alias by now", act="run `clean` again")
        if not is_archived(version):
            write_archive(version, verified_files(version))
        size = archived_bytes(version)
        held.require()
        _delete(version)
    return size


def _delete(version: ModelVersion) -> None:
    """Delete the files, their LoggedModel, then the version. What an earlier attempt has deleted is not an error."""
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
        if not is_not_found(error):
            raise


def _is_shared(version: ModelVersion) -> bool:
    """Tell whether the same files are registered as another version too, of this or another model."""
    found = connect().search_model_versions(f"source_path = {tag.quoted(str(version.source))}", 2)
    return len(found) > 1
