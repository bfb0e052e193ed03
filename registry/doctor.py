"""Registry: looks for what is wrong with a home: paths, files, base models, databases, servers, locks, disk space."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mlflow.entities import ViewType
from mlflow.entities.model_registry import ModelVersion

from components.core.errors import CheckpointError
from registry.base_folders import base_of, origin_in, require_base
from registry.client import connect, translate_errors
from registry.environment import running_servers, servers_file
from registry.home_paths import has_own_database, local_path
from registry.locking.file_lock import is_free
from registry.search import search_versions
from registry.settings import settings
from registry.sqlite_files import damage
from registry.version_files import name_of

PAGE = 1000  # models in one call
LEAST_FREE = 1_000_000_000  # bytes: a training of the starter needs some 50 MB, one of Stable Diffusion 1.5 some 300 MB
RELOCATE = "if they were moved here, `python -m flows relocate --former FOLDER` changes the paths"


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that is wrong with a home: what was found, what to do."""

    part: str  # "disk", "database", "paths", "files", "base model", "servers" or "locks"
    said: str


@translate_errors()
def examine() -> list[Complaint]:
    """Return what is wrong with this home. Files are looked for, not hashed: `verify` does that.

    Raises:
        RegistryError: MLflow does not answer.
    """
    connect()  # changes the paths of a home that was moved
    return [complaint for look in PARTS for complaint in look()]


def _disk() -> Iterator[Complaint]:
    home = settings().home
    free = shutil.disk_usage(home).free
    if free < LEAST_FREE:
        said = (
            f"The disk of {home} has {free / 1e6:,.0f} MB free: free some space, or set ATELIER_HOME to a larger disk."
        )
        yield Complaint("disk", said)
    if not os.access(home, os.W_OK):
        yield Complaint("disk", f"{home} is not writable for this user: change its owner, or set ATELIER_HOME.")


def _databases() -> Iterator[Complaint]:
    for name in ("mlflow.db", "atelier.db"):
        file = settings().home / name
        found = damage(file) if file.is_file() else ""
        if found:
            yield Complaint("database", f"{file} is damaged ({found}): restore it from a copy.")


def _paths() -> Iterator[Complaint]:
    home = settings().home
    experiments = connect().search_experiments(view_type=ViewType.ALL)
    places = ((experiment.name, local_path(experiment.artifact_location)) for experiment in experiments)
    outside = [(name, path) for name, path in places if path is not None and not path.is_relative_to(home)]
    if has_own_database():
        for name, path in outside:
            yield Complaint("paths", f"Files of the experiment {name} are in {path}, outside this home: {RELOCATE}.")


def _versions() -> Iterator[Complaint]:
    for version in _all_versions():
        location = connect().get_model_version_download_uri(version.name, str(version.version))
        folder = local_path(location)
        if folder is None:
            continue
        if not folder.is_dir():
            yield Complaint("files", f"{name_of(version)} has no files in {folder}: {RELOCATE}.")
        else:
            yield from _base(version, folder)


def _base(version: ModelVersion, folder: Path) -> Iterator[Complaint]:
    origin = origin_in(folder)
    try:
        if origin is not None:
            require_base(name_of(version), folder, origin, base_of(origin.model))
    except CheckpointError as error:
        yield Complaint("base model", str(error))


def _servers() -> Iterator[Complaint]:
    if servers_file().exists() and not running_servers():
        yield Complaint("servers", f"{servers_file()} names servers that do not answer: delete it, or run `make ui`.")


def _locks() -> Iterator[Complaint]:
    for holder in sorted(settings().home.glob("*.locks/*.holder")):
        if is_free(holder.with_suffix(".lock")):
            yield Complaint("locks", f"{holder} is of a process that died; the lock is free: the file may be deleted.")


PARTS: tuple[Callable[[], Iterator[Complaint]], ...] = (_disk, _databases, _paths, _versions, _servers, _locks)


def _all_versions() -> Iterator[ModelVersion]:
    token: str | None = None
    while True:
        page = connect().search_registered_models(max_results=PAGE, page_token=token)
        for model in page:
            yield from search_versions(model.name, {})
        token = page.token
        if not token:
            return
